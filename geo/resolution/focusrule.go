package resolution

import (
	"cmp"

	"newsmap/geo"
)

const (
	// The focus moves from a division to a place in it that is named at least innerShare as
	// often, and innerLead times as often as any other place there. It moves from a country,
	// which is more often named only as the setting, to a place that is named countryShare as
	// often and at the beginning of the story.
	innerShare   = 0.6
	countryShare = 0.4
	innerLead    = 1.4
	// The focus moves from a place with less than spreadShare of all mentions in its division
	// up to the division.
	spreadShare = 0.4
)

// spreadOthers is how many other places of a division a story must name to be about all of it:
// the larger the division, the more.
func spreadOthers(division *geo.Place) int {
	switch division.Precision() {
	case geo.PrecisionAdmin2:
		return 2
	case geo.PrecisionAdmin1:
		return 3
	}
	return 6
}

// ruledFocus chooses the most salient place; one that only an agency's dateline names only if
// there is no other. If that is a country or division, but the story is mostly about one town
// in it, it chooses the town; if it is one of many similar places in a division, it chooses
// the division. The learned choice has this as one of its signals, and training starts from
// it.
func ruledFocus(placesInText []*placeInText) *placeInText {
	var best *placeInText
	for _, s := range placesInText {
		if best == nil || compareSalience(s, best) > 0 {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	if over := spreadOver(best, placesInText); over != nil {
		return over
	}
	for range 3 {
		within := mostNamedWithin(best, placesInText)
		if within == nil {
			break
		}
		best = within
	}
	return best
}

// spreadOver returns the smallest named division that the story is about as a whole, s being
// one of several places in it, or nil.
func spreadOver(s *placeInText, placesInText []*placeInText) *placeInText {
	var over *placeInText
	for _, o := range placesInText {
		if !o.told || !division(o.place) || !holds(o.place, s.place) || over != nil && holds(o.place, over.place) {
			continue
		}
		others, sum := 0, s.named
		for _, other := range placesInText[:min(len(placesInText), maxContext)] {
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

// mostNamedWithin returns the place inside outer that the story is mostly about, or nil if it
// is about several.
func mostNamedWithin(outer *placeInText, placesInText []*placeInText) *placeInText {
	var first, second *placeInText
	for _, s := range placesInText {
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

// leads reports whether inner is named so often that a story about outer is really about
// inner.
func leads(inner, outer *placeInText) bool {
	if outer.place.Precision() == geo.PrecisionCountry {
		return inner.atHead && inner.named >= countryShare*outer.named
	}
	return inner.named >= innerShare*outer.named
}

func compareSalience(a, b *placeInText) int {
	return cmp.Or(
		compareBool(a.told, b.told),
		cmp.Compare(a.salience, b.salience),
		cmp.Compare(b.first, a.first),
	)
}
