package recognition

import (
	"math"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/masthead"

	"github.com/paulmach/orb"
)

// homeGazetteer is a Gazetteer that also tells where outlets are at home and where
// the places of a name lie. Over another one, recognition asks for no homes.
type homeGazetteer interface {
	Gazetteer
	masthead.Gazetteer
	// Outlet gives the outlet of a host name, and whether it is known.
	Outlet(domain string) (gazetteer.Outlet, bool)
	// Spots calls yield with the places of a name until it returns false.
	Spots(name string, limit int, yield func(gazetteer.Spot) bool)
}

// homes is where the outlet of a document may be at home; the zero value says
// nothing.
type homes struct {
	gazetteer homeGazetteer
	of        []homeSpot
	listed    bool
	seen      map[string]nearHome
}

type homeSpot struct {
	place       gazetteer.Spot
	name        string  // folded, as the outlet's own name has it; empty if it is listed
	probability float64 // that the outlet is at home here
}

// tier says how near to the outlet's home the nearest place of a name lies.
type tier uint16

const (
	tierFar tier = iota
	tierAdmin1
	tierRegion
	tierAround
	tierTown
	tierHolds // a division around the home
	tierCount
)

const (
	// How far from the home each tier goes, in km.
	townKM, aroundKM, regionKM = 5, 50, 150
	// maxSpots bounds the places of a name that are looked at; they stand best
	// first.
	maxSpots = 120
	// surest is the step of a listed home.
	surest = 4
)

// nearHome is what the outlet's home says of a name.
type nearHome struct {
	tier tier
	step uint16 // how sure: 0 not at all, surest of a listed home
	own  uint16 // how sure that the outlet bears the name itself
}

// withholding is what training keeps to itself of where an outlet is at home, so
// that the home stays a prior.
type withholding uint8

const (
	withholdNothing withholding = iota
	withholdTable               // the outlet is not listed
	withholdAll
)

func (r *Recognizer) homesOf(doc *geo.Document) homes {
	if r.local == nil || r.withheld == withholdAll || doc.Domain == "" && doc.Outlet == "" {
		return homes{}
	}
	h := homes{gazetteer: r.local, seen: map[string]nearHome{}}
	o, listed := r.local.Outlet(doc.Domain)
	if listed && doc.Domain != "" && r.withheld == withholdNothing {
		if o.Home == "" || o.Scope != "local" && o.Scope != "regional" {
			return homes{} // it writes of a country or of the world
		}
		h.listed = true
		h.of = []homeSpot{{place: gazetteer.Spot{Point: o.Point, Class: gazetteer.ClassPopulated, Country: o.Country, Admin1: o.Admin1}, probability: 1}}
		return h
	}
	for _, g := range r.guess.Guesses(doc.Domain, doc.Outlet) {
		at := gazetteer.Spot{Point: g.Place.Point, Class: g.Class, Country: g.Place.Country, Admin1: g.Place.Admin1Code}
		h.of = append(h.of, homeSpot{place: at, name: g.Name, probability: g.Prior})
	}
	return h
}

// look says what the outlet's home says of a name.
func (h *homes) look(name string) nearHome {
	if len(h.of) == 0 {
		return nearHome{}
	}
	if n, ok := h.seen[name]; ok {
		return n
	}
	n := h.nearest(name)
	h.seen[name] = n
	return n
}

func (h *homes) nearest(name string) nearHome {
	var best [64]tier
	of := h.of[:min(len(h.of), len(best))]
	h.gazetteer.Spots(name, maxSpots, func(s gazetteer.Spot) bool {
		for i := range of {
			best[i] = max(best[i], tierOf(&s, &of[i].place))
		}
		return true
	})
	var mass [tierCount]float64
	for i := range of {
		mass[best[i]] += of[i].probability
	}
	if h.listed {
		return nearHome{tier: best[0], step: surest}
	}
	n := nearHome{}
	var sum float64
	for t := tierCount - 1; t > tierFar; t-- {
		if sum += mass[t]; sum >= leastMass {
			n.tier = t
			break
		}
	}
	n.step = massStep(sum)
	n.own = h.ownStep(name)
	return n
}

// ownStep says how sure it is that the outlet is called after a place of that
// name.
func (h *homes) ownStep(name string) uint16 {
	folded, sum := gazetteer.Fold(name), 0.0
	for i := range h.of {
		if h.of[i].name == folded {
			sum += h.of[i].probability
		}
	}
	if sum < leastMass {
		return 0
	}
	return massStep(sum)
}

// leastMass is the probability of a home below which it says nothing.
const leastMass = 0.05

func massStep(p float64) uint16 {
	switch {
	case p < 0.25:
		return 1
	case p < 0.6:
		return 2
	}
	return 3
}

// tierOf says how s lies to a home.
func tierOf(s, home *gazetteer.Spot) tier {
	if s.Country != home.Country || s.Class.Has(gazetteer.ClassCountry) != home.Class.Has(gazetteer.ClassCountry) {
		return tierFar
	}
	same := s.Admin1 == home.Admin1 && s.Admin1 != ""
	if (s.Class | home.Class).Has(gazetteer.ClassAdmin1) {
		if same {
			return tierHolds
		}
		return tierFar
	}
	switch km := kmBetween(s.Point, home.Point); {
	case km < townKM:
		return tierTown
	case km < aroundKM:
		return tierAround
	case km < regionKM:
		return tierRegion
	case same:
		return tierAdmin1
	}
	return tierFar
}

// kmBetween is about how far a and b are apart, in km; beyond regionKM it may be
// any number above that. Most pairs lie so far apart that their latitudes tell.
func kmBetween(a, b orb.Point) float64 {
	const kmOfDegree = 111.2
	if lat := math.Abs(a[1]-b[1]) * kmOfDegree; lat > regionKM {
		return lat
	}
	return geo.DistanceKM(a, b)
}

// ofHome lists how the places of the name lie to the outlet's home.
func (f *featurizer) ofHome(c *candidate) {
	n := c.home
	if n.step == 0 {
		return
	}
	single := uint16(bit(c.end-c.first == 1))
	f.add(featHome, uint16(n.tier)<<4|n.step<<1|single, "")
	if n.own > 0 {
		f.add(featHomeOwn, n.own<<1|single, "")
	}
	if n.tier >= tierAround {
		near := uint16(bit(n.step >= 3))
		f.add(featHomePosition, near<<4|uint16(bit(c.nested))<<3|f.position(c), "")
		w := &f.p.words[c.first]
		f.add(featHomeInitial, near<<3|single<<2|uint16(bit(w.initial))<<1|uint16(bit(f.p.field == geo.FieldTitle)), "")
	}
}

// position is where the name stands in its run of capitals.
func (f *featurizer) position(c *candidate) uint16 {
	first, end := f.p.words[c.first].runFirst, f.p.words[c.end-1].runEnd
	return uint16(bit(first < 0 || first >= c.first) | bit(end <= c.end)<<1)
}
