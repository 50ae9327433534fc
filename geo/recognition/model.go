package recognition

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"newsmap/geo"
)

//go:embed weights.tsv
var defaultWeights string

// Model holds the weights of the features for each of the two rounds: the first
// looks at every candidate by itself, the second also at what the first made of
// the same name elsewhere in the document. It is safe for concurrent use.
type Model struct {
	rounds [2]map[feature]float32
}

// rounds is how often candidates are scored.
const rounds = 2

// ReadModel reads weights in the form of [Model.WriteTo]: a line a weight with
// round, template, number, word and weight, separated by tabs. Lines that start
// with # are passed over. Errors name the line and wrap geo.ErrInvalid.
func ReadModel(r io.Reader) (*Model, error) {
	m := &Model{}
	for i := range m.rounds {
		m.rounds[i] = map[feature]float32{}
	}
	templates := map[string]template{}
	for i, name := range templateNames {
		templates[name] = template(i)
	}
	sc := bufio.NewScanner(r)
	for line := 1; sc.Scan(); line++ {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		if err := m.readLine(sc.Text(), templates); err != nil {
			return nil, geo.Invalid(fmt.Sprintf("weights, line %d", line), "%v", err)
		}
	}
	return m, sc.Err()
}

func (m *Model) readLine(line string, templates map[string]template) error {
	fields := strings.Split(line, "\t")
	if len(fields) != 5 {
		return fmt.Errorf("%d fields where five are due", len(fields))
	}
	round, err := strconv.Atoi(fields[0])
	if err != nil || round < 0 || round >= rounds {
		return fmt.Errorf("no round %q", fields[0])
	}
	t, ok := templates[fields[1]]
	if !ok {
		return fmt.Errorf("no template %q", fields[1])
	}
	number, err := strconv.ParseUint(fields[2], 10, 16)
	if err != nil {
		return err
	}
	weight, err := strconv.ParseFloat(fields[4], 32)
	if err != nil {
		return err
	}
	m.rounds[round][feature{template: t, number: uint16(number), word: fields[3]}] = float32(weight)
	return nil
}

// WriteTo writes the weights as text, the same bytes for the same weights.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var lines []string
	for round, weights := range m.rounds {
		for f, weight := range weights {
			lines = append(lines, fmt.Sprintf("%d\t%s\t%d\t%s\t%.3f\n", round, templateNames[f.template], f.number, f.word, weight))
		}
	}
	slices.Sort(lines)
	n, err := io.WriteString(w, "# round, template, number, word, weight\n"+strings.Join(lines, ""))
	return int64(n), err
}

// score is the log odds that a candidate with these features names a place.
func (m *Model) score(round int, features []feature) float64 {
	weights := m.rounds[round]
	var sum float32
	for _, f := range features {
		sum += weights[f]
	}
	return float64(sum)
}
