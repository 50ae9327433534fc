package recognition

import (
	"context"
	"slices"
	"sync"

	"newsmap/geo"
	"newsmap/geo/recognition/corpus"
	"newsmap/geo/recognition/sequence"
)

// Tagging is a document with the names of all classes that annotators marked.
type Tagging struct {
	Document corpus.Document
	Weight   float32 // how much it counts, 1 for one
}

// taggerParts is into how many parts taggings are dealt, each of which is read
// by a tagger that has not learnt from it.
const taggerParts = 3

// recased writes the text of a tagging with other capitals.
func (t *Tagging) recased(c recasing) Tagging {
	out := *t
	out.Document.Text = c.apply(t.Document.Text)
	out.Weight = t.Weight * recasedWeight
	return out
}

// Tagger is a trained tagger, with those that saw only a part of the taggings.
// What learns from the tagger's word on a document must not be given the word
// of one that knew the answer.
type Tagger struct {
	whole *sequence.Model
	parts [taggerParts]*sequence.Model // each without the taggings whose number it leaves
}

// without gives the tagger that has not learnt from tagging i; the whole one for
// documents that no tagger has seen, whose number is negative.
func (t *Tagger) without(i int) *sequence.Model {
	switch {
	case t == nil:
		return nil
	case i < 0:
		return t.whole
	}
	return t.parts[i%taggerParts]
}

// TrainTagger fits a tagger to taggings: a linear-chain conditional random field
// over the words of each sentence. Without taggings it is nil. Same taggings in
// the same order, same tagger. r lends its gazetteer and word lists; its own
// model plays no part. The error is that of ctx.
func TrainTagger(ctx context.Context, r *Recognizer, taggings []Tagging) (*Tagger, error) {
	if len(taggings) == 0 {
		return nil, nil
	}
	bare := *r
	bare.tagger = nil
	var sets [taggerParts + 1][]sequence.Example
	for i := range taggings {
		examples := bare.tagExamples(&taggings[i])
		if c, ok := recasingOf(i); ok {
			recased := taggings[i].recased(c)
			examples = append(examples, bare.tagExamples(&recased)...)
		}
		for part := range sets {
			if part != i%taggerParts {
				sets[part] = append(sets[part], examples...)
			}
		}
	}
	var out Tagger
	var errs [taggerParts + 1]error
	var group sync.WaitGroup
	for part := range sets {
		group.Go(func() {
			m, err := sequence.Train(ctx, sets[part], sequence.Options{
				Labels: tagLabels, Bits: taggerBits, Epochs: taggerEpochs, Rate: taggerRate, Decay: taggerDecay, Drop: taggerDrop, Seed: trainingKey,
			})
			errs[part] = err
			if part < taggerParts {
				out.parts[part] = m
			} else {
				out.whole = m
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// Chosen by the F-measure of places on a third of the open corpora, trained on
// the rest.
const (
	taggerBits   = 18
	taggerEpochs = 5
	taggerRate   = 0.03
	taggerDecay  = 1e-6
	taggerDrop   = 0.1
)

// tagExamples turns an annotated document into sequences to learn from.
func (r *Recognizer) tagExamples(in *Tagging) []sequence.Example {
	a := r.analyse(&geo.Document{Text: in.Document.Text})
	p := a.passages[0]
	var t tagger
	t.prepare(p, a.candidates[0])
	var out []sequence.Example
	k, spans := 0, in.Document.Spans
	for _, s := range p.sentences {
		ex := sequence.Example{Weight: in.Weight}
		for _, f := range t.sentence(p, a.evidence, s) {
			ex.Features = append(ex.Features, slices.Clone(f))
		}
		for i := s.First; i < s.End; i++ {
			w := &p.words[i]
			for k < len(spans) && spans[k].End <= w.Start {
				k++
			}
			ex.Allowed = append(ex.Allowed, allowed(&in.Document, k, w, i > s.First))
		}
		out = append(out, ex)
	}
	return out
}

// allowed gives the labels that word w may have, span k being the first that
// ends behind its start.
func allowed(doc *corpus.Document, k int, w *word, follows bool) sequence.LabelSet {
	if k < len(doc.Spans) && doc.Spans[k].Start < w.End {
		span := doc.Spans[k]
		y := 2*int(span.Class) - 1
		if span.Start < w.Start && follows {
			y++
		}
		return 1 << y
	}
	set := sequence.LabelSet(1)
	if w.capital || w.runFirst >= 0 {
		for c := corpus.Place; c < corpus.ClassCount; c++ {
			if doc.Open.Has(c) {
				set |= 1<<(2*c-1) | 1<<(2*c)
			}
		}
	}
	return set
}
