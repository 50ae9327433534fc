package compile

import (
	"cmp"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// place is a gazetteer entry while it is being put together.
type place struct {
	id         string // empty for a place of the city lists, which has number
	number     uint64 // numeric id in the form of the index
	name       string
	point      orb.Point
	feature    string
	country    string   // alpha-2, empty for none or many
	countries  []string // of a feature that spans several
	admin1     string   // code without the country
	admin2     string   // code without country and admin1
	population int64
	size       int64   // what stands for the population where that is unknown
	weight     float64 // 0..1 from a table kept by hand, -1 if it has none
	prominence float64
	joined     bool // a row of the second city list has been joined to it
	names      []name
}

// name is what a place is called.
type name struct {
	text  string
	flags gazetteer.NameFlags
	votes int // locales that have it
}

// add returns p a name, or another flag for a name that it has.
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

// tidy brings white space to single spaces.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

func (p *place) addAll(texts []string, flags gazetteer.NameFlags) {
	for _, text := range texts {
		p.add(text, flags)
	}
}

// class is the class of p's feature code.
func (p *place) class() gazetteer.Class { return gazetteer.ClassOf(p.feature) }

// comparePlaces orders places as the index wants them.
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

// setID returns p the id that a table has for it.
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

// nearest returns the nearest place of a name within km kilometres of point for
// which keep holds, nil if there is none. The first of equals wins.
func (x nameIndex) nearest(country, name string, point orb.Point, km float64, keep func(*place) bool) *place {
	var best *place
	for _, p := range x[nameKey(country, name)] {
		if d := geo.DistanceKM(p.point, point); d <= km && keep(p) {
			best, km = p, d
		}
	}
	return best
}
