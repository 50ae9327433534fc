package compile

import (
	"math"

	"newsmap/geo/gazetteer"
)

// finish computes the prominence of the places that the dump added or changed, and
// chooses the main names of the added ones.
func (d *dump) finish() {
	for i := range d.places {
		p := &d.places[i]
		if p.mergedInto != 0 || !p.changed {
			continue
		}
		p.prominence = max(p.prominence, float32(d.prominence(p)))
		if !p.fromBase {
			d.chooseName(p)
		}
	}
}

// chooseName makes the usual English name the main name, as builder does.
func (d *dump) chooseName(p *dumpPlace) {
	const english = gazetteer.NameEnglish
	shown := place{name: d.text.text(p.name), country: d.alpha2(p)}
	best := uint32(0)
	for n := p.firstName; n != 0; n = d.names[n-1].next {
		if name := &d.names[n-1]; name.flags&english != 0 && name.flags&gazetteer.NameMain == 0 && preferEnglish(&shown, d.text.text(name.text)) {
			best = n // the first name of the file is the last of the list
		}
	}
	if best != 0 {
		d.names[best-1].flags |= gazetteer.NameMain
		p.name = d.names[best-1].text
	}
}

// The prominence of places of unknown size. A dump mostly contains hamlets without a
// population. Their prominence is far below that of the smallest town of the city
// lists, so that a name only means a hamlet if no other place has the name.
const (
	hamletProminence = 0.12
	minProminence    = 0.02
)

// defaultProminence is the prominence of places without a population, by class.
var defaultProminence = map[gazetteer.Class]float64{
	gazetteer.ClassAdmin1: 0.4, gazetteer.ClassAdmin2: 0.15, gazetteer.ClassRegion: 0.15, gazetteer.ClassPhysical: 0.1,
	gazetteer.ClassWater: 0.1, gazetteer.ClassSpot: 0.05,
}

// defaultSeatProminence is the prominence of seats of government without a population.
var defaultSeatProminence = map[string]float64{"PPLC": 0.5, "PPLG": 0.4, "PPLA": 0.4, "PPLA2": 0.2, "PPLA3": 0.15, "PPLA4": 0.13, "PPLA5": 0.13}

// prominence is like the function prominence, for places without a weight.
func (d *dump) prominence(p *dumpPlace) float64 {
	code, class := d.code(p), d.class(p)
	v := defaultProminence[class]
	switch class {
	case gazetteer.ClassCountry:
		v = 0.85 + 0.15*magnitude(p.population, 9.2)
	case gazetteer.ClassAdmin1:
		v = max(v, magnitude(p.population/3, 7.5))
	case gazetteer.ClassAdmin2:
		v = max(v, magnitude(p.population, 7.5)-0.12)
	case gazetteer.ClassPopulated:
		v = hamletProminence
		if seat, ok := defaultSeatProminence[code]; ok && p.population == 0 {
			v = seat
		} else {
			v = max(v, magnitude(p.population, 7.5)) + seatBonus[code]
		}
	}
	return math.Min(math.Max(v, minProminence), 0.99)
}
