package evaluation_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/training"
)

var focusSplits = flag.Bool("focus-crossvalidate", false, "also measure the focus with weights that are trained on other outlets (takes minutes)")

// focusLabels reads the labels in a file of testdata.
func focusLabels(t *testing.T, name string) []evaluation.FocusLabel {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
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

// allFocusLabels reads the labels of all stories.
func allFocusLabels(t *testing.T) []evaluation.FocusLabel {
	t.Helper()
	return slices.Concat(focusLabels(t, "lgl_focus.tsv"), focusLabels(t, "lgl_focus_more.tsv"), focusLabels(t, "lgl_focus_train.tsv"))
}

// TestFocusLabels checks that the places of the labels are in the gazetteer.
func TestFocusLabels(t *testing.T) {
	x := index(t)
	for _, label := range allFocusLabels(t) {
		for _, id := range label.Places {
			if _, err := x.Place(id); err != nil {
				t.Errorf("document %s: %s: %v", label.Document, id, err)
			}
		}
	}
}

// TestFocusLabelsAreRandom checks the rule by which the labelled documents were chosen: those
// whose ids have the 100 smallest SHA-256 sums, in that order, the 100 after them, and all
// others.
func TestFocusLabelsAreRandom(t *testing.T) {
	docs := corpus(t, "lgl")
	slices.SortFunc(docs, func(a, b evaluation.Document) int {
		x, y := sha256.Sum256([]byte(a.ID)), sha256.Sum256([]byte(b.ID))
		return bytes.Compare(x[:], y[:])
	})
	labels := allFocusLabels(t)
	if len(labels) != len(docs) {
		t.Fatalf("%d labels of %d documents", len(labels), len(docs))
	}
	for i, label := range labels {
		if label.Document != docs[i].ID {
			t.Fatalf("label %d is of document %s, want %s", i+1, label.Document, docs[i].ID)
		}
	}
}

// minFocus is the minimum share of stories whose focus agrees with the label. minChosen is the
// same for the stories in which a place of the label was found. minFocusSplits and
// minChosenSplits are the same with weights that are trained on other outlets.
const (
	minFocus, minChosen             = 0.79, 0.89
	minFocusSplits, minChosenSplits = 0.72, 0.86
)

// TestFocus measures on LGL stories how often the focus agrees with that of a reader. The focus
// was not trained on the stories of lgl_focus.tsv (TestFocusTraining cross-validates the rest),
// but the rules, which are one of its signals, were chosen on them. The embedded weights of
// recognition and resolution were trained on LGL; -focus-crossvalidate prints the figures with
// weights that are trained on other outlets.
func TestFocus(t *testing.T) {
	x, docs := index(t), corpus(t, "lgl")
	checkFocus(t, "embedded", minFocus, minChosen, parser(t, x), x, docs)
	if *focusSplits {
		splits, err := training.CrossValidate(context.Background(), x, docs, 5)
		if err != nil {
			t.Fatal(err)
		}
		checkFocus(t, "cross-validated", minFocusSplits, minChosenSplits, splits, x, docs)
	}
}

// checkFocus measures the focus on the two tables of labels and fails if it agrees too rarely.
func checkFocus(t *testing.T, name string, minAgreement, minChosen float64, p evaluation.Parser, x *gazetteer.Index, docs []evaluation.Document) {
	t.Helper()
	var reports []*evaluation.FocusReport
	for _, file := range []string{"lgl_focus.tsv", "lgl_focus_more.tsv"} {
		report, err := evaluation.RunFocus(context.Background(), name+" "+file, p, x, docs, focusLabels(t, file))
		if err != nil {
			t.Fatal(err)
		}
		half := len(report.Pairs) / 2
		reports = append(reports, report, report.Part(report.Name+" 1st half", 0, half), report.Part(report.Name+" 2nd half", half, len(report.Pairs)))
		if got := report.Agreement(); got < minAgreement {
			t.Errorf("%s: the focus agrees on %.3f of the stories, want at least %.2f", report.Name, got, minAgreement)
		}
		if got := report.Chosen(); got < minChosen {
			t.Errorf("%s: the right focus is chosen in %.3f of the stories in which it is found, want at least %.2f", report.Name, got, minChosen)
		}
	}
	var b bytes.Buffer
	if err := evaluation.FocusTable(&b, reports...); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(reports); i += 3 {
		fmt.Fprintf(&b, "\n%s\n", reports[i].Name)
		if err := reports[i].Errors(&b); err != nil {
			t.Fatal(err)
		}
	}
	t.Log("\n" + b.String())
}
