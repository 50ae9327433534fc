package wildweb

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// fault is what is wrong with a feed.
type fault struct {
	name   string
	always bool   // else every second turn, never in the last one
	says   string // what must stand in the feed's error while it is so; one of several parted by "|"
	gone   bool   // the feed must not be asked again
	away   bool   // the server asks to be left alone for long
	hidden bool   // the server must never be asked for it
	serve  func(w *Web, rw http.ResponseWriter, r *http.Request, s *source)

	last int // turn; see Config.Turns
}

// now tells whether the fault holds at a turn. Turns in which a server lies about
// its changes are others, so that each version is seen once.
func (f *fault) now(turn int) bool {
	return f.always || f.serve != nil && turn%2 == 1 && turn < f.last
}

// fits tells whether an error says what it must.
func (f *fault) fits(text string) bool {
	return slices.ContainsFunc(strings.Split(f.says, "|"), func(s string) bool { return strings.Contains(text, s) })
}

func status(code int, header ...string) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) {
		for i := 0; i+1 < len(header); i += 2 {
			rw.Header().Set(header[i], header[i+1])
		}
		http.Error(rw, http.StatusText(code), code)
	}
}

// faults of feeds that never work.
func hopeless() []fault {
	return []fault{
		{name: "html", says: "HTML", serve: sends("text/html", "<!doctype html><html><head><title>News</title></head><body><h1>News</h1></body></html>")},
		{name: "missing", says: "404", serve: status(http.StatusNotFound)},
		{name: "gone", says: "410", gone: true, serve: status(http.StatusGone)},
		{name: "error", says: "500", serve: status(http.StatusInternalServerError)},
		{name: "away", away: true, says: "503|left alone", serve: status(http.StatusServiceUnavailable, "Retry-After", "3600")},
		{name: "crowded", away: true, says: "429|left alone", serve: status(http.StatusTooManyRequests, "Retry-After", "120")},
		{name: "forbidden", says: "403", serve: status(http.StatusForbidden)},
		{name: "loop", says: "redirects", serve: func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			http.Redirect(rw, r, fmt.Sprintf("%s?%d", r.URL.Path, len(r.URL.RawQuery)%2*10), http.StatusMovedPermanently)
		}},
		{name: "inward", says: "10.11.12.13", serve: func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			http.Redirect(rw, r, "http://10.11.12.13/feed", http.StatusFound)
		}},
		{name: "canary", says: "--allow-private", serve: func(w *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			http.Redirect(rw, r, w.canary.address+"/feed", http.StatusMovedPermanently)
		}},
		{name: "bomb", says: "MiB", serve: func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) { bomb(rw, "application/rss+xml") }},
		{name: "endless", says: "MiB", serve: func(_ *Web, rw http.ResponseWriter, r *http.Request, _ *source) {
			endless(rw, r, "application/rss+xml")
		}},
		{name: "laughs", says: "entities", serve: sends("application/rss+xml", laughs())},
		{name: "outside", says: "entity", serve: sends("application/rss+xml", `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title></channel></rss>`)},
		{name: "cut", says: "", serve: func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) {
			cut(rw, "application/rss+xml", []byte("<rss version=\"2.0\"><channel><title>x</title>"+strings.Repeat("<item><title>x</title></item>", 100)))
		}},
		{name: "halved", says: "breaks off", serve: sends("application/rss+xml", `<rss version="2.0"><channel><title>Half</title><item><title>It ends he`)},
		{name: "empty", says: "empty", serve: sends("application/rss+xml", "")},
		{name: "picture", says: "", serve: sends("image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{name: "mispacked", says: "packed", serve: func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) {
			rw.Header().Set("Content-Encoding", "gzip")
			send(rw, "application/rss+xml", []byte("<rss/>"))
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

// passing are faults that come and go.
func passing() []fault {
	return []fault{
		{name: "works"}, {name: "works"},
		{name: "sometimes away", says: "503", serve: status(http.StatusServiceUnavailable, "Retry-After", "1")},
		{name: "sometimes missing", says: "404", serve: status(http.StatusNotFound)},
		{name: "works"},
		{name: "sometimes HTML", says: "HTML", serve: sends("text/html", "<!doctype html><title>Maintenance</title><h1>We are back soon</h1>")},
		{name: "sometimes halved", says: "", serve: func(w *Web, rw http.ResponseWriter, _ *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			send(rw, kind, body[:2*len(body)/3])
		}},
		{name: "sometimes cut", says: "", serve: func(w *Web, rw http.ResponseWriter, _ *http.Request, s *source) {
			body, kind := s.render(w.turn(), w.cfg.Seed)
			cut(rw, kind, body)
		}},
		{name: "works"},
	}
}

func sends(kind, body string) func(*Web, http.ResponseWriter, *http.Request, *source) {
	return func(_ *Web, rw http.ResponseWriter, _ *http.Request, _ *source) { send(rw, kind, []byte(body)) }
}

// laughs is the billion laughs.
func laughs() string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">")
	for i := 1; i < 10; i++ {
		of := "lol"
		if i > 1 {
			of = fmt.Sprintf("lol%d", i-1)
		}
		fmt.Fprintf(&b, "<!ENTITY lol%d \"%s\">", i, strings.Repeat("&"+of+";", 10))
	}
	b.WriteString("]><rss version=\"2.0\"><channel><title>&lol9;</title></channel></rss>")
	return b.String()
}

func send(rw http.ResponseWriter, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind)
	_, _ = rw.Write(body)
}

func sendPacked(rw http.ResponseWriter, kind string, body []byte, packing string) {
	rw.Header().Set("Content-Encoding", packing)
	rw.Header().Set("Content-Type", kind)
	switch packing {
	case "br":
		z := brotli.NewWriterLevel(rw, 1)
		_, _ = z.Write(body)
		_ = z.Close()
	case "zstd":
		z, err := zstd.NewWriter(rw, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			panic(fmt.Sprintf("wildweb: %v", err)) // options that are constant
		}
		_, _ = z.Write(body)
		_ = z.Close()
	default:
		z := gzip.NewWriter(rw)
		_, _ = z.Write(body)
		_ = z.Close()
	}
}

// cut breaks the connection in the middle of an answer.
func cut(rw http.ResponseWriter, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind)
	rw.Header().Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = rw.Write(body[:len(body)/2])
	panic(http.ErrAbortHandler)
}

func (w *Web) failFirst(rw http.ResponseWriter, fails bool, code int, retryAfter, kind string, body []byte) {
	if !fails {
		send(rw, kind, body)
		return
	}
	if retryAfter != "" {
		rw.Header().Set("Retry-After", retryAfter)
	}
	http.Error(rw, "not now", code)
}

// endless sends without end, as fast as it is read.
func endless(rw http.ResponseWriter, r *http.Request, kind string) {
	rw.Header().Set("Content-Type", kind)
	block := bytes.Repeat([]byte("<p>again and again</p>\n"), 1_000)
	for r.Context().Err() == nil {
		if _, err := rw.Write(block); err != nil {
			return
		}
	}
}

// bomb is a small answer that unpacks to 128 MiB.
func bomb(rw http.ResponseWriter, kind string) {
	rw.Header().Set("Content-Encoding", "gzip")
	rw.Header().Set("Content-Type", kind)
	_, _ = rw.Write(packedBomb())
}

var packedBomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	block := make([]byte, 1<<20)
	for range 128 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	return b.Bytes()
})

// drip sends a body in many small pieces within a second.
func (w *Web) drip(rw http.ResponseWriter, r *http.Request, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind)
	const pieces = 20
	for i := range pieces {
		_, _ = rw.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
		_ = http.NewResponseController(rw).Flush()
		select {
		case <-time.After(w.cfg.Drip / pieces):
		case <-r.Context().Done():
			return
		}
	}
}

// hang sends a byte now and then, for ever.
func (w *Web) hang(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/html")
	for {
		_, _ = rw.Write([]byte(" "))
		_ = http.NewResponseController(rw).Flush()
		select {
		case <-time.After(200 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}
