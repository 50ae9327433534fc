package evaluation

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// fixed is a parser that returns fixed results by document id.
type fixed map[string]*geo.Result

func (f fixed) Parse(_ context.Context, doc *geo.Document) (*geo.Result, error) {
	if r, ok := f[doc.ID]; ok {
		return r, nil
	}
	return nil, geo.ErrNotFound
}

// country returns a prediction of start..end that is a country.
func country(start, end int, code string, at orb.Point) geo.Resolution {
	return geo.Resolution{
		Toponym: geo.Toponym{Start: start, End: end},
		Place:   &geo.Place{FeatureCode: code, Point: at},
	}
}

// corpusAndParser returns a corpus of two outlets and a parser with right and wrong results.
func corpusAndParser() ([]Document, fixed) {
	paris, france := &orb.Point{2.35, 48.85}, &orb.Point{2, 46}
	spain := gold(20, 25, &orb.Point{-4, 40})
	spain.FeatureCode, spain.Name = "", "Spain"
	docs := []Document{
		{Document: geo.Document{ID: "a", Domain: "x.org"}, Mentions: []Mention{gold(0, 5, paris), gold(10, 16, france)}},
		{Document: geo.Document{ID: "b", Domain: "y.org"}, Mentions: []Mention{gold(0, 5, paris), spain}},
	}
	docs[0].Mentions[1].FeatureCode = "PCLI"
	title := at(0, 5, paris)
	title.Toponym.Field = geo.FieldTitle
	return docs, fixed{
		"a": {Resolutions: []geo.Resolution{title, at(0, 5, paris), country(10, 16, "PCLI", *france)}},
		"b": {Resolutions: []geo.Resolution{at(0, 5, &orb.Point{-95.5, 33.6}), country(30, 35, "PCLI", *france)}},
	}
}

func TestRun(t *testing.T) {
	docs, parser := corpusAndParser()
	report, err := Run(context.Background(), "test", parser, docs, WithCountries(func(name string) bool { return name == "Spain" }))
	if err != nil {
		t.Fatal(err)
	}
	// Of four mentions, three are matched and two of them right. There are four predictions,
	// as the one in the title is not compared.
	if s := report.Total; s.Documents != 2 || s.Gold != 4 || s.Predicted != 4 || s.Matched != 3 || s.Right != 2 {
		t.Errorf("total %+v", s)
	}
	if s := report.WithoutCountries; s.Gold != 2 || s.Predicted != 2 || s.Matched != 2 || s.Right != 1 || !near(s.EndToEnd.F1, 0.5) {
		t.Errorf("without countries %+v", s)
	}
	if s := report.WithoutDemonyms; s != report.Total {
		t.Errorf("without demonyms %+v, want the total, as there are none", s)
	}
	if len(report.ByOutlet) != 2 || report.ByOutlet[0].Name != "x.org" || report.ByOutlet[0].Score.EndToEnd.F1 != 1 {
		t.Errorf("by outlet %+v", report.ByOutlet)
	}
	names := ""
	for _, p := range report.ByClass {
		names += p.Name + ";"
	}
	if names != "populated place;country;unknown;" {
		t.Errorf("classes %s", names)
	}
}

func TestRunWithoutDemonyms(t *testing.T) {
	paris := &orb.Point{2.35, 48.85}
	doc := Document{Document: geo.Document{ID: "a"}, Mentions: []Mention{gold(0, 5, paris), gold(10, 16, paris), gold(20, 28, paris)}}
	doc.Mentions[1].Text, doc.Mentions[2].Text = "French", "Parisian"
	demonym := func(start, end int) geo.Resolution {
		r := at(start, end, paris)
		r.Toponym.Kind = geo.KindDemonym
		return r
	}
	parser := fixed{"a": {Resolutions: []geo.Resolution{at(0, 5, paris), demonym(10, 16), demonym(40, 47), at(50, 55, paris)}}}
	report, err := Run(
		context.Background(),
		"test",
		parser,
		[]Document{doc},
		WithDemonyms(func(text string) bool { return text == "French" || text == "Parisian" }),
	)
	if err != nil {
		t.Fatal(err)
	}
	// A found, a missed and a spurious demonym are neutral. The town that is found and the
	// spurious name count.
	if s := report.WithoutDemonyms; s.Gold != 1 || s.Predicted != 2 || s.Matched != 1 || s.Right != 1 || !near(s.Overlap.F1, 2.0/3) {
		t.Errorf("got %+v", s)
	}
	if s := report.Total; s.Gold != 3 || s.Predicted != 4 || s.Matched != 2 {
		t.Errorf("total %+v", s)
	}
}

func TestRunIsDeterministic(t *testing.T) {
	docs, parser := corpusAndParser()
	var want string
	for workers := 1; workers < 5; workers++ {
		report, err := Run(context.Background(), "test", parser, docs, WithWorkers(workers))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := errors.Join(Table(&b, report), report.Details(&b)); err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = b.String()
		}
		if b.String() != want {
			t.Errorf("with %d workers:\n%s\nwith one:\n%s", workers, b.String(), want)
		}
	}
	if !strings.Contains(want, "test, no countries") || !strings.Contains(want, "0.500") {
		t.Errorf("table\n%s", want)
	}
}

func TestRunOfNothing(t *testing.T) {
	report, err := Run(context.Background(), "empty", fixed{}, nil)
	if err != nil || report.Total != (Score{}) {
		t.Errorf("got %+v, %v", report, err)
	}
}

func TestRunNamesTheDocument(t *testing.T) {
	_, err := Run(context.Background(), "test", fixed{}, []Document{{Document: geo.Document{ID: "lost"}}})
	if !errors.Is(err, geo.ErrNotFound) || !strings.Contains(err.Error(), `"lost"`) {
		t.Errorf("got %v", err)
	}
}
