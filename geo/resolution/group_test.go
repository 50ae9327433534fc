package resolution

import (
	"slices"
	"strings"
	"testing"
)

func TestCoordinations(t *testing.T) {
	for text, want := range map[string]string{
		"[Mali], [Niger] and [Benin] met in [Abuja].":                  "Mali Niger Benin",
		"From [Kyiv] and [Lviv] to [Paris].":                           "",
		"In [Oslo], [Bergen], and [Hamar].":                            "Oslo Bergen Hamar",
		"In [Paris], [Texas], he fell.":                                "",
		"He lives in [Springfield], [Illinois], and works in [Paris].": "",
		"In [Rome] or in [Pisa], and [Bari].":                          "",
		"In [Rome] or [Pisa]. [Bari], [Lecce] & [Nardò] too.":          "Bari Lecce Nardò",
		"[Rome].": "",
	} {
		doc, toponyms := document(t, "", text)
		mentions, err := mentionsOf(doc, toponyms)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, list := range coordinations(mentions) {
			var names []string
			for _, m := range list {
				names = append(names, m.toponym.Text)
			}
			got = append(got, strings.Join(names, " "))
		}
		if strings.Join(got, ";") != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// A name in a list is not in the place of the next name.
func TestListsHoldNothing(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	doc, toponyms := document(t, "", "They saw [Paris], [Texas] and [Illinois].")
	mentions, err := mentionsOf(doc, toponyms)
	if err != nil {
		t.Fatal(err)
	}
	s := r.scene(doc, mentions)
	paris, texas := s.groups[0], s.groups[1]
	if paris.inside != texas || !paris.soft || paris.firm || len(texas.holds) != 0 {
		t.Errorf("got %+v", paris)
	}
	if len(paris.siblings) != 2 || !slices.Contains(texas.siblings, paris) {
		t.Errorf("siblings %v", paris.siblings)
	}
	f := s.signals(texas, false, nil)[0]
	if f[signalSiblingLevel] != 0.5 || f[signalInside] != 0 || f[signalNotInside] != 0 {
		t.Errorf("got level %v, inside %v, not inside %v", f[signalSiblingLevel], f[signalInside], f[signalNotInside])
	}
}
