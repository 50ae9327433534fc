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

//go:embed focus.tsv
var defaultFocusWeights string

// FocusModel is the weights of the signals that choose a document's focus. It is safe for
// concurrent use.
type FocusModel struct {
	weights focusVector
}

const (
	focusHeader  = "# newsmap focus weights, version %d, CRC-32C %08x\n"
	focusVersion = 1
)

// ReadFocusModel reads weights as [FocusModel.WriteTo] writes them: a first line with version
// and checksum, then for each signal a line with its name, a tab and its weight. Signals
// without a line have no weight. The error wraps geo.ErrInvalid and says whether the file is
// not a focus model, has another version, was cut off or damaged, or which line is malformed.
func ReadFocusModel(r io.Reader) (*FocusModel, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxModel {
		return nil, geo.Invalid("focus model", "is longer than %d MiB; is this the right file?", maxModel>>20)
	}
	header, body, _ := strings.Cut(string(data), "\n")
	var version int
	var sum uint32
	if _, err := fmt.Sscanf(header+"\n", focusHeader, &version, &sum); err != nil {
		return nil, geo.Invalid("focus model", "is not a model: the first line is malformed; train a model with: newsmap train focus")
	}
	if version != focusVersion {
		return nil, geo.Invalid("focus model", "has version %d; this program reads version %d: train the model again", version, focusVersion)
	}
	if got := crc32.Checksum([]byte(body), castagnoli); got != sum {
		return nil, geo.Invalid("focus model", "was cut off or damaged: its checksum is %08x; copy or train it again", got)
	}
	m, index := &FocusModel{}, map[string]int{}
	for i, name := range focusFeatureNames {
		index[name] = i
	}
	for n, line := range strings.Split(strings.TrimSuffix(body, "\n"), "\n") {
		name, weight, _ := strings.Cut(line, "\t")
		i, ok := index[name]
		w, err := strconv.ParseFloat(weight, 64)
		if !ok || err != nil || math.IsNaN(w) || math.IsInf(w, 0) {
			return nil, geo.Invalid(fmt.Sprintf("focus model, line %d", n+2), "expected a known signal and its weight")
		}
		m.weights[i] = w
	}
	return m, nil
}

// WriteTo writes the weights as text. The same weights give the same bytes.
func (m *FocusModel) WriteTo(w io.Writer) (int64, error) {
	var sb strings.Builder
	for i, name := range focusFeatureNames {
		fmt.Fprintf(&sb, "%s\t%.4f\n", name, m.weights[i])
	}
	body := sb.String()
	n, err := io.WriteString(w, fmt.Sprintf(focusHeader, focusVersion, crc32.Checksum([]byte(body), castagnoli))+body)
	return int64(n), err
}

func (m *FocusModel) score(v *focusVector) float64 {
	var sum float64
	for i, x := range v {
		sum += m.weights[i] * x
	}
	return sum
}

// focus returns the most probable focus, or nil if there are no places. A place that only an
// agency's dateline names is chosen only if there is no other.
func (m *FocusModel) focus(placesInText []*placeInText, home *home) *placeInText {
	var best *placeInText
	var top float64
	for i, v := range focusSignals(placesInText, home) {
		s, score := placesInText[i], m.score(&v)
		if best == nil || s.told && !best.told || s.told == best.told && score > top {
			best, top = s, score
		}
	}
	return best
}
