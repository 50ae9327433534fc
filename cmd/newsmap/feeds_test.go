package main

import (
	"strings"
	"testing"
	"time"

	"newsmap/geo/subscription"
)

// TestFeedsTable checks the state and the last error of each feed.
func TestFeedsTable(t *testing.T) {
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	read, due := now.Add(-time.Hour), now.Add(time.Hour)
	for name, c := range map[string]struct {
		sub  subscription.Subscription
		want string // the fields of the line, before and after the address
	}{
		"new": {subscription.Subscription{Due: now}, "new 0 - - now URL"},
		"ok":  {subscription.Subscription{Fetched: read, Due: due, Items: 3, Interval: time.Hour}, "ok 3 60 min 60 min ago in 60 min URL"},
		"warning": {
			subscription.Subscription{Fetched: read, Due: due, Warnings: []string{"a", "b", "c"}},
			"ok 0 - 60 min ago in 60 min URL warning: a; and 2 more, see --json",
		},
		"waiting": {subscription.Subscription{Due: due, Error: "the host asked to pause"}, "waiting 0 - - in 60 min URL the host asked to pause"},
		"failing": {
			subscription.Subscription{Fetched: read, Due: due, Failures: 2, Error: "has more than 16 MiB"},
			"failing 0 - 60 min ago in 60 min URL has more than 16 MiB",
		},
		"gone": {
			subscription.Subscription{Fetched: read, Gone: true, Failures: 1, Error: "does not exist any more (410)"},
			"gone 0 - 60 min ago - URL does not exist any more (410)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.sub.URL = "URL"
			var out strings.Builder
			if err := feedsTable(&out, []*subscription.Subscription{&c.sub}, now); err != nil {
				t.Fatal(err)
			}
			_, line, _ := strings.Cut(out.String(), "\n")
			if got := strings.Join(strings.Fields(line), " "); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
