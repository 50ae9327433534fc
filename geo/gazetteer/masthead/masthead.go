package masthead

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// Gazetteer is what guessing asks of a gazetteer.
type Gazetteer interface {
	// Lookup returns the places that a name may mean, the best first.
	Lookup(name string, limit int) []geo.Candidate
	// Summary tells what the gazetteer knows of a name by folded equality alone.
	Summary(name string) gazetteer.Summary
}

// Finder guesses where outlets are at home. It is safe for concurrent use if its
// gazetteer is.
type Finder struct {
	gazetteer Gazetteer
	guessed   cache
}

// NewFinder makes a Finder over g.
func NewFinder(g Gazetteer) *Finder { return &Finder{gazetteer: g} }

// maxCandidates bounds the places that one name of an outlet may mean.
const maxCandidates = 120

// Guess is a place that an outlet which no table lists may be at home in.
type Guess struct {
	Place geo.Place
	Class gazetteer.Class
	Name  string  // folded, as the outlet's own name has it
	Prior float64 // probability before a document is looked at
}

const (
	// maxGuesses bounds the guesses of one outlet.
	maxGuesses = 24
	// Least is the probability that a guess must have, and leastGuessed that of all
	// of them together; below it the outlet's name says nothing.
	Least, leastGuessed = 0.001, 0.25
	// maxDomain bounds a host name, in bytes, as the domain name system does.
	maxDomain = 253
)

// The weights of a guess, as a logistic choice among all of them and none, fitted
// to the homes of the bundled outlets.
const (
	guessScore   = 4.9 // of the logarithm of the gazetteer's score
	guessPeople  = 1.4 // of that of the population, as featPopulation
	guessUS      = 2.4 // under a domain that is no country's
	guessEnglish = 1.5 // the same, of other countries whose papers write in English
	guessOwn     = 1.7 // under its country's domain
	guessWords   = 0.8 // newspaper words beside the name
	guessLength  = 1.9 // twelfths of letters
	guessShort   = -1.2
	guessAdmin2  = 1.5
	guessAdmin1  = -2.1
	guessBase    = -0.25
)

// utility is what speaks for a candidate of a name that the outlet bears.
func utility(c *geo.Candidate, m *masthead, country string) float64 {
	u := guessBase + guessScore*math.Log(max(c.Score, 1e-4)) + guessPeople*math.Log10(float64(1+c.Place.Population))/7 +
		guessLength*float64(min(len(m.place), 12))/12
	switch {
	case country != "":
		u += guessOwn
	case c.Place.Country == "US":
		u += guessUS
	case slices.Contains([]string{"GB", "CA", "AU", "IE", "NZ"}, c.Place.Country):
		u += guessEnglish
	}
	if m.words {
		u += guessWords
	}
	if m.state {
		u += guessShort
	}
	switch class := gazetteer.ClassOf(c.Place.FeatureCode); {
	case class.Has(gazetteer.ClassAdmin2):
		u += guessAdmin2
	case class.Has(gazetteer.ClassAdmin1):
		u += guessAdmin1
	}
	return u
}

// Guesses returns the places that the outlet of a document may be at home in, by
// its domain and name alone, the likeliest first. The slice is not to be written to.
func (f *Finder) Guesses(domain, name string) []Guess {
	if len(name) > 2*maxLabel {
		name = "" // a sentence, not a name
	}
	if domain == "" && name == "" || len(domain) > maxDomain {
		return nil
	}
	key := domain + "\x00" + name
	if out, ok := f.guessed.get(key); ok {
		return out
	}
	out := f.guessHomes(domain, name)
	f.guessed.put(key, out)
	return out
}

func (f *Finder) guessHomes(domain, name string) []Guess {
	country := CountryOf(domain)
	var out []Guess
	sum := 1.0 // the chance that it is none of them
	for _, m := range f.namesIn(domain, name) {
		for _, c := range f.gazetteer.Lookup(m.place, maxCandidates) {
			class := gazetteer.ClassOf(c.Place.FeatureCode)
			fits := c.Match <= geo.MatchFolded && !m.state || m.state && c.Match == geo.MatchAbbreviation && class.Has(gazetteer.ClassAdmin1)
			if !fits || !class.Has(homely) || country != "" && c.Place.Country != country ||
				slices.ContainsFunc(out, func(g Guess) bool { return g.Place.ID == c.Place.ID }) {
				continue
			}
			g := Guess{Place: c.Place, Class: class, Name: gazetteer.Fold(m.place), Prior: math.Exp(utility(&c, &m, country))}
			sum += g.Prior
			out = append(out, g)
		}
	}
	var all float64
	for i := range out {
		out[i].Prior /= sum
		all += out[i].Prior
	}
	if all < leastGuessed {
		return nil
	}
	out = slices.DeleteFunc(out, func(g Guess) bool { return g.Prior < Least })
	slices.SortStableFunc(out, func(a, b Guess) int { return cmp.Compare(b.Prior, a.Prior) })
	return slices.Clip(out[:min(len(out), maxGuesses)])
}

// maxGuessed bounds the outlets whose guesses are kept. A feed brings the same
// few again and again.
const maxGuessed = 4096

// cache keeps the guesses of outlets. It is safe for concurrent use. When it
// is full it forgets the older half.
type cache struct {
	mu         sync.Mutex
	young, old map[string][]Guess
}

func (c *cache) get(key string) ([]Guess, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if out, ok := c.young[key]; ok {
		return out, true
	}
	out, ok := c.old[key]
	if ok {
		c.add(key, out)
	}
	return out, ok
}

func (c *cache) put(key string, out []Guess) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(strings.Clone(key), out)
}

func (c *cache) add(key string, out []Guess) {
	if c.young == nil || len(c.young) >= maxGuessed/2 {
		c.young, c.old = make(map[string][]Guess), c.young
	}
	c.young[key] = out
}

// CountryOf returns the country of a host name's top-level domain, where
// that is one in which a country's own outlets write; empty otherwise.
func CountryOf(domain string) string {
	tld := domain[strings.LastIndexByte(domain, '.')+1:]
	switch tld {
	case "uk":
		return "GB"
	case "io", "co", "me", "tv", "ai", "fm", "to", "cc", "ws", "ly", "gg", "sh", "la", "vc", "ac", "eu", "su", "am", "im", "nu", "st", "tk", "ml", "ga", "cf", "gq", "pw", "bz":
		return "" // sold to anybody, or not a country's
	}
	if len(tld) != 2 || tld == domain {
		return ""
	}
	return strings.ToUpper(tld)
}
