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

// memoryStore is a Store of some stories.
type memoryStore []*story.Story

func (s memoryStore) Story(_ context.Context, id string) (*story.Story, error) {
	for _, st := range s {
		if st.ID == id {
			return st, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", id, geo.ErrNotFound)
}

func (s memoryStore) Stories(context.Context, story.Query) (story.Page, error) {
	return story.Page{Stories: s}, nil
}

// expectedStore returns a store with the expected stories.
func expectedStore(w *Web) (out memoryStore) {
	primaries := map[int]*story.Story{}
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
		if primary := primaries[want.Wire]; want.Wire > 0 && primary != nil {
			s.CopyOf = primary.ID
			primary.Copies = append(primary.Copies, story.Copy{ID: s.ID})
		} else if want.Wire > 0 {
			primaries[want.Wire] = s
		}
		out = append(out, s)
	}
	return out
}

// TestCheck makes a mistake in a store with the expected stories. The check must find it.
func TestCheck(t *testing.T) {
	w, _ := open(t, Config{Seed: 3, Feeds: 40, Pages: 120, Turns: 3})
	for range 3 {
		w.Turn()
	}
	find := func(s memoryStore, matches func(*story.Story) bool) *story.Story {
		return s[slices.IndexFunc(s, matches)]
	}
	hasNoDuplicates := func(s *story.Story) bool { return s.CopyOf == "" && len(s.Copies) == 0 }
	for _, c := range []struct {
		name    string
		mistake func(memoryStore) memoryStore
		want    string
	}{
		{"no mistake", func(s memoryStore) memoryStore { return s }, ""},
		{"missing story", func(s memoryStore) memoryStore { return s[1:] }, "the story is missing"},
		{"story listed twice", func(s memoryStore) memoryStore { return append(s, s[0]) }, "is listed twice"},
		{"story with another id", func(s memoryStore) memoryStore {
			again := *s[0]
			again.ID = "another"
			return append(s, &again)
		}, "is listed but not expected"},
		{"two stories with one id", func(s memoryStore) memoryStore { s[0].ID = s[1].ID; return s }, "the story is missing"},
		{"old title", func(s memoryStore) memoryStore {
			st := find(s, func(s *story.Story) bool { return len(s.Titles) > 0 })
			st.Title = st.Titles[0].Title
			return s
		}, "the title is"},
		{"old text", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage }).Text = "An old text."
			return s
		}, "0 times"},
		{"unexpected text", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourceHeadline }).Text = "A text."
			return s
		}, "the text is \"A text.\", want none"},
		{"text twice", func(s memoryStore) memoryStore {
			st := find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage })
			st.Text += st.Text
			return s
		}, "2 times"},
		{"text of the feed", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return s.TextSource == story.SourcePage }).TextSource = story.SourceFeed
			return s
		}, "the text is from"},
		{"boilerplate", func(s memoryStore) memoryStore { s[0].Text += "LEAVE A COMMENT"; return s }, "LEAVE A COMMENT"},
		{"date", func(s memoryStore) memoryStore { s[0].Published = time.Unix(0, 0); return s }, "it was published"},
		{"domain", func(s memoryStore) memoryStore { s[0].Domain = "10.0.0.1"; return s }, "the domain is"},
		{"point", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return len(s.Points) > 0 }).Points = nil
			return s
		}, "the points are"},
		{"wrong earlier title", func(s memoryStore) memoryStore { s[0].Titles = []story.Title{{Title: "x"}}; return s }, "the wrong earlier title"},
		{"unexpected duplicate", func(s memoryStore) memoryStore { find(s, hasNoDuplicates).CopyOf = "x"; return s }, "is a duplicate of \"x\""},
		{"two primary stories", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return s.CopyOf != "" }).CopyOf = ""
			return s
		}, "are both primary stories"},
		{"duplicate of another story", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return s.CopyOf != "" }).CopyOf = "x"
			return s
		}, "is a duplicate of x"},
		{"missing duplicates", func(s memoryStore) memoryStore {
			find(s, func(s *story.Story) bool { return len(s.Copies) > 0 }).Copies = nil
			return s
		}, "has 0 duplicates"},
		{"no locations", func(s memoryStore) memoryStore {
			for _, st := range s {
				st.Locations = nil
			}
			return s
		}, "have a location"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.mistake(expectedStore(w))
			complaints, err := w.Check(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			duplicates, err := w.CheckDuplicates(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			complaints = append(complaints, duplicates...)
			if c.want == "" && len(complaints) > 0 ||
				c.want != "" && !slices.ContainsFunc(complaints, func(complaint string) bool { return strings.Contains(complaint, c.want) }) {
				t.Errorf("%q, want %q", complaints, c.want)
			}
		})
	}
}

// TestCheckFeeds makes a mistake in the expected subscriptions. The check must find it.
func TestCheckFeeds(t *testing.T) {
	w, _ := open(t, Config{Seed: 3, Feeds: 40, Pages: 120, Turns: 3})
	for range 3 {
		w.Turn()
	}
	expectedSubscriptions := func() (out []*subscription.Subscription) {
		for _, s := range w.sources {
			sub := &subscription.Subscription{URL: s.address(), Gone: s.fault.gone}
			if s.moved && !s.fault.always {
				sub.URL = s.host.base("http") + "/moved" + s.path
			}
			if s.fault.always {
				sub.Error = "the error is " + strings.Split(s.fault.wantError, "|")[0] + "."
			}
			out = append(out, sub)
		}
		return out
	}
	if got := w.CheckFeeds(expectedSubscriptions()); len(got) > 0 {
		t.Errorf("%q", got)
	}
	for name, c := range map[string]struct {
		mistake func([]*subscription.Subscription) []*subscription.Subscription
		want    string
	}{
		"missing feed": {func(s []*subscription.Subscription) []*subscription.Subscription { return s[1:] }, "is not followed"},
		"unexpected feed": {func(s []*subscription.Subscription) []*subscription.Subscription {
			return append(s, &subscription.Subscription{URL: "http://x.example/"})
		}, "is followed but not expected"},
		"unexpected error": {func(s []*subscription.Subscription) []*subscription.Subscription { s[0].Error = "x"; return s }, `the error is "x", want none`},
		"missing error":    {func(s []*subscription.Subscription) []*subscription.Subscription { s[19].Error = ""; return s }, `the error is ""`},
		"wrong error":      {func(s []*subscription.Subscription) []*subscription.Subscription { s[19].Error = "x"; return s }, "want one with"},
		"unexpected gone":  {func(s []*subscription.Subscription) []*subscription.Subscription { s[0].Gone = true; return s }, "gone is true"},
	} {
		got := w.CheckFeeds(c.mistake(expectedSubscriptions()))
		if !slices.ContainsFunc(got, func(complaint string) bool { return strings.Contains(complaint, c.want) }) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
