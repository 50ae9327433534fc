package evaluation_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	corpora "newsmap/geo/recognition/corpus"
	"newsmap/geo/resolution"
)

var (
	update   = flag.Bool("update", false, "train on LGL and write the weights that the packages embed")
	validate = flag.Bool("crossvalidate", false, "train and measure by five-fold cross-validation over outlets")
	list     = flag.String("list", "", "write every error on the named corpus to standard output")
)

// shared is where the data lies that the repository does not hold.
func shared() string {
	if dir := os.Getenv("NEWSMAP_SHARED"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared")
}

// corpus reads one of the shared corpora, or skips.
func corpus(t testing.TB, name string) []evaluation.Document {
	t.Helper()
	docs, err := evaluation.ReadFile(filepath.Join(shared(), "eval", name+".jsonl"))
	if os.IsNotExist(err) {
		t.Skipf("the corpus %s is not beside the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

func index(t testing.TB) *gazetteer.Index {
	t.Helper()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func isCountry(x *gazetteer.Index) evaluation.Option {
	return evaluation.WithCountries(func(name string) bool {
		return x.Known(name).Classes.Has(gazetteer.ClassCountry)
	})
}

func parser(t testing.TB, x *gazetteer.Index) *geo.Geoparser {
	t.Helper()
	recognizer, err := recognition.New(x)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(x)
	if err != nil {
		t.Fatal(err)
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}
}

// train makes a geoparser from annotated documents.
func train(t testing.TB, x *gazetteer.Index, docs []evaluation.Document) (*recognition.Model, *resolution.Model) {
	t.Helper()
	recognizer, err := recognition.New(x)
	if err != nil {
		t.Fatal(err)
	}
	tagger := recognition.Train(recognizer, append(spans(docs), open(t, x)...))
	recognizer, err = recognition.New(x, recognition.WithModel(tagger))
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(x)
	if err != nil {
		t.Fatal(err)
	}
	ranker, err := resolution.Train(resolver, placed(t, recognizer, docs))
	if err != nil {
		t.Fatal(err)
	}
	return tagger, ranker
}

func spans(docs []evaluation.Document) []recognition.Example {
	var out []recognition.Example
	for i := range docs {
		ex := recognition.Example{Document: &docs[i].Document}
		for _, m := range docs[i].Mentions {
			ex.Spans = append(ex.Spans, recognition.Span{Start: m.Start, End: m.End, Neutral: m.Neutral()})
		}
		out = append(out, ex)
	}
	return out
}

// openCorpora are those of the shared corpora that mark demonyms too and are
// close to news; each sentence counts for openWeight of one of LGL's, whose
// notion of a place is the one that is measured.
var openCorpora = []string{"gum_news_interview", "gum_other_free", "wikigold", "locphr_en", "crossner_politics"}

const openWeight = 0.3

// open reads openCorpora. What they call organisations
// is neutral: whether a place inside one counts, LGL says.
func open(t testing.TB, x *gazetteer.Index) []recognition.Example {
	t.Helper()
	isDemonym := func(name string) bool { return x.Known(name).Classes.Has(gazetteer.ClassDemonym) }
	var out []recognition.Example
	for _, name := range openCorpora {
		docs, err := corpora.ReadFile(filepath.Join(shared(), "corpora", name+".bio"), isDemonym)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			ex := recognition.Example{Document: &geo.Document{Text: d.Text}, Weight: openWeight}
			for _, s := range d.Spans {
				start := utf8.RuneCountInString(d.Text[:s.Start])
				span := recognition.Span{Start: start, End: start + utf8.RuneCountInString(d.Text[s.Start:s.End])}
				switch s.Class {
				case corpora.Place, corpora.Demonym:
					ex.Spans = append(ex.Spans, span)
				case corpora.Organisation:
					span.Neutral = true
					ex.Spans = append(ex.Spans, span)
				}
			}
			out = append(out, ex)
		}
	}
	return out
}

// placed finds the toponyms as they will be found and gives them the points of
// the mentions that they overlap.
func placed(t testing.TB, recognizer geo.Recognizer, docs []evaluation.Document) []resolution.Example {
	t.Helper()
	var out []resolution.Example
	for i := range docs {
		toponyms, err := recognizer.Recognize(context.Background(), &docs[i].Document)
		if err != nil {
			t.Fatal(err)
		}
		ex := resolution.Example{
			Document: &docs[i].Document, Toponyms: toponyms,
			Points: make([]*geo.Coordinate, len(toponyms)), IDs: make([]string, len(toponyms)),
		}
		for k, found := range toponyms {
			for _, m := range docs[i].Mentions {
				if found.Field == geo.FieldText && min(m.End, found.End) > max(m.Start, found.Start) {
					ex.Points[k] = m.Point
					if m.GeoNameID > 0 {
						ex.IDs[k] = "geonames:" + strconv.FormatInt(m.GeoNameID, 10)
					}
				}
			}
		}
		out = append(out, ex)
	}
	return out
}

func measure(t testing.TB, x *gazetteer.Index, name string, p evaluation.Parser, docs []evaluation.Document) *evaluation.Report {
	t.Helper()
	report, err := evaluation.Run(context.Background(), name, p, docs, isCountry(x))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// byOutlet sends each document to the parser of its fold.
type byOutlet map[string]evaluation.Parser

func (b byOutlet) Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error) {
	return b[doc.Domain].Parse(ctx, doc)
}

// crossValidated trains one parser a fold; the documents of an outlet are all
// in one fold.
func crossValidated(t testing.TB, x *gazetteer.Index, docs []evaluation.Document, folds int) byOutlet {
	t.Helper()
	var domains []string
	for i := range docs {
		if !slices.Contains(domains, docs[i].Domain) {
			domains = append(domains, docs[i].Domain)
		}
	}
	slices.Sort(domains)
	out := byOutlet{}
	for fold := range folds {
		var in []evaluation.Document
		for _, d := range docs {
			if slices.Index(domains, d.Domain)%folds != fold {
				in = append(in, d)
			}
		}
		p := trained(t, x, in)
		for i := fold; i < len(domains); i += folds {
			out[domains[i]] = p
		}
	}
	return out
}

func trained(t testing.TB, x *gazetteer.Index, docs []evaluation.Document) *geo.Geoparser {
	t.Helper()
	tagger, ranker := train(t, x, docs)
	recognizer, err := recognition.New(x, recognition.WithModel(tagger))
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(x, resolution.WithModel(ranker))
	if err != nil {
		t.Fatal(err)
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}
}

// TestTraining writes the weights with -update, and measures with
// -crossvalidate.
func TestTraining(t *testing.T) {
	if !*update && !*validate {
		t.Skip("neither -update nor -crossvalidate was given")
	}
	x, docs := index(t), corpus(t, "lgl")
	if *validate {
		report := measure(t, x, "LGL, cross-validated", crossValidated(t, x, docs, 5), docs)
		show(t, report)
		if *list == "lgl" {
			listErrors(report)
		}
	}
	tagger, ranker := train(t, x, docs)
	if *update {
		write(t, filepath.Join("..", "recognition", "weights.tsv"), tagger)
		write(t, filepath.Join("..", "resolution", "weights.tsv"), ranker)
	}
	p := trained(t, x, docs)
	virus := corpus(t, "geovirus")
	report := measure(t, x, "GeoVirus, unseen", p, virus)
	show(t, report)
	if *list == "geovirus" {
		listErrors(report)
	}
}

func write(t *testing.T, path string, m io.WriterTo) {
	t.Helper()
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func show(t *testing.T, reports ...*evaluation.Report) {
	t.Helper()
	var b bytes.Buffer
	if err := evaluation.Table(&b, reports...); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

// listErrors writes one line an error with the words around it.
func listErrors(report *evaluation.Report) {
	for _, p := range report.Pairs {
		if p.Outcome == evaluation.OutcomeRight || p.Outcome == evaluation.OutcomeNeutral {
			continue
		}
		runes := []rune(p.Document.Text)
		start, end, what := 0, 0, ""
		if p.Gold != nil {
			start, end = p.Gold.Start, p.Gold.End
			what = fmt.Sprintf("gold %s %s", p.Gold.Name, p.Gold.FeatureCode)
		}
		if p.Predicted != nil {
			start, end = p.Predicted.Toponym.Start, p.Predicted.Toponym.End
			if pl := p.Predicted.Place; pl != nil {
				what += fmt.Sprintf(" found %s %s %s/%s %.2f %v", pl.ID, pl.FeatureCode, pl.Country, pl.Admin1, p.Predicted.Confidence, p.Predicted.Evidence)
			}
			what += fmt.Sprintf(" rec %.2f %s", p.Predicted.Toponym.Confidence, p.Predicted.Toponym.Kind)
		}
		fmt.Printf("%s\t%s\t%s [%s] %s\t%s\t%.0f km\n", p.Outcome, p.Document.ID, string(runes[max(0, start-40):start]),
			string(runes[start:end]), string(runes[end:min(len(runes), end+30)]), what, p.ErrorKM)
	}
}
