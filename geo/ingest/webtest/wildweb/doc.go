// Package wildweb is a piece of the web for tests: hundreds of feeds and thousands
// of pages on many hosts of the loopback network, with all that feeds and pages do
// in the wild, and the knowledge which stories must come of them. It serves nothing
// but tests, and newsmap's program holds none of it. Feeds are written, and hosts fail,
// as in package webtest, which plays single sites.
//
// What it shows follows from a seed and a number of turns, which the test advances:
// new stories come, old ones are corrected, servers fail for a turn and come back.
// Each host is an address of its own in 127.0.0.0/9, all on one port, which speaks
// HTTP and HTTPS; [Web.CA] is the authority that signs the latter.
//
//	web, err := wildweb.New(wildweb.Config{Seed: 1, Feeds: 200, Pages: 5000, Turns: 6})
//	defer web.Close()
//	os.WriteFile("feeds.opml", web.OPML(), 0o600)
//	for range 6 {
//		web.Turn()
//		// have everything polled
//	}
//	complaints := web.Check(ctx, store)
//
// The proof over the real program, small (in the normal test run) and in full:
//
//	go test ./cmd/newsmap -run TestWildWeb
//	NEWSMAP_WILD=full go test ./cmd/newsmap -run TestWildWeb -timeout 90m -v
//
// The proof that memory stays bounded over 100,000 items:
//
//	NEWSMAP_WILD=flood go test ./cmd/newsmap -run TestWildFlood -timeout 60m -v
package wildweb
