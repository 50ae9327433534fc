package storetest

import (
	"errors"
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

// withAddress returns a story with an address and aliases, as ingest makes them.
func withAddress(address, title, text string, aliases ...string) *story.Story {
	s := sample(title, text, day(1), location(quito, geo.RoleFocus, 0.9, 1))
	s.URL, s.Aliases = address, aliases
	s.ID = story.Identify(s)
	return s
}

func wantStories(t *testing.T, s story.Store, want int) {
	t.Helper()
	got, err := s.Count(t.Context(), story.Query{})
	if err != nil || got.Stories != want {
		t.Fatalf("there are %d stories, %v; want %d", got.Stories, err, want)
	}
}

// testIDs puts one story several times, each time with another of its addresses or
// guids.
func testIDs(t *testing.T, s story.Store) {
	const guid = "guid:https://post.example/feed 17"
	first := withAddress("http://post.example/a?utm_source=rss", "Version 0", "Text 0.", guid)
	id := first.ID
	var fetched time.Time
	for i, next := range []*story.Story{
		first,
		withAddress("https://www.post.example/a/", "Version 1", "Text 1."),
		withAddress("https://post.example/a?fbclid=1#top", "Version 2", "Text 2."),
		withAddress("https://post.example/moved/17", "Version 3", "Text 3.", guid),
		withAddress("https://amp.post.example/17", "Version 4", "Text 4.", "https://post.example/moved/17/?utm_medium=x"),
		withAddress("", "Version 5", "Text 5.", "other", guid),
		withAddress("http://amp.post.example/17", "Version 6", "Text 6."),
	} {
		outcome, err := s.Put(t.Context(), next)
		if want := []story.Outcome{story.Created, story.Updated}[min(i, 1)]; err != nil || outcome != want || next.ID != id {
			t.Fatalf("version %d: %s as %s, %v; want %s as %s", i, outcome, next.ID, err, want, id)
		}
		if i == 0 {
			fetched = next.Fetched
		}
		got := mustStory(t, s, id)
		if want := *next; !equalExceptAliases(got, &want) || !got.Fetched.Equal(fetched) || got.Title != fmt.Sprint("Version ", i) || len(got.Titles) != i {
			t.Errorf("version %d is stored as\n got %+v\nwant %+v", i, got, next)
		}
	}
	wantStories(t, s, 1)
	got := mustStory(t, s, id)
	for i, title := range got.Titles {
		if want := fmt.Sprint("Version ", 5-i); title.Title != want || i > 0 && !title.Until.Before(got.Titles[i-1].Until) {
			t.Errorf("title %d is %+v, want %s", i, title, want)
		}
	}
	again := withAddress("http://amp.post.example/17", "Version 6", "Text 6.", "https://post.example/one-more")
	if outcome, err := s.Put(t.Context(), again); err != nil || outcome != story.Unchanged || again.ID != id || len(again.Titles) != 6 {
		t.Errorf("the same story with a new alias: %s, %v; want unchanged", outcome, err)
	}
	last := withAddress("https://post.example/one-more", "Version 7", "Text 7.")
	mustPut(t, s, last)
	if last.ID != id {
		t.Error("the new alias was not stored")
	}
	if err := s.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	back := withAddress("https://post.example/one-more", "Version 8", "Text 8.")
	if outcome, err := s.Put(t.Context(), back); err != nil || outcome != story.Created || len(back.Titles) != 0 {
		t.Errorf("Put after Delete: %s with %d titles, %v; want created with none", outcome, len(back.Titles), err)
	}
}

func equalExceptAliases(a, b *story.Story) bool {
	x, y := *a, *b
	x.Aliases, y.Aliases = nil, nil
	return reflect.DeepEqual(x, y)
}

// testDifferent puts similar stories that are not the same.
func testDifferent(t *testing.T, s story.Store) {
	stories := []*story.Story{
		withAddress("https://a.example/1", "One", "Text.", "guid:https://a.example/feed 1", "https://a.example/"),
		withAddress("https://a.example/2", "One", "Text.", "guid:https://a.example/feed 2", "https://a.example/", "http://www.a.example"),
		withAddress("https://b.example/1", "One", "Text.", "guid:https://b.example/feed 1", "https://a.example/live#1"),
		withAddress("https://b.example/2", "One", "Text.", "https://a.example/live#2", ""),
		withAddress("https://a.example/1?page=2", "One", "Text."),
		withAddress("https://A.example/One", "One", "Text.", "tag:a.example,2024:one"),
		withAddress("https://a.example/one", "One", "Text.", "tag:A.example,2024:one"),
		withAddress("", "One", "Text.", ""),
	}
	for range 2 {
		mustPut(t, s, stories...)
		wantStories(t, s, len(stories))
	}
}

// testMerge puts a story whose ids belong to several stored stories.
func testMerge(t *testing.T, s story.Store) {
	first := withAddress("https://post.example/1", "First", "Text one.", "guid:1")
	second := withAddress("https://post.example/2", "Second", "Text two.", "guid:2")
	third := withAddress("https://post.example/3", "Third", "Text three.")
	mustPut(t, s, first, second, third)
	retitled := withAddress("https://post.example/2", "Second again", "Text two.")
	mustPut(t, s, retitled)
	merged := withAddress("https://post.example/2", "All", "All of it.", "https://post.example/1", "https://post.example/3")
	if outcome, err := s.Put(t.Context(), merged); err != nil || outcome != story.Updated || merged.ID != first.ID || !merged.Fetched.Equal(first.Fetched) {
		t.Errorf("merged: %s with id %s (first %s), %v", outcome, merged.ID, first.ID, err)
	}
	wantStories(t, s, 1)
	for _, id := range []string{first.ID, second.ID, third.ID} {
		if got := mustStory(t, s, id); got.ID != first.ID || got.Text != "All of it." {
			t.Errorf("id %s finds story %s, %q; want %s", id, got.ID, got.Text, first.ID)
		}
	}
	var earlier []string
	for _, title := range mustStory(t, s, first.ID).Titles {
		earlier = append(earlier, title.Title)
	}
	slices.Sort(earlier)
	if want := []string{"First", "Second", "Second again", "Third"}; !slices.Equal(earlier, want) {
		t.Errorf("titles %q, want %q", earlier, want)
	}
	for _, again := range []*story.Story{withAddress("", "All", "All of it.", "guid:2"), withAddress("https://post.example/3", "All", "All of it.")} {
		mustPut(t, s, again)
		if again.ID != first.ID {
			t.Errorf("Put with ids %v has id %s; want %s", again.IDs(), again.ID, first.ID)
		}
	}
	if found := stories(t, s, story.Query{Text: "three"}); len(found.Stories) != 0 {
		t.Error("the text of a merged story is still found")
	}
	if err := s.Delete(t.Context(), third.ID); err != nil {
		t.Errorf("Delete with another id: %v", err)
	}
	wantStories(t, s, 0)
	if _, err := s.Story(t.Context(), second.ID); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("after Delete, another id returns %v; want geo.ErrNotFound", err)
	}
}

// testMergeInAnyOrder puts versions of one story in random order. In the end there is
// one story, with the id of the first one stored.
func testMergeInAnyOrder(t *testing.T, s story.Store) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		var chain []*story.Story
		address := func(i int) string { return fmt.Sprintf("https://post.example/%d/%d", round, i) }
		for i := range 6 {
			chain = append(chain, withAddress(address(i), "Title", fmt.Sprintf("Round %d.", round), address((i+1)%6)))
		}
		random.Shuffle(len(chain), func(i, j int) { chain[i], chain[j] = chain[j], chain[i] })
		first := chain[0].ID
		mustPut(t, s, chain...)
		last := *chain[5]
		mustPut(t, s, &last)
		if last.ID != first {
			t.Errorf("round %d: the id is %s, want %s of the first", round, last.ID, first)
		}
		wantStories(t, s, round+1)
	}
}

// testPublisherFields checks that the image and the points from the publisher are stored
// and that a change of them is an update.
func testPublisherFields(t *testing.T, s story.Store) {
	st := withAddress("https://post.example/1", "Title", "Text.")
	mustPut(t, s, st)
	st.Image = "https://post.example/a.jpg?w=1200&h=800#x"
	st.Points = []geo.Coordinate{{Lon: -78.5, Lat: -0.25}, {Lon: 180, Lat: 90}}
	if outcome, err := s.Put(t.Context(), st); err != nil || outcome != story.Updated {
		t.Errorf("with image and points: %s, %v; want updated", outcome, err)
	}
	if got := mustStory(t, s, st.ID); !equalExceptAliases(got, st) {
		t.Errorf("stored as\n got %+v\nwant %+v", got, st)
	}
	if page := stories(t, s, story.Query{}); !equalExceptAliases(page.Stories[0], st) {
		t.Errorf("listed as\n got %+v\nwant %+v", page.Stories[0], st)
	}
	again := *st
	if outcome, err := s.Put(t.Context(), &again); err != nil || outcome != story.Unchanged {
		t.Errorf("again: %s, %v; want unchanged", outcome, err)
	}
	again.Points = again.Points[:1]
	if outcome, err := s.Put(t.Context(), &again); err != nil || outcome != story.Updated {
		t.Errorf("without a point: %s, %v; want updated", outcome, err)
	}
}

// testTitles checks that the earlier titles are unique and that their number is limited.
func testTitles(t *testing.T, s story.Store) {
	put := func(title string) *story.Story {
		st := withAddress("https://post.example/1", title, "Text.")
		mustPut(t, s, st)
		return st
	}
	for _, title := range []string{"A", "B", "A", "A ", "B"} {
		put(title)
	}
	var earlier []string
	for _, title := range put("C").Titles {
		earlier = append(earlier, title.Title)
	}
	if got := strings.Join(earlier, " "); got != "B A" {
		t.Errorf("titles %q, want B then A", earlier)
	}
	for i := range 200 {
		put(fmt.Sprint("Title ", i))
	}
	if n := len(put("Last").Titles); n < 10 || n > 100 {
		t.Errorf("%d titles are stored, want 10 to 100", n)
	}
}
