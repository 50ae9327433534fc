package resolution

import (
	"math"
	"slices"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/masthead"
)

// guess is a possible home of an outlet that no table lists.
type guess struct {
	*masthead.Guess
	at  vector
	key string // of its division
}

// guesses returns the possible homes of a document's outlet by its domain and name alone, the
// most probable first.
func (r *Resolver) guesses(domain, name string) []guess {
	found := r.homes.Guesses(domain, name)
	out := make([]guess, len(found))
	for i := range found {
		g := &found[i]
		out[i] = guess{Guess: g, at: vectorOf(geo.Candidate{Place: g.Place}), key: admin1Key(&g.Place)}
	}
	return out
}

// support is how much the places of a document support each guess.
type support struct {
	of  [][]float64 // of each group of the context, by guess
	sum []float64   // of all groups, by guess
}

const (
	// aroundKM is the typical distance of an outlet's stories from its home, in kilometres.
	aroundKM = 100
	// The support of a place that is not near, but in the same division or country.
	supportAdmin1, supportCountry = 0.3, 0.02
	// supportOdds is what a place that is certainly near adds to the odds of a guess.
	supportOdds = 20
	// otherSupport is the initial odds of none of the guesses.
	otherSupport = 1.65
	// leastSupport is the probability below which a candidate supports no guess.
	leastSupport = 0.005
)

// weighGuesses weighs the guesses by the places of the document. The name of the outlet itself
// is no evidence for one place of that name, unless the text says which.
func (s *scene) weighGuesses() {
	if len(s.guesses) == 0 {
		return
	}
	s.support = support{sum: make([]float64, len(s.guesses))}
	for _, g := range s.context {
		of, name := make([]float64, len(s.guesses)), gazetteer.Fold(g.mentions[0].toponym.Text)
		for i := range s.guesses {
			if h := &s.guesses[i]; h.Name != name || g.firm {
				of[i] = math.Log1p(supportOdds * h.around(g))
			}
			s.support.sum[i] += of[i]
		}
		s.support.of = append(s.support.of, of)
	}
}

// around returns how much of the group's probability is near the guess.
func (h *guess) around(g *group) float64 {
	var sum float64
	for k, p := range g.probs {
		place := &g.candidates[k].Place
		if p < leastSupport || place.Country != h.Place.Country {
			continue
		}
		part := supportCountry
		same := h.key != "" && h.key == admin1Key(place)
		switch class := gazetteer.ClassOf(place.FeatureCode); {
		case (class | h.Class).Has(gazetteer.ClassCountry):
		case (class | h.Class).Has(gazetteer.ClassAdmin1):
			part = max(part, float64(bit(same)))
		case g.vectors[k].km(h.at) <= aroundKM:
			part = 1
		case same:
			part = supportAdmin1
		}
		sum += p * part
	}
	return sum
}

// homes returns the probability of each guess given the document without the group g, which
// may be nil. The rest to 1 is the probability of none of them.
func (s *scene) homes(g *group) []float64 {
	out := make([]float64, len(s.guesses))
	if len(out) == 0 {
		return nil
	}
	own := slices.Index(s.context, g)
	none := 1.0
	for i := range s.guesses {
		none -= s.guesses[i].Prior
	}
	sum := max(none, 0) * otherSupport
	for i := range out {
		speaks := s.support.sum[i]
		if own >= 0 {
			speaks -= s.support.of[own][i]
		}
		out[i] = s.guesses[i].Prior * math.Exp(speaks)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// nearness is where a place is relative to the guessed homes: the probability of the guesses
// for which each statement is true, raised by lift where it supports the place.
type nearness struct {
	country, foreign float64 // in the country; in another
	admin1           float64 // in the first-level division
	town             float64 // the place itself
	near             float64 // exp(-km/reach), a share of each
	far              float64 // over 500 km away, in the country
}

// liftBy is the ratio between a certain home and none, for lift.
const liftBy = 20

// lift returns how much a home of probability p supports a place that is there, as a share of
// the support by a certain home: the logarithm of a mixture of a home that supports the place
// and one that does not. A home with probability one half gives more than half of the support.
func lift(p float64) float64 { return math.Log1p(liftBy*p) / math.Log1p(liftBy) }

func nearnessOf(place *geo.Place, at vector, guesses []guess, homes []float64, reach float64) nearness {
	var n nearness
	key := admin1Key(place)
	for i := range guesses {
		h, p := &guesses[i], homes[i]
		switch {
		case place.Country == "" || p < masthead.MinProbability:
			continue
		case place.Country != h.Place.Country:
			n.foreign += p
			continue
		}
		n.country += p
		if h.Class.Has(gazetteer.ClassCountry) {
			continue
		}
		n.admin1 += p * float64(bit(key != "" && key == h.key))
		n.town += p * float64(bit(place.ID == h.Place.ID))
		if h.Class.Has(gazetteer.ClassAdmin1) {
			continue
		}
		km := at.km(h.at)
		n.near += p * math.Exp(-km/reach)
		n.far += p * float64(bit(km > 500))
	}
	n.country, n.admin1, n.town, n.near = lift(n.country), lift(n.admin1), lift(n.town), lift(n.near)
	return n
}

// ofGuesses sets where the candidates of g are relative to the guessed homes.
func (s *scene) ofGuesses(g *group, out []signalVector) {
	homes := s.homes(g)
	if homes == nil {
		return
	}
	for i := range out {
		n := nearnessOf(&g.candidates[i].Place, g.vectors[i], s.guesses, homes, reachKM)
		f := &out[i]
		f[signalGuessCountry], f[signalGuessForeign], f[signalGuessAdmin1] = float32(n.country), float32(n.foreign), float32(n.admin1)
		f[signalGuessNear], f[signalGuessTown], f[signalGuessFar] = float32(n.near), float32(n.town), float32(n.far)
	}
}

// unlisted is a gazetteer without outlets, so that training sees guesses from the names of
// outlets.
type unlisted struct{ Gazetteer }

func (unlisted) Outlet(string) (gazetteer.Outlet, bool) { return gazetteer.Outlet{}, false }

// withoutOutlets returns a Resolver that guesses the homes of all outlets.
func (r *Resolver) withoutOutlets() *Resolver {
	out := *r
	out.gazetteer = unlisted{r.gazetteer}
	return &out
}
