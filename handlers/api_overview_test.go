package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/handlers"
)

// newChangeApp returns an app whose store has a change log.
func newChangeApp(t testing.TB, change ...func(*handlers.Config)) (*app, *changeStore) {
	t.Helper()
	store := &changeStore{}
	a := newApp(t, append(change, func(c *handlers.Config) {
		store.testStore = c.Store.(*testStore)
		c.Store = store
	})...)
	return a, store
}

// fetch requests path and decodes the JSON of the answer into v.
func (a *app) fetch(t *testing.T, path string, v any) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return w
}

func TestOverviewScenarios(t *testing.T) {
	for _, sc := range []scenario{
		{name: "histogram", path: "/api/histogram", status: 200, contains: []string{`"from":"2017-12-20T00:00:00Z"`, `"step_seconds":2592000`, `"undated":0`},
			answerHeaders: map[string]string{"Content-Type": "application/json"}},
		{name: "histogram of one story", path: "/api/histogram?q=cyclone", status: 200,
			contains: []string{`{"from":"2020-12-17T00:00:00Z","to":"2020-12-17T01:00:00Z","step_seconds":3600,"counts":[1],"undated":0}`}},
		{name: "histogram by time of fetching", path: "/api/histogram?by=fetched&bins=10", status: 200,
			contains: []string{`"from":"2026-03-01T12:00:00Z"`, `"undated":0`, `"counts":[4]`}},
		{name: "histogram of a year", path: "/api/histogram?datetime=2020-01-01/2020-12-31", status: 200, contains: []string{`"counts":[1]`}},
		{name: "histogram without the filter of time", path: "/api/histogram?datetime=2020-01-01/2020-12-31&whole=1&bins=10", status: 200,
			contains: []string{`"counts":[1,1,1,1]`}},
		{name: "histogram of no stories", path: "/api/histogram?received=2020-01-01/2021-01-01", status: 200, contains: []string{`"counts":[]`}},
		{name: "histogram by time of fetching, without its filter", path: "/api/histogram?received=2020-01-01/2021-01-01&by=fetched&whole=1", status: 200,
			contains: []string{`"counts":[4]`}},
		{name: "histogram with a malformed received", path: "/api/histogram?received=soon", status: 400, contains: parameter("received"),
			answerHeaders: problemHeaders},
		{name: "histogram of too few bins", path: "/api/histogram?bins=9", status: 400, contains: parameter("bins"), answerHeaders: problemHeaders},
		{name: "histogram of too many bins", path: "/api/histogram?bins=1001", status: 400, contains: parameter("bins"), answerHeaders: problemHeaders},
		{name: "histogram by an unknown time", path: "/api/histogram?by=updated", status: 400, contains: parameter("by"), answerHeaders: problemHeaders},
		{name: "histogram with a malformed whole", path: "/api/histogram?whole=yes", status: 400, contains: parameter("whole"), answerHeaders: problemHeaders},
		{name: "histogram with a malformed filter", path: "/api/histogram?role=hero", status: 400, contains: parameter("role"), answerHeaders: problemHeaders},
		{name: "histogram with a cursor", path: "/api/histogram?cursor=1", status: 400, contains: parameter("cursor"), answerHeaders: problemHeaders},

		{name: "clusters", path: "/api/clusters?zoom=1", status: 200, contains: []string{`"features":6,"stories":3,"cut":false`,
			`{"lon":178.44149,"lat":-18.14161,"stories":1,"features":1,"newest":"2020-12-17T00:00:00Z","place":"Suva","place_id":"geonames:2198148",` +
				`"places":1,"bbox":[178.44149,-18.14161,178.44149,-18.14161],"role_counts":{"dateline":0,"focus":1,"mention":0},"precision":"city","country":"FJ"}`}},
		{name: "clusters and a country", path: "/api/clusters?zoom=1&country=SY", status: 200, contains: []string{`"features":2,"stories":1`,
			`"areas":[{"place_id":"geonames:163843","place":"Syria","country":"SY","precision":"country","lon":38.5,"lat":35,"stories":1,` +
				`"features":1,`, `"place":"Baghuz","place_id":"newsmap:baghuz","places":1`}},
		{name: "clusters in a box without the point of the country", path: "/api/clusters?zoom=5&bbox=40,34,41,35", status: 200, contains: []string{`"areas":[]`}},
		{name: "clusters between two zooms", path: "/api/clusters?zoom=1.5", status: 200, contains: []string{`"features":6`}},
		{name: "clusters in a box", path: "/api/clusters?zoom=5&bbox=40,34,41,35", status: 200, contains: []string{`"features":1,"stories":1`, "Baghuz"},
			lacks: []string{"Suva"}},
		{name: "clusters across the antimeridian", path: "/api/clusters?zoom=3&bbox=170,-30,-170,0", status: 200,
			contains: []string{`"features":1,"stories":1`, "Suva"}, lacks: []string{"Baghuz"}},
		{name: "clusters of no stories", path: "/api/clusters?zoom=3&q=nothing+at+all", status: 200,
			contains: []string{`{"cells":[],"areas":[],"features":0,"stories":0,"cut":false}`}},
		{name: "clusters without a zoom", path: "/api/clusters", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},
		{name: "clusters at a malformed zoom", path: "/api/clusters?zoom=NaN", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},
		{name: "clusters below zoom 0", path: "/api/clusters?zoom=-1", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},
		{name: "clusters above zoom 22", path: "/api/clusters?zoom=22.5", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},
		{name: "clusters in a malformed box", path: "/api/clusters?zoom=2&bbox=1,2,3", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "clusters with a limit", path: "/api/clusters?zoom=2&limit=3", status: 400, contains: parameter("limit"), answerHeaders: problemHeaders},

		{name: "countries", path: "/api/countries", status: 200,
			contains: []string{`{"country":"FR","name":"France","stories":2,"features":2}`, `{"country":"SY","name":"Syria","stories":1,"features":2}`}},
		{name: "countries with a filter", path: "/api/countries?country=FJ", status: 200,
			contains: []string{`{"countries":[{"country":"FJ","name":"Fiji","stories":1,"features":1}]}`}},
		{name: "countries of no stories", path: "/api/countries?q=nothing+at+all", status: 200, contains: []string{`{"countries":[]}`}},
		{name: "countries with an unknown parameter", path: "/api/countries?zoom=3", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},

		{name: "suggest a place", path: "/api/suggest?q=su", status: 200, contains: []string{`"kind":"place","id":"geonames:2198148",` +
			`"name":"Suva","label":"Suva, Central, Fiji","lat":-18.14161,"lon":178.44149,"feature_code":"PPLC","stories":1,"value":{"place":"geonames:2198148"}`,
			`{"kind":"text","id":"","name":"su","label":"su","lat":null,"lon":null,"feature_code":null,"stories":null,"value":{"q":"su"}}`}},
		{name: "suggest a country", path: "/api/suggest?q=SYR", status: 200,
			contains: []string{`"kind":"country","id":"SY","name":"Syria","label":"Syria"`, `"value":{"country":"SY"}`, `"stories":1`}},
		{name: "suggest a place of the stories", path: "/api/suggest?q=bagh", status: 200, contains: []string{`"id":"newsmap:baghuz"`}},
		{name: "suggest by a complete name", path: "/api/suggest?q=Montevideo", status: 200, contains: []string{`"id":"geonames:3441575"`, `"stories":0`}},
		{name: "suggest an outlet", path: "/api/suggest?q=pos", status: 200,
			contains: []string{`"kind":"outlet","id":"Pacific Post","name":"Pacific Post","label":"Pacific Post · pacific.example"`,
				`"stories":1,"value":{"outlet":"Pacific Post"}`}},
		{name: "suggest an outlet by its domain", path: "/api/suggest?q=example.o", status: 200, contains: []string{`"value":{"outlet":"Example Wire"}`}},
		{name: "suggest hostile names", path: "/api/suggest?q=%3Cb%3EBad", status: 200, lacks: []string{"<b>", "<script>"}, contains: []string{"newsmap:hostile"}},
		{name: "suggest one", path: "/api/suggest?q=Suva&limit=1", status: 200, contains: []string{"geonames:2198148"}, lacks: []string{`"text"`}},
		{name: "suggest one for an unknown text", path: "/api/suggest?q=zzz&limit=1", status: 200, contains: []string{`"kind":"text"`}},
		{name: "suggest outlets within the limit", path: "/api/suggest?q=p&limit=3", status: 200, contains: []string{"Pacific Post", `"kind":"text"`}},
		{name: "suggest spaces", path: "/api/suggest?q=+", status: 200, contains: []string{`{"suggestions":[]}`}},
		{name: "suggest punctuation", path: "/api/suggest?q=%21%21", status: 200, contains: []string{`"kind":"text"`}, lacks: []string{`"kind":"place"`}},
		{name: "suggest without q", path: "/api/suggest", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
		{name: "suggest malformed UTF-8", path: "/api/suggest?q=%ff", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
		{name: "suggest a text that is too long", path: "/api/suggest?q=" + strings.Repeat("a", 201), status: 400, contains: parameter("q"),
			answerHeaders: problemHeaders},
		{name: "suggest with a repeated q", path: "/api/suggest?q=a&q=b", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
		{name: "suggest with a filter", path: "/api/suggest?q=a&country=SY", status: 400, contains: parameter("country"), answerHeaders: problemHeaders},
		{name: "suggest with a limit that is too large", path: "/api/suggest?q=a&limit=51", status: 400, contains: parameter("limit"),
			answerHeaders: problemHeaders},
		{name: "suggest with a malformed query", path: "/api/suggest?q=%zz", status: 400, contains: parameter("query"), answerHeaders: problemHeaders},

		{name: "failing store, clusters", path: "/api/clusters?zoom=2", prepare: func(a *app) {
			a.store.failing = errStore
		}, status: 500, lacks: []string{"secret"}, answerHeaders: problemHeaders},
		{name: "failing store, histogram", path: "/api/histogram", prepare: func(a *app) {
			a.store.failing = errStore
		}, status: 500, lacks: []string{"secret"}, answerHeaders: problemHeaders},
		{name: "failing store, suggestions", path: "/api/suggest?q=a", prepare: func(a *app) {
			a.store.failing = errStore
		}, status: 500, lacks: []string{"secret"}, answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, sc.run)
	}
}

// TestSuggestRanks checks that places with stories come before larger places, and main names
// before names in other languages.
func TestSuggestRanks(t *testing.T) {
	a := newApp(t)
	large := geo.Place{ID: "geonames:1", Name: "Subtown", FeatureCode: "PPL", Country: "DE", Population: 1e7}
	foreign := geo.Place{ID: "newsmap:baghuz", Name: "Baghuz", FeatureCode: "PPL", Country: "SY"}
	a.parser.atlas[large.ID] = large
	suggester := &fixedSuggester{
		a.parser.atlas,
		[]geo.Candidate{
			{Place: large, Name: "Subtown", Score: 0.9},
			{Place: foreign, Name: "Su-Baghuz", Score: 0.99},
			{Place: a.parser.atlas["geonames:2198148"], Name: "Suva", Score: 0.2},
		},
	}
	b := newApp(t, func(c *handlers.Config) { c.Places = suggester })
	var got struct {
		Suggestions []struct{ Name, Matched string }
	}
	b.fetch(t, "/api/suggest?q=su", &got)
	var names []string
	for _, s := range got.Suggestions {
		names = append(names, s.Name)
	}
	if fmt.Sprint(names) != "[Suva Subtown Baghuz su]" || got.Suggestions[2].Matched != "Su-Baghuz" {
		t.Errorf("%+v", got)
	}
}

// fixedSuggester is an atlas that suggests the same places for every text.
type fixedSuggester struct {
	atlas
	answer []geo.Candidate
}

func (p *fixedSuggester) Suggest(string, int) []geo.Candidate { return p.answer }

// TestEntityTags requests an answer again before and after a change of the store.
func TestEntityTags(t *testing.T) {
	a, store := newChangeApp(t)
	for i, path := range []string{"/api/clusters?zoom=2", "/api/countries?country=SY", "/api/histogram", "/api/suggest?q=su"} {
		t.Run(path, func(t *testing.T) {
			ask := func(tag string) *httptest.ResponseRecorder {
				r := httptest.NewRequest("GET", path, nil)
				if tag != "" {
					r.Header.Set("If-None-Match", tag)
				}
				w := httptest.NewRecorder()
				a.ServeHTTP(w, r)
				return w
			}
			first := ask("")
			tag := first.Header().Get("ETag")
			if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) || first.Header().Get("Cache-Control") != "no-cache" {
				t.Fatalf("%d %v", first.Code, first.Header())
			}
			featureReads := store.featureReads
			if w := ask(tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
				t.Errorf("with the tag: %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
			}
			if w := ask(`"x", ` + strings.TrimPrefix(tag, "W/")); w.Code != http.StatusNotModified {
				t.Errorf("with several tags: %d", w.Code)
			}
			if w := ask(`W/"other"`); w.Code != 200 || w.Body.String() != first.Body.String() {
				t.Errorf("with another tag: %d %s", w.Code, w.Body)
			}
			if store.featureReads != featureReads {
				t.Errorf("the store was read %d more times", store.featureReads-featureReads)
			}
			store.put(t, numberedStory(i))
			if w := ask(tag); path != "/api/suggest?q=su" && (w.Code != 200 || w.Header().Get("ETag") == tag) {
				t.Errorf("after a change: %d %v", w.Code, w.Header())
			}
		})
	}
}

// TestNoChangeLog checks that answers from a store without a change log are not cached.
func TestNoChangeLog(t *testing.T) {
	a := newApp(t)
	var before, after struct{ Features int }
	w := a.fetch(t, "/api/clusters?zoom=2", &before)
	if tag := w.Header().Get("ETag"); tag != "" {
		t.Errorf("ETag %s", tag)
	}
	putMany(t, a.store, 5)
	a.fetch(t, "/api/clusters?zoom=2", &after)
	if after.Features != before.Features+5 {
		t.Errorf("%d features, want %d", after.Features, before.Features+5)
	}
}

// TestDirectoryDelay checks that the counts of suggestions are updated a few seconds after the
// store changes, not at once.
func TestDirectoryDelay(t *testing.T) {
	now := today
	a, store := newChangeApp(t, func(c *handlers.Config) { c.Now = func() time.Time { return now } })
	stories := func() int {
		var got struct{ Suggestions []struct{ Stories int } }
		a.fetch(t, "/api/suggest?q=suva", &got)
		return got.Suggestions[0].Stories
	}
	if n := stories(); n != 1 {
		t.Fatalf("%d stories", n)
	}
	again, err := store.Story(t.Context(), a.ids[1])
	if err != nil {
		t.Fatal(err)
	}
	again.ID, again.URL, again.Text = "again", "https://pacific.example/again", "Rain fell in Suva."
	store.put(t, again)
	if n := stories(); n != 1 {
		t.Errorf("at once: %d stories", n)
	}
	now = now.Add(6 * time.Second)
	if n := stories(); n != 2 {
		t.Errorf("later: %d stories", n)
	}
}
