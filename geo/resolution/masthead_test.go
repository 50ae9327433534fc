package resolution

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// bundled is a Resolver over the embedded gazetteer.
func bundled(t testing.TB) *Resolver {
	t.Helper()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(x)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNamesIn(t *testing.T) {
	r := bundled(t)
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
		// Nothing but newspaper words, some of which are places too.
		{"thedailystar.com", "", ""}, {"sunpost.com", "", ""}, {"union-times.net", "", ""}, {"", "The Daily Herald", ""},
		// Something is left over.
		{"bartoncomicsfans.com", "", ""}, {"readingforpleasure.org", "", ""}, {"bc.com", "", ""}, {"inlander.com", "", ""},
		// Anybody's corner of a platform, and what is no name of a host.
		{"bartonnews.blogspot.com", "", ""}, {"barton.wordpress.com", "", ""}, {"barton.github.io", "", ""},
		{"xn--mnchen-3ya.de", "", ""}, {"localhost", "", ""}, {"co.uk", "", ""}, {"..", "", ""}, {"-", "-", ""},
		{strings.Repeat("barton", 20) + ".com", "", ""},
	} {
		t.Run(test.domain+test.name, func(t *testing.T) {
			var got []string
			for _, m := range r.namesIn(test.domain, test.name) {
				got = append(got, gazetteer.Fold(m.place))
				if m.state {
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
	r := bundled(f)
	f.Add("timesofstlouis.com", "The St. Louis Times")
	f.Add("ünder.\xff.x", "\x00-")
	f.Fuzz(func(t *testing.T, domain, name string) {
		var sum float64
		for _, g := range r.guesses(domain, name) {
			sum += g.prior
		}
		if sum < 0 || sum > 1.0001 {
			t.Errorf("probabilities add up to %g", sum)
		}
	})
}

func TestGuessesKeepToTheirCountry(t *testing.T) {
	r := bundled(t)
	for domain, country := range map[string]string{"lancasterdailywatch.co.uk": "GB", "newcastle-daily-watch.com.au": "AU"} {
		guesses := r.guesses(domain, "")
		if len(guesses) == 0 {
			t.Errorf("%s: no guess", domain)
		}
		for _, g := range guesses {
			if g.place.Country != country {
				t.Errorf("%s: %s lies in %s", domain, g.place.Name, g.place.Country)
			}
		}
	}
}

// A name of many towns is one of them by what else the document names.
func TestDocumentTellsGuessesApart(t *testing.T) {
	r := bundled(t)
	resolve := func(domain, text string) (string, float64, *geo.Result) {
		doc, toponyms := document(t, "", text)
		doc.Domain = domain
		result, home, err := r.resolve(context.Background(), doc, toponyms)
		if err != nil {
			t.Fatal(err)
		}
		best, top := "", 0.0
		for i, p := range home.probs {
			if p > top {
				best, top = home.guesses[i].place.Admin1Code, p
			}
		}
		return best, top, result
	}
	const domain = "thecolumbusonlinewatch.com"
	if best, top, _ := resolve(domain, "Nothing happened."); best != "OH" || top > 0.6 {
		t.Errorf("of nothing: %s %.2f", best, top)
	}
	best, top, result := resolve(domain, "Police of [Columbus] went to [Schuyler], to [Fremont] and to [Grand Island].")
	if best != "NE" || top < 0.8 {
		t.Errorf("of its neighbours: %s %.2f", best, top)
	}
	if place := result.Resolutions[0].Place; place == nil || place.Admin1Code != "NE" {
		t.Errorf("Columbus is %+v", place)
	}
	// Where it may be at home puts no place on the map.
	if _, _, result := resolve(domain, "It rained."); len(result.Resolutions) != 0 {
		t.Errorf("got %+v", result.Resolutions)
	}
	// The name that is asked about is no evidence of itself.
	_, alone, _ := resolve(domain, "It rained.")
	if _, top, _ := resolve(domain, "It rained in [Columbus]."); top > alone+1e-9 {
		t.Errorf("its own name raises the guess from %.3f to %.3f", alone, top)
	}
}

// A table that lists the outlet is right.
func TestListedOutletsAreNotGuessed(t *testing.T) {
	f := newWorld()
	f.outlets["dallasnews.example"] = gazetteer.Outlet{Domain: "dallasnews.example", Country: "US", Scope: "national"}
	f.outlets["parisnews.example"] = gazetteer.Outlet{Domain: "parisnews.example", Scope: "world"}
	r, err := New(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, domain := range []string{"sj-r.com", "dallasnews.example", "parisnews.example"} {
		if s := r.scene(&geo.Document{Domain: domain, Outlet: "Dallas News"}, nil); s.guesses != nil {
			t.Errorf("%s: guessed %+v", domain, s.guesses)
		}
	}
	if s := r.scene(&geo.Document{Domain: "dallasdailynews.com"}, nil); len(s.guesses) == 0 {
		t.Error("no guess of an outlet that is not listed")
	}
}

// TestGuessedHomes holds the guesses against the homes of the bundled outlets, to
// which the weights of utility are fitted.
func TestGuessedHomes(t *testing.T) {
	r := bundled(t)
	const nearby = 40 // km
	var guessed, first, among, sure, sureRight int
	r.gazetteer.(*gazetteer.Index).Outlets(func(o gazetteer.Outlet) bool {
		guesses := r.guessHomes(o.Domain, "")
		if len(guesses) == 0 || o.Scope != "local" || o.Home == "" {
			return true
		}
		guessed++
		for i, g := range guesses {
			if geo.DistanceKM(g.place.Point, o.Point) < nearby {
				among++
				first += bit(i == 0)
				break
			}
		}
		if guesses[0].prior > 0.8 {
			sure++
			sureRight += bit(geo.DistanceKM(guesses[0].place.Point, o.Point) < nearby)
		}
		return true
	})
	share := func(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
	t.Logf("%d guessed, %.3f by the first guess, %.3f by one; %d over .8, right %.3f", guessed, share(first, guessed), share(among, guessed), sure, share(sureRight, sure))
	if guessed < 1000 || share(first, guessed) < 0.68 || share(among, guessed) < 0.85 || share(sureRight, sure) < 0.9 {
		t.Error("the guesses got worse")
	}
}

func TestGuessCache(t *testing.T) {
	var c guessCache
	var group sync.WaitGroup
	for part := range 4 {
		group.Go(func() {
			for i := range maxGuessed {
				key := fmt.Sprint(part, " ", i)
				c.put(key, []guess{{name: key}})
				if out, ok := c.get(key); ok && out[0].name != key {
					t.Errorf("%s: got %s", key, out[0].name)
				}
				c.get("kept")
				if i == 0 {
					c.put("kept", nil)
				}
			}
		})
	}
	group.Wait()
	if n := len(c.young) + len(c.old); n > maxGuessed {
		t.Errorf("%d outlets are kept", n)
	}
	if _, ok := c.get("kept"); !ok {
		t.Error("what is asked for again and again is forgotten")
	}
	if _, ok := c.get("0 0"); ok {
		t.Error("what is asked for once is kept for ever")
	}
}

func BenchmarkGuess(b *testing.B) {
	r := bundled(b)
	for b.Loop() {
		r.guessHomes("thecolumbusonlinewatch.com", "Columbus Online Watch")
	}
}
