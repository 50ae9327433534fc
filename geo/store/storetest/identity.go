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

// known makes a story with an address, as ingest would, under further names.
func known(address, title, text string, also ...string) *story.Story {
	s := sample(title, text, day(1), location(quito, geo.RoleFocus, 0.9, 1))
	s.URL, s.Aliases = address, also
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

// testNames puts one story under all that it may come by, in turn.
func testNames(t *testing.T, s story.Store) {
	const guid = "guid:https://post.example/feed 17"
	first := known("http://post.example/a?utm_source=rss", "Version 0", "Text 0.", guid)
	id := first.ID
	var fetched time.Time
	for i, next := range []*story.Story{
		first,
		known("https://www.post.example/a/", "Version 1", "Text 1."),
		known("https://post.example/a?fbclid=1#top", "Version 2", "Text 2."),
		known("https://post.example/moved/17", "Version 3", "Text 3.", guid),
		known("https://amp.post.example/17", "Version 4", "Text 4.", "https://post.example/moved/17/?utm_medium=x"),
		known("", "Version 5", "Text 5.", "other", guid),
		known("http://amp.post.example/17", "Version 6", "Text 6."),
	} {
		outcome, err := s.Put(t.Context(), next)
		if want := []story.Outcome{story.Created, story.Updated}[min(i, 1)]; err != nil || outcome != want || next.ID != id {
			t.Fatalf("version %d: %s as %s, %v; want %s as %s", i, outcome, next.ID, err, want, id)
		}
		if i == 0 {
			fetched = next.Fetched
		}
		got := mustStory(t, s, id)
		if want := *next; !sameButAlso(got, &want) || !got.Fetched.Equal(fetched) || got.Title != fmt.Sprint("Version ", i) || len(got.Titles) != i {
			t.Errorf("version %d came back as\n got %+v\nwant %+v", i, got, next)
		}
	}
	wantStories(t, s, 1)
	got := mustStory(t, s, id)
	for i, title := range got.Titles {
		if want := fmt.Sprint("Version ", 5-i); title.Title != want || i > 0 && !title.Until.Before(got.Titles[i-1].Until) {
			t.Errorf("title %d is %+v, want %s", i, title, want)
		}
	}
	again := known("http://amp.post.example/17", "Version 6", "Text 6.", "https://post.example/one-more")
	if outcome, err := s.Put(t.Context(), again); err != nil || outcome != story.Unchanged || again.ID != id || len(again.Titles) != 6 {
		t.Errorf("the same with a new name: %s, %v", outcome, err)
	}
	last := known("https://post.example/one-more", "Version 7", "Text 7.")
	mustPut(t, s, last)
	if last.ID != id {
		t.Error("the new name was not kept")
	}
	if err := s.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	back := known("https://post.example/one-more", "Version 8", "Text 8.")
	if outcome, err := s.Put(t.Context(), back); err != nil || outcome != story.Created || len(back.Titles) != 0 {
		t.Errorf("after it was deleted: %s with %d titles, %v", outcome, len(back.Titles), err)
	}
}

func sameButAlso(a, b *story.Story) bool {
	x, y := *a, *b
	x.Aliases, y.Aliases = nil, nil
	return reflect.DeepEqual(x, y)
}

// testApart puts stories that are not the same, however much they share.
func testApart(t *testing.T, s story.Store) {
	stories := []*story.Story{
		known("https://a.example/1", "One", "Text.", "guid:https://a.example/feed 1", "https://a.example/"),
		known("https://a.example/2", "One", "Text.", "guid:https://a.example/feed 2", "https://a.example/", "http://www.a.example"),
		known("https://b.example/1", "One", "Text.", "guid:https://b.example/feed 1", "https://a.example/live#1"),
		known("https://b.example/2", "One", "Text.", "https://a.example/live#2", ""),
		known("https://a.example/1?page=2", "One", "Text."),
		known("https://A.example/One", "One", "Text.", "tag:a.example,2024:one"),
		known("https://a.example/one", "One", "Text.", "tag:A.example,2024:one"),
		known("", "One", "Text.", ""),
	}
	for range 2 {
		mustPut(t, s, stories...)
		wantStories(t, s, len(stories))
	}
}

// testMerged brings a story whose names belong to several.
func testMerged(t *testing.T, s story.Store) {
	first := known("https://post.example/1", "First", "Text one.", "guid:1")
	second := known("https://post.example/2", "Second", "Text two.", "guid:2")
	third := known("https://post.example/3", "Third", "Text three.")
	mustPut(t, s, first, second, third)
	retitled := known("https://post.example/2", "Second again", "Text two.")
	mustPut(t, s, retitled)
	whole := known("https://post.example/2", "All", "All of it.", "https://post.example/1", "https://post.example/3")
	if outcome, err := s.Put(t.Context(), whole); err != nil || outcome != story.Updated || whole.ID != first.ID || !whole.Fetched.Equal(first.Fetched) {
		t.Errorf("merged: %s as %s (first %s), %v", outcome, whole.ID, first.ID, err)
	}
	wantStories(t, s, 1)
	for _, id := range []string{first.ID, second.ID, third.ID} {
		if got := mustStory(t, s, id); got.ID != first.ID || got.Text != "All of it." {
			t.Errorf("%s leads to %s, %q", id, got.ID, got.Text)
		}
	}
	var had []string
	for _, title := range mustStory(t, s, first.ID).Titles {
		had = append(had, title.Title)
	}
	slices.Sort(had)
	if want := []string{"First", "Second", "Second again", "Third"}; !slices.Equal(had, want) {
		t.Errorf("titles %q, want %q", had, want)
	}
	for _, again := range []*story.Story{known("", "All", "All of it.", "guid:2"), known("https://post.example/3", "All", "All of it.")} {
		mustPut(t, s, again)
		if again.ID != first.ID {
			t.Errorf("by %v it is %s", again.IDs(), again.ID)
		}
	}
	if found := stories(t, s, story.Query{Text: "three"}); len(found.Stories) != 0 {
		t.Error("a merged story's text is still found")
	}
	if err := s.Delete(t.Context(), third.ID); err != nil {
		t.Errorf("delete by a name: %v", err)
	}
	wantStories(t, s, 0)
	if _, err := s.Story(t.Context(), second.ID); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("after it is gone, another name gives %v", err)
	}
}

// testAnyOrder puts stories that belong together in random order: whatever came
// first, in the end there is one, by the id that was given first.
func testAnyOrder(t *testing.T, s story.Store) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		var chain []*story.Story
		address := func(i int) string { return fmt.Sprintf("https://post.example/%d/%d", round, i) }
		for i := range 6 {
			chain = append(chain, known(address(i), "Title", fmt.Sprintf("Round %d.", round), address((i+1)%6)))
		}
		random.Shuffle(len(chain), func(i, j int) { chain[i], chain[j] = chain[j], chain[i] })
		first := chain[0].ID
		mustPut(t, s, chain...)
		last := *chain[5]
		mustPut(t, s, &last)
		if last.ID != first {
			t.Errorf("round %d: the id is %s, the first was %s", round, last.ID, first)
		}
		wantStories(t, s, round+1)
	}
}

// testExtras: what a publisher gives comes back, and counts as a change.
func testExtras(t *testing.T, s story.Store) {
	st := known("https://post.example/1", "Title", "Text.")
	mustPut(t, s, st)
	st.Image = "https://post.example/a.jpg?w=1200&h=800#x"
	st.Points = []geo.Coordinate{{Lon: -78.5, Lat: -0.25}, {Lon: 180, Lat: 90}}
	if outcome, err := s.Put(t.Context(), st); err != nil || outcome != story.Updated {
		t.Errorf("%s, %v", outcome, err)
	}
	if got := mustStory(t, s, st.ID); !sameButAlso(got, st) {
		t.Errorf("came back as\n got %+v\nwant %+v", got, st)
	}
	if page := stories(t, s, story.Query{}); !sameButAlso(page.Stories[0], st) {
		t.Errorf("listed as %+v", page.Stories[0])
	}
	again := *st
	if outcome, err := s.Put(t.Context(), &again); err != nil || outcome != story.Unchanged {
		t.Errorf("again: %s, %v", outcome, err)
	}
	again.Points = again.Points[:1]
	if outcome, err := s.Put(t.Context(), &again); err != nil || outcome != story.Updated {
		t.Errorf("without a point: %s, %v", outcome, err)
	}
}

// testTitles: the history of titles holds no repetition and does not grow for
// ever.
func testTitles(t *testing.T, s story.Store) {
	put := func(title string) *story.Story {
		st := known("https://post.example/1", title, "Text.")
		mustPut(t, s, st)
		return st
	}
	for _, title := range []string{"A", "B", "A", "A ", "B"} {
		put(title)
	}
	var had []string
	for _, title := range put("C").Titles {
		had = append(had, title.Title)
	}
	if got := strings.Join(had, " "); got != "B A" {
		t.Errorf("titles %q, want B then A", had)
	}
	for i := range 200 {
		put(fmt.Sprint("Title ", i))
	}
	if n := len(put("Last").Titles); n < 10 || n > 100 {
		t.Errorf("%d titles are kept", n)
	}
}
