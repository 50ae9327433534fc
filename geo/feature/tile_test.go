package feature_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

func TestTileValidate(t *testing.T) {
	for _, tile := range []feature.Tile{{}, {1, 1, 1}, {22, 1<<22 - 1, 0}} {
		if err := tile.Validate(); err != nil {
			t.Errorf("%v: %v", tile, err)
		}
	}
	for tile, name := range map[feature.Tile]string{{-1, 0, 0}: "z", {23, 0, 0}: "z", {0, 1, 0}: "x", {0, 0, 1}: "y", {3, 8, 0}: "x", {3, 0, 8}: "y",
		{3, -1, 0}: "x", {3, 0, -1}: "y", {1 << 40, 0, 0}: "z"} {
		var invalid *geo.InvalidError
		if err := tile.Validate(); !errors.As(err, &invalid) || invalid.Name != name {
			t.Errorf("%v: %v, want an error that names %s", tile, err, name)
		}
	}
}

// TestTileBBox compares the box with another implementation, and checks the edges of the
// world.
func TestTileBBox(t *testing.T) {
	for _, tile := range []feature.Tile{{0, 0, 0}, {3, 4, 2}, {9, 300, 200}, {1, 0, 0}, {4, 0, 7}, {4, 15, 7}, {22, 1 << 21, 1 << 21}} {
		b := tile.BBox()
		if err := b.Validate(); err != nil {
			t.Errorf("%v: %v", tile, err)
		}
		bound := maptile.New(uint32(tile.X), uint32(tile.Y), maptile.Zoom(tile.Z)).Bound()
		for _, p := range []orb.Point{bound.Center(), {bound.Min[0] + 1e-9, bound.Min[1] + 1e-9}, {bound.Max[0] - 1e-9, bound.Max[1] - 1e-9}} {
			if !b.Contains(p) {
				t.Errorf("%v: %v does not contain %v of %v", tile, b, p, bound)
			}
		}
	}
	if b := (feature.Tile{4, 0, 7}).BBox(); b.MinLon < b.MaxLon || !b.Contains(orb.Point{179.9, 10}) {
		t.Errorf("the buffer of the westernmost tile is %v", b)
	}
	if b := (feature.Tile{4, 15, 0}).BBox(); !b.Contains(orb.Point{-179.9, 89.9}) {
		t.Errorf("the buffer of the north-eastern tile is %v", b)
	}
}

func decode(t *testing.T, content []byte) *mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(content)
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	return layers[0]
}

func TestTileOfFeatures(t *testing.T) {
	f := samples()[0]
	tile := maptile.At(f.Location.Place.Point, 12)
	w := feature.NewTileWriter(feature.Tile{12, int(tile.X), int(tile.Y)}, feature.Options{BaseURL: "https://newsmap.example"})
	far := *f
	far.Location.Place.Point = orb.Point{-70, 10}
	for _, in := range []*story.Feature{f, &far} {
		if err := w.Write(in); err != nil {
			t.Fatal(err)
		}
	}
	content, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	layer := decode(t, content)
	if layer.Name != "features" || layer.Version != 2 || layer.Extent != 4096 || len(layer.Features) != 1 {
		t.Fatalf("%+v", layer)
	}
	got := layer.Features[0]
	want := map[string]any{
		"story_id":     "abc234",
		"title":        f.Title,
		"url":          f.URL,
		"story_url":    "https://newsmap.example/stories/abc234",
		"outlet":       "Der Bote",
		"published":    "2019-02-20T00:21:00Z",
		"lang":         "de-CH",
		"place_id":     "geonames:2657896",
		"place":        "Zürich",
		"country":      "CH",
		"admin1":       "Zurich",
		"feature_code": "PPLA",
		"precision":    "city",
		"role":         "focus",
		"confidence":   0.876543,
		"mentions":     float64(3),
		"evidence":     f.Location.Evidence,
	}
	if !reflect.DeepEqual(map[string]any(got.Properties), want) {
		t.Errorf("got %v\nwant %v", got.Properties, want)
	}
	layer.ProjectToWGS84(tile)
	if d := geo.DistanceKM(got.Geometry.(orb.Point), f.Location.Place.Point); d > 0.01 {
		t.Errorf("the point in the tile is %.3f km away", d)
	}
}

// TestTilesOfCells parses all tiles of a zoom. Each cell must be in one tile, and may also be in
// the buffers of others.
func TestTilesOfCells(t *testing.T) {
	summaries := scatter(1_500)
	for z := range 5 {
		inside := map[string]int{}
		total := 0
		for x := range 1 << z {
			for y := range 1 << z {
				tile := feature.Tile{z, x, y}
				for _, f := range cellsOf(t, tile, summaries) {
					if isInside(t, tile, f) {
						inside[fmt.Sprint(f.Properties["bbox"])]++
						total += int(f.Properties["features"].(float64))
					}
				}
			}
		}
		for box, n := range inside {
			if n != 1 {
				t.Errorf("zoom %d: the cell box %s is in %d tiles", z, box, n)
			}
		}
		if total != len(summaries) {
			t.Errorf("zoom %d: tiles have %d features, want %d", z, total, len(summaries))
		}
	}
}

// cellsOf returns the cells of a tile in the layer of clusters, including those in its buffer.
func cellsOf(t *testing.T, tile feature.Tile, summaries []*story.FeatureSummary) []*geojson.Feature {
	t.Helper()
	g := tile.Grid()
	box := g.BBox()
	for _, m := range summaries {
		if box == nil || box.Contains(m.Place.Point) {
			g.Add(m)
		}
	}
	w := feature.NewTileWriter(tile, feature.Options{})
	for _, c := range g.Cells(math.MaxInt, false) {
		w.WriteCell(&c)
	}
	content, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if len(content) == 0 {
		return nil
	}
	layer := decode(t, content)
	if layer.Name != "clusters" {
		t.Fatalf("layer %s", layer.Name)
	}
	return layer.Features
}

// isInside reports whether a cell is in a tile rather than in its buffer. The last tiles
// contain the edges of the world.
func isInside(t *testing.T, tile feature.Tile, f *geojson.Feature) bool {
	t.Helper()
	p := f.Geometry.(orb.Point)
	if p[0] < -64 || p[0] > 4160 || p[1] < -64 || p[1] > 4160 {
		t.Fatalf("%v is at %v", tile, p)
	}
	east := p[0] == 4096 && tile.X == 1<<tile.Z-1 && strings.HasPrefix(fmt.Sprint(f.Properties["bbox"]), "180,")
	south := p[1] == 4096 && tile.Y == 1<<tile.Z-1
	return p[0] >= 0 && (p[0] < 4096 || east) && p[1] >= 0 && (p[1] < 4096 || south)
}

// TestTileOfCountries checks that countries are in their own layer, even if there are no cells.
func TestTileOfCountries(t *testing.T) {
	w := feature.NewTileWriter(feature.Tile{Z: 0}, feature.Options{})
	place := &story.PlaceSummary{ID: "geonames:163843", Name: "Syria", Point: orb.Point{38.5, 35}, Country: "SY", Precision: geo.PrecisionCountry}
	w.WriteArea(&feature.Area{Place: place, Features: 4, Stories: 3, Newest: time.Unix(0, 0).UTC(), Roles: map[geo.Role]int{geo.RoleFocus: 1}, Confidence: 0.5})
	content, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	layer := decode(t, content)
	want := map[string]any{
		"features":   4.0,
		"stories":    3.0,
		"place_id":   "geonames:163843",
		"place":      "Syria",
		"country":    "SY",
		"precision":  "country",
		"newest":     "1970-01-01T00:00:00Z",
		"confidence": 0.5,
		"focus":      1.0,
	}
	if layer.Name != "countries" || len(layer.Features) != 1 || !reflect.DeepEqual(map[string]any(layer.Features[0].Properties), want) {
		t.Errorf("%+v", layer)
	}
}

func TestEmptyTile(t *testing.T) {
	for _, z := range []int{3, 12} {
		if content, err := feature.NewTileWriter(feature.Tile{Z: z}, feature.Options{}).Bytes(); err != nil || len(content) != 0 {
			t.Errorf("%d bytes, %v", len(content), err)
		}
	}
}

// BenchmarkTile encodes a tile of the cells of 100,000 features at zoom 3, and a tile of 5,000
// features at zoom 9.
func BenchmarkTile(b *testing.B) {
	summaries := scatter(40_000)
	b.Run("clusters", func(b *testing.B) {
		tile := feature.Tile{3, 4, 3}
		for b.Loop() {
			g := tile.Grid()
			box := g.BBox()
			for _, m := range summaries {
				if box.Contains(m.Place.Point) {
					g.Add(m)
				}
			}
			w := feature.NewTileWriter(tile, feature.Options{})
			for _, c := range g.Cells(math.MaxInt, false) {
				w.WriteCell(&c)
			}
			if _, err := w.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("features", func(b *testing.B) {
		f := samples()[0]
		at := maptile.At(f.Location.Place.Point, 9)
		for b.Loop() {
			w := feature.NewTileWriter(feature.Tile{9, int(at.X), int(at.Y)}, feature.Options{})
			for i := range feature.MaxTileFeatures {
				f.StoryID = fmt.Sprint(i)
				if err := w.Write(f); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := w.Bytes(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
