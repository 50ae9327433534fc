package resolution

import (
	"math"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// signalID numbers the signals of a candidate.
type signalID uint8

const (
	signalPrior        signalID = iota // log of the gazetteer's score
	signalPopulation                   // log10 of the population, divided by 7
	signalNoPopulation                 // the population is unknown
	signalTop                          // first candidate of the gazetteer
	signalGap                          // log ratio of its score to that of the first candidate
	signalMain
	signalTolerant
	signalEdit
	signalAbbreviation
	signalFolded
	signalCountry // feature classes
	signalAdmin1
	signalAdmin2
	signalCapital
	signalSeat
	signalTown
	signalPart
	signalRegion
	signalWater
	signalPhysical
	signalSpot
	signalInside    // the text puts it inside a place that contains it
	signalNotInside // the text puts it inside a place that does not
	signalHolds     // the text puts inside it a place that it contains
	signalNotHolds
	signalHintRight
	signalHintWrong
	signalCountryVote // share of the rest of the document in its country
	signalCountryMost
	signalAdmin1Vote
	signalAdmin1Most
	signalCountryNamed // its country is named
	signalAdmin1Named  // its division is named
	signalNear25       // weight of other places within 25 km, and so on
	signalNear100
	signalNear300
	signalNear1000
	signalHomeCountry // of the outlet
	signalForeign     // not of the outlet's country
	signalHomeAdmin1
	signalHomeNear // exp(-km/80) from the outlet's town
	signalHomeTown // is the outlet's town
	signalHomeFar  // in the outlet's country, over 500 km away
	signalNoHome
	signalGuessCountry // the same for the guessed homes of the outlet, times their probability
	signalGuessForeign
	signalGuessAdmin1
	signalGuessNear
	signalGuessTown
	signalGuessFar
	signalDatelineNear
	signalDatelineCountry
	signalBigUnvoted // in a country without other support
	signalSmallUnvoted
	signalListInside     // the next name of a list contains it
	signalListOutside    // it does not
	signalSiblingLevel   // share of the other names of a list that have its level
	signalSiblingCountry // share of them in its country
	signalTwin           // a county or state has a town of the same name among the candidates
	signalCount
)

var signalNames = [signalCount]string{
	"prior", "population", "no_population", "top", "gap", "main", "tolerant", "edit", "abbreviation", "folded",
	"country", "admin1", "admin2", "capital", "seat", "town", "part", "region", "water", "physical", "spot",
	"inside", "not_inside", "holds", "not_holds", "hint_right", "hint_wrong",
	"country_vote", "country_most", "admin1_vote", "admin1_most", "country_named", "admin1_named",
	"near_25", "near_100", "near_300", "near_1000",
	"home_country", "foreign", "home_admin1", "home_near", "home_town", "home_far", "no_home",
	"guess_country", "guess_foreign", "guess_admin1", "guess_near", "guess_town", "guess_far",
	"dateline_near", "dateline_country", "big_unvoted", "small_unvoted",
	"list_inside", "list_outside", "sibling_level", "sibling_country", "twin",
}

// signalVector is the values of the signals of a candidate.
type signalVector [signalCount]float32

// scene is what the candidates of a document are compared with.
type scene struct {
	groups  []*group
	context []*group // the heaviest
	home    home
	guesses []guess // of an unknown outlet
	support support
	votes   votes
}

// home is the home of the outlet.
type home struct {
	known           bool
	local           bool // the town is known
	country, admin1 string
	townID          string
	at              vector
	guesses         []guess   // possible homes, if no table lists the outlet
	probs           []float64 // of the guesses
}

// votes is how the document's places are distributed over countries and divisions.
type votes struct {
	total    float64
	country  map[string]float64
	admin1   map[string]float64 // by "US.LA"
	named    map[string]float64 // countries that are named
	admin1ed map[string]float64 // divisions that are named
}

func admin1Key(p *geo.Place) string {
	if p.Admin1Code == "" {
		return ""
	}
	return p.Country + "." + p.Admin1Code
}

// count adds up the votes of all groups by their probabilities.
func (s *scene) count() {
	v := votes{country: map[string]float64{}, admin1: map[string]float64{}, named: map[string]float64{}, admin1ed: map[string]float64{}}
	for _, g := range s.groups {
		g.vote(1, &v)
	}
	s.votes = v
	s.weighGuesses()
}

// vote adds the group's votes, or subtracts them if sign is -1.
func (g *group) vote(sign float64, v *votes) {
	w := sign * math.Sqrt(g.weight)
	for i := range g.candidates {
		p := g.probs[i] * w
		if p > -0.005 && p < 0.005 {
			continue
		}
		place := &g.candidates[i].Place
		class := gazetteer.ClassOf(place.FeatureCode)
		v.total += p
		if place.Country != "" {
			v.country[place.Country] += p
			if class.Has(gazetteer.ClassCountry) {
				v.named[place.Country] += p
			}
		}
		if key := admin1Key(place); key != "" {
			v.admin1[key] += p
			if class.Has(gazetteer.ClassAdmin1) {
				v.admin1ed[key] += p
			}
		}
	}
}

func most(m map[string]float64) float64 {
	var best float64
	for _, v := range m {
		best = max(best, v)
	}
	return best
}

// signals computes the values for all candidates of g. The other places are used only from the
// second round on, when probabilities are known.
func (s *scene) signals(g *group, context bool, out []signalVector) []signalVector {
	out = out[:0]
	for i := range g.candidates {
		var f signalVector
		f.ofPlace(g, i)
		s.ofText(&f, g, i)
		s.ofHome(&f, g, i)
		f.ofSiblings(g, i, context)
		out = append(out, f)
	}
	if context {
		s.ofContext(g, out)
		s.ofGuesses(g, out)
	}
	return out
}

func (f *signalVector) set(id signalID, on bool) {
	if on {
		f[id] = 1
	}
}

// ofPlace sets the signals that do not depend on the text.
func (f *signalVector) ofPlace(g *group, i int) {
	c := &g.candidates[i]
	class := gazetteer.ClassOf(c.Place.FeatureCode)
	score := math.Log(max(c.Score, 1e-4))
	f[signalPrior] = float32(score)
	f[signalGap] = float32(score - math.Log(max(g.candidates[0].Score, 1e-4)))
	f[signalPopulation] = float32(math.Log10(float64(1+c.Place.Population)) / 7)
	f.set(signalNoPopulation, c.Place.Population == 0)
	f.set(signalTop, i == 0)
	f.set(signalMain, c.Main)
	f.set(signalTolerant, c.Match == geo.MatchTolerant)
	f.set(signalEdit, c.Match == geo.MatchEdit)
	f.set(signalAbbreviation, c.Match == geo.MatchAbbreviation)
	f.set(signalFolded, c.Match == geo.MatchFolded)
	code := c.Place.FeatureCode
	f.set(signalCountry, class.Has(gazetteer.ClassCountry))
	f.set(signalAdmin1, class.Has(gazetteer.ClassAdmin1))
	f.set(signalAdmin2, class.Has(gazetteer.ClassAdmin2))
	f.set(signalCapital, code == "PPLC")
	f.set(signalSeat, strings.HasPrefix(code, "PPLA"))
	f.set(signalTown, code == "PPL")
	f.set(signalPart, code == "PPLX")
	f.set(signalRegion, class.Has(gazetteer.ClassRegion))
	f.set(signalWater, class.Has(gazetteer.ClassWater))
	f.set(signalPhysical, class.Has(gazetteer.ClassPhysical))
	f.set(signalSpot, class.Has(gazetteer.ClassSpot))
	if class.Has(gazetteer.ClassAdmin1 | gazetteer.ClassAdmin2 | gazetteer.ClassCountry) {
		for k := range g.candidates {
			if k != i && gazetteer.ClassOf(g.candidates[k].Place.FeatureCode).Has(gazetteer.ClassPopulated) && g.vectors[k].km(g.vectors[i]) < 300 {
				f[signalTwin] = 1
				break
			}
		}
	}
}

// ofText sets the signals of what the text states beside the name.
func (s *scene) ofText(f *signalVector, g *group, i int) {
	place := &g.candidates[i].Place
	if g.inside != nil && len(g.inside.candidates) > 0 {
		held := holder(g.inside, place)
		if g.soft {
			f.set(signalListInside, held)
			f.set(signalListOutside, !held)
		} else {
			f.set(signalInside, held)
			f.set(signalNotInside, !held)
		}
	}
	if len(g.holds) > 0 {
		held := false
		for _, inner := range g.holds[:min(len(g.holds), 4)] {
			for k := range inner.candidates[:min(len(inner.candidates), 40)] {
				held = held || contains(place, &inner.candidates[k].Place)
			}
		}
		f.set(signalHolds, held)
		f.set(signalNotHolds, !held)
	}
	switch g.hint.agrees(gazetteer.ClassOf(place.FeatureCode)) {
	case 1:
		f[signalHintRight] = 1
	case -1:
		f[signalHintWrong] = 1
	}
}

// level returns the size class of a place, to compare the places of a list.
func level(p *geo.Place) gazetteer.Class {
	return gazetteer.ClassOf(p.FeatureCode)
}

// ofSiblings sets the signals of how similar the other names of a list are: lists are of
// countries, of states or of towns. In the first round, the first candidate of the gazetteer
// counts.
func (f *signalVector) ofSiblings(g *group, i int, known bool) {
	if len(g.siblings) == 0 {
		return
	}
	place := &g.candidates[i].Place
	var same, near, all float64
	for _, other := range g.siblings {
		if len(other.candidates) == 0 {
			continue
		}
		all++
		if !known {
			same += float64(bit(level(&other.candidates[0].Place) == level(place)))
			near += float64(bit(other.candidates[0].Place.Country == place.Country))
			continue
		}
		for _, k := range other.likely {
			if level(&other.candidates[k].Place) == level(place) {
				same += other.probs[k]
			}
			if other.candidates[k].Place.Country == place.Country {
				near += other.probs[k]
			}
		}
	}
	if all > 0 {
		f[signalSiblingLevel] = float32(same / all)
		if !level(place).Has(gazetteer.ClassCountry) {
			f[signalSiblingCountry] = float32(near / all)
		}
	}
}

// holder reports whether a candidate of outer contains inner.
func holder(outer *group, inner *geo.Place) bool {
	for k := range outer.candidates[:min(len(outer.candidates), 40)] {
		if contains(&outer.candidates[k].Place, inner) {
			return true
		}
	}
	return false
}

// contains reports whether outer, a country, division, county or region, contains inner.
func contains(outer, inner *geo.Place) bool {
	if outer.ID == inner.ID {
		return false
	}
	class := gazetteer.ClassOf(outer.FeatureCode)
	same := outer.Country != "" && outer.Country == inner.Country
	switch {
	case class.Has(gazetteer.ClassCountry):
		return same
	case class.Has(gazetteer.ClassAdmin1):
		return same && outer.Admin1Code != "" && outer.Admin1Code == inner.Admin1Code
	case class.Has(gazetteer.ClassAdmin2):
		return same && outer.Admin1Code == inner.Admin1Code &&
			(outer.Name == inner.Admin2 || inner.Admin2 == "" && geo.DistanceKM(outer.Point, inner.Point) < 60)
	case class.Has(gazetteer.ClassRegion):
		for _, country := range outer.Countries {
			if country == inner.Country {
				return geo.DistanceKM(outer.Point, inner.Point) < 4000
			}
		}
		return same && geo.DistanceKM(outer.Point, inner.Point) < 500
	case class.Has(gazetteer.ClassPopulated):
		// "Brooklyn, New York": a part of a town
		return same && strings.HasPrefix(inner.FeatureCode, "PPL") && inner.Population < outer.Population && geo.DistanceKM(outer.Point, inner.Point) < 40
	}
	return false
}

// reachKM is the typical distance of the places that an outlet writes about from its home, in kilometres.
const reachKM = 80

// ofHome sets the signals of where the place is relative to the outlet's home.
func (s *scene) ofHome(f *signalVector, g *group, i int) {
	place := &g.candidates[i].Place
	if !s.home.known {
		f[signalNoHome] = 1
		return
	}
	sameCountry := place.Country == s.home.country
	f.set(signalHomeCountry, sameCountry)
	f.set(signalForeign, !sameCountry && place.Country != "")
	if !s.home.local {
		return
	}
	f.set(signalHomeAdmin1, sameCountry && place.Admin1Code != "" && place.Admin1Code == s.home.admin1)
	km := g.vectors[i].km(s.home.at)
	f[signalHomeNear] = float32(math.Exp(-km / reachKM))
	f.set(signalHomeTown, place.ID == s.home.townID)
	f.set(signalHomeFar, sameCountry && km > 500)
}

// ofContext sets the signals of how the rest of the document supports each candidate.
func (s *scene) ofContext(g *group, out []signalVector) {
	g.vote(-1, &s.votes)
	defer g.vote(1, &s.votes)
	mostCountry, mostAdmin1 := most(s.votes.country), most(s.votes.admin1)
	total := s.votes.total + 0.5
	for i := range g.candidates {
		f, place := &out[i], &g.candidates[i].Place
		country := s.votes.country[place.Country]
		f[signalCountryVote] = float32(country / total)
		f.set(signalCountryMost, country > 0.3 && country >= mostCountry*0.99)
		f[signalCountryNamed] = float32(min(1, s.votes.named[place.Country]))
		if key := admin1Key(place); key != "" {
			admin1 := s.votes.admin1[key]
			f[signalAdmin1Vote] = float32(admin1 / total)
			f.set(signalAdmin1Most, admin1 > 0.3 && admin1 >= mostAdmin1*0.99)
			f[signalAdmin1Named] = float32(min(1, s.votes.admin1ed[key]))
		}
		f.set(signalSmallUnvoted, place.Population < 100_000 && country < 0.2)
		f.set(signalBigUnvoted, place.Population >= 100_000 && country < 0.2)
		s.ofNeighbours(f, g, i)
	}
}

// ofNeighbours sets the signals of how much of the rest of the document is near.
func (s *scene) ofNeighbours(f *signalVector, g *group, i int) {
	var near [4]float64
	for _, other := range s.context {
		if other == g {
			continue
		}
		var inner [4]float64
		for _, k := range other.likely {
			p := other.probs[k]
			class := gazetteer.ClassOf(other.candidates[k].Place.FeatureCode)
			if class.Has(gazetteer.ClassCountry|gazetteer.ClassRegion) && class != gazetteer.ClassOf(g.candidates[i].Place.FeatureCode) {
				continue
			}
			km := g.vectors[i].km(other.vectors[k])
			for n, limit := range [...]float64{25, 100, 300, 1000} {
				if km <= limit {
					inner[n] += p
				}
			}
			if other.dateline {
				f[signalDatelineNear] = max(f[signalDatelineNear], float32(p*math.Exp(-km/150)))
				if other.candidates[k].Place.Country == g.candidates[i].Place.Country {
					f[signalDatelineCountry] = max(f[signalDatelineCountry], float32(p))
				}
			}
		}
		for n := range near {
			near[n] += inner[n]
		}
	}
	for n, sum := range near {
		f[signalNear25+signalID(n)] = float32(math.Log1p(sum))
	}
}
