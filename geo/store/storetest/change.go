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

// LoggedStore is a store with a log of changes.
type LoggedStore interface {
	story.Store
	story.ChangeLog
}

// RunChanges tests that a store implements story.ChangeLog. The first call of open with a
// t returns an empty store. Further calls with the same t open the same store again, as
// another process would. RunChanges closes the stores.
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

// wantChanges compares all changes after a revision, each as "id outcome".
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

func storyWithID(id, text string) *story.Story {
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
	mustPut(t, s, storyWithID("a", "One."), storyWithID("b", "Two."), storyWithID("c", "Three."))
	start := revisionOf(t, s)
	wantChanges(t, s, 0, "a created", "b created", "c created")
	wantChanges(t, s, start)

	mustPut(t, s, storyWithID("a", "One."))
	if n := revisionOf(t, s); n != start {
		t.Errorf("Put of an unchanged story changed the revision from %d to %d", start, n)
	}
	mustPut(t, s, storyWithID("a", "One again."), storyWithID("d", "Four."), storyWithID("d", "Four again."))
	if err := s.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	wantChanges(t, s, start, "a updated", "d created", "b deleted")
	wantChanges(t, s, 0, "c created", "a created", "d created", "b deleted")

	before := revisionOf(t, s)
	if _, err := s.Put(t.Context(), &story.Story{ID: "e"}); err == nil {
		t.Error("Put of a story without text returned no error")
	}
	if err := s.Delete(t.Context(), "e"); err == nil {
		t.Error("Delete of an unknown story returned no error")
	}
	wantChanges(t, s, before)
	mustPut(t, s, storyWithID("b", "Back."))
	wantChanges(t, s, before, "b created")
	wantChanges(t, s, start, "a updated", "d created", "b created")
}

func testChangePages(t *testing.T, open func() LoggedStore) {
	s := open()
	for i := range 20 {
		mustPut(t, s, storyWithID(fmt.Sprint("story", i), "Text."))
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
		t.Errorf("the pages contain %v, want %v", paged, all)
	}
	if last := all[len(all)-1].Revision; last != revisionOf(t, s) {
		t.Errorf("the last change has revision %d, but the store %d", last, revisionOf(t, s))
	}
	for name, c := range map[string]struct {
		after int64
		limit int
		want  int
	}{"limit 0": {0, 0, 0}, "negative revision": {-5, 100, 20}, "future revision": {1 << 60, 100, 0}} {
		if got := changesAfter(t, s, c.after, c.limit); len(got) != c.want {
			t.Errorf("%s: %d changes, want %d", name, len(got), c.want)
		}
	}
}

func testChangesReopened(t *testing.T, open func() LoggedStore) {
	first := open()
	mustPut(t, first, storyWithID("a", "One."), storyWithID("b", "Two."))
	if err := first.Delete(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	at := revisionOf(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open()
	if n := revisionOf(t, s); n != at {
		t.Errorf("revision %d after reopening, want %d", n, at)
	}
	wantChanges(t, s, 0, "a created", "b deleted")
	mustPut(t, s, storyWithID("c", "Three."))
	wantChanges(t, s, at, "c created")
}

// testChangesOfProcesses reads the log page by page while several stores write to the
// same file. It must not miss a change.
func testChangesOfProcesses(t *testing.T, open func() LoggedStore) {
	const writers, each = 3, 20
	follower := open()
	var wg sync.WaitGroup
	for w := range writers {
		s := open()
		wg.Go(func() {
			for i := range each {
				if _, err := s.Put(t.Context(), storyWithID(fmt.Sprintf("w%d-%d", w, i), "Text.")); err != nil {
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
			running = false // read once more
		default:
		}
		for _, c := range changesAfter(t, follower, after, 1_000) {
			seen[c.ID], after = true, c.Revision
		}
	}
	if len(seen) != writers*each {
		t.Errorf("the log contained %d stories, want %d", len(seen), writers*each)
	}
}

func testChangesCancelled(t *testing.T, open func() LoggedStore) {
	s := open()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, revisionErr := s.Revision(cancelled)
	_, changesErr := s.Changes(cancelled, 0, 10)
	for name, err := range map[string]error{"Revision": revisionErr, "Changes": changesErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v; want context.Canceled", name, err)
		}
	}
}
