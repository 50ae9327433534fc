package gazetteer_test

import (
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

func TestSpots(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	var points []gazetteer.PlacePoint
	x.PlacePoints("springfield", 200, func(s gazetteer.PlacePoint) bool { points = append(points, s); return true })
	states := map[string]bool{}
	for _, s := range points {
		if s.Country == "US" {
			states[s.Admin1] = true
		}
		if s.Admin1 == "IL" && s.Class.Has(gazetteer.ClassPopulated) && geo.DistanceKM(s.Point, orb.Point{-89.64, 39.80}) > 10 {
			t.Errorf("Springfield, Illinois, is at %v", s.Point)
		}
	}
	for _, state := range []string{"IL", "MA", "MO", "OH"} {
		if !states[state] {
			t.Errorf("no Springfield in %s", state)
		}
	}
	n := 0
	x.PlacePoints("springfield", 3, func(gazetteer.PlacePoint) bool { n++; return true })
	if n > 3 {
		t.Errorf("got %d points, want at most 3", n)
	}
	n = 0
	x.PlacePoints("springfield", 200, func(gazetteer.PlacePoint) bool { n++; return false })
	if n != 1 {
		t.Errorf("got %d points after yield returned false, want 1", n)
	}
	for _, name := range []string{"", "no such place", "Calif.", "Turkish"} {
		x.PlacePoints(name, 200, func(s gazetteer.PlacePoint) bool {
			t.Errorf("%q: %+v", name, s)
			return false
		})
	}
	if allocs := testing.AllocsPerRun(20, func() { x.PlacePoints("springfield", 200, func(gazetteer.PlacePoint) bool { return true }) }); allocs > 0 {
		t.Errorf("%.0f allocations", allocs)
	}
}
