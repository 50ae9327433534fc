package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// agencyStory returns an agency's story in an outlet. Each outlet publishes it an hour
// after the outlet with the number before.
func agencyStory(about, outlet int) *story.Story {
	s := &story.Story{
		Title: fmt.Sprintf("Trees must be felled in Place%d", about), Text: fmt.Sprintf(report, about, about, about*1000+7, about*100+3),
		Domain: fmt.Sprintf("outlet%d.example", outlet), Outlet: fmt.Sprint("Outlet ", outlet), URL: fmt.Sprintf("https://outlet%d.example/%d", outlet, about),
		Published: time.Date(2024, 5, 1, outlet, about, 0, 0, time.UTC),
	}
	s.ID = story.Identify(s)
	return s
}

func put(t *testing.T, s *sqlite.Store, list ...*story.Story) {
	t.Helper()
	for _, st := range list {
		if _, err := s.Put(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
}

// groups returns a line for each primary story, with its duplicates.
func groups(t *testing.T, s *sqlite.Store) (out []string) {
	t.Helper()
	page, err := s.Stories(t.Context(), story.Query{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range page.Stories {
		line := st.URL + ":"
		for _, c := range st.Copies {
			line += " " + c.URL
			if duplicate, err := s.Story(t.Context(), c.ID); err != nil || duplicate.CopyOf != st.ID || len(duplicate.Copies) > 0 {
				t.Errorf("duplicate %+v, %v; want CopyOf %s and no copies", duplicate, err, st.ID)
			}
		}
		out = append(out, line)
	}
	slices.Sort(out)
	counts, err := s.Count(t.Context(), story.Query{})
	if err != nil || counts.Stories != len(out) {
		t.Errorf("counts %+v, %v; want %d stories as listed", counts, err, len(out))
	}
	summaries := 0
	if err := s.StorySummaries(t.Context(), story.Query{}, func(*story.StorySummary) error { summaries++; return nil }); err != nil || summaries != len(out) {
		t.Errorf("%d summaries, %v; want %d as listed", summaries, err, len(out))
	}
	return out
}

// openOld makes a store with the schema from before the grouping of duplicates, and
// opens it, which migrates it.
func openOld(t *testing.T, list []*story.Story) *sqlite.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path, nil)
	s.DisableSync(t, true)
	put(t, s, list...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sqlite.Downgrade(t, path, 6)
	s = open(t, path, nil)
	t.Cleanup(func() { s.Close() })
	s.DisableSync(t, true)
	return s
}

// TestCatchUp checks that CatchUp groups the stories of an earlier version, and those
// stored meanwhile, exactly as a store of this version does.
func TestCatchUp(t *testing.T) {
	const reports, outlets = 6, 6
	var before, after []*story.Story
	for outlet := range outlets {
		for about := range reports {
			list := &before
			if outlet >= outlets-2 {
				list = &after
			}
			*list = append(*list, agencyStory(about, outlet))
		}
	}
	short := &story.Story{Title: "Fog", URL: "https://short.example/1"}
	short.ID = story.Identify(short)
	before = append(before, short)
	fresh := open(t, filepath.Join(t.TempDir(), "fresh.db"), nil)
	defer fresh.Close()
	fresh.DisableSync(t, true)
	put(t, fresh, append(slices.Clone(before), after...)...)
	want := groups(t, fresh)
	if len(want) != reports+1 || !strings.HasPrefix(want[0], "https://outlet0.example/0: https://outlet1.example/0 ") {
		t.Fatalf("groups in a store of this version: %q", want)
	}
	for _, when := range []string{"before new stories", "after new stories", "interrupted", "after a change"} {
		t.Run(when, func(t *testing.T) {
			s := openOld(t, before)
			if got := groups(t, s); len(got) != len(before) {
				t.Fatalf("%d of %d stories are listed before CatchUp", len(got), len(before))
			}
			if when == "before new stories" {
				catchUp(t, s)
			}
			put(t, s, after...)
			switch when {
			case "after new stories":
				catchUp(t, s)
			case "interrupted":
				catchUpInterrupted(t, s)
			case "after a change":
				// A changed story is compared at once. It may be primary until CatchUp reaches
				// older ones.
				changed := *before[len(before)-2]
				changed.Byline = "By somebody"
				put(t, s, &changed)
				catchUp(t, s)
			}
			if got := groups(t, s); !slices.Equal(got, want) {
				t.Errorf("groups\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			revision, err := s.Revision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			catchUp(t, s)
			if again, err := s.Revision(t.Context()); err != nil || again != revision {
				t.Errorf("a second CatchUp changes revision %d to %d, %v", revision, again, err)
			}
		})
	}
}

func catchUp(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if err := s.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// catchUpInterrupted interrupts CatchUp again and again until it has done everything.
func catchUpInterrupted(t *testing.T, s *sqlite.Store) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for tries := 0; ; tries++ {
		// An interrupted step starts again, so the time must be long enough at some point.
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(random.IntN(30+tries))*time.Millisecond)
		err := s.CatchUp(ctx)
		cancel()
		switch {
		case err == nil:
			t.Logf("interrupted %d times", tries)
			return
		case !errors.Is(err, context.DeadlineExceeded), tries > 2_000:
			t.Fatalf("after %d tries: %v", tries, err)
		}
	}
}

// TestCatchUpNew checks that CatchUp changes nothing in a store of this version.
func TestCatchUpNew(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	put(t, s, agencyStory(0, 0), agencyStory(0, 1))
	before := groups(t, s)
	if err := s.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := groups(t, s); !slices.Equal(before, after) {
		t.Errorf("groups %q, want %q", after, before)
	}
}

// TestCatchUpDuringWrites checks that stories can be stored during CatchUp, and logs how
// long they wait.
func TestCatchUpDuringWrites(t *testing.T) {
	n := 300
	if raceDetector {
		n = 30
	}
	var list []*story.Story
	for i := range n {
		list = append(list, earthquakeStory(i, "robot.example"))
	}
	s := openOld(t, list)
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- s.CatchUp(t.Context()) }()
	slowest, puts := time.Duration(0), 0
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d stories took %s; the slowest of %d puts meanwhile took %s", n, time.Since(began), puts, slowest)
			if puts == 0 {
				t.Error("no story was stored during CatchUp")
			}
			return
		case <-time.After(5 * time.Millisecond):
			start := time.Now()
			put(t, s, earthquakeStory(n+puts, "robot.example"))
			puts++
			slowest = max(slowest, time.Since(start))
		}
	}
}
