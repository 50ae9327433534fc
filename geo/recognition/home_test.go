package recognition

import (
	"context"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// bundled is a Recognizer over the embedded gazetteer.
func bundled(t testing.TB) *Recognizer {
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

func TestHomeOfListedOutlet(t *testing.T) {
	r := bundled(t)
	near := r.homesOf(&geo.Document{Domain: "dallasnews.com"})
	for name, want := range map[string]tier{
		"Dallas": tierTown, "Fort Worth": tierAround, "Waco": tierRegion, "El Paso": tierAdmin1, "Texas": tierHolds,
		"Reykjavik": tierFar, "Ohio": tierFar, "No Such Place": tierFar,
	} {
		if got := near.look(name); got.tier != want || got.step != surest || got.own != 0 {
			t.Errorf("%s: got %+v, want tier %d of a sure home", name, got, want)
		}
	}
}

func TestHomeGuessed(t *testing.T) {
	r := bundled(t)
	near := r.homesOf(&geo.Document{Domain: "springfieldlocalnews.com"})
	if got := near.look("Springfield"); got.tier != tierTown || got.step == 0 || got.step == surest || got.own == 0 {
		t.Errorf("the name that the outlet bears: %+v", got)
	}
	if got := near.look("Reykjavik"); got.tier != tierFar || got.own != 0 {
		t.Errorf("a name far away: %+v", got)
	}
}

func TestHomeUnknown(t *testing.T) {
	r := bundled(t)
	withheld := *r
	withheld.withheld = withholdAll
	for name, near := range map[string]homes{
		"no outlet":          r.homesOf(&geo.Document{}),
		"of the whole world": r.homesOf(&geo.Document{Domain: "reuters.com"}),
		"withheld":           withheld.homesOf(&geo.Document{Domain: "dallasnews.com"}),
		"no such gazetteer":  newTestRecognizer(t).homesOf(&geo.Document{Domain: "dallasnews.com"}),
	} {
		if got := near.look("Dallas"); got != (nearHome{}) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	withheld.withheld = withholdTable
	near := withheld.homesOf(&geo.Document{Domain: "dallasnews.com"})
	if got := near.look("Dallas"); got.step == surest || got.own == 0 {
		t.Errorf("not listed: %+v", got)
	}
}

// TestHomeIsPrior holds the home to what it is for: a name that may be a person's
// counts in the paper of a town so called, and one that is none nowhere.
func TestHomeIsPrior(t *testing.T) {
	r := bundled(t)
	confidence := func(domain, text, name string) float64 {
		found, err := r.Recognize(context.Background(), &geo.Document{Domain: domain, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.Text == name {
				return f.Confidence
			}
		}
		return 0
	}
	const text = "Irving voters go to the polls on Tuesday. Turnout has been low for years."
	with, without := confidence("dallasnews.com", text, "Irving"), confidence("", text, "Irving")
	if with <= without+0.1 || with < 0.5 {
		t.Errorf("%.2f in the town's paper, %.2f elsewhere", with, without)
	}
	if got := confidence("dallasnews.com", "Washington Irving wrote it, Irving said.", "Irving"); got != 0 {
		t.Errorf("a person is a place by %.2f", got)
	}
}
