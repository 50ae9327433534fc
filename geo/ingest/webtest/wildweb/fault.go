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
	name       string
	always     bool   // if false, it occurs in every second turn, but not in the last one
	wantError  string // part of the feed's error during the fault, or several separated by "|", of which one must occur
	gone       bool   // the feed must not be requested again
	longPause  bool   // the server asks for a pause that is longer than the test
	noRequests bool   // the feed must never be requested
	serve      func(w *Web, rw http.ResponseWriter, r *http.Request, s *source)

	last int // last turn; see Config.Turns
}

// occurs reports whether the fault occurs at a turn. It does not occur in the even turns, in
// which some servers answer "not modified" wrongly, so that the client can read each version
// once.
func (f *fault) occurs(turn int) bool {
	return f.always || f.serve != nil && turn%2 == 1 && turn < f.last
}

// matches reports whether an error has the expected text.
func (f *fault) matches(text string) bool {
	return slices.ContainsFunc(strings.Split(f.wantError, "|"), func(s string) bool { return strings.Contains(text, s) })
}

// handler returns a handler for a fault of package webtest.
func handler(h http.HandlerFunc) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) { h(rw, r) }
}

func status(code, retryAfter int) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return handler(webtest.Status(code, retryAfter))
}

func document(contentType, body string) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return handler(webtest.Send(contentType, []byte(body)))
}

// permanentFaults returns the faults of feeds that never work.
func permanentFaults() []fault {
	return []fault{
		{name: "html", wantError: "HTML", serve: document("text/html", "<!doctype html><html><head><title>News</title></head><body><h1>News</h1></body></html>")},
		{name: "missing", wantError: "404", serve: status(http.StatusNotFound, 0)},
		{name: "gone", wantError: "410", gone: true, serve: status(http.StatusGone, 0)},
		{name: "error", wantError: "500", serve: status(http.StatusInternalServerError, 0)},
		{name: "unavailable", longPause: true, wantError: "503|asked for a pause", serve: status(http.StatusServiceUnavailable, 3600)},
		{name: "too many requests", longPause: true, wantError: "429|asked for a pause", serve: status(http.StatusTooManyRequests, 120)},
		{name: "forbidden", wantError: "403", serve: status(http.StatusForbidden, 0)},
		{name: "loop", wantError: "redirects", serve: handler(webtest.Loop(http.StatusMovedPermanently))},
		{name: "private address", wantError: "10.11.12.13", serve: handler(webtest.Redirect(http.StatusFound, "http://10.11.12.13/feed"))},
		{name: "canary", wantError: "--allow-private", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			http.Redirect(rw, r, w.canary.address+"/feed", http.StatusMovedPermanently)
		}},
		{name: "bomb", wantError: "MiB", serve: handler(webtest.Bomb("application/rss+xml"))},
		{name: "endless", wantError: "MiB", serve: handler(webtest.Flood("application/rss+xml"))},
		{name: "nested entities", wantError: "entities", serve: document("application/rss+xml", string(webtest.BillionLaughs()))},
		{name: "external entity", wantError: "entity", serve: document("application/rss+xml",
			`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title></channel></rss>`)},
		{name: "cut", wantError: "", serve: handler(webtest.Cut("application/rss+xml",
			[]byte(`<rss version="2.0"><channel><title>x</title>`+strings.Repeat("<item><title>x</title></item>", 100))))},
		{name: "truncated", wantError: "was cut off", serve: document("application/rss+xml",
			`<rss version="2.0"><channel><title>Half</title><item><title>It ends he`)},
		{name: "empty", wantError: "empty", serve: document("application/rss+xml", "")},
		{name: "image", wantError: "", serve: document("image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{name: "wrong encoding", wantError: "packed", serve: func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			rw.Header().Set("Content-Encoding", "gzip")
			webtest.Send("application/rss+xml", []byte("<rss/>"))(rw, r)
		}},
		{name: "large headers", wantError: "", serve: func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) {
			for i := range 300 {
				rw.Header().Set(fmt.Sprintf("X-Long-%d", i), strings.Repeat("x", 1_000))
			}
		}},
		{name: "robots", wantError: "robots.txt", noRequests: true, serve: func(w *Web, _ http.ResponseWriter, _ *http.Request, s *source) {
			w.complain("feed %s was requested although robots.txt forbids it", s.address())
		}},
		{name: "refused", wantError: "connection", noRequests: true},
	}
}

// temporaryFaults returns faults that occur in some turns.
func temporaryFaults() []fault {
	return []fault{
		{name: "works"}, {name: "works"},
		{name: "sometimes unavailable", wantError: "503", serve: status(http.StatusServiceUnavailable, 1)},
		{name: "sometimes missing", wantError: "404", serve: status(http.StatusNotFound, 0)},
		{name: "works"},
		{name: "sometimes HTML", wantError: "HTML", serve: document("text/html", "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>")},
		{name: "sometimes truncated", wantError: "", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			webtest.Send(kind, body[:2*len(body)/3])(rw, r)
		}},
		{name: "sometimes cut", wantError: "", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			webtest.Cut(kind, body)(rw, r)
		}},
		{name: "works"},
	}
}
