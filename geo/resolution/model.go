package resolution

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"newsmap/geo"
)

//go:embed weights.tsv
var defaultWeights string

// Model holds the weights of the features: one set for the first round, which
// knows nothing of the other places, and one for the rounds after it.
type Model struct {
	rounds [2][featureCount]float64
}

// ReadModel reads weights in the form of [Model.WriteTo]: a line a feature with
// its name and the weights of the two rounds, separated by tabs. Lines that
// start with # are passed over. Errors name the line and wrap geo.ErrInvalid.
func ReadModel(r io.Reader) (*Model, error) {
	index := map[string]int{}
	for i, name := range featureNames {
		index[name] = i
	}
	m := &Model{}
	sc := bufio.NewScanner(r)
	for line := 1; sc.Scan(); line++ {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		fields := strings.Split(sc.Text(), "\t")
		i, ok := index[fields[0]]
		if !ok || len(fields) != 1+len(m.rounds) {
			return nil, geo.Invalid(fmt.Sprintf("weights, line %d", line), "a known feature and %d weights are due", len(m.rounds))
		}
		for round := range m.rounds {
			w, err := strconv.ParseFloat(fields[1+round], 64)
			if err != nil {
				return nil, geo.Invalid(fmt.Sprintf("weights, line %d", line), "%v", err)
			}
			m.rounds[round][i] = w
		}
	}
	return m, sc.Err()
}

// WriteTo writes the weights as text, the same bytes for the same weights.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var sb strings.Builder
	sb.WriteString("# feature, weight in the first round, weight in the rounds after it\n")
	for i, name := range featureNames {
		fmt.Fprintf(&sb, "%s\t%.4f\t%.4f\n", name, m.rounds[0][i], m.rounds[1][i])
	}
	n, err := io.WriteString(w, sb.String())
	return int64(n), err
}

func (m *Model) score(round int, f *featureVector) float64 {
	weights := &m.rounds[min(round, len(m.rounds)-1)]
	var sum float64
	for i, v := range f {
		sum += weights[i] * float64(v)
	}
	return sum
}

// softmax turns scores into probabilities in place.
func softmax(scores []float64) {
	if len(scores) == 0 {
		return
	}
	best := scores[0]
	for _, s := range scores {
		best = max(best, s)
	}
	var sum float64
	for i, s := range scores {
		scores[i] = math.Exp(s - best)
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}
