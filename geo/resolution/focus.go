package resolution

import (
	"math"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// focusID numbers the signals for choosing the focus of a document.
type focusID int

// The signals of a place. Those that compare it with other places of the document say so.
const (
	focusRules        focusID = iota // ruledFocus chooses it
	focusNamed                       // logarithm of how often it is named, weighted
	focusShare                       // its share of all mentions, weighted
	focusTitle                       // the title names it
	focusLead                        // how early in the text it is named first
	focusFirst                       // named before all others, outside of datelines and the title
	focusRank                        // logarithm of how many places are named before it
	focusOnce                        // named once
	focusConfidence                  // of its most confident toponym
	focusPoint                       // its precision; all of these are 0 for a town
	focusAdmin2                      //
	focusAdmin1                      //
	focusCountry                     //
	focusRegion                      //
	focusInner                       // logarithm of how many other places it contains
	focusInnerAdmin2                 // share of all mentions that are of towns inside it, if it is a county,
	focusInnerAdmin1                 // a first-level division,
	focusInnerCountry                // a country
	focusInnerMost                   // share of the most named one of these
	focusHeld                        // is in a division that is named too
	focusHeldMore                    // log ratio of its mentions to those of that division
	focusSiblings                    // and to those of the next place in that division
	focusHome                        // the outlet's home
	focusHomeNear                    // how near the outlet's home it is
	focusHomeHeld                    // a division that contains the outlet's home
	focusHomeAbroad                  // in another country than the outlet
	focusGuess                       // the same for the guessed home of the outlet,
	focusGuessNear                   // times its probability
	focusGuessHeld                   //
	focusGuessAbroad                 //
	focusFiled                       // only an agency's dateline names it
	focusDated                       // a dateline names it
	focusBehind                      // share of its toponyms that only say where another place is,
	focusDemonym                     // that name a people,
	focusAside                       // that say where somebody is from,
	focusWithin                      // that are after "in", "at" or another such word,
	focusOffice                      // that are before an office: "Police", "City Council"
	focusCount
)

var focusFeatureNames = [focusCount]string{
	"rules", "named", "share", "title", "lead", "first", "rank", "once", "confidence",
	"point", "admin2", "admin1", "country", "region",
	"inner", "inner_admin2", "inner_admin1", "inner_country", "inner_most", "held", "held_more", "siblings",
	"home", "home_near", "home_held", "home_abroad", "guess", "guess_near", "guess_held", "guess_abroad",
	"filed", "dated", "behind", "demonym", "aside", "within", "office",
}

// focusVector is the values of the signals of one place.
type focusVector [focusCount]float64

// focusSignals returns the signals of each place of a document.
func focusSignals(placesInText []*placeInText, home *home) []focusVector {
	out := make([]focusVector, len(placesInText))
	var total float64
	for _, s := range placesInText {
		total += s.named
	}
	rules := ruledFocus(placesInText)
	near := placesInText[:min(len(placesInText), maxContext)]
	for i, s := range placesInText {
		v := &out[i]
		v[focusRules] = float64(bit(s == rules))
		v[focusNamed], v[focusShare] = math.Log1p(s.named), share(s.named, total)
		s.standing(v, near)
		s.level(v)
		s.nesting(v, near, total)
		s.homing(v, home)
		s.wording(v)
	}
	return out
}

// share returns a/b, or 0 if b is 0.
func share(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return a / b
}

// standing sets the signals of where the document names the place.
func (s *placeInText) standing(v *focusVector, all []*placeInText) {
	before := 0
	for _, o := range all {
		before += bit(o.inText < s.inText)
	}
	if s.inText < math.MaxInt {
		v[focusLead], v[focusFirst] = 1/(1+float64(s.inText)/leadLength), float64(bit(before == 0))
	}
	v[focusTitle], v[focusRank] = float64(bit(s.inTitle)), math.Log1p(float64(before))
	v[focusOnce] = float64(bit(len(s.resolutions) == 1))
	for _, r := range s.resolutions {
		v[focusConfidence] = max(v[focusConfidence], r.Confidence)
	}
}

// level sets the signals of the place's precision.
func (s *placeInText) level(v *focusVector) {
	switch s.place.Precision() {
	case geo.PrecisionPoint:
		v[focusPoint] = 1
	case geo.PrecisionAdmin2:
		v[focusAdmin2] = 1
	case geo.PrecisionAdmin1:
		v[focusAdmin1] = 1
	case geo.PrecisionCountry:
		v[focusCountry] = 1
	case geo.PrecisionRegion, geo.PrecisionWater:
		v[focusRegion] = 1
	}
}

// nesting sets the signals of what the place contains, what contains it and what else is
// there. total is the weight of all mentions.
func (s *placeInText) nesting(v *focusVector, all []*placeInText, total float64) {
	var inside, most, beside float64
	var outer *placeInText
	n := 0
	for _, o := range all {
		switch {
		case o == s:
		case holds(s.place, o.place):
			n++
			if !division(o.place) {
				inside, most = inside+o.named, max(most, o.named)
			}
		case holds(o.place, s.place):
			if outer == nil || holds(outer.place, o.place) {
				outer = o
			}
		case division(o.place) == division(s.place):
			beside = max(beside, o.named)
		}
	}
	v[focusInner], v[focusInnerMost] = math.Log1p(float64(n)), share(most, inside)
	v[focusSiblings] = logRatio(s.named, beside)
	if outer != nil {
		v[focusHeld], v[focusHeldMore] = 1, logRatio(s.named, outer.named)
	}
	switch part := share(inside, total); s.place.Precision() {
	case geo.PrecisionAdmin2:
		v[focusInnerAdmin2] = part
	case geo.PrecisionAdmin1:
		v[focusInnerAdmin1] = part
	case geo.PrecisionCountry:
		v[focusInnerCountry] = part
	}
}

func logRatio(a, b float64) float64 { return math.Log((a + 0.5) / (b + 0.5)) }

// homeKM is the distance from its home, in kilometres, within which an outlet's local news happens.
const homeKM = 40

// homing sets the signals of where the place is relative to the outlet's home. They support a
// place that the document names; they add no place.
func (s *placeInText) homing(v *focusVector, home *home) {
	s.guessing(v, home)
	if !home.known {
		return
	}
	v[focusHomeAbroad] = float64(bit(s.place.Country != "" && s.place.Country != home.country))
	if !home.local {
		return
	}
	km := vectorOf(geo.Candidate{Place: *s.place}).km(home.at)
	if !division(s.place) {
		v[focusHome], v[focusHomeNear] = float64(bit(s.place.ID == home.townID)), math.Exp(-km/homeKM)
		return
	}
	around := km < homeKM || gazetteer.ClassOf(s.place.FeatureCode).Has(gazetteer.ClassAdmin1)
	v[focusHomeHeld] = float64(bit(around && s.place.Country == home.country && s.place.Admin1Code == home.admin1))
}

// guessing sets the same signals for the guessed homes of the outlet.
func (s *placeInText) guessing(v *focusVector, home *home) {
	if len(home.probs) == 0 {
		return
	}
	n := nearnessOf(s.place, vectorOf(geo.Candidate{Place: *s.place}), home.guesses, home.probs, homeKM)
	v[focusGuessAbroad] = n.foreign
	switch {
	case !division(s.place):
		v[focusGuess], v[focusGuessNear] = n.town, n.near
	case gazetteer.ClassOf(s.place.FeatureCode).Has(gazetteer.ClassAdmin1):
		v[focusGuessHeld] = n.admin1
	default:
		v[focusGuessHeld] = min(1, n.near+n.town)
	}
}

// wording sets the signals of the words beside the place.
func (s *placeInText) wording(v *focusVector) {
	n := float64(max(1, s.undated))
	v[focusFiled], v[focusDated] = float64(bit(!s.told)), float64(bit(s.undated < len(s.resolutions)))
	v[focusBehind], v[focusDemonym], v[focusAside] = float64(s.behind)/n, float64(s.demonyms)/n, float64(s.asides)/n
	v[focusWithin], v[focusOffice] = float64(s.within)/n, float64(s.offices)/n
}
