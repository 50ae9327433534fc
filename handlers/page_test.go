package handlers_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/handlers"
)

// addDetails adds all optional parts to the first sample, and makes the second a duplicate of it.
func addDetails(a *app) {
	a.store.alter = func(s *story.Story) {
		switch s.ID {
		case a.ids[0]:
			s.Image = "https://example.org/lead.jpg"
			s.Points = []geo.Coordinate{{Lon: 40.95, Lat: 34.46}}
			s.Titles = []story.Title{{Title: "Earlier title", Until: time.Date(2019, 3, 23, 10, 0, 0, 0, time.UTC)}}
			s.Copies = []story.Copy{
				{ID: a.ids[1], Outlet: "Pacific Post", Title: "The same again"},
				{ID: "third", Outlet: "Example Wire", Title: "Under another address"},
			}
		case a.ids[1]:
			s.CopyOf = a.ids[0]
		}
	}
}

func TestStoryPage(t *testing.T) {
	for _, sc := range []scenario{
		{name: "everything that a story can have", path: "/stories/{0}", prepare: addDetails, status: 200, contains: []string{
			"1 earlier title", "Earlier title", `href="https://example.org/lead.jpg"`, "Also in 1 other outlet", "The same again", "Under another address",
			"Location given by the publisher", `href="/#10/34.46/40.95"`, `features.geojson?download=1" download`}, lacks: []string{"<img src=\"https:"}},
		{name: "duplicate", path: "/stories/{1}", prepare: addDetails, status: 200, contains: []string{"The same report as", `href="/stories/{0}"`},
			lacks: []string{"The same again"}},
		{name: "duplicate of a deleted story", path: "/stories/{1}", prepare: func(a *app) { a.store.alter = func(s *story.Story) { s.CopyOf = "gone" } },
			status: 200,
			lacks:  []string{"The same report as"}},
		{name: "in German", path: "/stories/{0}?locale=de", status: 200,
			contains: []string{"Orte in diesem Bericht", "Syrien", "90\u00a0% sicher"}, elements: map[string]string{`html[lang="de"] h1`: ""}},
		{name: "in Arabic", path: "/stories/{0}?locale=ar", status: 200, contains: []string{"سوريا"},
			elements: map[string]string{`html[lang="ar"][dir="rtl"] h1[dir="auto"][lang="en"]`: "Baghuz"}},
		{name: "image that is not a web address", path: "/stories/{0}", prepare: func(a *app) {
			a.store.alter = func(s *story.Story) { s.Image = "javascript:window.hacked=1" }
		},
			status: 200,
			lacks:  []string{"javascript:"}},
		{name: "file of its places", path: "/api/stories/{0}/features.geojson?download=1", status: 200,
			contains:      []string{`"FeatureCollection"`, `"place_id":"newsmap:baghuz"`, `[40.95,34.46]`},
			answerHeaders: map[string]string{"Content-Type": "application/geo+json", "Content-Disposition": "newsmap-story-"}},
		{name: "file of an unknown story", path: "/api/stories/nope/features.geojson", status: 404, answerHeaders: problemHeaders},
		{name: "file with a parameter", path: "/api/stories/{0}/features.geojson?q=x", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, func(t *testing.T) {
			for i := range sc.contains {
				sc.contains[i] = strings.ReplaceAll(sc.contains[i], "{0}", newApp(t).ids[0])
			}
			sc.run(t)
		})
	}
}

func TestPlacePage(t *testing.T) {
	withDivisions := func(c *handlers.Config) {
		atlas := c.Places.(atlas)
		atlas["geonames:173045"] = geo.Place{
			ID:          "geonames:173045",
			Name:        "Deir ez-Zor",
			FeatureCode: "ADM1",
			Country:     "SY",
			Admin1:      "Deir ez-Zor",
			Admin1Code:  atlas["newsmap:baghuz"].Admin1Code,
			Point:       [2]float64{40, 35},
		}
		atlas["geonames:172955"] = geo.Place{
			ID:          "geonames:172955",
			Name:        "Raqqa",
			FeatureCode: "PPLA",
			Country:     "SY",
			Population:  900_000,
			Point:       [2]float64{39, 35.95},
		}
		c.Places = named{listed{atlas}}
	}
	for _, sc := range []scenario{
		{name: "everything that a place can have", path: "/places/newsmap:baghuz", change: withDivisions, status: 200,
			contains: []string{"town or city", "90% sure", "Nearby"},
			elements: map[string]string{
				`a[href="/places/geonames:173045"]`: "Deir ez-Zor", `a[href="/places/geonames:163843"]`: "Syria", `a[href="/places/geonames:172955"]`: "Raqqa",
				`a[href^="https://www.openstreetmap.org/?mlat=34.46&mlon=40.95"]`: "", `[href="/feed.atom?place=newsmap%3Abaghuz"]`: "",
				`a[href="/api/features.geojson?place=newsmap%3Abaghuz&download=1"]`: "", `[aria-current="true"]`: "",
			}},
		{name: "country", path: "/places/geonames:163843", change: withDivisions, status: 200,
			contains: []string{"Names in other languages"}, elements: map[string]string{`dd bdi[lang="ar"]`: "سوريا", `dd bdi[lang="de"]`: "Syrien"}},
		{name: "country in Ukrainian", path: "/places/geonames:163843?locale=uk", change: withDivisions, status: 200,
			contains: []string{"Сирія", "<dt>німецька</dt>"}},
		{name: "role that it has", path: "/places/newsmap:baghuz?role=focus", status: 200, contains: []string{"Last pocket falls"}},
		{name: "role that it does not have", path: "/places/newsmap:baghuz?role=dateline", status: 200, contains: []string{"No stories have Baghuz in this role."},
			lacks: []string{"Last pocket falls"}},
		{name: "unknown role", path: "/places/newsmap:baghuz?role=nonsense", status: 200, contains: []string{"Last pocket falls"}},
		{name: "place without stories", path: "/places/geonames:163843", prepare: func(a *app) { a.store.remove(t, a.ids...) }, status: 200,
			contains: []string{"No stories name Syria yet."}},
	} {
		t.Run(sc.name, sc.run)
	}
}

// TestPlacePager follows the pages of a place with many stories.
func TestPlacePager(t *testing.T) {
	a := newApp(t)
	for i := range 30 {
		s := story.Story{Title: "Suva " + strings.Repeat("x", i+1), Text: "In Suva.", Published: today.Add(-time.Duration(i) * time.Hour)}
		result, err := a.parser.Parse(context.Background(), s.Document())
		if err != nil {
			t.Fatal(err)
		}
		s.ID = story.Identify(&s)
		s.Locate(result)
		if _, err := a.store.Put(context.Background(), &s); err != nil {
			t.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/places/geonames:2198148", nil))
	_, rest, _ := strings.Cut(w.Body.String(), `<p class="actions pager">`)
	href := strings.Split(rest, `"`)[3]
	if !strings.Contains(href, "cursor=") {
		t.Fatalf("no link to older stories: %q", href)
	}
	w = httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", strings.ReplaceAll(strings.Split(href, "#")[0], "&amp;", "&"), nil))
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "Back to the newest") || strings.Contains(body, "Older stories") {
		t.Errorf("second page: %d, %s", w.Code, body)
	}
}
