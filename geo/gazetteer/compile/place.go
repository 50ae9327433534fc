package compile

import (
	"cmp"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// place is a gazetteer entry during compilation.
type place struct {
	id         string // empty if the place has a numeric id
	number     uint64 // numeric id as stored in the index
	name       string
	point      orb.Point
	feature    string
	country    string   // alpha-2, empty if there is none or more than one
	countries  []string // of a place in several countries
	admin1     string   // code without the country
	admin2     string   // code without country and admin1
	population int64
	size       int64   // estimate for an unknown population
	weight     float64 // from 0 to 1 from a curated table, -1 if there is none
	prominence float64
	joined     bool // a row of the second city list has been joined to it
	names      []name
}

// name is a name of a place.
type name struct {
	text  string
	flags gazetteer.NameFlags
	votes int // number of sources that have the name
}

// add adds a name to p, or flags to a name of p.
func (p *place) add(text string, flags gazetteer.NameFlags) {
	text = tidy(text)
	if text == "" {
		return
	}
	const special = gazetteer.NameAbbreviation | gazetteer.NameDemonym
	for i := range p.names {
		have := &p.names[i]
		if have.text == text && have.flags&special == flags&special {
			have.flags |= flags
			have.votes++
			return
		}
	}
	p.names = append(p.names, name{text, flags, 1})
}

// tidy replaces white space with single spaces.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func (p *place) addAll(texts []string, flags gazetteer.NameFlags) {
	for _, text := range texts {
		p.add(text, flags)
	}
}

// class returns the class of p's feature code.
func (p *place) class() gazetteer.Class { return gazetteer.ClassOf(p.feature) }

// comparePlaces compares places in the order of the index.
func comparePlaces(a, b *place) int {
	if (a.id == "") != (b.id == "") {
		if a.id == "" {
			return -1
		}
		return 1
	}
	if a.id != "" {
		return cmp.Compare(a.id, b.id)
	}
	return cmp.Compare(a.number, b.number)
}

// setID sets the id of p.
func (p *place) setID(id string) {
	if number, ok := gazetteer.ParseID(id); ok {
		p.id, p.number = "", number
		return
	}
	p.id = id
}

// nameIndex finds places by country and folded name.
type nameIndex map[string][]*place

func nameKey(country, name string) string { return country + "\x00" + gazetteer.Fold(name) }

func (x nameIndex) add(p *place) {
	for _, n := range p.names {
		key := nameKey(p.country, n.text)
		if have := x[key]; !slices.Contains(have, p) {
			x[key] = append(have, p)
		}
	}
}

// nearest returns the nearest place with a name within km kilometres of point for which
// keep returns true, or nil if there is none.
func (x nameIndex) nearest(country, name string, point orb.Point, km float64, keep func(*place) bool) *place {
	var best *place
	for _, p := range x[nameKey(country, name)] {
		if d := geo.DistanceKM(p.point, point); d <= km && keep(p) {
			best, km = p, d
		}
	}
	return best
}
