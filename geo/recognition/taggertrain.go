package recognition

import (
	"context"
	"slices"
	"sync"

	"newsmap/geo"
	"newsmap/geo/recognition/corpus"
	"newsmap/geo/recognition/sequence"
)

// Tagging is a document in which annotators marked the names of all classes.
type Tagging struct {
	Document corpus.Document
	Weight   float32 // relative weight in training, normally 1
}

// taggerParts is the number of parts of the taggings. A separate tagger reads each
// part that was not trained on it.
const taggerParts = 3

// recased returns a copy of a tagging in another letter case.
func (t *Tagging) recased(c recasing) Tagging {
	out := *t
	out.Document.Text = c.apply(t.Document.Text)
	out.Weight = t.Weight * recasedWeight
	return out
}

// Tagger is a trained tagger, together with taggers that were trained without a
// part of the taggings. A model that learns from the output of a tagger needs the
// output of one that was not trained on the document.
type Tagger struct {
	full  *sequence.Model
	parts [taggerParts]*sequence.Model // parts[k] was trained without the taggings i for which i%taggerParts is k
}

// excluding returns a tagger that was not trained on tagging i. A negative i means
// a document outside the taggings, for which it returns the full tagger.
func (t *Tagger) excluding(i int) *sequence.Model {
	switch {
	case t == nil:
		return nil
	case i < 0:
		return t.full
	}
	return t.parts[i%taggerParts]
}

// TrainTagger fits a tagger to taggings: a linear-chain conditional random field
// over the words of each sentence. It returns nil without taggings. The same
// taggings in the same order give the same tagger. TrainTagger uses the gazetteer
// and word lists of r, but not its model. The only error is that of ctx.
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
				out.full = m
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

// The settings with the best F-measure of places on a third of the open corpora,
// trained on the rest.
const (
	taggerBits   = 18
	taggerEpochs = 5
	taggerRate   = 0.03
	taggerDecay  = 1e-6
	taggerDrop   = 0.1
)

// tagExamples turns an annotated document into training sequences.
func (r *Recognizer) tagExamples(in *Tagging) []sequence.Example {
	a := r.analyse(&geo.Document{Text: in.Document.Text})
	p := a.passages[0]
	var t tagger
	t.prepare(p, a.candidates[0])
	var out []sequence.Example
	k, spans := 0, in.Document.Spans
	for _, s := range p.sentences {
		ex := sequence.Example{Weight: in.Weight}
		for _, f := range t.sentenceSignals(p, a.evidence, s) {
			ex.Signals = append(ex.Signals, slices.Clone(f))
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

// allowed returns the labels that word w may have. Span k is the first one that
// ends after the start of w. follows reports whether w follows another word of
// its sentence.
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
			if doc.Unmarked.Has(c) {
				set |= 1<<(2*c-1) | 1<<(2*c)
			}
		}
	}
	return set
}
