package recognition

import (
	"math"
	"math/rand/v2"
	"slices"

	"newsmap/geo"
	"newsmap/geo/recognition/sequence"
)

// Example is a document in whose text annotators marked toponyms.
type Example struct {
	Document *geo.Document
	Spans    []Span
	Weight   float64 // relative weight in training; 0 means 1
	// Tagging is the number, from 1, of this document among the taggings of the
	// tagger, or 0 if it is not one of them.
	Tagging int
}

// Span is an annotated toponym.
type Span struct {
	Start, End int  // Unicode code points of the text; End is exclusive
	Neutral    bool // ignored: training treats it neither as a place nor as something else
}

// Train fits the weights of both rounds to the examples by logistic regression
// (AdaGrad; Duchi, Hazan and Singer, JMLR 2011) with an L2 penalty. The second
// round is trained on the scores of first rounds that were not trained on the
// document, and both rounds on the output of such taggers. The same examples in
// the same order give the same weights. Train uses the gazetteer and word lists
// of r, but not its model. The tagger may be nil. Signals of the groups in
// leftOut, which are names from [SignalGroups], get no weight. The error wraps
// geo.ErrInvalid and names an unknown group.
func Train(r *Recognizer, t *Tagger, examples []Example, leftOut ...string) (*Model, error) {
	masked, err := templatesOf(leftOut)
	if err != nil {
		return nil, err
	}
	l := learner{masked: masked}
	examples = augment(examples)
	analyses := make([]*analysis, len(examples))
	for i, ex := range examples {
		variant := *r
		variant.tagger = t.excluding(ex.Tagging - 1)
		variant.withheld = withheldInTurn[i%len(withheldInTurn)]
		analyses[i] = variant.analyse(ex.Document)
	}
	return l.train(analyses, examples, t.excluding(-1)), nil
}

// withheldInTurn is what training hides about the outlet's home in consecutive
// documents.
var withheldInTurn = [...]withholding{withholdNothing, withholdTable, withholdNothing, withholdAll}

// learner fits the weights of the templates that are not masked.
type learner struct {
	masked map[template]bool
}

func (l *learner) train(analyses []*analysis, examples []Example, tagger *sequence.Model) *Model {
	m := &Model{tagger: tagger}
	const parts = 3
	for part := range parts {
		var in []instance
		for i := range examples {
			if i%parts != part {
				in = l.appendInstances(in, analyses[i], &examples[i], false)
			}
		}
		held := &Model{}
		held.rounds[0] = fit(in)
		for i := range examples {
			if i%parts == part {
				analyses[i].score(held, 0)
			}
		}
	}
	for round := range rounds {
		var in []instance
		for i := range examples {
			in = l.appendInstances(in, analyses[i], &examples[i], round > 0)
		}
		m.rounds[round] = fit(in)
	}
	return m
}

// instance is one candidate in training.
type instance struct {
	signals []signal
	place   bool
	weight  float64
}

func (l *learner) appendInstances(in []instance, a *analysis, ex *Example, second bool) []instance {
	weight := ex.weight()
	for i, p := range a.passages {
		if p.field != geo.FieldText {
			continue
		}
		b := signalBuilder{p: p, e: a.evidence, names: a.names}
		labels := label(p, a.candidates[i], ex.Spans)
		for k := range a.candidates[i] {
			if labels[k] != labelSkip {
				fs := slices.Clone(b.signals(&a.candidates[i][k], second))
				fs = slices.DeleteFunc(fs, func(s signal) bool { return l.masked[s.template] })
				in = append(in, instance{signals: fs, place: labels[k] == labelPlace, weight: weight})
			}
		}
	}
	return in
}

const (
	labelOther = iota
	labelPlace
	labelSkip
)

// label returns for every candidate whether it is a place. For each annotated
// span, the candidate with the largest overlap is a place.
func label(p *passage, cs []candidate, spans []Span) []int {
	labels := make([]int, len(cs))
	for _, s := range spans {
		best, share := -1, 0.0
		for k := range cs {
			start, end := p.words[cs[k].first].RuneStart, p.words[cs[k].end-1].RuneEnd
			inter := min(end, s.End) - max(start, s.Start)
			if inter <= 0 {
				continue
			}
			if s.Neutral {
				labels[k] = labelSkip
				continue
			}
			if iou := float64(inter) / float64(max(end, s.End)-min(start, s.Start)); iou > share {
				best, share = k, iou
			}
		}
		if best >= 0 {
			labels[best] = labelPlace
		}
	}
	return labels
}

const (
	epochs      = 20
	rate        = 0.03
	penalty     = 2e-4
	minSeen     = 4     // minimum occurrences of a signal with a weight
	minWeight   = 0.005 // minimum magnitude of a weight
	trainingKey = 20190220
)

// fit returns the weights of a logistic regression.
func fit(in []instance) map[signal]float32 {
	index := map[signal]int{}
	var seen []int
	rows := make([][]int32, len(in))
	for i := range in {
		for _, f := range in[i].signals {
			k, ok := index[f]
			if !ok {
				k = len(seen)
				index[f] = k
				seen = append(seen, 0)
			}
			seen[k]++
			rows[i] = append(rows[i], int32(k))
		}
	}
	weights, sums := make([]float64, len(seen)), make([]float64, len(seen))
	total := make([]float64, len(seen))
	rng := rand.New(rand.NewPCG(trainingKey, 1))
	order := rng.Perm(len(in))
	for range epochs {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			learn(rows[i], &in[i], seen, weights, sums)
		}
		for k := range total {
			total[k] += weights[k] / epochs
		}
	}
	out := map[signal]float32{}
	for f, k := range index {
		if seen[k] >= minSeen && math.Abs(total[k]) >= minWeight {
			out[f] = float32(math.Round(total[k]*1000) / 1000)
		}
	}
	return out
}

func learn(row []int32, in *instance, seen []int, weights, sums []float64) {
	var score float64
	for _, k := range row {
		if seen[k] >= minSeen {
			score += weights[k]
		}
	}
	gradient := 1 / (1 + math.Exp(-score))
	if in.place {
		gradient--
	}
	gradient *= in.weight
	for _, k := range row {
		if seen[k] < minSeen {
			continue
		}
		g := gradient + penalty*weights[k]*float64(len(row))
		sums[k] += g * g
		if sums[k] > 0 {
			weights[k] -= rate * g / math.Sqrt(sums[k]+1e-8)
		}
	}
}
