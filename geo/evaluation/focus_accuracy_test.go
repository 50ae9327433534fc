package evaluation_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/training"
)

var focusFolds = flag.Bool("focus-crossvalidate", false, "measure the focus also with weights from other outlets, trained anew (minutes)")

func focusLabels(t *testing.T) []evaluation.FocusLabel {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "lgl_focus.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	labels, err := evaluation.ReadFocus(f)
	if err != nil {
		t.Fatal(err)
	}
	return labels
}

// TestFocusLabels holds the labels to the gazetteer that they name places of.
func TestFocusLabels(t *testing.T) {
	labels, x := focusLabels(t), index(t)
	if len(labels) != 100 {
		t.Errorf("%d labels", len(labels))
	}
	for _, label := range labels {
		for _, id := range label.Places {
			if _, err := x.Place(id); err != nil {
				t.Errorf("document %s: %s: %v", label.Document, id, err)
			}
		}
	}
}

// TestFocusLabelsArePickedByNobody holds the labelled documents to the rule that
// chose them: those whose ids have the 100 smallest SHA-256 sums, in that order.
func TestFocusLabelsArePickedByNobody(t *testing.T) {
	docs := corpus(t, "lgl")
	slices.SortFunc(docs, func(a, b evaluation.Document) int {
		x, y := sha256.Sum256([]byte(a.ID)), sha256.Sum256([]byte(b.ID))
		return bytes.Compare(x[:], y[:])
	})
	for i, label := range focusLabels(t) {
		if label.Document != docs[i].ID {
			t.Fatalf("label %d is of document %s, want %s", i+1, label.Document, docs[i].ID)
		}
	}
}

// TestFocus measures on LGL stories how often the focus is what a reader says.
// The embedded weights were fitted to LGL's toponyms, though not to its focus
// labels; -focus-crossvalidate gives the figure with weights of other outlets.
func TestFocus(t *testing.T) {
	x, docs, labels := index(t), corpus(t, "lgl"), focusLabels(t)
	checkFocus(t, "embedded", parser(t, x), x, docs, labels)
	if *focusFolds {
		folds, err := training.CrossValidate(context.Background(), x, docs, 5)
		if err != nil {
			t.Fatal(err)
		}
		checkFocus(t, "cross-validated", folds, x, docs, labels)
	}
}

func checkFocus(t *testing.T, name string, p evaluation.Parser, x *gazetteer.Index, docs []evaluation.Document, labels []evaluation.FocusLabel) {
	t.Helper()
	report, err := evaluation.RunFocus(context.Background(), name, p, x, docs, labels)
	if err != nil {
		t.Fatal(err)
	}
	half := len(labels) / 2
	first, second := report.Part(name+", first half", 0, half), report.Part(name+", second half", half, len(labels))
	var b bytes.Buffer
	if err := evaluation.FocusTable(&b, report, first, second); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	if err := report.Errors(&b); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
	if got := report.Agreement(); got < 0.85 {
		t.Errorf("%s: the focus agrees on %.3f of the stories, want at least 0.85", name, got)
	}
}
