package recognition

import (
	"bufio"
	"strings"

	"newsmap/geo/gazetteer"

	"newsmap/geo/text"
)

// phrases are the listed phrases that contain a place name but do not name a
// place, by their first word.
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

// longest returns the end of the longest phrase that starts at word i, or i if
// none does.
func (ps phrases) longest(p *passage, i int) int {
	best := i
	for _, words := range ps[p.words[i].lower] {
		if end := p.matches(i, words); end > best {
			best = end
		}
	}
	return best
}

// matches returns the end of the phrase words if it starts at word i, or else i.
// The last word may also be in the plural.
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

// markNonPlaces marks the words that do not name a place although a place has the
// same name: those of listed phrases, currencies ("US$ 5m"), companies and
// languages.
func (p *passage) markNonPlaces(ps phrases, names *nameCache) {
	for i := range p.words {
		w := &p.words[i]
		if w.Kind != text.TokenWord {
			continue
		}
		if end := ps.longest(p, i); end > i && p.anyCapital(i, end) {
			for k := i; k < end; k++ {
				p.words[k].nonPlace = true
			}
		}
		if w.capital && (p.isCurrency(i) || p.isCompany(i, names) || p.isLanguage(i, names)) {
			w.nonPlace = true
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

// isCurrency reports whether a currency sign follows word i without a space.
func (p *passage) isCurrency(i int) bool {
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

// isCompany reports whether word i alone is the name of a company that is also
// the name of a town, and the words around it do not indicate the town.
func (p *passage) isCompany(i int, names *nameCache) bool {
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
	return w.runEnd == i+1 && (names == nil || !p.regionAfter(i+1, names).Has(region))
}

// isLanguage reports whether word i is a demonym that means a language: "she
// speaks Spanish", "written in French."
func (p *passage) isLanguage(i int, names *nameCache) bool {
	w, before := &p.words[i], p.at(i-1, i)
	if before == nil || w.runFirst != i || w.runEnd != i+1 {
		return false
	}
	if before.lower == "and" || before.lower == "or" || before.text == "," {
		before = p.at(i-2, i)
		if before == nil || !before.nonPlace || names == nil || !names.summary(before.text).Classes.Has(gazetteer.ClassDemonym) {
			return false
		}
		return p.endsNounPhrase(i) && names.summary(w.text).Classes.Has(gazetteer.ClassDemonym)
	}
	switch before.lower {
	case "speak", "speaks", "spoke", "speaking", "spoken", "fluent", "broken":
	case "in", "into", "learn", "learns", "learned", "learning", "teach", "teaches", "taught", "teaching",
		"study", "studies", "studied", "studying":
		if !p.endsNounPhrase(i) {
			return false
		}
	default:
		return false
	}
	return names != nil && names.summary(w.text).Classes == gazetteer.ClassDemonym
}

// endsNounPhrase reports whether word i does not modify a word that follows it.
func (p *passage) endsNounPhrase(i int) bool {
	next := p.at(i+1, i)
	if next == nil {
		return true
	}
	switch next.lower {
	case "and", "or", "as", "at", "with", "to", "for", "but":
		return true
	}
	return next.Kind == text.TokenPunct && next.text != "-" && next.text != "–"
}
