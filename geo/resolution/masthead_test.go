package resolution

import (
	"context"
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
				best, top = home.guesses[i].Place.Admin1Code, p
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
	// The name that is asked about is not evidence of itself.
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
