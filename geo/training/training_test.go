package training_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/training"
)

var (
	update   = flag.Bool("update", false, "train on LGL and write the weights that the packages embed")
	validate = flag.Bool("crossvalidate", false, "train and measure by cross-validation with five splits by outlet")
	list     = flag.String("errors", "", "write the errors of the reports whose names begin with this to standard output")
	recased  = flag.Bool("recased", false, "also measure the texts in upper case, in lower case and in title case")
	page     = flag.String("html", "", "write an HTML report of the measurements to this file")
)

// shared returns the path of data that is not in the repository.
func shared(path ...string) string {
	dir := os.Getenv("NEWSMAP_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	return filepath.Join(append([]string{dir}, path...)...)
}

// corpus reads one of the shared corpora. It skips the test if that is missing.
func corpus(t testing.TB, name string) []evaluation.Document {
	t.Helper()
	docs, err := evaluation.ReadFile(shared("eval", name+".jsonl"))
	if os.IsNotExist(err) {
		t.Skipf("the corpus %s is not in the shared folder; set NEWSMAP_SHARED", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// openCorpora reads the shared open corpora. It skips the test if they are missing.
func openCorpora(t testing.TB, x *gazetteer.Index) *training.OpenCorpora {
	t.Helper()
	examples, err := training.ReadOpenCorpora(shared("corpora"), x)
	if os.IsNotExist(err) {
		t.Skip("the open corpora are not in the shared folder; set NEWSMAP_SHARED")
	}
	if err != nil {
		t.Fatal(err)
	}
	return examples
}

// TestTraining writes the weights and the list of their training documents with -update, and
// measures with -crossvalidate.
func TestTraining(t *testing.T) {
	if !*update && !*validate {
		t.Skip("trains only with -update or -crossvalidate")
	}
	ctx := context.Background()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	docs, examples := corpus(t, "lgl"), openCorpora(t, x)
	tagger, err := training.TrainTagger(ctx, x, examples)
	if err != nil {
		t.Fatal(err)
	}
	options := []training.Option{training.WithOpenCorpora(examples), training.WithTagger(tagger)}
	var reports []*evaluation.Report
	if *validate {
		splits, err := training.TrainSplits(ctx, x, docs, 5, options...)
		if err != nil {
			t.Fatal(err)
		}
		parser, err := splits.Parser(x)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, measure(t, x, "lgl (5 splits by outlet)", parser, docs))
		guessed, err := splits.Parser(unlisted{x})
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, measure(t, x, "lgl (5 splits), no outlet listed", guessed, docs))
		reports = append(reports, measureRecased(t, x, "lgl (5 splits)", parser, docs)...)
	}
	model, err := training.Train(ctx, x, docs, options...)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		write(t, model.Recognition, "..", "recognition", "model.bin")
		write(t, model.Resolution, "..", "resolution", "weights.tsv")
		write(t, trainedList(docs, examples), "trained.tsv")
	}
	parser, err := model.Parser(x)
	if err != nil {
		t.Fatal(err)
	}
	reports = append(reports, measure(t, x, "geovirus", parser, corpus(t, "geovirus")))
	reports = append(reports, measureRecased(t, x, "geovirus", parser, corpus(t, "geovirus"))...)
	show(t, reports)
}

// unlisted is a gazetteer without outlets. It measures how well their homes are guessed from
// their names.
type unlisted struct{ *gazetteer.Index }

func (unlisted) Outlet(string) (gazetteer.Outlet, bool) { return gazetteer.Outlet{}, false }

// measureRecased measures the documents in upper, lower and title case, if -recased is set.
func measureRecased(t *testing.T, x *gazetteer.Index, name string, p evaluation.Parser, docs []evaluation.Document) []*evaluation.Report {
	if !*recased {
		return nil
	}
	var out []*evaluation.Report
	for _, c := range []struct {
		name  string
		apply func(last, r rune) rune
	}{
		{"upper", func(_, r rune) rune { return unicode.ToUpper(r) }},
		{"lower", func(_, r rune) rune { return unicode.ToLower(r) }},
		{"title", func(last, r rune) rune {
			if unicode.IsSpace(last) {
				return unicode.ToTitle(r)
			}
			return r
		}},
	} {
		changed := slices.Clone(docs)
		for i := range changed {
			last := ' '
			changed[i].Text = strings.Map(func(r rune) rune {
				to := c.apply(last, r)
				last = r
				return to
			}, docs[i].Text)
		}
		out = append(out, measure(t, x, name+" "+c.name, p, changed))
	}
	return out
}

// trainedList returns the list of all training documents.
func trainedList(docs []evaluation.Document, open *training.OpenCorpora) io.WriterTo {
	var all []*geo.Document
	for i := range docs {
		all = append(all, &docs[i].Document)
	}
	all = append(all, open.Documents()...)
	var b bytes.Buffer
	if err := training.WriteTrained(&b, all); err != nil {
		panic(err) // writing to a buffer never fails
	}
	return &b
}

func write(t *testing.T, content io.WriterTo, path ...string) {
	t.Helper()
	var b bytes.Buffer
	if _, err := content.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path...), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func measure(t *testing.T, x *gazetteer.Index, name string, p evaluation.Parser, docs []evaluation.Document) *evaluation.Report {
	t.Helper()
	isCountry := func(name string) bool { return x.Summary(name).Classes.Has(gazetteer.ClassCountry) }
	isDemonym := func(name string) bool { return x.Summary(name).Classes.Has(gazetteer.ClassDemonym) }
	report, err := evaluation.Run(context.Background(), name, p, docs, evaluation.WithCountries(isCountry), evaluation.WithDemonyms(isDemonym))
	if err != nil {
		t.Fatal(err)
	}
	if *list != "" && len(name) >= len(*list) && name[:len(*list)] == *list {
		if err := report.Errors(os.Stdout); err != nil {
			t.Fatal(err)
		}
	}
	return report
}

func show(t *testing.T, reports []*evaluation.Report) {
	t.Helper()
	var b bytes.Buffer
	if err := evaluation.Table(&b, reports...); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
	if *page == "" {
		return
	}
	b.Reset()
	if err := evaluation.HTML(&b, reports...); err != nil {
		t.Fatal(err)
	}
	write(t, &b, *page)
}

// TestTrainedList compares the embedded list with the corpora: it must have all training
// documents and no test documents.
func TestTrainedList(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	trained := corpus(t, "lgl")
	for _, doc := range openCorpora(t, x).Documents() {
		trained = append(trained, evaluation.Document{Document: *doc})
	}
	for i := range trained {
		if !strings.ContainsFunc(trained[i].Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue // a text without letters and digits is not listed
		}
		if !training.Trained(&trained[i].Document) {
			t.Fatalf("document %q is not listed: %.60q", trained[i].ID, trained[i].Text)
		}
	}
	virus := corpus(t, "geovirus")
	for i := range virus {
		if training.Trained(&virus[i].Document) {
			t.Errorf("document %q is listed, but must only be used for testing", virus[i].ID)
		}
	}
}
