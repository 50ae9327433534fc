package ingest_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/webtest"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// nowhere is a Parser that finds no places.
type nowhere struct{}

func (nowhere) Parse(context.Context, *geo.Document) (*geo.Result, error) { return &geo.Result{}, nil }

// TestWorker makes stories from items whose pages can be fetched at once, later or never.
func TestWorker(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "news.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	w := &ingest.Worker{Web: &ingest.Web{Client: newClient(), Wait: time.Second}, Ingester: &ingest.Ingester{Parser: nowhere{}, Store: store}}
	site.SetPage("/page", "Ferry leaves", paragraph+paragraph)
	site.Break("/down", webtest.Status(500, 0))
	site.Break("/hang", webtest.Hang)
	site.Break("/front", webtest.Redirect(302, "/"))
	site.SetPage("/", "Ferry leaves", paragraph+paragraph)
	const summary = "The ferry left."
	temporary := func(err error) bool {
		var e *fetch.Error
		return errors.As(err, &e) && e.Temporary()
	}
	for _, c := range []struct {
		name, path  string
		first, last bool
		failed      bool
		source      story.TextSource
	}{
		{"has its page", "/page", true, false, false, story.SourcePage},
		{"is down at first", "/down", true, false, true, story.SourceFeed},
		{"has no page", "/absent", true, false, false, story.SourceFeed},
		{"redirects to the front page", "/front", true, false, false, story.SourceFeed},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &ingest.FeedItem{
				URL:  site.URL + "/feed",
				Key:  c.path,
				Item: feed.Item{URL: site.URL + c.path, Title: "Ferry leaves " + c.path, Summary: summary},
			}
			if err := w.Ingest(t.Context(), n, c.first, c.last); temporary(err) != c.failed || (err != nil) != c.failed {
				t.Errorf("error %v", err)
			}
			s, err := store.Story(t.Context(), story.Identify(&story.Story{URL: n.Item.URL}))
			if err != nil || s.TextSource != c.source {
				t.Fatalf("%+v, %v; want the text of %s", s, err, c.source)
			}
		})
	}

	t.Run("neither first nor last", func(t *testing.T) {
		n := &ingest.FeedItem{Item: feed.Item{URL: site.URL + "/down?2", Title: "Down", Summary: summary}}
		if err := w.Ingest(t.Context(), n, false, false); !temporary(err) {
			t.Errorf("error %v", err)
		}
		if _, err := store.Story(t.Context(), story.Identify(&story.Story{URL: n.Item.URL})); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("it is stored: %v", err)
		}
	})
	t.Run("takes longer than a job may", func(t *testing.T) {
		w := *w
		w.Web = &ingest.Web{Client: fetch.New(fetch.Config{AllowPrivate: loopbackOnly, Pace: -1}), Wait: time.Second}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		n := &ingest.FeedItem{Item: feed.Item{URL: site.URL + "/hang", Title: "Hang", Summary: summary}}
		if err := w.Ingest(ctx, n, true, false); !temporary(err) || !strings.Contains(err.Error(), "took longer in total") {
			t.Errorf("error %v", err)
		}
		if _, err := store.Story(t.Context(), story.Identify(&story.Story{URL: n.Item.URL})); err != nil {
			t.Error(err)
		}
	})
	t.Run("is stopped", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		n := &ingest.FeedItem{Item: feed.Item{URL: site.URL + "/page?3", Title: "Stop"}}
		if err := w.Ingest(ctx, n, true, false); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("is malformed", func(t *testing.T) {
		n := &ingest.FeedItem{URL: site.URL + "/feed", Item: feed.Item{Title: strings.Repeat("x", story.MaxTitle+1)}}
		if err := w.Ingest(t.Context(), n, true, false); !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "title") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("keeps the text of a page that was removed", func(t *testing.T) {
		site.Break("/page", webtest.Status(404, 0))
		n := &ingest.FeedItem{Item: feed.Item{URL: site.URL + "/page", Title: "Ferry has left", Summary: summary}}
		if err := w.Ingest(t.Context(), n, true, false); err != nil {
			t.Fatal(err)
		}
		s, err := store.Story(t.Context(), story.Identify(&story.Story{URL: n.Item.URL}))
		if err != nil || s.TextSource != story.SourcePage || s.Title != "Ferry has left" || !strings.Contains(s.Text, "Suva") {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// TestFeedItems checks by what items and stories of a feed are recognized.
func TestFeedItems(t *testing.T) {
	now := time.Now()
	read := func(items ...feed.Item) []ingest.FeedItem {
		return ingest.FeedItems(1, "https://post.example/feed", &feed.Feed{Title: "Post", Items: items}, now)
	}
	const full = "The ferry left the port in the morning. "
	one := feed.Item{ID: "12", URL: "https://post.example/a?utm_source=x", Title: "A", Content: strings.Repeat(full, 30)}
	moved, corrected, tracked := one, one, one
	moved.URL, corrected.Title, tracked.URL = "https://post.example/b", "B", "https://post.example/a?utm_source=y"
	base := read(one)[0]
	for name, c := range map[string]struct {
		item        feed.Item
		key, digest bool // whether it equals that of base
	}{
		"another address":             {moved, true, false},
		"another title":               {corrected, true, false},
		"another tracking parameter":  {tracked, true, true},
		"another item, equal address": {feed.Item{ID: "13", URL: one.URL}, false, false},
	} {
		if n := read(c.item)[0]; (n.Key == base.Key) != c.key || (n.Digest == base.Digest) != c.digest {
			t.Errorf("%s: key %t, digest %t", name, n.Key == base.Key, n.Digest == base.Digest)
		}
	}

	// Items do not change if the dates of all items are the time at which the feed was generated.
	generated := func(at time.Time) string {
		a, b := one, moved
		b.ID = "14"
		a.Published, b.Published = at, at
		return read(a, b)[0].Digest
	}
	if generated(now.Add(-time.Second)) != generated(now.Add(-10*time.Minute)) {
		t.Error("the time of generation counts as a change")
	}

	web := &ingest.Web{Client: newClient()}
	for guid, want := range map[string]string{
		"12":                         "guid:https://post.example/feed 12",
		"tag:post.example,2024:12":   "tag:post.example,2024:12",
		"urn:uuid:5":                 "urn:uuid:5",
		"https://post.example/?p=12": "https://post.example/?p=12",
		"https://post.example/":      "guid:https://post.example/feed https://post.example/",
	} {
		item := one
		item.ID = guid
		n := read(item)[0]
		s, err := web.Story(t.Context(), &n)
		if err != nil || len(s.Aliases) != 1 || s.Aliases[0] != want {
			t.Errorf("%s: %q, %v; want %q", guid, s.Aliases, err, want)
		}
	}
}
