package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// TestDemoFocus geoparses the sample stories and compares the focus of each with the
// place that it was written about.
func TestDemoFocus(t *testing.T) {
	want := expectedFocus(t)
	index, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	parser, err := newParser(index)
	if err != nil {
		t.Fatal(err)
	}
	stories, right := 0, 0
	reader := geo.NewDocumentReader("demo/stories.jsonl", bytes.NewReader(demoStories))
	for {
		doc, err := reader.Next()
		if err != nil {
			break
		}
		stories++
		expected, ok := want[doc.ID]
		if !ok {
			t.Errorf("%s: is missing in expected.tsv", doc.ID)
			continue
		}
		result, err := parser.Parse(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Locations) == 0 || result.Focus == "" {
			t.Logf("%s: no focus, want %s", doc.ID, expected.name)
			continue
		}
		found := result.Locations[0].Place
		if km := geo.DistanceKM(found.Point, expected.point); km > 161 {
			t.Logf("%s: the focus is %s, %.0f km from %s", doc.ID, found.Name, km, expected.name)
			continue
		}
		right++
	}
	if stories != len(want) || stories < 40 {
		t.Errorf("%d stories, %d expectations; want at least 40 of each", stories, len(want))
	}
	t.Logf("the focus is right in %d of %d stories", right, stories)
	if right*100 < stories*85 {
		t.Errorf("the focus is right in %d of %d stories, want at least 85 %%", right, stories)
	}
}

type focus struct {
	name  string
	point orb.Point
}

// expectedFocus reads expected.tsv: story id, place name, lat, lon in degrees.
func expectedFocus(t *testing.T) map[string]focus {
	t.Helper()
	f, err := os.Open(filepath.Join("demo", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]focus{}
	for _, row := range rows[1:] {
		lat, errLat := strconv.ParseFloat(row[2], 64)
		lon, errLon := strconv.ParseFloat(row[3], 64)
		if errLat != nil || errLon != nil {
			t.Fatalf("expected.tsv: %q", row)
		}
		out[row[0]] = focus{row[1], orb.Point{lon, lat}}
	}
	return out
}
