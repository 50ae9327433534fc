package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"newsmap/geo"
)

// Explainer is a Parser that tells what it weighed; *geo.Geoparser is one.
type Explainer interface {
	geo.SpanExplainer
	geo.ChoiceExplainer
}

// WithExplainer has Run ask e, which must explain what the parser does, about
// every error. That takes a second reading of each document with one.
func WithExplainer(e Explainer) Option {
	return func(r *runner) { r.explainer = e }
}

// Explanation says what was weighed for an error.
type Explanation struct {
	Span       geo.Weighing   // whether it is a toponym, in log odds; zero if it was not weighed
	Candidates []geo.Weighing // in the order of the prediction's candidates
}

// wrong tells whether the pair is an error.
func (p *Pair) wrong() bool { return p.Outcome != OutcomeRight && p.Outcome != OutcomeNeutral }

// explain asks about the errors of one document.
func (r *runner) explain(ctx context.Context, doc *geo.Document, result *geo.Result, pairs []Pair) error {
	if r.explainer == nil || !slices.ContainsFunc(pairs, func(p Pair) bool { return p.wrong() }) {
		return nil
	}
	var toponyms []geo.Toponym
	index := map[*geo.Resolution]int{}
	spans := make([]geo.Toponym, len(pairs))
	for i := range pairs {
		start, end := pairs[i].bounds()
		spans[i] = geo.Toponym{Start: start, End: end, Field: geo.FieldText}
	}
	// Titles are not compared, but what they name weighs on the text.
	text := 0
	for i := range result.Resolutions {
		toponyms = append(toponyms, result.Resolutions[i].Toponym)
		if result.Resolutions[i].Toponym.Field == geo.FieldText {
			index[pairs[text].Predicted] = i
			text++
		}
	}
	weighed, err := r.explainer.ExplainSpans(ctx, doc, spans)
	if err != nil {
		return err
	}
	choices, err := r.explainer.ExplainChoices(ctx, doc, toponyms)
	if err != nil {
		return err
	}
	if len(weighed) != len(spans) || len(choices) != len(toponyms) {
		return fmt.Errorf("%d and %d explanations of %d spans and %d toponyms", len(weighed), len(choices), len(spans), len(toponyms))
	}
	for i := range pairs {
		p := &pairs[i]
		if !p.wrong() {
			continue
		}
		p.Explanation = &Explanation{Span: weighed[i]}
		if p.Predicted != nil {
			p.Explanation.Candidates = choices[index[p.Predicted]]
		}
	}
	return nil
}

// leastSpread is what shows on a page of two decimals.
const leastSpread = 0.005

// compared is a signal as it stood for each of several candidates.
type compared struct {
	signal string
	weight float64
	values []float64
	spread float64 // how far apart it set the candidates' scores
}

// compare lists the signals of candidates, what sets them apart most first.
// Signals that add the same to all, to two decimals, decide nothing and are left
// out; a single candidate has all of its own.
func compare(candidates []geo.Weighing) []compared {
	rows := map[string]*compared{}
	var out []*compared
	for k := range candidates {
		for _, c := range candidates[k].Contributions {
			row := rows[c.Signal]
			if row == nil {
				row = &compared{signal: c.Signal, weight: c.Weight, values: make([]float64, len(candidates))}
				rows[c.Signal] = row
				out = append(out, row)
			}
			row.values[k] = c.Value
		}
	}
	var rest []compared
	for _, row := range out {
		apart := slices.Max(row.values) - slices.Min(row.values)
		if len(candidates) == 1 {
			apart = row.values[0]
		}
		if row.spread = math.Abs(apart * row.weight); row.spread >= leastSpread {
			rest = append(rest, *row)
		}
	}
	slices.SortStableFunc(rest, func(a, b compared) int {
		return cmp.Or(cmp.Compare(b.spread, a.spread), cmp.Compare(a.signal, b.signal))
	})
	return rest
}
