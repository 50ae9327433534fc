package wildweb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// Complaints returns what the client did wrong.
func (w *Web) Complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for c := range w.complaints {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// Store is the store that is checked; every story.Store implements it.
type Store interface {
	Story(ctx context.Context, id string) (*story.Story, error)
	Stories(ctx context.Context, q story.Query) (story.Page, error)
}

// Check compares a store with the expected stories. The store must contain exactly these, each
// once and in its last version. Check returns a message for each difference. The error is that
// of the store.
func (w *Web) Check(ctx context.Context, store Store) (complaints []string, err error) {
	c := &check{web: w, store: store, found: map[string]*Story{}, wires: map[int][]*story.Story{}}
	stories := w.Stories()
	for i := range stories {
		if err := c.story(ctx, &stories[i]); err != nil {
			return nil, err
		}
	}
	if err := c.listed(ctx); err != nil {
		return nil, err
	}
	if located := c.located; located*10 < len(stories)*9 {
		c.complain("only %d of %d stories have a location, although each names a town", located, len(stories))
	}
	return c.complaints, nil
}

// CheckDuplicates checks that the stories of outlets that print the same agency report form one
// group of duplicates. It returns a message for each difference. The error is that of the
// store.
func (w *Web) CheckDuplicates(ctx context.Context, store Store) (complaints []string, err error) {
	c := &check{web: w, store: store, found: map[string]*Story{}, wires: map[int][]*story.Story{}}
	for _, want := range w.Stories() {
		if want.Wire > 0 {
			if err := c.story(ctx, &want); err != nil {
				return nil, err
			}
		}
	}
	c.complaints = nil // Check reports those
	c.duplicates()
	return c.complaints, nil
}

// check is the state of a comparison.
type check struct {
	web        *Web
	store      Store
	complaints []string
	found      map[string]*Story      // by id in the store
	wires      map[int][]*story.Story // by number of the agency report
	located    int                    // number of stories with a location
}

func (c *check) complain(format string, args ...any) {
	c.complaints = append(c.complaints, fmt.Sprintf(format, args...))
}

// story compares one story.
func (c *check) story(ctx context.Context, want *Story) error {
	got, err := c.find(ctx, want)
	switch {
	case errors.Is(err, geo.ErrNotFound):
		c.complain("%s: the story is missing", want.Address)
		return nil
	case err != nil:
		return err
	}
	if other := c.found[got.ID]; other != nil {
		c.complain("%s and %s are the same story", other.Address, want.Address)
		return nil
	}
	c.found[got.ID] = want
	if len(got.Locations) > 0 {
		c.located++
	}
	if want.Wire > 0 {
		c.wires[want.Wire] = append(c.wires[want.Wire], got)
	}
	for _, difference := range differences(want, got) {
		c.complain("%s: %s", want.Address, difference)
	}
	return nil
}

// find finds a story by any of its addresses.
func (c *check) find(ctx context.Context, want *Story) (got *story.Story, err error) {
	for _, address := range want.Addresses {
		got, err = c.store.Story(ctx, story.Identify(&story.Story{URL: address}))
		if err == nil || !errors.Is(err, geo.ErrNotFound) {
			return got, err
		}
	}
	return nil, err
}

// differences returns the differences between a story and the expected one.
func differences(want *Story, got *story.Story) (out []string) {
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if got.Title != want.Title {
		complain("the title is %q, want %q", got.Title, want.Title)
	}
	if got.TextSource != want.Source {
		complain("the text is from %q, want %q", got.TextSource, want.Source)
	}
	if want.Source == story.SourceHeadline && got.Text != "" {
		complain("the text is %.100q, want none", got.Text)
	}
	for _, part := range []string{want.Mark, want.Tail} {
		if n := strings.Count(got.Text, part); part != "" && n != 1 {
			complain("the text has %q %d times: %.1000q", part, n, got.Text)
		}
	}
	if !got.Published.Equal(want.Published) {
		complain("it was published %s, want %s", got.Published, want.Published)
	}
	if got.Domain != want.Domain {
		complain("the domain is %q, want %q", got.Domain, want.Domain)
	}
	if !slices.Equal(got.Points, want.Points) {
		complain("the points are %v, want %v", got.Points, want.Points)
	}
	seen := map[string]bool{}
	for _, earlier := range got.Titles {
		if seen[earlier.Title] || !slices.Contains(want.Earlier, earlier.Title) {
			complain("it has the wrong earlier title %q", earlier.Title)
		}
		seen[earlier.Title] = true
	}
	for _, boilerplate := range []string{"LEAVE A COMMENT", "There are no comments", "Honolulu", "All rights reserved", "We use cookies",
		"Subscribe to continue"} {
		if strings.Contains(got.Text, boilerplate) {
			complain("the text contains %q", boilerplate)
		}
	}
	return out
}

// duplicates checks that the stories of the same agency report form one group of duplicates.
func (c *check) duplicates() {
	for wire, stories := range c.wires {
		var primary *story.Story
		for _, s := range stories {
			if s.CopyOf == "" {
				if primary != nil {
					c.complain("report %d: %s and %s are both primary stories", wire, primary.URL, s.URL)
				}
				primary = s
			}
		}
		if primary == nil {
			c.complain("report %d: none of the %d stories is the primary story", wire, len(stories))
			continue
		}
		for _, s := range stories {
			if s != primary && s.CopyOf != "" && s.CopyOf != primary.ID {
				c.complain("report %d: %s is a duplicate of %s, want %s", wire, s.URL, s.CopyOf, primary.ID)
			}
		}
		if len(primary.Copies) != len(stories)-1 {
			c.complain("report %d: %s has %d duplicates, want %d", wire, primary.URL, len(primary.Copies), len(stories)-1)
		}
	}
}

// listed checks that the store lists exactly the expected stories.
func (c *check) listed(ctx context.Context) error {
	seen := map[string]bool{}
	q := story.Query{Limit: 500}
	for {
		page, err := c.store.Stories(ctx, q)
		if err != nil {
			return err
		}
		for _, s := range page.Stories {
			switch {
			case seen[s.ID]:
				c.complain("%s is listed twice", s.URL)
			case c.found[s.ID] == nil:
				c.complain("%s (%s) is listed but not expected", s.URL, s.Title)
			case c.found[s.ID].Wire == 0 && (s.CopyOf != "" || len(s.Copies) > 0):
				c.complain("%s is a duplicate of %q or has the duplicates %v, want none", s.URL, s.CopyOf, s.Copies)
			}
			seen[s.ID] = true
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	for id, want := range c.found {
		if !seen[id] && want.Wire == 0 {
			c.complain("%s is stored but not listed", want.Address)
		}
	}
	return nil
}

// CheckFeeds compares subscriptions with the state of the feeds at this turn.
func (w *Web) CheckFeeds(subscriptions []*subscription.Subscription) (complaints []string) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }
	byURL := map[string]*subscription.Subscription{}
	for _, sub := range subscriptions {
		byURL[sub.URL] = sub
	}
	for _, s := range w.sources {
		address := s.address()
		if s.moved && w.turn() >= 2 && !s.fault.always {
			address = s.host.base("http") + "/moved" + s.path
		}
		sub := byURL[address]
		if sub == nil {
			complain("feed %s is not followed", address)
			continue
		}
		delete(byURL, address)
		failing := s.fault.occurs(w.turn())
		switch {
		case failing && (sub.Error == "" || !s.fault.matches(sub.Error)):
			complain("feed %s (%s): the error is %q, want one with %q", address, s.fault.name, sub.Error, s.fault.wantError)
		case !failing && sub.Error != "":
			complain("feed %s (%s): the error is %q, want none", address, s.fault.name, sub.Error)
		}
		if sub.Gone != s.fault.gone {
			complain("feed %s (%s): gone is %v", address, s.fault.name, sub.Gone)
		}
	}
	for address := range byURL {
		complain("feed %s is followed but not expected", address)
	}
	return complaints
}
