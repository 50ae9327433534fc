package training

import (
	"context"
	"errors"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"

	"github.com/paulmach/orb"
)

// twoPlaces is a gazetteer of two places.
type twoPlaces struct{}

func (twoPlaces) Place(id string) (geo.Place, error) {
	switch id {
	case "geo:1":
		return geo.Place{ID: id, Name: "Paris", FeatureCode: "PPLC", Country: "FR", Point: orb.Point{2.35, 48.85}}, nil
	case "geo:2":
		return geo.Place{ID: id, Name: "Lyon", FeatureCode: "PPLA", Country: "FR", Point: orb.Point{4.83, 45.76}}, nil
	}
	return geo.Place{}, geo.ErrNotFound
}

func TestReadFocusLabels(t *testing.T) {
	paris, _ := twoPlaces{}.Place("geo:1")
	lyon, _ := twoPlaces{}.Place("geo:2")
	twin := paris
	twin.ID, twin.Point = "other:1", orb.Point{2.36, 48.86}
	suburb := geo.Place{ID: "geo:3", Name: "Saint-Denis", FeatureCode: "PPL", Country: "FR", Point: orb.Point{2.357, 48.936}}
	sameName := geo.Place{ID: "geo:4", Name: "PARIS", FeatureCode: "ADM2", Country: "FR", Point: orb.Point{2.35, 47.95}} // 100 km south
	tests := map[string]struct {
		in    string
		right string // ids of the places above that are right
		err   string
	}{
		"ids":             {"document\tplace_id\tname\nx\tgeo:1\tParis\n", "geo:1 other:1", ""},
		"either of two":   {"document\tplace_id\tname\nx\tgeo:1|geo:2\n", "geo:1 geo:2 other:1", ""},
		"a point":         {"id\tfocus\tlat\tlon\nx\tParis\t48.85\t2.35\n", "geo:1 other:1 geo:3 geo:4", ""},
		"a point, CRLF":   {"id\tfocus\tlat\tlon\r\nx\tLyons\t45.76\t4.83\r\n", "geo:2", ""},
		"empty":           {"", "", ""},
		"unknown place":   {"document\tplace_id\nx\tgeo:9\n", "", `document "x": place "geo:9"`},
		"no ids":          {"document\tplace_id\nx\n", "", "line 2"},
		"NaN":             {"id\tfocus\tlat\tlon\nx\tParis\tNaN\t2\n", "", "line 2"},
		"latitude 91":     {"id\tfocus\tlat\tlon\n\nx\tParis\t91\t2\n", "", "line 3"},
		"too few columns": {"id\tfocus\tlat\tlon\nx\tParis\t48\n", "", "line 2"},
		"document twice":  {"document\tplace_id\nx\tgeo:1\nx\tgeo:2\n", "", "has a second label"},
		"not text":        {"document\tplace_id\n\xff\x00\t\xff\n", "", "place"},
	}
	for name, test := range tests {
		labels, err := ReadFocusLabels(strings.NewReader(test.in), twoPlaces{})
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) || !errors.Is(err, geo.ErrInvalid) && !errors.Is(err, geo.ErrNotFound) {
				t.Errorf("%s: got error %v, want one with %q", name, err, test.err)
			}
			continue
		}
		var right []string
		for _, p := range []geo.Place{paris, lyon, twin, suburb, sameName} {
			if len(labels) == 1 && labels[0].Document == "x" && labels[0].Right(&p) {
				right = append(right, p.ID)
			}
		}
		if got := strings.Join(right, " "); err != nil || got != test.right {
			t.Errorf("%s: the right places are %q, want %q; error %v", name, got, test.right, err)
		}
	}
}

// finder is a recognizer that finds one toponym, or fails if err is not nil.
type finder struct{ err error }

func (f finder) Recognize(context.Context, *geo.Document) ([]geo.Toponym, error) {
	return []geo.Toponym{{Start: 0, End: 5, Text: "Paris"}}, f.err
}

func TestFocusExamples(t *testing.T) {
	docs := []evaluation.Document{{Document: geo.Document{ID: "a"}}, {Document: geo.Document{ID: "b"}}}
	label := func(id string) FocusLabel { return FocusLabel{Document: id} }
	got, err := FocusExamples(context.Background(), finder{}, docs, []FocusLabel{label("b"), label("a")})
	if err != nil || len(got) != 2 || got[0].Document.ID != "b" || got[1].Document != &docs[0].Document || len(got[0].Toponyms) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, test := range map[string]struct {
		docs   []evaluation.Document
		labels []FocusLabel
		finder finder
		want   error
	}{
		"document missing": {docs, []FocusLabel{label("c")}, finder{}, geo.ErrNotFound},
		"document twice":   {append(docs, docs[0]), []FocusLabel{label("a")}, finder{}, geo.ErrInvalid},
		"label twice":      {docs, []FocusLabel{label("a"), label("a")}, finder{}, geo.ErrInvalid},
		"recognizer fails": {docs, []FocusLabel{label("a")}, finder{context.Canceled}, context.Canceled},
	} {
		if _, err := FocusExamples(context.Background(), test.finder, test.docs, test.labels); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzReadFocusLabels checks that any input results in labels, or in an error that wraps
// geo.ErrInvalid or geo.ErrNotFound.
func FuzzReadFocusLabels(f *testing.F) {
	f.Add("document\tplace_id\nx\tgeo:1|geo:2\n")
	f.Add("id\tfocus\tlat\tlon\nx\tParis\t48.85\t2.35\n")
	f.Add("id\tfocus\tlat\tlon\nx\t\t-90\t1e2\n\n")
	f.Fuzz(func(t *testing.T, in string) {
		labels, err := ReadFocusLabels(strings.NewReader(in), twoPlaces{})
		if err != nil && !errors.Is(err, geo.ErrInvalid) && !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		for _, l := range labels {
			if l.Document == "" {
				t.Error("a label has no document")
			}
			l.Right(&geo.Place{})
		}
	})
}
