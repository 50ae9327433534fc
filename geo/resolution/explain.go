package resolution

import (
	"context"
	"fmt"

	"newsmap/geo"
)

var _ geo.ChoiceExplainer = (*Resolver)(nil)

// ExplainChoices returns what the last joint round weighed: for each toponym its candidates as
// [Resolver.Resolve] returns them, each with its probability and the contributions of its
// signals. Where the text states the division or country ("Paris, Texas"), candidates
// elsewhere then lose most of their probability. The errors are those of Resolve.
func (r *Resolver) ExplainChoices(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) ([][]geo.Weighing, error) {
	mentions, err := mentionsOf(doc, toponyms)
	if err != nil {
		return nil, err
	}
	s := r.scene(doc, mentions)
	const last = jointRounds - 1
	for round := range last {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("explain: %w", err)
		}
		s.weigh(r.model, round)
	}
	s.count()
	vectors := make(map[*group][]signalVector, len(s.groups))
	for _, g := range s.groups {
		vectors[g] = s.signals(g, true, nil)
	}
	s.weigh(r.model, last)
	out := make([][]geo.Weighing, len(toponyms))
	for _, m := range mentions {
		if m.group != nil {
			out[m.index] = r.model.weighings(m.group, vectors[m.group])
		}
	}
	return out, nil
}

// weighings explains the candidates of g that a Resolution lists.
func (m *Model) weighings(g *group, vectors []signalVector) []geo.Weighing {
	weights := &m.rounds[len(m.rounds)-1]
	var out []geo.Weighing
	order := g.ranked()
	for _, k := range order[:min(len(order), maxShown)] {
		w := geo.Weighing{Of: g.candidates[k].Place.Name, Score: g.probs[k]}
		for i, v := range vectors[k] {
			w.Add(signalNames[i], float64(v), weights[i])
		}
		w.Sort()
		out = append(out, w)
	}
	return out
}
