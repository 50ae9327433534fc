package webtest_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"newsmap/geo/feed"
	"newsmap/geo/ingest/webtest"
)

// TestFeeds reads a feed in each format, and again with its ETag.
func TestFeeds(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	formats := []webtest.Format{webtest.RSS, webtest.Atom, webtest.JSON, webtest.RDF, webtest.RSS091, webtest.Loose, webtest.Sitemap}
	at := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	items := []webtest.Item{
		{ID: "1", Link: site.URL + "/1", Title: "Fog & ice", Summary: `It "snowed".`, Published: at},
		{ID: "2", Link: site.URL + "/2", Title: "Sun"},
	}
	for _, format := range formats {
		site.SetFeed("/feed", format, "Loop Post", items)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/feed", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{http.StatusOK, http.StatusNotModified} {
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != want {
				t.Fatalf("%s: %d, %v; want %d", format, resp.StatusCode, err, want)
			}
			req.Header.Set("If-None-Match", resp.Header.Get("ETag"))
			if want == http.StatusOK {
				f, err := feed.Parse(t.Context(), body, resp.Header.Get("Content-Type"), site.URL+"/feed", at)
				if err != nil {
					t.Fatalf("%s: %v", format, err)
				}
				checkFeed(t, format, f, site.URL+"/1", at)
			}
		}
		req.Header.Del("If-None-Match")
	}
	if asked, unmodified := site.Asked("/feed"), site.NotModified("/feed"); asked != 2*len(formats) || unmodified != len(formats) {
		t.Errorf("%d requests, %d answered with 304", asked, unmodified)
	}
}

// checkFeed compares a feed with the items of TestFeeds, as far as its format has their fields.
func checkFeed(t *testing.T, format webtest.Format, f *feed.Feed, url string, at time.Time) {
	t.Helper()
	hasWarnings := format == webtest.Loose || format == webtest.Sitemap // they cause warnings about entities, or have no title
	if len(f.Items) != 2 || !hasWarnings && (f.Title != "Loop Post" || len(f.Warnings) > 0) {
		t.Fatalf("%s: %+v", format, f)
	}
	i := f.Items[0]
	if i.Title != "Fog & ice" || i.URL != url {
		t.Errorf("%s: %+v", format, i)
	}
	if format != webtest.Sitemap && i.Summary != `It "snowed".` || format != webtest.RSS091 && !i.Published.Equal(at) {
		t.Errorf("%s: %+v", format, i)
	}
	if format != webtest.RDF && format != webtest.RSS091 && format != webtest.Sitemap && i.ID != "1" {
		t.Errorf("%s: %+v", format, i)
	}
}
