package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"newsmap/geo/story"
)

// checkOverview compares the summaries of an Aggregator with what Features and Stories
// return, for the store's own Aggregator and for the one of story.Aggregate.
func checkOverview(t *testing.T, s story.Store, q story.Query) {
	t.Helper()
	var wantFeatures, wantStories []string
	list, _ := features(t, s, q)
	for _, f := range list {
		l := &f.Location
		wantFeatures = append(wantFeatures, fmt.Sprintf("%s %v %+v %s %v", f.StoryID, f.Published.UTC(), *story.NewPlaceSummary(l), l.Role, l.Confidence))
	}
	q.Limit = 500
	for _, st := range stories(t, s, q).Stories {
		wantStories = append(
			wantStories,
			fmt.Sprintf("%s %q %q %q %v %v %d", st.ID, st.Outlet, st.Domain, st.Lang, st.Published.UTC(), st.Fetched.UTC(), len(st.Locations)),
		)
	}
	slices.Sort(wantFeatures)
	slices.Sort(wantStories)
	q.Limit, q.Cursor = 1, "ignored"
	for name, a := range map[string]story.Aggregator{"own": story.Aggregate(s), "for any store": story.Aggregate(struct{ story.Store }{s})} {
		if got := featureSummaries(t, a, q); !slices.Equal(got, wantFeatures) {
			t.Errorf("feature summaries, %s:\n got %q\nwant %q", name, got, wantFeatures)
		}
		want, err := s.Count(t.Context(), q)
		if got, e := story.CountBy(t.Context(), a, q); err != nil || e != nil || got != want {
			t.Errorf("counts, %s: %+v, %v; want %+v, %v", name, got, e, want, err)
		}
		if got := storySummaries(t, a, q); !slices.Equal(got, wantStories) {
			t.Errorf("story summaries, %s:\n got %q\nwant %q", name, got, wantStories)
		}
	}
}

// featureSummaries returns all feature summaries of q. It fails if those of a story are
// not in sequence.
func featureSummaries(t *testing.T, a story.Aggregator, q story.Query) (out []string) {
	t.Helper()
	seen, last := map[int]bool{}, -1
	err := a.FeatureSummaries(t.Context(), q, func(m *story.FeatureSummary) error {
		if n := m.Story.Number; n != last {
			if seen[n] {
				t.Errorf("the feature summaries of story %s are not in sequence", m.Story.ID)
			}
			seen[n], last = true, n
		}
		out = append(out, fmt.Sprintf("%s %v %+v %s %v", m.Story.ID, m.Story.Published.UTC(), *m.Place, m.Role, m.Confidence))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func storySummaries(t *testing.T, a story.Aggregator, q story.Query) (out []string) {
	t.Helper()
	err := a.StorySummaries(t.Context(), q, func(b *story.StorySummary) error {
		out = append(out, fmt.Sprintf("%s %q %q %q %v %v %d", b.ID, b.Outlet, b.Domain, b.Lang, b.Published.UTC(), b.Fetched.UTC(), b.Locations))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// testOverview checks the summaries after changes of the store.
func testOverview(t *testing.T, s story.Store) {
	a := story.Aggregate(s)
	version := func() string {
		t.Helper()
		v, err := a.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	checkOverview(t, s, story.Query{})
	before := version()
	changed := func(what string) {
		t.Helper()
		checkOverview(t, s, story.Query{})
		now := version()
		if now == before && now != "" {
			t.Errorf("%s: the version is still %s", what, now)
		}
		before = now
	}
	all := sampleStories()
	mustPut(t, s, all[:3]...)
	changed("put")
	mustPut(t, s, all[3:]...)
	changed("put more")
	moved := sampleStories()[0]
	moved.Locations = moved.Locations[1:]
	moved.Outlet = "Another"
	mustPut(t, s, moved)
	changed("updated")
	if err := s.Delete(t.Context(), all[1].ID); err != nil {
		t.Fatal(err)
	}
	changed("deleted")
	mustPut(t, s, manyStories(40)...)
	changed("put many")
	mustPut(t, s, moved)
	if v := version(); v != before {
		t.Errorf("the version changed from %s to %s without a change of the store", before, v)
	}

	stop := errors.New("enough")
	if err := a.FeatureSummaries(t.Context(), story.Query{}, func(*story.FeatureSummary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("FeatureSummaries: %v; want the error of yield", err)
	}
	if err := a.StorySummaries(t.Context(), story.Query{}, func(*story.StorySummary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("StorySummaries: %v; want the error of yield", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.FeatureSummaries(ctx, story.Query{}, func(*story.FeatureSummary) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("FeatureSummaries with a cancelled context: %v; want context.Canceled", err)
	}
}
