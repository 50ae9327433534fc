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

// agencyReports are reports of different events.
var agencyReports = []struct{ title, text string }{
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

// agencyStory returns report i as an outlet publishes it: unchanged, with another
// headline and no dateline, shortened, or with an additional paragraph.
func agencyStory(i, outlet int) *story.Story {
	title, text := agencyReports[i].title, agencyReports[i].text
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

// rewritten returns s with another title and text.
func rewritten(s *story.Story, title, text string) *story.Story {
	out := *s
	out.Title, out.Text = title, text
	return &out
}

// wantGroups compares the listed stories, each as "primary: duplicates" in the order in
// which they were stored. names has the name of each story by its id.
func wantGroups(t *testing.T, s story.Store, names map[string]string, want ...string) {
	t.Helper()
	var got []string
	page := stories(t, s, story.Query{Limit: 1_000})
	for _, st := range page.Stories {
		line := names[st.ID] + ":"
		for _, c := range st.Copies {
			line += " " + names[c.ID]
			copied := mustStory(t, s, c.ID)
			if copied.CopyOf != st.ID || len(copied.Copies) != 0 {
				t.Errorf("%s is a copy of %s and has %d copies, but is listed with %s", names[c.ID], names[copied.CopyOf], len(copied.Copies), names[st.ID])
			}
			if c.Outlet != copied.Outlet || c.Domain != copied.Domain || c.Title != copied.Title || c.URL != copied.URL ||
				!c.Published.Equal(copied.Published) {
				t.Errorf("a copy is listed as %+v, but stored as %+v", c, copied)
			}
		}
		if st.CopyOf != "" {
			t.Errorf("%s is listed, but is a copy of %s", names[st.ID], names[st.CopyOf])
		}
		if stored := mustStory(t, s, st.ID); !reflect.DeepEqual(stored, st) {
			t.Errorf("listed as\n%+v\nbut stored as\n%+v", st, stored)
		}
		got = append(got, line)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("groups %q, want %q", got, want)
	}
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Stories != len(want) {
		t.Errorf("counts %+v, %v; want %d stories", c, err, len(want))
	}
	checkOverview(t, s, story.Query{})
}

func testDuplicates(t *testing.T, s story.Store) {
	a, b, c, d, other := agencyStory(0, 0), agencyStory(0, 1), agencyStory(0, 2), agencyStory(0, 3), agencyStory(1, 0)
	names := map[string]string{a.ID: "a", b.ID: "b", c.ID: "c", d.ID: "d", other.ID: "other"}
	mustPut(t, s, a, b, other, c)
	wantGroups(t, s, names, "a: b c", "other:")
	if b.CopyOf != a.ID || a.CopyOf != "" {
		t.Errorf("Put sets CopyOf of b to %q, want %q; of a to %q, want none", b.CopyOf, a.ID, a.CopyOf)
	}
	if got := mustStory(t, s, b.ID); got.Text != b.Text || got.Outlet != "Outlet 1" || len(got.Locations) != 1 {
		t.Errorf("the duplicate is stored as %+v", got)
	}
	for _, q := range []story.Query{
		{Outlet: []string{"Outlet 1"}}, {Outlet: []string{"outlet2.example"}}, {Outlet: []string{"outlet 0", "outlet1.example"}, Text: "bakery"},
		{Outlet: []string{"outlet1.example"}, Place: []string{quito.ID}},
		{Outlet: []string{"Outlet 2"}, BBox: &geo.BBox{MinLon: -79, MinLat: -1, MaxLon: -78, MaxLat: 1}, Lang: []string{"en"}},
	} {
		if page := stories(t, s, q); len(page.Stories) < 1 || page.Stories[0].ID != a.ID && page.Stories[len(page.Stories)-1].ID != a.ID {
			t.Errorf("%+v finds %q, want %q", q, titles(page), a.Title)
		}
		checkOverview(t, s, q)
	}
	if got, _ := features(t, s, story.Query{}); len(got) != 2 {
		t.Errorf("%d features, want one for each of 2 reports", len(got))
	}
	if got, _ := features(t, s, story.Query{Outlet: []string{"Outlet 2"}}); len(got) != 1 || got[0].StoryID != a.ID {
		t.Errorf("features by the outlet of a duplicate: %+v", got)
	}
	if page := stories(t, s, story.Query{ID: []string{b.ID}}); len(page.Stories) != 0 {
		t.Error("a duplicate is listed by its id")
	}
	mustPut(t, s, d)
	again := agencyStory(0, 0)
	if outcome, err := s.Put(t.Context(), again); err != nil || outcome != story.Unchanged || len(again.Copies) != 3 {
		t.Errorf("Put of the primary story again: %s with %d copies, %v; want unchanged with 3", outcome, len(again.Copies), err)
	}
	if err := s.Delete(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantGroups(t, s, names, "a: b d", "other:")
	if err := s.Delete(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	wantGroups(t, s, names, "b: d", "other:")
	mustPut(t, s, agencyStory(0, 0))
	wantGroups(t, s, names, "b: d a", "other:")
	for _, st := range []*story.Story{b, d, a} {
		if err := s.Delete(t.Context(), st.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantGroups(t, s, names, "other:")
}

func testChangedDuplicates(t *testing.T, s story.Store) {
	a, b, c := agencyStory(0, 0), agencyStory(0, 1), agencyStory(0, 3)
	names := map[string]string{a.ID: "a", b.ID: "b", c.ID: "c"}
	mustPut(t, s, a, b, c)
	mustPut(t, s, rewritten(a, a.Title, strings.Replace(a.Text, "Monday", "Tuesday", 1)))
	wantGroups(t, s, names, "a: b c")
	mustPut(t, s, rewritten(a, agencyReports[2].title, agencyReports[2].text))
	wantGroups(t, s, names, "a:", "b: c")
	mustPut(t, s, a)
	wantGroups(t, s, names, "b: a c")
	mustPut(t, s, rewritten(c, agencyReports[2].title, agencyReports[2].text))
	wantGroups(t, s, names, "b: a", "c:")
	mustPut(t, s, rewritten(a, agencyReports[2].title, agencyReports[2].text))
	wantGroups(t, s, names, "b:", "c: a")
	mustPut(t, s, rewritten(c, "Nothing", ""), rewritten(a, "Nothing", ""))
	wantGroups(t, s, names, "a:", "b:", "c:")
	mustPut(t, s, agencyStory(0, 0), agencyStory(0, 3))
	wantGroups(t, s, names, "b: a c")
}

// testMergedDuplicates merges stories of a group.
func testMergedDuplicates(t *testing.T, s story.Store) {
	for _, merge := range [][]int{{0, 1}, {1, 2}, {0, 2}, {2, 3}, {0, 1, 2, 3}} {
		var all []*story.Story
		names := map[string]string{}
		for i := range 4 {
			st := agencyStory(0, i)
			all, names[st.ID] = append(all, st), fmt.Sprint(i)
		}
		mustPut(t, s, all...)
		wantGroups(t, s, names, "0: 1 2 3")
		merged := agencyStory(0, merge[len(merge)-1])
		for _, i := range merge {
			merged.Aliases = append(merged.Aliases, all[i].URL)
		}
		mustPut(t, s, merged)
		if first := all[merge[0]].ID; merged.ID != first {
			t.Errorf("%v are merged under %s, want %s", merge, names[merged.ID], names[first])
		}
		page := stories(t, s, story.Query{})
		if len(page.Stories) != 1 || len(page.Stories[0].Copies) != 4-len(merge) {
			t.Errorf("%v: %d stories, copies %+v", merge, len(page.Stories), page.Stories[0].Copies)
		}
		for i := range 4 {
			mustStory(t, s, all[i].ID) // merged stories are found too
		}
		for len(page.Stories) > 0 {
			if err := s.Delete(t.Context(), page.Stories[0].ID); err != nil {
				t.Fatal(err)
			}
			page = stories(t, s, story.Query{})
		}
	}
}

// testNoDuplicates puts similar stories that are not duplicates.
func testNoDuplicates(t *testing.T, s story.Store) {
	long := agencyStory(0, 1)
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
		agencyStory(0, 0),
		agencyStory(1, 0),
		agencyStory(2, 0),
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
			t.Errorf("%q is a copy of %q and has %d copies; want none", st.Title, got.CopyOf, len(got.Copies))
		}
	}
	wantStories(t, s, len(all))
}

// testDuplicateChanges checks that the change log contains a primary story whose number
// of duplicates changes, and a duplicate that becomes primary.
func testDuplicateChanges(t *testing.T, s story.Store) {
	log, ok := s.(story.ChangeLog)
	if !ok {
		t.Skip("the store has no change log")
	}
	a, b, c := agencyStory(0, 0), agencyStory(0, 1), agencyStory(0, 3)
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

// testRandomDuplicates puts, changes and deletes stories at random, and checks that the
// lists are consistent.
func testRandomDuplicates(t *testing.T, s story.Store) {
	random := rand.New(rand.NewPCG(3, 4))
	present := map[string]bool{}
	for range 120 {
		st := agencyStory(random.IntN(3), random.IntN(6))
		switch random.IntN(4) {
		case 0:
			other := random.IntN(3)
			st = rewritten(st, agencyReports[other].title, agencyReports[other].text)
			fallthrough
		case 1, 2:
			mustPut(t, s, st)
			present[st.ID] = true
		case 3:
			if present[st.ID] {
				if err := s.Delete(t.Context(), st.ID); err != nil {
					t.Fatal(err)
				}
				delete(present, st.ID)
			}
		}
		listed := map[string]bool{}
		page := stories(t, s, story.Query{Limit: 100})
		for _, primary := range page.Stories {
			listed[primary.ID] = true
			for _, c := range primary.Copies {
				if listed[c.ID] || mustStory(t, s, c.ID).CopyOf != primary.ID {
					t.Fatalf("%s is listed twice, or is not a copy of %s", c.ID, primary.ID)
				}
				listed[c.ID] = true
			}
		}
		if !reflect.DeepEqual(listed, present) || len(page.Stories) > 3 {
			t.Fatalf("%d stories are listed in %d groups, want %d in at most 3", len(listed), len(page.Stories), len(present))
		}
	}
	checkOverview(t, s, story.Query{Outlet: []string{"Outlet 3"}})
}
