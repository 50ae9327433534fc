package recognition

import (
	"math"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/masthead"

	"github.com/paulmach/orb"
)

// homeGazetteer is a Gazetteer that also contains the homes of outlets and the
// points of places. Recognition uses no homes with another Gazetteer.
type homeGazetteer interface {
	Gazetteer
	masthead.Gazetteer
	// Outlet returns the outlet of a host name, and false if it is unknown.
	Outlet(domain string) (gazetteer.Outlet, bool)
	// PlacePoints calls yield with the places of a name until yield returns false.
	PlacePoints(name string, limit int, yield func(gazetteer.PlacePoint) bool)
}

// homes are the possible homes of a document's outlet. The zero value has none.
type homes struct {
	gazetteer homeGazetteer
	possible  []possibleHome
	listed    bool // the gazetteer lists the outlet
	cache     map[string]proximity
}

type possibleHome struct {
	place       gazetteer.PlacePoint
	name        string  // folded, as in the outlet's name; empty if the outlet is listed
	probability float64 // that this is the outlet's home
}

// tier is how near the outlet's home the nearest place of a name is.
type tier uint16

const (
	tierFar tier = iota
	tierAdmin1
	tierRegion
	tierAround
	tierTown
	tierContains // a division around the home
	tierCount
)

const (
	// The maximum distance of each tier from the home, in km.
	townKM, aroundKM, regionKM = 5, 50, 150
	// maxPlacePoints is how many places of a name are compared with the home; the
	// gazetteer returns the best first.
	maxPlacePoints = 120
	// certain is the certainty of a listed home.
	certain = 4
)

// proximity is how near the outlet's home a name is.
type proximity struct {
	tier      tier
	certainty uint16 // of the home: from 0 to certain
	ownName   uint16 // certainty that the outlet's name contains the name
}

// withholding is what training hides about the outlet's home, so that the model
// learns to use the home as a prior only.
type withholding uint8

const (
	withholdNothing withholding = iota
	withholdTable               // treat the outlet as not listed
	withholdAll
)

func (r *Recognizer) homesOf(doc *geo.Document) homes {
	if r.outlets == nil || r.withheld == withholdAll || doc.Domain == "" && doc.Outlet == "" {
		return homes{}
	}
	h := homes{gazetteer: r.outlets, cache: map[string]proximity{}}
	o, listed := r.outlets.Outlet(doc.Domain)
	if listed && doc.Domain != "" && r.withheld == withholdNothing {
		if o.Home == "" || o.Scope != "local" && o.Scope != "regional" {
			return homes{} // the outlet covers a country or the world
		}
		h.listed = true
		home := gazetteer.PlacePoint{Point: o.Point, Class: gazetteer.ClassPopulated, Country: o.Country, Admin1: o.Admin1}
		h.possible = []possibleHome{{place: home, probability: 1}}
		return h
	}
	for _, g := range r.homeFinder.Guesses(doc.Domain, doc.Outlet) {
		at := gazetteer.PlacePoint{Point: g.Place.Point, Class: g.Class, Country: g.Place.Country, Admin1: g.Place.Admin1Code}
		h.possible = append(h.possible, possibleHome{place: at, name: g.Name, probability: g.Prior})
	}
	return h
}

// proximityOf returns how near the outlet's home a name is.
func (h *homes) proximityOf(name string) proximity {
	if len(h.possible) == 0 {
		return proximity{}
	}
	if n, ok := h.cache[name]; ok {
		return n
	}
	n := h.nearest(name)
	h.cache[name] = n
	return n
}

func (h *homes) nearest(name string) proximity {
	var best [64]tier
	possible := h.possible[:min(len(h.possible), len(best))]
	h.gazetteer.PlacePoints(name, maxPlacePoints, func(s gazetteer.PlacePoint) bool {
		for i := range possible {
			best[i] = max(best[i], tierOf(&s, &possible[i].place))
		}
		return true
	})
	var mass [tierCount]float64
	for i := range possible {
		mass[best[i]] += possible[i].probability
	}
	if h.listed {
		return proximity{tier: best[0], certainty: certain}
	}
	n := proximity{}
	var sum float64
	for t := tierCount - 1; t > tierFar; t-- {
		if sum += mass[t]; sum >= minHomeProbability {
			n.tier = t
			break
		}
	}
	n.certainty = certaintyOf(sum)
	n.ownName = h.ownNameCertainty(name)
	return n
}

// ownNameCertainty returns how certain it is that the outlet is named after a
// place of that name.
func (h *homes) ownNameCertainty(name string) uint16 {
	folded, sum := gazetteer.Fold(name), 0.0
	for i := range h.possible {
		if h.possible[i].name == folded {
			sum += h.possible[i].probability
		}
	}
	if sum < minHomeProbability {
		return 0
	}
	return certaintyOf(sum)
}

// minHomeProbability is the minimum probability of a home that counts.
const minHomeProbability = 0.05

func certaintyOf(p float64) uint16 {
	switch {
	case p < 0.25:
		return 1
	case p < 0.6:
		return 2
	}
	return 3
}

// tierOf returns how near s is to a home.
func tierOf(s, home *gazetteer.PlacePoint) tier {
	if s.Country != home.Country || s.Class.Has(gazetteer.ClassCountry) != home.Class.Has(gazetteer.ClassCountry) {
		return tierFar
	}
	same := s.Admin1 == home.Admin1 && s.Admin1 != ""
	if (s.Class | home.Class).Has(gazetteer.ClassAdmin1) {
		if same {
			return tierContains
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

// kmBetween returns the approximate distance between a and b in km. Beyond
// regionKM it may be any larger number: for most pairs the difference in latitude
// is enough to rule out a tier.
func kmBetween(a, b orb.Point) float64 {
	const kmOfDegree = 111.2
	if lat := math.Abs(a[1]-b[1]) * kmOfDegree; lat > regionKM {
		return lat
	}
	return geo.DistanceKM(a, b)
}

// addHome adds how near the outlet's home the name is.
func (b *signalBuilder) addHome(c *candidate) {
	n := c.home
	if n.certainty == 0 {
		return
	}
	single := uint16(bit(c.end-c.first == 1))
	b.add(signalHome, uint16(n.tier)<<4|n.certainty<<1|single, "")
	if n.ownName > 0 {
		b.add(signalHomeOwn, n.ownName<<1|single, "")
	}
	if n.tier >= tierAround {
		near := uint16(bit(n.certainty >= 3))
		b.add(signalHomePosition, near<<4|uint16(bit(c.nested))<<3|b.position(c), "")
		w := &b.p.words[c.first]
		b.add(signalHomeInitial, near<<3|single<<2|uint16(bit(w.initial))<<1|uint16(bit(b.p.field == geo.FieldTitle)), "")
	}
}

// position returns where the name is in its run of capitalised words.
func (b *signalBuilder) position(c *candidate) uint16 {
	first, end := b.p.words[c.first].runFirst, b.p.words[c.end-1].runEnd
	return uint16(bit(first < 0 || first >= c.first) | bit(end <= c.end)<<1)
}
