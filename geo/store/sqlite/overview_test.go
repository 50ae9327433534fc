package sqlite_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// TestOverviewHasAllFilters fails if story.Query has a new field. Add it to newMatcher,
// then here.
func TestOverviewHasAllFilters(t *testing.T) {
	known := []string{
		"BBox",
		"From",
		"To",
		"Received",
		"Text",
		"Outlet",
		"Country",
		"Place",
		"Role",
		"MinConfidence",
		"Lang",
		"WithLocations",
		"ID",
		"Limit",
		"Cursor",
	}
	for field := range reflect.TypeFor[story.Query]().Fields() {
		if !slices.Contains(known, field.Name) {
			t.Errorf("the overview may lack the filter story.Query.%s; see the comment of this test", field.Name)
		}
	}
}

// TestOverviewOfSeveralProcesses changes a store through another connection.
func TestOverviewOfSeveralProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	reader, writer := open(t, path, nil), open(t, path, nil)
	defer reader.Close()
	defer writer.Close()
	for _, n := range []int{0, 20, 45} {
		fill(t, writer, n, 10)
		if got := countFeatures(t, reader); got != 2*n {
			t.Errorf("%d features, want %d", got, 2*n)
		}
	}
}

func countFeatures(t testing.TB, s *sqlite.Store) (n int) {
	t.Helper()
	if err := s.FeatureSummaries(t.Context(), story.Query{}, func(*story.FeatureSummary) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkOverview reads 100,000 locations of 50,000 stories: without an overview, as
// the first request of a process does; after a story has changed; and without changes.
func BenchmarkOverview(b *testing.B) {
	s := large(b, 50_000)
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			s.DropOverview()
			countFeatures(b, s)
		}
	})
	b.Run("changed", func(b *testing.B) {
		p := newStoryMaker()
		changed := p.next(60)
		for b.Loop() {
			b.StopTimer()
			changed.Byline += "x"
			if _, err := s.Put(b.Context(), changed); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			countFeatures(b, s)
		}
	})
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			countFeatures(b, s)
		}
	})
}

// checkSummaries reads all summaries. Each story with features must have two.
func checkSummaries(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if err := s.StorySummaries(t.Context(), story.Query{}, func(*story.StorySummary) error { return nil }); err != nil {
		t.Error(err)
	}
	features := map[string]int{}
	count := func(m *story.FeatureSummary) error { features[m.Story.ID]++; return nil }
	if err := s.FeatureSummaries(t.Context(), story.Query{}, count); err != nil {
		t.Error(err)
	}
	for id, n := range features {
		if n != 2 {
			t.Errorf("story %s has %d features, want 2", id, n)
		}
	}
}

// TestOverviewDuringWrites reads all summaries while stories are stored and deleted. Each
// story must have all its features.
func TestOverviewDuringWrites(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	fill(t, s, 30, 10)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p := newStoryMaker()
		for i := range 60 {
			st := p.next(10)
			if _, err := s.Put(t.Context(), st); err != nil {
				t.Error(err)
			}
			if i%3 == 0 {
				if err := s.Delete(t.Context(), st.ID); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for running := true; running; {
				select {
				case <-done:
					running = false
				default:
				}
				checkSummaries(t, s)
			}
		})
	}
	readers.Wait()
	if got := countFeatures(t, s); got != 2*40 {
		t.Errorf("%d features at the end, want 80", got)
	}
}
