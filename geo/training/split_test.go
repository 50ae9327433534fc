package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/recognition/corpus"
	"newsmap/geo/resolution"
)

func index(t testing.TB) *gazetteer.Index {
	t.Helper()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// testCorpus returns a small corpus with one outlet for each town. The stories of an outlet name its
// town, which has the same name as the town of another outlet.
func testCorpus() []evaluation.Document {
	type town struct {
		name, in string
		at       geo.Coordinate
	}
	towns := []town{
		{"Paris", "Texas", geo.Coordinate{Lon: -95.56, Lat: 33.66}}, {"Paris", "France", geo.Coordinate{Lon: 2.35, Lat: 48.85}},
		{"London", "England", geo.Coordinate{Lon: -0.13, Lat: 51.51}}, {"London", "Ontario", geo.Coordinate{Lon: -81.23, Lat: 42.98}},
		{"Athens", "Georgia", geo.Coordinate{Lon: -83.38, Lat: 33.96}}, {"Athens", "Greece", geo.Coordinate{Lon: 23.73, Lat: 37.98}},
	}
	var docs []evaluation.Document
	for i, t := range towns {
		for k, form := range [...]string{
			"Police in %s, %s, arrested a man on Monday. The fire in %[1]s was put out, the mayor said.",
			"A storm reached %s in %s on Tuesday. Roads to %[1]s were closed, officials said.",
			"Voters in %s, %s, chose John Smith. The council of %[1]s meets today.",
		} {
			doc := evaluation.Document{Document: geo.Document{
				ID: fmt.Sprintf("%d-%d", i, k), Domain: fmt.Sprintf("paper%d.example", i), Text: fmt.Sprintf(form, t.name, t.in),
			}}
			for at := 0; ; {
				found := strings.Index(doc.Text[at:], t.name)
				if found < 0 {
					break
				}
				at += found + len(t.name)
				doc.Mentions = append(doc.Mentions, evaluation.Mention{Start: at - len(t.name), End: at, Text: t.name, Point: &t.at})
			}
			docs = append(docs, doc)
		}
	}
	return docs
}

// testOpenCorpora returns an open corpus of a few sentences.
func testOpenCorpora() *OpenCorpora {
	var o OpenCorpora
	for i, text := range []string{"Paris is wet.", "Anna Paris left London.", "The Rome Bank failed.", "In Kampungu a road was cut."} {
		doc := corpus.Document{Text: text}
		for _, name := range []struct {
			text  string
			class corpus.Class
		}{{"Paris is", corpus.Place}, {"Anna Paris", corpus.Person}, {"London", corpus.Place}, {"The Rome Bank", corpus.Organisation}, {"Kampungu", corpus.Place}} {
			if at := strings.Index(text, name.text); at >= 0 {
				doc.Spans = append(doc.Spans, corpus.Span{Start: at, End: at + len(strings.TrimSuffix(name.text, " is")), Class: name.class})
			}
		}
		o.Taggings = append(o.Taggings, recognition.Tagging{Document: doc, Weight: 1})
		ex := openExample(&doc)
		ex.Tagging = i + 1
		o.Spans = append(o.Spans, ex)
	}
	return &o
}

func TestAssignSplits(t *testing.T) {
	docs := testCorpus()
	of, err := assignSplits(docs, 4)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, split := range of {
		seen[split] = true
	}
	if len(of) != 6 || len(seen) != 4 {
		t.Errorf("splits %v", of)
	}
	reversed := slices.Clone(docs)
	slices.Reverse(reversed)
	again, err := assignSplits(reversed, 4)
	if err != nil {
		t.Fatal(err)
	}
	for name, split := range of {
		if again[name] != split {
			t.Errorf("%s is in split %d, and in split %d if the documents are reversed", name, split, again[name])
		}
	}
}

// TestSplitsSeparateOutlets checks that no outlet is in two splits, however its domain is written,
// and that every document is used for training in all splits except its own.
func TestSplitsSeparateOutlets(t *testing.T) {
	docs := testCorpus()
	docs[0].Domain, docs[1].Domain = "www.Paper0.example", " paper0.example."
	of, err := assignSplits(docs, 3)
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string]int{}
	for split := range 3 {
		in := otherSplits(docs, of, split)
		for i := range in {
			uses[in[i].ID]++
			for k := range docs {
				if of[outlet(&docs[k].Document)] == split && outlet(&in[i].Document) == outlet(&docs[k].Document) {
					t.Errorf("split %d: outlet %s is used for training and testing", split, docs[k].Domain)
				}
			}
		}
	}
	for _, d := range docs {
		if uses[d.ID] != 2 {
			t.Errorf("document %s is used for training in %d of 3 splits, want 2", d.ID, uses[d.ID])
		}
	}
	if of[outlet(&docs[0].Document)] != of[outlet(&docs[2].Document)] {
		t.Error("spellings of one domain are in different splits")
	}
}

func TestOutletWithoutDomain(t *testing.T) {
	a, b := &geo.Document{Text: "One text"}, &geo.Document{Text: "Another text"}
	if outlet(a) == outlet(b) || outlet(a) != outlet(&geo.Document{ID: "7", Text: "one text."}) {
		t.Errorf("outlets %q, %q", outlet(a), outlet(b))
	}
}

func TestInvalidSplits(t *testing.T) {
	x := index(t)
	for name, splits := range map[string]int{"none": 0, "one": 1, "negative": -1, "more than outlets": 7} {
		if _, err := CrossValidate(context.Background(), x, testCorpus(), splits); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := CrossValidate(context.Background(), x, nil, 2); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("empty corpus: got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := CrossValidate(ctx, x, testCorpus(), 2); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

func TestCrossValidate(t *testing.T) {
	x, docs := index(t), testCorpus()
	var done []int
	parser, err := CrossValidate(context.Background(), x, docs, 3, WithProgress(func(n int) { done = append(done, n) }))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(done, []int{1, 2, 3}) {
		t.Errorf("progress %v", done)
	}
	report, err := evaluation.Run(context.Background(), "test", parser, docs)
	if err != nil {
		t.Fatal(err)
	}
	if report.Total.Documents != 18 || report.Total.Matched == 0 {
		t.Errorf("got %+v", report.Total)
	}
	if _, err := parser.Parse(context.Background(), &geo.Document{Domain: "elsewhere.example"}); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("a document of an unknown outlet: got %v", err)
	}
}

// TestTrainSplits checks that the model of a split is trained only on the other splits.
func TestTrainSplits(t *testing.T) {
	x, docs := index(t), testCorpus()
	splits, err := TrainSplits(context.Background(), x, docs, 3)
	if err != nil {
		t.Fatal(err)
	}
	for split, got := range splits.models {
		var in []evaluation.Document
		for _, d := range docs {
			if splits.splits[d.Domain] != split {
				in = append(in, d)
			}
		}
		want, err := Train(context.Background(), x, in)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytesOf(t, got), bytesOf(t, want)) {
			t.Errorf("split %d was trained on other documents", split)
		}
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	x := index(t)
	var want []byte
	for range 3 {
		m, err := Train(context.Background(), x, testCorpus(), WithOpenCorpora(testOpenCorpora()))
		if err != nil {
			t.Fatal(err)
		}
		got := bytesOf(t, m)
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Fatal("the same corpus results in different weights")
		}
	}
	other, err := Train(context.Background(), x, testCorpus()[:9], WithOpenCorpora(testOpenCorpora()))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(bytesOf(t, other), want) {
		t.Error("another corpus results in the same weights")
	}
}

// bytesOf returns the written form of both models.
func bytesOf(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.Recognition.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Resolution.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWithoutSignals(t *testing.T) {
	x, docs := index(t), testCorpus()
	full, err := Train(context.Background(), x, docs)
	if err != nil {
		t.Fatal(err)
	}
	reduced, err := Train(context.Background(), x, docs, WithoutSignals(recognition.SignalGroups(), resolution.SignalGroups()))
	if err != nil {
		t.Fatal(err)
	}
	if len(bytesOf(t, reduced)) >= len(bytesOf(t, full)) {
		t.Error("no signals are left out")
	}
	for _, groups := range [][2][]string{{{"unknown"}, nil}, {nil, {"unknown"}}} {
		_, err := Train(context.Background(), x, docs, WithoutSignals(groups[0], groups[1]))
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "unknown") {
			t.Errorf("%q: got %v", groups, err)
		}
	}
}
