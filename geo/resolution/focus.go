package resolution

import (
	"math"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// focusID is a signal of a place as the focus of a document.
type focusID int

// The signals. Where one compares a place with the others of the document, it
// says so.
const (
	focusRules        focusID = iota // the rules of ruledFocus choose it
	focusNamed                       // how often it is named, by weight: logarithm
	focusShare                       // the same, of all that is named
	focusTitle                       // the title names it
	focusLead                        // how near the head the text first names it
	focusFirst                       // named before all others, datelines and the title aside
	focusRank                        // how many are named before it: logarithm
	focusOnce                        // named once
	focusConfidence                  // that of the surest of its toponyms
	focusPoint                       // what it is; all of these are 0 for a town
	focusAdmin2                      //
	focusAdmin1                      //
	focusCountry                     //
	focusRegion                      //
	focusInner                       // how many others lie inside: logarithm
	focusInnerAdmin2                 // how much of what is named are towns inside a county,
	focusInnerAdmin1                 // a first-level division,
	focusInnerCountry                // a country
	focusInnerMost                   // how much of that is the one named most
	focusHeld                        // lies in a division that is named too
	focusHeldMore                    // by how much it is named more than that: logarithm of the ratio
	focusSiblings                    // and more than the next beside it, division beside division
	focusHome                        // the outlet's home
	focusHomeNear                    // how near to that it lies
	focusHomeHeld                    // a division around the outlet's home
	focusHomeAbroad                  // in another country than the outlet
	focusGuess                       // the same of where the outlet may be at home by its own name,
	focusGuessNear                   // times the probability
	focusGuessHeld                   //
	focusGuessAbroad                 //
	focusFiled                       // nothing but an agency's dateline names it
	focusDated                       // a dateline names it
	focusBehind                      // the share of its toponyms that only say where another lies,
	focusDemonym                     // that name a people,
	focusAside                       // that tell where somebody is from,
	focusWithin                      // that stand behind "in", "at" or the like,
	focusOffice                      // that stand before an office: "Police", "City Council"
	focusCount
)

var focusFeatureNames = [focusCount]string{
	"rules", "named", "share", "title", "lead", "first", "rank", "once", "confidence",
	"point", "admin2", "admin1", "country", "region",
	"inner", "inner_admin2", "inner_admin1", "inner_country", "inner_most", "held", "held_more", "siblings",
	"home", "home_near", "home_held", "home_abroad", "guess", "guess_near", "guess_held", "guess_abroad",
	"filed", "dated", "behind", "demonym", "aside", "within", "office",
}

// focusVector holds the signals of one place.
type focusVector [focusCount]float64

// focusSignals gives the signals of each of the spots of a document.
func focusSignals(spots []*spot, home *home) []focusVector {
	out := make([]focusVector, len(spots))
	var total float64
	for _, s := range spots {
		total += s.named
	}
	rules := ruledFocus(spots)
	near := spots[:min(len(spots), maxContext)]
	for i, s := range spots {
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

// share is a of b, 0 where there is nothing.
func share(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return a / b
}

// standing says where the document names the place.
func (s *spot) standing(v *focusVector, all []*spot) {
	before := 0
	for _, o := range all {
		before += bit(o.inText < s.inText)
	}
	if s.inText < math.MaxInt {
		v[focusLead], v[focusFirst] = 1/(1+float64(s.inText)/lead), float64(bit(before == 0))
	}
	v[focusTitle], v[focusRank] = float64(bit(s.inTitle)), math.Log1p(float64(before))
	v[focusOnce] = float64(bit(len(s.resolutions) == 1))
	for _, r := range s.resolutions {
		v[focusConfidence] = max(v[focusConfidence], r.Confidence)
	}
}

// level says what kind of place it is.
func (s *spot) level(v *focusVector) {
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

// nesting says what lies inside the place, around it and beside it. The total is
// how much is named in all.
func (s *spot) nesting(v *focusVector, all []*spot, total float64) {
	var inside, most, beside float64
	var outer *spot
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

// homeKM is how far around its home an outlet's own news happens, in kilometres.
const homeKM = 40

// homing says how the place lies to the outlet's home. That speaks for a place
// that the document names; it puts none there.
func (s *spot) homing(v *focusVector, home *home) {
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

// guessing says the same of where the outlet may be at home by its own name.
func (s *spot) guessing(v *focusVector, home *home) {
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

// wording says how the document speaks of the place.
func (s *spot) wording(v *focusVector) {
	n := float64(max(1, s.undated))
	v[focusFiled], v[focusDated] = float64(bit(!s.told)), float64(bit(s.undated < len(s.resolutions)))
	v[focusBehind], v[focusDemonym], v[focusAside] = float64(s.behind)/n, float64(s.demonyms)/n, float64(s.asides)/n
	v[focusWithin], v[focusOffice] = float64(s.within)/n, float64(s.offices)/n
}
