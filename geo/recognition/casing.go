package recognition

import "strings"

// casing is how a document writes its words where letter case tells something:
// in sentences that are neither headlines nor all capitals nor all small.
type casing struct {
	lexicon lexicon
	small   map[string]bool // written small
	capital map[string]bool // written with a capital, not as the first word
}

func casingOf(lex lexicon, passages []*passage) *casing {
	c := &casing{lexicon: lex, small: map[string]bool{}, capital: map[string]bool{}}
	for _, p := range passages {
		for i := range p.words {
			w := &p.words[i]
			switch {
			case w.Kind != TokenWord || p.styles[w.sentence] != stylePlain:
			case !w.capital:
				c.small[w.lower] = true
			case !w.initial:
				c.capital[w.lower] = true
			}
		}
	}
	return c
}

const (
	// smallShare is how many words there are, at least, to one with a capital
	// where a text is taken to be written without.
	smallShare = 40
	// leastKnown is the prominence from which a name of several words counts as
	// one although its words are small elsewhere: "Ivory Coast".
	leastKnown = 0.6
	maxKnown   = 4 // words of such a name
)

// withoutCapitals tells whether the passage is written without capitals, so that
// their absence says nothing.
func (p *passage) withoutCapitals() bool {
	words, capitals := 0, 0
	for i := range p.words {
		if p.words[i].Kind == TokenWord {
			words++
			capitals += bit(p.words[i].capital)
		}
	}
	return words >= 2 && capitals*smallShare <= words
}

// recase sets for the words of a sentence whether they may belong to a name, by
// how the document writes them elsewhere and by how text commonly does. Of a
// headline every word that has a capital still may be one.
func (p *passage) recase(s Sentence, c *casing, known *memo) {
	style := p.styles[p.words[s.First].sentence]
	for i := s.First; i < s.End; i++ {
		w := &p.words[i]
		if w.Kind != TokenWord || !w.capital && style != styleLowercase {
			continue
		}
		w.joins = !c.isSmall(w, style) && !p.inAddress(i)
		if style != styleHeadline {
			w.capital = w.joins
		}
	}
	if known == nil {
		return
	}
	for i := s.First; i < s.End; i++ {
		if w := &p.words[i]; w.Kind == TokenWord && w.lower != "the" && (style != styleHeadline || w.capital) {
			p.markKnown(i, s.End, known)
		}
	}
}

// inAddress tells whether word i is part of an address: "desk@news.example".
func (p *passage) inAddress(i int) bool {
	for _, k := range [...]int{i - 1, i + 1} {
		if w := p.at(k, i); w == nil || p.words[max(i, k)].Space || w.Kind != TokenPunct {
			continue
		}
		switch p.words[k].text {
		case "@", "_":
			return true
		case ".":
			if far := p.at(2*k-i, i); far != nil && !p.words[max(k, 2*k-i)].Space {
				return true
			}
		}
	}
	return false
}

// markKnown marks the words of a well-known name of several words that starts
// at word i.
func (p *passage) markKnown(i, sentenceEnd int, known *memo) {
	for end := min(i+maxKnown, sentenceEnd); end > i+1; end-- {
		if w := &p.words[end-1]; w.Kind != TokenWord || !p.unbroken(i, end) {
			continue
		}
		if s := known.look(p.slice(i, end)); s.Count > 0 && s.Main && s.Prominence >= leastKnown {
			for k := i; k < end; k++ {
				w := &p.words[k]
				w.joins = w.joins || !isParticle(w.lower) && !isConnector(w.lower)
				w.capital = w.capital || w.joins
			}
			return
		}
	}
}

// unbroken tells whether words i to end follow on each other with spaces alone.
func (p *passage) unbroken(i, end int) bool {
	for k := i + 1; k < end; k++ {
		if w := &p.words[k]; w.Kind != TokenWord || w.Line || !w.Space {
			return false
		}
	}
	return true
}

// isSmall tells whether text would write w small in the middle of a sentence.
func (c *casing) isSmall(w *word, style style) bool {
	const parts = listOrg | listTail | listHead | listTitle | listCompass
	small, capital := c.small[w.lower], c.capital[w.lower]
	switch {
	case small != capital:
		return small
	case w.lists.has(listSmall):
		return style == styleLowercase || !w.lists.has(parts)
	case style == styleHeadline:
		return false
	}
	return c.lexicon.hasSmallStem(w.lower)
}

// endings are taken off a word to find its stem in the list of small words.
var endings = [...]string{"s", "es", "ed", "d", "ing", "ly", "er", "ers"}

// hasSmallStem tells whether a word without its ending is one that text writes
// small.
func (lex lexicon) hasSmallStem(lower string) bool {
	for _, ending := range endings {
		stem, ok := strings.CutSuffix(lower, ending)
		if !ok || len(stem) < 3 {
			continue
		}
		if lex[stem].has(listSmall) || ending[0] != 's' && lex[stem+"e"].has(listSmall) {
			return true
		}
	}
	return false
}
