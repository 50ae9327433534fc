package recognition

import (
	"strings"

	"newsmap/geo/text"
)

// casing records how a document writes its words where letter case is
// informative: in sentences that are not headlines and are not written all in
// capitals or all in lower case.
type casing struct {
	lexicon     lexicon
	lowercase   map[string]bool // written in lower case
	capitalized map[string]bool // written with a capital other than as the first word
}

func casingOf(lex lexicon, passages []*passage) *casing {
	c := &casing{lexicon: lex, lowercase: map[string]bool{}, capitalized: map[string]bool{}}
	for _, p := range passages {
		for i := range p.words {
			w := &p.words[i]
			switch {
			case w.Kind != text.TokenWord || p.styles[w.sentence] != stylePlain:
			case !w.capital:
				c.lowercase[w.lower] = true
			case !w.initial:
				c.capitalized[w.lower] = true
			}
		}
	}
	return c
}

const (
	// wordsPerCapital is the minimum number of words for each capitalised one in
	// a text that counts as written without capitals.
	wordsPerCapital = 40
	// minKnownProminence is the minimum prominence of a name of several words that
	// counts as a name although the document writes its words in lower case
	// elsewhere: "Ivory Coast".
	minKnownProminence = 0.6
	maxKnownWords      = 4 // in such a name
)

// lacksCapitals reports whether the passage is written without capitals, so that
// their absence is not informative.
func (p *passage) lacksCapitals() bool {
	words, capitals := 0, 0
	for i := range p.words {
		if p.words[i].Kind == text.TokenWord {
			words++
			capitals += bit(p.words[i].capital)
		}
	}
	return words >= 2 && capitals*wordsPerCapital <= words
}

// recase decides which words of a sentence may belong to a name, from the way
// the document writes them elsewhere and the way text commonly writes them. In a
// headline every capitalised word may still be a name of its own.
func (p *passage) recase(s text.Sentence, c *casing, names *nameCache) {
	style := p.styles[p.words[s.First].sentence]
	for i := s.First; i < s.End; i++ {
		w := &p.words[i]
		if w.Kind != text.TokenWord || !w.capital && style != styleLowercase {
			continue
		}
		w.joinsRun = !c.isLowercase(w, style) && !p.inAddress(i)
		if style != styleHeadline {
			w.capital = w.joinsRun
		}
	}
	if names == nil {
		return
	}
	for i := s.First; i < s.End; i++ {
		if w := &p.words[i]; w.Kind == text.TokenWord && w.lower != "the" && (style != styleHeadline || w.capital) {
			p.markKnownName(i, s.End, names)
		}
	}
}

// inAddress reports whether word i is part of an address: "desk@news.example".
func (p *passage) inAddress(i int) bool {
	for _, k := range [...]int{i - 1, i + 1} {
		if w := p.at(k, i); w == nil || p.words[max(i, k)].Space || w.Kind != text.TokenPunct {
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

// markKnownName marks the words of a well-known name of several words that starts
// with word i.
func (p *passage) markKnownName(i, sentenceEnd int, names *nameCache) {
	for end := min(i+maxKnownWords, sentenceEnd); end > i+1; end-- {
		if w := &p.words[end-1]; w.Kind != text.TokenWord || !p.separatedBySpaces(i, end) {
			continue
		}
		if s := names.summary(p.slice(i, end)); s.Count > 0 && s.Main && s.Prominence >= minKnownProminence {
			for k := i; k < end; k++ {
				w := &p.words[k]
				w.joinsRun = w.joinsRun || !isParticle(w.lower) && !isConnector(w.lower)
				w.capital = w.capital || w.joinsRun
			}
			return
		}
	}
}

// separatedBySpaces reports whether only spaces separate words i to end.
func (p *passage) separatedBySpaces(i, end int) bool {
	for k := i + 1; k < end; k++ {
		if w := &p.words[k]; w.Kind != text.TokenWord || w.Line || !w.Space {
			return false
		}
	}
	return true
}

// isLowercase reports whether w would be in lower case in the middle of a
// sentence.
func (c *casing) isLowercase(w *word, style style) bool {
	const parts = listOrg | listTail | listHead | listTitle | listCompass
	lowercase, capitalized := c.lowercase[w.lower], c.capitalized[w.lower]
	switch {
	case lowercase != capitalized:
		return lowercase
	case w.lists.has(listLowercase):
		return style == styleLowercase || !w.lists.has(parts)
	case style == styleHeadline:
		return false
	}
	return c.lexicon.hasLowercaseStem(w.lower)
}

// endings are removed from a word to find its stem in the list of lower-case
// words.
var endings = [...]string{"s", "es", "ed", "d", "ing", "ly", "er", "ers"}

// hasLowercaseStem reports whether the list of lower-case words contains the stem
// of a word.
func (lex lexicon) hasLowercaseStem(lower string) bool {
	for _, ending := range endings {
		stem, ok := strings.CutSuffix(lower, ending)
		if !ok || len(stem) < 3 {
			continue
		}
		if lex[stem].has(listLowercase) || ending[0] != 's' && lex[stem+"e"].has(listLowercase) {
			return true
		}
	}
	return false
}
