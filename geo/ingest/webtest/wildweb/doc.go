// Package wildweb serves hundreds of feeds and thousands of pages on many hosts of the
// loopback network, with the formats, changes and faults of real sites, and checks which
// stories a client has found. It is for tests only. The formats and faults are those of package
// webtest, which serves single sites.
//
// The contents depend on a seed and on the turn, which the test advances. In each turn, outlets
// publish new stories and correct old ones, and servers fail or work again. Each host has its
// own address in 127.0.0.0/9. All hosts use one port for HTTP and HTTPS; [Web.CA] is the
// certificate authority.
//
//	web, err := wildweb.New(wildweb.Config{Seed: 1, Feeds: 200, Pages: 5000, Turns: 6})
//	defer web.Close()
//	os.WriteFile("feeds.opml", web.OPML(), 0o600)
//	for range 6 {
//		web.Turn()
//		// poll all feeds
//	}
//	complaints, err := web.Check(ctx, store)
//
// Test of the real program, with a small web (in the normal test run) and with a full one:
//
//	go test ./cmd/newsmap -run TestWildWeb
//	NEWSMAP_WILD=full go test ./cmd/newsmap -run TestWildWeb -timeout 90m -v
//
// Test of the memory that the program needs for 100,000 items:
//
//	NEWSMAP_WILD=flood go test ./cmd/newsmap -run TestWildFlood -timeout 60m -v
package wildweb
