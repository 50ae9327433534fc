package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
	"newsmap/geo/training"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// evaluateOptions are the flags of evaluate.
type evaluateOptions struct {
	details           bool
	html              string
	baseline          string // path of the gazetteer to compare with
	recognition       string // path of the weights to compare with
	resolution        string // the same
	openCorpora       string
	noCrossValidation bool
}

// maxSplits is the number of parts into which a corpus is split for cross-validation.
const maxSplits = 5

func newEvaluate() *cobra.Command {
	var o evaluateOptions
	cmd := &cobra.Command{
		Use:   "evaluate CORPUS…",
		Short: "Measure accuracy on annotated corpora",
		Long: `Geoparse annotated corpora and print recognition, resolution and end-to-end
accuracy. A corpus has one JSON document a line: id, title, domain, url, date, text
and mentions with start, end, text, lat, lon, geonameid, name and fcode.

The table shows, of recognition, precision, recall and F1 by overlap (P, R, F1) and
by equal spans (exact); of matched names, the share within 161 km, the mean and
median error and the area under the curve of its logarithm; precision, recall and F1
end to end (e2e); and the expected calibration error (ECE) of recognition and end to
end.

Demonyms ("Turkish") count as place names. Some annotators do not mark them. Where
20 or more are found and less than 5 % of these are marked, a row 'demonyms aside'
leaves out those that match no mention, and a note says so.

If the embedded weights were trained on a corpus, its figures come from
cross-validation by outlet: each fifth of the outlets is read with weights trained
on the other outlets, and the table says so. Like the embedded weights, the splits
also learn from open corpora of labelled tokens: those in --open-corpora, or else
in a folder named corpora next to the corpus or next to its folder.

With a baseline, another gazetteer or weights of 'newsmap train', each corpus is
read twice, and a paired bootstrap over documents tests the difference.
Cross-validation trains other weights, so compare weights from a file on a corpus
that nothing was trained on.`,
		Example: `  newsmap evaluate lgl.jsonl geovirus.jsonl
  newsmap evaluate --details=false --html errors.html lgl.jsonl
  newsmap evaluate --gazetteer world.gaz --baseline-gazetteer embedded lgl.jsonl
  newsmap evaluate --baseline-recognition old.tsv geovirus.jsonl`,
		Args: needArgument("a corpus"),
		RunE: func(cmd *cobra.Command, corpora []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return evaluate(cmd, cfg, &o, corpora)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.details, "details", true, "also print the figures by feature class and by outlet")
	f.StringVar(&o.html, "html", "", "HTML `FILE` to write every error to, with its sentence, candidates and signals")
	f.StringVar(&o.baseline, "baseline-gazetteer", "", "`FILE` of a second gazetteer to compare with, or embedded")
	f.StringVar(&o.recognition, "baseline-recognition", "", "`FILE` of recognition weights to compare the embedded ones with")
	f.StringVar(&o.resolution, "baseline-resolution", "", "`FILE` of resolution weights to compare the embedded ones with")
	f.StringVar(&o.openCorpora, "open-corpora", "", "`DIR` with the open corpora that the splits also learn from")
	f.BoolVar(&o.noCrossValidation, "no-cross-validation", false, "measure with the embedded weights even on their training data")
	return cmd
}

func evaluate(cmd *cobra.Command, cfg *Config, o *evaluateOptions, corpora []string) error {
	if err := requireFolder("--html", o.html); err != nil {
		return err
	}
	e, err := newEvaluator(cmd, cfg, o)
	if err != nil {
		return err
	}
	defer e.Close()
	var reports []*evaluation.Report
	var comparisons []*evaluation.Comparison
	for _, path := range corpora {
		of, err := e.corpus(cmd.Context(), path)
		if err != nil {
			return err
		}
		reports = append(reports, of...)
		if len(of) == 2 {
			c, err := evaluation.Compare(of[1], of[0])
			if err != nil {
				return err
			}
			comparisons = append(comparisons, c)
		}
	}
	if err := printReports(cmd.OutOrStdout(), reports, comparisons, o.details); err != nil {
		return err
	}
	if o.html == "" {
		return nil
	}
	return writeAtomically(cmd, o.html, func(w io.Writer) error { return evaluation.HTML(w, reports...) })
}

// requireFolder refuses an output that is a folder, or whose folder does not exist,
// before the work that computes it.
func requireFolder(flag, output string) error {
	if output == "" || output == "-" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(output)); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no folder %s; create it, or choose another", flag, filepath.Dir(output))
	}
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		return fmt.Errorf("%s: %s is a folder; name a file", flag, output)
	}
	return nil
}

func printReports(out io.Writer, reports []*evaluation.Report, comparisons []*evaluation.Comparison, details bool) error {
	if err := evaluation.Table(out, reports...); err != nil {
		return err
	}
	for _, c := range comparisons {
		fmt.Fprintln(out)
		if err := c.Table(out); err != nil {
			return err
		}
	}
	if !details {
		return nil
	}
	for _, report := range reports {
		fmt.Fprintln(out)
		if err := report.Details(out); err != nil {
			return err
		}
	}
	return nil
}

// evaluator measures one or two systems on corpora.
type evaluator struct {
	cmd     *cobra.Command
	options *evaluateOptions
	// trained is the gazetteer that weights are trained with. It is the embedded one
	// in every case, because the embedded weights were trained with it.
	trained *gazetteer.Index
	systems []system                 // the system to measure, then the baseline
	seen    func(*geo.Document) bool // reports whether the embedded weights were trained on a document
}

// system is a system to measure: a gazetteer, and its weights unless they are the embedded ones.
type system struct {
	name        string
	index       *gazetteer.Index
	recognition []recognition.Option
	resolution  []resolution.Option
}

func (s *system) parser() (evaluation.Parser, error) {
	recognizer, err := recognition.New(s.index, s.recognition...)
	if err != nil {
		return nil, err
	}
	resolver, err := resolution.New(s.index, s.resolution...)
	if err != nil {
		return nil, err
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}, nil
}

// embeddedName is the name of the embedded gazetteer on the command line.
const embeddedName = "embedded"

func newEvaluator(cmd *cobra.Command, cfg *Config, o *evaluateOptions) (_ *evaluator, err error) {
	e := &evaluator{cmd: cmd, options: o, seen: training.Trained}
	if e.trained, err = gazetteer.Default(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			e.Close()
		}
	}()
	if err := e.add("--gazetteer", cfg.Gazetteer); err != nil {
		return nil, err
	}
	if o.baseline == "" && !o.weights() {
		return e, nil
	}
	if err := e.add("--baseline-gazetteer", cmp.Or(o.baseline, cfg.Gazetteer)); err != nil {
		return nil, err
	}
	return e, e.systems[1].readWeights(o)
}

// weights reports whether the baseline has weights of its own.
func (o *evaluateOptions) weights() bool { return o.recognition != "" || o.resolution != "" }

// add adds a system with the gazetteer at path.
func (e *evaluator) add(flag, path string) error {
	s := system{name: embeddedName, index: e.trained}
	if path != "" && path != embeddedName {
		index, err := openIndex(flag, path)
		if err != nil {
			return err
		}
		s = system{name: filepath.Base(path), index: index}
	}
	e.systems = append(e.systems, s)
	return nil
}

// readWeights reads the weights of the baseline and adds them to its name.
func (s *system) readWeights(o *evaluateOptions) error {
	if o.recognition != "" {
		model, err := readModel(o.recognition, recognition.ReadModel)
		if err != nil {
			return err
		}
		s.recognition = append(s.recognition, recognition.WithModel(model))
		s.name += ", " + filepath.Base(o.recognition)
	}
	if o.resolution != "" {
		model, err := readModel(o.resolution, resolution.ReadModel)
		if err != nil {
			return err
		}
		s.resolution = append(s.resolution, resolution.WithModel(model))
		s.name += ", " + filepath.Base(o.resolution)
	}
	return nil
}

// Close closes the gazetteers.
func (e *evaluator) Close() {
	for _, s := range e.systems {
		if s.index != e.trained {
			s.index.Close()
		}
	}
	e.trained.Close()
}

func (e *evaluator) note(path, format string, args ...any) {
	fmt.Fprintf(e.cmd.ErrOrStderr(), "newsmap: %s: %s\n", path, fmt.Sprintf(format, args...))
}

// corpus measures the corpus at path and returns one report for each system.
func (e *evaluator) corpus(ctx context.Context, path string) ([]*evaluation.Report, error) {
	docs, err := readCorpus(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	parserOf := (*system).parser
	if seen := e.countSeen(docs); seen > 0 {
		switch {
		case e.options.noCrossValidation:
			e.note(
				path,
				"the embedded weights were trained on %d of its %d documents; its figures do not tell how well newsmap reads other news",
				seen,
				len(docs),
			)
			name += " (on training data)"
		case e.options.weights():
			return nil, fmt.Errorf("%s: the embedded weights were trained on it, and cross-validation trains other weights; "+
				"compare weights on another corpus, or add --no-cross-validation", path)
		default:
			splits, err := e.splits(ctx, path, docs)
			if err != nil {
				return nil, err
			}
			name += fmt.Sprintf(" (%d splits by outlet)", min(maxSplits, training.CountOutlets(docs)))
			parserOf = func(s *system) (evaluation.Parser, error) { return splits.Parser(s.index) }
		}
	}
	var reports []*evaluation.Report
	for i := range e.systems {
		s := &e.systems[i]
		parser, err := parserOf(s)
		if err != nil {
			return nil, err
		}
		title := name
		if len(e.systems) > 1 {
			title += ", " + s.name
		}
		report, err := e.run(ctx, title, parser, docs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// readCorpus reads a corpus. One without documents is an error.
func readCorpus(path string) ([]evaluation.Document, error) {
	docs, err := evaluation.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no corpus %s", path)
	case err != nil:
		return nil, err
	case len(docs) == 0:
		return nil, geo.Invalid(path, "contains no documents; write one JSON document a line")
	}
	return docs, nil
}

func (e *evaluator) countSeen(docs []evaluation.Document) int {
	n := 0
	for i := range docs {
		if e.seen(&docs[i].Document) {
			n++
		}
	}
	return n
}

// splits trains the models that a corpus is cross-validated with.
func (e *evaluator) splits(ctx context.Context, path string, docs []evaluation.Document) (*training.Splits, error) {
	n := min(maxSplits, training.CountOutlets(docs))
	if n < 2 {
		return nil, fmt.Errorf("%s: the embedded weights were trained on it, and one outlet is not enough for cross-validation; "+
			"add --no-cross-validation to measure it nevertheless", path)
	}
	open, err := e.openCorpora(path)
	if err != nil {
		return nil, err
	}
	bar := newProgress(e.cmd.ErrOrStderr(), int64(n), "training splits")
	defer func() { _ = bar.Finish() }()
	_ = bar.RenderBlank()
	splits, err := training.TrainSplits(ctx, e.trained, docs, n, training.WithOpenCorpora(open), training.WithProgress(func(int) { _ = bar.Add(1) }))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return splits, nil
}

// openCorpora reads the open corpora that the splits of the corpus at path learn from.
func (e *evaluator) openCorpora(path string) (*training.OpenCorpora, error) {
	if e.options.openCorpora != "" {
		return training.ReadOpenCorpora(e.options.openCorpora, e.trained)
	}
	folder := filepath.Dir(path)
	for _, dir := range [...]string{filepath.Join(folder, "corpora"), filepath.Join(folder, "..", "corpora")} {
		examples, err := training.ReadOpenCorpora(dir, e.trained)
		if !errors.Is(err, os.ErrNotExist) {
			return examples, err
		}
	}
	e.note(path, "there are no open corpora next to it; its splits learn from itself alone, "+
		"which is less than the embedded weights learned from (see --open-corpora)")
	return nil, nil
}

func (e *evaluator) run(ctx context.Context, name string, parser evaluation.Parser, docs []evaluation.Document) (*evaluation.Report, error) {
	bar := newProgress(e.cmd.ErrOrStderr(), int64(len(docs)), name)
	defer func() { _ = bar.Finish() }()
	// The embedded gazetteer decides what is a country or a demonym, whatever system is measured.
	countries := evaluation.WithCountries(func(name string) bool {
		return e.trained.Summary(name).Classes.Has(gazetteer.ClassCountry)
	})
	demonyms := evaluation.WithDemonyms(func(name string) bool {
		return e.trained.Summary(name).Classes.Has(gazetteer.ClassDemonym)
	})
	options := []evaluation.Option{countries, demonyms}
	if explainer, ok := parser.(evaluation.Explainer); ok && e.options.html != "" {
		options = append(options, evaluation.WithExplainer(explainer))
	}
	return evaluation.Run(ctx, name, &countingParser{parser, bar}, docs, options...)
}

// countingParser counts parsed documents on a progress bar.
type countingParser struct {
	evaluation.Parser
	bar *progressbar.ProgressBar
}

func (p *countingParser) Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error) {
	defer func() { _ = p.bar.Add(1) }()
	return p.Parser.Parse(ctx, doc)
}
