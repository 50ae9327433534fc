package geo

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Contribution is a signal of a linear model as it stood in one decision.
type Contribution struct {
	Signal        string
	Value, Weight float64
}

// Added returns what the signal added to the score.
func (c Contribution) Added() float64 { return c.Value * c.Weight }

// Weighing is a score and what it is made of, for people who ask why.
type Weighing struct {
	Of            string // what was weighed: a span's text or a place's name
	Score         float64
	Contributions []Contribution // the greatest first, without those that added nothing
}

// Add adds a signal unless it adds nothing.
func (w *Weighing) Add(signal string, value, weight float64) {
	if value*weight != 0 {
		w.Contributions = append(w.Contributions, Contribution{Signal: signal, Value: value, Weight: weight})
	}
}

// Sort puts the greatest contributions first, whichever way they point.
func (w *Weighing) Sort() {
	slices.SortStableFunc(w.Contributions, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.Added()), math.Abs(a.Added()))
	})
}

// SpanExplainer is a Recognizer that tells what spoke for and against spans.
type SpanExplainer interface {
	// ExplainSpans gives, for each span of doc, what was weighed in recognising
	// it, or the likeliest span that it shares a code point with; a Score is in
	// log odds. A span that was never weighed has the zero Weighing.
	ExplainSpans(ctx context.Context, doc *Document, spans []Toponym) ([]Weighing, error)
}

// ChoiceExplainer is a Resolver that tells what spoke for and against its
// candidates.
type ChoiceExplainer interface {
	// ExplainChoices gives, for each of the toponyms of doc, a Weighing for each
	// candidate in the order of Resolution.Candidates; a Score is a probability.
	ExplainChoices(ctx context.Context, doc *Document, toponyms []Toponym) ([][]Weighing, error)
}

// ExplainSpans asks the Recognizer, and gives zero Weighings if it explains
// nothing. The errors are the Recognizer's.
func (g *Geoparser) ExplainSpans(ctx context.Context, doc *Document, spans []Toponym) ([]Weighing, error) {
	if e, ok := g.Recognizer.(SpanExplainer); ok {
		return e.ExplainSpans(ctx, doc, spans)
	}
	return make([]Weighing, len(spans)), nil
}

// ExplainChoices asks the Resolver about all toponyms of a document, and gives
// no Weighings if it explains nothing. The errors are the Resolver's.
func (g *Geoparser) ExplainChoices(ctx context.Context, doc *Document, toponyms []Toponym) ([][]Weighing, error) {
	if e, ok := g.Resolver.(ChoiceExplainer); ok {
		return e.ExplainChoices(ctx, doc, toponyms)
	}
	return make([][]Weighing, len(toponyms)), nil
}
