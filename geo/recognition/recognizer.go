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

// Recognizer finds toponyms by their names and what stands around them. It is
// safe for concurrent use if its gazetteer is.
type Recognizer struct {
	gazetteer Gazetteer
	model     *Model
	lexicon   lexicon
	phrases   phrases
	threshold float64 // log odds above which a candidate is kept
	demonyms  bool
	tagger    *sequence.Model // of the model; training lends others
	local     homeGazetteer   // nil if the gazetteer tells no homes
	guess     *masthead.Finder
	withheld  withholding // by training
}

var _ geo.Recognizer = (*Recognizer)(nil)

// Option changes how a Recognizer works.
type Option func(*Recognizer)

// WithModel has the Recognizer use m instead of the embedded weights.
func WithModel(m *Model) Option { return func(r *Recognizer) { r.model = m } }

// WithThreshold sets the probability, 0..1, from which a span counts as a
// toponym. Higher values find fewer and surer ones.
func WithThreshold(p float64) Option {
	return func(r *Recognizer) { r.threshold = logOdds(p) }
}

// WithDemonyms sets whether demonyms ("Turkish", "Texans") count as toponyms,
// which is the default.
func WithDemonyms(on bool) Option { return func(r *Recognizer) { r.demonyms = on } }

// demonymProbability is the probability from which a demonym counts. It must be
// surer than a name, because not every reader wants it. It is about the highest at
// which LGL's recognition F1, cross-validated, falls by no more than .003.
const demonymProbability = 0.6

func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// New makes a Recognizer over g with the embedded word lists and weights. The
// error names an embedded file that is out of form.
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
		r.local, r.guess = local, masthead.NewFinder(local)
	}
	return r, nil
}

// Recognize finds the toponyms of doc's title and text. Its only error is that
// of ctx.
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
		found := r.toponyms(p, choose(r.likely(a.candidates[i])))
		out = append(out, withCoordinates(p, found)...)
	}
	return out, nil
}

// analysis is a document made ready for scoring.
type analysis struct {
	passages   []*passage
	candidates [][]candidate // by passage
	evidence   *evidence
	known      *memo
}

func (r *Recognizer) analyse(doc *geo.Document) *analysis {
	a := &analysis{known: &memo{gazetteer: r.gazetteer, seen: map[string]gazetteer.Summary{}}}
	if doc.Title != "" {
		a.passages = append(a.passages, readPassage(geo.FieldTitle, doc.Title, r.lexicon))
	}
	a.passages = append(a.passages, readPassage(geo.FieldText, doc.Text, r.lexicon))
	c := casingOf(r.lexicon, a.passages)
	for _, p := range a.passages {
		p.settle(c, a.known)
		p.markThings(r.phrases, a.known)
	}
	a.evidence = newEvidence(a.passages, c)
	near := r.homesOf(doc)
	var t tagger
	for _, p := range a.passages {
		cs := r.candidates(p, a.known)
		if r.tagger != nil {
			p.tags = t.tags(r.tagger, p, cs, a.evidence)
			cs = p.tagged(cs)
		}
		if p.field == geo.FieldText {
			markDatelines(p, cs)
		}
		for k := range cs {
			if c := &cs[k]; c.summary.Count > 0 && !c.demonym() {
				c.home = near.look(c.name)
			}
		}
		a.evidence.addNames(p, cs, a.known)
		a.candidates = append(a.candidates, cs)
	}
	return a
}

// score scores every candidate for one round.
func (a *analysis) score(m *Model, round int) {
	for i, p := range a.passages {
		f := featurizer{p: p, e: a.evidence, known: a.known}
		for k := range a.candidates[i] {
			c := &a.candidates[i][k]
			c.score = m.score(round, f.features(c, round > 0))
		}
	}
	if round+1 < rounds {
		for i, cs := range a.candidates {
			a.evidence.addScores(cs)
			a.passages[i].addScores(cs)
		}
	}
}

// likely gives the candidates that count, each with how far its score lies above
// what it must reach.
func (r *Recognizer) likely(cs []candidate) []candidate {
	var kept []candidate
	for _, c := range cs {
		least := r.threshold
		if c.demonym() {
			if !r.demonyms {
				continue
			}
			least = max(least, logOdds(demonymProbability))
		}
		if c.gain = c.score - least; c.gain > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// choose picks the candidates without overlap whose gains sum highest (weighted
// interval scheduling; Kleinberg and Tardos, "Algorithm Design", 6.1), in order of
// their place. It sorts kept.
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
		best[i+1] = max(best[i], best[k]+c.gain)
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
		case p.adjective(c):
			t.Kind = geo.KindDemonym
		}
		out = append(out, t)
	}
	return out
}

// adjective tells whether c is a demonym where it stands: "Lombard" is one, and a
// town, of which the tagger decides.
func (p *passage) adjective(c *candidate) bool {
	if !c.demonym() {
		return false
	}
	if p.tags == nil || c.summary.Classes == gazetteer.ClassDemonym {
		return true
	}
	return p.tags[c.first].in[corpus.Place] <= 0.5
}

// demonym tells whether the name is listed as an adjective or people name.
func (c *candidate) demonym() bool { return c.summary.Classes.Has(gazetteer.ClassDemonym) }
