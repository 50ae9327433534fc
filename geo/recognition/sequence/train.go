package sequence

import (
	"context"
	"math"
	"math/rand/v2"
)

// Example is one sequence to learn from.
type Example struct {
	Signals [][]uint32 // hashed signals by token
	Allowed []LabelSet // the labels that may be correct, by token; never empty
	Weight  float32    // relative weight in training, normally 1
}

// Options configure training.
type Options struct {
	Labels []string
	Bits   int     // the weight table has 1<<Bits rows
	Epochs int     // passes over the examples
	Rate   float32 // AdaGrad's step size, about .1
	Decay  float32 // L2 penalty, applied to the weights that a step touches
	Drop   float32 // share of signals that each step leaves out at random
	Seed   uint64
	// Progress, if set, is called after each epoch with the mean log-loss of a
	// sequence.
	Progress func(epoch int, loss float64)
}

// trainer contains the weights in full precision during training.
type trainer struct {
	opt        Options
	labels     int
	mask       uint32
	weights    []float32
	squares    []float32
	transition [MaxLabels + 1][MaxLabels]float32
	tsquares   [MaxLabels + 1][MaxLabels]float32
	allowed    [MaxLabels + 1][MaxLabels]bool
	full       Lattice
	gold       Lattice
	kept       []uint32
	rng        *rand.Rand
}

// Train fits a model to the examples. It returns the error of ctx if ctx ends,
// and an error if the number of labels is not 2 to MaxLabels.
func Train(ctx context.Context, examples []Example, opt Options) (*Model, error) {
	allowed, err := bioTransitions(opt.Labels)
	if err != nil {
		return nil, err
	}
	labels := len(opt.Labels)
	tr := &trainer{
		opt: opt, labels: labels, mask: 1<<opt.Bits - 1, allowed: allowed,
		weights: make([]float32, labels<<opt.Bits), squares: make([]float32, labels<<opt.Bits),
		rng: rand.New(rand.NewPCG(opt.Seed, 0x6e6577736d6170)),
	}
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	for epoch := range opt.Epochs {
		tr.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss := 0.0
		for _, i := range order {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if ex := &examples[i]; len(ex.Signals) > 0 {
				loss += tr.step(ex)
			}
		}
		if opt.Progress != nil {
			opt.Progress(epoch+1, loss/float64(max(1, len(examples))))
		}
	}
	return tr.quantise()
}

// step moves the weights along the gradient of the log-likelihood of one example
// and returns the loss.
func (tr *trainer) step(ex *Example) float64 {
	n, labels := len(ex.Signals), tr.labels
	signals := ex.Signals
	if tr.opt.Drop > 0 {
		signals = tr.drop(signals)
	}
	tr.full.resize(n)
	for t, fs := range signals {
		var sum [MaxLabels]float32
		for _, f := range fs {
			at := int(f&tr.mask) * labels
			for y, w := range tr.weights[at : at+labels : at+labels] {
				sum[y&(MaxLabels-1)] += w
			}
		}
		tr.full.score[t] = sum
	}
	tr.gold.resize(n)
	copy(tr.gold.score, tr.full.score)

	factor := factors(&tr.transition, &tr.allowed)
	logZ := marginals(&tr.full, labels, &factor, nil)
	logGold := marginals(&tr.gold, labels, &factor, ex.Allowed)

	var edges [MaxLabels + 1][MaxLabels]float32
	addEdges(&tr.gold, labels, &factor, 1, &edges)
	addEdges(&tr.full, labels, &factor, -1, &edges)
	normalize(&tr.full, labels)
	normalize(&tr.gold, labels)

	for t, fs := range signals {
		for y := range labels {
			g := ex.Weight * (tr.gold.Marginals[t][y] - tr.full.Marginals[t][y])
			if g > -1e-3 && g < 1e-3 {
				continue
			}
			for _, f := range fs {
				at := int(f&tr.mask)*labels + y
				adagrad(&tr.weights[at], &tr.squares[at], g, tr.opt.Rate, tr.opt.Decay)
			}
		}
	}
	for x := range edges {
		for y := range labels {
			if g := ex.Weight * edges[x][y]; tr.allowed[x][y] && g != 0 {
				adagrad(&tr.transition[x][y], &tr.tsquares[x][y], g, tr.opt.Rate, tr.opt.Decay)
			}
		}
	}
	return float64(ex.Weight) * (logZ - logGold)
}

func adagrad(w, square *float32, g, rate, decay float32) {
	g -= decay * *w
	*square += g * g
	*w += rate * g / float32(math.Sqrt(float64(*square)+1e-8))
}

// drop removes a random share of the signals of each token.
func (tr *trainer) drop(signals [][]uint32) [][]uint32 {
	tr.kept = tr.kept[:0]
	out := make([][]uint32, len(signals))
	keep := uint64((1 - tr.opt.Drop) * (1 << 16))
	var bits uint64
	left := 0
	ends := make([]int, len(signals))
	for t, fs := range signals {
		for _, f := range fs {
			if left == 0 {
				bits, left = tr.rng.Uint64(), 4
			}
			if bits&0xffff < keep {
				tr.kept = append(tr.kept, f)
			}
			bits >>= 16
			left--
		}
		ends[t] = len(tr.kept)
	}
	start := 0
	for t, end := range ends {
		out[t] = tr.kept[start:end]
		start = end
	}
	return out
}

// addEdges adds the marginal probability of each transition in the lattice,
// times sign, to edges. l.Marginals must still contain the potentials.
func addEdges(l *Lattice, labels int, factor *[MaxLabels + 1][MaxLabels]float32, sign float32, edges *[MaxLabels + 1][MaxLabels]float32) {
	psi := l.Marginals
	for t := range l.score {
		var p [MaxLabels + 1][MaxLabels]float32
		var sum float32
		if t == 0 {
			for y := range labels {
				p[MaxLabels][y] = l.forward[0][y] * l.backward[0][y]
				sum += p[MaxLabels][y]
			}
		} else {
			for x := range labels {
				a := l.forward[t-1][x]
				if a == 0 {
					continue
				}
				for y := range labels {
					v := a * factor[x][y] * psi[t][y] * l.backward[t][y]
					p[x][y] = v
					sum += v
				}
			}
		}
		if sum <= 0 {
			continue
		}
		scale := sign / sum
		if t == 0 {
			for y := range labels {
				edges[MaxLabels][y] += p[MaxLabels][y] * scale
			}
			continue
		}
		for x := range labels {
			for y := range labels {
				edges[x][y] += p[x][y] * scale
			}
		}
	}
}

// quantise rounds each weight to 8 bits. A high quantile sets the scale instead
// of the largest weight, so that a few outliers do not reduce the precision of
// the other weights.
func (tr *trainer) quantise() (*Model, error) {
	bound := quantile(tr.weights, .99995)
	if bound == 0 {
		bound = 1
	}
	m := &Model{labels: tr.opt.Labels, mask: tr.mask, scale: bound / 127, weights: make([]int8, len(tr.weights)), transition: tr.transition}
	for i, w := range tr.weights {
		m.weights[i] = int8(math.Round(float64(min(127, max(-127, w/m.scale)))))
	}
	return m, m.prepare()
}
