package sequence

import (
	"fmt"
	"strings"
)

// MaxLabels bounds the number of labels of a model.
const MaxLabels = 16

// LabelSet is a set of labels, bit i standing for label i.
type LabelSet uint16

// Has tells whether label y is in s.
func (s LabelSet) Has(y int) bool { return s&(1<<y) != 0 }

// bioTransitions tells which label may follow which: I-X only after B-X or
// I-X. Row MaxLabels is the start of a sequence.
func bioTransitions(labels []string) ([MaxLabels + 1][MaxLabels]bool, error) {
	var allowed [MaxLabels + 1][MaxLabels]bool
	if len(labels) < 2 || len(labels) > MaxLabels {
		return allowed, fmt.Errorf("sequence: %d labels, not 2 to %d", len(labels), MaxLabels)
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
