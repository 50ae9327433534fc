package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"newsmap/geo/story"
)

// LoggedStore is a store whose changes can be followed.
type LoggedStore interface {
	story.Store
	story.ChangeLog
}

// RunChanges tells whether the log of a store fulfils story.ChangeLog. open gives
// an empty store for each t, and that same one again if it is called again with
// the same t, as another process would open it; the suite closes them.
func RunChanges(t *testing.T, open func(t *testing.T, clock func() time.Time) LoggedStore) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, func() LoggedStore)
	}{
		{"Outcomes", testChangeOutcomes},
		{"Pages", testChangePages},
		{"Reopened", testChangesReopened},
		{"Processes", testChangesOfProcesses},
		{"Cancelled", testChangesCancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := &Clock{time: now}
			test.run(t, func() LoggedStore {
				s := open(t, clock.Now)
				t.Cleanup(func() {
					if err := s.Close(); err != nil {
						t.Errorf("close: %v", err)
					}
				})
				return s
			})
		})
	}
}

func changesAfter(t *testing.T, s story.ChangeLog, after int64, limit int) (out []story.Change) {
	t.Helper()
	out, err := s.Changes(t.Context(), after, limit)
	if err != nil {
		t.Fatalf("changes after %d: %v", after, err)
	}
	for i, c := range out {
		if c.Revision <= after || i > 0 && c.Revision <= out[i-1].Revision {
			t.Errorf("changes after %d are out of order: %v", after, out)
		}
	}
	return out
}

func revisionOf(t *testing.T, s story.ChangeLog) int64 {
	t.Helper()
	n, err := s.Revision(t.Context())
	if err != nil {
		t.Fatalf("revision: %v", err)
	}
	return n
}

// wantChanges compares "title outcome" of all changes after a revision.
func wantChanges(t *testing.T, s story.ChangeLog, after int64, want ...string) {
	t.Helper()
	var got []string
	for _, c := range changesAfter(t, s, after, 1_000) {
		got = append(got, c.ID+" "+string(c.Outcome))
	}
	if !slices.Equal(got, want) {
		t.Errorf("changes after %d: %q, want %q", after, got, want)
	}
}

func named(id, text string) *story.Story {
	s := sample("Story "+id, text, day(1))
	s.ID = id
	return s
}

func testChangeOutcomes(t *testing.T, open func() LoggedStore) {
	s := open()
	if n := revisionOf(t, s); n != 0 {
		t.Errorf("an empty store is at revision %d", n)
	}
	wantChanges(t, s, 0)
	mustPut(t, s, named("a", "One."), named("b", "Two."), named("c", "Three."))
	start := revisionOf(t, s)
	wantChanges(t, s, 0, "a created", "b created", "c created")
	wantChanges(t, s, start)

	mustPut(t, s, named("a", "One."))
	if n := revisionOf(t, s); n != start {
		t.Errorf("a story left as it is moved the revision from %d to %d", start, n)
	}
	mustPut(t, s, named("a", "One again."), named("d", "Four."), named("d", "Four again."))
	if err := s.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	wantChanges(t, s, start, "a updated", "d created", "b deleted")
	wantChanges(t, s, 0, "c created", "a created", "d created", "b deleted")

	before := revisionOf(t, s)
	if _, err := s.Put(t.Context(), &story.Story{ID: "e"}); err == nil {
		t.Error("a story without text was put")
	}
	if err := s.Delete(t.Context(), "e"); err == nil {
		t.Error("a story that is not there was deleted")
	}
	wantChanges(t, s, before)
	mustPut(t, s, named("b", "Back."))
	wantChanges(t, s, before, "b created")
	wantChanges(t, s, start, "a updated", "d created", "b created")
}

func testChangePages(t *testing.T, open func() LoggedStore) {
	s := open()
	for i := range 20 {
		mustPut(t, s, named(fmt.Sprint("story", i), "Text."))
		if i%3 == 2 {
			if err := s.Delete(t.Context(), fmt.Sprint("story", i-1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := changesAfter(t, s, 0, 1_000)
	if len(all) != 20 {
		t.Errorf("%d changes, want one for each of 20 stories", len(all))
	}
	var paged []story.Change
	for after := int64(0); ; {
		page := changesAfter(t, s, after, 3)
		if len(page) == 0 {
			break
		}
		if len(page) > 3 {
			t.Fatalf("%d changes on a page of 3", len(page))
		}
		paged, after = append(paged, page...), page[len(page)-1].Revision
	}
	slices.SortFunc(paged, func(a, b story.Change) int { return int(a.Revision - b.Revision) })
	if !slices.Equal(paged, all) {
		t.Errorf("pages gave %v, want %v", paged, all)
	}
	if last := all[len(all)-1].Revision; last != revisionOf(t, s) {
		t.Errorf("the last change is %d, the store is at %d", last, revisionOf(t, s))
	}
	for name, c := range map[string]struct {
		after int64
		limit int
		want  int
	}{"no limit given": {0, 0, 0}, "before all": {-5, 100, 20}, "from the future": {1 << 60, 100, 0}} {
		if got := changesAfter(t, s, c.after, c.limit); len(got) != c.want {
			t.Errorf("%s: %d changes, want %d", name, len(got), c.want)
		}
	}
}

func testChangesReopened(t *testing.T, open func() LoggedStore) {
	first := open()
	mustPut(t, first, named("a", "One."), named("b", "Two."))
	if err := first.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	at := revisionOf(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open()
	if n := revisionOf(t, s); n != at {
		t.Errorf("reopened at revision %d, closed at %d", n, at)
	}
	wantChanges(t, s, 0, "a created", "b deleted")
	mustPut(t, s, named("c", "Three."))
	wantChanges(t, s, at, "c created")
}

// testChangesOfProcesses follows a store that several handles write, as SSE does:
// page by page, from where the last page ended. None may be missed.
func testChangesOfProcesses(t *testing.T, open func() LoggedStore) {
	const writers, each = 3, 20
	follower := open()
	var wg sync.WaitGroup
	for w := range writers {
		s := open()
		wg.Go(func() {
			for i := range each {
				if _, err := s.Put(t.Context(), named(fmt.Sprintf("w%d-%d", w, i), "Text.")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	seen := map[string]bool{}
	for after, running := int64(0), true; running; {
		select {
		case <-done:
			running = false // one last look
		default:
		}
		for _, c := range changesAfter(t, follower, after, 1_000) {
			seen[c.ID], after = true, c.Revision
		}
	}
	if len(seen) != writers*each {
		t.Errorf("the follower saw %d stories, want %d", len(seen), writers*each)
	}
}

func testChangesCancelled(t *testing.T, open func() LoggedStore) {
	s := open()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, revisionErr := s.Revision(gone)
	_, changesErr := s.Changes(gone, 0, 10)
	for name, err := range map[string]error{"revision": revisionErr, "changes": changesErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v; want context.Canceled", name, err)
		}
	}
}
