package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Clock is the clock of the tested stores. It advances by a second with each call of
// Now.
type Clock struct {
	mu   sync.Mutex
	time time.Time
}

// Now returns a time that is a second later than that of the previous call.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(time.Second)
	return c.time
}

// Run tests that a store implements story.Store. open returns an empty store that uses
// the given clock. Run closes the stores.
func Run(t *testing.T, open func(t *testing.T, clock func() time.Time) story.Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, story.Store)
	}{
		{"RoundTrip", testRoundTrip},
		{"Outcomes", testOutcomes},
		{"Identity", testIdentity},
		{"IDs", testIDs},
		{"Different", testDifferent},
		{"Merge", testMerge},
		{"MergeInAnyOrder", testMergeInAnyOrder},
		{"PublisherFields", testPublisherFields},
		{"Titles", testTitles},
		{"Duplicates", testDuplicates},
		{"ChangedDuplicates", testChangedDuplicates},
		{"MergedDuplicates", testMergedDuplicates},
		{"NoDuplicates", testNoDuplicates},
		{"DuplicateChanges", testDuplicateChanges},
		{"RandomDuplicates", testRandomDuplicates},
		{"Invalid", testInvalid},
		{"NotFound", testNotFound},
		{"Delete", testDelete},
		{"Empty", testEmpty},
		{"Filters", testFilters},
		{"Order", testOrder},
		{"StoryPages", testStoryPages},
		{"FeaturePages", testFeaturePages},
		{"Cursors", testCursors},
		{"YieldError", testYieldError},
		{"Overview", testOverview},
		{"Cancelled", testCancelled},
		{"Concurrent", testConcurrent},
		{"HostileText", testHostileText},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := &Clock{time: now}
			s := open(t, clock.Now)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(t, s)
		})
	}
}

func mustPut(t *testing.T, s story.Store, stories ...*story.Story) {
	t.Helper()
	for _, st := range stories {
		if _, err := s.Put(t.Context(), st); err != nil {
			t.Fatalf("put %q: %v", st.Title, err)
		}
	}
}

func mustStory(t *testing.T, s story.Store, id string) *story.Story {
	t.Helper()
	st, err := s.Story(t.Context(), id)
	if err != nil {
		t.Fatalf("story %s: %v", id, err)
	}
	return st
}

// features returns all features of q and the next cursor.
func features(t *testing.T, s story.Store, q story.Query) (out []story.Feature, next string) {
	t.Helper()
	next, err := s.Features(t.Context(), q, func(f *story.Feature) error {
		out = append(out, *f)
		return nil
	})
	if err != nil {
		t.Fatalf("features: %v", err)
	}
	return out, next
}

func stories(t *testing.T, s story.Store, q story.Query) story.Page {
	t.Helper()
	page, err := s.Stories(t.Context(), q)
	if err != nil {
		t.Fatalf("stories: %v", err)
	}
	return page
}

func titles(page story.Page) (out []string) {
	for _, s := range page.Stories {
		out = append(out, s.Title)
	}
	return out
}

func testRoundTrip(t *testing.T, s story.Store) {
	for _, want := range sampleStories() {
		mustPut(t, s, want)
		if want.Fetched.IsZero() || want.Updated.IsZero() {
			t.Errorf("%q: Put set Fetched %v, Updated %v; want the current time", want.Title, want.Fetched, want.Updated)
		}
		if got := mustStory(t, s, want.ID); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is stored as\n got %+v\nwant %+v", want.Title, got, want)
		}
	}
	for _, source := range []story.TextSource{story.SourcePage, story.SourceFeed, story.SourceHeadline} {
		want := sample("A story with the text of its "+string(source), "Text.", day(1))
		want.TextSource = source
		mustPut(t, s, want)
		if got := mustStory(t, s, want.ID); got.TextSource != source {
			t.Errorf("text source %q is stored as %q", source, got.TextSource)
		}
	}
	old := sample("From the first years of print", "Text.", time.Date(1605, 7, 1, 0, 0, 0, 0, time.UTC))
	mustPut(t, s, old)
	if got := mustStory(t, s, old.ID).Published; !got.Equal(old.Published) {
		t.Errorf("publication time %v is stored as %v", old.Published, got)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
}

func testOutcomes(t *testing.T, s story.Store) {
	put := func(st *story.Story, want story.Outcome) {
		t.Helper()
		if got, err := s.Put(t.Context(), st); err != nil || got != want {
			t.Fatalf("Put returned %q, %v; want %q", got, err, want)
		}
	}
	first := sampleStories()[0]
	put(first, story.Created)
	again := sampleStories()[0]
	again.Fetched, again.Updated = day(9), day(9)
	put(again, story.Unchanged)
	if !again.Fetched.Equal(first.Fetched) || !again.Updated.Equal(first.Updated) {
		t.Errorf("an unchanged story has Fetched %v, Updated %v; want %v, %v", again.Fetched, again.Updated, first.Fetched, first.Updated)
	}
	for name, change := range map[string]func(*story.Story){
		"title":      func(s *story.Story) { s.Title += "!" },
		"text":       func(s *story.Story) { s.Text = "The wombat is free." },
		"outlet":     func(s *story.Story) { s.Outlet = "Another" },
		"byline":     func(s *story.Story) { s.Byline = "B. Writer" },
		"url":        func(s *story.Story) { s.URL = "https://suite.example/1" },
		"source":     func(s *story.Story) { s.TextSource = story.SourceFeed },
		"published":  func(s *story.Story) { s.Published = day(8) },
		"role":       func(s *story.Story) { s.Locations[0].Role = geo.RoleMention },
		"confidence": func(s *story.Story) { s.Locations[0].Confidence = 0.123 },
		"reasons":    func(s *story.Story) { s.Locations[0].Reasons = nil },
		"candidates": func(s *story.Story) { s.Locations[0].Candidates[1].Score = 0.02 },
		"fewer":      func(s *story.Story) { s.Locations = s.Locations[:1] },
		"unlocated":  func(s *story.Story) { s.Unlocated = nil },
	} {
		changed := sampleStories()[0]
		change(changed)
		before := mustStory(t, s, first.ID)
		put(changed, story.Updated)
		if !changed.Fetched.Equal(first.Fetched) || !changed.Updated.After(before.Updated) {
			t.Errorf("%s: fetched %v (first %v), updated %v (before %v)", name, changed.Fetched, first.Fetched, changed.Updated, before.Updated)
		}
		if got := mustStory(t, s, first.ID); !reflect.DeepEqual(got, changed) {
			t.Errorf("%s: stored as\n got %+v\nwant %+v", name, got, changed)
		}
		put(sampleStories()[0], story.Updated)
	}
	// A page without publication time does not remove the stored one.
	undated := sampleStories()[0]
	undated.Title, undated.Published = "The page's own title", time.Time{}
	put(undated, story.Updated)
	if got := mustStory(t, s, first.ID); !got.Published.Equal(first.Published) || !undated.Published.Equal(first.Published) {
		t.Errorf("without a publication time: stored %v, set by Put %v; want %v", got.Published, undated.Published, first.Published)
	}
	undated.Published = time.Time{}
	put(undated, story.Unchanged)
	// Replaced words and places are not found any more.
	changed := sampleStories()[0]
	changed.Text, changed.Locations = "The wombat is free.", []geo.Location{location(apia, geo.RoleFocus, 1, 1)}
	put(changed, story.Updated)
	for name, c := range map[string]struct {
		q    story.Query
		want int
	}{
		"old word": {story.Query{Text: "trucks"}, 0}, "new word": {story.Query{Text: "wombat"}, 1},
		"old place": {story.Query{Place: []string{baghuz.ID}}, 0}, "new place": {story.Query{Place: []string{apia.ID}}, 1},
		"old box": {story.Query{BBox: &geo.BBox{MinLon: 40, MinLat: 34, MaxLon: 41, MaxLat: 35}}, 0},
		"all":     {story.Query{}, 1},
	} {
		if got, err := s.Count(t.Context(), c.q); err != nil || got.Features != c.want {
			t.Errorf("%s: %+v, %v; want %d features", name, got, err, c.want)
		}
	}
}

func testIdentity(t *testing.T, s story.Store) {
	for _, address := range []string{"https://www.suite.example/a/?utm_source=x", "http://suite.example/a", "https://suite.example/a#top"} {
		st := sample("One story", "Text.", day(1))
		st.URL = address
		st.ID = story.Identify(st)
		mustPut(t, s, st)
	}
	if got, err := s.Count(t.Context(), story.Query{}); err != nil || got.Stories != 1 {
		t.Errorf("three variants of one address: %+v, %v; want one story", got, err)
	}
}

func testInvalid(t *testing.T, s story.Store) {
	for name, change := range map[string]func(*story.Story){
		"no id":            func(s *story.Story) { s.ID = "" },
		"no text":          func(s *story.Story) { s.Title, s.Text = "", " \n" },
		"future":           func(s *story.Story) { s.Published = now.AddDate(1, 0, 0) },
		"invalid UTF-8":    func(s *story.Story) { s.Text = "a\xffb" },
		"NUL":              func(s *story.Story) { s.Title = "a\x00b" },
		"script address":   func(s *story.Story) { s.URL = "javascript:alert(1)" },
		"latitude":         func(s *story.Story) { s.Locations[2].Place.Point = [2]float64{10, 91} },
		"longitude NaN":    func(s *story.Story) { s.Locations[2].Place.Point = [2]float64{nan(), 0} },
		"confidence":       func(s *story.Story) { s.Locations[2].Confidence = 1.5 },
		"text source":      func(s *story.Story) { s.TextSource = "unknown" },
		"image":            func(s *story.Story) { s.Image = "javascript:alert(1)" },
		"point":            func(s *story.Story) { s.Points = []geo.Coordinate{{Lon: 181}} },
		"point NaN":        func(s *story.Story) { s.Points = []geo.Coordinate{{Lat: nan()}} },
		"too many aliases": func(s *story.Story) { s.Aliases = make([]string, story.MaxAliases+1) },
		"place without id": func(s *story.Story) { s.Locations[2].Place.ID = "" },
	} {
		st := sampleStories()[0]
		change(st)
		if _, err := s.Put(t.Context(), st); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: %v; want geo.ErrInvalid", name, err)
		}
	}
	if got, err := s.Count(t.Context(), story.Query{}); err != nil || got != (story.Counts{}) {
		t.Errorf("after invalid stories there are %+v, %v; want none", got, err)
	}
}

func nan() float64 { var zero float64; return zero / zero }

func testNotFound(t *testing.T, s story.Store) {
	for _, id := range []string{"nothing", "", "' OR 1=1 --"} {
		if st, err := s.Story(t.Context(), id); !errors.Is(err, geo.ErrNotFound) || st != nil {
			t.Errorf("Story(%q): %v, %v; want geo.ErrNotFound", id, st, err)
		}
		if err := s.Delete(t.Context(), id); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("Delete(%q): %v; want geo.ErrNotFound", id, err)
		}
	}
}

func testDelete(t *testing.T, s story.Store) {
	all := sampleStories()
	mustPut(t, s, all...)
	if err := s.Delete(t.Context(), all[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Story(t.Context(), all[0].ID); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("deleted story: %v; want geo.ErrNotFound", err)
	}
	for name, q := range map[string]story.Query{
		"text": {Text: "trucks"}, "place": {Place: []string{baghuz.ID}}, "bbox": {BBox: &geo.BBox{MinLon: 40.5, MinLat: 34, MaxLon: 41, MaxLat: 35}},
	} {
		if got, err := s.Count(t.Context(), q); err != nil || got != (story.Counts{}) {
			t.Errorf("%s still finds %+v, %v", name, got, err)
		}
	}
	if outcome, err := s.Put(t.Context(), sampleStories()[0]); err != nil || outcome != story.Created {
		t.Errorf("Put after Delete: %q, %v; want created", outcome, err)
	}
	if got, err := s.Count(t.Context(), story.Query{}); err != nil || got != (story.Counts{Stories: 5, Features: 7, Unlocated: 1}) {
		t.Errorf("Count: %+v, %v; want 5 stories, 7 features, 1 unlocated", got, err)
	}
}

func testEmpty(t *testing.T, s story.Store) {
	if page := stories(t, s, story.Query{}); len(page.Stories) != 0 || page.Next != "" {
		t.Errorf("stories of an empty store: %+v", page)
	}
	if got, next := features(t, s, story.Query{Text: "x", BBox: &geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}}); len(got) != 0 || next != "" {
		t.Errorf("features of an empty store: %v, next %q", got, next)
	}
}

// testFilters checks stories, features, counts and summaries for each query. want lists
// the expected stories in order, each as "first word of the title: place names".
func testFilters(t *testing.T, s story.Store) {
	mustPut(t, s, sampleStories()...)
	box := func(a, b, c, d float64) *geo.BBox { return &geo.BBox{MinLon: a, MinLat: b, MaxLon: c, MaxLat: d} }
	const (
		syria    = "Fighters: Al-Bāghūz, Euphrates, Mosul"
		pacific  = "Cyclone: Suva, Apia"
		andes    = "Terremoto: Quito"
		undated  = "An: Mosul"
		unplaced = "Markets:"
	)
	yes, no := true, false
	ids := func(titles ...string) (out []string) {
		for _, st := range sampleStories() {
			if slices.Contains(titles, strings.Fields(st.Title)[0]) {
				out = append(out, st.ID)
			}
		}
		return out
	}
	for _, c := range []struct {
		name string
		q    story.Query
		want []string
	}{
		{"all", story.Query{}, []string{undated, syria, pacific, andes, unplaced}},
		{"world", story.Query{BBox: box(-180, -90, 180, 90)}, []string{undated, syria, pacific, andes}},
		{"box", story.Query{BBox: box(40, 34, 42, 36)}, []string{"Fighters: Al-Bāghūz, Euphrates"}},
		{"box on the border", story.Query{BBox: box(40.9499, 34.4555, 41, 35)}, []string{"Fighters: Al-Bāghūz"}},
		{"box next to the point", story.Query{BBox: box(40.94990001, 34.4555, 41, 35)}, nil},
		{"box of one point", story.Query{BBox: box(-78.5249, -0.2299, -78.5249, -0.2299)}, []string{andes}},
		{"antimeridian", story.Query{BBox: box(170, -30, -170, 0)}, []string{pacific}},
		{"antimeridian, east only", story.Query{BBox: box(170, -30, -179, 0)}, []string{"Cyclone: Suva"}},
		{"all but the antimeridian", story.Query{BBox: box(-170, -30, 170, 0)}, []string{andes}},
		{"from", story.Query{From: day(2)}, []string{syria, pacific}},
		{"to", story.Query{To: day(3)}, []string{andes, unplaced}},
		{"instant", story.Query{From: day(3), To: day(3)}, []string{andes}},
		{"between", story.Query{From: day(3).Add(time.Nanosecond), To: day(2).Add(-time.Nanosecond)}, nil},
		{"received", story.Query{Received: story.Interval{From: now}}, []string{undated, syria, pacific, andes, unplaced}},
		{"received before", story.Query{Received: story.Interval{To: now.Add(-time.Nanosecond)}}, nil},
		{"received, words", story.Query{Received: story.Interval{From: now, To: now.AddDate(1, 0, 0)}, Text: "trucks"}, []string{syria}},
		{"received after", story.Query{Received: story.Interval{From: now.AddDate(1, 0, 0)}, Country: []string{"SY"}}, nil},
		{"word", story.Query{Text: "trucks"}, []string{syria}},
		{"word of a title", story.Query{Text: "CYCLONE"}, []string{pacific}},
		{"word in several", story.Query{Text: "storm"}, []string{pacific, unplaced}},
		{"two words", story.Query{Text: "storm decade"}, []string{pacific}},
		{"words of title and text", story.Query{Text: "cyclone strongest"}, []string{pacific}},
		{"two words, no story with both", story.Query{Text: "storm trucks"}, nil},
		{"word in the plural", story.Query{Text: "storms"}, []string{pacific, unplaced}},
		{"word in the singular", story.Query{Text: "truck"}, []string{syria}},
		{"beginning of a word", story.Query{Text: "stor"}, nil},
		{"diacritics, no story with all", story.Query{Text: "naive cafes danos"}, nil},
		{"diacritics in the story", story.Query{Text: "naive CAFES"}, []string{syria}},
		{"diacritics in the query", story.Query{Text: "daños"}, []string{andes}},
		{"phrase", story.Query{Text: `"strongest storm"`}, []string{pacific}},
		{"phrase in the wrong order", story.Query{Text: `"storm strongest"`}, nil},
		{"phrase and word", story.Query{Text: `decade "strongest storm"`}, []string{pacific}},
		{"words of the phrase, no quotes", story.Query{Text: "storm strongest"}, []string{pacific}},
		{"no word", story.Query{Text: "--- !!"}, nil},
		{"outlet by name", story.Query{Outlet: []string{"Pacific Post"}}, []string{pacific}},
		{"outlet by name, case", story.Query{Outlet: []string{"el diario"}}, []string{andes}},
		{"outlet by domain", story.Query{Outlet: []string{"diario.example"}}, []string{andes}},
		{"outlet by domain with www", story.Query{Outlet: []string{"WWW.Diario.example"}}, []string{andes}},
		{"several outlets", story.Query{Outlet: []string{"diario.example", "pacific post"}}, []string{pacific, andes}},
		{"unknown outlet", story.Query{Outlet: []string{"%"}}, nil},
		{"country", story.Query{Country: []string{"EC"}}, []string{andes}},
		{"country of a river", story.Query{Country: []string{"TR"}}, []string{"Fighters: Euphrates"}},
		{"country, own and spanning", story.Query{Country: []string{"IQ"}}, []string{undated, "Fighters: Euphrates, Mosul"}},
		{"several countries", story.Query{Country: []string{"EC", "FJ"}}, []string{"Cyclone: Suva", andes}},
		{"place", story.Query{Place: []string{mosul.ID}}, []string{undated, "Fighters: Mosul"}},
		{"several places", story.Query{Place: []string{apia.ID, quito.ID}}, []string{"Cyclone: Apia", andes}},
		{"role", story.Query{Role: []geo.Role{geo.RoleDateline}}, []string{"Cyclone: Apia"}},
		{"roles", story.Query{Role: []geo.Role{geo.RoleDateline, geo.RoleMention}}, []string{"Fighters: Euphrates, Mosul", "Cyclone: Apia"}},
		{"confidence", story.Query{MinConfidence: 0.8}, []string{"Fighters: Al-Bāghūz", "Cyclone: Suva", andes}},
		{"lang includes its regions", story.Query{Lang: []string{"en"}}, []string{syria, pacific}},
		{"lang with region", story.Query{Lang: []string{"en-gb"}}, []string{pacific}},
		{"langs", story.Query{Lang: []string{"es", "en-GB"}}, []string{pacific, andes}},
		{"one location matches both", story.Query{Place: []string{mosul.ID}, Role: []geo.Role{geo.RoleFocus}}, []string{undated}},
		{"no location matches both", story.Query{Place: []string{mosul.ID}, MinConfidence: 0.6}, nil},
		{"located", story.Query{WithLocations: &yes}, []string{undated, syria, pacific, andes}},
		{"not located", story.Query{WithLocations: &no}, []string{unplaced}},
		{"not located, words", story.Query{WithLocations: &no, Text: "storm"}, []string{unplaced}},
		{"not located, country", story.Query{WithLocations: &no, Country: []string{"EC"}}, nil},
		{"located, from", story.Query{WithLocations: &yes, From: day(2)}, []string{syria, pacific}},
		{"ids", story.Query{ID: ids("Terremoto", "Fighters")}, []string{syria, andes}},
		{"id and country", story.Query{ID: ids("Terremoto", "Fighters"), Country: []string{"EC"}}, []string{andes}},
		{"id and words", story.Query{ID: ids("Cyclone", "Fighters"), Text: "storm"}, []string{pacific}},
		{"unknown id", story.Query{ID: []string{"nowhere"}}, nil},
		{"text and box", story.Query{Text: "trucks", BBox: box(43, 36, 44, 37)}, []string{"Fighters: Mosul"}},
		{"text and other box", story.Query{Text: "trucks", BBox: box(0, 0, 1, 1)}, nil},
		{"all filters", story.Query{
			Text: "village", BBox: box(30, 30, 50, 40), From: day(5), To: day(0), Outlet: []string{"suite.example"}, Country: []string{"SY"},
			Place: []string{baghuz.ID, river.ID}, Role: []geo.Role{geo.RoleFocus}, MinConfidence: 0.9, Lang: []string{"en"},
		}, []string{"Fighters: Al-Bāghūz"}},
	} {
		t.Run(c.name, func(t *testing.T) { checkQuery(t, s, c.q, c.want) })
	}
}

func checkQuery(t *testing.T, s story.Store, q story.Query, want []string) {
	t.Helper()
	firstWord := func(title string) string { return strings.Fields(title)[0] }
	var wantStories, wantFeatures []string
	counts := story.Counts{Stories: len(want)}
	for _, w := range want {
		head, places, _ := strings.Cut(w, ":")
		wantStories = append(wantStories, head)
		if places == "" {
			counts.Unlocated++
			continue
		}
		for p := range strings.SplitSeq(places, ", ") {
			wantFeatures = append(wantFeatures, head+": "+strings.TrimSpace(p))
			counts.Features++
		}
	}
	var gotStories, gotFeatures []string
	for _, title := range titles(stories(t, s, q)) {
		gotStories = append(gotStories, firstWord(title))
	}
	list, _ := features(t, s, q)
	for _, f := range list {
		gotFeatures = append(gotFeatures, firstWord(f.Title)+": "+f.Location.Place.Name)
	}
	if !slices.Equal(gotStories, wantStories) {
		t.Errorf("stories %q, want %q", gotStories, wantStories)
	}
	if !slices.Equal(gotFeatures, wantFeatures) {
		t.Errorf("features %q, want %q", gotFeatures, wantFeatures)
	}
	if got, err := s.Count(t.Context(), q); err != nil || got != counts {
		t.Errorf("count %+v, %v; want %+v", got, err, counts)
	}
	checkOverview(t, s, q)
}

// testOrder checks the fields of a Feature, and that a listed story has all its
// locations, not only those that match.
func testOrder(t *testing.T, s story.Store) {
	all := sampleStories()
	mustPut(t, s, all...)
	page := stories(t, s, story.Query{Place: []string{mosul.ID}})
	if len(page.Stories) != 2 || len(page.Stories[1].Locations) != 3 || !reflect.DeepEqual(page.Stories[1], all[0]) {
		t.Errorf("a listed story is not complete: %+v", page.Stories)
	}
	got, _ := features(t, s, story.Query{Place: []string{river.ID}})
	if len(got) != 1 {
		t.Fatalf("%d features, want 1", len(got))
	}
	f, st, want := got[0], all[0], all[0].Locations[1]
	if f.StoryID != st.ID || f.Title != st.Title || f.URL != st.URL || f.Outlet != st.Outlet || f.Lang != st.Lang || !f.Published.Equal(st.Published) ||
		f.Mentions != 1 {
		t.Errorf("feature %+v of story %+v", f, st)
	}
	if l := f.Location; !reflect.DeepEqual(l.Place, want.Place) || l.Role != want.Role || l.Precision != want.Precision || l.Confidence != want.Confidence ||
		l.Evidence != want.Evidence {
		t.Errorf("location %+v, want %+v", l, want)
	}
}

// testStoryPages reads page by page while newer stories are stored.
func testStoryPages(t *testing.T, s story.Store) {
	all := manyStories(25)
	mustPut(t, s, all...)
	var want []string
	for _, st := range stories(t, s, story.Query{Limit: 100}).Stories {
		want = append(want, st.ID)
	}
	if len(want) != 25 {
		t.Fatalf("%d stories, want 25", len(want))
	}
	for _, filter := range []story.Query{{}, {Text: "story"}, {Place: []string{quito.ID}}} {
		var got []string
		q := filter
		for q.Limit = 4; ; {
			page := stories(t, s, q)
			for _, st := range page.Stories {
				got = append(got, st.ID)
			}
			mustPut(t, s, sample(fmt.Sprintf("Late story %d", len(got)), "Text.", now.Add(time.Hour), location(quito, geo.RoleFocus, 1, 1)))
			if page.Next == "" {
				break
			}
			q.Cursor = page.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("the pages contain %d stories, want %d in the same order", len(got), len(want))
		}
		for _, st := range stories(t, s, story.Query{Text: "late", Limit: 100}).Stories {
			if err := s.Delete(t.Context(), st.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(stories(t, s, story.Query{}).Stories); n != 25 {
		t.Errorf("%d stories without a limit, want 25", n)
	}
	mustPut(t, s, manyStories(60)...)
	if page := stories(t, s, story.Query{}); len(page.Stories) != 50 || page.Next == "" {
		t.Errorf("limit 0 returns %d stories, next %q; want 50 and a cursor", len(page.Stories), page.Next)
	}
	if page := stories(t, s, story.Query{Limit: 60}); len(page.Stories) != 60 || page.Next != "" {
		t.Errorf("an exact limit returns %d stories, next %q; want 60 and no cursor", len(page.Stories), page.Next)
	}
}

func testFeaturePages(t *testing.T, s story.Store) {
	mustPut(t, s, manyStories(21)...)
	key := func(f story.Feature) string { return f.StoryID + "/" + f.Location.Place.ID }
	all, next := features(t, s, story.Query{})
	if len(all) != 32 || next != "" {
		t.Fatalf("%d features, next %q; want 32 and none", len(all), next)
	}
	for _, filter := range []story.Query{{}, {Text: "text"}, {BBox: &geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}}} {
		var got, want []string
		for _, f := range all {
			want = append(want, key(f))
		}
		q := filter
		for q.Limit = 5; ; {
			page, next := features(t, s, q)
			for _, f := range page {
				got = append(got, key(f))
			}
			if next == "" {
				break
			}
			if len(page) != 5 {
				t.Fatalf("%d features on a page with a next cursor, want 5", len(page))
			}
			q.Cursor = next
		}
		if !slices.Equal(got, want) {
			t.Errorf("the pages contain\n%v\nwant\n%v", got, want)
		}
	}
	if page, next := features(t, s, story.Query{Limit: 32}); len(page) != 32 || next != "" {
		t.Errorf("an exact limit returns %d features, next %q; want 32 and no cursor", len(page), next)
	}
}

func testCursors(t *testing.T, s story.Store) {
	mustPut(t, s, manyStories(4)...)
	forStories := stories(t, s, story.Query{Limit: 1}).Next
	_, forFeatures := features(t, s, story.Query{Limit: 1})
	if forStories == "" || forFeatures == "" {
		t.Fatal("limit 1 returns no next cursor")
	}
	flipped := []byte(forStories)
	flipped[len(flipped)/2] ^= 1
	wantInvalid := func(name string, err error) {
		t.Helper()
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "cursor" {
			t.Errorf("%s: %v; want an error that names cursor", name, err)
		}
	}
	for _, c := range []string{"x", "AAAA", "!!", string(flipped), forStories[1:], forStories + "A", "' OR 1=1", strings.Repeat("A", 1_000)} {
		_, err := s.Stories(t.Context(), story.Query{Cursor: c})
		wantInvalid("stories "+c, err)
		_, err = s.Features(t.Context(), story.Query{Cursor: c}, func(*story.Feature) error { return nil })
		wantInvalid("features "+c, err)
	}
	_, err := s.Stories(t.Context(), story.Query{Cursor: forFeatures})
	wantInvalid("stories with a cursor of features", err)
	_, err = s.Features(t.Context(), story.Query{Cursor: forStories}, func(*story.Feature) error { return nil })
	wantInvalid("features with a cursor of stories", err)
}

func testYieldError(t *testing.T, s story.Store) {
	mustPut(t, s, manyStories(10)...)
	enough := errors.New("enough")
	n := 0
	next, err := s.Features(t.Context(), story.Query{}, func(*story.Feature) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 || next != "" {
		t.Errorf("stopped after %d features with %v, next %q; want the error of yield after 3", n, err, next)
	}
	// yield can read from and write to the store.
	_, err = s.Features(t.Context(), story.Query{}, func(f *story.Feature) error {
		if _, err := s.Put(t.Context(), sample("Meanwhile "+f.StoryID, "Text.", day(1))); err != nil {
			return err
		}
		_, err := s.Story(t.Context(), f.StoryID)
		return err
	})
	if err != nil {
		t.Errorf("Put and Story in yield: %v", err)
	}
}

func testCancelled(t *testing.T, s story.Store) {
	mustPut(t, s, manyStories(10)...)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	st := sample("Never stored", "Text.", day(1))
	_, putErr := s.Put(cancelled, st)
	_, storyErr := s.Story(cancelled, st.ID)
	_, storiesErr := s.Stories(cancelled, story.Query{})
	_, featuresErr := s.Features(cancelled, story.Query{}, func(*story.Feature) error { return nil })
	_, countErr := s.Count(cancelled, story.Query{Text: "text"})
	for name, err := range map[string]error{
		"Put": putErr, "Story": storyErr, "Stories": storiesErr, "Features": featuresErr, "Count": countErr,
		"Delete": s.Delete(cancelled, manyStories(1)[0].ID), "Ready": s.Ready(cancelled),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v; want context.Canceled", name, err)
		}
	}
	if _, err := s.Story(t.Context(), st.ID); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("after a cancelled Put: %v; want geo.ErrNotFound", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	_, err := s.Features(ctx, story.Query{}, func(*story.Feature) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n > 2 {
		t.Errorf("cancelled in yield: %v after %d features; want context.Canceled", err, n)
	}
	if _, err := s.Put(t.Context(), sample("Stored afterwards", "Text.", day(1))); err != nil {
		t.Errorf("Put after cancelled calls: %v", err)
	}
}

// testConcurrent writes and reads at the same time. A reader must never see an incomplete
// story.
func testConcurrent(t *testing.T, s story.Store) {
	const writers, each = 4, 15
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				st := sample(
					fmt.Sprintf("Writer %d story %d", w, i%10),
					fmt.Sprintf("Version %d", i),
					day(i),
					location(quito, geo.RoleFocus, 0.9, 1),
					location(mosul, geo.RoleMention, 0.9, 1),
				)
				st.ID = fmt.Sprintf("w%d-%d", w, i%10) // the last five replace the first
				if _, err := s.Put(t.Context(), st); err != nil {
					t.Errorf("Put: %v", err)
				}
			}
		})
	}
	for range 3 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				checkComplete(t, s)
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c != (story.Counts{Stories: 40, Features: 80}) {
		t.Errorf("count %+v, %v; want 40 stories", c, err)
	}
}

// checkComplete checks that every story has two locations.
func checkComplete(t *testing.T, s story.Store) {
	t.Helper()
	page, err := s.Stories(t.Context(), story.Query{Text: "writer"})
	if err != nil {
		t.Errorf("stories: %v", err)
	}
	for _, st := range page.Stories {
		if len(st.Locations) != 2 {
			t.Errorf("%s has %d locations, want 2", st.ID, len(st.Locations))
		}
	}
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Features != 2*c.Stories {
		t.Errorf("count %+v, %v; want 2 features for each story", c, err)
	}
}

// testHostileText searches for text with the operators of query languages. The search
// must find the stories with the words, return no error and treat no text as operator.
func testHostileText(t *testing.T, s story.Store) {
	mustPut(t, s, sample("Alpha beta OR gamma", "The near not and column text:delta. 北京发生地震。 Don't.", day(1)), sample("Beta alone", "Nothing else.", day(2)))
	for q, want := range map[string]int{
		`alpha AND beta`: 1, `alpha OR beta`: 1, `OR`: 1, `NOT beta`: 1, `beta NOT alpha`: 1, `NEAR(alpha beta)`: 0,
		`alph*`: 0, `"alpha`: 1, `"alpha beta`: 1, `alpha"`: 1, `""`: 0, `"" alpha`: 1, `"`: 0, `'`: 0, `alpha'`: 1, `title:beta`: 0, `{title}:beta`: 0,
		`text:delta`: 1,
		`^alpha`:     1, `-beta`: 2, `+beta`: 2, `(beta`: 2, `beta)`: 2, `; DROP TABLE stories; --`: 0, `\`: 0, `%`: 0, `*`: 0, `"*"`: 0, `beta*`: 2,
		`“alpha beta”`: 1, `“beta alpha”`: 0, "beta\x01": 2, "don't": 1, `"don't"`: 1, "beta ⁇ ★": 2, "地震": 1, "震地": 0, "北京": 1, "𞤀": 0, "beta \u0301": 2,
		strings.Repeat("beta ", 400): 2, strings.Repeat("a1 b2 ", 300): 0, manyWords(1_000): 0, `"` + strings.Repeat("beta ", 300) + `"`: 0,
	} {
		page, err := s.Stories(t.Context(), story.Query{Text: q})
		if short := q[:min(len(q), 30)]; err != nil || len(page.Stories) != want {
			t.Errorf("%q: %d stories, %v; want %d", short, len(page.Stories), err, want)
		}
		list, err := s.Features(t.Context(), story.Query{Text: q, BBox: &geo.BBox{MaxLon: 1, MaxLat: 1}}, func(*story.Feature) error { return nil })
		if err != nil || list != "" {
			t.Errorf("%q with a box: %v", q, err)
		}
	}
}

func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "word%d ", i)
	}
	return b.String()
}
