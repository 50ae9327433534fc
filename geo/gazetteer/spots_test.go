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
	var spots []gazetteer.Spot
	x.Spots("springfield", 200, func(s gazetteer.Spot) bool { spots = append(spots, s); return true })
	states := map[string]bool{}
	for _, s := range spots {
		if s.Country == "US" {
			states[s.Admin1] = true
		}
		if s.Admin1 == "IL" && s.Class.Has(gazetteer.ClassPopulated) && geo.DistanceKM(s.Point, orb.Point{-89.64, 39.80}) > 10 {
			t.Errorf("Springfield, Illinois, lies at %v", s.Point)
		}
	}
	for _, state := range []string{"IL", "MA", "MO", "OH"} {
		if !states[state] {
			t.Errorf("no Springfield in %s", state)
		}
	}
	n := 0
	x.Spots("springfield", 3, func(gazetteer.Spot) bool { n++; return true })
	if n > 3 {
		t.Errorf("%d spots of at most 3", n)
	}
	n = 0
	x.Spots("springfield", 200, func(gazetteer.Spot) bool { n++; return false })
	if n != 1 {
		t.Errorf("went on for %d spots after it was told to stop", n)
	}
	for _, name := range []string{"", "no such place", "Calif.", "Turkish"} {
		x.Spots(name, 200, func(s gazetteer.Spot) bool {
			t.Errorf("%q: %+v", name, s)
			return false
		})
	}
	if allocs := testing.AllocsPerRun(20, func() { x.Spots("springfield", 200, func(gazetteer.Spot) bool { return true }) }); allocs > 0 {
		t.Errorf("%.0f allocations", allocs)
	}
}
