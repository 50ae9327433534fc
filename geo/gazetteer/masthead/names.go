package masthead

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"newsmap/geo/gazetteer"
)

// mastheadWords are the words of outlet names other than places. A label that only
// contains these words does not name a place, although many of them are also names
// of villages.
var mastheadWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`
		the this is my our your in of on at for and from inside
		local online today now live net web digital media info site page pages
		news newspaper newspapers paper papers newsonline network group
		daily weekly sunday saturday morning evening night nightly day dailies monthly
		times time press post herald tribune trib chronicle gazette observer courier star sun sentinel
		journal record reporter register review ledger leader mail mirror messenger monitor advertiser advocate
		argus banner beacon bee bugle bulletin bulletins call citizen clarion constitution countrylife democrat dispatch
		eagle echo enquirer inquirer enterprise examiner express free globe guardian gleaner headlight
		independent intelligencer item items letter light line link patriot pilot pioneer plain planet plus
		progress recorder republic republican signal spectator standard state statesman telegram
		telegraph telegrapher transcript truth union vindicator voice watch watchman whig world
		outlook view views viewer venture visitor villager weeklies shopper sentry scene
		radio tv fm am channel report reports crier freepress hub insider scoop buzz patch wire
		county valley area metro city region regional community communities town
		north south east west central northern southern eastern western greater
		zeitung anzeiger nachrichten tageblatt tagblatt kurier bote post allgemeine rundschau blatt echo presse
		diario noticias periodico correo heraldo voz prensa gaceta el la de del los las
		jornal folha correio gazeta noticia
		le les journal depeche courrier presse matin soir actu infos nouvelles republicain
		giornale corriere gazzettino gazzetta notizie
		dagblad krant nieuws courant avis tidende nyheter posten dagbladet avisa bladet tidning allehanda lehti sanomat
		vesti novosti gazeta nowiny glos kurier
	`) {
		words[w] = true
	}
	return words
}()

// outletName is a possible place name in the name of an outlet.
type outletName struct {
	place        string
	words        bool // newspaper words are next to the place
	abbreviation bool // the place is the abbreviation of a division
}

const (
	// minPlaceLetters is the minimum number of letters of a place in a label.
	minPlaceLetters = 4
	// maxLabel is the maximum length of a label in the domain name system.
	maxLabel = 63
)

// namesIn returns the possible place names in the domain and the name of an outlet:
// what remains of a label without the newspaper words at its ends.
func (f *Finder) namesIn(domain, name string) []outletName {
	var out []outletName
	for _, label := range labelsOf(domain) {
		if out = f.parseLabel(label); len(out) > 0 {
			break
		}
	}
	return append(out, f.parseLabel(labelOf(name))...)
}

// labelsOf returns the labels of a host name that may name a place: the registered
// label, joined with the next one if exactly one of them only contains newspaper
// words. It returns nil for subdomains of hosting platforms.
func labelsOf(domain string) []string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	domain, _, _ = strings.Cut(domain, ":")
	suffix, listed := publicsuffix.PublicSuffix(domain)
	rest, ok := strings.CutSuffix(domain, "."+suffix)
	if !ok || !listed || rest == "" {
		return nil
	}
	labels := strings.Split(rest, ".")
	own := labels[len(labels)-1]
	if len(labels) == 1 || labels[0] == "www" {
		return []string{own}
	}
	// "chronicle.place.com" and "place.chronicle.com"
	next := labels[len(labels)-2]
	switch ownWords, nextWords := onlyWords(own), onlyWords(next); {
	case ownWords && !nextWords:
		return []string{next + "-" + own}
	case nextWords && !ownWords:
		return []string{own + "-" + next}
	}
	return []string{own}
}

// labelOf returns the name of an outlet as a label.
func labelOf(name string) string {
	return strings.ReplaceAll(gazetteer.Fold(name), " ", "-")
}

func onlyWords(label string) bool { return wordsFrom(label)[len(label)] }

// wordsFrom reports for each offset of label whether the part before it only contains
// newspaper words.
func wordsFrom(label string) []bool {
	ok := make([]bool, len(label)+1)
	ok[0] = true
	for i := range label {
		if !ok[i] {
			continue
		}
		if label[i] == '-' || label[i] >= '0' && label[i] <= '9' {
			ok[i+1] = true
			continue
		}
		for end := i + 1; end <= len(label) && end <= i+14; end++ {
			// A label does not start with so short a word: "Inlander".
			if mastheadWords[label[i:end]] && (i > 0 || end > 2 || label[:end] == "my") {
				ok[end] = true
			}
		}
	}
	return ok
}

// wordsTo reports for each offset of label whether the part from there on only
// contains newspaper words.
func wordsTo(label string) []bool {
	ok := make([]bool, len(label)+1)
	ok[len(label)] = true
	for i := len(label) - 1; i >= 0; i-- {
		if label[i] == '-' || label[i] >= '0' && label[i] <= '9' {
			ok[i] = ok[i+1]
			continue
		}
		for end := i + 1; end <= len(label) && end <= i+14; end++ {
			if ok[end] && mastheadWords[label[i:end]] && (end-i > 2 || label[i:end] == "tv") {
				ok[i] = true
			}
		}
	}
	return ok
}

// parseLabel returns the possible place names in a label.
func (f *Finder) parseLabel(label string) []outletName {
	if len(label) < 2 || len(label) > maxLabel || strings.HasPrefix(label, "xn--") {
		return nil
	}
	from, to := wordsFrom(label), wordsTo(label)
	if from[len(label)] {
		return nil
	}
	var out []outletName
	seen := map[string]bool{}
	for i := range label {
		if !from[i] || label[i] == '-' {
			continue
		}
		for j := len(label); j > i; j-- {
			if !to[j] || label[j-1] == '-' {
				continue
			}
			words := i > 0 || j < len(label)
			for _, name := range f.spelledNames(label[i:j], words) {
				if key := gazetteer.Fold(name); !seen[key] {
					seen[key] = true
					out = append(out, outletName{place: name, words: words, abbreviation: len(name) < 3})
				}
			}
		}
	}
	return out
}

// spelledNames returns the names in the gazetteer that part may spell: one name, with
// or without spaces, or two names joined by "and".
func (f *Finder) spelledNames(part string, words bool) []string {
	if len(part) == 2 {
		if words && divisionAbbreviations[part] {
			return []string{strings.ToUpper(part)}
		}
		return nil
	}
	if len(part) < minPlaceLetters || len(part) > 40 {
		return nil
	}
	if names := f.knownNames(part); len(names) > 0 {
		return names
	}
	for i := 3; i+6 <= len(part); i++ {
		if rest, ok := strings.CutPrefix(part[i:], "and"); ok {
			a, b := f.knownNames(part[:i]), f.knownNames(rest)
			if len(a) > 0 && len(b) > 0 {
				return append(a, b...)
			}
		}
	}
	return nil
}

// divisionAbbreviations are the abbreviations of divisions that are not also words.
var divisionAbbreviations = func() map[string]bool {
	out := map[string]bool{}
	for _, a := range strings.Fields(`
		ak ar az ca ct dc fl ga ia il ks ky mi mn mo ms nc nd ne nh nj nm nv ny ri sc sd tn tx ut va vt wi wv wy
		ab bc mb nb nl ns sk qc`) {
		out[a] = true
	}
	return out
}()

// knownNames returns the names in the gazetteer that equal part, or part with one or
// two spaces added.
func (f *Finder) knownNames(part string) []string {
	part = strings.Trim(strings.ReplaceAll(part, "-", " "), " ")
	if len(part) < minPlaceLetters || onlyWords(strings.ReplaceAll(part, " ", "-")) {
		return nil
	}
	var out []string
	if f.isHome(part) {
		out = append(out, part)
	}
	for i := 2; i+2 <= len(part); i++ {
		if name := part[:i] + " " + part[i:]; f.isHome(name) {
			out = append(out, name)
		}
	}
	if len(out) > 0 {
		return out
	}
	for i := 2; i+4 <= len(part); i++ {
		for k := i + 2; k+2 <= len(part); k++ {
			if name := part[:i] + " " + part[i:k] + " " + part[k:]; f.isHome(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// homeClasses are the classes of places that may be the home of an outlet.
const homeClasses = gazetteer.ClassPopulated | gazetteer.ClassAdmin2 | gazetteer.ClassAdmin1 | gazetteer.ClassCountry

// isHome reports whether the gazetteer contains a place with this name that may be
// the home of an outlet.
func (f *Finder) isHome(name string) bool {
	s := f.gazetteer.Summary(name)
	return s.Count > 0 && s.Classes.Has(homeClasses)
}
