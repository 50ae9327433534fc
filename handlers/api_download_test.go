package handlers_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

func TestDownloadScenarios(t *testing.T) {
	for _, sc := range []scenario{
		{name: "CSV", path: "/api/features.csv?role=focus&outlet=Pacific+Post", status: 200,
			contains: []string{"story_id,title,url,story_url,", "Suva", "178.44149,-18.14161\r\n"}, lacks: []string{"Baghuz"},
			answerHeaders: map[string]string{"Content-Type": "text/csv", "Content-Disposition": ""}},
		{name: "CSV download", path: "/api/features.csv?download=1", status: 200,
			answerHeaders: map[string]string{"Content-Disposition": `attachment; filename="newsmap-20260301-120000.csv"`}},
		{name: "CSV of several places", path: "/api/features.csv?place=newsmap:baghuz,geonames:2198148", status: 200, contains: []string{"Baghuz", "Suva"},
			lacks: []string{"Paris,FR"}},
		{name: "KML", path: "/api/features.kml?q=cyclone", status: 200,
			contains: []string{`<kml xmlns="http://www.opengis.net/kml/2.2">`, "<coordinates>178.44149,-18.14161</coordinates>", "</kml>"}, lacks: []string{"Baghuz"},
			answerHeaders: map[string]string{"Content-Type": "application/vnd.google-earth.kml+xml"}},
		{name: "KML download", path: "/api/features.kml?download=1&bbox=40,34,41,35", status: 200, contains: []string{"Baghuz"}, lacks: []string{"Suva"},
			answerHeaders: map[string]string{"Content-Disposition": `newsmap-20260301-120000.kml"`}},
		{name: "hostile KML", path: "/api/features.kml?outlet=bad.example", status: 200, lacks: []string{"<script>", "javascript:window.hacked=1\""}},
		{name: "HEAD of KML", method: "HEAD", path: "/api/features.kml", status: 200,
			answerHeaders: map[string]string{"Content-Type": "application/vnd.google-earth.kml+xml"}},
		{name: "stories as CSV", path: "/api/stories.csv?download=1", status: 200,
			contains:      []string{"story_id,title,url,story_url,outlet,", "Nothing named", "Nowhereville"},
			answerHeaders: map[string]string{"Content-Disposition": `newsmap-stories-20260301-120000.csv"`}},
		{name: "features in an unknown format", path: "/api/features.shp", status: 404, answerHeaders: problemHeaders},
		{name: "CSV with a malformed download", path: "/api/features.csv?download=2", status: 400, contains: parameter("download"), answerHeaders: problemHeaders},
		{name: "CSV with a malformed filter", path: "/api/features.csv?located=maybe", status: 400, contains: parameter("located"), answerHeaders: problemHeaders},
		{name: "failing store, CSV", path: "/api/features.csv?download=1", prepare: func(a *app) {
			a.store.failing = errStore
		}, status: 500, lacks: []string{"secret"}, answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, sc.run)
	}
}

// TestStoryTableOfPages reads more stories than fit on one page of the store.
func TestStoryTableOfPages(t *testing.T) {
	a := newApp(t)
	putMany(t, a.store, 1_200)
	for path, want := range map[string]int{"/api/stories.csv": 1_204, "/api/stories.csv?limit=700": 700, "/api/stories.csv?limit=500": 500,
		"/api/stories.csv?limit=3": 3} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil || len(rows) != want+1 {
			t.Errorf("%s: %d rows, %v; want %d", path, len(rows), err, want+1)
		}
	}
}

// addExplanation adds all explanations of its places to a story.
func addExplanation(st *story.Story) {
	l := &st.Locations[0]
	l.Reasons = []geo.Reason{geo.NewReason(geo.ReasonMostNamed, "name", "Syria", "country", "SY"), geo.NewReason(geo.ReasonOnlyCandidate)}
	l.Candidates = []geo.Candidate{
		{Place: l.Place, Name: "Baghouz", Match: geo.MatchTolerant, Main: true, Score: 0.875},
		{Place: geo.Place{ID: "geonames:9", Name: "Baghuz", Country: "IQ"}, Name: "Baghuz", Score: 0.125},
	}
	st.Titles = []story.Title{{Title: "Pocket about to fall", Until: today}}
	st.Copies = []story.Copy{{ID: "copy", Outlet: "The Other", Domain: "other.example", Title: "Last pocket", URL: "https://other.example/a", Published: today}}
	st.Image = "https://example.org/a.jpg"
	st.Unlocated = append(
		st.Unlocated,
		geo.Toponym{Start: 0, End: 8, Text: "34N 41E", Kind: geo.KindCoordinate, Coordinate: &geo.Coordinate{Lon: 41, Lat: 34}},
		geo.Toponym{Start: 9_999, End: 10_000},
	)
}

// TestExplanation checks everything in a story that explains why its places were chosen.
func TestExplanation(t *testing.T) {
	a := newApp(t)
	a.store.alter = addExplanation
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/api/stories/"+a.ids[0], nil))
	for _, part := range []string{
		`"reasons":[{"code":"most_named","params":{"country":"SY","name":"Syria"},"text":"Syria is named most often"},{"code":"only_candidate",` +
			`"params":null,"text":"it is the only place with this name"}]`, `"sentence":"Fighting ended in Baghuz on Saturday."`,
		`"name":"Baghouz","match":"tolerant","score":0.875,"chosen":true}`,
		`{"place":{"id":"geonames:9","name":"Baghuz","lat":0,"lon":0,"country":"IQ","admin1":null,"feature_code":null},"name":"Baghuz",` +
			`"match":"exact","score":0.125,"chosen":false}`,
		`"titles":[{"title":"Pocket about to fall","until":"2026-03-01T12:00:00Z"}]`, `"copies":[{"id":"copy","title":"Last pocket",` +
			`"url":"https://other.example/a","story_url":"https://news.example/stories/copy","outlet":"The Other"`,
		`"image":"https://example.org/a.jpg"`, `"kind":"coordinate","confidence":0,"sentence":"Fighting ended in Baghuz on Saturday.",` +
			`"coordinate":{"lat":34,"lon":41}`, `"text":"Nowhereville","field":"text","kind":"name","confidence":0.9,"sentence":"Nowhereville was silent."`,
		`{"start":9999,"end":10000,"text":"","field":"text","kind":"name","confidence":0,"sentence":null}`,
	} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %s in %s", part, w.Body)
		}
	}
}

// TestReasonLanguage reads the reasons for a place in the language of the request.
func TestReasonLanguage(t *testing.T) {
	a := newApp(t)
	a.store.alter = func(s *story.Story) {
		s.Locations[0].Reasons = []geo.Reason{
			geo.NewReason(geo.ReasonMostNamed, "name", "Syria", "country", "SY"), geo.NewReason(geo.ReasonNearestPlace, "km", "1200"),
			geo.NewReason("unheard_of"),
		}
	}
	for lang, want := range map[string][]string{
		"":               {"Syria is named most often", "it is the nearest place, 1,200 km away", "unheard_of"},
		"de-AT,de;q=0.9": {"Syrien wird am häufigsten genannt", "es ist der nächste Ort, 1.200 km entfernt", "unheard_of"},
		"tlh, fr;q=0.5":  {"Syrie est cité le plus souvent", "c’est le lieu le plus proche, à 1 200 km", "unheard_of"},
		"not a language": {"Syria is named most often", "it is the nearest place, 1,200 km away", "unheard_of"},
	} {
		r := httptest.NewRequest("GET", "/api/stories/"+a.ids[0], nil)
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		var got struct {
			Locations []struct{ Reasons []struct{ Text string } }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, reason := range got.Locations[0].Reasons {
			texts = append(texts, strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return ' ' // number formats use several kinds of spaces
				}
				return r
			}, reason.Text))
		}
		if !slices.Equal(texts, want) {
			t.Errorf("%q: %q, want %q", lang, texts, want)
		}
		if vary := strings.Join(w.Header().Values("Vary"), ", "); !strings.Contains(vary, "Accept-Language") {
			t.Errorf("%q: Vary %q", lang, vary)
		}
	}
}

// TestLongSentence checks that a sentence that is too long is cut around the name.
func TestLongSentence(t *testing.T) {
	a := newApp(t)
	a.store.alter = func(s *story.Story) {
		s.Text = strings.Repeat("wörd ", 300) + "Suva" + strings.Repeat(" wörd", 300)
		s.Unlocated = []geo.Toponym{{Start: 1_500, End: 1_504, Text: "Suva"}}
	}
	var got struct{ Unlocated []struct{ Sentence string } }
	a.fetch(t, "/api/stories/"+a.ids[0], &got)
	s := got.Unlocated[0].Sentence
	if n := len([]rune(s)); n > 402 || !strings.HasPrefix(s, "…") || !strings.HasSuffix(s, "…") || !strings.Contains(s, "wörd Suva wörd") {
		t.Errorf("%d code points: %s", n, s)
	}
}

// TestFormatRoutes downloads each format and checks whether the page has a link to it.
func TestFormatRoutes(t *testing.T) {
	a := newApp(t)
	page := httptest.NewRecorder()
	a.ServeHTTP(page, httptest.NewRequest("GET", "/", nil))
	for _, f := range feature.Formats {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", "/api/features"+f.Extension+"?download=1", nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != f.MediaType || !strings.Contains(w.Body.String(), "Suva") {
			t.Errorf("%s: status %d, type %q, %.200s", f.Name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if name := w.Header().Get("Content-Disposition"); !strings.HasSuffix(name, f.Extension+`"`) {
			t.Errorf("%s: the download is named %s", f.Name, name)
		}
		if offered := strings.Contains(page.Body.String(), f.Extension+" "+f.Label); offered != f.Menu {
			t.Errorf("%s: the page offers it: %v, want %v", f.Name, offered, f.Menu)
		}
	}
}
