package masthead

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

func newTestFinder(t testing.TB) (*Finder, *gazetteer.Index) {
	t.Helper()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	return NewFinder(x), x
}

func TestNamesIn(t *testing.T) {
	f, _ := newTestFinder(t)
	for _, test := range []struct{ domain, name, want string }{
		{"springfieldlocalnews.com", "", "springfield"},
		{"www.springfieldlocalnews.com", "", "springfield"},
		{"thisisnorfolk.co.uk", "", "norfolk"},
		{"my-lakeside.ca", "", "lakeside"},
		{"dailyherald-barton.com", "", "barton"},
		{"timesofstlouis.com", "", "st louis"},
		{"saltlakecitywatch.com", "", "salt lake city;salt lake"},
		{"lapazdiario.bo", "", "lapaz;la paz"},
		{"barton.daily-news.com", "", "barton"},
		{"gazette.barton.com", "", "barton"},
		{"sports.bartonnews.com", "", "barton"},
		{"bartonandlakesidenews.ca", "", "barton;lakeside"},
		{"bcdailyjournal.com", "", "BC"},
		{"", "The Barton Courier", "barton"},
		{"", "New Haven Evening Star", "new haven"},
		// Only newspaper words, some of which are also places.
		{"thedailystar.com", "", ""}, {"sunpost.com", "", ""}, {"union-times.net", "", ""}, {"", "The Daily Herald", ""},
		// Other words remain.
		{"bartoncomicsfans.com", "", ""}, {"readingforpleasure.org", "", ""}, {"bc.com", "", ""}, {"inlander.com", "", ""},
		// Hosting platforms and malformed host names.
		{"bartonnews.blogspot.com", "", ""}, {"barton.wordpress.com", "", ""}, {"barton.github.io", "", ""},
		{"xn--mnchen-3ya.de", "", ""}, {"localhost", "", ""}, {"co.uk", "", ""}, {"..", "", ""}, {"-", "-", ""},
		{strings.Repeat("barton", 20) + ".com", "", ""},
	} {
		t.Run(test.domain+test.name, func(t *testing.T) {
			var got []string
			for _, m := range f.namesIn(test.domain, test.name) {
				got = append(got, gazetteer.Fold(m.place))
				if m.abbreviation {
					got[len(got)-1] = m.place
				}
			}
			if strings.Join(got, ";") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzNamesIn(f *testing.F) {
	finder, _ := newTestFinder(f)
	f.Add("timesofstlouis.com", "The St. Louis Times")
	f.Add("ünder.\xff.x", "\x00-")
	f.Fuzz(func(t *testing.T, domain, name string) {
		var sum float64
		for _, g := range finder.Guesses(domain, name) {
			sum += g.Prior
		}
		if sum < 0 || sum > 1.0001 {
			t.Errorf("probabilities add up to %g", sum)
		}
	})
}

func TestGuessesInCountryOfDomain(t *testing.T) {
	f, _ := newTestFinder(t)
	for domain, country := range map[string]string{"lancasterdailywatch.co.uk": "GB", "newcastle-daily-watch.com.au": "AU"} {
		guesses := f.Guesses(domain, "")
		if len(guesses) == 0 {
			t.Errorf("%s: no guess", domain)
		}
		for _, g := range guesses {
			if g.Place.Country != country {
				t.Errorf("%s: %s is in %s", domain, g.Place.Name, g.Place.Country)
			}
		}
	}
}

// TestGuessedHomes compares the guesses with the homes of the listed outlets, to
// which the weights of utility are fitted.
func TestGuessedHomes(t *testing.T) {
	f, x := newTestFinder(t)
	const nearby = 40 // km
	var guessed, first, anyGuess, certain, certainCorrect int
	x.Outlets(func(o gazetteer.Outlet) bool {
		guesses := f.guessHomes(o.Domain, "")
		if len(guesses) == 0 || o.Scope != "local" || o.Home == "" {
			return true
		}
		guessed++
		for i, g := range guesses {
			if geo.DistanceKM(g.Place.Point, o.Point) < nearby {
				anyGuess++
				first += bit(i == 0)
				break
			}
		}
		if guesses[0].Prior > 0.8 {
			certain++
			certainCorrect += bit(geo.DistanceKM(guesses[0].Place.Point, o.Point) < nearby)
		}
		return true
	})
	share := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
	t.Logf("%d outlets with guesses; the first guess is correct for %.3f, any guess for %.3f; %d with a probability over .8, %.3f of them correct",
		guessed, share(first, guessed), share(anyGuess, guessed), certain, share(certainCorrect, certain))
	if guessed < 1000 || share(first, guessed) < 0.68 || share(anyGuess, guessed) < 0.85 || share(certainCorrect, certain) < 0.9 {
		t.Error("the guesses are less accurate than before")
	}
}

func TestGuessCache(t *testing.T) {
	var c cache
	var group sync.WaitGroup
	for part := range 4 {
		group.Go(func() {
			for i := range maxCached {
				key := fmt.Sprint(part, " ", i)
				c.put(key, []Guess{{Name: key}})
				if out, ok := c.get(key); ok && out[0].Name != key {
					t.Errorf("%s: got %s", key, out[0].Name)
				}
				c.get("kept")
				if i == 0 {
					c.put("kept", nil)
				}
			}
		})
	}
	group.Wait()
	if n := len(c.recent) + len(c.older); n > maxCached {
		t.Errorf("the cache has %d outlets, want at most %d", n, maxCached)
	}
	if _, ok := c.get("kept"); !ok {
		t.Error("an outlet that was used often is not in the cache")
	}
	if _, ok := c.get("0 0"); ok {
		t.Error("an outlet that was used once is still in the cache")
	}
}

func BenchmarkGuess(b *testing.B) {
	f, _ := newTestFinder(b)
	for b.Loop() {
		f.guessHomes("thecolumbusonlinewatch.com", "Columbus Online Watch")
	}
}

func TestCountryOfDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"journal.fr": "FR", "paper.co.uk": "GB", "paper.com": "", "start.io": "", "": "", "fr": "", "localhost": "", "a.museum": "",
	} {
		if got := CountryOf(domain); got != want {
			t.Errorf("%s: got %q, want %q", domain, got, want)
		}
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
