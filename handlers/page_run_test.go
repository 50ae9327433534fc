package handlers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
)

// FuzzParagraphs checks that the page of a story shows its whole text in order, whatever the
// offsets in the store are.
func FuzzParagraphs(f *testing.F) {
	f.Add("In Köln.\n\nAnd in Paris.", 3, 7, 17, 22)
	f.Add("a\nb\n", 0, 4, 1, 2)
	f.Add("", -5, 9, 2, 1)
	f.Add("日本で\n\n", 1, 2, 0, 1<<40)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		if !utf8.ValidString(text) {
			t.Skip()
		}
		st := &story.Story{
			Text:      text,
			Locations: []geo.Location{{Place: geo.Place{ID: "x"}, Toponyms: []geo.Toponym{{Start: a, End: b}}}},
			Unlocated: []geo.Toponym{{Start: c, End: d}},
		}
		var got strings.Builder
		for _, runs := range paragraphs(st) {
			for _, r := range runs {
				if r.Text == "" {
					t.Error("an empty run")
				}
				got.WriteString(r.Text)
			}
		}
		var want strings.Builder
		for line := range strings.SplitSeq(text, "\n") {
			if strings.TrimSpace(line) != "" {
				want.WriteString(line)
			}
		}
		if got.String() != want.String() {
			t.Errorf("%q became %q", want.String(), got.String())
		}
	})
}

func TestRunsMarkTheRightCodePoints(t *testing.T) {
	st := &story.Story{Text: "Ünd 🌍 Köln und Rom", Locations: []geo.Location{
		{Place: geo.Place{ID: "k"}, Role: geo.RoleFocus, Toponyms: []geo.Toponym{{Start: 6, End: 10}}},
		{Place: geo.Place{ID: "r"}, Role: "unknown", Toponyms: []geo.Toponym{{Start: 15, End: 18}, {Start: 16, End: 99}}},
	}}
	var got []string
	for _, r := range paragraphs(st)[0] {
		got = append(got, r.PlaceID+"|"+r.Class+"|"+r.Text)
	}
	want := []string{"||Ünd 🌍 ", "k|focus|Köln", "|| und ", "r|mention|Rom"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}
