package subscription_test

import (
	"testing"
	"time"

	"newsmap/geo/subscription"
)

var now = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// timesEvery returns the publication times of n items, d apart, the last one at last.
func timesEvery(d time.Duration, n int, last time.Time) (out []time.Time) {
	for i := range n {
		out = append(out, last.Add(-time.Duration(i)*d))
	}
	return out
}

// wantAbout checks a duration that contains 10 % of jitter.
func wantAbout(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want-want/10 || got > want+want/10 {
		t.Errorf("%s is %s, want about %s", what, got, want)
	}
}

func TestSucceed(t *testing.T) {
	type poll = subscription.PollResult
	twoBursts := append(timesEvery(time.Second, 5, now), timesEvery(time.Second, 5, now.Add(-24*time.Hour))...)
	afterAfternoon := func(time.Time) time.Time { return now.Add(6 * time.Hour) }
	never := func(t time.Time) time.Time { return t.Add(1e6 * time.Hour) }
	changed := func(interval, ago time.Duration) subscription.Subscription {
		return subscription.Subscription{Interval: interval, Changed: now.Add(-ago)}
	}
	for name, c := range map[string]struct {
		before subscription.Subscription
		result poll
		want   time.Duration // interval
		due    time.Duration // from now; 0: the interval
	}{
		"an item an hour":             {result: poll{Changed: true, Published: timesEvery(time.Hour, 20, now.Add(-time.Hour))}, want: 30 * time.Minute},
		"an item a minute":            {result: poll{Changed: true, Published: timesEvery(time.Minute, 50, now)}, want: 5 * time.Minute},
		"an item a week":              {result: poll{Changed: true, Published: timesEvery(7*24*time.Hour, 9, now.Add(-time.Hour))}, want: 6 * time.Hour},
		"two bursts a day apart":      {result: poll{Changed: true, Published: twoBursts}, want: 72 * time.Minute},
		"no dates, new":               {result: poll{Changed: true}, want: 30 * time.Minute},
		"no dates, changed after 4 h": {before: changed(time.Hour, 4*time.Hour), result: poll{Changed: true}, want: 90 * time.Minute},
		"unchanged for a night":       {before: changed(10*time.Minute, 8*time.Hour), want: 48 * time.Minute},
		"unchanged for a month":       {before: changed(10*time.Minute, 30*24*time.Hour), want: 6 * time.Hour},
		"unchanged for a minute":      {before: changed(10*time.Minute, time.Minute), want: 10 * time.Minute},
		"clock was set back":          {before: changed(10*time.Minute, -time.Hour), want: 10 * time.Minute},
		"one item":                    {result: poll{Changed: true, Published: timesEvery(1, 1, now)}, want: 30 * time.Minute},
		"items in the future":         {result: poll{Changed: true, Published: timesEvery(time.Minute, 9, now.Add(time.Hour))}, want: 30 * time.Minute},
		"fresh for 2 h":               {result: poll{Changed: true, Fresh: 2 * time.Hour}, want: 30 * time.Minute, due: 2 * time.Hour},
		"fresh for a year":            {result: poll{Changed: true, Fresh: 365 * 24 * time.Hour}, want: 30 * time.Minute, due: 6 * time.Hour},
		"ttl of an hour":              {result: poll{Changed: true, Every: time.Hour}, want: 30 * time.Minute, due: time.Hour},
		"skips the afternoon":         {result: poll{Changed: true, Until: afterAfternoon}, want: 30 * time.Minute, due: 6 * time.Hour},
		"skips all hours":             {result: poll{Changed: true, Until: never}, want: 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.before
			s.Failures, s.Error = 3, "was down"
			subscription.Schedule{}.Succeed(&s, c.result, now)
			if s.Failures != 0 || s.Error != "" || !s.Fetched.Equal(now) || c.result.Changed && !s.Changed.Equal(now) {
				t.Errorf("after Succeed: %+v", s)
			}
			wantAbout(t, "the interval", s.Interval, c.want)
			if c.due == 0 {
				c.due = c.want
			}
			wantAbout(t, "the wait", s.Due.Sub(now), c.due)
		})
	}
}

func TestFail(t *testing.T) {
	s := subscription.Subscription{Interval: 20 * time.Minute, Changed: now.Add(-time.Hour)}
	schedule := subscription.Schedule{}
	for i, want := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute} {
		schedule.Fail(&s, "is down", 0, now)
		wantAbout(t, "the wait", s.Due.Sub(now), want)
		if s.Failures != i+1 || s.Error != "is down" || !s.Fetched.Equal(now) {
			t.Errorf("after failure %d: %+v", i+1, s)
		}
	}
	for range 1_000 {
		schedule.Fail(&s, "is down", 0, now)
	}
	wantAbout(t, "the longest wait", s.Due.Sub(now), 24*time.Hour)
	s.Failures = 0
	schedule.Fail(&s, "429", 3*time.Hour, now)
	if wait := s.Due.Sub(now); wait != 3*time.Hour {
		t.Errorf("the wait after Retry-After of 3 h is %s", wait)
	}
	schedule.Fail(&s, "429", 1e6*time.Hour, now)
	if wait := s.Due.Sub(now); wait > 7*24*time.Hour {
		t.Errorf("the wait after a very long Retry-After is %s, want at most a week", wait)
	}
}

// TestJitter checks that feeds that were added together are polled at different times.
func TestJitter(t *testing.T) {
	seen := map[time.Time]bool{}
	for range 50 {
		var s subscription.Subscription
		subscription.Schedule{MinInterval: time.Hour, MaxInterval: time.Hour}.Succeed(&s, subscription.PollResult{Changed: true}, now)
		seen[s.Due] = true
	}
	if len(seen) < 40 {
		t.Errorf("50 feeds are due at only %d times", len(seen))
	}
}
