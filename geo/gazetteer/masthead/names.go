package masthead

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"newsmap/geo/gazetteer"
)

// mastheadWords are what outlets call themselves beside the place that they
// write of. A label of nothing but these names no place, though many of them are
// villages somewhere.
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

// masthead is what the name of an outlet is made of.
type masthead struct {
	place string // the words that may name a place, as they are looked up
	words bool   // newspaper words stand beside it
	state bool   // it is but the abbreviation of a division
}

const (
	// leastMasthead is how many letters a place in a label must have.
	leastMasthead = 4
	// maxLabel bounds the label that is taken apart, as the domain name system does.
	maxLabel = 63
)

// namesIn takes the domain of an outlet and its name apart, and gives the names
// of places that may stand in them: what is left of a label when newspaper words
// are taken off its ends.
func (f *Finder) namesIn(domain, name string) []masthead {
	var out []masthead
	for _, label := range labelsOf(domain) {
		if out = f.inLabel(label); len(out) > 0 {
			break
		}
	}
	return append(out, f.inLabel(labelOf(name))...)
}

// labelsOf returns the labels of a host name that may name a place: the one that
// its owner registered, and the next if that is a newspaper word. What stands
// under the domain of a platform for anybody is none.
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

// labelOf writes the name of an outlet as a label.
func labelOf(name string) string {
	return strings.ReplaceAll(gazetteer.Fold(name), " ", "-")
}

func onlyWords(label string) bool { return wordsFrom(label)[len(label)] }

// wordsFrom tells for each byte of label whether what stands before it is made of
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
			// "in" begins "Inlander": a word so short does not stand first
			if mastheadWords[label[i:end]] && (i > 0 || end > 2 || label[:end] == "my") {
				ok[end] = true
			}
		}
	}
	return ok
}

// wordsTo tells for each byte of label whether what stands from there is made of
// newspaper words.
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

// inLabel returns the places that one label may name, the least of it left over.
func (f *Finder) inLabel(label string) []masthead {
	if len(label) < 2 || len(label) > maxLabel || strings.HasPrefix(label, "xn--") {
		return nil
	}
	from, to := wordsFrom(label), wordsTo(label)
	if from[len(label)] {
		return nil
	}
	var out []masthead
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
			for _, name := range f.spelt(label[i:j], words) {
				if key := gazetteer.Fold(name); !seen[key] {
					seen[key] = true
					out = append(out, masthead{place: name, words: words, state: len(name) < 3})
				}
			}
		}
	}
	return out
}

// spelt returns the names that the gazetteer knows and that are written as part:
// as it stands, with a space somewhere, or two with "and" between.
func (f *Finder) spelt(part string, words bool) []string {
	if len(part) == 2 {
		if words && abbreviated[part] {
			return []string{strings.ToUpper(part)}
		}
		return nil
	}
	if len(part) < leastMasthead || len(part) > 40 {
		return nil
	}
	if names := f.known(part); len(names) > 0 {
		return names
	}
	for i := 3; i+6 <= len(part); i++ {
		if rest, ok := strings.CutPrefix(part[i:], "and"); ok {
			a, b := f.known(part[:i]), f.known(rest)
			if len(a) > 0 && len(b) > 0 {
				return append(a, b...)
			}
		}
	}
	return nil
}

// abbreviated are the abbreviations of divisions that are no words themselves.
var abbreviated = func() map[string]bool {
	out := map[string]bool{}
	for _, a := range strings.Fields("ak ar az ca ct dc fl ga ia il ks ky mi mn mo ms nc nd ne nh nj nm nv ny ri sc sd tn tx ut va vt wi wv wy ab bc mb nb nl ns sk qc") {
		out[a] = true
	}
	return out
}()

// known returns the names of the gazetteer that part may be: as it stands, or with
// one space or two in it.
func (f *Finder) known(part string) []string {
	part = strings.Trim(strings.ReplaceAll(part, "-", " "), " ")
	if len(part) < leastMasthead || onlyWords(strings.ReplaceAll(part, " ", "-")) {
		return nil
	}
	var out []string
	if f.named(part) {
		out = append(out, part)
	}
	for i := 2; i+2 <= len(part); i++ {
		if name := part[:i] + " " + part[i:]; f.named(name) {
			out = append(out, name)
		}
	}
	if len(out) > 0 {
		return out
	}
	for i := 2; i+4 <= len(part); i++ {
		for k := i + 2; k+2 <= len(part); k++ {
			if name := part[:i] + " " + part[i:k] + " " + part[k:]; f.named(name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// homely are the classes that an outlet may be at home in.
const homely = gazetteer.ClassPopulated | gazetteer.ClassAdmin2 | gazetteer.ClassAdmin1 | gazetteer.ClassCountry

// named reports whether the gazetteer knows the name of what an outlet may be at
// home in.
func (f *Finder) named(name string) bool {
	s := f.gazetteer.Summary(name)
	return s.Count > 0 && s.Classes.Has(homely)
}
