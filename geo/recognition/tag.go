package recognition

import (
	"math"
	"slices"

	"newsmap/geo/recognition/corpus"
	"newsmap/geo/recognition/sequence"

	"newsmap/geo/text"
)

// tagLabels are the labels of the tagger. Class c of package corpus has the labels
// 2c-1 (begin) and 2c (inside).
var tagLabels = []string{
	"O", "B-place", "I-place", "B-person", "I-person", "B-organisation", "I-organisation", "B-demonym", "I-demonym", "B-other", "I-other",
}

// tag is the output of the tagger for a word: the probabilities that it belongs to
// a name of each class and that such a name begins with it, and its class in the
// likeliest labelling of the sentence.
type tag struct {
	in    [corpus.ClassCount]float32
	begin [corpus.ClassCount]float32
	best  corpus.Class
}

// classOf returns the class of a label.
func classOf(label uint8) corpus.Class { return corpus.Class((label + 1) / 2) }

// tags runs the model on a passage.
func (t *tagger) tags(m *sequence.Model, p *passage, cs []candidate, e *evidence) []tag {
	t.prepare(p, cs)
	out := make([]tag, len(p.words))
	for _, s := range p.sentences {
		if !p.hasCapital(s) {
			continue
		}
		m.Decode(t.sentenceSignals(p, e, s), &t.lattice)
		for k := range s.End - s.First {
			marginal := &t.lattice.Marginals[k]
			o := &out[s.First+k]
			o.best = classOf(t.lattice.Best[k])
			o.in[corpus.None] = marginal[0]
			for c := corpus.Place; c < corpus.ClassCount; c++ {
				o.begin[c] = marginal[2*c-1]
				o.in[c] = marginal[2*c-1] + marginal[2*c]
			}
		}
	}
	return out
}

// hasCapital reports whether a sentence contains a word that may be part of a
// name.
func (p *passage) hasCapital(s text.Sentence) bool {
	for i := s.First; i < s.End; i++ {
		if p.words[i].capital {
			return true
		}
	}
	return false
}

const (
	// tagBegin is the minimum probability that a word begins a new candidate, and
	// tagInside that the next word continues it. They are low because the model
	// decides later.
	tagBegin  = 0.25
	tagInside = 0.4
)

// addTagged adds the spans that the tagger labels as places and that are not yet
// candidates.
func (p *passage) addTagged(cs []candidate) []candidate {
	known := map[[2]int]bool{}
	for i := range cs {
		known[[2]int{cs[i].first, cs[i].end}] = true
	}
	n := len(cs)
	for i := range p.words {
		if p.tags[i].begin[corpus.Place] < tagBegin || !p.mayStart(i) {
			continue
		}
		end := p.tagEnd(i)
		if p.words[end-1].Kind != text.TokenPunct && !known[[2]int{i, end}] {
			cs = append(cs, candidate{first: i, end: end, name: p.slice(i, end), pattern: patternTag})
		}
	}
	if len(cs) > n {
		slices.SortStableFunc(cs, func(a, b candidate) int {
			if a.first != b.first {
				return a.first - b.first
			}
			return a.end - b.end
		})
	}
	return cs
}

// tagEnd returns the end of the place that begins with word i according to the
// tagger.
func (p *passage) tagEnd(i int) int {
	end := i + 1
	for p.at(end, i) != nil && !p.words[end].nonPlace && end-i < maxSpan && p.tags[end].in[corpus.Place]-p.tags[end].begin[corpus.Place] > tagInside {
		end++
	}
	return end
}

// oddsStep maps a probability to one of 15 steps of its log odds.
func oddsStep(p float32) uint16 {
	const limit = 7
	odds := math.Log(float64(p)+1e-4) - math.Log(1-float64(p)+1e-4)
	return uint16(math.Round(max(-limit, min(limit, odds))) + limit)
}

// tagOf returns the probabilities that all words of c belong to a place, a person
// or an organisation.
func (p *passage) tagOf(c *candidate) (place, person, organisation float32) {
	place, person, organisation = 1, 1, 1
	for i := c.first; i < c.end; i++ {
		if p.words[i].Kind != text.TokenWord {
			continue
		}
		in := &p.tags[i].in
		place = min(place, in[corpus.Place])
		person = min(person, in[corpus.Person])
		organisation = min(organisation, in[corpus.Organisation])
	}
	return place, person, organisation
}

// addTags adds the output of the tagger for the name and the words next to it.
func (b *signalBuilder) addTags(c *candidate) {
	p := b.p
	if p.tags == nil {
		return
	}
	style := uint16(p.styles[p.words[c.first].sentence])
	place, person, organisation := p.tagOf(c)
	first := &p.tags[c.first]
	for i, probability := range [...]float32{place, person, organisation, first.in[corpus.Demonym], first.in[corpus.Other]} {
		b.add(signalTagPlace, uint16(i)<<10|oddsStep(probability)<<2|style, "")
	}
	b.add(signalTagClass, uint16(first.best)<<6|uint16(bit(c.summary.Count > 0))<<5|uint16(min(c.end-c.first, 3)), "")
	b.add(signalTagSpan, oddsStep(first.begin[corpus.Place]), "")
	if next := p.at(c.end, c.first); next != nil {
		t := &p.tags[c.end]
		b.add(signalTagSpan, 1<<10|oddsStep(t.in[corpus.Place]-t.begin[corpus.Place]), "")
		b.add(signalTagNext, t.step(next), "")
		b.add(signalTagNext, 1<<10|oddsStep(t.in[corpus.Organisation]-t.begin[corpus.Organisation])<<4|oddsStep(organisation)/4, "")
	}
	if prev := p.at(c.first-1, c.first); prev != nil {
		b.add(signalTagPrev, p.tags[c.first-1].step(prev), "")
	}
	if n := b.e.forName(c.name); n.tagged > 1 {
		b.add(signalTagDocument, oddsStep(n.place/float32(n.tagged)), "")
		b.add(signalTagDocument, 1<<10|oddsStep(n.person/float32(n.tagged)), "")
	}
}

// step packs the class of word w next to a name, the probability of the class, and
// whether w has a capital.
func (t *tag) step(w *word) uint16 {
	return uint16(t.best)<<4 | uint16(min(t.in[t.best], 1)*3.99)<<2 | uint16(bit(w.capital))
}
