package recognition

import (
	"newsmap/geo/gazetteer"

	"newsmap/geo/text"
)

// Gazetteer summarises the places that a name may mean. The Count of the summary
// is 0 for a name that the gazetteer does not contain.
type Gazetteer interface {
	Summary(name string) gazetteer.Summary
}

// maxSpan is the maximum length of a place name in tokens.
const maxSpan = 7

// pattern is the word pattern that makes a span a candidate although the
// gazetteer does not contain its name.
type pattern uint8

const (
	patternNone  pattern = iota
	patternTail          // "Foo County"
	patternHead          // "Lake Foo"
	patternNoun          // "the village of Foo"
	patternComma         // "Foo, Texas"
	patternTag           // found by the tagger
)

var patternNames = [...]string{"none", "tail", "head", "noun", "comma", "tag"}

// candidate is a span that may name a place.
type candidate struct {
	first, end int // words; end is exclusive
	name       string
	listed     bool // one of "Clay, Grant and Swift counties"
	summary    gazetteer.Summary
	pattern    pattern
	dateline   bool
	home       proximity // to the home of the document's outlet
	nested     bool      // inside a longer candidate that the gazetteer contains
	score      float64
	margin     float64 // score minus the threshold
}

// candidates returns the candidates of a passage, ordered by their first word and
// then by their length.
func (r *Recognizer) candidates(p *passage, names *nameCache) []candidate {
	var out []candidate
	for _, s := range p.sentences {
		from := len(out)
		for i := s.First; i < s.End; i++ {
			if p.mayStart(i) {
				out = r.startingAt(p, i, s.End, names, out)
			}
		}
		markNested(out[from:])
	}
	return out
}

// mayStart reports whether a place name may start with word i.
func (p *passage) mayStart(i int) bool {
	w := &p.words[i]
	if w.lower == "the" || w.nonPlace {
		return false // the gazetteer ignores a leading article
	}
	if w.capital {
		return true
	}
	// "al-Bab": a particle joined to a capitalised word by a hyphen or a space.
	if w.Kind != text.TokenWord || !isParticle(w.lower) {
		return false
	}
	next := p.at(i+1, i)
	if next != nil && next.text == "-" && !next.Space {
		next = p.at(i+2, i)
	}
	return next != nil && next.capital && p.words[i].runFirst < 0
}

func (r *Recognizer) startingAt(p *passage, i, sentenceEnd int, names *nameCache, out []candidate) []candidate {
	last := min(sentenceEnd, i+maxSpan)
	for j := i + 1; j <= last; j++ {
		if p.mayEnd(i, j) {
			name := p.slice(i, j)
			c := candidate{first: i, end: j, name: name, summary: names.summary(name)}
			if c.summary.Count == 0 {
				c.pattern = p.pattern(i, j, names)
			}
			c.listed = p.listed[i] && p.words[j-1].runEnd == j
			if c.listed && c.pattern == patternNone && c.summary.Count == 0 && p.words[i].runFirst == i {
				c.pattern = patternTail
			}
			if c.summary.Count > 0 || c.pattern != patternNone {
				out = append(out, c)
			}
		}
		if j < last && !p.mayContinue(j) {
			break
		}
	}
	return out
}

// mayEnd reports whether a place name that starts with word i may end before
// word j.
func (p *passage) mayEnd(i, j int) bool {
	w := &p.words[j-1]
	switch w.Kind {
	case text.TokenWord:
		return w.capital
	case text.TokenSuffix:
		// "St. John's", but not "Fleming's".
		return j-2 > i && p.words[i].lists.has(listHead)
	}
	return false
}

// mayContinue reports whether a place name that ends before word j may include
// word j.
func (p *passage) mayContinue(j int) bool {
	w, before := &p.words[j], &p.words[j-1]
	if w.Line || w.nonPlace {
		return false
	}
	switch w.Kind {
	case text.TokenWord:
		if before.Kind == text.TokenPunct && before.text != "-" && before.text != "." && before.text != "–" {
			return false
		}
		return w.capital || isParticle(w.lower) || isConnector(w.lower)
	case text.TokenSuffix:
		return true
	case text.TokenPunct:
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

// pattern returns the word pattern that marks words i to j, a name that the
// gazetteer does not contain, as a place.
func (p *passage) pattern(i, j int, names *nameCache) pattern {
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
	case p.beforeRegion(j, names):
		return patternComma
	}
	return patternNone
}

// afterPlaceNoun reports whether word i follows a place noun and "of", such as
// "village of".
func (p *passage) afterPlaceNoun(i int) bool {
	of, noun := p.at(i-1, i), p.at(i-2, i)
	return of != nil && noun != nil && of.lower == "of" && noun.lists.has(listNoun) && !noun.capital
}

// beforeRegion reports whether a comma and a region, such as ", Texas", start at
// word j.
func (p *passage) beforeRegion(j int, names *nameCache) bool {
	return p.regionAfter(j, names) != 0
}

// regionAfter returns the classes of the state or country that follows a comma at
// word j, or 0 if there is none.
func (p *passage) regionAfter(j int, names *nameCache) gazetteer.Class {
	if j >= len(p.words) || p.words[j].text != "," {
		return 0
	}
	w := p.at(j+1, j)
	if w == nil || !w.capital {
		return 0
	}
	const region = gazetteer.ClassAdmin1 | gazetteer.ClassCountry | gazetteer.ClassAdmin2
	for end := min(w.runEnd, j+4); end > j+1; end-- {
		if s := names.summary(p.slice(j+1, end)); s.Count > 0 && s.Classes.Has(region) {
			return s.Classes & region
		}
	}
	return 0
}

// markNested marks the candidates of one sentence that are inside a longer
// candidate that the gazetteer contains.
func markNested(cs []candidate) {
	for i := range cs {
		for j := i - 1; j >= 0 && cs[i].first-cs[j].first < maxSpan; j-- {
			markIfInside(&cs[j], &cs[i])
		}
		for j := i + 1; j < len(cs) && cs[j].first == cs[i].first; j++ {
			markIfInside(&cs[j], &cs[i])
		}
	}
}

func markIfInside(outer, inner *candidate) {
	if outer.first <= inner.first && outer.end >= inner.end && outer.end-outer.first > inner.end-inner.first && outer.summary.Count > 0 {
		inner.nested = true
	}
}

// nameCache caches the gazetteer's summaries of the names of one document, where
// names are repeated. It is not safe for concurrent use.
type nameCache struct {
	gazetteer Gazetteer
	seen      map[string]gazetteer.Summary
}

func (c *nameCache) summary(name string) gazetteer.Summary {
	if s, ok := c.seen[name]; ok {
		return s
	}
	s := c.gazetteer.Summary(name)
	if s.Count == 0 {
		if long := ExpandAbbreviations(name); long != name {
			s = c.gazetteer.Summary(long)
		}
	}
	c.seen[name] = s
	return s
}
