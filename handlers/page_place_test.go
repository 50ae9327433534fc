package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/handlers"
)

// named is an atlas that lists its places, and other names of Syria.
type named struct{ listed }

func (named) Names(id string) []string {
	if id == "geonames:163843" {
		return []string{"Syria", "Syrie", "سوريا", "SYRIE"}
	}
	return nil
}

func TestPlace(t *testing.T) {
	places := newAtlas()
	for _, p := range []geo.Place{
		{ID: "geonames:1", Name: "Large and near", FeatureCode: "PPLA", Country: "SY", Population: 900_000, Point: [2]float64{40, 35}},
		{ID: "geonames:2", Name: "Large and far", FeatureCode: "PPLA", Country: "RU", Population: 900_000, Point: [2]float64{100, 35}},
		{ID: "geonames:3", Name: "Small and near", FeatureCode: "PPL", Country: "SY", Population: 900, Point: [2]float64{40.9, 34.4}},
	} {
		places[p.ID] = p
	}
	a, _ := newChangeApp(t, func(c *handlers.Config) { c.Places = named{listed{places}} })
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/api/places/geonames:163843", nil))
	want := `{"place":{"id":"geonames:163843","name":"Syria","lat":35,"lon":38.5,"country":"SY","admin1":null,"feature_code":"PCLI"},` +
		`"label":"Syria","country_name":"Syria","admin2":null,"precision":"country","population":16906283,` +
		`"names":["Syrie","سوريا"],"stories":1,"neighbours":[{"id":"geonames:1","name":"Large and near","lat":35,"lon":40,"km":136.6,"stories":0},` +
		`{"id":"newsmap:baghuz","name":"Baghuz","lat":34.46,"lon":40.95,"km":231.8,"stories":1}]}`
	if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != want {
		t.Errorf("%d\n got %s\nwant %s", w.Code, got, want)
	}
	r := httptest.NewRequest("GET", "/api/places/geonames:163843", nil)
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	again := httptest.NewRecorder()
	if a.ServeHTTP(again, r); again.Code != http.StatusNotModified {
		t.Errorf("requested again: %d", again.Code)
	}
}

func TestPlaceScenarios(t *testing.T) {
	for _, sc := range []scenario{
		{name: "place that is only in stories", path: "/api/places/geonames:2198148", prepare: func(a *app) { delete(a.parser.atlas, "geonames:2198148") },
			status: 200, contains: []string{`"name":"Suva"`, `"names":[]`, `"stories":1`}},
		{name: "hostile place", path: "/api/places/newsmap:hostile", status: 200, lacks: []string{"<b>"}},
		{name: "unknown place", path: "/api/places/nope", status: 404, answerHeaders: problemHeaders},
		{name: "place id that is not valid UTF-8", path: "/api/places/%ff", status: 404, answerHeaders: problemHeaders},
		{name: "place with a parameter", path: "/api/places/newsmap:baghuz?q=x", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, sc.run)
	}
}
