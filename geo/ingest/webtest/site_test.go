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
	forms := []webtest.Form{webtest.RSS, webtest.Atom, webtest.JSON, webtest.RDF, webtest.RSS091, webtest.Loose, webtest.Sitemap}
	at := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	items := []webtest.Item{
		{ID: "1", Link: site.URL + "/1", Title: "Fog & ice", Summary: `It "snowed".`, Published: at},
		{ID: "2", Link: site.URL + "/2", Title: "Sun"},
	}
	for _, form := range forms {
		site.SetFeed("/feed", form, "Loop Post", items)
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
				t.Fatalf("%s: %d, %v; want %d", form, resp.StatusCode, err, want)
			}
			req.Header.Set("If-None-Match", resp.Header.Get("ETag"))
			if want != http.StatusOK {
				continue
			}
			f, err := feed.Parse(t.Context(), body, resp.Header.Get("Content-Type"), site.URL+"/feed", at)
			odd := form == webtest.Loose || form == webtest.Sitemap // they cause warnings about entities, or have no title
			if err != nil || len(f.Items) != 2 || !odd && (f.Title != "Loop Post" || len(f.Warnings) > 0) {
				t.Fatalf("%s: %+v, %v", form, f, err)
			}
			i := f.Items[0]
			if i.Title != "Fog & ice" || i.URL != site.URL+"/1" {
				t.Errorf("%s: %+v", form, i)
			}
			if form != webtest.Sitemap && i.Summary != `It "snowed".` || form != webtest.RSS091 && !i.Published.Equal(at) {
				t.Errorf("%s: %+v", form, i)
			}
			if form != webtest.RDF && form != webtest.RSS091 && form != webtest.Sitemap && i.ID != "1" {
				t.Errorf("%s: %+v", form, i)
			}
		}
		req.Header.Del("If-None-Match")
	}
	if asked, unmodified := site.Asked("/feed"), site.NotModified("/feed"); asked != 2*len(forms) || unmodified != len(forms) {
		t.Errorf("asked %d times, %d times with 304", asked, unmodified)
	}
}
