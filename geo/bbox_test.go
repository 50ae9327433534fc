package geo_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"newsmap/geo"
)

func TestParseBBox(t *testing.T) {
	for in, want := range map[string]geo.BBox{
		"-180,-90,180,90":        {MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90},
		"1,2,3,4":                {MinLon: 1, MinLat: 2, MaxLon: 3, MaxLat: 4},
		" 1.5 , -2.25 ,3e0,+4.0": {MinLon: 1.5, MinLat: -2.25, MaxLon: 3, MaxLat: 4},
		"170,-30,-170,0":         {MinLon: 170, MinLat: -30, MaxLon: -170, MaxLat: 0},
		"5,5,5,5":                {MinLon: 5, MinLat: 5, MaxLon: 5, MaxLat: 5},
	} {
		if got, err := geo.ParseBBox(in); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	for name, in := range map[string]string{
		"empty": "", "three": "1,2,3", "five": "1,2,3,4,5", "word": "1,2,x,4", "missing": "1,,3,4", "separated digits": "1_0,2,3,4", "NaN": "NaN,2,3,4",
		"infinite": "1,2,+Inf,4", "overflow": "1,2,1e999,4",
		"latitudes reversed": "1,4,3,2", "longitude": "-181,2,3,4", "east": "1,2,180.0001,4", "latitude": "1,-90.1,3,4", "north": "1,2,3,91",
		"long": strings.Repeat("9", 500) + ",2,3,4",
	} {
		_, err := geo.ParseBBox(in)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || !errors.Is(err, geo.ErrInvalid) || invalid.Name != "bbox" || len(err.Error()) > 200 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBBoxContains(t *testing.T) {
	pacific := geo.BBox{MinLon: 170, MinLat: -30, MaxLon: -170, MaxLat: 0}
	plain := geo.BBox{MinLon: -10, MinLat: 0, MaxLon: 10, MaxLat: 20}
	for _, c := range []struct {
		box  geo.BBox
		p    orb.Point
		want bool
	}{
		{plain, orb.Point{0, 10}, true}, {plain, orb.Point{-10, 0}, true}, {plain, orb.Point{10, 20}, true}, {plain, orb.Point{10.0001, 20}, false},
		{plain, orb.Point{0, -0.0001}, false},
		{pacific, orb.Point{178.44, -18.14}, true}, {pacific, orb.Point{-171.77, -13.83}, true}, {pacific, orb.Point{180, -10}, true},
		{pacific, orb.Point{-180, -10}, true},
		{pacific, orb.Point{0, -10}, false}, {pacific, orb.Point{169.9, -10}, false}, {pacific, orb.Point{-169.9, -10}, false}, {pacific, orb.Point{175, 1}, false},
	} {
		if got := c.box.Contains(c.p); got != c.want {
			t.Errorf("%v in %v: %v", c.p, c.box, got)
		}
	}
}

func FuzzParseBBox(f *testing.F) {
	for _, s := range []string{"1,2,3,4", "170,-30,-170,0", "NaN,0,0,0", "-0,0,1e-320,0x1p-3", "1,2,3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := geo.ParseBBox(s)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		again, err := geo.ParseBBox(b.String())
		if err != nil || again != b {
			t.Fatalf("%q is %v, which is read back as %v, %v", s, b, again, err)
		}
		for _, part := range b.Bounds() {
			if part.Min[0] > part.Max[0] || part.Min[1] > part.Max[1] || !b.Contains(part.Min) || !b.Contains(part.Max) {
				t.Fatalf("%v has the part %v", b, part)
			}
		}
	})
}

func TestDistanceKM(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b orb.Point
		want float64
	}{
		{"none", orb.Point{40.95, 34.46}, orb.Point{40.95, 34.46}, 0},
		{"a degree of latitude", orb.Point{0, 0}, orb.Point{0, 1}, math.Pi * geo.EarthRadiusKM / 180},
		{"a degree of longitude at 60 N", orb.Point{0, 60}, orb.Point{1, 60}, 55.5984},
		{"across the antimeridian", orb.Point{179.5, 0}, orb.Point{-179.5, 0}, math.Pi * geo.EarthRadiusKM / 180},
		{"pole to pole", orb.Point{12, 90}, orb.Point{-77, -90}, math.Pi * geo.EarthRadiusKM},
		{"antipodes", orb.Point{10, 20}, orb.Point{-170, -20}, math.Pi * geo.EarthRadiusKM},
		{"Paris to London", orb.Point{2.3522, 48.8566}, orb.Point{-0.1278, 51.5074}, 343.56},
	} {
		if got := geo.DistanceKM(c.a, c.b); math.Abs(got-c.want) > 0.01 || got != geo.DistanceKM(c.b, c.a) {
			t.Errorf("%s: %.4f km, want %.4f", c.name, got, c.want)
		}
	}
}

func TestInvalid(t *testing.T) {
	err := fmt.Errorf("request: %w", geo.Invalid("bbox", "has %d numbers", 3))
	var invalid *geo.InvalidError
	if !errors.Is(err, geo.ErrInvalid) || !errors.As(err, &invalid) || invalid.Name != "bbox" || err.Error() != "request: bbox: has 3 numbers" {
		t.Errorf("%v", err)
	}
	if errors.Is(err, geo.ErrNotFound) {
		t.Error("an invalid value is reported as not found")
	}
}

func TestPrecision(t *testing.T) {
	for code, want := range map[string]geo.Precision{
		"PPL": geo.PrecisionCity, "PPLC": geo.PrecisionCity, "PPLX": geo.PrecisionPoint, "ADM1": geo.PrecisionAdmin1, "ADM2": geo.PrecisionAdmin2,
		"PCLI": geo.PrecisionCountry,
		"TERR": geo.PrecisionCountry, "RGN": geo.PrecisionRegion, "STM": geo.PrecisionWater, "SEA": geo.PrecisionWater, "AIRB": geo.PrecisionPoint,
		"": geo.PrecisionPoint,
	} {
		if got := (geo.Place{FeatureCode: code}).Precision(); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}

func ExampleParseBBox() {
	b, err := geo.ParseBBox("170,-30,-170,0")
	fmt.Println(b.Contains(orb.Point{178.44, -18.14}), b.Contains(orb.Point{0, -10}), err)
	_, err = geo.ParseBBox("1,4,3,2")
	fmt.Println(err)
	// Output:
	// true false <nil>
	// bbox: the latitudes are reversed: 4 is above 2
}

func ExampleDistanceKM() {
	paris, london := orb.Point{2.3522, 48.8566}, orb.Point{-0.1278, 51.5074}
	fmt.Printf("%.0f km\n", geo.DistanceKM(paris, london))
	// Output: 344 km
}

func BenchmarkDistanceKM(b *testing.B) {
	paris, london := orb.Point{2.3522, 48.8566}, orb.Point{-0.1278, 51.5074}
	for b.Loop() {
		geo.DistanceKM(paris, london)
	}
}
