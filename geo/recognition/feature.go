package recognition

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"newsmap/geo/gazetteer"
)

// template is a kind of feature.
type template uint8

const (
	featBias template = iota
	featLength
	featClass      // which kinds of place the name may mean
	featPopulation // of the largest of them
	featProminence
	featCount // how many places
	featMain
	featPattern
	featCase    // how the name is written, by the style of the sentence
	featInitial // first in its sentence, by whether it is a common word
	featSmall   // the document also writes it small
	featNameList
	featCalendar
	featPrev
	featPrev2
	featNext
	featNext2
	featPrevKind
	featNextKind
	featPrevNext
	featRun // where in its run of capitals it stands
	featRunLeft
	featRunRight
	featRunFirst
	featRunLast
	featRunRightWord
	featRunLeftWord
	featCommaAfter
	featCommaBefore
	featHyphen
	featSuffix
	featTail
	featHead
	featPerson
	featPrep
	featRegion
	featOccurs
	featNested
	featDemonym
	featDateline
	featOrgOf
	featClassRun
	featScore // what the first round made of the same name elsewhere
	featNameRun
	featListed
	featMajor // a country, state, continent or large city, by how it is written
	featCompass
	featTagPlace
	featTagClass
	featTagSpan
	featTagPrev
	featTagNext
	featTagDocument
	featJoined  // what the first round made of the names that a comma or "and" joins to it
	featHome    // how near to the outlet's home one of its places lies
	featHomeOwn // the outlet bears the name
	featHomePosition
	featHomeInitial
	templateCount
)

var templateNames = [templateCount]string{
	"bias", "length", "class", "population", "prominence", "count", "main", "pattern", "case", "initial", "small",
	"name_list", "calendar", "prev", "prev2", "next", "next2", "prev_kind", "next_kind", "prev_next", "run", "run_left",
	"run_right", "run_first", "run_last", "run_right_word", "run_left_word", "comma_after", "comma_before", "hyphen",
	"suffix", "tail", "head", "person", "prep", "region", "occurs", "nested", "demonym", "dateline", "org_of",
	"class_run", "score", "name_run", "listed", "major", "compass",
	"tag_place", "tag_class", "tag_span", "tag_prev", "tag_next", "tag_document", "joined",
	"home", "home_own", "home_position", "home_initial",
}

// feature is one thing that is true of a candidate: of a template, with a word
// or a small number or both.
type feature struct {
	template template
	number   uint16
	word     string
}

// kinds of neighbouring words, the most telling first.
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
	kindSmall
	kindCount
)

func kindOf(w *word) uint16 {
	if w == nil {
		return kindNone
	}
	switch w.Kind {
	case TokenNumber:
		return kindNumber
	case TokenSuffix:
		return kindSuffix
	case TokenPunct:
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
		return kindSmall
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

// featurizer lists the features of candidates of one passage.
type featurizer struct {
	p     *passage
	e     *evidence
	known *memo
	out   []feature
}

func (f *featurizer) add(t template, number uint16, word string) {
	f.out = append(f.out, feature{template: t, number: number, word: word})
}

func (f *featurizer) flag(t template, on bool) {
	if on {
		f.add(t, 1, "")
	}
}

// features lists what is true of c. The slice is used again by the next call.
func (f *featurizer) features(c *candidate, second bool) []feature {
	f.out = f.out[:0]
	f.add(featBias, 0, "")
	f.ofName(c)
	f.ofLetters(c)
	f.ofNeighbours(c)
	f.ofRun(c)
	f.ofDocument(c, second)
	f.ofTags(c)
	f.ofHome(c)
	return f.out
}

// ofName lists what the gazetteer and the lists know of the name.
func (f *featurizer) ofName(c *candidate) {
	s, single := &c.summary, c.end-c.first == 1
	f.add(featLength, uint16(min(c.end-c.first, 4)), "")
	f.add(featPattern, uint16(c.pattern), "")
	w := &f.p.words[c.first]
	if s.Count > 0 {
		length := uint16(min(c.end-c.first, 2))
		major := uint16(bit(s.Prominence >= majorProminence))
		for classes := uint16(s.Classes); classes != 0; classes &= classes - 1 {
			f.add(featClass, uint16(bits.TrailingZeros16(classes))<<3|major<<2|length, "")
		}
		if s.Prominence >= majorProminence {
			f.add(featMajor, length, "")
		}
		f.add(featPopulation, uint16(min(digits(s.MaxPopulation), 8))<<2|length, "")
		f.add(featProminence, uint16(s.Prominence*10)<<2|length, "")
		f.add(featCount, uint16(min(bits.Len(uint(s.Count)), 6))<<2|length, "")
		f.add(featMain, uint16(bit(s.Main)), "")
		if c.demonym() {
			f.add(featDemonym, kindOf(f.p.at(c.end, c.first)), "")
		}
	}
	if single {
		l := w.lists
		f.add(featNameList, uint16(bit(l.has(listFirst))|bit(l.has(listLast))<<1|bit(l.has(listCommon))<<2), "")
		if l.has(listOrg | listStreet | listTail | listNoun | listHead) {
			f.add(featNameList, 1<<3|kindOf(w)<<4, "")
		}
		if l.has(listCommon) {
			f.add(featNameList, 1<<9|uint16(bit(w.upper))<<2|uint16(f.p.styles[w.sentence]), "")
		}
		f.flag(featCalendar, l.has(listCalendar))
		f.flag(featCompass, l.has(listCompass))
		f.add(featSuffix, 0, ending(w.lower))
	}
	last := &f.p.words[c.end-1]
	if !single && last.lists.has(listTail|listOrg|listStreet) {
		f.add(featTail, kindOf(last), last.lower)
	}
	if !single && w.lists.has(listHead) {
		f.add(featHead, 0, w.lower)
	}
}

// majorProminence parts countries, states and large cities from the rest.
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

// ending is the last three code points of s.
func ending(s string) string {
	i := len(s)
	for n := 0; n < 3 && i > 0; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:]
}

// ofLetters lists how the name is written.
func (f *featurizer) ofLetters(c *candidate) {
	w := &f.p.words[c.first]
	style := uint16(f.p.styles[w.sentence])
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
	f.add(featCase, shape<<2|style, "")
	if c.summary.Classes.Has(gazetteer.ClassAbbreviation) {
		f.add(featCase, 1<<8|shape<<2|style, "")
	}
	single := c.end-c.first == 1
	if w.initial {
		f.add(featInitial, uint16(bit(single)|bit(w.lists.has(listCommon))<<1|int(style)<<2), "")
	}
	f.flag(featSmall, single && f.e.small[w.lower])
}

// ofNeighbours lists the words beside the name.
func (f *featurizer) ofNeighbours(c *candidate) {
	p := f.p
	prev, prev2 := p.at(c.first-1, c.first), p.at(c.first-2, c.first)
	next, next2 := p.at(c.end, c.first), p.at(c.end+1, c.first)
	f.neighbour(featPrev, prev)
	f.neighbour(featNext, next)
	f.neighbour(featPrev2, prev2)
	f.neighbour(featNext2, next2)
	pk, nk := kindOf(prev), kindOf(next)
	style := uint16(p.styles[p.words[c.first].sentence])
	f.add(featPrevKind, pk<<2|style, "")
	f.add(featNextKind, nk<<2|style, "")
	f.add(featPrevNext, pk*kindCount+nk, "")
	if classes := p.regionAfter(c.end, f.known); next != nil && classes != 0 {
		f.add(featCommaAfter, uint16(classes), "")
	}
	if prev != nil && prev.text == "," && prev2 != nil && prev2.capital {
		f.add(featCommaBefore, f.beforeComma(c, prev2), "")
	}
	if next != nil && next.text == "-" && !next.Space && next2 != nil {
		f.add(featHyphen, uint16(bit(next2.capital)), next2.lower)
	}
	if prev != nil && prev2 != nil && prev.text == "-" && !prev.Space && !p.words[c.first].Space {
		// "R-Marshall", "Nicosia-based"
		f.add(featHyphen, 2|uint16(bit(prev2.upper)), prev2.lower)
	}
	if prev != nil && prev.lower == "of" && prev2 != nil {
		f.add(featOrgOf, kindOf(prev2), prev2.lower)
	}
}

// beforeComma tells of a name after "X," whether X is known and whether the
// name is a state, a country or a town.
func (f *featurizer) beforeComma(c *candidate, before *word) uint16 {
	known := f.known.look(f.p.slice(before.runFirst, c.first-1)).Count > 0
	return uint16(bit(known)) | uint16(c.summary.Classes&(gazetteer.ClassAdmin1|gazetteer.ClassCountry|gazetteer.ClassAdmin2|gazetteer.ClassAbbreviation))<<1
}

// neighbour adds a word beside the name, small words and marks by themselves
// and capitalised ones by their kind: names in the training text are no lesson.
func (f *featurizer) neighbour(t template, w *word) {
	switch {
	case w == nil:
		f.add(t, 1, "")
	case w.Kind == TokenNumber:
		f.add(t, 2, "")
	case w.capital && w.lists&^unlearnt == 0 && len(w.text) > 3:
		f.add(t, 3, "")
	default:
		f.add(t, 0, w.lower)
	}
}

// ofRun lists where the name stands in its run of capitalised words and what
// stands beside it there.
func (f *featurizer) ofRun(c *candidate) {
	p := f.p
	first, end := p.words[c.first].runFirst, p.words[c.end-1].runEnd
	if first < 0 {
		first = c.first
	}
	end = max(end, c.end)
	atStart, atEnd := first >= c.first, end <= c.end
	position := uint16(bit(atStart) | bit(atEnd)<<1)
	style := uint16(p.styles[p.words[c.first].sentence])
	f.add(featRun, position<<2|style, "")
	if c.summary.Count > 0 {
		for classes := uint16(c.summary.Classes); classes != 0; classes &= classes - 1 {
			f.add(featClassRun, uint16(bits.TrailingZeros16(classes))<<4|uint16(bit(c.summary.Prominence >= majorProminence))<<2|position, "")
		}
		f.add(featNameRun, uint16(digits(c.summary.MaxPopulation))<<4|position<<2|style, "")
	}
	f.flag(featNested, c.nested)
	f.flag(featListed, c.listed)
	if !atStart {
		left := &p.words[c.first-1]
		f.add(featRunLeft, kindOf(left)<<2|style, "")
		f.add(featRunFirst, kindOf(&p.words[first]), "")
		if left.lists&^unlearnt != 0 && left.lists&(listFirst|listLast) == 0 {
			f.add(featRunLeftWord, 0, left.lower)
		}
	}
	if !atEnd {
		right := &p.words[c.end]
		f.add(featRunRight, kindOf(right)<<2|style, "")
		f.add(featRunLast, kindOf(&p.words[end-1]), "")
		if right.lists&^unlearnt != 0 && right.lists&(listFirst|listLast) == 0 {
			f.add(featRunRightWord, 0, right.lower)
		}
	}
}

// ofDocument lists what the rest of the document says of the name.
func (f *featurizer) ofDocument(c *candidate, second bool) {
	n := f.e.of(c.name)
	last := &f.p.words[c.end-1]
	if c.end-c.first == 1 {
		f.add(featPerson, uint16(min(f.e.persons[last.lower], 3)), "")
	}
	f.add(featPrep, uint16(min(n.afterPrep, 3)), "")
	f.add(featRegion, uint16(min(n.region, 2)), "")
	f.add(featOccurs, uint16(min(n.count, 5)), "")
	f.flag(featDateline, c.dateline)
	if second {
		f.add(featScore, scoreStep(n.score), "")
		f.ofJoined(c)
	}
}

// scoreStep maps a score to one of 13 steps.
func scoreStep(score float64) uint16 { return uint16(max(0, min(12, int(score)+6))) }

// ofJoined lists what the first round made of the names before and after c that
// a comma, "and" or "or" joins to it: in a list one place speaks for the others.
func (f *featurizer) ofJoined(c *candidate) {
	p := f.p
	if end := p.listGoesOn(c.first); end > 0 && p.at(end-1, c.first) != nil {
		f.add(featJoined, f.bestAt(p.ending, end), "")
	}
	if first := p.listFollows(c.end); first > 0 && p.at(first, c.first) != nil {
		f.add(featJoined, 1<<5|f.bestAt(p.starting, first), "")
	}
}

// bestAt is the step of the best score at word i, and a step of its own where no
// candidate stands there.
func (f *featurizer) bestAt(best map[int]float64, i int) uint16 {
	score, ok := best[i]
	if !ok {
		return 1 << 4
	}
	return scoreStep(score)
}
