package wildweb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"newsmap/geo/ingest/webtest"
)

// fault is a fault of a feed.
type fault struct {
	name   string
	always bool   // otherwise every second turn, but not in the last one
	says   string // part of the feed's error during the fault, or several separated by "|", of which one must occur
	gone   bool   // the feed must not be requested again
	away   bool   // the server asks for a long pause
	hidden bool   // the feed must never be requested
	serve  func(w *Web, rw http.ResponseWriter, r *http.Request, s *source)

	last int // turn; see Config.Turns
}

// now reports whether the fault occurs at a turn. It does not occur in turns in which the
// server reports no change wrongly, so that each version is seen once.
func (f *fault) now(turn int) bool {
	return f.always || f.serve != nil && turn%2 == 1 && turn < f.last
}

// fits reports whether an error has the expected text.
func (f *fault) fits(text string) bool {
	return slices.ContainsFunc(strings.Split(f.says, "|"), func(s string) bool { return strings.Contains(text, s) })
}

// plays returns a handler with a fault of package webtest.
func plays(h http.HandlerFunc) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) { h(rw, r) }
}

func status(code, retryAfter int) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return plays(webtest.Status(code, retryAfter))
}

func sends(kind, body string) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return plays(webtest.Send(kind, []byte(body)))
}

// faults of feeds that never work.
func hopeless() []fault {
	return []fault{
		{name: "html", says: "HTML", serve: sends("text/html", "<!doctype html><html><head><title>News</title></head><body><h1>News</h1></body></html>")},
		{name: "missing", says: "404", serve: status(http.StatusNotFound, 0)},
		{name: "gone", says: "410", gone: true, serve: status(http.StatusGone, 0)},
		{name: "error", says: "500", serve: status(http.StatusInternalServerError, 0)},
		{name: "away", away: true, says: "503|asked for a pause", serve: status(http.StatusServiceUnavailable, 3600)},
		{name: "crowded", away: true, says: "429|asked for a pause", serve: status(http.StatusTooManyRequests, 120)},
		{name: "forbidden", says: "403", serve: status(http.StatusForbidden, 0)},
		{name: "loop", says: "redirects", serve: plays(webtest.Loop(http.StatusMovedPermanently))},
		{name: "inward", says: "10.11.12.13", serve: plays(webtest.Redirect(http.StatusFound, "http://10.11.12.13/feed"))},
		{name: "canary", says: "--allow-private", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			http.Redirect(rw, r, w.canary.address+"/feed", http.StatusMovedPermanently)
		}},
		{name: "bomb", says: "MiB", serve: plays(webtest.Bomb("application/rss+xml"))},
		{name: "endless", says: "MiB", serve: plays(webtest.Flood("application/rss+xml"))},
		{name: "laughs", says: "entities", serve: sends("application/rss+xml", string(webtest.BillionLaughs()))},
		{
			name: "outside",
			says: "entity",
			serve: sends(
				"application/rss+xml",
				`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title></channel></rss>`,
			),
		},
		{
			name: "cut",
			says: "",
			serve: plays(
				webtest.Cut(
					"application/rss+xml",
					[]byte("<rss version=\"2.0\"><channel><title>x</title>"+strings.Repeat("<item><title>x</title></item>", 100)),
				),
			),
		},
		{name: "halved", says: "was cut off", serve: sends("application/rss+xml", `<rss version="2.0"><channel><title>Half</title><item><title>It ends he`)},
		{name: "empty", says: "empty", serve: sends("application/rss+xml", "")},
		{name: "picture", says: "", serve: sends("image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{name: "mispacked", says: "packed", serve: func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			rw.Header().Set("Content-Encoding", "gzip")
			webtest.Send("application/rss+xml", []byte("<rss/>"))(rw, r)
		}},
		{name: "headers", says: "", serve: func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) {
			for i := range 300 {
				rw.Header().Set(fmt.Sprintf("X-Long-%d", i), strings.Repeat("x", 1_000))
			}
		}},
		{name: "robots", says: "robots.txt", hidden: true, serve: func(w *Web, _ http.ResponseWriter, _ *http.Request, s *source) {
			w.complain("feed %s was asked for although robots.txt forbids it", s.address())
		}},
		{name: "refused", says: "connection", hidden: true},
	}
}

// passing returns faults that occur in some turns.
func passing() []fault {
	return []fault{
		{name: "works"}, {name: "works"},
		{name: "sometimes away", says: "503", serve: status(http.StatusServiceUnavailable, 1)},
		{name: "sometimes missing", says: "404", serve: status(http.StatusNotFound, 0)},
		{name: "works"},
		{name: "sometimes HTML", says: "HTML", serve: sends("text/html", "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>")},
		{name: "sometimes halved", says: "", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			webtest.Send(kind, body[:2*len(body)/3])(rw, r)
		}},
		{name: "sometimes cut", says: "", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			webtest.Cut(kind, body)(rw, r)
		}},
		{name: "works"},
	}
}
