package recognition

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/text"
)

// word is a token with its lexicon lists and the properties of its letters.
type word struct {
	text.Token
	text, lower string
	lists       lists
	capital     bool // starts with a capital, or may belong to a name where letter case is not informative
	joinsRun    bool // belongs to the same run as the capitalised words next to it
	upper       bool // has two or more capitals and no other letters
	initial     bool // first word of its sentence
	nonPlace    bool // part of a phrase that does not name a place
	sentence    int
	runFirst    int // the run of capitalised words that contains it, -1 if none
	runEnd      int
}

// passage is one field of a document, prepared for finding candidates.
type passage struct {
	field     geo.Field
	text      string
	words     []word
	sentences []text.Sentence
	styles    []style // by sentence
	tags      []tag   // by word; nil without a tagger
	// starting and ending hold the best first-round score of the candidates that
	// start or end at a word.
	starting, ending map[int]float64
	listed           map[int]bool // words that start a name in "Clay, Grant and Swift counties"
}

// style is how a sentence uses capitals.
type style uint8

const (
	stylePlain     style = iota
	styleHeadline        // most words start with a capital
	styleUppercase       // all letters are capitals
	styleLowercase       // the passage is written without capitals
)

// newPassage splits a text into words and sentences. The caller must call
// applyCasing next.
func newPassage(field geo.Field, content string, lex lexicon) *passage {
	tokens := text.Tokenize(content)
	p := &passage{field: field, text: content, words: make([]word, len(tokens)), sentences: text.Sentences(content, tokens)}
	for i, t := range tokens {
		p.words[i] = newWord(content, t, lex)
	}
	p.styles = make([]style, len(p.sentences))
	lowercase := p.lacksCapitals()
	for s, sentence := range p.sentences {
		p.styles[s] = p.styleOf(sentence)
		if lowercase && !p.hasCapital(sentence) {
			p.styles[s] = styleLowercase
		}
		first := true
		for i := sentence.First; i < sentence.End; i++ {
			w := &p.words[i]
			w.sentence = s
			if w.Kind != text.TokenPunct && first {
				w.initial, first = true, false
			}
		}
	}
	return p
}

// applyCasing decides which words may belong to names in sentences whose letter
// case is not informative, and joins capitalised words into runs. names may be
// nil.
func (p *passage) applyCasing(c *casing, names *nameCache) {
	for s, sentence := range p.sentences {
		if p.styles[s] != stylePlain {
			p.recase(sentence, c, names)
		}
		p.findRuns(sentence)
	}
	p.findLists()
}

func newWord(content string, t text.Token, lex lexicon) word {
	w := word{Token: t, text: content[t.Start:t.End], runFirst: -1, runEnd: -1}
	w.lower = strings.ToLower(w.text)
	if t.Kind != text.TokenWord {
		return w
	}
	w.lists = lex[w.lower]
	if w.lists == 0 && strings.HasSuffix(w.lower, ".") {
		w.lists = lex[w.lower[:len(w.lower)-1]]
	}
	first, _ := utf8.DecodeRuneInString(w.text)
	w.capital = unicode.IsUpper(first) || unicode.Is(unicode.Lo, first)
	w.joinsRun = w.capital
	w.upper = allUpper(w.text)
	return w
}

func allUpper(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters >= 2
}

func (p *passage) styleOf(s text.Sentence) style {
	words, capital, upper := 0, 0, 0
	for i := s.First; i < s.End; i++ {
		w := &p.words[i]
		if w.Kind != text.TokenWord || len(w.text) < 4 {
			continue
		}
		words++
		if w.capital {
			capital++
		}
		if w.upper {
			upper++
		}
	}
	switch {
	case words >= 2 && upper*5 >= words*4:
		return styleUppercase
	case words >= 3 && capital*5 >= words*4:
		return styleHeadline
	}
	return stylePlain
}

// findRuns joins consecutive capitalised words, and the hyphens and name
// particles between them, into runs: "Abu Bakr al-Baghdadi" is one run.
func (p *passage) findRuns(s text.Sentence) {
	for i := s.First; i < s.End; {
		if !p.words[i].capital {
			i++
			continue
		}
		end := i + 1
		for p.words[i].joinsRun && end < s.End {
			next := p.continueRun(end, s.End)
			if next < 0 {
				break
			}
			end = next
		}
		for k := i; k < end; k++ {
			p.words[k].runFirst, p.words[k].runEnd = i, end
		}
		i = end
	}
}

// maxListed is the maximum number of names in one list.
const maxListed = 24

// findLists finds "Clay, Grant and Swift counties", whose names mean counties.
func (p *passage) findLists() {
	p.listed = map[int]bool{}
	for i := range p.words {
		if !isPluralTail(p.words[i].lower) {
			continue
		}
		end := i
		for n := 0; n < maxListed; n++ {
			last := p.at(end-1, i)
			if last == nil || !last.capital || last.runFirst < 0 || last.runEnd != end {
				break
			}
			p.listed[last.runFirst] = true
			end = p.previousListed(last.runFirst)
		}
	}
}

// previousListed returns the end of the name before the one that starts at word
// i, or 0 if no comma, "and" or "or" joins them.
func (p *passage) previousListed(i int) int {
	from := i
	for i > 0 && i > from-2 && isListSeparator(p.words[i-1].lower) {
		i--
	}
	if i == from {
		return 0
	}
	return i
}

// nextListed returns the first word of the name after the one that ends before
// word i, or 0 if no comma, "and" or "or" joins them.
func (p *passage) nextListed(i int) int {
	from := i
	for i < len(p.words) && i < from+2 && isListSeparator(p.words[i].lower) {
		i++
	}
	if i == from || i == len(p.words) {
		return 0
	}
	return i
}

func isListSeparator(lower string) bool {
	switch lower {
	case ",", "and", "or", "&":
		return true
	}
	return false
}

func isPluralTail(lower string) bool {
	switch lower {
	case "counties", "parishes", "townships", "provinces", "districts", "governorates", "boroughs", "cities", "towns", "villages",
		"rivers", "lakes", "islands", "creeks":
		return true
	}
	return false
}

// continueRun returns the end of the run including the next word of a name from
// word i on, or -1 if the run ends before word i.
func (p *passage) continueRun(i, end int) int {
	for n := 0; i < end && n < 3; n++ {
		w := &p.words[i]
		switch {
		case w.joinsRun && w.Kind == text.TokenWord:
			return i + 1
		case w.text == "-" && !w.Space && i+1 < end && !p.words[i+1].Space:
		case isParticle(w.lower) && w.Kind == text.TokenWord:
		default:
			return -1
		}
		i++
	}
	return -1
}

func isParticle(lower string) bool {
	switch lower {
	case "al", "el", "de", "la", "du", "des", "da", "dos", "del", "di", "von", "van", "der", "den", "bin", "ibn", "abu",
		"ez", "es", "as", "ad", "ar", "ash", "az", "le", "y", "san":
		return true
	}
	return false
}

// at returns word i, or nil if it is not in the same sentence as word anchor.
func (p *passage) at(i, anchor int) *word {
	if i < 0 || i >= len(p.words) || p.words[i].sentence != p.words[anchor].sentence {
		return nil
	}
	return &p.words[i]
}

// slice returns the text of words first to end.
func (p *passage) slice(first, end int) string {
	return p.text[p.words[first].Start:p.words[end-1].End]
}
