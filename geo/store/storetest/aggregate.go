package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"newsmap/geo/story"
)

// checkOverview holds what an overview gives against what Features and Stories
// give, for the store's own way and for the way that any store has.
func checkOverview(t *testing.T, s story.Store, q story.Query) {
	t.Helper()
	var wantMarks, wantBriefs []string
	list, _ := features(t, s, q)
	for _, f := range list {
		l := &f.Location
		wantMarks = append(wantMarks, fmt.Sprintf("%s %v %+v %s %v", f.StoryID, f.Published.UTC(), *story.NewPlaceSummary(l), l.Role, l.Confidence))
	}
	q.Limit = 500
	for _, st := range stories(t, s, q).Stories {
		wantBriefs = append(
			wantBriefs,
			fmt.Sprintf("%s %q %q %q %v %v %d", st.ID, st.Outlet, st.Domain, st.Lang, st.Published.UTC(), st.Fetched.UTC(), len(st.Locations)),
		)
	}
	slices.Sort(wantMarks)
	slices.Sort(wantBriefs)
	q.Limit, q.Cursor = 1, "of no matter here"
	for name, a := range map[string]story.Aggregator{"own": story.Aggregate(s), "of any store": story.Aggregate(struct{ story.Store }{s})} {
		if got := marks(t, a, q); !slices.Equal(got, wantMarks) {
			t.Errorf("marks, %s:\n got %q\nwant %q", name, got, wantMarks)
		}
		want, err := s.Count(t.Context(), q)
		if got, e := story.CountBy(t.Context(), a, q); err != nil || e != nil || got != want {
			t.Errorf("counts, %s: %+v, %v; want %+v, %v", name, got, e, want, err)
		}
		if got := briefs(t, a, q); !slices.Equal(got, wantBriefs) {
			t.Errorf("briefs, %s:\n got %q\nwant %q", name, got, wantBriefs)
		}
	}
}

// marks gathers all marks of q, and fails where those of a story lie apart.
func marks(t *testing.T, a story.Aggregator, q story.Query) (out []string) {
	t.Helper()
	seen, last := map[int]bool{}, -1
	err := a.FeatureSummaries(t.Context(), q, func(m *story.FeatureSummary) error {
		if n := m.Story.Number; n != last {
			if seen[n] {
				t.Errorf("marks of story %s lie apart", m.Story.ID)
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

func briefs(t *testing.T, a story.Aggregator, q story.Query) (out []string) {
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

// testOverview follows a store through its changes.
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
			t.Errorf("%s: still version %s", what, now)
		}
		before = now
	}
	all := world()
	mustPut(t, s, all[:3]...)
	changed("put")
	mustPut(t, s, all[3:]...)
	changed("put more")
	moved := world()[0]
	moved.Locations = moved.Locations[1:]
	moved.Outlet = "Another"
	mustPut(t, s, moved)
	changed("updated")
	if err := s.Delete(t.Context(), all[1].ID); err != nil {
		t.Fatal(err)
	}
	changed("deleted")
	mustPut(t, s, many(40)...)
	changed("put many")
	mustPut(t, s, moved)
	if v := version(); v != before {
		t.Errorf("version %s became %s without a change", before, v)
	}

	stop := errors.New("enough")
	if err := a.FeatureSummaries(t.Context(), story.Query{}, func(*story.FeatureSummary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("marks: %v", err)
	}
	if err := a.StorySummaries(t.Context(), story.Query{}, func(*story.StorySummary) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("briefs: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.FeatureSummaries(ctx, story.Query{}, func(*story.FeatureSummary) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("marks of a request that has ended: %v", err)
	}
}
