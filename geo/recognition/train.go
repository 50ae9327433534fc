package recognition

import (
	"math"
	"math/rand/v2"
	"slices"

	"newsmap/geo"
	"newsmap/geo/recognition/sequence"
)

// Example is a document with the spans of its text that annotators marked.
type Example struct {
	Document *geo.Document
	Spans    []Span
	Weight   float64 // how much it counts; 0 is 1
	// Tagging is the number, from 1, of the tagging that is of this document
	// among those that the tagger was trained on; 0 for none.
	Tagging int
}

// Span is an annotated toponym.
type Span struct {
	Start, End int  // Unicode code points of the text, half open
	Neutral    bool // neither to be found nor to be left out
}

// Train fits the weights of both rounds to the examples by logistic regression
// (AdaGrad; Duchi, Hazan and Singer, JMLR 2011) with an L2 penalty. The second
// round is trained on scores that a first round gave to documents it had not
// seen, and both on the word of taggers that had not. Same examples in the same
// order, same weights. r lends its gazetteer and word lists; its own model plays
// no part. The tagger may be nil. Features of the groups named in leftOut
// ([FeatureGroups]) get no weight; the error names one that is not known.
func Train(r *Recognizer, t *Tagger, examples []Example, leftOut ...string) (*Model, error) {
	masked, err := without(leftOut)
	if err != nil {
		return nil, err
	}
	l := learner{masked: masked}
	examples = augmented(examples)
	analyses := make([]*analysis, len(examples))
	for i, ex := range examples {
		lent := *r
		lent.tagger = t.without(ex.Tagging - 1)
		lent.withheld = withheldOf[i%len(withheldOf)]
		analyses[i] = lent.analyse(ex.Document)
	}
	return l.train(analyses, examples, t.without(-1)), nil
}

// withheldOf is what is withheld of the home of the outlet of each document in
// turn.
var withheldOf = [...]withholding{withholdNothing, withholdTable, withholdNothing, withholdAll}

// learner fits weights, those of masked templates left out.
type learner struct {
	masked map[template]bool
}

func (l *learner) train(analyses []*analysis, examples []Example, tagger *sequence.Model) *Model {
	m := &Model{tagger: tagger}
	const halves = 3
	for part := range halves {
		var in []instance
		for i := range examples {
			if i%halves != part {
				in = l.appendInstances(in, analyses[i], &examples[i], false)
			}
		}
		held := &Model{}
		held.rounds[0] = fit(in)
		for i := range examples {
			if i%halves == part {
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

// instance is one candidate to learn from.
type instance struct {
	features []feature
	place    bool
	weight   float64
}

func (l *learner) appendInstances(in []instance, a *analysis, ex *Example, second bool) []instance {
	weight := ex.weight()
	for i, p := range a.passages {
		if p.field != geo.FieldText {
			continue
		}
		f := featurizer{p: p, e: a.evidence, known: a.known}
		labels := label(p, a.candidates[i], ex.Spans)
		for k := range a.candidates[i] {
			if labels[k] != labelSkip {
				fs := slices.Clone(f.features(&a.candidates[i][k], second))
				fs = slices.DeleteFunc(fs, func(f feature) bool { return l.masked[f.template] })
				in = append(in, instance{features: fs, place: labels[k] == labelPlace, weight: weight})
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

// label says of every candidate whether it is a place: those that are an
// annotated span, and where no candidate is, the one that shares most with it.
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
	minSeen     = 4     // a feature seen less often teaches nothing
	minWeight   = 0.005 // a smaller weight is left out
	trainingKey = 20190220
)

// fit finds the weights of a logistic regression.
func fit(in []instance) map[feature]float32 {
	index := map[feature]int{}
	var seen []int
	rows := make([][]int32, len(in))
	for i := range in {
		for _, f := range in[i].features {
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
	out := map[feature]float32{}
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
