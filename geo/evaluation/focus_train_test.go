package evaluation_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"hash/fnv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"

	"github.com/paulmach/orb"
)

var focusTrain = flag.Bool("focus-train", false, "train the focus weights anew, cross-validate them, and write them into geo/resolution")

// focusTrained are the labels that the focus weights are fitted to; those of
// lgl_focus.tsv are held out.
var focusTrained = []string{"lgl_focus_more.tsv", "lgl_focus_train.tsv"}

// TestFocusTraining fits the weights of the focus to the labelled stories and the
// sample ones, first by outlets in five folds for an honest figure, then to all.
func TestFocusTraining(t *testing.T) {
	if !*focusTrain {
		t.Skip("needs -focus-train")
	}
	x := index(t)
	recognizer, err := recognition.New(x)
	if err != nil {
		t.Fatal(err)
	}
	lgl := focusExamples(t, x, recognizer)
	demo := demoExamples(t, recognizer)
	const folds = 5
	right, named := 0, 0
	for fold := range folds {
		var in []resolution.FocusExample
		for _, ex := range lgl {
			if outletFold(ex.Document, folds) != fold {
				in = append(in, ex)
			}
		}
		resolver := focusResolver(t, x, trainFocus(t, x, append(in, demo...)))
		for _, ex := range lgl {
			if outletFold(ex.Document, folds) == fold {
				r, n := judgeFocus(t, resolver, ex)
				right, named = right+r, named+n
			}
		}
	}
	t.Logf("by outlet in %d folds: the focus agrees in %d of %d stories, .%03d; of the %d in which a right place was found, .%03d",
		folds, right, len(lgl), right*1000/len(lgl), named, right*1000/named)
	var b bytes.Buffer
	if _, err := trainFocus(t, x, append(lgl, demo...)).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "resolution", "focus.tsv"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// outletFold deals outlets to folds by the hash of their names.
func outletFold(doc *geo.Document, folds uint32) int {
	h := fnv.New32a()
	h.Write([]byte(doc.Domain))
	return int(h.Sum32() % folds)
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

// judgeFocus gives 1 if the focus is right, and 1 if a right place is found.
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

// focusExamples reads the labelled stories of LGL that the weights learn from.
func focusExamples(t *testing.T, x *gazetteer.Index, recognizer geo.Recognizer) []resolution.FocusExample {
	t.Helper()
	docs := corpus(t, "lgl")
	byID := map[string]*evaluation.Document{}
	for i := range docs {
		byID[docs[i].ID] = &docs[i]
	}
	var out []resolution.FocusExample
	for _, file := range focusTrained {
		for _, label := range focusLabels(t, file) {
			var places []geo.Place
			for _, id := range label.Places {
				place, err := x.Place(id)
				if err != nil {
					t.Fatalf("document %s: %s: %v", label.Document, id, err)
				}
				places = append(places, place)
			}
			out = append(out, focusExample(t, recognizer, &byID[label.Document].Document, func(p *geo.Place) bool {
				return evaluation.AgreesWithFocus(p, places)
			}))
		}
	}
	return out
}

// demoExamples reads the sample stories, whose focus is a name and a point.
func demoExamples(t *testing.T, recognizer geo.Recognizer) []resolution.FocusExample {
	t.Helper()
	folder := filepath.Join("..", "..", "cmd", "newsmap", "demo")
	table, err := os.ReadFile(filepath.Join(folder, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(table))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]geo.Place{}
	for _, row := range rows[1:] {
		lat, errLat := strconv.ParseFloat(row[2], 64)
		lon, errLon := strconv.ParseFloat(row[3], 64)
		if errLat != nil || errLon != nil {
			t.Fatalf("expected.tsv: %q", row)
		}
		want[row[0]] = geo.Place{Name: row[1], Point: orb.Point{lon, lat}}
	}
	stories, err := os.ReadFile(filepath.Join(folder, "stories.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []resolution.FocusExample
	reader := geo.NewDocumentReader("stories.jsonl", bytes.NewReader(stories))
	for {
		doc, err := reader.Next()
		if err != nil {
			return out
		}
		place := want[doc.ID]
		out = append(out, focusExample(t, recognizer, doc, func(p *geo.Place) bool {
			km := geo.DistanceKM(p.Point, place.Point)
			return km < 30 || km < evaluation.NearKM && gazetteer.Fold(p.Name) == gazetteer.Fold(place.Name)
		}))
	}
}

func focusExample(t *testing.T, recognizer geo.Recognizer, doc *geo.Document, right func(*geo.Place) bool) resolution.FocusExample {
	t.Helper()
	toponyms, err := recognizer.Recognize(context.Background(), doc)
	if err != nil {
		t.Fatal(err)
	}
	return resolution.FocusExample{Document: doc, Toponyms: toponyms, Right: right}
}
