package recognition

import (
	"context"
	"fmt"
	"strconv"

	"newsmap/geo"
)

var _ geo.SpanExplainer = (*Recognizer)(nil)

// ExplainSpans explains for each span the score of the candidate with the same
// bounds, or else of the likeliest candidate that overlaps it: its log odds in
// the last round, and its signals with their weights. A signal is either present
// or absent, so every value is 1. The name of a signal is the name of its
// template with its word or number. The only error is that of ctx.
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
		b := signalBuilder{p: p, e: a.evidence, names: a.names}
		for k := range spans {
			if spans[k].Field != p.field {
				continue
			}
			if c := p.candidateFor(a.candidates[i], &spans[k]); c != nil {
				out[k] = r.model.weighing(c, b.signals(c, true))
			}
		}
	}
	return out, nil
}

// candidateFor returns the candidate that explains a span, or nil if none
// overlaps it.
func (p *passage) candidateFor(cs []candidate, span *geo.Toponym) *candidate {
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

func (m *Model) weighing(c *candidate, signals []signal) geo.Weighing {
	w := geo.Weighing{Of: c.name, Score: c.score}
	for _, s := range signals {
		w.Add(s.String(), 1, float64(m.rounds[rounds-1][s]))
	}
	w.Sort()
	return w
}

// String describes the signal for readers: prev “in”, length 2.
func (s signal) String() string {
	name := templateNames[s.template]
	if s.number != 0 {
		name += " " + strconv.Itoa(int(s.number))
	}
	if s.word != "" {
		name += " “" + s.word + "”"
	}
	return name
}
