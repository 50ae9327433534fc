package evaluation_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

var errorCorpus = flag.String("errors", "", "write the errors of this corpus, such as lgl-embedded, to standard output")

// shared returns the folder with data that is not in the repository.
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
		t.Skipf("the corpus %s is not in the shared folder; set NEWSMAP_SHARED", name)
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

func measure(t testing.TB, x *gazetteer.Index, name string, p evaluation.Parser, docs []evaluation.Document) *evaluation.Report {
	t.Helper()
	report, err := evaluation.Run(context.Background(), name, p, docs, evaluation.WithCountries(func(name string) bool {
		return x.Summary(name).Classes.Has(gazetteer.ClassCountry)
	}), evaluation.WithDemonyms(func(name string) bool {
		return x.Summary(name).Classes.Has(gazetteer.ClassDemonym)
	}))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// show logs the figures of reports.
func show(t testing.TB, reports ...*evaluation.Report) {
	t.Helper()
	var b bytes.Buffer
	if err := evaluation.Table(&b, reports...); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

// listErrors writes the errors to standard output, one a line.
func listErrors(report *evaluation.Report) {
	if err := report.Errors(os.Stdout); err != nil {
		panic(err)
	}
}
