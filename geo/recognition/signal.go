package recognition

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"newsmap/geo/gazetteer"

	"newsmap/geo/text"
)

// template is a kind of signal.
type template uint8

const (
	signalBias template = iota
	signalLength
	signalClass      // the kinds of place that the name may mean
	signalPopulation // of the largest of these places
	signalProminence
	signalCount // of these places
	signalMain
	signalPattern
	signalCase      // how the name is written, and the style of the sentence
	signalInitial   // the name starts its sentence, and whether it is a common word
	signalLowercase // the document also writes it in lower case
	signalNameList
	signalCalendar
	signalPrev
	signalPrev2
	signalNext
	signalNext2
	signalPrevKind
	signalNextKind
	signalPrevNext
	signalRun // its position in its run of capitalised words
	signalRunLeft
	signalRunRight
	signalRunFirst
	signalRunLast
	signalRunRightWord
	signalRunLeftWord
	signalCommaAfter
	signalCommaBefore
	signalHyphen
	signalSuffix
	signalTail
	signalHead
	signalPerson
	signalPrep
	signalRegion
	signalOccurs
	signalNested
	signalDemonym
	signalDateline
	signalOrgOf
	signalClassRun
	signalScore // of the same name elsewhere in the first round
	signalNameRun
	signalListed
	signalMajor // a country, state, continent or large city
	signalCompass
	signalTagPlace
	signalTagClass
	signalTagSpan
	signalTagPrev
	signalTagNext
	signalTagDocument
	signalJoined  // first-round scores of the names that a comma or "and" joins to it
	signalHome    // how near the outlet's home one of its places is
	signalHomeOwn // the outlet's name contains the name
	signalHomePosition
	signalHomeInitial
	templateCount
)

// templateNames are the names of the templates in model files. Do not change
// them: stored models would become unreadable.
var templateNames = [templateCount]string{
	"bias", "length", "class", "population", "prominence", "count", "main", "pattern", "case", "initial", "small",
	"name_list", "calendar", "prev", "prev2", "next", "next2", "prev_kind", "next_kind", "prev_next", "run", "run_left",
	"run_right", "run_first", "run_last", "run_right_word", "run_left_word", "comma_after", "comma_before", "hyphen",
	"suffix", "tail", "head", "person", "prep", "region", "occurs", "nested", "demonym", "dateline", "org_of",
	"class_run", "score", "name_run", "listed", "major", "compass",
	"tag_place", "tag_class", "tag_span", "tag_prev", "tag_next", "tag_document", "joined",
	"home", "home_own", "home_position", "home_initial",
}

// signal is a property of a candidate: a template with a word, a small number or
// both.
type signal struct {
	template template
	number   uint16
	word     string
}

// The kinds of neighbouring words, the most informative first.
const (
	kindNone uint16 = iota
	kindComma
	kindStop
	kindOpen
	kindDash
	kindMark
	kindNumber
	kindSuffix
	kindStreet
	kindOrg
	kindTail
	kindTitle
	kindPrep
	kindSpeech
	kindNoun
	kindFirstLast
	kindFirst
	kindLast
	kindCalendar
	kindCompass
	kindHead
	kindCommonCapital
	kindCapital
	kindLowercase
	kindCount
)

func kindOf(w *word) uint16 {
	if w == nil {
		return kindNone
	}
	switch w.Kind {
	case text.TokenNumber:
		return kindNumber
	case text.TokenSuffix:
		return kindSuffix
	case text.TokenPunct:
		return kindOfMark(w.text)
	}
	if !w.capital {
		switch {
		case w.lists.has(listPrep):
			return kindPrep
		case w.lists.has(listSpeech):
			return kindSpeech
		case w.lists.has(listTitle):
			return kindTitle
		case w.lists.has(listNoun | listTail):
			return kindNoun
		}
		return kindLowercase
	}
	switch {
	case w.lists.has(listCompass):
		return kindCompass
	case w.lists.has(listStreet):
		return kindStreet
	case w.lists.has(listTail):
		return kindTail
	case w.lists.has(listOrg):
		return kindOrg
	case w.lists.has(listTitle):
		return kindTitle
	case w.lists.has(listCalendar):
		return kindCalendar
	case w.lists.has(listFirst) && w.lists.has(listLast):
		return kindFirstLast
	case w.lists.has(listFirst):
		return kindFirst
	case w.lists.has(listLast):
		return kindLast
	case w.lists.has(listHead):
		return kindHead
	case w.lists.has(listCommon):
		return kindCommonCapital
	}
	return kindCapital
}

func kindOfMark(s string) uint16 {
	switch s {
	case ",":
		return kindComma
	case ".", "!", "?", ";", ":":
		return kindStop
	case "(", "[", "\"", "“", "‘", "«":
		return kindOpen
	case "-", "–", "—", "/":
		return kindDash
	}
	return kindMark
}

// signalBuilder lists the signals of the candidates of one passage.
type signalBuilder struct {
	p     *passage
	e     *evidence
	names *nameCache
	out   []signal
}

func (b *signalBuilder) add(t template, number uint16, word string) {
	b.out = append(b.out, signal{template: t, number: number, word: word})
}

func (b *signalBuilder) addFlag(t template, on bool) {
	if on {
		b.add(t, 1, "")
	}
}

// signals returns the signals of c. second is true in the second round. The next
// call reuses the slice.
func (b *signalBuilder) signals(c *candidate, second bool) []signal {
	b.out = b.out[:0]
	b.add(signalBias, 0, "")
	b.addName(c)
	b.addLetters(c)
	b.addNeighbours(c)
	b.addRun(c)
	b.addDocument(c, second)
	b.addTags(c)
	b.addHome(c)
	return b.out
}

// addName adds what the gazetteer and the word lists contain about the name.
func (b *signalBuilder) addName(c *candidate) {
	s, single := &c.summary, c.end-c.first == 1
	b.add(signalLength, uint16(min(c.end-c.first, 4)), "")
	b.add(signalPattern, uint16(c.pattern), "")
	w := &b.p.words[c.first]
	if s.Count > 0 {
		length := uint16(min(c.end-c.first, 2))
		major := uint16(bit(s.Prominence >= majorProminence))
		for classes := uint16(s.Classes); classes != 0; classes &= classes - 1 {
			b.add(signalClass, uint16(bits.TrailingZeros16(classes))<<3|major<<2|length, "")
		}
		if s.Prominence >= majorProminence {
			b.add(signalMajor, length, "")
		}
		b.add(signalPopulation, uint16(min(digits(s.MaxPopulation), 8))<<2|length, "")
		b.add(signalProminence, uint16(s.Prominence*10)<<2|length, "")
		b.add(signalCount, uint16(min(bits.Len(uint(s.Count)), 6))<<2|length, "")
		b.add(signalMain, uint16(bit(s.Main)), "")
		if c.mayBeDemonym() {
			b.add(signalDemonym, kindOf(b.p.at(c.end, c.first)), "")
		}
	}
	if single {
		l := w.lists
		b.add(signalNameList, uint16(bit(l.has(listFirst))|bit(l.has(listLast))<<1|bit(l.has(listCommon))<<2), "")
		if l.has(listOrg | listStreet | listTail | listNoun | listHead) {
			b.add(signalNameList, 1<<3|kindOf(w)<<4, "")
		}
		if l.has(listCommon) {
			b.add(signalNameList, 1<<9|uint16(bit(w.upper))<<2|uint16(b.p.styles[w.sentence]), "")
		}
		b.addFlag(signalCalendar, l.has(listCalendar))
		b.addFlag(signalCompass, l.has(listCompass))
		b.add(signalSuffix, 0, ending(w.lower))
	}
	last := &b.p.words[c.end-1]
	if !single && last.lists.has(listTail|listOrg|listStreet) {
		b.add(signalTail, kindOf(last), last.lower)
	}
	if !single && w.lists.has(listHead) {
		b.add(signalHead, 0, w.lower)
	}
}

// majorProminence is the minimum prominence of countries, states and large cities.
const majorProminence = 0.75

func digits(n int64) int {
	d := 0
	for ; n > 0; n /= 10 {
		d++
	}
	return d
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ending returns the last three code points of s.
func ending(s string) string {
	i := len(s)
	for n := 0; n < 3 && i > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

// addLetters adds how the name is written.
func (b *signalBuilder) addLetters(c *candidate) {
	w := &b.p.words[c.first]
	style := uint16(b.p.styles[w.sentence])
	var shape uint16
	switch {
	case strings.Contains(c.name, "."):
		shape = 1
	case allUpper(c.name) && utf8.RuneCountInString(c.name) == 2:
		shape = 2
	case allUpper(c.name) && utf8.RuneCountInString(c.name) <= 4:
		shape = 3
	case allUpper(c.name):
		shape = 4
	case !w.capital:
		shape = 5
	}
	b.add(signalCase, shape<<2|style, "")
	if c.summary.Classes.Has(gazetteer.ClassAbbreviation) {
		b.add(signalCase, 1<<8|shape<<2|style, "")
	}
	single := c.end-c.first == 1
	if w.initial {
		b.add(signalInitial, uint16(bit(single)|bit(w.lists.has(listCommon))<<1|int(style)<<2), "")
	}
	b.addFlag(signalLowercase, single && b.e.lowercase[w.lower])
}

// addNeighbours adds the words next to the name.
func (b *signalBuilder) addNeighbours(c *candidate) {
	p := b.p
	prev, prev2 := p.at(c.first-1, c.first), p.at(c.first-2, c.first)
	next, next2 := p.at(c.end, c.first), p.at(c.end+1, c.first)
	b.addNeighbour(signalPrev, prev)
	b.addNeighbour(signalNext, next)
	b.addNeighbour(signalPrev2, prev2)
	b.addNeighbour(signalNext2, next2)
	pk, nk := kindOf(prev), kindOf(next)
	style := uint16(p.styles[p.words[c.first].sentence])
	b.add(signalPrevKind, pk<<2|style, "")
	b.add(signalNextKind, nk<<2|style, "")
	b.add(signalPrevNext, pk*kindCount+nk, "")
	if classes := p.regionAfter(c.end, b.names); next != nil && classes != 0 {
		b.add(signalCommaAfter, uint16(classes), "")
	}
	if prev != nil && prev.text == "," && prev2 != nil && prev2.capital {
		b.add(signalCommaBefore, b.beforeComma(c, prev2), "")
	}
	if next != nil && next.text == "-" && !next.Space && next2 != nil {
		b.add(signalHyphen, uint16(bit(next2.capital)), next2.lower)
	}
	if prev != nil && prev2 != nil && prev.text == "-" && !prev.Space && !p.words[c.first].Space {
		// "R-Marshall", "Nicosia-based"
		b.add(signalHyphen, 2|uint16(bit(prev2.upper)), prev2.lower)
	}
	if prev != nil && prev.lower == "of" && prev2 != nil {
		b.add(signalOrgOf, kindOf(prev2), prev2.lower)
	}
}

// beforeComma describes a name after "X,": whether the gazetteer contains X, and
// whether the name is a state, a country, a county or an abbreviation.
func (b *signalBuilder) beforeComma(c *candidate, before *word) uint16 {
	const region = gazetteer.ClassAdmin1 | gazetteer.ClassCountry | gazetteer.ClassAdmin2 | gazetteer.ClassAbbreviation
	known := b.names.summary(b.p.slice(before.runFirst, c.first-1)).Count > 0
	return uint16(bit(known)) | uint16(c.summary.Classes&region)<<1
}

// addNeighbour adds a word next to the name. Numbers and capitalised words outside
// the word lists count by their kind only, because the names in the training text
// do not generalise.
func (b *signalBuilder) addNeighbour(t template, w *word) {
	switch {
	case w == nil:
		b.add(t, 1, "")
	case w.Kind == text.TokenNumber:
		b.add(t, 2, "")
	case w.capital && w.lists&^ruleLists == 0 && len(w.text) > 3:
		b.add(t, 3, "")
	default:
		b.add(t, 0, w.lower)
	}
}

// addRun adds the position of the name in its run of capitalised words and the
// words next to it in that run.
func (b *signalBuilder) addRun(c *candidate) {
	p := b.p
	first, end := p.words[c.first].runFirst, p.words[c.end-1].runEnd
	if first < 0 {
		first = c.first
	}
	end = max(end, c.end)
	atStart, atEnd := first >= c.first, end <= c.end
	position := uint16(bit(atStart) | bit(atEnd)<<1)
	style := uint16(p.styles[p.words[c.first].sentence])
	b.add(signalRun, position<<2|style, "")
	if c.summary.Count > 0 {
		for classes := uint16(c.summary.Classes); classes != 0; classes &= classes - 1 {
			b.add(signalClassRun, uint16(bits.TrailingZeros16(classes))<<4|uint16(bit(c.summary.Prominence >= majorProminence))<<2|position, "")
		}
		b.add(signalNameRun, uint16(digits(c.summary.MaxPopulation))<<4|position<<2|style, "")
	}
	b.addFlag(signalNested, c.nested)
	b.addFlag(signalListed, c.listed)
	if !atStart {
		left := &p.words[c.first-1]
		b.add(signalRunLeft, kindOf(left)<<2|style, "")
		b.add(signalRunFirst, kindOf(&p.words[first]), "")
		if left.lists&^ruleLists != 0 && left.lists&(listFirst|listLast) == 0 {
			b.add(signalRunLeftWord, 0, left.lower)
		}
	}
	if !atEnd {
		right := &p.words[c.end]
		b.add(signalRunRight, kindOf(right)<<2|style, "")
		b.add(signalRunLast, kindOf(&p.words[end-1]), "")
		if right.lists&^ruleLists != 0 && right.lists&(listFirst|listLast) == 0 {
			b.add(signalRunRightWord, 0, right.lower)
		}
	}
}

// addDocument adds what the rest of the document shows about the name.
func (b *signalBuilder) addDocument(c *candidate, second bool) {
	n := b.e.forName(c.name)
	last := &b.p.words[c.end-1]
	if c.end-c.first == 1 {
		b.add(signalPerson, uint16(min(b.e.persons[last.lower], 3)), "")
	}
	b.add(signalPrep, uint16(min(n.afterPrep, 3)), "")
	b.add(signalRegion, uint16(min(n.region, 2)), "")
	b.add(signalOccurs, uint16(min(n.count, 5)), "")
	b.addFlag(signalDateline, c.dateline)
	if second {
		b.add(signalScore, scoreStep(n.score), "")
		b.addJoined(c)
	}
}

// scoreStep maps a score to one of 13 steps.
func scoreStep(score float64) uint16 { return uint16(max(0, min(12, int(score)+6))) }

// addJoined adds the first-round scores of the names before and after c that a
// comma, "and" or "or" joins to it: one place in a list makes it likelier that
// the others are places too.
func (b *signalBuilder) addJoined(c *candidate) {
	p := b.p
	if end := p.previousListed(c.first); end > 0 && p.at(end-1, c.first) != nil {
		b.add(signalJoined, b.bestAt(p.ending, end), "")
	}
	if first := p.nextListed(c.end); first > 0 && p.at(first, c.first) != nil {
		b.add(signalJoined, 1<<5|b.bestAt(p.starting, first), "")
	}
}

// bestAt returns the step of the best score at word i, or a separate step if no
// candidate is there.
func (b *signalBuilder) bestAt(best map[int]float64, i int) uint16 {
	score, ok := best[i]
	if !ok {
		return 1 << 4
	}
	return scoreStep(score)
}
