package resolution

import (
	"context"
	"math"
	"math/rand/v2"

	"newsmap/geo"
)

// FocusExample is a document with its toponyms and its right focus.
type FocusExample struct {
	Document *geo.Document
	Toponyms []geo.Toponym
	// Right reports whether a place is a right focus; several places may be.
	Right func(*geo.Place) bool
}

// focusLesson is a document as training sees it: the signals of its places, and which are
// right.
type focusLesson struct {
	signals []focusVector
	right   []bool
}

const (
	focusEpochs  = 40
	focusPenalty = 3e-3
)

// TrainFocus fits the weights of the focus by listwise logistic regression over the places
// that r finds in each document: it maximises the probability of all right places together.
// Each document is used in three copies, as in [Train]. Documents in which r finds no right
// place are ignored. The same examples in the same order give the same weights. The errors are
// those of [Resolver.Resolve].
func TrainFocus(ctx context.Context, r *Resolver, examples []FocusExample) (*FocusModel, error) {
	var in []focusLesson
	for _, ex := range examples {
		for copied := range copies {
			doc, r := r.withheld(ex.Document, copied)
			lesson, err := r.focusLesson(ctx, doc, ex)
			if err != nil {
				return nil, err
			}
			if lesson != nil {
				in = append(in, *lesson)
			}
		}
	}
	return fitFocus(in), nil
}

func (r *Resolver) focusLesson(ctx context.Context, doc *geo.Document, ex FocusExample) (*focusLesson, error) {
	result, home, err := r.resolve(ctx, doc, ex.Toponyms)
	if err != nil {
		return nil, err
	}
	placesInText := placesInTextOf(result, newFields(doc))
	l := &focusLesson{signals: focusSignals(placesInText, home), right: make([]bool, len(placesInText))}
	any := false
	for i, s := range placesInText {
		l.right[i] = ex.Right(s.place)
		any = any || l.right[i]
	}
	if !any {
		return nil, nil
	}
	return l, nil
}

// fitFocus fits the weights by AdaGrad, as fit does, and averages those of the second half. It
// starts from weights by which the rules decide.
func fitFocus(in []focusLesson) *FocusModel {
	prior := focusVector{focusRules: 6}
	m := &FocusModel{weights: prior}
	var sums, total focusVector
	rng := rand.New(rand.NewPCG(trainingKey, 3))
	order := rng.Perm(len(in))
	for epoch := range focusEpochs {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			m.learn(&in[i], &prior, &sums)
		}
		if epoch >= focusEpochs/2 {
			for k := range total {
				total[k] += m.weights[k] / (focusEpochs - focusEpochs/2)
			}
		}
	}
	for k := range total {
		total[k] = math.Round(total[k]*1e4) / 1e4
	}
	return &FocusModel{weights: total}
}

func (m *FocusModel) learn(l *focusLesson, prior, sums *focusVector) {
	probs := make([]float64, len(l.signals))
	for k := range probs {
		probs[k] = m.score(&l.signals[k])
	}
	softmax(probs)
	var right float64
	for k, on := range l.right {
		if on {
			right += probs[k]
		}
	}
	var gradient focusVector
	for k, p := range probs {
		if l.right[k] {
			p -= p / max(right, 1e-9)
		}
		for i, v := range l.signals[k] {
			gradient[i] += p * v
		}
	}
	for i, g := range gradient {
		g += focusPenalty * (m.weights[i] - prior[i])
		sums[i] += g * g
		m.weights[i] -= rate * g / math.Sqrt(sums[i]+1e-8)
	}
}
