package compile

import (
	"math"
	"unicode"

	"newsmap/geo/gazetteer"
)

// prominence says how likely a name is to mean p, all else equal: the logarithm
// of its population, raised or lowered by what kind of place it is. News names
// countries and capitals more often than their size tells, counties and parts of
// towns less.
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
		v = max(v, 0.2+0.75*p.weight)
	}
	return min(max(v, 0.05), 0.99)
}

// magnitude is the logarithm of a population over that of 10^digits.
func magnitude(population int64, digits float64) float64 {
	if population <= 1 {
		return 0
	}
	return math.Log10(float64(population)) / digits
}

// seatBonus is what the rank of a town adds to its size.
var seatBonus = map[string]float64{
	"PPLC": 0.08, "PPLA": 0.04, "PPLA2": 0.015, "PPLG": 0.04,
	"PPLX": -0.15, "PPLH": -0.2, "PPLQ": -0.2, "PPLW": -0.15, "PPLCH": -0.2, "PPLL": -0.05, "PPLF": -0.05,
}

// nameFactor is what a kind of name leaves of a place's prominence.
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
	case !latin(n.text):
		return 0.95 // written so for readers of that language, and hardly ambiguous
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
