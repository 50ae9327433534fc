package recognition

import (
	"math/bits"
	"unicode"

	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition/sequence"

	"newsmap/geo/text"
)

// tagger turns the words of passages into hashed signals and runs the model on
// them. Only one goroutine may use it at a time.
type tagger struct {
	lattice sequence.Lattice
	hashes  []wordHash
	matches []match
	signals [][]uint32
	buffer  []uint32
	starts  []int
}

// wordHash contains the hashes from which the signals of a word and its neighbours
// are computed.
type wordHash struct {
	lower, text, shape, lists uint32
}

// match describes the longest name in the gazetteer that contains a word.
type match struct {
	classes    gazetteer.Class
	position   position
	length     uint8 // in words
	prominence uint8
	main       bool
	count      uint8
}

// position is the position of a word in a match.
type position uint8

const (
	matchNone position = iota
	matchAlone
	matchFirst
	matchInside
	matchLast
)

// hashString returns the FNV-1a hash of s (Fowler, Noll and Vo).
func hashString(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// mix combines a value with the number of a template by the finalizer of
// Appleby's MurmurHash3.
func mix(template, value uint32) uint32 {
	h := value ^ template*0x9e3779b1
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// shapeOf returns the hash of the shape of s, which replaces each letter with its
// class and shortens runs of a class to two: "McAllen" has the shape XxXxx.
func shapeOf(s string) uint32 {
	h := uint32(2166136261)
	var last rune
	run := 0
	for _, r := range s {
		c := r
		switch {
		case unicode.IsUpper(r):
			c = 'X'
		case unicode.IsLower(r):
			c = 'x'
		case unicode.IsDigit(r):
			c = '0'
		case unicode.IsLetter(r):
			c = 'a'
		}
		if c == last {
			if run++; run > 2 {
				continue
			}
		} else {
			last, run = c, 1
		}
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// prepare computes the hashes and gazetteer matches of a passage.
func (t *tagger) prepare(p *passage, cs []candidate) {
	n := len(p.words)
	if cap(t.hashes) < n {
		t.hashes, t.matches = make([]wordHash, n+n/2), make([]match, n+n/2)
	}
	t.hashes, t.matches = t.hashes[:n], t.matches[:n]
	clear(t.matches)
	for i := range p.words {
		w := &p.words[i]
		lower := hashString(w.lower)
		if w.Kind == text.TokenNumber {
			lower = 0x6e756d ^ uint32(min(len(w.text), 5))
		}
		// listLowercase is left out. It was counted in the tagger's training texts,
		// so it contains more of their words than of other texts' words.
		t.hashes[i] = wordHash{lower: lower, text: hashString(w.text), shape: shapeOf(w.text), lists: uint32(w.lists &^ ruleLists)}
	}
	for k := range cs {
		c := &cs[k]
		if c.summary.Count == 0 {
			continue
		}
		m := match{
			classes: c.summary.Classes, main: c.summary.Main,
			prominence: uint8(c.summary.Prominence * 8), count: uint8(bits.Len(uint(c.summary.Count))),
		}
		t.mark(c.first, c.end, m)
	}
}

// mark records a match for its words unless a match of at least that length
// contains one of them.
func (t *tagger) mark(first, end int, m match) {
	m.length = uint8(end - first)
	for i := first; i < end; i++ {
		if t.matches[i].length >= m.length {
			return
		}
	}
	for i := first; i < end; i++ {
		m.position = matchInside
		switch {
		case end-first == 1:
			m.position = matchAlone
		case i == first:
			m.position = matchFirst
		case i == end-1:
			m.position = matchLast
		}
		t.matches[i] = m
	}
}

// sentenceSignals returns the signals of the words of one sentence. The next call
// reuses the result.
func (t *tagger) sentenceSignals(p *passage, e *evidence, s text.Sentence) [][]uint32 {
	t.signals, t.buffer = t.signals[:0], t.buffer[:0]
	t.starts = t.starts[:0]
	for i := s.First; i < s.End; i++ {
		t.starts = append(t.starts, len(t.buffer))
		t.addWord(p, e, s, i)
	}
	t.starts = append(t.starts, len(t.buffer))
	for k := range s.End - s.First {
		t.signals = append(t.signals, t.buffer[t.starts[k]:t.starts[k+1]])
	}
	return t.signals
}

func (t *tagger) add(template, value uint32) {
	t.buffer = append(t.buffer, mix(template, value))
}

var outside = wordHash{lower: 1, text: 1, shape: 1, lists: 1 << 31}

func (t *tagger) at(s text.Sentence, i int) *wordHash {
	if i < s.First || i >= s.End {
		return &outside
	}
	return &t.hashes[i]
}

// addWord adds the signals of word i. The template numbers are part of trained
// models: train again after changing them.
func (t *tagger) addWord(p *passage, e *evidence, s text.Sentence, i int) {
	w := &p.words[i]
	h, prev, next := &t.hashes[i], t.at(s, i-1), t.at(s, i+1)
	prev2, next2 := t.at(s, i-2), t.at(s, i+2)
	style := uint32(p.styles[w.sentence])

	t.add(1, style)
	t.add(2, h.lower)
	t.add(3, h.text)
	t.add(4, prev.lower)
	t.add(5, next.lower)
	t.add(6, prev2.lower)
	t.add(7, next2.lower)
	t.add(8, prev.lower*31+h.lower)
	t.add(9, h.lower*31+next.lower)
	t.add(10, prev2.lower*31+prev.lower)
	t.add(11, next.lower*31+next2.lower)
	t.add(12, h.shape*4+style)
	t.add(13, prev.shape*31+h.shape)
	t.add(14, h.shape*31+next.shape)
	t.add(15, h.lists)
	t.add(16, prev.lists)
	t.add(17, next.lists)
	t.add(18, prev.lists*31+h.lists)
	t.add(19, h.lists*31+next.lists)
	t.addAffixes(w.lower)
	t.addMatch(s, i)
	t.addRun(p, w, i, style)
	t.addDocument(w, e, style)
}

func (t *tagger) addAffixes(lower string) {
	if len(lower) < 3 {
		return
	}
	for n := 2; n <= 4 && n < len(lower); n++ {
		t.add(20+uint32(n), hashString(lower[len(lower)-n:]))
		if n > 2 {
			t.add(25+uint32(n), hashString(lower[:n]))
		}
	}
}

func (t *tagger) addMatch(s text.Sentence, i int) {
	m := &t.matches[i]
	place := uint32(m.classes)<<3 | uint32(m.position)
	t.add(30, place)
	t.add(31, uint32(m.prominence)<<3|uint32(m.position))
	t.add(32, (uint32(m.prominence)<<6|uint32(m.count)<<3|uint32(m.position))<<1|uint32(bit(m.main)))
	t.add(33, place*31+t.hashes[i].lists)
	t.add(34, place*31+t.at(s, i-1).lower)
	t.add(35, place*31+t.at(s, i+1).lower)
	if i > s.First {
		b := &t.matches[i-1]
		t.add(36, uint32(b.classes)<<3|uint32(b.position))
		t.add(37, (uint32(b.classes)<<3|uint32(b.position))*31+place)
	}
	if i+1 < s.End {
		a := &t.matches[i+1]
		t.add(38, uint32(a.classes)<<3|uint32(a.position))
		t.add(39, (uint32(a.classes)<<3|uint32(a.position))*31+place)
	}
	if i+2 < s.End {
		a := &t.matches[i+2]
		t.add(40, (uint32(a.classes)<<3|uint32(a.position))*31+t.hashes[i+1].lower)
	}
}

func (t *tagger) addRun(p *passage, w *word, i int, style uint32) {
	if w.initial {
		t.add(50, uint32(bit(w.capital))<<8|t.hashes[i].lists<<9|style)
	}
	if w.runFirst < 0 {
		return
	}
	length, at := uint32(min(w.runEnd-w.runFirst, 6)), uint32(min(i-w.runFirst, 5))
	t.add(51, length<<5|at<<2|style)
	t.add(52, t.hashes[w.runEnd-1].lower)
	t.add(53, t.hashes[w.runFirst].lower)
	t.add(54, t.hashes[w.runEnd-1].lists<<3|at)
	t.add(55, t.hashes[w.runFirst].lists<<3|at)
	if before := p.at(w.runFirst-1, i); before != nil {
		t.add(56, t.hashes[w.runFirst-1].lower)
	}
	if after := p.at(w.runEnd, i); after != nil {
		t.add(57, t.hashes[w.runEnd].lower)
	}
}

func (t *tagger) addDocument(w *word, e *evidence, style uint32) {
	if !w.capital {
		return
	}
	t.add(60, uint32(bit(e.lowercase[w.lower]))|style<<1|uint32(bit(w.initial))<<3)
	t.add(61, uint32(min(e.persons[w.lower], 3)))
}
