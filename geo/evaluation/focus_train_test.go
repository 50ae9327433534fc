package evaluation_test

import (
	"bytes"
	"context"
	"flag"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
	"newsmap/geo/training"
)

var focusTrain = flag.Bool("focus-train", false, "train the weights of the focus, cross-validate them, and write them into geo/resolution")

// focusTrainingFiles are the tables of labels on which the focus is trained. lgl_focus.tsv is
// held out.
var focusTrainingFiles = []string{"testdata/lgl_focus_more.tsv", "testdata/lgl_focus_train.tsv"}

// TestFocusTraining trains the weights of the focus on the labelled stories and the sample
// stories: first in five splits by outlet, to measure them, then on all.
func TestFocusTraining(t *testing.T) {
	if !*focusTrain {
		t.Skip("trains only with -focus-train")
	}
	x := index(t)
	recognizer, err := recognition.New(x)
	if err != nil {
		t.Fatal(err)
	}
	lgl := focusExamples(t, x, recognizer, corpus(t, "lgl"), focusTrainingFiles...)
	stories, labels := sampleStories(t)
	demo := focusExamples(t, x, recognizer, stories, labels)
	const splits = 5
	right, named := 0, 0
	for split := range splits {
		var in []resolution.FocusExample
		for _, ex := range lgl {
			if outletSplit(ex.Document, splits) != split {
				in = append(in, ex)
			}
		}
		resolver := focusResolver(t, x, trainFocus(t, x, append(in, demo...)))
		for _, ex := range lgl {
			if outletSplit(ex.Document, splits) == split {
				r, n := judgeFocus(t, resolver, ex)
				right, named = right+r, named+n
			}
		}
	}
	t.Logf("by outlet in %d splits: the focus agrees in %d of %d stories, .%03d; of the %d in which a right place was found, .%03d",
		splits, right, len(lgl), right*1000/len(lgl), named, right*1000/named)
	var b bytes.Buffer
	if _, err := trainFocus(t, x, append(lgl, demo...)).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "resolution", "focus.tsv"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// outletSplit returns the split of an outlet, by the hash of its name.
func outletSplit(doc *geo.Document, splits uint32) int {
	h := fnv.New32a()
	h.Write([]byte(doc.Domain))
	return int(h.Sum32() % splits)
}

func trainFocus(t *testing.T, x *gazetteer.Index, in []resolution.FocusExample) *resolution.FocusModel {
	t.Helper()
	m, err := resolution.TrainFocus(context.Background(), focusResolver(t, x, nil), in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func focusResolver(t *testing.T, x *gazetteer.Index, m *resolution.FocusModel) *resolution.Resolver {
	t.Helper()
	var options []resolution.Option
	if m != nil {
		options = append(options, resolution.WithFocusModel(m))
	}
	r, err := resolution.New(x, options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// judgeFocus returns right = 1 if the focus is right, and named = 1 if a right place was found in
// the document.
func judgeFocus(t *testing.T, r *resolution.Resolver, ex resolution.FocusExample) (right, named int) {
	t.Helper()
	result, err := r.Resolve(context.Background(), ex.Document, ex.Toponyms)
	if err != nil {
		t.Fatal(err)
	}
	for i := range result.Locations {
		if place := &result.Locations[i].Place; ex.Right(place) {
			named = 1
			if place.ID == result.Focus {
				right = 1
			}
		}
	}
	return right, named
}

// focusExamples makes training examples from a corpus and labels, as newsmap train focus does.
func focusExamples(t *testing.T, x *gazetteer.Index, recognizer geo.Recognizer, docs []evaluation.Document, tables ...string) []resolution.FocusExample {
	t.Helper()
	var labels []training.FocusLabel
	for _, path := range tables {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		more, err := training.ReadFocusLabels(f, x)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		labels = append(labels, more...)
	}
	examples, err := training.FocusExamples(context.Background(), recognizer, docs, labels)
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

// sampleStories reads the sample stories, whose focus is a name and a point.
func sampleStories(t *testing.T) (docs []evaluation.Document, labels string) {
	t.Helper()
	folder := filepath.Join("..", "..", "cmd", "newsmap", "demo")
	docs, err := evaluation.ReadFile(filepath.Join(folder, "stories.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return docs, filepath.Join(folder, "expected.tsv")
}
