package wildweb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// shelf is a store of some stories.
type shelf []*story.Story

func (s shelf) Story(_ context.Context, id string) (*story.Story, error) {
	for _, st := range s {
		if st.ID == id {
			return st, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", id, geo.ErrNotFound)
}

func (s shelf) Stories(context.Context, story.Query) (story.Page, error) {
	return story.Page{Stories: s}, nil
}

// right returns a store with the expected stories.
func right(w *Web) (out shelf) {
	leads := map[int]*story.Story{}
	for _, want := range w.Stories() {
		s := &story.Story{
			URL: want.Address, Title: want.Title, Text: "A text. " + want.Mark + " " + want.Tail, TextSource: want.Source, Published: want.Published,
			Domain: want.Domain, Points: want.Points, Locations: []geo.Location{{}},
		}
		if want.Source == story.SourceHeadline {
			s.Text = ""
		}
		s.ID = story.Identify(s)
		for i := range want.Earlier {
			s.Titles = append(s.Titles, story.Title{Title: want.Earlier[len(want.Earlier)-1-i]})
		}
		if lead := leads[want.Wire]; want.Wire > 0 && lead != nil {
			s.CopyOf = lead.ID
			lead.Copies = append(lead.Copies, story.Copy{ID: s.ID})
		} else if want.Wire > 0 {
			leads[want.Wire] = s
		}
		out = append(out, s)
	}
	return out
}

// TestCheck makes one mistake after another in a store with the expected stories. Each must be
// noticed.
func TestCheck(t *testing.T) {
	w, _ := open(t, Config{Seed: 3, Feeds: 40, Pages: 120, Turns: 3})
	for range 3 {
		w.Turn()
	}
	find := func(s shelf, fits func(*story.Story) bool) *story.Story { return s[slices.IndexFunc(s, fits)] }
	alone := func(s *story.Story) bool { return s.CopyOf == "" && len(s.Copies) == 0 }
	for _, c := range []struct {
		name    string
		mistake func(shelf) shelf
		says    string
	}{
		{"none", func(s shelf) shelf { return s }, ""},
		{"one is missing", func(s shelf) shelf { return s[1:] }, "there is no story"},
		{"one is there twice", func(s shelf) shelf { return append(s, s[0]) }, "is listed twice"},
		{"one is there under another address", func(s shelf) shelf {
			again := *s[0]
			again.ID = "another"
			return append(s, &again)
		}, "must not be there"},
		{"two are one", func(s shelf) shelf { s[0].ID = s[1].ID; return s }, "there is no story"},
		{"old title", func(s shelf) shelf {
			st := find(s, func(s *story.Story) bool { return len(s.Titles) > 0 })
			st.Title = st.Titles[0].Title
			return s
		}, "the title is"},
		{"old text", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage }).Text = "An old text."
			return s
		}, "0 times"},
		{"text from nowhere", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourceHeadline }).Text = "A text."
			return s
		}, "the text is \"A text.\""},
		{"text twice", func(s shelf) shelf {
			st := find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage })
			st.Text += st.Text
			return s
		}, "2 times"},
		{"text of the feed", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage }).TextSource = story.SourceFeed
			return s
		}, "the text is from"},
		{"boilerplate", func(s shelf) shelf { s[0].Text += "LEAVE A COMMENT"; return s }, "LEAVE A COMMENT"},
		{"date", func(s shelf) shelf { s[0].Published = time.Unix(0, 0); return s }, "it was published"},
		{"domain", func(s shelf) shelf { s[0].Domain = "10.0.0.1"; return s }, "the domain is"},
		{"point", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return len(s.Points) > 0 }).Points = nil
			return s
		}, "the points are"},
		{"title that was none", func(s shelf) shelf { s[0].Titles = []story.Title{{Title: "x"}}; return s }, "it is said to have been called"},
		{"copy of nothing", func(s shelf) shelf { find(s, alone).CopyOf = "x"; return s }, "is not a copy"},
		{"copy that stands for itself", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return s.CopyOf != "" }).CopyOf = ""
			return s
		}, "both stand for themselves"},
		{"copy of another", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return s.CopyOf != "" }).CopyOf = "x"
			return s
		}, "is a copy of x"},
		{"forgotten copy", func(s shelf) shelf {
			find(s, func(s *story.Story) bool { return len(s.Copies) > 0 }).Copies = nil
			return s
		}, "has 0 copies"},
		{"no places", func(s shelf) shelf {
			for _, st := range s {
				st.Locations = nil
			}
			return s
		}, "have a place"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.mistake(right(w))
			complaints, err := w.Check(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			copies, err := w.CheckCopies(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			complaints = append(complaints, copies...)
			if c.says == "" && len(complaints) > 0 ||
				c.says != "" && !slices.ContainsFunc(complaints, func(complaint string) bool { return strings.Contains(complaint, c.says) }) {
				t.Errorf("%q, want %q", complaints, c.says)
			}
		})
	}
}

// TestCheckFeeds does the same with subscriptions.
func TestCheckFeeds(t *testing.T) {
	w, _ := open(t, Config{Seed: 3, Feeds: 40, Pages: 120, Turns: 3})
	for range 3 {
		w.Turn()
	}
	rightSubs := func() (out []*subscription.Subscription) {
		for _, s := range w.sources {
			sub := &subscription.Subscription{URL: s.address(), Gone: s.fault.gone}
			if s.moved && !s.fault.always {
				sub.URL = s.host.base("http") + "/moved" + s.path
			}
			if s.fault.always {
				sub.Error = "it says " + strings.Split(s.fault.says, "|")[0] + "."
			}
			out = append(out, sub)
		}
		return out
	}
	if got := w.CheckFeeds(rightSubs()); len(got) > 0 {
		t.Errorf("%q", got)
	}
	for name, c := range map[string]struct {
		mistake func([]*subscription.Subscription) []*subscription.Subscription
		says    string
	}{
		"one is missing": {func(s []*subscription.Subscription) []*subscription.Subscription { return s[1:] }, "nothing is followed there"},
		"one too many": {func(s []*subscription.Subscription) []*subscription.Subscription {
			return append(s, &subscription.Subscription{URL: "http://x.example/"})
		}, "nobody asked for it"},
		"error too many":  {func(s []*subscription.Subscription) []*subscription.Subscription { s[0].Error = "x"; return s }, `its error is "x"`},
		"error forgotten": {func(s []*subscription.Subscription) []*subscription.Subscription { s[19].Error = ""; return s }, `its error is ""`},
		"wrong error":     {func(s []*subscription.Subscription) []*subscription.Subscription { s[19].Error = "x"; return s }, "which does not say"},
		"gone":            {func(s []*subscription.Subscription) []*subscription.Subscription { s[0].Gone = true; return s }, "gone is true"},
	} {
		got := w.CheckFeeds(c.mistake(rightSubs()))
		if !slices.ContainsFunc(got, func(complaint string) bool { return strings.Contains(complaint, c.says) }) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}
