package recognition

import (
	"context"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// newDefaultRecognizer returns a Recognizer with the embedded gazetteer.
func newDefaultRecognizer(t testing.TB) *Recognizer {
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
	r := newDefaultRecognizer(t)
	homes := r.homesOf(&geo.Document{Domain: "dallasnews.com"})
	for name, want := range map[string]tier{
		"Dallas": tierTown, "Fort Worth": tierAround, "Waco": tierRegion, "El Paso": tierAdmin1, "Texas": tierContains,
		"Reykjavik": tierFar, "Ohio": tierFar, "No Such Place": tierFar,
	} {
		if got := homes.proximityOf(name); got.tier != want || got.certainty != certain || got.ownName != 0 {
			t.Errorf("%s: got %+v, want tier %d of a certain home", name, got, want)
		}
	}
}

func TestHomeGuessed(t *testing.T) {
	r := newDefaultRecognizer(t)
	homes := r.homesOf(&geo.Document{Domain: "springfieldlocalnews.com"})
	if got := homes.proximityOf("Springfield"); got.tier != tierTown || got.certainty == 0 || got.certainty == certain || got.ownName == 0 {
		t.Errorf("the name in the outlet's name: %+v", got)
	}
	if got := homes.proximityOf("Reykjavik"); got.tier != tierFar || got.ownName != 0 {
		t.Errorf("a distant place: %+v", got)
	}
}

func TestHomeUnknown(t *testing.T) {
	r := newDefaultRecognizer(t)
	withheld := *r
	withheld.withheld = withholdAll
	for name, homes := range map[string]homes{
		"no outlet":                 r.homesOf(&geo.Document{}),
		"international outlet":      r.homesOf(&geo.Document{Domain: "reuters.com"}),
		"withheld":                  withheld.homesOf(&geo.Document{Domain: "dallasnews.com"}),
		"gazetteer without outlets": newTestRecognizer(t).homesOf(&geo.Document{Domain: "dallasnews.com"}),
	} {
		if got := homes.proximityOf("Dallas"); got != (proximity{}) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	withheld.withheld = withholdTable
	homes := withheld.homesOf(&geo.Document{Domain: "dallasnews.com"})
	if got := homes.proximityOf("Dallas"); got.certainty == certain || got.ownName == 0 {
		t.Errorf("not listed: %+v", got)
	}
}

// TestHomeIsPrior checks that an ambiguous name is a place in the newspaper of a
// town of that name, and that a clear person's name is never a place.
func TestHomeIsPrior(t *testing.T) {
	r := newDefaultRecognizer(t)
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
		t.Errorf("confidence %.2f in the town's newspaper, %.2f elsewhere", with, without)
	}
	if got := confidence("dallasnews.com", "Washington Irving wrote it, Irving said.", "Irving"); got != 0 {
		t.Errorf("a person is a place with confidence %.2f", got)
	}
}
