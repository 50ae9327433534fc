package recognition

import (
	"bufio"
	"strings"

	"newsmap/geo/gazetteer"
)

// phrases finds the listed things that are called after places, by their first
// word.
type phrases map[string][][]string

func newPhrases() (phrases, error) {
	f, err := lexiconFiles.Open("lexicon/phrases.txt")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := phrases{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		entry, _, _ := strings.Cut(sc.Text(), "#")
		if words := strings.Fields(entry); len(words) > 0 {
			out[words[0]] = append(out[words[0]], words)
		}
	}
	return out, sc.Err()
}

// longest gives the end of the longest phrase that starts at word i, i if none
// does.
func (ps phrases) longest(p *passage, i int) int {
	best := i
	for _, words := range ps[p.words[i].lower] {
		if end := p.matches(i, words); end > best {
			best = end
		}
	}
	return best
}

// matches gives the end of words if they stand at word i, the last one also in
// the plural; else i.
func (p *passage) matches(i int, words []string) int {
	if i+len(words) > len(p.words) {
		return i
	}
	for k, want := range words {
		w := &p.words[i+k]
		switch {
		case k > 0 && w.sentence != p.words[i].sentence:
			return i
		case w.lower == want:
		case k > 0 && k == len(words)-1 && strings.TrimSuffix(w.lower, "s") == want:
		default:
			return i
		}
	}
	return i + len(words)
}

// markThings marks the words that name a thing, however a place is called: those
// of listed phrases, of currencies ("US$ 5m"), of firms and of languages.
func (p *passage) markThings(ps phrases, known *memo) {
	for i := range p.words {
		w := &p.words[i]
		if w.Kind != TokenWord {
			continue
		}
		if end := ps.longest(p, i); end > i && p.anyCapital(i, end) {
			for k := i; k < end; k++ {
				p.words[k].thing = true
			}
		}
		if w.capital && (p.currency(i) || p.firm(i, known) || p.language(i, known)) {
			w.thing = true
		}
	}
}

func (p *passage) anyCapital(first, end int) bool {
	for i := first; i < end; i++ {
		if p.words[i].capital {
			return true
		}
	}
	return false
}

// currency tells whether a sign of money is written to word i.
func (p *passage) currency(i int) bool {
	next := p.at(i+1, i)
	if next == nil || next.Space || !p.words[i].upper && len(p.words[i].text) > 1 {
		return false
	}
	switch next.text {
	case "$", "€", "£", "¥":
		return true
	}
	return false
}

// firm tells whether word i, by itself, is the name of a firm that a town has
// too, where nothing says that the town is meant.
func (p *passage) firm(i int, known *memo) bool {
	w := &p.words[i]
	if !w.lists.has(listBrand) || w.runFirst != i {
		return false
	}
	if before := p.at(i-1, i); before != nil {
		switch before.lower {
		case "in", "near", "outside", "around", "downtown":
			return false
		}
	}
	const region = gazetteer.ClassAdmin1 | gazetteer.ClassCountry
	return w.runEnd == i+1 && (known == nil || !p.regionAfter(i+1, known).Has(region))
}

// language tells whether word i is a people's name that stands for its language:
// "she speaks Spanish", "written in French."
func (p *passage) language(i int, known *memo) bool {
	w, before := &p.words[i], p.at(i-1, i)
	if before == nil || w.runFirst != i || w.runEnd != i+1 {
		return false
	}
	if before.lower == "and" || before.lower == "or" || before.text == "," {
		before = p.at(i-2, i)
		if before == nil || !before.thing || known == nil || !known.look(before.text).Classes.Has(gazetteer.ClassDemonym) {
			return false
		}
		return p.alone(i) && known.look(w.text).Classes.Has(gazetteer.ClassDemonym)
	}
	switch before.lower {
	case "speak", "speaks", "spoke", "speaking", "spoken", "fluent", "broken":
	case "in", "into", "learn", "learns", "learned", "learning", "teach", "teaches", "taught", "teaching", "study", "studies", "studied", "studying":
		if !p.alone(i) {
			return false
		}
	default:
		return false
	}
	return known != nil && known.look(w.text).Classes == gazetteer.ClassDemonym
}

// alone tells whether no word follows word i that it could belong to.
func (p *passage) alone(i int) bool {
	next := p.at(i+1, i)
	if next == nil {
		return true
	}
	switch next.lower {
	case "and", "or", "as", "at", "with", "to", "for", "but":
		return true
	}
	return next.Kind == TokenPunct && next.text != "-" && next.text != "–"
}
