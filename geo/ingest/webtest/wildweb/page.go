package wildweb

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"newsmap/geo/ingest/webtest"
)

// pageKind is the behaviour of a page.
type pageKind int

const (
	pagePlain pageKind = iota
	pageGzip
	pageBrotli
	pageZstd
	pageMoved         // 302 to another address
	pageSecure        // 301 to https
	pageSlow          // takes a second
	pageFlaky503      // 503, twice
	pageFlaky429      // 429 with Retry-After, once
	pageCut           // is cut off, once
	pageInvalidUTF8   // invalid UTF-8
	pageMetaOnly      // declares its encoding only in the document
	pageWrongEncoding // declares a wrong encoding

	// Pages that never return the article.
	pageMissing
	pageGone
	pageForbidden
	pageError // 500, always
	pageConsent
	pagePaywall
	pageShell
	pageRobots // robots.txt forbids it
	pageLoop
	pagePrivate // redirects to a private network
	pageCanary  // redirects to a loopback address that is not allowed
	pageEndless
	pageBomb
	pagePDF
	pageJSON
	pageEmpty
	pageFront // redirects to the front page
	pageHangs // never ends; only with Config.Hang, as it takes long

	pageKinds
)

const firstUnreadable = pageMissing

func (k pageKind) readable() bool { return k < firstUnreadable }

// retriedForever reports whether the page never returns its article although its errors are
// temporary, so that a client tries again without end.
func (k pageKind) retriedForever() bool { return k == pageError || k == pageHangs }

// folder returns a folder of its own for pages that robots.txt forbids.
func (k pageKind) folder() string {
	if k == pageRobots {
		return "secret"
	}
	return "news"
}

// charsets are the encodings of pages, used in turn.
var charsets = []string{
	"utf-8", "utf-8", "windows-1252", "windows-1251", "shift_jis", "gbk", "iso-8859-1", "utf-8", "koi8-r", "iso-8859-2", "big5", "euc-kr", "utf-16",
}

// tail returns the last sentence of the article on its page. Its letters are encoded differently
// in each encoding.
func (a *piece) tail() string {
	if a.wire > 0 {
		return "" // the text must be that of the agency report
	}
	return tails[a.charset]
}

// document returns the page of an article at a turn.
func (w *Web) document(a *piece, turn int) string {
	v, n := a.at(turn)
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=\"en\"><head>")
	if a.page == pageMetaOnly {
		fmt.Fprintf(&b, "<meta charset=%q>", a.charset)
	}
	fmt.Fprintf(&b, `<title>%s | %s</title><meta property="og:site_name" content="%[2]s">`+
		`<meta property="article:published_time" content="%[3]s"><link rel="canonical" href="%[4]s">`,
		html.EscapeString(v.title), a.feed.title, a.published.Format("2006-01-02T15:04:05Z07:00"), a.feed.host.base("http")+a.path(n))
	b.WriteString(`</head><body><header><nav><a href="/">Home</a> <a href="/sport">Sport</a> <a href="/contact">Contact</a></nav></header><main><article>`)
	fmt.Fprintf(&b, "<h1>%s</h1>", html.EscapeString(v.title))
	for i, p := range v.text {
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(p))
		if i == 1 {
			b.WriteString(`<figure><img src="/img/1.jpg" alt=""><figcaption>The harbour of Vladivostok, archive picture.</figcaption></figure>`)
		}
	}
	if tail := a.tail(); tail != "" {
		fmt.Fprintf(&b, "<p>%s</p>", tail)
	}
	b.WriteString(`</article><aside><h2>Read more</h2><ul><li><a href="/news/1">Ten beaches near Honolulu</a></li></ul></aside>` +
		`<section id="comments"><p>There are no comments.</p><a href="#c">LEAVE A COMMENT</a></section></main>` +
		`<footer><p>All rights reserved.</p></footer></body></html>`)
	return b.String()
}

// encode returns a text in an encoding.
func encode(text, name string) []byte {
	if name == "utf-16" {
		out, _, _ := transform.String(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), text)
		return []byte(out)
	}
	e, _ := charset.Lookup(name)
	if e == nil || name == "utf-8" {
		return []byte(text)
	}
	// If an encoding has no such quotes and dashes, use plain ones, as outlets do.
	plain := strings.NewReplacer("“", `"`, "”", `"`, "—", "-", "’", "'", "–", "-").Replace(text)
	if out, err := e.NewEncoder().String(text); err == nil {
		return []byte(out)
	}
	out, err := e.NewEncoder().String(plain)
	if err != nil {
		panic(fmt.Sprintf("wildweb: %q does not fit into %s: %v", text, name, err))
	}
	return []byte(out)
}

// servePage answers for an article's page.
func (w *Web) servePage(rw http.ResponseWriter, r *http.Request, a *piece) {
	asked := w.count(a)
	body := encode(w.document(a, w.turn()), a.charset)
	contentType := "text/html; charset=" + a.charset
	article := webtest.Send(contentType, body)
	switch a.page {
	case pagePlain:
		article(rw, r)
	case pageGzip, pageBrotli, pageZstd:
		webtest.Compressed(contentType, map[pageKind]string{pageGzip: "gzip", pageBrotli: "br", pageZstd: "zstd"}[a.page], body)(rw, r)
	case pageMoved:
		if r.URL.Query().Get("at") == "" {
			http.Redirect(rw, r, r.URL.Path+"?at=1", http.StatusFound)
			return
		}
		article(rw, r)
	case pageSecure:
		if r.TLS == nil {
			http.Redirect(rw, r, a.feed.host.base("https")+r.URL.Path, http.StatusMovedPermanently)
			return
		}
		article(rw, r)
	case pageSlow:
		webtest.Slow(contentType, body, w.cfg.Drip)(rw, r)
	case pageFlaky503:
		choose(asked <= 2, webtest.Status(http.StatusServiceUnavailable, 0), article)(rw, r)
	case pageFlaky429:
		choose(asked <= 1, webtest.Status(http.StatusTooManyRequests, 1), article)(rw, r)
	case pageCut:
		choose(asked <= 1, webtest.Cut(contentType, body), article)(rw, r)
	case pageInvalidUTF8:
		webtest.Send(contentType, append(body, "<!-- \xff\xfe\x80 -->"...))(rw, r)
	case pageMetaOnly:
		webtest.Send("text/html", body)(rw, r)
	case pageWrongEncoding:
		webtest.Send("text/html; charset=iso-8859-1", body)(rw, r) // it is UTF-8, as document declares
	default:
		w.serveUnreadable(rw, r, a)
	}
}

// choose returns a if condition is true, and b otherwise.
func choose(condition bool, a, b http.HandlerFunc) http.HandlerFunc {
	if condition {
		return a
	}
	return b
}

// hangPause is the pause between two bytes of a page that never ends.
const hangPause = 200 * time.Millisecond

// serveUnreadable answers for a page that never returns its article.
func (w *Web) serveUnreadable(rw http.ResponseWriter, r *http.Request, a *piece) {
	switch a.page {
	case pageMissing:
		http.NotFound(rw, r)
	case pageGone:
		webtest.Status(http.StatusGone, 0)(rw, r)
	case pageForbidden:
		webtest.Status(http.StatusForbidden, 0)(rw, r)
	case pageError:
		webtest.Status(http.StatusInternalServerError, 0)(rw, r)
	case pageConsent:
		webtest.Send("text/html", []byte(`<!doctype html><title>Before you continue</title><body><h1>Before you continue</h1>`+
			`<p>We and our 812 partners use cookies. Accept all or manage preferences.</p><button>Accept all</button>`))(rw, r)
	case pagePaywall:
		v, _ := a.at(w.turn())
		title, text := html.EscapeString(v.title), html.EscapeString(v.text[0])
		webtest.Send("text/html", []byte("<!doctype html><title>"+title+"</title><body><article><h1>"+title+"</h1><p>"+text+
			"</p><p>Subscribe to continue reading. Already a subscriber? Log in.</p></article>"))(rw, r)
	case pageShell:
		webtest.Send("text/html", []byte(`<!doctype html><title>App</title><body><noscript>You need to enable JavaScript to run this app.</noscript>`+
			`<div id="root"></div><script src="/app.js"></script>`))(rw, r)
	case pageRobots:
		w.complain("%s was requested although robots.txt forbids it", a.feed.host.base("http")+r.URL.Path)
	case pageLoop:
		webtest.Loop(http.StatusFound)(rw, r)
	case pagePrivate:
		http.Redirect(rw, r, "http://10.11.12.13/latest/meta-data/", http.StatusFound)
	case pageCanary:
		http.Redirect(rw, r, w.canary.address+"/secret", http.StatusFound)
	case pageEndless:
		webtest.Flood("text/html")(rw, r)
	case pageBomb:
		webtest.Bomb("text/html")(rw, r)
	case pagePDF:
		webtest.Send("application/pdf", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"))(rw, r)
	case pageJSON:
		webtest.Send("application/json", []byte(`{"error":"not for you"}`))(rw, r)
	case pageEmpty:
		webtest.Send("text/html", nil)(rw, r)
	case pageFront:
		http.Redirect(rw, r, "/", http.StatusFound)
	case pageHangs:
		webtest.Drip(hangPause)(rw, r)
	}
}
