package evaluation

import (
	"cmp"
	"slices"

	"newsmap/geo"
)

// Outcome is the result for a prediction or a gold mention.
type Outcome uint8

// The outcomes.
const (
	OutcomeRight      Outcome = iota // matched, with a place within NearKM
	OutcomeMisplaced                 // matched, with a place farther away
	OutcomeUnresolved                // matched, without a place
	OutcomeSpurious                  // a prediction that matches no mention
	OutcomeMissed                    // a mention that no prediction matches
	OutcomeNeutral                   // neither right nor wrong
)

var outcomeNames = [...]string{"right", "misplaced", "unresolved", "spurious", "missed", "neutral"}

func (o Outcome) String() string { return outcomeNames[o] }

// Pair is a prediction with the mention that it matches. One of the two is nil
// for a spurious prediction and for a missed mention.
type Pair struct {
	Document  *Document
	Predicted *geo.Resolution
	Gold      *Mention
	Outcome   Outcome
	ErrorKM   float64 // distance between the two points, if there are both

	Explanation *Explanation // of an error, if Run was given an Explainer
}

// Exact reports whether the two spans of the pair are equal.
func (p *Pair) Exact() bool {
	return p.Predicted != nil && p.Gold != nil &&
		p.Predicted.Toponym.Start == p.Gold.Start && p.Predicted.Toponym.End == p.Gold.End
}

// match pairs the predictions of a document with its mentions, one to one. Pairs with the
// greatest overlap take precedence, then those that are first in the text.
func match(doc *Document, predicted []geo.Resolution) []Pair {
	goldOf := make([]int, len(predicted))
	predictedOf := make([]int, len(doc.Mentions))
	for i := range goldOf {
		goldOf[i] = -1
	}
	for i := range predictedOf {
		predictedOf[i] = -1
	}
	for _, o := range overlaps(doc.Mentions, predicted) {
		if goldOf[o.predicted] < 0 && predictedOf[o.gold] < 0 {
			goldOf[o.predicted], predictedOf[o.gold] = o.gold, o.predicted
		}
	}
	var pairs []Pair
	for i := range predicted {
		pair := Pair{Document: doc, Predicted: &predicted[i]}
		if g := goldOf[i]; g >= 0 {
			pair.Gold = &doc.Mentions[g]
		}
		pair.judge()
		pairs = append(pairs, pair)
	}
	for i := range doc.Mentions {
		if predictedOf[i] < 0 {
			pair := Pair{Document: doc, Gold: &doc.Mentions[i]}
			pair.judge()
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// judge sets the outcome of a pair.
func (p *Pair) judge() {
	switch {
	case p.Gold == nil && touchesNeutral(p.Document, &p.Predicted.Toponym):
		p.Outcome = OutcomeNeutral
	case p.Gold == nil:
		p.Outcome = OutcomeSpurious
	case p.Gold.Neutral():
		p.Outcome = OutcomeNeutral
	case p.Predicted == nil:
		p.Outcome = OutcomeMissed
	default:
		p.judgePlace()
	}
}

// judgePlace sets the outcome of a prediction that matches a mention, and its error.
func (p *Pair) judgePlace() {
	point, ok := pointOf(p.Predicted)
	if !ok {
		p.Outcome = OutcomeUnresolved
		return
	}
	p.ErrorKM = geo.DistanceKM(point.Point(), p.Gold.Point.Point())
	p.Outcome = OutcomeMisplaced
	if p.ErrorKM <= NearKM {
		p.Outcome = OutcomeRight
	}
}

// pointOf returns the predicted point, and whether there is one.
func pointOf(r *geo.Resolution) (geo.Coordinate, bool) {
	switch {
	case r.Place != nil:
		return geo.Coordinate{Lon: r.Place.Point[0], Lat: r.Place.Point[1]}, true
	case r.Toponym.Coordinate != nil:
		return *r.Toponym.Coordinate, true
	}
	return geo.Coordinate{}, false
}

// touchesNeutral reports whether a prediction without a match overlaps a neutral mention, such
// as the second prediction in a long mention.
func touchesNeutral(doc *Document, t *geo.Toponym) bool {
	for i := range doc.Mentions {
		m := &doc.Mentions[i]
		if m.Neutral() && min(m.End, t.End) > max(m.Start, t.Start) {
			return true
		}
	}
	return false
}

// overlap is a prediction and a mention, by index, with the number of code points they share.
type overlap struct{ predicted, gold, size int }

// overlaps returns the overlaps in the order in which match considers them.
func overlaps(gold []Mention, predicted []geo.Resolution) []overlap {
	var all []overlap
	for i := range predicted {
		t := &predicted[i].Toponym
		for j := range gold {
			if size := min(gold[j].End, t.End) - max(gold[j].Start, t.Start); size > 0 {
				all = append(all, overlap{predicted: i, gold: j, size: size})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b overlap) int {
		return cmp.Or(
			cmp.Compare(b.size, a.size),
			cmp.Compare(predicted[a.predicted].Toponym.Start, predicted[b.predicted].Toponym.Start),
			cmp.Compare(gold[a.gold].Start, gold[b.gold].Start),
		)
	})
	return all
}
