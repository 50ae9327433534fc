package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"newsmap/geo/story"
)

// earthquakeStory returns one of many stories from the same template.
func earthquakeStory(i int, outlet string) *story.Story {
	s := &story.Story{
		Title: fmt.Sprintf(
			"Magnitude %d.%d earthquake near Place%d",
			3+i%4,
			i%10,
			i,
		),
		Domain: outlet,
		Outlet: outlet,
		URL:    fmt.Sprintf("https://%s/%d", outlet, i),
		Text: fmt.Sprintf(
			"A magnitude %d.%d earthquake struck %d kilometers from Place%d at %d:%02d local time, the Geological Survey said. It was recorded at a "+
				"depth of %d kilometers below Lake%d, "+
				"where Person%d and %d others were out in a boat. There were no immediate reports of damage or injuries. In the past ten days there "+
				"have been several earthquakes of magnitude 3.0 or greater centered nearby. "+
				"Did you feel this earthquake? Consider reporting what you felt to the survey. This story was written by an algorithm and reviewed by an editor.",
			3+i%4,
			i%10,
			5+i%90,
			i,
			1+i%12,
			i%60,
			2+i%50,
			i*7,
			i*13,
			2+i%7,
		),
		Published: time.Date(2024, 5, 1, 0, i, 0, 0, time.UTC),
	}
	s.ID = story.Identify(s)
	return s
}

// TestManySimilarStories stores many stories from one template, which are not
// duplicates, and checks that the duplicates of some of them are found.
func TestManySimilarStories(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	const n = 600
	for i := range n {
		if _, err := s.Put(t.Context(), earthquakeStory(i, "robot.example")); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Stories != n {
		t.Errorf("%d different stories are counted as %d, %v", n, c.Stories, err)
	}
	for _, i := range []int{3, 200, 599} {
		reprint := earthquakeStory(i, "paper.example")
		reprint.Title, reprint.Text = "Our region: "+reprint.Title, "(AP) — "+reprint.Text
		if _, err := s.Put(t.Context(), reprint); err != nil {
			t.Fatal(err)
		}
		if want := earthquakeStory(i, "robot.example").ID; reprint.CopyOf != want {
			t.Errorf("the duplicate of story %d has CopyOf %q, want %s", i, reprint.CopyOf, want)
		}
	}
}
