package evaluation

import (
	"context"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

func TestDemonymsUnmarked(t *testing.T) {
	tests := map[string]struct {
		in   Demonyms
		want bool
	}{
		"nothing found":    {Demonyms{}, false},
		"one, not marked":  {Demonyms{1, 0}, false},
		"too few to judge": {Demonyms{19, 0}, false},
		"enough to judge":  {Demonyms{20, 0}, true},
		"5 %":              {Demonyms{20, 1}, false},
		"under 5 %":        {Demonyms{21, 1}, true},
		"three in four":    {Demonyms{400, 300}, false},
		"all":              {Demonyms{50, 50}, false},
		"4.9 %":            {Demonyms{1000, 49}, true},
		"5 % of many":      {Demonyms{1000, 50}, false},
	}
	for name, test := range tests {
		if got := test.in.Unmarked(); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// demonymReport returns the report on a text with 25 predicted demonyms, of which marked match a
// mention, and with one town that is found, one that is spurious and one that is missed.
func demonymReport(t *testing.T, marked int) *Report {
	t.Helper()
	point := &orb.Point{2, 48}
	doc := Document{Document: geo.Document{ID: "a"}, Mentions: []Mention{gold(1000, 1005, point), gold(2000, 2005, point)}}
	result := &geo.Result{Resolutions: []geo.Resolution{at(1000, 1005, point), at(3000, 3005, point)}}
	for i := range 25 {
		r := at(10*i, 10*i+5, point)
		r.Toponym.Kind = geo.KindDemonym
		result.Resolutions = append(result.Resolutions, r)
		if i < marked {
			doc.Mentions = append(doc.Mentions, gold(10*i, 10*i+5, point))
		}
	}
	// One matches a mention without a point and is neutral: neither found nor marked.
	doc.Mentions = append(doc.Mentions, gold(4000, 4005, nil))
	neutral := at(4000, 4005, point)
	neutral.Toponym.Kind = geo.KindDemonym
	result.Resolutions = append(result.Resolutions, neutral)
	report, err := Run(context.Background(), "test", fixed{"a": result}, []Document{doc})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestDemonymsAside(t *testing.T) {
	// None are marked: two predictions count, of which one is right, and two mentions.
	r := demonymReport(t, 0)
	if r.Demonyms != (Demonyms{25, 0}) || r.Total.Predicted != 27 || r.Total.Matched != 1 {
		t.Errorf("%+v, total %+v", r.Demonyms, r.Total)
	}
	if s := r.DemonymsAside; s.Documents != 1 || s.Gold != 2 || s.Predicted != 2 || s.Matched != 1 || s.Right != 1 || !near(s.Overlap.F1, 0.5) ||
		!near(s.EndToEnd.F1, 0.5) {
		t.Errorf("aside %+v", s)
	}
	// One of 25 is marked: it counts as found and right; the 24 others do not count.
	r = demonymReport(t, 1)
	if s := r.DemonymsAside; r.Demonyms != (Demonyms{25, 1}) || !r.Demonyms.Unmarked() || s.Gold != 3 || s.Predicted != 3 || s.Matched != 2 ||
		!near(s.Overlap.F1, 2.0/3) {
		t.Errorf("%+v, aside %+v", r.Demonyms, s)
	}
	// Two of 25, or 8 %, are marked: the corpus marks demonyms, and there is no such row.
	if r = demonymReport(t, 2); r.Demonyms.Unmarked() {
		t.Errorf("%+v", r.Demonyms)
	}
}

func TestDemonymsAsideAreShown(t *testing.T) {
	for marked, want := range map[int]bool{0: true, 25: false} {
		r := demonymReport(t, marked)
		var table, page strings.Builder
		if err := Table(&table, r); err != nil {
			t.Fatal(err)
		}
		if err := HTML(&page, r); err != nil {
			t.Fatal(err)
		}
		checkPage(t, page.String())
		lines := strings.Split(table.String(), "\n")
		if got := strings.Contains(lines[2], "test, demonyms aside     1     2      2  0.500"); got != want {
			t.Errorf("%d marked: the row is in the table: %v, want %v\n%s", marked, got, want, table.String())
		}
		if got := strings.Contains(table.String(), "of 25 demonyms found (“Turkish”) the corpus marks 0, under 5 %"); got != want {
			t.Errorf("%d marked: the note is under the table: %v, want %v", marked, got, want)
		}
		note := strings.Contains(page.String(), "<p>test, demonyms aside: of 25")
		row := strings.Contains(page.String(), `<th scope="row">demonyms aside</th>`)
		if note != want || row != want {
			t.Errorf("%d marked: the page has the note: %v, the row: %v, want %v", marked, note, row, want)
		}
	}
}
