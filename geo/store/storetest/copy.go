package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// wires are reports with nothing in common but their language.
var wires = []struct{ title, text string }{
	{
		"Bridge at Selby closed after crack is found",
		`SELBY (AP) — The old bridge over the Selby was closed on Monday after engineers found a crack in its northern pier, the county said.

Traffic will be led over the bypass until the end of September, and buses will take new routes through the upper town.

“It was a mistake to wait so long,” said Maria Costa, who runs a bakery beside the bridge. Her customers now have to walk for half an hour.

A new bridge would cost 4.5 million, according to a study that the council discussed in March without coming to a decision.`,
	},
	{
		"Ferry company drops island route",
		`PORT VALE (Reuters) - The last ferry to the outer islands sailed on Friday evening with a brass band on deck, as the company that ran it ` +
			`for sixty years gave up the route.

Fewer than two hundred people live on the islands through the winter, and the subsidies that kept the service going ran out in spring.

Fishermen have offered to take mail and medicine across three times a week. Parents fear that the school will have to close.

The ministry said it was looking for another operator, but two calls for tenders had brought no bids.`,
	},
	{
		"Vineyards lose harvest to late frost",
		`GLENMOOR — Wine growers in the Glenmoor hills lost nearly all of their grapes in a single night when temperatures fell far below ` +
			`freezing in the middle of May.

Helicopters had been hired to push warmer air down on the slopes, and thousands of candles burned between the rows until dawn.

The growers' association put the damage at 30 million and asked for loans without interest. Its chairwoman, Elena Okafor, called it the worst frost since 1981.

Insurers have begun to send inspectors, who photograph the blackened shoots row by row.`,
	},
}

// wire is the report i as an outlet prints it: the first as it came, others with
// their own headline, without the dateline, or cut.
func wire(i, outlet int) *story.Story {
	title, text := wires[i].title, wires[i].text
	paragraphs := strings.Split(text, "\n\n")
	switch outlet % 4 {
	case 1:
		for _, dash := range []string{") — ", ") - ", " — "} {
			if _, first, found := strings.Cut(paragraphs[0], dash); found {
				paragraphs[0] = first
				break
			}
		}
		title = "Update: " + title
	case 2:
		paragraphs = paragraphs[:3]
	case 3:
		paragraphs = append(paragraphs, "Sign up for our morning newsletter and never miss a story.")
	}
	s := sample(title, strings.Join(paragraphs, "\n\n"), day(1).Add(time.Duration(outlet)*time.Minute), location(quito, geo.RoleFocus, 0.9, 1))
	s.Outlet, s.Domain = fmt.Sprint("Outlet ", outlet), fmt.Sprintf("outlet%d.example", outlet)
	s.URL = fmt.Sprintf("https://%s/%d", s.Domain, i)
	s.ID = story.Identify(s)
	return s
}

// rewritten is the story under the same name with another text.
func rewritten(s *story.Story, title, text string) *story.Story {
	out := *s
	out.Title, out.Text = title, text
	return &out
}

// wantFolds compares what lists show, as "lead: copies" in the order in which they
// were put, with ids cut to their names.
func wantFolds(t *testing.T, s story.Store, names map[string]string, want ...string) {
	t.Helper()
	var got []string
	page := stories(t, s, story.Query{Limit: 1_000})
	for _, st := range page.Stories {
		line := names[st.ID] + ":"
		for _, c := range st.Copies {
			line += " " + names[c.ID]
			copied := mustStory(t, s, c.ID)
			if copied.CopyOf != st.ID || len(copied.Copies) != 0 {
				t.Errorf("%s is a copy of %s with %d copies, listed by %s", names[c.ID], names[copied.CopyOf], len(copied.Copies), names[st.ID])
			}
			if c.Outlet != copied.Outlet || c.Domain != copied.Domain || c.Title != copied.Title || c.URL != copied.URL ||
				!c.Published.Equal(copied.Published) {
				t.Errorf("a copy is listed as %+v, it is %+v", c, copied)
			}
		}
		if st.CopyOf != "" {
			t.Errorf("%s is listed, and a copy of %s", names[st.ID], names[st.CopyOf])
		}
		if whole := mustStory(t, s, st.ID); !reflect.DeepEqual(whole, st) {
			t.Errorf("listed as\n%+v\nalone\n%+v", st, whole)
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("folds are %q, want %q", got, want)
	}
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Stories != len(want) {
		t.Errorf("count %+v, %v; want %d", c, err, len(want))
	}
	checkOverview(t, s, story.Query{})
}

func testFolds(t *testing.T, s story.Store) {
	a, b, c, d, other := wire(0, 0), wire(0, 1), wire(0, 2), wire(0, 3), wire(1, 0)
	names := map[string]string{a.ID: "a", b.ID: "b", c.ID: "c", d.ID: "d", other.ID: "other"}
	mustPut(t, s, a, b, other, c)
	wantFolds(t, s, names, "a: b c", "other:")
	if b.CopyOf != a.ID || a.CopyOf != "" {
		t.Errorf("Put says that b is a copy of %q, a of %q", b.CopyOf, a.CopyOf)
	}
	if got := mustStory(t, s, b.ID); got.Text != b.Text || got.Outlet != "Outlet 1" || len(got.Locations) != 1 {
		t.Errorf("the copy itself is %+v", got)
	}
	for _, q := range []story.Query{
		{Outlet: []string{"Outlet 1"}}, {Outlet: []string{"outlet2.example"}}, {Outlet: []string{"outlet 0", "outlet1.example"}, Text: "bakery"},
		{Outlet: []string{"outlet1.example"}, Place: []string{quito.ID}},
		{Outlet: []string{"Outlet 2"}, BBox: &geo.BBox{MinLon: -79, MinLat: -1, MaxLon: -78, MaxLat: 1}, Lang: []string{"en"}},
	} {
		if page := stories(t, s, q); len(page.Stories) < 1 || page.Stories[0].ID != a.ID && page.Stories[len(page.Stories)-1].ID != a.ID {
			t.Errorf("%+v finds %q", q, titles(page))
		}
		checkOverview(t, s, q)
	}
	if got, _ := features(t, s, story.Query{}); len(got) != 2 {
		t.Errorf("%d features, want one of each report", len(got))
	}
	if got, _ := features(t, s, story.Query{Outlet: []string{"Outlet 2"}}); len(got) != 1 || got[0].StoryID != a.ID {
		t.Errorf("features by a copy's outlet: %+v", got)
	}
	if page := stories(t, s, story.Query{ID: []string{b.ID}}); len(page.Stories) != 0 {
		t.Error("a copy is listed by its id")
	}
	mustPut(t, s, d)
	again := wire(0, 0)
	if outcome, err := s.Put(t.Context(), again); err != nil || outcome != story.Unchanged || len(again.Copies) != 3 {
		t.Errorf("the lead again: %s with %d copies, %v", outcome, len(again.Copies), err)
	}
	if err := s.Delete(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantFolds(t, s, names, "a: b d", "other:")
	if err := s.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	wantFolds(t, s, names, "b: d", "other:")
	mustPut(t, s, wire(0, 0))
	wantFolds(t, s, names, "b: d a", "other:")
	for _, st := range []*story.Story{b, d, a} {
		if err := s.Delete(t.Context(), st.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantFolds(t, s, names, "other:")
}

func testUnfolds(t *testing.T, s story.Store) {
	a, b, c := wire(0, 0), wire(0, 1), wire(0, 3)
	names := map[string]string{a.ID: "a", b.ID: "b", c.ID: "c"}
	mustPut(t, s, a, b, c)
	mustPut(t, s, rewritten(a, a.Title, strings.Replace(a.Text, "Monday", "Tuesday", 1)))
	wantFolds(t, s, names, "a: b c")
	mustPut(t, s, rewritten(a, wires[2].title, wires[2].text))
	wantFolds(t, s, names, "a:", "b: c")
	mustPut(t, s, a)
	wantFolds(t, s, names, "b: a c")
	mustPut(t, s, rewritten(c, wires[2].title, wires[2].text))
	wantFolds(t, s, names, "b: a", "c:")
	mustPut(t, s, rewritten(a, wires[2].title, wires[2].text))
	wantFolds(t, s, names, "b:", "c: a")
	mustPut(t, s, rewritten(c, "Nothing", ""), rewritten(a, "Nothing", ""))
	wantFolds(t, s, names, "a:", "b:", "c:")
	mustPut(t, s, wire(0, 0), wire(0, 3))
	wantFolds(t, s, names, "b: a c")
}

// testMergedFolds brings a story that is several, some of which are folded.
func testMergedFolds(t *testing.T, s story.Store) {
	for _, also := range [][]int{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {0, 1, 2, 3}} {
		var all []*story.Story
		names := map[string]string{}
		for i := range 4 {
			st := wire(0, i)
			all, names[st.ID] = append(all, st), fmt.Sprint(i)
		}
		mustPut(t, s, all...)
		wantFolds(t, s, names, "0: 1 2 3")
		merged := wire(0, also[len(also)-1])
		for _, i := range also {
			merged.Aliases = append(merged.Aliases, all[i].URL)
		}
		mustPut(t, s, merged)
		if first := all[also[0]].ID; merged.ID != first {
			t.Errorf("%v became %s, want %s", also, names[merged.ID], names[first])
		}
		page := stories(t, s, story.Query{})
		if len(page.Stories) != 1 || len(page.Stories[0].Copies) != 4-len(also) {
			t.Errorf("%v: %d stories, copies %+v", also, len(page.Stories), page.Stories[0].Copies)
		}
		for i := range 4 {
			mustStory(t, s, all[i].ID) // merged or not, it is found
		}
		for len(page.Stories) > 0 {
			if err := s.Delete(t.Context(), page.Stories[0].ID); err != nil {
				t.Fatal(err)
			}
			page = stories(t, s, story.Query{})
		}
	}
}

// testNotFolded puts what looks alike and is not the same.
func testNotFolded(t *testing.T, s story.Store) {
	long := wire(0, 1)
	long.Published = day(12)
	headline, again := sample("Bridge closed", "", day(1)), sample("Bridge closed", "", day(1))
	again.ID = "again"
	bulletin := func(id, place, size string) *story.Story {
		st := sample(
			"Earthquake of magnitude "+size+" near "+place,
			"A magnitude "+size+" earthquake struck near "+place+" on Monday, the Geological Survey said. There were no immediate reports of damage or injuries. "+
				"Did you feel this earthquake? Consider reporting what you felt to the survey. This story was written by an algorithm and reviewed by an editor.",
			day(1),
		)
		st.ID = id
		return st
	}
	all := []*story.Story{
		wire(0, 0),
		wire(1, 0),
		wire(2, 0),
		long,
		headline,
		again,
		bulletin("x", "Selby", "4.5"),
		bulletin("y", "Glenmoor", "3.9"),
		bulletin("z", "Upton", "5.0"),
	}
	mustPut(t, s, all...)
	for _, st := range all {
		if got := mustStory(t, s, st.ID); got.CopyOf != "" || len(got.Copies) != 0 {
			t.Errorf("%q is a copy of %q, and has %d", st.Title, got.CopyOf, len(got.Copies))
		}
	}
	wantStories(t, s, len(all))
}

// testFoldChanges: who follows the log learns that a shown story has more copies,
// or has come in the place of another.
func testFoldChanges(t *testing.T, s story.Store) {
	log, ok := s.(story.ChangeLog)
	if !ok {
		t.Skip("the store has no log")
	}
	a, b, c := wire(0, 0), wire(0, 1), wire(0, 3)
	mustPut(t, s, a, b)
	at := revisionOf(t, log)
	mustPut(t, s, c)
	wantChanges(t, log, at, c.ID+" created", a.ID+" updated")
	at = revisionOf(t, log)
	if err := s.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	wantChanges(t, log, at, b.ID+" updated", a.ID+" deleted")
}

// testManyFolds puts, rewrites and deletes at random, and looks whether what is
// shown still holds together.
func testManyFolds(t *testing.T, s story.Store) {
	random := rand.New(rand.NewPCG(3, 4))
	there := map[string]bool{}
	for range 120 {
		st := wire(random.IntN(3), random.IntN(6))
		switch random.IntN(4) {
		case 0:
			other := random.IntN(3)
			st = rewritten(st, wires[other].title, wires[other].text)
			fallthrough
		case 1, 2:
			mustPut(t, s, st)
			there[st.ID] = true
		case 3:
			if there[st.ID] {
				if err := s.Delete(t.Context(), st.ID); err != nil {
					t.Fatal(err)
				}
				delete(there, st.ID)
			}
		}
		shown := map[string]bool{}
		page := stories(t, s, story.Query{Limit: 100})
		for _, lead := range page.Stories {
			shown[lead.ID] = true
			for _, c := range lead.Copies {
				if shown[c.ID] || mustStory(t, s, c.ID).CopyOf != lead.ID {
					t.Fatalf("%s is shown twice, or is not a copy of what lists it", c.ID)
				}
				shown[c.ID] = true
			}
		}
		if !reflect.DeepEqual(shown, there) || len(page.Stories) > 3 {
			t.Fatalf("%d stories are shown in %d folds, want %d in at most 3", len(shown), len(page.Stories), len(there))
		}
	}
	checkOverview(t, s, story.Query{Outlet: []string{"Outlet 3"}})
}
