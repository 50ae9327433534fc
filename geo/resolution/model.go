package resolution

import (
	_ "embed"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strconv"
	"strings"

	"newsmap/geo"
)

//go:embed weights.tsv
var defaultWeights string

// Model is the weights of the signals: one set for the first round, which does not use the
// other places, and one for the rounds after it.
type Model struct {
	rounds [2][signalCount]float64
}

// The first line of a model file says what it is, in which version, and the
// CRC-32C of all lines after it.
const (
	modelHeader  = "# newsmap resolution weights, version %d, CRC-32C %08x\n"
	modelVersion = 1
	// maxModel bounds what is read, in bytes.
	maxModel = 1 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// ReadModel reads weights as [Model.WriteTo] writes them: a first line with version and
// checksum, then for each signal a line with its name and the weights of the two rounds,
// separated by tabs. Lines that start with # are ignored. The error wraps geo.ErrInvalid and
// says whether the file is not a resolution model, has another version, was cut off or damaged, or
// which line is malformed.
func ReadModel(r io.Reader) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxModel {
		return nil, geo.Invalid("resolution model", "is longer than %d MiB; is this the right file?", maxModel>>20)
	}
	body, err := unseal(string(data))
	if err != nil {
		return nil, err
	}
	m, index := &Model{}, map[string]int{}
	for i, name := range signalNames {
		index[name] = i
	}
	for n, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := m.readLine(line, index); err != nil {
			return nil, geo.Invalid(fmt.Sprintf("resolution model, line %d", n+2), "%v", err)
		}
	}
	return m, nil
}

// unseal checks the first line and returns the lines after it.
func unseal(text string) (string, error) {
	header, body, _ := strings.Cut(text, "\n")
	var version int
	var sum uint32
	if _, err := fmt.Sscanf(header+"\n", modelHeader, &version, &sum); err != nil {
		return "", geo.Invalid("resolution model", "is not a model: the first line is malformed; train a model with: newsmap train resolution")
	}
	if version != modelVersion {
		return "", geo.Invalid("resolution model", "has version %d; this program reads version %d: train the model again", version, modelVersion)
	}
	if got := crc32.Checksum([]byte(body), castagnoli); got != sum {
		return "", geo.Invalid("resolution model", "was cut off or damaged: its checksum is %08x; copy or train it again", got)
	}
	return body, nil
}

func (m *Model) readLine(line string, index map[string]int) error {
	fields := strings.Split(line, "\t")
	i, ok := index[fields[0]]
	if !ok || len(fields) != 1+len(m.rounds) {
		return fmt.Errorf("expected a known signal and %d weights", len(m.rounds))
	}
	for round := range m.rounds {
		w, err := strconv.ParseFloat(fields[1+round], 64)
		if err != nil {
			return err
		}
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return fmt.Errorf("weight %q is not a number", fields[1+round])
		}
		m.rounds[round][i] = w
	}
	return nil
}

// WriteTo writes the weights as text. The same weights give the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var sb strings.Builder
	sb.WriteString("# feature, weight in the first round, weight in the rounds after it\n")
	for i, name := range signalNames {
		fmt.Fprintf(&sb, "%s\t%.4f\t%.4f\n", name, m.rounds[0][i], m.rounds[1][i])
	}
	body := sb.String()
	n, err := io.WriteString(w, fmt.Sprintf(modelHeader, modelVersion, crc32.Checksum([]byte(body), castagnoli))+body)
	return int64(n), err
}

func (m *Model) score(round int, f *signalVector) float64 {
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
