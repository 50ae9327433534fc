package loopback

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Site is a news site: one host with feeds and pages. It is safe for concurrent
// use.
type Site struct {
	URL    string // http://127.0.0.1:port, without a slash at the end
	server *httptest.Server

	mu     sync.Mutex
	bodies map[string]body
	faults map[string]http.HandlerFunc
	asked  map[string]int
	unmod  map[string]int
}

type body struct{ kind, text, etag string }

// NewSite starts a site. Close ends it.
func NewSite() *Site {
	s := &Site{bodies: map[string]body{}, faults: map[string]http.HandlerFunc{}, asked: map[string]int{}, unmod: map[string]int{}}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that are killed are no news
	s.server.Start()
	s.URL = s.server.URL
	return s
}

// Close ends the site and what it still answers.
func (s *Site) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	path := r.URL.Path
	s.asked[path]++
	fault := s.faults[path]
	if fault == nil && path != "/robots.txt" {
		fault = s.faults[""]
	}
	b, known := s.bodies[path]
	fresh := known && b.etag != "" && r.Header.Get("If-None-Match") == b.etag
	if fresh && fault == nil {
		s.unmod[path]++
	}
	s.mu.Unlock()
	switch {
	case fault != nil:
		fault(w, r)
	case !known:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", b.kind)
		if b.etag != "" {
			w.Header().Set("ETag", b.etag)
		}
		if fresh {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, b.text)
	}
}

// Set puts a document at a path. Its ETag follows from its text.
func (s *Site) Set(path, kind, text string) {
	sum := sha256.Sum256([]byte(text))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies[path] = body{kind, text, `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// Remove takes what stands at a path away.
func (s *Site) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bodies, path)
}

// Break lets h answer for a path, or for all but robots.txt if path is empty; a nil
// h mends it.
func (s *Site) Break(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h == nil {
		delete(s.faults, path)
		return
	}
	s.faults[path] = h
}

// Asked is how often a path was asked for.
func (s *Site) Asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// NotModified is how often the answer for a path was 304.
func (s *Site) NotModified(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unmod[path]
}

// Form is a form of feed.
type Form string

// The forms of feed.
const (
	RSS  Form = "rss"
	Atom Form = "atom"
	JSON Form = "json"
)

// Item is an entry of a feed.
type Item struct {
	ID        string // empty: none
	Link      string // as it stands in the feed; a path is relative to the site
	Title     string
	Summary   string
	Content   string    // the whole text, if the feed gives it
	Published time.Time // zero: none
}

// SetFeed puts a feed at a path.
func (s *Site) SetFeed(path string, form Form, title string, items []Item) {
	switch form {
	case Atom:
		s.Set(path, "application/atom+xml", atom(s.URL, title, items))
	case JSON:
		s.Set(path, "application/feed+json", jsonFeed(s.URL, title, items))
	default:
		s.Set(path, "application/rss+xml; charset=utf-8", rss(s.URL, title, items))
	}
}

func rss(home, title string, items []Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>%s</title><link>%s/</link>`, html.EscapeString(title), home)
	for _, i := range items {
		b.WriteString("<item>")
		element(&b, "title", i.Title)
		element(&b, "link", i.Link)
		element(&b, `guid isPermaLink="false"`, i.ID)
		element(&b, "description", i.Summary)
		element(&b, "content:encoded", i.Content)
		if !i.Published.IsZero() {
			element(&b, "pubDate", i.Published.UTC().Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func atom(home, title string, items []Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>%s</title><link href="%s/"/>`, html.EscapeString(title), home)
	for _, i := range items {
		b.WriteString("<entry>")
		element(&b, "title", i.Title)
		if i.Link != "" {
			fmt.Fprintf(&b, `<link href="%s"/>`, html.EscapeString(i.Link))
		}
		element(&b, "id", i.ID)
		element(&b, "summary", i.Summary)
		element(&b, `content type="html"`, i.Content)
		if !i.Published.IsZero() {
			element(&b, "published", i.Published.UTC().Format(time.RFC3339))
		}
		b.WriteString("</entry>")
	}
	b.WriteString("</feed>")
	return b.String()
}

// element writes an element unless it is empty.
func element(b *strings.Builder, name, text string) {
	if text == "" {
		return
	}
	end, _, _ := strings.Cut(name, " ")
	fmt.Fprintf(b, "<%s>%s</%s>", name, html.EscapeString(text), end)
}

func jsonFeed(home, title string, items []Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"version":"https://jsonfeed.org/version/1.1","title":%q,"home_page_url":%q,"items":[`, title, home+"/")
	for n, i := range items {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%q,"url":%q,"title":%q,"summary":%q,"content_text":%q`, i.ID, i.Link, i.Title, i.Summary, i.Content)
		if !i.Published.IsZero() {
			fmt.Fprintf(&b, `,"date_published":%q`, i.Published.UTC().Format(time.RFC3339))
		}
		b.WriteByte('}')
	}
	b.WriteString("]}")
	return b.String()
}

// SetPage puts an article's page at a path.
func (s *Site) SetPage(path, title, text string) {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><head><title>%[1]s</title><meta property="og:site_name" content="Loop Post"></head><body><article><h1>%[1]s</h1>`, html.EscapeString(title))
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(paragraph))
	}
	b.WriteString("</article></body></html>")
	s.Set(path, "text/html; charset=utf-8", b.String())
}
