package compile

import (
	"math"
	"unicode"

	"newsmap/geo/gazetteer"
)

// prominence returns how likely a name is to mean p, other things being equal: the
// logarithm of its population, adjusted for its kind. News articles mention countries
// and capitals more often than their size suggests, and counties and parts of towns
// less often.
func prominence(p *place) float64 {
	var v float64
	switch class := p.class(); {
	case class == gazetteer.ClassCountry:
		v = 0.85 + 0.15*magnitude(p.population, 9.2)
	case class == gazetteer.ClassAdmin1:
		v = magnitude(max(p.population, p.size)/3, 7.5)
		if v == 0 {
			v = 0.4
		}
		if p.country == "US" || p.country == "CA" || p.country == "AU" {
			v += 0.05
		}
	case class == gazetteer.ClassAdmin2:
		v = max(magnitude(max(p.population, p.size), 7.5)-0.12, 0.3)
	case class == gazetteer.ClassPopulated:
		v = 0.3
		if p.population > 0 {
			v = max(magnitude(p.population, 7.5), v)
		}
		v += seatBonus[p.feature]
	}
	if p.weight >= 0 {
		v = max(v, 0.25+0.7*p.weight)
	}
	return min(max(v, 0.05), 0.99)
}

// setProminence sets the prominence of all places. A capital is at least as prominent as
// the size of its country suggests. A division is less prominent than its town of the
// same name.
func (b *builder) setProminence() {
	population := map[string]int64{}
	for _, c := range b.countries {
		population[c.info.Alpha2] = c.place.population
	}
	for _, p := range b.places {
		p.prominence = prominence(p)
		if p.feature == "PPLC" {
			p.prominence = max(p.prominence, magnitude(population[p.country], 9.2))
		}
	}
	for _, d := range b.divisions {
		// Canadian provinces are mentioned more often than the towns of the same name.
		if d.place == nil || d.country == "CA" {
			continue
		}
		if town := b.townScore(d); town > 0 {
			d.place.prominence = min(d.place.prominence, town-belowTown)
		}
	}
}

// belowTown is how much lower a division scores than the town of the same name.
const belowTown = 0.02

// maxFactor returns the maximum factor of the name of p that folds to key: "Wien" is the
// town first and the division around it second. It returns 1 if p is not a division or
// contains no town of that name.
func (b *builder) maxFactor(p *place, key string) float64 {
	if p.class() != gazetteer.ClassAdmin1 || p.country == "CA" || p.prominence <= 0 {
		return 1
	}
	best := 0.0
	for _, o := range b.index[p.country+"\x00"+key] {
		if o.class() == gazetteer.ClassPopulated && o.admin1 == p.admin1 && isImportantTown(o) {
			best = max(best, o.prominence*o.factor(key))
		}
	}
	if best == 0 {
		return 1
	}
	return max(best-belowTown, 0.05) / p.prominence
}

// townScore returns the highest score of a town of a division that has one of the
// division's names, or 0 if there is none.
func (b *builder) townScore(d *divisionRow) float64 {
	best := 0.0
	for _, n := range d.place.names {
		if n.flags&(gazetteer.NameMain|gazetteer.NameEnglish) == 0 {
			continue
		}
		key := gazetteer.Fold(n.text)
		for _, p := range b.index[nameKey(d.country, n.text)] {
			if p.class() == gazetteer.ClassPopulated && p.admin1 == d.code && isImportantTown(p) {
				best = max(best, p.prominence*p.factor(key))
			}
		}
	}
	return best
}

// factor returns the factor of the best of p's names that fold to key.
func (p *place) factor(key string) float64 {
	best := 0.0
	for _, n := range p.names {
		if gazetteer.Fold(n.text) == key {
			best = max(best, nameFactor(n))
		}
	}
	return best
}

// isImportantTown reports whether p is more than a village that has the name of its
// province by chance.
func isImportantTown(p *place) bool {
	return p.population >= 50_000 || seatBonus[p.feature] >= seatBonus["PPLA"]
}

// magnitude returns the logarithm of a population divided by that of 10^digits.
func magnitude(population int64, digits float64) float64 {
	if population <= 1 {
		return 0
	}
	return math.Log10(float64(population)) / digits
}

// seatBonus is added to the prominence of a town by its feature code.
var seatBonus = map[string]float64{
	"PPLC": 0.08, "PPLA": 0.04, "PPLA2": 0.015, "PPLG": 0.04,
	"PPLX": -0.15, "PPLH": -0.2, "PPLQ": -0.2, "PPLW": -0.15, "PPLCH": -0.2, "PPLL": -0.05, "PPLF": -0.05,
}

// nameFactor returns the factor of a place's prominence for the kind of a name.
func nameFactor(n name) float64 {
	switch {
	case n.flags&gazetteer.NameMain != 0:
		return 1
	case n.flags&gazetteer.NameDemonym != 0:
		return 0.9
	case n.flags&gazetteer.NameAbbreviation != 0:
		return 0.95
	case n.flags&gazetteer.NameEnglish != 0:
		return 0.98
	case n.flags&gazetteer.NameCurated != 0:
		return 0.96
	case n.flags == gazetteer.NameShort:
		return 0.6
	case !latin(n.text):
		return 0.95 // only used in texts of that language, and seldom ambiguous
	case n.votes >= 5:
		return 0.9
	}
	return 0.8
}

func latin(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.Is(unicode.Latin, r)
		}
	}
	return true
}
