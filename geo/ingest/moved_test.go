package ingest_test

import (
	"testing"
	"time"

	"newsmap/geo/ingest"
	"newsmap/geo/ingest/webtest"
	"newsmap/geo/story"
)

// TestFeedMovedAndItems has a feed that moves and an item whose address changes with each
// version. As the item keeps its id, it must stay one story.
func TestFeedMovedAndItems(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	w := &ingest.Worker{Web: &ingest.Web{Client: newClient(), Wait: time.Second}, Ingester: &ingest.Ingester{Parser: nowhere{}, Store: p.store}}
	id := p.follow(site.URL + "/old")
	for i, version := range []struct{ path, title string }{{"/old", "first"}, {"/new", "second"}, {"/new", "third"}, {"/newer", "fourth"}} {
		if version.path != "/old" {
			site.Break("/old", webtest.Redirect(301, version.path))
		}
		if version.path == "/newer" {
			site.Break("/new", webtest.Redirect(301, version.path))
		}
		item := webtest.Item{ID: "one", Link: "/one-" + version.title, Title: version.title, Content: paragraph + paragraph}
		site.SetFeed(version.path, webtest.RSS, "Post", []webtest.Item{item})
		p.jobs.items = nil
		if sub := p.poll(id); sub.URL != site.URL+version.path || len(p.jobs.items) != 1 {
			t.Fatalf("poll %d: %d items, feed at %s: %s", i, len(p.jobs.items), sub.URL, sub.Error)
		}
		if err := w.Ingest(t.Context(), &p.jobs.items[0], true, false); err != nil {
			t.Fatal(err)
		}
	}
	page, err := p.store.Stories(t.Context(), story.Query{Limit: 10})
	if err != nil || len(page.Stories) != 1 || page.Stories[0].Title != "fourth" {
		t.Errorf("%d stories, %v; want the fourth version of one", len(page.Stories), err)
	}
}
