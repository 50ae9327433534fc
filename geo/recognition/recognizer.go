package recognition

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/masthead"
	"newsmap/geo/recognition/corpus"
	"newsmap/geo/recognition/sequence"
)

// Recognizer finds toponyms by their names and the words around them. It is safe
// for concurrent use if its gazetteer is.
type Recognizer struct {
	gazetteer  Gazetteer
	model      *Model
	lexicon    lexicon
	phrases    phrases
	threshold  float64 // log odds above which a candidate is kept
	demonyms   bool
	tagger     *sequence.Model // the model's tagger; training sets another
	outlets    homeGazetteer   // nil if the gazetteer contains no homes
	homeFinder *masthead.Finder
	withheld   withholding // set by training
}

var _ geo.Recognizer = (*Recognizer)(nil)

// Option changes how a Recognizer works.
type Option func(*Recognizer)

// WithModel makes the Recognizer use m instead of the embedded model.
func WithModel(m *Model) Option { return func(r *Recognizer) { r.model = m } }

// WithThreshold sets the minimum probability, from 0 to 1, of a toponym. With a
// higher value the Recognizer finds fewer toponyms and makes fewer mistakes. The
// default is 0.5.
func WithThreshold(p float64) Option {
	return func(r *Recognizer) { r.threshold = logOdds(p) }
}

// WithDemonyms sets whether demonyms ("Turkish", "Texans") count as toponyms. The
// default is true.
func WithDemonyms(on bool) Option { return func(r *Recognizer) { r.demonyms = on } }

// demonymProbability is the minimum probability of a demonym. It is higher than
// the threshold of other names, because not every reader wants demonyms. It is
// about the highest value that costs at most .003 of the cross-validated
// recognition F1 on LGL.
const demonymProbability = 0.6

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// New returns a Recognizer that uses g, the embedded word lists and the embedded
// model. The error names an embedded file that is malformed.
func New(g Gazetteer, options ...Option) (*Recognizer, error) {
	r := &Recognizer{gazetteer: g, demonyms: true}
	for _, option := range options {
		option(r)
	}
	lex, err := newLexicon()
	if err != nil {
		return nil, err
	}
	r.lexicon = lex
	if r.phrases, err = newPhrases(); err != nil {
		return nil, fmt.Errorf("lexicon phrases: %w", err)
	}
	if r.model == nil {
		if r.model, err = decodeModel(defaultModel); err != nil {
			return nil, err
		}
	}
	r.tagger = r.model.tagger
	if local, ok := g.(homeGazetteer); ok {
		r.outlets, r.homeFinder = local, masthead.NewFinder(local)
	}
	return r, nil
}

// Recognize returns the toponyms of doc's title and then of its text, each in
// order. The only error is that of ctx.
func (r *Recognizer) Recognize(ctx context.Context, doc *geo.Document) ([]geo.Toponym, error) {
	a := r.analyse(doc)
	for round := range rounds {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("recognize: %w", err)
		}
		a.score(r.model, round)
	}
	var out []geo.Toponym
	for i, p := range a.passages {
		found := r.toponyms(p, choose(r.aboveThreshold(a.candidates[i])))
		out = append(out, withCoordinates(p, found)...)
	}
	return out, nil
}

// analysis is a document prepared for scoring.
type analysis struct {
	passages   []*passage
	candidates [][]candidate // by passage
	evidence   *evidence
	names      *nameCache
}

func (r *Recognizer) analyse(doc *geo.Document) *analysis {
	a := &analysis{names: &nameCache{gazetteer: r.gazetteer, seen: map[string]gazetteer.Summary{}}}
	if doc.Title != "" {
		a.passages = append(a.passages, newPassage(geo.FieldTitle, doc.Title, r.lexicon))
	}
	a.passages = append(a.passages, newPassage(geo.FieldText, doc.Text, r.lexicon))
	c := casingOf(r.lexicon, a.passages)
	for _, p := range a.passages {
		p.applyCasing(c, a.names)
		p.markNonPlaces(r.phrases, a.names)
	}
	a.evidence = newEvidence(a.passages, c)
	outletHomes := r.homesOf(doc)
	var t tagger
	for _, p := range a.passages {
		cs := r.candidates(p, a.names)
		if r.tagger != nil {
			p.tags = t.tags(r.tagger, p, cs, a.evidence)
			cs = p.addTagged(cs)
		}
		if p.field == geo.FieldText {
			markDatelines(p, cs)
		}
		for k := range cs {
			if c := &cs[k]; c.summary.Count > 0 && !c.mayBeDemonym() {
				c.home = outletHomes.proximityOf(c.name)
			}
		}
		a.evidence.addNames(p, cs, a.names)
		a.candidates = append(a.candidates, cs)
	}
	return a
}

// score scores every candidate for one round.
func (a *analysis) score(m *Model, round int) {
	for i, p := range a.passages {
		b := signalBuilder{p: p, e: a.evidence, names: a.names}
		for k := range a.candidates[i] {
			c := &a.candidates[i][k]
			c.score = m.score(round, b.signals(c, round > 0))
		}
	}
	if round+1 < rounds {
		for i, cs := range a.candidates {
			a.evidence.addScores(cs)
			a.passages[i].addScores(cs)
		}
	}
}

// aboveThreshold returns the candidates whose score exceeds the threshold, with
// their margins set.
func (r *Recognizer) aboveThreshold(cs []candidate) []candidate {
	var kept []candidate
	for _, c := range cs {
		threshold := r.threshold
		if c.mayBeDemonym() {
			if !r.demonyms {
				continue
			}
			threshold = max(threshold, logOdds(demonymProbability))
		}
		if c.margin = c.score - threshold; c.margin > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// choose returns the candidates without overlap that have the highest sum of
// margins, in order of the text (weighted interval scheduling; Kleinberg and
// Tardos, "Algorithm Design", 6.1). It sorts kept.
func choose(kept []candidate) []candidate {
	slices.SortStableFunc(kept, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.first, b.first))
	})
	best := make([]float64, len(kept)+1)
	before := make([]int, len(kept)) // how many candidates end at or before the start of this one
	for i, c := range kept {
		k := i
		for k > 0 && kept[k-1].end > c.first {
			k--
		}
		before[i] = k
		best[i+1] = max(best[i], best[k]+c.margin)
	}
	var chosen []candidate
	for i := len(kept); i > 0; {
		if best[i] == best[i-1] {
			i--
			continue
		}
		chosen = append(chosen, kept[i-1])
		i = before[i-1]
	}
	slices.Reverse(chosen)
	return chosen
}

func (r *Recognizer) toponyms(p *passage, chosen []candidate) []geo.Toponym {
	out := make([]geo.Toponym, 0, len(chosen))
	for i := range chosen {
		c := &chosen[i]
		t := geo.Toponym{
			Start: p.words[c.first].RuneStart, End: p.words[c.end-1].RuneEnd,
			Text: c.name, Field: p.field, Confidence: 1 / (1 + math.Exp(-c.score)),
		}
		switch {
		case c.dateline:
			t.Kind = geo.KindDateline
		case p.isDemonym(c):
			t.Kind = geo.KindDemonym
		}
		out = append(out, t)
	}
	return out
}

// isDemonym reports whether c is a demonym in this passage. A name such as
// "Lombard" is both a demonym and a town: the tagger decides.
func (p *passage) isDemonym(c *candidate) bool {
	if !c.mayBeDemonym() {
		return false
	}
	if p.tags == nil || c.summary.Classes == gazetteer.ClassDemonym {
		return true
	}
	return p.tags[c.first].in[corpus.Place] <= 0.5
}

// mayBeDemonym reports whether the gazetteer lists the name as a demonym.
func (c *candidate) mayBeDemonym() bool { return c.summary.Classes.Has(gazetteer.ClassDemonym) }
