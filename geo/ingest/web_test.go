package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/story"
)

// site is a Fetcher that returns the documents of a map and counts the requests.
type site struct {
	mu    sync.Mutex
	pages map[string]string // by address; a document may begin with its media type and a zero byte
	asked map[string]int    // number of requests for each address
	slow  string            // an address that does not answer
	down  bool              // pages of items do not answer in time
}

func (s *site) Fetch(ctx context.Context, req fetch.Request) (*fetch.Result, error) {
	s.mu.Lock()
	if s.asked == nil {
		s.asked = map[string]int{}
	}
	s.asked[req.URL]++
	body, known := s.pages[req.URL]
	s.mu.Unlock()
	if req.URL == s.slow {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if s.down && strings.HasPrefix(req.URL, "https://down.example/") {
		return nil, &fetch.Error{URL: req.URL, Reason: fetch.ReasonTimeout, Detail: "took longer"}
	}
	if !known {
		return nil, &fetch.Error{URL: req.URL, Reason: fetch.ReasonStatus, Status: 404, Detail: "there is nothing at this address (404)"}
	}
	kind, text, typed := strings.Cut(body, "\x00")
	if !typed {
		kind, text = "", body
	}
	return &fetch.Result{URL: req.URL, Body: []byte(text), ContentType: kind}, nil
}

const paragraph = "The ferry left Suva at dawn on Friday with two hundred people on board, the port's keeper said, and it was not seen " +
	"again until the evening, when a patrol found it far to the north. "

func page(title, text string) string {
	return `<!doctype html><html lang="en"><head><title>` + title + `</title><meta property="og:site_name" content="Post"><link ` +
		`rel="alternate" type="application/rss+xml" href="/feed"></head><body><article><h1>` + title + `</h1><p>` + text + `</p></article></body></html>`
}

func rssOf(items string) string {
	return `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Post World</title><link>` +
		`https://post.example/</link>` + items + `</channel></rss>`
}

func newSite() *site {
	return &site{pages: map[string]string{
		"https://post.example/1":              page("Ferry leaves", paragraph+paragraph),
		"https://post.example/wall":           page("Before you continue", "We use cookies. Accept all."),
		"https://post.example/stub":           page("Ferry leaves", "The ferry left. Subscribe to continue reading."),
		"https://post.example/shell":          "<!doctype html><title>App</title><noscript>x</noscript><div>You need to enable JavaScript to run this app.</div>",
		"https://post.example/short":          page("Ferry", "Short."),
		"https://post.example/wrong-type":     "application/rss+xml\x00" + page("Ferry leaves", paragraph),
		"https://post.example/pdf":            "application/pdf\x00%PDF-1.7",
		"https://post.example/json":           `{"a":1}`,
		"https://post.example/text":           "text/plain\x00Ferry leaves\n\n" + paragraph,
		"https://post.example/":               page("Front page", "Many links."),
		"https://post.example/section/":       `<!doctype html><head><link rel="alternate" type="application/atom+xml" href="/feed"></head><body></body>`,
		"https://post.example/custom-element": "text/html\x00<post-frame><h1>Ferry leaves</h1><p>" + paragraph + "</p></post-frame>",
		"https://post.example/svg":            "application/xml\x00<svg/>",
		"https://empty.example/":              "<!doctype html><body></body>",
		"https://links.example/":              `<!doctype html><title>News</title><body><ul><li><a href="/1">One</a><li><a href="/2">Two</a></ul></body>`,
		"https://post.example/feed": rssOf(
			`<item><title>Ferry leaves</title><link>https://post.example/1</link><description>It left.</description>` +
				`<pubDate>Thu, 16 May 2024 08:30:00 GMT</pubDate></item>` +
				`<item><title>Wall</title><link>https://post.example/wall</link><description>A summary of the story behind the wall.</description></item>` +
				`<item><title>Stub</title><link>https://post.example/stub</link><description>A summary.</description></item>` +
				`<item><title>Shell</title><link>https://post.example/shell</link></item>` +
				`<item><title>Short page</title><link>https://post.example/short</link><description>A summary that is longer than its page.</description></item>` +
				`<item><title>Gone</title><link>https://post.example/gone</link><description>A summary.</description></item>` +
				`<item><title>Full text</title><link>https://post.example/full</link>` +
				`<content:encoded><![CDATA[<p>` + strings.Repeat(paragraph, 5) + `</p>]]></content:encoded></item>` +
				`<item><title>No link</title><description>Text.</description></item>`,
		),
		"https://post.example/opml": `<opml version="2.0"><body><outline text="a" xmlUrl="https://post.example/feed"/><outline text="b" ` +
			`xmlUrl="https://post.example/gone.xml"/><outline text="c" xmlUrl="https://post.example/1"/><outline text="d" ` +
			`xmlUrl="https://two.example/feed"/></body></opml>`,
		"https://two.example/feed":    rssOf(`<item><title>Two</title><link>https://two.example/2</link><description>Text.</description></item>`),
		"https://post.example/laughs": `<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss/>`,
	}}
}

// run ingests one name. It returns the titles of the stories with their text sources, and the
// errors.
func run(t *testing.T, s *site, name string) (stories, failures []string, err error) {
	t.Helper()
	w := &ingest.Web{Client: s, Clock: clock}
	source, err := w.Open(t.Context(), name, strings.NewReader(""))
	if err != nil {
		return nil, nil, err
	}
	defer source.Close()
	_, err = newIngester(&memory{}).IngestAll(t.Context(), source, 2, func(e ingest.Event) {
		if e.Err != nil {
			failures = append(failures, e.Err.Error())
		} else {
			stories = append(stories, fmt.Sprintf("%s:%s", e.Story.Title, e.Story.TextSource))
		}
	})
	slices.Sort(stories)
	slices.Sort(failures)
	return stories, failures, err
}

// feedStories are the stories of https://post.example/feed, with the source of each text.
var feedStories = []string{
	"Ferry leaves:page", "Full text:feed", "Gone:feed", "No link:feed", "Shell:headline", "Short page:feed", "Stub:feed", "Wall:feed",
}

func TestWeb(t *testing.T) {
	for name, want := range map[string][]string{
		"https://post.example/custom-element": {"Ferry leaves:page"},
		"https://post.example/wrong-type":     {"Ferry leaves:page"},
		"https://post.example/1":              {"Ferry leaves:page"},
		"https://post.example/text":           {"Ferry leaves:page"},
		"https://post.example/feed":           feedStories,
		"https://post.example/":               feedStories,
		"https://post.example/section/":       feedStories,
		"https://two.example/feed":            {"Two:feed"},
	} {
		s := newSite()
		got, failures, err := run(t, s, name)
		if err != nil || len(failures) > 0 || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %q, %v", name, got, failures, err)
		}
		if s.asked["https://post.example/full"] > 0 {
			t.Errorf("%s: the page of an item with its full text was fetched", name)
		}
	}
	for name, want := range map[string]string{
		"https://post.example/svg":    "is XML, neither",
		"https://post.example/wall":   "https://post.example/wall: shows a consent wall instead of an article",
		"https://post.example/gone":   "https://post.example/gone: there is nothing at this address (404)",
		"https://empty.example/":      "https://empty.example/: contains no article and no link to a feed",
		"https://links.example/":      "https://links.example/: contains no article and no link to a feed",
		"https://post.example/pdf":    "is application/pdf, neither a page nor a feed",
		"https://post.example/laughs": "https://post.example/laughs: declares entities",
		"https://post.example/json":   "is JSON, neither",
	} {
		_, _, err := run(t, newSite(), name)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), name) != 1 || !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWebStory checks the fields of stories from a feed and from a page.
func TestWebStory(t *testing.T) {
	w := &ingest.Web{Client: newSite(), Clock: clock}
	source, err := w.Open(t.Context(), "https://post.example/feed", nil)
	if err != nil {
		t.Fatal(err)
	}
	item, err := source.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := item.Story
	if !strings.HasPrefix(s.Text, "The ferry left Suva") || s.Outlet != "Post" || s.Domain != "post.example" || s.Lang != "en" ||
		s.URL != "https://post.example/1" || !s.Published.Equal(time.Date(2024, 5, 16, 8, 30, 0, 0, time.UTC)) {
		t.Errorf("%+v", s)
	}
	if item.Where != "https://post.example/feed: https://post.example/1" {
		t.Errorf("the position of the item is %q", item.Where)
	}
	item, err = source.Next(t.Context())
	if err != nil || item.Story.Outlet != "Post World" || item.Story.Text != "A summary of the story behind the wall." {
		t.Errorf("%+v, %v", item, err)
	}
	got, err := w.Fetch(t.Context(), "https://post.example/1")
	if err != nil || got.TextSource != story.SourcePage || got.ID != "" || story.Identify(got) != story.Identify(s) {
		t.Errorf("%+v, %v", got, err)
	}
	for path, want := range map[string]string{
		"/":       "is a site's front page",
		"/wall":   "shows a consent wall",
		"/stub":   "shows a paywall",
		"/shell":  "shows a script shell",
		"/feed":   "use newsmap ingest for those",
		"/absent": "404",
	} {
		_, err := w.Fetch(t.Context(), "https://post.example"+path)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

// TestWebDown has a feed whose pages time out. After a few of them, the others must not be
// fetched.
func TestWebDown(t *testing.T) {
	s := newSite()
	s.down = true
	var items strings.Builder
	for i := range 20 {
		fmt.Fprintf(&items, "<item><title>Story %d</title><link>https://down.example/%d</link><description>A summary.</description></item>", i, i)
	}
	s.pages["https://post.example/down"] = rssOf(items.String())
	got, failures, err := run(t, s, "https://post.example/down")
	if err != nil || len(got) != 20 || len(failures) > 0 || len(s.asked) != 4 {
		t.Errorf("%d stories, %q, %v; %d addresses fetched", len(got), failures, err, len(s.asked))
	}
}

func TestWebList(t *testing.T) {
	want := append(slices.Clone(feedStories), "Two:feed")
	slices.Sort(want)
	file := filepath.Join(t.TempDir(), "feeds.xml")
	if err := os.WriteFile(file, []byte(newSite().pages["https://post.example/opml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"https://post.example/opml", file} {
		got, failures, err := run(t, newSite(), name)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if len(failures) != 2 || failures[0] != "https://post.example/1: is an HTML page, not a feed" ||
			!strings.HasPrefix(failures[1], "https://post.example/gone.xml: there is nothing") {
			t.Errorf("%s: %q", name, failures)
		}
	}
	if err := os.WriteFile(file, []byte(newSite().pages["https://post.example/feed"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, _, err := run(t, newSite(), file); err != nil || !slices.Equal(got, feedStories) {
		t.Errorf("a feed in a file: %q, %v", got, err)
	}
}

// TestWebListSlow has a feed that never answers. The others must be read, and Close must end
// it.
func TestWebListSlow(t *testing.T) {
	s := newSite()
	s.slow = "https://post.example/feed"
	w := &ingest.Web{Client: s, Clock: clock}
	source, err := w.Open(t.Context(), "https://post.example/opml", nil)
	if err != nil {
		t.Fatal(err)
	}
	stories, failures := 0, 0
	for stories+failures < 3 {
		if _, err := source.Next(t.Context()); err == nil {
			stories++
		} else {
			failures++
		}
	}
	if stories != 1 || failures != 2 {
		t.Errorf("%d stories, %d failures", stories, failures)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := source.Next(ctx); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) {
		t.Errorf("waiting: %v", err)
	}
	if err := source.Close(); err != nil {
		t.Error(err)
	}
}
