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

// reprint is one report of an agency as an outlet prints it, an hour later than
// the outlet before.
func reprint(about, outlet int) *story.Story {
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

// folds tells how the stories of a store are folded: each lead with its copies.
func folds(t *testing.T, s *sqlite.Store) (out []string) {
	t.Helper()
	page, err := s.Stories(t.Context(), story.Query{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range page.Stories {
		line := st.URL + ":"
		for _, c := range st.Copies {
			line += " " + c.URL
			if whole, err := s.Story(t.Context(), c.ID); err != nil || whole.CopyOf != st.ID || len(whole.Copies) > 0 {
				t.Errorf("%+v, %v", whole, err)
			}
		}
		out = append(out, line)
	}
	slices.Sort(out)
	counts, err := s.Count(t.Context(), story.Query{})
	if err != nil || counts.Stories != len(out) {
		t.Errorf("%+v, %v; %d stories are listed", counts, err, len(out))
	}
	briefs := 0
	if err := s.StorySummaries(t.Context(), story.Query{}, func(*story.StorySummary) error { briefs++; return nil }); err != nil || briefs != len(out) {
		t.Errorf("%d in the overview, %d are listed, %v", briefs, len(out), err)
	}
	return out
}

// older makes a store of a version that did not compare copies, and opens it.
func older(t *testing.T, list []*story.Story) *sqlite.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	s := open(t, path, nil)
	s.Hurry(t, true)
	put(t, s, list...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sqlite.Downgrade(t, path, 6)
	s = open(t, path, nil)
	t.Cleanup(func() { s.Close() })
	s.Hurry(t, true)
	return s
}

// TestCatchUp opens a store of a version that did not compare copies: what was
// stored then is compared in the background, with what is stored meanwhile too, and
// ends up as if it had been from the beginning.
func TestCatchUp(t *testing.T) {
	const reports, outlets = 6, 6
	var before, after []*story.Story
	for outlet := range outlets {
		for about := range reports {
			list := &before
			if outlet >= outlets-2 {
				list = &after
			}
			*list = append(*list, reprint(about, outlet))
		}
	}
	short := &story.Story{Title: "Fog", URL: "https://short.example/1"}
	short.ID = story.Identify(short)
	before = append(before, short)
	fresh := open(t, filepath.Join(t.TempDir(), "fresh.db"), nil)
	defer fresh.Close()
	fresh.Hurry(t, true)
	put(t, fresh, append(slices.Clone(before), after...)...)
	want := folds(t, fresh)
	if len(want) != reports+1 || !strings.HasPrefix(want[0], "https://outlet0.example/0: https://outlet1.example/0 ") {
		t.Fatalf("folds from the beginning: %q", want)
	}
	for _, when := range []string{"at once", "after others", "in pieces", "changed meanwhile"} {
		t.Run(when, func(t *testing.T) {
			s := older(t, before)
			if got := folds(t, s); len(got) != len(before) {
				t.Fatalf("%d of %d are listed before", len(got), len(before))
			}
			if when == "at once" {
				if err := s.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			put(t, s, after...)
			switch when {
			case "after others":
				if err := s.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			case "in pieces":
				catchUpInPieces(t, s)
			case "changed meanwhile":
				// What changes is compared as ever, and may lead until what is older comes.
				changed := *before[len(before)-2]
				changed.Byline = "By somebody"
				put(t, s, &changed)
				if err := s.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if got := folds(t, s); !slices.Equal(got, want) {
				t.Errorf("folds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			revision, err := s.Revision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			if again, err := s.Revision(t.Context()); err != nil || again != revision {
				t.Errorf("again, it changes revision %d to %d, %v", revision, again, err)
			}
		})
	}
}

// catchUpInPieces interrupts it again and again.
func catchUpInPieces(t *testing.T, s *sqlite.Store) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for tries := 0; ; tries++ {
		// A step that is cut off is done again: each must have its time once.
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

// TestCatchUpNew has nothing to do in a store of this version.
func TestCatchUpNew(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	put(t, s, reprint(0, 0), reprint(0, 1))
	before := folds(t, s)
	if err := s.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := folds(t, s); !slices.Equal(before, after) {
		t.Errorf("%q, was %q", after, before)
	}
}

// TestCatchUpBesides bounds how long a story waits to be stored meanwhile, and what
// it costs to open the store.
func TestCatchUpBesides(t *testing.T) {
	n := 300
	if raceDetector {
		n = 30
	}
	var list []*story.Story
	for i := range n {
		list = append(list, bulletin(i, "robot.example"))
	}
	s := older(t, list)
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
			t.Logf("%d stories in %s; of %d put meanwhile the slowest took %s", n, time.Since(began), puts, slowest)
			if puts == 0 {
				t.Error("no story could be stored meanwhile")
			}
			return
		case <-time.After(5 * time.Millisecond):
			start := time.Now()
			put(t, s, bulletin(n+puts, "robot.example"))
			puts++
			slowest = max(slowest, time.Since(start))
		}
	}
}
