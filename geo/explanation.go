package geo

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Contribution is what one signal of a linear model contributed to one decision.
type Contribution struct {
	Signal        string
	Value, Weight float64
}

// Added returns the amount that the signal added to the score.
func (c Contribution) Added() float64 { return c.Value * c.Weight }

// Weighing explains a score by the signals that it is the sum of.
type Weighing struct {
	Of            string // what was scored: a span's text or a place's name
	Score         float64
	Contributions []Contribution // largest first; those that added nothing are left out
}

// Add appends a signal, unless its contribution is 0.
func (w *Weighing) Add(signal string, value, weight float64) {
	if value*weight != 0 {
		w.Contributions = append(w.Contributions, Contribution{Signal: signal, Value: value, Weight: weight})
	}
}

// Sort orders the contributions by absolute size, largest first.
func (w *Weighing) Sort() {
	slices.SortStableFunc(w.Contributions, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.Added()), math.Abs(a.Added()))
	})
}

// SpanExplainer is a Recognizer that can explain its decisions.
type SpanExplainer interface {
	// ExplainSpans returns a Weighing for each span: that of the span itself, or of the most
	// likely span that overlaps it. A Score is in log odds. A span that was never scored has
	// the zero Weighing.
	ExplainSpans(ctx context.Context, doc *Document, spans []Toponym) ([]Weighing, error)
}

// ChoiceExplainer is a Resolver that can explain its choices.
type ChoiceExplainer interface {
	// ExplainChoices returns, for each toponym of doc, a Weighing for each candidate, in the
	// order of Resolution.Candidates. A Score is a probability.
	ExplainChoices(ctx context.Context, doc *Document, toponyms []Toponym) ([][]Weighing, error)
}

// ExplainSpans calls the Recognizer's ExplainSpans. It returns zero Weighings if the
// Recognizer is not a SpanExplainer.
func (g *Geoparser) ExplainSpans(ctx context.Context, doc *Document, spans []Toponym) ([]Weighing, error) {
	if e, ok := g.Recognizer.(SpanExplainer); ok {
		return e.ExplainSpans(ctx, doc, spans)
	}
	return make([]Weighing, len(spans)), nil
}

// ExplainChoices calls the Resolver's ExplainChoices with all toponyms of a document. It
// returns no Weighings if the Resolver is not a ChoiceExplainer.
func (g *Geoparser) ExplainChoices(ctx context.Context, doc *Document, toponyms []Toponym) ([][]Weighing, error) {
	if e, ok := g.Resolver.(ChoiceExplainer); ok {
		return e.ExplainChoices(ctx, doc, toponyms)
	}
	return make([][]Weighing, len(toponyms)), nil
}
