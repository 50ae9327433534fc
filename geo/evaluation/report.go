package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/sync/errgroup"

	"newsmap/geo"
)

// Parser is the geoparser that is measured. It must be safe for concurrent use. *geo.Geoparser
// implements it.
type Parser interface {
	Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error)
}

// Report is the result of a Parser on a corpus.
type Report struct {
	Name             string
	Total            Score
	WithoutCountries Score // mentions and predictions of countries are neutral
	WithoutDemonyms  Score // mentions and predictions of demonyms ("Turkish") are neutral, as not every corpus marks them
	// DemonymsAside ignores only the demonyms that match no mention. It is the fair figure if
	// Demonyms.Unmarked, and is only shown then.
	DemonymsAside Score
	Demonyms      Demonyms
	ByClass       []Part
	ByOutlet      []Part
	// Recognition and EndToEnd are the calibrations of the confidences on all documents.
	Recognition, EndToEnd Calibration
	Pairs                 []Pair // all pairs, in the order of the corpus

	documents []Document
}

// Part is the Score of one feature class or one outlet.
type Part struct {
	Name  string
	Score Score
}

// Option is an option of Run.
type Option func(*runner)

// WithCountries sets how Run recognizes countries by the annotator's name, for corpora whose
// mentions have no feature code.
func WithCountries(isCountry func(name string) bool) Option {
	return func(r *runner) { r.isCountry = isCountry }
}

// WithDemonyms sets how Run recognizes demonyms by their text, as mentions do not say whether
// they are demonyms.
func WithDemonyms(isDemonym func(text string) bool) Option {
	return func(r *runner) { r.isDemonym = isDemonym }
}

// WithWorkers sets the number of documents that are parsed at once. The default is one for
// each processor. The figures do not depend on it.
func WithWorkers(n int) Option {
	return func(r *runner) { r.workers = max(1, n) }
}

type runner struct {
	isCountry func(string) bool
	isDemonym func(string) bool
	explainer Explainer
	workers   int
}

// Run parses every document of a corpus and compares the toponyms in its text with the
// annotators' mentions. Toponyms in titles are not compared. Run returns the first error of
// the parser, with the name of the document.
func Run(ctx context.Context, name string, parser Parser, docs []Document, options ...Option) (*Report, error) {
	never := func(string) bool { return false }
	r := runner{workers: runtime.GOMAXPROCS(0), isCountry: never, isDemonym: never}
	for _, option := range options {
		option(&r)
	}
	byDocument := make([][]Pair, len(docs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.workers)
	for i := range docs {
		group.Go(func() error {
			result, err := parser.Parse(ctx, &docs[i].Document)
			if err != nil {
				return fmt.Errorf("document %q: %w", docs[i].ID, err)
			}
			byDocument[i] = match(&docs[i], textResolutions(result))
			if err := r.explain(ctx, &docs[i].Document, result, byDocument[i]); err != nil {
				return fmt.Errorf("document %q: explain: %w", docs[i].ID, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return r.report(name, docs, byDocument), nil
}

// textResolutions returns the resolutions in the text, without those in the title.
func textResolutions(result *geo.Result) []geo.Resolution {
	var found []geo.Resolution
	for _, r := range result.Resolutions {
		if r.Toponym.Field == geo.FieldText {
			found = append(found, r)
		}
	}
	return found
}

func (r *runner) report(name string, docs []Document, byDocument [][]Pair) *Report {
	report := &Report{Name: name, documents: docs}
	var total, noCountries, noDemonyms, aside tally
	classes, outlets := map[string]*tally{}, map[string]*tally{}
	for d, pairs := range byDocument {
		total.documents++
		noCountries.documents++
		noDemonyms.documents++
		aside.documents++
		for i := range pairs {
			p := &pairs[i]
			total.add(p)
			if !r.country(p) {
				noCountries.add(p)
			}
			if !r.demonym(p) {
				noDemonyms.add(p)
			}
			report.Demonyms.add(p)
			if !strayDemonym(p) {
				aside.add(p)
			}
			tallyOf(classes, class(p)).add(p)
			tallyOf(outlets, p.Document.Domain).add(p)
		}
		tallyOf(outlets, docs[d].Domain).documents++
		report.Pairs = append(report.Pairs, pairs...)
	}
	report.Total, report.WithoutCountries, report.WithoutDemonyms = total.score(), noCountries.score(), noDemonyms.score()
	report.DemonymsAside = aside.score()
	report.Recognition, report.EndToEnd = calibrate(total.recognised), calibrate(total.placed)
	report.ByClass, report.ByOutlet = parts(classes), parts(outlets)
	return report
}

// country reports whether the pair is about a country, according to its mention or, if it has
// none, to its prediction.
func (r *runner) country(p *Pair) bool {
	if p.Gold != nil {
		return strings.HasPrefix(p.Gold.FeatureCode, "PCL") || r.isCountry(strings.ReplaceAll(p.Gold.Name, "_", " "))
	}
	return p.Predicted.Place != nil && strings.HasPrefix(p.Predicted.Place.FeatureCode, "PCL")
}

// demonym reports whether the pair is about a demonym, according to its mention or, if it has
// none, to its prediction.
func (r *runner) demonym(p *Pair) bool {
	if p.Gold != nil {
		return r.isDemonym(p.Gold.Text)
	}
	return p.Predicted.Toponym.Kind == geo.KindDemonym
}

// class returns the GeoNames feature class of the pair's place.
func class(p *Pair) string {
	switch {
	case p.Gold != nil:
		return featureClass(p.Gold.FeatureCode)
	case p.Predicted.Place != nil:
		return featureClass(p.Predicted.Place.FeatureCode)
	}
	return featureClass("")
}

// featureClass returns the class of a GeoNames feature code in words.
func featureClass(code string) string {
	place := geo.Place{FeatureCode: code}
	switch {
	case code == "":
		return "unknown"
	case strings.HasPrefix(code, "PPLX"):
		return "city part"
	case strings.HasPrefix(code, "PPL"):
		return "populated place"
	}
	return string(place.Precision())
}

// tallyOf returns the tally of a key, which it adds to m if it is missing.
func tallyOf(m map[string]*tally, key string) *tally {
	t := m[key]
	if t == nil {
		t = &tally{}
		m[key] = t
	}
	return t
}

// parts returns the parts of a report, those with the most mentions first.
func parts(m map[string]*tally) []Part {
	var out []Part
	for name, t := range m {
		if name == "" {
			name = "unknown"
		}
		out = append(out, Part{Name: name, Score: t.score()})
	}
	slices.SortFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Score.Gold, a.Score.Gold), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Table writes the figures of reports as a text table, with a line each for all pairs,
// without countries and without demonyms. A corpus whose annotators did not mark demonyms has
// another line, and a note under the table that explains it.
func Table(w io.Writer, reports ...*Report) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, header("corpus"))
	for _, r := range reports {
		fmt.Fprintln(tw, row(r.Name, r.Total))
		if r.Demonyms.Unmarked() {
			fmt.Fprintln(tw, row(r.asideName(), r.DemonymsAside))
		}
		fmt.Fprintln(tw, row(r.Name+", no countries", r.WithoutCountries))
		fmt.Fprintln(tw, row(r.Name+", no demonyms", r.WithoutDemonyms))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, r := range reports {
		if note := r.asideNote(); note != "" {
			if _, err := fmt.Fprintf(w, "\n%s\n", note); err != nil {
				return err
			}
		}
	}
	return nil
}

// Details writes the figures of r by feature class and by outlet as two text tables.
func (r *Report) Details(w io.Writer) error {
	for _, part := range [...]struct {
		title string
		parts []Part
	}{{"feature class", r.ByClass}, {"outlet", r.ByOutlet}} {
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(tw, header(r.Name+" by "+part.title))
		for _, p := range part.parts {
			fmt.Fprintln(tw, row(p.Name, p.Score))
		}
		fmt.Fprintln(tw)
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func header(first string) string {
	return strings.Join([]string{first, "docs", "gold", "found", "P", "R", "F1", "exact P", "exact R", "exact F1",
		"Acc@161", "mean km", "median km", "AUC", "e2e P", "e2e R", "e2e F1", "rec ECE", "e2e ECE", ""}, "\t")
}

func row(name string, s Score) string {
	return fmt.Sprintf("%s\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.0f\t%.1f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t",
		name, s.Documents, s.Gold, s.Predicted, s.Overlap.Precision, s.Overlap.Recall, s.Overlap.F1, s.Exact.Precision, s.Exact.Recall, s.Exact.F1,
		s.Accuracy, s.MeanKM, s.MedianKM, s.AUC, s.EndToEnd.Precision, s.EndToEnd.Recall, s.EndToEnd.F1,
		s.RecognitionECE, s.EndToEndECE)
}
