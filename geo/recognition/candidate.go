package recognition

import (
	"newsmap/geo/gazetteer"
)

// Gazetteer is what recognition asks of a gazetteer: what kinds of place a name
// may mean, at a glance. Summary.Count is 0 for a name that it does not know.
type Gazetteer interface {
	Known(name string) gazetteer.Summary
}

// maxSpan bounds a place name, in tokens.
const maxSpan = 7

// pattern says which form of words makes a span a candidate although the
// gazetteer does not know its name.
type pattern uint8

const (
	patternNone  pattern = iota
	patternTail          // "Foo County"
	patternHead          // "Lake Foo"
	patternNoun          // "the village of Foo"
	patternComma         // "Foo, Texas"
	patternTag           // the tagger says so
)

var patternNames = [...]string{"none", "tail", "head", "noun", "comma", "tag"}

// candidate is a span that may name a place.
type candidate struct {
	first, end int // words, half open
	name       string
	listed     bool // one of "Clay, Grant and Swift counties"
	summary    gazetteer.Summary
	pattern    pattern
	dateline   bool
	home       nearHome
	nested     bool // lies inside a longer candidate that the gazetteer knows
	score      float64
	gain       float64 // score above what it must reach
}

// candidates lists the candidates of a passage in order of their first word,
// then of their length.
func (r *Recognizer) candidates(p *passage, known *memo) []candidate {
	var out []candidate
	for _, s := range p.sentences {
		from := len(out)
		for i := s.First; i < s.End; i++ {
			if p.mayStart(i) {
				out = r.startingAt(p, i, s.End, known, out)
			}
		}
		markNested(out[from:])
	}
	return out
}

// mayStart tells whether a place name may start with word i.
func (p *passage) mayStart(i int) bool {
	w := &p.words[i]
	if w.lower == "the" || w.thing {
		return false // an article belongs to no name; the gazetteer folds it away
	}
	if w.capital {
		return true
	}
	// "al-Bab": a particle that a hyphen or space binds to a capital.
	if w.Kind != TokenWord || !isParticle(w.lower) {
		return false
	}
	next := p.at(i+1, i)
	if next != nil && next.text == "-" && !next.Space {
		next = p.at(i+2, i)
	}
	return next != nil && next.capital && p.words[i].runFirst < 0
}

func (r *Recognizer) startingAt(p *passage, i, sentenceEnd int, known *memo, out []candidate) []candidate {
	last := min(sentenceEnd, i+maxSpan)
	for j := i + 1; j <= last; j++ {
		if p.mayEnd(i, j) {
			name := p.slice(i, j)
			c := candidate{first: i, end: j, name: name, summary: known.look(name)}
			if c.summary.Count == 0 {
				c.pattern = p.pattern(i, j, known)
			}
			c.listed = p.listed[i] && p.words[j-1].runEnd == j
			if c.listed && c.pattern == patternNone && c.summary.Count == 0 && p.words[i].runFirst == i {
				c.pattern = patternTail
			}
			if c.summary.Count > 0 || c.pattern != patternNone {
				out = append(out, c)
			}
		}
		if j < last && !p.mayGoOn(j) {
			break
		}
	}
	return out
}

// mayEnd tells whether a place name from i may end before word j.
func (p *passage) mayEnd(i, j int) bool {
	w := &p.words[j-1]
	switch w.Kind {
	case TokenWord:
		return w.capital
	case TokenSuffix:
		// "St. John's", but not "Fleming's".
		return j-2 > i && p.words[i].lists.has(listHead)
	}
	return false
}

// mayGoOn tells whether a place name that ends before word j may go on with it.
func (p *passage) mayGoOn(j int) bool {
	w, before := &p.words[j], &p.words[j-1]
	if w.Line || w.thing {
		return false
	}
	switch w.Kind {
	case TokenWord:
		if before.Kind == TokenPunct && before.text != "-" && before.text != "." && before.text != "–" {
			return false
		}
		return w.capital || isParticle(w.lower) || isConnector(w.lower)
	case TokenSuffix:
		return true
	case TokenPunct:
		return w.text == "-" && !w.Space || w.text == "." && len(before.text) <= 3 && !w.Space || w.text == "–" && !w.Space
	}
	return false
}

func isConnector(lower string) bool {
	switch lower {
	case "of", "the", "and", "on", "upon", "in", "sur", "aux", "under", "by", "les", "et", "e", "i", "am", "an", "na", "pod", "nad":
		return true
	}
	return false
}

// pattern tells by which form of words the unknown name of words i to j is a
// place.
func (p *passage) pattern(i, j int, known *memo) pattern {
	for k := i; k < j; k++ {
		if !p.words[k].capital {
			return patternNone
		}
	}
	last, n := &p.words[j-1], j-i
	switch {
	case n >= 2 && n <= 4 && last.lists.has(listTail) && !p.words[i].lists.has(listCommon|listTitle):
		return patternTail
	case n >= 2 && n <= 3 && p.words[i].lists.has(listHead) && !last.lists.has(listOrg):
		return patternHead
	case n > 3 || p.words[i].runFirst != i || p.words[i].runEnd != j:
		return patternNone
	case p.afterPlaceNoun(i):
		return patternNoun
	case p.beforeRegion(j, known):
		return patternComma
	}
	return patternNone
}

// afterPlaceNoun tells whether "village of" or the like stands before word i.
func (p *passage) afterPlaceNoun(i int) bool {
	of, noun := p.at(i-1, i), p.at(i-2, i)
	return of != nil && noun != nil && of.lower == "of" && noun.lists.has(listNoun) && !noun.capital
}

// beforeRegion tells whether ", Texas" or the like stands at word j.
func (p *passage) beforeRegion(j int, known *memo) bool {
	return p.regionAfter(j, known) != 0
}

// regionAfter gives the classes of the state or country that stands after a
// comma at word j, 0 if there is none.
func (p *passage) regionAfter(j int, known *memo) gazetteer.Class {
	if j >= len(p.words) || p.words[j].text != "," {
		return 0
	}
	w := p.at(j+1, j)
	if w == nil || !w.capital {
		return 0
	}
	const region = gazetteer.ClassAdmin1 | gazetteer.ClassCountry | gazetteer.ClassAdmin2
	for end := min(w.runEnd, j+4); end > j+1; end-- {
		if s := known.look(p.slice(j+1, end)); s.Count > 0 && s.Classes.Has(region) {
			return s.Classes & region
		}
	}
	return 0
}

// markNested marks the candidates of one sentence that a longer known one
// covers.
func markNested(cs []candidate) {
	for i := range cs {
		for j := i - 1; j >= 0 && cs[i].first-cs[j].first < maxSpan; j-- {
			cover(&cs[j], &cs[i])
		}
		for j := i + 1; j < len(cs) && cs[j].first == cs[i].first; j++ {
			cover(&cs[j], &cs[i])
		}
	}
}

func cover(outer, inner *candidate) {
	if outer.first <= inner.first && outer.end >= inner.end && outer.end-outer.first > inner.end-inner.first && outer.summary.Count > 0 {
		inner.nested = true
	}
}

// memo remembers what the gazetteer said within one document, where names come
// again and again. It is not safe for concurrent use.
type memo struct {
	gazetteer Gazetteer
	seen      map[string]gazetteer.Summary
}

func (m *memo) look(name string) gazetteer.Summary {
	if s, ok := m.seen[name]; ok {
		return s
	}
	s := m.gazetteer.Known(name)
	if s.Count == 0 {
		if long := Expand(name); long != name {
			s = m.gazetteer.Known(long)
		}
	}
	m.seen[name] = s
	return s
}
