package feature_test

import (
	"bytes"
	"encoding/csv"
	"reflect"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

func TestStoryTable(t *testing.T) {
	var out bytes.Buffer
	table := feature.NewStoryTable(&out, feature.Options{BaseURL: "https://newsmap.example/"})
	complete := &story.Story{
		ID:        "abc",
		Title:     "=1+1",
		URL:       "https://news.example/a",
		Outlet:    "Der \"Bote\"",
		Domain:    "news.example",
		Byline:    "A,\nB",
		Lang:      "de",
		Published: time.Date(2019, 2, 20, 1, 21, 0, 0, time.FixedZone("", 3600)),
		Fetched:   time.Date(2019, 2, 21, 0, 0, 0, 0, time.UTC),
		Locations: []geo.Location{
			{Place: geo.Place{ID: "geonames:1", Name: "Zürich"}, Role: geo.RoleFocus},
			{Place: geo.Place{ID: "geonames:2", Name: "Bern"}, Role: geo.RoleMention},
		},
		Unlocated: []geo.Toponym{{Text: "Nowhere"}},
	}
	for _, s := range []*story.Story{complete, {ID: "x", Title: "Minimal"}} {
		if err := table.Write(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{
			"story_id",
			"title",
			"url",
			"story_url",
			"outlet",
			"domain",
			"byline",
			"published",
			"fetched",
			"lang",
			"focus",
			"places",
			"place_ids",
			"features",
			"unlocated_names",
		},
		{
			"abc",
			"'=1+1",
			"https://news.example/a",
			"https://newsmap.example/stories/abc",
			`Der "Bote"`,
			"news.example",
			"A,\nB",
			"2019-02-20T00:21:00Z",
			"2019-02-21T00:00:00Z",
			"de",
			"Zürich",
			"Zürich; Bern",
			"geonames:1; geonames:2",
			"2",
			"Nowhere",
		},
		{"x", "Minimal", "", "https://newsmap.example/stories/x", "", "", "", "", "", "", "", "", "", "0", ""},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestEmptyStoryTable(t *testing.T) {
	var out bytes.Buffer
	if err := feature.NewStoryTable(&out, feature.Options{}).Close(); err != nil || !bytes.HasPrefix(out.Bytes(), []byte("story_id,title,")) {
		t.Errorf("%q, %v", out.String(), err)
	}
}
