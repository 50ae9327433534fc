package recognition

import (
	"context"
	"fmt"
	"strconv"

	"newsmap/geo"
)

var _ geo.SpanExplainer = (*Recognizer)(nil)

// ExplainSpans gives what the last round weighed for the candidate of the same
// bounds as each span, or else for the likeliest that overlaps it: its log odds
// and its features with their weights. Features are true or not, so that every
// value is 1; a feature's name is that of its template with the word or the
// number that goes with it. Its only error is that of ctx.
func (r *Recognizer) ExplainSpans(ctx context.Context, doc *geo.Document, spans []geo.Toponym) ([]geo.Weighing, error) {
	a := r.analyse(doc)
	for round := range rounds {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("explain: %w", err)
		}
		a.score(r.model, round)
	}
	out := make([]geo.Weighing, len(spans))
	for i, p := range a.passages {
		f := featurizer{p: p, e: a.evidence, known: a.known}
		for k := range spans {
			if spans[k].Field != p.field {
				continue
			}
			if c := p.weighed(a.candidates[i], &spans[k]); c != nil {
				out[k] = r.model.weighing(c, f.features(c, true))
			}
		}
	}
	return out, nil
}

// weighed gives the candidate that answers for a span, nil if none does.
func (p *passage) weighed(cs []candidate, span *geo.Toponym) *candidate {
	var best *candidate
	for i := range cs {
		c := &cs[i]
		start, end := p.words[c.first].RuneStart, p.words[c.end-1].RuneEnd
		switch {
		case start == span.Start && end == span.End:
			return c
		case min(end, span.End) <= max(start, span.Start):
		case best == nil || c.score > best.score:
			best = c
		}
	}
	return best
}

func (m *Model) weighing(c *candidate, features []feature) geo.Weighing {
	w := geo.Weighing{Of: c.name, Score: c.score}
	for _, f := range features {
		w.Add(f.String(), 1, float64(m.rounds[rounds-1][f]))
	}
	w.Sort()
	return w
}

// String names the feature for people: prev “in”, length 2.
func (f feature) String() string {
	name := templateNames[f.template]
	if f.number != 0 {
		name += " " + strconv.Itoa(int(f.number))
	}
	if f.word != "" {
		name += " “" + f.word + "”"
	}
	return name
}
