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

// Gazetteer is the part of a gazetteer that a Finder needs.
type Gazetteer interface {
	// Lookup returns the places that a name may mean, the best first.
	Lookup(name string, limit int) []geo.Candidate
	// Summary summarises the places whose folded name equals the folded name.
	Summary(name string) gazetteer.Summary
}

// Finder guesses the homes of outlets. It is safe for concurrent use if its gazetteer
// is.
type Finder struct {
	gazetteer Gazetteer
	cache     cache
}

// NewFinder returns a Finder that uses g.
func NewFinder(g Gazetteer) *Finder { return &Finder{gazetteer: g} }

// maxCandidates is the maximum number of places of one name.
const maxCandidates = 120

// Guess is a possible home of an outlet.
type Guess struct {
	Place geo.Place
	Class gazetteer.Class
	Name  string  // folded, as in the outlet's name
	Prior float64 // probability before reading a document
}

const (
	// maxGuesses is the maximum number of guesses of one outlet.
	maxGuesses = 24
	// MinProbability is the minimum probability of a guess.
	MinProbability = 0.001
	// minTotalProbability is the minimum sum of the probabilities of all guesses.
	minTotalProbability = 0.25
	// maxDomain is the maximum length of a host name in bytes in the domain name
	// system.
	maxDomain = 253
)

// The weights of a multinomial logistic model that chooses one of the guesses or
// none, fitted to the homes of the listed outlets.
const (
	guessScore          = 4.9 // of the logarithm of the gazetteer's score
	guessPopulation     = 1.4 // of the logarithm of the population
	guessGenericUS      = 2.4 // a place in the US and a generic domain such as .com
	guessGenericEnglish = 1.5 // a place in another English-speaking country and a generic domain
	guessCountryDomain  = 1.7 // the domain of the place's country
	guessWords          = 0.8 // newspaper words next to the name
	guessLength         = 1.9 // of the number of letters divided by 12, at most 1
	guessAbbreviation   = -1.2
	guessAdmin2         = 1.5
	guessAdmin1         = -2.1
	guessBase           = -0.25
)

// utility returns the log odds of a candidate of a name in the outlet's name.
func utility(c *geo.Candidate, m *outletName, country string) float64 {
	u := guessBase + guessScore*math.Log(max(c.Score, 1e-4)) + guessPopulation*math.Log10(float64(1+c.Place.Population))/7 +
		guessLength*float64(min(len(m.place), 12))/12
	switch {
	case country != "":
		u += guessCountryDomain
	case c.Place.Country == "US":
		u += guessGenericUS
	case slices.Contains([]string{"GB", "CA", "AU", "IE", "NZ"}, c.Place.Country):
		u += guessGenericEnglish
	}
	if m.words {
		u += guessWords
	}
	if m.abbreviation {
		u += guessAbbreviation
	}
	switch class := gazetteer.ClassOf(c.Place.FeatureCode); {
	case class.Has(gazetteer.ClassAdmin2):
		u += guessAdmin2
	case class.Has(gazetteer.ClassAdmin1):
		u += guessAdmin1
	}
	return u
}

// Guesses returns the possible homes of the outlet with a domain and a name, the
// likeliest first. Either may be empty. The caller must not change the slice.
func (f *Finder) Guesses(domain, name string) []Guess {
	if len(name) > 2*maxLabel {
		name = "" // a sentence, not a name
	}
	if domain == "" && name == "" || len(domain) > maxDomain {
		return nil
	}
	key := domain + "\x00" + name
	if out, ok := f.cache.get(key); ok {
		return out
	}
	out := f.guessHomes(domain, name)
	f.cache.put(key, out)
	return out
}

func (f *Finder) guessHomes(domain, name string) []Guess {
	country := CountryOf(domain)
	var out []Guess
	sum := 1.0 // the weight of none of them
	for _, m := range f.namesIn(domain, name) {
		for _, c := range f.gazetteer.Lookup(m.place, maxCandidates) {
			class := gazetteer.ClassOf(c.Place.FeatureCode)
			matches := c.Match <= geo.MatchFolded && !m.abbreviation ||
				m.abbreviation && c.Match == geo.MatchAbbreviation && class.Has(gazetteer.ClassAdmin1)
			if !matches || !class.Has(homeClasses) || country != "" && c.Place.Country != country ||
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
	if all < minTotalProbability {
		return nil
	}
	out = slices.DeleteFunc(out, func(g Guess) bool { return g.Prior < MinProbability })
	slices.SortStableFunc(out, func(a, b Guess) int { return cmp.Compare(b.Prior, a.Prior) })
	return slices.Clip(out[:min(len(out), maxGuesses)])
}

// maxCached is the maximum number of outlets in the cache.
const maxCached = 4096

// cache contains the guesses of outlets. It is safe for concurrent use. When it is
// full, it drops the older half.
type cache struct {
	mu            sync.Mutex
	recent, older map[string][]Guess
}

func (c *cache) get(key string) ([]Guess, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if out, ok := c.recent[key]; ok {
		return out, true
	}
	out, ok := c.older[key]
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
	if c.recent == nil || len(c.recent) >= maxCached/2 {
		c.recent, c.older = make(map[string][]Guess), c.recent
	}
	c.recent[key] = out
}

// CountryOf returns the country of a host name's top-level domain, or "" if the
// domain does not indicate a country.
func CountryOf(domain string) string {
	tld := domain[strings.LastIndexByte(domain, '.')+1:]
	switch tld {
	case "uk":
		return "GB"
	case "io", "co", "me", "tv", "ai", "fm", "to", "cc", "ws", "ly", "gg", "sh", "la", "vc", "ac", "eu", "su", "am", "im", "nu",
		"st", "tk", "ml", "ga", "cf", "gq", "pw", "bz":
		return "" // sold worldwide, or not of a country
	}
	if len(tld) != 2 || tld == domain {
		return ""
	}
	return strings.ToUpper(tld)
}
