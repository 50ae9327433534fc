package training

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/recognition"
)

// Option is an option of training.
type Option func(*trainer)

// WithOpenCorpora trains recognition on open corpora as well. open may be nil.
func WithOpenCorpora(open *OpenCorpora) Option {
	return func(t *trainer) {
		if open != nil {
			t.open = open
		}
	}
}

// WithoutSignals leaves out groups of signals, to measure their effect. Their names are those of
// [recognition.SignalGroups] and [resolution.SignalGroups].
func WithoutSignals(ofRecognition, ofResolution []string) Option {
	return func(t *trainer) { t.leftOut.recognition, t.leftOut.resolution = ofRecognition, ofResolution }
}

// WithProgress calls done after each split, with the number of splits trained so far. The calls
// are not concurrent.
func WithProgress(done func(splits int)) Option {
	return func(t *trainer) { t.done = done }
}

// trainer is the state that all splits share. The tagger is not trained on the corpus that is
// split, so all splits use the same one.
type trainer struct {
	open    *OpenCorpora
	tagger  *recognition.Tagger
	leftOut struct{ recognition, resolution []string }
	splits  *Splits // splits whose models of recognition are used, or nil
	done    func(int)
}

func newTrainer(ctx context.Context, g Gazetteer, options []Option) (*trainer, error) {
	t := &trainer{open: &OpenCorpora{}, done: func(int) {}}
	for _, option := range options {
		option(t)
	}
	if t.tagger != nil || t.splits != nil {
		return t, nil
	}
	var err error
	t.tagger, err = TrainTagger(ctx, g, t.open)
	return t, err
}

// TrainTagger trains the tagger of recognition on open corpora. It returns nil if open is nil.
func TrainTagger(ctx context.Context, g Gazetteer, open *OpenCorpora) (*recognition.Tagger, error) {
	if open == nil {
		return nil, nil
	}
	recognizer, err := recognition.New(g)
	if err != nil {
		return nil, err
	}
	tagger, err := recognition.TrainTagger(ctx, recognizer, open.Taggings)
	if err != nil {
		return nil, fmt.Errorf("train the tagger: %w", err)
	}
	return tagger, nil
}

// WithTagger uses a tagger that [TrainTagger] has trained on the same open corpora, instead of
// training one.
func WithTagger(tagger *recognition.Tagger) Option {
	return func(t *trainer) { t.tagger = tagger }
}

// WithRecognitionOf uses the models of recognition in splits instead of training them. splits
// must be of the same corpus and the same number.
func WithRecognitionOf(splits *Splits) Option {
	return func(t *trainer) { t.splits = splits }
}

// Splits contains a Model for each split of a corpus, trained on the documents of all other
// splits.
type Splits struct {
	models []*Model
	splits map[string]int // by outlet
}

// CrossValidate returns a parser that parses each document of docs with weights trained only
// on documents of other outlets. For other documents, the parser returns geo.ErrNotFound. The
// errors are those of [TrainSplits].
func CrossValidate(ctx context.Context, g Gazetteer, docs []evaluation.Document, splits int, options ...Option) (evaluation.Parser, error) {
	trained, err := TrainSplits(ctx, g, docs, splits, options...)
	if err != nil {
		return nil, err
	}
	return trained.Parser(g)
}

// TrainSplits trains one model for each split with the gazetteer g. Outlets are assigned to
// splits in the order of their names, so that the order of docs does not matter. The error
// wraps geo.ErrInvalid if splits is less than two or more than the number of outlets;
// otherwise it is that of [Train].
func TrainSplits(ctx context.Context, g Gazetteer, docs []evaluation.Document, splits int, options ...Option) (*Splits, error) {
	splitOf, err := assignSplits(docs, splits)
	if err != nil {
		return nil, err
	}
	t, err := newTrainer(ctx, g, options)
	if err != nil {
		return nil, err
	}
	out := &Splits{models: make([]*Model, splits), splits: splitOf}
	var mu sync.Mutex
	trained := 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for split := range splits {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			m, err := t.trainSplit(ctx, g, otherSplits(docs, splitOf, split), split)
			if err != nil {
				return fmt.Errorf("split %d: %w", split+1, err)
			}
			mu.Lock()
			defer mu.Unlock()
			out.models[split] = m
			trained++
			t.done(trained)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// trainSplit trains the model of a split on docs, which are those of the other splits.
func (t *trainer) trainSplit(ctx context.Context, g Gazetteer, docs []evaluation.Document, split int) (*Model, error) {
	if t.splits == nil {
		return t.train(ctx, g, docs)
	}
	if split >= len(t.splits.models) {
		return nil, geo.Invalid("splits", "recognition was trained on %d splits; use the same number", len(t.splits.models))
	}
	return t.resolution(ctx, g, t.splits.models[split].Recognition, docs)
}

// CountOutlets returns the number of outlets of docs, which is the maximum number of splits.
func CountOutlets(docs []evaluation.Document) int { return len(outlets(docs)) }

// outlets returns the outlets of docs in order, each once.
func outlets(docs []evaluation.Document) []string {
	var names []string
	for i := range docs {
		names = append(names, outlet(&docs[i].Document))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// outlet returns the outlet of a document: its domain or, if that is unknown, the fingerprint of
// its text, so that copies of a text are in the same split.
func outlet(doc *geo.Document) string {
	domain := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(doc.Domain)), ".")
	if domain = strings.TrimPrefix(domain, "www."); domain != "" {
		return domain
	}
	return "text " + fingerprint(doc.Text)
}

// assignSplits returns the split of each outlet.
func assignSplits(docs []evaluation.Document, splits int) (map[string]int, error) {
	names := outlets(docs)
	if splits < 2 || splits > len(names) {
		return nil, geo.Invalid("splits", "cannot make %d splits of %d outlets; use at least 2 splits and at most one for each outlet", splits, len(names))
	}
	splitOf := make(map[string]int, len(names))
	for i, name := range names {
		splitOf[name] = i % splits
	}
	return splitOf, nil
}

// otherSplits returns the documents that are not in split.
func otherSplits(docs []evaluation.Document, splitOf map[string]int, split int) []evaluation.Document {
	var out []evaluation.Document
	for i := range docs {
		if splitOf[outlet(&docs[i].Document)] != split {
			out = append(out, docs[i])
		}
	}
	return out
}

// Parser returns a parser with g, which may be another gazetteer than the one used for
// training. See [CrossValidate].
func (s *Splits) Parser(g Gazetteer) (evaluation.Parser, error) {
	p := &splitParser{splits: s.splits}
	for _, m := range s.models {
		parser, err := m.Parser(g)
		if err != nil {
			return nil, err
		}
		p.parsers = append(p.parsers, parser)
	}
	return p, nil
}

// splitParser parses each document with the parser that was not trained on its outlet.
type splitParser struct {
	parsers []*geo.Geoparser // by split
	splits  map[string]int   // by outlet
}

// parserOf returns the parser that was not trained on the outlet of doc.
func (p *splitParser) parserOf(doc *geo.Document) (*geo.Geoparser, error) {
	split, ok := p.splits[outlet(doc)]
	if !ok {
		return nil, fmt.Errorf("outlet %q is in no split: %w", doc.Domain, geo.ErrNotFound)
	}
	return p.parsers[split], nil
}

func (p *splitParser) Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error) {
	parser, err := p.parserOf(doc)
	if err != nil {
		return nil, err
	}
	return parser.Parse(ctx, doc)
}

func (p *splitParser) ExplainSpans(ctx context.Context, doc *geo.Document, spans []geo.Toponym) ([]geo.Weighing, error) {
	parser, err := p.parserOf(doc)
	if err != nil {
		return nil, err
	}
	return parser.ExplainSpans(ctx, doc, spans)
}

func (p *splitParser) ExplainChoices(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) ([][]geo.Weighing, error) {
	parser, err := p.parserOf(doc)
	if err != nil {
		return nil, err
	}
	return parser.ExplainChoices(ctx, doc, toponyms)
}
