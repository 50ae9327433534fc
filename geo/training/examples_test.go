package training

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/recognition"
	"newsmap/geo/recognition/corpus"
)

func TestRecognitionExamples(t *testing.T) {
	docs := []evaluation.Document{
		{Document: geo.Document{Text: "Évry, Main Street"}, Mentions: []evaluation.Mention{
			{Start: 0, End: 4, Point: &geo.Coordinate{}}, {Start: 6, End: 17},
		}},
		{},
	}
	got := RecognitionExamples(docs)
	want := []recognition.Span{{Start: 0, End: 4}, {Start: 6, End: 17, Neutral: true}}
	if len(got) != 2 || got[0].Document != &docs[0].Document || !reflect.DeepEqual(got[0].Spans, want) || got[1].Spans != nil {
		t.Errorf("got %+v", got)
	}
}

// fixedRecognizer is a recognizer that finds the same toponyms in every document.
type fixedRecognizer struct {
	toponyms []geo.Toponym
	err      error
}

func (r fixedRecognizer) Recognize(context.Context, *geo.Document) ([]geo.Toponym, error) {
	return r.toponyms, r.err
}

func TestResolutionExamples(t *testing.T) {
	paris := &geo.Coordinate{Lon: 2.35, Lat: 48.85}
	docs := []evaluation.Document{{Mentions: []evaluation.Mention{
		{Start: 0, End: 5, Point: paris, GeoNameID: 2988507}, {Start: 20, End: 25},
	}}}
	recognizer := fixedRecognizer{toponyms: []geo.Toponym{
		{Start: 0, End: 5, Field: geo.FieldTitle}, {Start: 3, End: 8}, {Start: 5, End: 9}, {Start: 20, End: 25},
	}}
	got, err := ResolutionExamples(context.Background(), recognizer, docs)
	if err != nil {
		t.Fatal(err)
	}
	// The first toponym is in the title, the third only touches a mention, and the last mention has
	// no point.
	if !reflect.DeepEqual(got[0].Points, []*geo.Coordinate{nil, paris, nil, nil}) || !reflect.DeepEqual(got[0].IDs, []string{"", "geonames:2988507", "", ""}) {
		t.Errorf("got %+v", got[0])
	}
	docs[0].ID = "7"
	_, err = ResolutionExamples(context.Background(), fixedRecognizer{err: geo.ErrInvalid}, docs)
	if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), `"7"`) {
		t.Errorf("got %v", err)
	}
}

func TestOpenCorporaReadFile(t *testing.T) {
	x, dir := index(t), t.TempDir()
	path := filepath.Join(dir, "wikigold.bio")
	write(t, path, "-DOCSTART-\tO\nÉmile\tB-PER\nleft\tO\nÉvry\tB-LOC\n,\tO\nthe\tO\nSão\tB-ORG\nBank\tI-ORG\nand\tO\nRome\tB-LOC\n\n")
	var got OpenCorpora
	if err := got.ReadFile(path, x); err != nil {
		t.Fatal(err)
	}
	if len(got.Spans) != 1 || got.Spans[0].Weight != openWeight || len(got.Taggings) != 1 || got.Spans[0].Tagging != 1 ||
		len(got.Taggings[0].Document.Spans) != 4 {
		t.Fatalf("got %+v", got)
	}
	runes := []rune(got.Spans[0].Document.Text)
	var found []string
	for _, s := range got.Spans[0].Spans {
		name := string(runes[s.Start:s.End])
		if s.Neutral {
			name += "?"
		}
		found = append(found, name)
	}
	if strings.Join(found, ";") != "Évry;São Bank?;Rome" {
		t.Errorf("spans %q of %q", found, got.Spans[0].Document.Text)
	}

	// The choice of spans is not trained on tweets, and the tagger with a lower weight.
	tweets := filepath.Join(dir, "btc.bio")
	write(t, tweets, "Rome\tB-LOC\n")
	if err := got.ReadFile(tweets, x); err != nil || len(got.Spans) != 1 || len(got.Taggings) != 2 || got.Taggings[1].Weight >= 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if docs := got.Documents(); len(docs) != 2 || docs[1].Text != "Rome" {
		t.Errorf("got %+v", docs)
	}

	write(t, path, "Rome\tB-LOC\nnonsense\n")
	if err := got.ReadFile(path, x); err == nil || !strings.Contains(err.Error(), "wikigold.bio") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
	if _, err := ReadOpenCorpora(dir, x); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), OpenCorpusFiles()[0]) {
		t.Errorf("got %v", err)
	}
}

// TestOpenCorpusFiles checks that they are the files of all corpora that package corpus reads.
func TestOpenCorpusFiles(t *testing.T) {
	var want, got []string
	for _, name := range corpus.Names() {
		want = append(want, name+".bio")
	}
	got = OpenCorpusFiles()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
