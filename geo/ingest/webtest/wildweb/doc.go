// Package wildweb serves hundreds of feeds and thousands of pages on many hosts of the
// loopback network, with everything that real feeds and pages do, and knows which stories a
// client must find. It is for tests only. The formats and faults are those of package webtest,
// which serves single sites.
//
// Its contents depend on a seed and on the turn, which the test advances: in each turn there
// are new stories, old ones are corrected, and servers fail and work again. Each host has its
// own address in 127.0.0.0/9. All use one port for HTTP and HTTPS; [Web.CA] is the certificate
// authority.
//
//	web, err := wildweb.New(wildweb.Config{Seed: 1, Feeds: 200, Pages: 5000, Turns: 6})
//	defer web.Close()
//	os.WriteFile("feeds.opml", web.OPML(), 0o600)
//	for range 6 {
//		web.Turn()
//		// poll all feeds
//	}
//	complaints := web.Check(ctx, store)
//
// The test of the real program, small (in the normal test run) and full:
//
//	go test ./cmd/newsmap -run TestWildWeb
//	NEWSMAP_WILD=full go test ./cmd/newsmap -run TestWildWeb -timeout 90m -v
//
// The test that memory stays bounded over 100,000 items:
//
//	NEWSMAP_WILD=flood go test ./cmd/newsmap -run TestWildFlood -timeout 60m -v
package wildweb
