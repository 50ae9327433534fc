package resolution

import (
	"cmp"

	"newsmap/geo"
)

const (
	// Of a division the focus goes down to a place in it that is named at least
	// innerShare as much, and innerLead times as much as any other there; of a
	// country, which is named for the setting more often than a county is, to one
	// that is named countryShare as much and at the story's head.
	innerShare   = 0.6
	countryShare = 0.4
	innerLead    = 1.4
	// From a place that takes less than spreadShare of all that is named in its
	// division the focus goes up to the division.
	spreadShare = 0.4
)

// spreadOthers is how many other places of a division a story must name to be
// spread over it: the larger the division, the more.
func spreadOthers(division *geo.Place) int {
	switch division.Precision() {
	case geo.PrecisionAdmin2:
		return 2
	case geo.PrecisionAdmin1:
		return 3
	}
	return 6
}

// ruledFocus picks the most salient place, one that only an agency's dateline names
// only if there is nothing else. Where that is a country or division of which
// the story tells mostly about one town, it is the town; where it is one of many
// alike in a division, it is the division. The learned choice has this as one of
// its signals, and begins from it.
func ruledFocus(spots []*spot) *spot {
	var best *spot
	for _, s := range spots {
		if best == nil || compareSalience(s, best) > 0 {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	if over := spreadOver(best, spots); over != nil {
		return over
	}
	for range 3 {
		within := mostNamedWithin(best, spots)
		if within == nil {
			break
		}
		best = within
	}
	return best
}

// spreadOver gives the smallest named division over which the story is spread
// and of which s is but one place, nil if there is none.
func spreadOver(s *spot, spots []*spot) *spot {
	var over *spot
	for _, o := range spots {
		if !o.told || !division(o.place) || !holds(o.place, s.place) || over != nil && holds(o.place, over.place) {
			continue
		}
		others, sum := 0, s.named
		for _, other := range spots[:min(len(spots), maxContext)] {
			if other != s && holds(o.place, other.place) && !holds(other.place, s.place) && !holds(s.place, other.place) {
				others++
				sum += other.named
			}
		}
		if others >= spreadOthers(o.place) && s.named < spreadShare*sum {
			over = o
		}
	}
	return over
}

// mostNamedWithin gives the place inside outer that the story is mostly about,
// nil if it is spread over outer.
func mostNamedWithin(outer *spot, spots []*spot) *spot {
	var first, second *spot
	for _, s := range spots {
		if s == outer || !s.told || !holds(outer.place, s.place) {
			continue
		}
		switch {
		case first == nil || s.named > first.named:
			first, second = s, first
		case second == nil || s.named > second.named:
			second = s
		}
	}
	if first == nil || !leads(first, outer) ||
		second != nil && !holds(first.place, second.place) && !holds(second.place, first.place) && first.named < innerLead*second.named {
		return nil
	}
	return first
}

// leads tells whether inner is named so much that a story about outer is really
// about it.
func leads(inner, outer *spot) bool {
	if outer.place.Precision() == geo.PrecisionCountry {
		return inner.atHead && inner.named >= countryShare*outer.named
	}
	return inner.named >= innerShare*outer.named
}

func compareSalience(a, b *spot) int {
	return cmp.Or(
		compareBool(a.told, b.told),
		cmp.Compare(a.salience, b.salience),
		cmp.Compare(b.first, a.first),
	)
}
