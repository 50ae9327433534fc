package feature_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

// scatter returns features of n stories at places all over the world, some of them at its edges.
func scatter(n int) []*story.FeatureSummary {
	random := rand.New(rand.NewPCG(3, 4))
	places := []*story.PlaceSummary{}
	for _, p := range []orb.Point{{180, 0}, {-180, 0}, {0, 90}, {0, -90}, {0, 0}, {-90, 0}, {179.9999999, 85.06}, {12.3456789, -45.6789012}} {
		places = append(places, &story.PlaceSummary{ID: fmt.Sprint("edge", len(places)), Name: "Edge", Point: p})
	}
	for i := range 300 {
		places = append(
			places,
			&story.PlaceSummary{
				ID:    fmt.Sprint("place", i),
				Name:  fmt.Sprint("Place ", i),
				Point: orb.Point{random.Float64()*360 - 180, random.Float64()*170 - 85},
			},
		)
	}
	var out []*story.FeatureSummary
	for i := range n {
		summary := &story.StorySummary{ID: fmt.Sprint("story", i), Number: i, Published: time.Unix(int64(random.IntN(1e9)), 0).UTC()}
		for range 1 + random.IntN(4) {
			out = append(
				out,
				&story.FeatureSummary{
					Story: summary,
					Place: places[random.IntN(len(places))],
					Role:  []geo.Role{geo.RoleFocus, geo.RoleDateline, geo.RoleMention}[random.IntN(3)],
				},
			)
		}
	}
	return out
}

func cells(zoom int, bounds *geo.BBox, maxCells int, merge bool, summaries []*story.FeatureSummary) (*feature.Grid, []feature.Cell) {
	g := feature.NewGrid(zoom, bounds)
	box := g.BBox()
	for _, m := range summaries {
		if box == nil || box.Contains(m.Place.Point) { // like the query of a store
			g.Add(m)
		}
	}
	return g, g.Cells(maxCells, merge)
}

// TestGridCounts compares each cell with the features in its box.
func TestGridCounts(t *testing.T) {
	summaries := scatter(2_000)
	for _, merge := range []bool{false, true} {
		for _, zoom := range []int{0, 1, 2, 5, 9, 22, 40} {
			g, got := cells(zoom, nil, math.MaxInt, merge, summaries)
			if g.Features() != len(summaries) || g.Stories() != 2_000 {
				t.Fatalf("zoom %d: %d features, %d stories", zoom, g.Features(), g.Stories())
			}
			total := 0
			for _, c := range got {
				total += c.Features
				checkCell(t, c, summaries)
			}
			if total != len(summaries) {
				t.Errorf("zoom %d, merge %v: cells have %d features, want %d", zoom, merge, total, len(summaries))
			}
		}
	}
}

func checkCell(t *testing.T, c feature.Cell, summaries []*story.FeatureSummary) {
	t.Helper()
	stories, places := map[string]bool{}, map[*story.PlaceSummary]int{}
	var newest time.Time
	roles := map[geo.Role]int{geo.RoleFocus: 0, geo.RoleDateline: 0, geo.RoleMention: 0}
	features := 0
	for _, m := range summaries {
		if c.BBox.Contains(m.Place.Point) {
			features++
			stories[m.Story.ID] = true
			places[m.Place]++
			roles[m.Role]++
			if m.Story.Published.After(newest) {
				newest = m.Story.Published
			}
		}
	}
	if features != c.Features || len(stories) != c.Stories || len(places) != c.Places || !newest.Equal(c.Newest) || !reflect.DeepEqual(roles, c.Roles) {
		t.Errorf("cell %+v; in its box %d features, %d stories, %d places, newest %v, %v", c, features, len(stories), len(places), newest, roles)
	}
	for _, n := range places {
		if n > places[c.Place] {
			t.Errorf("place %s has %d features, another %d", c.Place.Name, places[c.Place], n)
		}
	}
	if c.Places == 1 && c.Point != c.Place.Point {
		t.Errorf("the point of the only place is %v, that of the cell %v", c.Place.Point, c.Point)
	}
	if p := c.Point; math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 ||
		c.Places > 1 && !c.BBox.Contains(orb.Point{p[0], min(max(p[1], c.BBox.MinLat), c.BBox.MaxLat)}) {
		t.Errorf("the mean %v is outside %v", p, c.BBox)
	}
}

// TestGridWindow compares the cells in a box with those of the whole world: they must not change
// when a map is moved.
func TestGridWindow(t *testing.T) {
	summaries := scatter(2_000)
	for _, box := range []geo.BBox{
		{MinLon: -10, MinLat: 30, MaxLon: 40, MaxLat: 70}, {MinLon: 170, MinLat: -50, MaxLon: -160, MaxLat: 20}, {MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90},
		{MinLon: 10, MinLat: -90, MaxLon: 9, MaxLat: 90}, {MinLon: 1, MinLat: 1, MaxLon: 2, MaxLat: 2}, {MinLon: 0, MinLat: 0, MaxLon: 0, MaxLat: 0},
		{MinLon: 179, MinLat: 0, MaxLon: 180, MaxLat: 10},
	} {
		for zoom := range 7 {
			_, world := cells(zoom, nil, math.MaxInt, false, summaries)
			worldCells := map[orb.Point]feature.Cell{}
			for _, c := range world {
				worldCells[c.Point] = c
			}
			g, got := cells(zoom, &box, math.MaxInt, false, summaries)
			within := map[orb.Point]bool{}
			for _, c := range got {
				if !reflect.DeepEqual(worldCells[c.Point], c) {
					t.Fatalf("%v at zoom %d: the cell %+v is %+v in the world", box, zoom, c, worldCells[c.Point])
				}
				within[c.Point] = true
			}
			for _, c := range world {
				if box.Contains(c.Point) && !within[c.Point] {
					t.Errorf("%v at zoom %d: no cell at %v", box, zoom, c.Point)
				}
			}
			if features, stories := countIn(box, summaries); g.Features() != features || g.Stories() != stories {
				t.Errorf("%v at zoom %d: %d features of %d stories, want %d of %d", box, zoom, g.Features(), g.Stories(), features, stories)
			}
		}
	}
}

// countIn returns the numbers of features and stories in a box.
func countIn(box geo.BBox, summaries []*story.FeatureSummary) (features, stories int) {
	numbers := map[int]bool{}
	for _, m := range summaries {
		if box.Contains(m.Place.Point) {
			features++
			numbers[m.Story.Number] = true
		}
	}
	return features, len(numbers)
}

func TestGridMaxCells(t *testing.T) {
	summaries := scatter(2_000)
	for _, maxCells := range []int{1, 20, 100} {
		_, got := cells(15, nil, maxCells, true, summaries)
		if len(got) > max(maxCells, 16) || len(got) == 0 { // 16 at zoom 0
			t.Errorf("%d cells, want at maxCells %d", len(got), maxCells)
		}
	}
	if _, got := cells(3, nil, 10, true, nil); len(got) != 0 {
		t.Errorf("cells without features: %+v", got)
	}
}

// TestGridMerge checks that two cells are merged if their places are close to their common edge.
func TestGridMerge(t *testing.T) {
	west, east := &story.PlaceSummary{ID: "w", Point: orb.Point{-0.1, 1}}, &story.PlaceSummary{ID: "e", Point: orb.Point{0.1, 1}}
	summary := &story.StorySummary{Number: 1}
	summaries := []*story.FeatureSummary{{Story: summary, Place: west}, {Story: summary, Place: east}}
	if _, got := cells(3, nil, 100, false, summaries); len(got) != 2 {
		t.Errorf("%d cells, want 2", len(got))
	}
	_, got := cells(3, nil, 100, true, summaries)
	if len(got) != 1 || got[0].Stories != 1 || got[0].Features != 2 || math.Abs(got[0].Point[0]) > 1e-9 || math.Abs(got[0].Point[1]-1) > 1e-9 {
		t.Errorf("%+v", got)
	}
}

// TestGridAreas checks that features of countries as a whole are counted by Areas and not by
// Cells.
func TestGridAreas(t *testing.T) {
	country := func(id string, lon, lat float64) *story.PlaceSummary {
		return &story.PlaceSummary{ID: id, Name: id, Point: orb.Point{lon, lat}, Country: "XX", Precision: geo.PrecisionCountry}
	}
	a, b, far := country("a", 5, 5), country("b", 5.1, 5), country("far", 50, 5)
	town := &story.PlaceSummary{ID: "t", Name: "Town", Point: orb.Point{5, 5}, Precision: geo.PrecisionCity}
	first := &story.StorySummary{Number: 1, Published: time.Unix(100, 0)}
	second := &story.StorySummary{Number: 2, Published: time.Unix(200, 0)}
	summaries := []*story.FeatureSummary{
		{Story: first, Place: b, Role: geo.RoleMention, Confidence: 0.4},
		{Story: first, Place: a, Role: geo.RoleFocus, Confidence: 0.9},
		{
			Story:      second,
			Place:      b,
			Role:       geo.RoleFocus,
			Confidence: 0.7,
		},
		{Story: second, Place: b, Role: geo.RoleMention, Confidence: 0.2},
		{Story: second, Place: town, Role: geo.RoleMention},
		{Story: second, Place: far},
	}
	g, got := cells(4, &geo.BBox{MinLon: 0, MinLat: 0, MaxLon: 10, MaxLat: 10}, 100, true, summaries)
	if len(got) != 1 || got[0].Features != 1 || got[0].Place != town {
		t.Errorf("cells %+v", got)
	}
	if g.Features() != 5 || g.Stories() != 2 {
		t.Errorf("%d features of %d stories, want 5 of 2", g.Features(), g.Stories())
	}
	type area struct {
		id                string
		features, stories int
		newest            int64
		focus             int
		confidence        float64
	}
	var areas []area
	for _, x := range g.Areas() {
		areas = append(areas, area{x.Place.ID, x.Features, x.Stories, x.Newest.Unix(), x.Roles[geo.RoleFocus], x.Confidence})
	}
	if want := []area{{"b", 3, 2, 200, 1, 0.7}, {"a", 1, 1, 100, 1, 0.9}}; !reflect.DeepEqual(areas, want) {
		t.Errorf("areas %+v, want %+v", areas, want)
	}
}

// BenchmarkGrid counts 100,000 features by the cells of the world.
func BenchmarkGrid(b *testing.B) {
	summaries := scatter(40_000)
	b.ReportMetric(float64(len(summaries)), "summaries")
	for b.Loop() {
		cells(3, nil, 2_000, true, summaries)
	}
}
