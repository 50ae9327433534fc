package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"newsmap/geo"
)

// Explainer is a Parser that explains its decisions. *geo.Geoparser implements it.
type Explainer interface {
	geo.SpanExplainer
	geo.ChoiceExplainer
}

// WithExplainer makes Run explain every error with e, which must explain the measured parser.
// Documents with errors are parsed a second time.
func WithExplainer(e Explainer) Option {
	return func(r *runner) { r.explainer = e }
}

// Explanation contains the signals that led to an error.
type Explanation struct {
	Span       geo.Weighing   // signals of the span, in log odds; zero if it was not considered
	Candidates []geo.Weighing // in the order of the prediction's candidates
}

// wrong reports whether the pair is an error.
func (p *Pair) wrong() bool { return p.Outcome != OutcomeRight && p.Outcome != OutcomeNeutral }

// explain explains the errors of one document.
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
	// Titles are not compared, but their names affect the text.
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
		return fmt.Errorf("the explainer returned %d explanations of %d spans and %d of %d toponyms", len(weighed), len(spans), len(choices), len(toponyms))
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

// minSpread is the minimum spread that is visible with two decimals.
const minSpread = 0.005

// compared is the values of a signal for several candidates.
type compared struct {
	signal string
	weight float64
	values []float64
	spread float64 // greatest difference that it makes between two scores
}

// compare returns the signals of candidates, those with the greatest spread first. It leaves
// out signals that are equal, to two decimals, for all candidates, unless there is only one.
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
	var visible []compared
	for _, row := range out {
		difference := slices.Max(row.values) - slices.Min(row.values)
		if len(candidates) == 1 {
			difference = row.values[0]
		}
		if row.spread = math.Abs(difference * row.weight); row.spread >= minSpread {
			visible = append(visible, *row)
		}
	}
	slices.SortStableFunc(visible, func(a, b compared) int {
		return cmp.Or(cmp.Compare(b.spread, a.spread), cmp.Compare(a.signal, b.signal))
	})
	return visible
}
