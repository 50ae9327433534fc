package sequence

import (
	"math"
)

// Model is a trained CRF with quantised weights. It is safe for concurrent use.
type Model struct {
	labels     []string
	mask       uint32
	scale      float32 // the value of one unit of a weight
	weights    []int8  // (mask+1) rows of len(labels)
	transition [MaxLabels + 1][MaxLabels]float32
	allowed    [MaxLabels + 1][MaxLabels]bool
	factor     [MaxLabels + 1][MaxLabels]float32 // exp(transition), 0 where not allowed
}

// Labels returns the labels in order. The caller must not change them.
func (m *Model) Labels() []string { return m.labels }

// prepare computes the tables for decoding from the labels and transitions.
func (m *Model) prepare() (err error) {
	if m.allowed, err = bioTransitions(m.labels); err != nil {
		return err
	}
	m.factor = factors(&m.transition, &m.allowed)
	return nil
}

func factors(transition *[MaxLabels + 1][MaxLabels]float32, allowed *[MaxLabels + 1][MaxLabels]bool) (f [MaxLabels + 1][MaxLabels]float32) {
	for from := range transition {
		for to := range transition[from] {
			if allowed[from][to] {
				f[from][to] = float32(math.Exp(float64(transition[from][to])))
			}
		}
	}
	return f
}

// Lattice is reusable scratch space for decoding. Only one goroutine may use it
// at a time. The zero value is ready to use.
type Lattice struct {
	Marginals [][MaxLabels]float32 // by token and label, set by Model.Decode
	Best      []uint8              // the likeliest sequence, set by Model.Decode

	score    [][MaxLabels]float32
	forward  [][MaxLabels]float32
	backward [][MaxLabels]float32
	from     [][MaxLabels]uint8
}

func (l *Lattice) resize(n int) {
	if cap(l.score) < n {
		c := n + n/2
		l.score = make([][MaxLabels]float32, c)
		l.forward = make([][MaxLabels]float32, c)
		l.backward = make([][MaxLabels]float32, c)
		l.Marginals = make([][MaxLabels]float32, c)
		l.from = make([][MaxLabels]uint8, c)
		l.Best = make([]uint8, c)
	}
	l.score, l.forward, l.backward = l.score[:n], l.forward[:n], l.backward[:n]
	l.Marginals, l.from, l.Best = l.Marginals[:n], l.from[:n], l.Best[:n]
}

// Decode fills l with the likeliest labels of a sequence (Viterbi) and with the
// marginal probability of each label (forward-backward). signals contains the
// hashed signals of each token.
func (m *Model) Decode(signals [][]uint32, l *Lattice) {
	n := len(signals)
	l.resize(n)
	if n == 0 {
		return
	}
	labels := len(m.labels)
	for t, fs := range signals {
		var sum [MaxLabels]int32
		for _, f := range fs {
			at := int(f&m.mask) * labels
			for y, w := range m.weights[at : at+labels : at+labels] {
				sum[y&(MaxLabels-1)] += int32(w)
			}
		}
		for y := range labels {
			l.score[t][y] = float32(sum[y]) * m.scale
		}
	}
	viterbi(l, labels, &m.transition, &m.allowed)
	marginals(l, labels, &m.factor, nil)
	normalize(l, labels)
}

const impossible = float32(-1e30)

// viterbi finds the likeliest sequence under l.score.
func viterbi(l *Lattice, labels int, transition *[MaxLabels + 1][MaxLabels]float32, allowed *[MaxLabels + 1][MaxLabels]bool) {
	n := len(l.score)
	var last [MaxLabels]float32
	for y := range labels {
		last[y] = impossible
		if allowed[MaxLabels][y] {
			last[y] = l.score[0][y] + transition[MaxLabels][y]
		}
	}
	for t := 1; t < n; t++ {
		var next [MaxLabels]float32
		for y := range labels {
			best, arg := impossible, 0
			for x := range labels {
				if !allowed[x][y] {
					continue
				}
				if s := last[x] + transition[x][y]; s > best {
					best, arg = s, x
				}
			}
			next[y] = best + l.score[t][y]
			l.from[t][y] = uint8(arg)
		}
		last = next
	}
	arg := 0
	for y := range labels {
		if last[y] > last[arg] {
			arg = y
		}
	}
	for t := n - 1; t >= 0; t-- {
		l.Best[t] = uint8(arg)
		arg = int(l.from[t][arg])
	}
}

// marginals runs the forward-backward algorithm, with each position scaled to the
// sum 1 (Rabiner, 1989). If allowed is set, only the labels in its sets are
// possible. l.Marginals then contains the potentials, for edge marginals and for
// normalize. marginals returns the logarithm of the partition function.
func marginals(l *Lattice, labels int, factor *[MaxLabels + 1][MaxLabels]float32, allowed []LabelSet) float64 {
	logZ := forward(l, labels, factor, allowed)
	backward(l, labels, factor)
	return logZ
}

func forward(l *Lattice, labels int, factor *[MaxLabels + 1][MaxLabels]float32, allowed []LabelSet) float64 {
	logZ := 0.0
	psi := l.Marginals
	for t := range l.score {
		highest := l.score[t][0]
		for y := 1; y < labels; y++ {
			highest = max(highest, l.score[t][y])
		}
		for y := range labels {
			psi[t][y] = 0
			if allowed == nil || allowed[t].Has(y) {
				psi[t][y] = float32(math.Exp(float64(l.score[t][y] - highest)))
			}
		}
		logZ += float64(highest)
		var sum float32
		a := &l.forward[t]
		for y := range labels {
			var in float32
			if t == 0 {
				in = factor[MaxLabels][y]
			} else {
				before := &l.forward[t-1]
				for x := range labels {
					in += before[x] * factor[x][y]
				}
			}
			a[y] = in * psi[t][y]
			sum += a[y]
		}
		if sum <= 0 { // no path satisfies the constraint
			sum = 1
		}
		for y := range labels {
			a[y] /= sum
		}
		logZ += math.Log(float64(sum))
	}
	return logZ
}

func backward(l *Lattice, labels int, factor *[MaxLabels + 1][MaxLabels]float32) {
	n := len(l.score)
	psi := l.Marginals
	for y := range labels {
		l.backward[n-1][y] = 1
	}
	for t := n - 2; t >= 0; t-- {
		var sum float32
		b, after := &l.backward[t], &l.backward[t+1]
		for x := range labels {
			var out float32
			for y := range labels {
				out += factor[x][y] * psi[t+1][y] * after[y]
			}
			b[x] = out
			sum += out
		}
		if sum > 0 {
			for x := range labels {
				b[x] /= sum
			}
		}
	}
}

// normalize computes the marginals from the forward and backward arrays. It
// overwrites the potentials in l.Marginals.
func normalize(l *Lattice, labels int) {
	for t := range l.score {
		var sum float32
		for y := range labels {
			l.Marginals[t][y] = l.forward[t][y] * l.backward[t][y]
			sum += l.Marginals[t][y]
		}
		if sum > 0 {
			for y := range labels {
				l.Marginals[t][y] /= sum
			}
		}
	}
}
