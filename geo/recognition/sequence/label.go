package sequence

import (
	"fmt"
	"strings"
)

// MaxLabels is the maximum number of labels of a model.
const MaxLabels = 16

// LabelSet is a set of labels. Bit i represents label i.
type LabelSet uint16

// Has reports whether label y is in s.
func (s LabelSet) Has(y int) bool { return s&(1<<y) != 0 }

// bioTransitions returns which label may follow which: I-X only follows B-X or
// I-X. Row MaxLabels is the start of a sequence.
func bioTransitions(labels []string) ([MaxLabels + 1][MaxLabels]bool, error) {
	var allowed [MaxLabels + 1][MaxLabels]bool
	if len(labels) < 2 || len(labels) > MaxLabels {
		return allowed, fmt.Errorf("sequence: there are %d labels; expected 2 to %d", len(labels), MaxLabels)
	}
	for to, name := range labels {
		class, inside := strings.CutPrefix(name, "I-")
		allowed[MaxLabels][to] = !inside
		for from, before := range labels {
			allowed[from][to] = !inside || before == "B-"+class || before == name
		}
	}
	return allowed, nil
}
