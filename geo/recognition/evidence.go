package recognition

import "strings"

// evidence is what the document as a whole shows about its names.
type evidence struct {
	lowercase map[string]bool // words that the document also writes in lower case
	persons   map[string]int  // how often a name is part of a person's name
	names     map[string]*nameEvidence
}

// nameEvidence describes the occurrences of one name in a document.
type nameEvidence struct {
	count     int     // occurrences as a candidate
	afterPrep int     // of these, after a preposition of place
	region    int     // of these, before a region such as ", Texas"
	score     float64 // of the best occurrence, after the first round
	scored    bool
	tagged    int     // occurrences that the tagger read
	place     float32 // sum of the tagger's probabilities of a place
	person    float32 // sum of the tagger's probabilities of a person
}

func newEvidence(passages []*passage, c *casing) *evidence {
	e := &evidence{lowercase: c.lowercase, persons: map[string]int{}, names: map[string]*nameEvidence{}}
	for _, p := range passages {
		for i := range p.words {
			w := &p.words[i]
			if w.runFirst == i && p.styles[w.sentence] == stylePlain {
				e.addPerson(p, i)
			}
		}
	}
	return e
}

// addPerson counts the last name, and the first name if there is one, of the run
// at word i if the run is a person's name.
func (e *evidence) addPerson(p *passage, i int) {
	first, end := i, p.words[i].runEnd
	title := false
	for first < end && p.words[first].lists.has(listTitle) {
		title = true
		first++
	}
	if before := p.at(i-1, i); before != nil && before.lists.has(listTitle) && !before.lists.has(listNoun) {
		title = true
	}
	if first >= end {
		return
	}
	last := &p.words[end-1]
	if last.lists.has(listOrg | listStreet | listTail) {
		return
	}
	named := end-first >= 2 && p.words[first].lists.has(listFirst) && !p.words[first].lists.has(listHead)
	if title && end-first <= 3 || named && end-first <= 4 {
		e.persons[last.lower]++
		if named {
			e.persons[p.words[first].lower]++
		}
	}
}

// addNames counts the candidates of a passage.
func (e *evidence) addNames(p *passage, cs []candidate, names *nameCache) {
	for i := range cs {
		c := &cs[i]
		n := e.forName(c.name)
		n.count++
		if p.tags != nil {
			place, person, _ := p.tagOf(c)
			n.place += place
			n.person += person
			n.tagged++
		}
		if before := p.at(c.first-1, c.first); before != nil && before.lists.has(listPrep) && !before.capital {
			n.afterPrep++
		}
		if p.at(c.end, c.first) != nil && p.regionAfter(c.end, names) != 0 {
			n.region++
		}
	}
}

// addScores records the best score of every name.
func (e *evidence) addScores(cs []candidate) {
	for i := range cs {
		n := e.forName(cs[i].name)
		if !n.scored || cs[i].score > n.score {
			n.score, n.scored = cs[i].score, true
		}
	}
}

// addScores records the best score of the candidates that start at each word and
// of those that end at each word.
func (p *passage) addScores(cs []candidate) {
	p.starting, p.ending = make(map[int]float64, len(cs)), make(map[int]float64, len(cs))
	for i := range cs {
		c := &cs[i]
		if score, ok := p.starting[c.first]; !ok || c.score > score {
			p.starting[c.first] = c.score
		}
		if score, ok := p.ending[c.end]; !ok || c.score > score {
			p.ending[c.end] = c.score
		}
	}
}

func (e *evidence) forName(name string) *nameEvidence {
	key := strings.ToLower(name)
	n := e.names[key]
	if n == nil {
		n = &nameEvidence{}
		e.names[key] = n
	}
	return n
}
