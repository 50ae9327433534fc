package handlers_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
	"github.com/paulmach/orb/encoding/mvt"

	"newsmap/handlers"
)

func TestTileScenarios(t *testing.T) {
	for _, sc := range []scenario{
		{name: "tile of cells", path: "/tiles/0/0/0.mvt", status: 200, answerHeaders: map[string]string{"Content-Type": "application/vnd.mapbox-vector-tile"},
			contains: []string{"clusters", "Suva", "countries", "geonames:163843"}},
		{name: "tile without features", path: "/tiles/12/4077/2258.mvt", status: 204}, // in the ocean
		{name: "tile with a filter", path: "/tiles/0/0/0.mvt?country=FJ", status: 200, contains: []string{"Suva"}, lacks: []string{"Baghuz"}},
		{name: "empty tile", path: "/tiles/3/0/0.mvt", status: 204},
		{name: "tile above zoom 22", path: "/tiles/23/0/0.mvt", status: 400, contains: parameter("z"), answerHeaders: problemHeaders},
		{name: "tile column too large", path: "/tiles/2/4/0.mvt", status: 400, contains: parameter("x"), answerHeaders: problemHeaders},
		{name: "tile row too large", path: "/tiles/2/0/4.mvt", status: 400, contains: parameter("y"), answerHeaders: problemHeaders},
		{name: "tile with a malformed zoom", path: "/tiles/a/0/0.mvt", status: 400, contains: parameter("z"), answerHeaders: problemHeaders},
		{name: "tile column below zero", path: "/tiles/2/-1/0.mvt", status: 400, contains: parameter("x"), answerHeaders: problemHeaders},
		{name: "tile in another format", path: "/tiles/2/0/0.png", status: 404, answerHeaders: problemHeaders},
		{name: "tile with a bbox", path: "/tiles/2/0/0.mvt?bbox=1,2,3,4", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "tile with a malformed filter", path: "/tiles/2/0/0.mvt?role=hero", status: 400, contains: parameter("role"), answerHeaders: problemHeaders},
		{name: "failing store, tile", path: "/tiles/2/0/0.mvt", prepare: func(a *app) { a.store.failing = errStore },
			status: 500, lacks: []string{"secret"}, answerHeaders: problemHeaders},

		{name: "feed", path: "/feed.atom?outlet=Example+Wire", status: 200, answerHeaders: map[string]string{"Content-Type": "application/atom+xml; charset=utf-8"},
			contains: []string{"<title>newsmap · outlet: Example Wire</title>", `href="https://news.example/feed.atom?outlet=Example+Wire"`,
				`href="https://news.example/?outlet=Example+Wire"`,
				"<georss:point>34.46 40.95</georss:point>"}, lacks: []string{"Suva"}},
		{name: "hostile feed", path: "/feed.atom?outlet=bad.example&q=%3Cscript%3E", status: 200, lacks: []string{"<script"}},
		{name: "feed with a malformed filter", path: "/feed.atom?role=hero", status: 400, contains: parameter("role"), answerHeaders: problemHeaders},
		{name: "feed with a malformed cursor", path: "/feed.atom?cursor=nope", status: 400, contains: parameter("cursor"), answerHeaders: problemHeaders},
		{name: "failing store, feed", path: "/feed.atom", prepare: func(a *app) { a.store.failing = errStore }, status: 500,
			lacks: []string{"secret"}, answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, sc.run)
	}
}

func TestTileOfFeatures(t *testing.T) {
	a, _ := newChangeApp(t)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/tiles/10/628/407.mvt", nil)) // around Baghuz
	layers, err := mvt.Unmarshal(w.Body.Bytes())
	if w.Code != 200 || err != nil || len(layers) != 1 || layers[0].Name != "features" || len(layers[0].Features) != 1 ||
		layers[0].Features[0].Properties["story_url"] != "https://news.example/stories/"+a.ids[0] {
		t.Fatalf("%d, %v, %+v", w.Code, err, layers)
	}
	r := httptest.NewRequest("GET", "/tiles/10/628/407.mvt", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	if a.ServeHTTP(again, r); again.Code != http.StatusNotModified {
		t.Errorf("requested again: %d", again.Code)
	}
	for range 2 { // the second from the cache
		empty := httptest.NewRecorder()
		a.ServeHTTP(empty, httptest.NewRequest("GET", "/tiles/9/0/0.mvt", nil))
		if empty.Code != http.StatusNoContent || empty.Body.Len() != 0 || empty.Header().Get("ETag") == "" {
			t.Errorf("empty tile: %d, %v", empty.Code, empty.Header())
		}
	}
}

// TestFeedPages follows the links of a paged feed (RFC 5005) to its end.
func TestFeedPages(t *testing.T) {
	a := newApp(t)
	putMany(t, a.store, 7)
	seen, feedID := map[string]bool{}, ""
	address := "/feed.atom?limit=3"
	for pages := 0; address != ""; pages++ {
		if pages > 10 {
			t.Fatal("the feed does not end")
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(w.Body.Bytes()))
		if err != nil || w.Code != 200 {
			t.Fatalf("%s: %d, %v", address, w.Code, err)
		}
		for _, item := range feed.Items {
			if seen[item.GUID] {
				t.Errorf("%s is in the feed twice", item.GUID)
			}
			seen[item.GUID] = true
		}
		_, rest, _ := strings.Cut(w.Body.String(), "<id>")
		id, _, _ := strings.Cut(rest, "</id>")
		if feedID != "" && id != feedID {
			t.Errorf("the feed's id %s became %s", feedID, id)
		}
		feedID, address = id, ""
		if _, rest, found := strings.Cut(w.Body.String(), `<link rel="next" type="application/atom+xml" href="https://news.example`); found {
			address, _, _ = strings.Cut(rest, `"`)
			address = strings.ReplaceAll(address, "&amp;", "&")
		}
	}
	if len(seen) != 11 {
		t.Errorf("%d entries, want 11", len(seen))
	}
}

// TestFeedWithoutBaseURL checks that the addresses in a feed have the host of the request, and
// never that of an earlier request.
func TestFeedWithoutBaseURL(t *testing.T) {
	a, _ := newChangeApp(t, func(c *handlers.Config) { c.BaseURL = "" })
	for _, host := range []string{"one.example", "two.example:8080"} {
		r := httptest.NewRequest("GET", "/feed.atom", nil)
		r.Host = host
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), `href="http://`+host+`/feed.atom"`) {
			t.Errorf("%s: %.600s", host, w.Body)
		}
	}
}

// TestCompressedAnswers checks each kind of answer that is compressed.
func TestCompressedAnswers(t *testing.T) {
	a := newApp(t)
	putMany(t, a.store, 200)
	for _, path := range []string{
		"/api/stories", "/api/stories.csv", "/api/features.geojson", "/api/features.csv", "/api/features.kml", "/api/clusters?zoom=4", "/feed.atom",
		"/tiles/0/0/0.mvt",
	} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %d, %d bytes, %v", path, w.Code, w.Body.Len(), w.Header())
			continue
		}
		if _, err := gzip.NewReader(w.Body); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestEveryAnswerHasTag requests each kind of answer twice.
func TestEveryAnswerHasTag(t *testing.T) {
	a, _ := newChangeApp(t)
	for _, path := range []string{
		"/api/stories", "/api/stories/" + a.ids[0], "/api/stories.csv", "/api/features.geojson", "/api/features.csv", "/api/features.kml", "/api/clusters?zoom=4",
		"/api/countries", "/api/histogram", "/api/suggest?q=s", "/api/places?zoom=3", "/feed.atom", "/tiles/0/0/0.mvt",
	} {
		first := httptest.NewRecorder()
		a.ServeHTTP(first, httptest.NewRequest("GET", path, nil))
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", first.Header().Get("ETag"))
		again := httptest.NewRecorder()
		if a.ServeHTTP(again, r); first.Code != 200 || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d with %q, then %d", path, first.Code, first.Header().Get("ETag"), again.Code)
		}
	}
}
