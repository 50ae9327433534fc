package subscription_test

import (
	"testing"
	"time"

	"newsmap/geo/subscription"
)

var now = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// every gives the times of n items, the last of them published at last.
func every(d time.Duration, n int, last time.Time) (out []time.Time) {
	for i := range n {
		out = append(out, last.Add(-time.Duration(i)*d))
	}
	return out
}

// between looks at a duration that holds a tenth of jitter.
func between(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want-want/10 || got > want+want/10 {
		t.Errorf("%s is %s, want about %s", what, got, want)
	}
}

func TestSucceed(t *testing.T) {
	for name, c := range map[string]struct {
		before subscription.Subscription
		read   subscription.Reading
		want   time.Duration // interval
		due    time.Duration // from now; 0: the interval
	}{
		"an item each hour": {read: subscription.Reading{Changed: true, Times: every(time.Hour, 20, now.Add(-time.Hour))}, want: 30 * time.Minute},
		"an item a minute":  {read: subscription.Reading{Changed: true, Times: every(time.Minute, 50, now)}, want: 5 * time.Minute},
		"an item a week":    {read: subscription.Reading{Changed: true, Times: every(7*24*time.Hour, 9, now.Add(-time.Hour))}, want: 6 * time.Hour},
		"two bursts a day " +
			"apart": {read: subscription.Reading{Changed: true, Times: append(every(time.Second, 5, now), every(time.Second, 5, now.Add(-24*time.Hour))...)},
			want: 72 * time.Minute},
		"no dates, new": {read: subscription.Reading{Changed: true}, want: 30 * time.Minute},
		"no dates, changed after 4 h": {before: subscription.Subscription{Interval: time.Hour, Changed: now.Add(-4 * time.Hour)},
			read: subscription.Reading{Changed: true}, want: 90 * time.Minute},
		"silent for a night":  {before: subscription.Subscription{Interval: 10 * time.Minute, Changed: now.Add(-8 * time.Hour)}, want: 48 * time.Minute},
		"silent for a month":  {before: subscription.Subscription{Interval: 10 * time.Minute, Changed: now.Add(-30 * 24 * time.Hour)}, want: 6 * time.Hour},
		"silent for a moment": {before: subscription.Subscription{Interval: 10 * time.Minute, Changed: now.Add(-time.Minute)}, want: 10 * time.Minute},
		"clock went back":     {before: subscription.Subscription{Interval: 10 * time.Minute, Changed: now.Add(time.Hour)}, want: 10 * time.Minute},
		"one item":            {read: subscription.Reading{Changed: true, Times: every(1, 1, now)}, want: 30 * time.Minute},
		"items of the future": {read: subscription.Reading{Changed: true, Times: every(time.Minute, 9, now.Add(time.Hour))}, want: 30 * time.Minute},
		"fresh for 2 h":       {read: subscription.Reading{Changed: true, Fresh: 2 * time.Hour}, want: 30 * time.Minute, due: 2 * time.Hour},
		"fresh for a year":    {read: subscription.Reading{Changed: true, Fresh: 365 * 24 * time.Hour}, want: 30 * time.Minute, due: 6 * time.Hour},
		"ttl of an hour":      {read: subscription.Reading{Changed: true, Every: time.Hour}, want: 30 * time.Minute, due: time.Hour},
		"skips the " +
			"afternoon": {read: subscription.Reading{Changed: true, Until: func(time.Time) time.Time { return now.Add(6 * time.Hour) }}, want: 30 * time.Minute,
			due: 6 * time.Hour},
		"skips for ever": {read: subscription.Reading{Changed: true, Until: func(t time.Time) time.Time { return t.Add(1e6 * time.Hour) }}, want: 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.before
			s.Failures, s.Error = 3, "was down"
			subscription.Schedule{}.Succeed(&s, c.read, now)
			if s.Failures != 0 || s.Error != "" || !s.Fetched.Equal(now) || c.read.Changed && !s.Changed.Equal(now) {
				t.Errorf("%+v", s)
			}
			between(t, "the interval", s.Interval, c.want)
			if c.due == 0 {
				c.due = c.want
			}
			between(t, "the wait", s.Due.Sub(now), c.due)
		})
	}
}

func TestFail(t *testing.T) {
	s := subscription.Subscription{Interval: 20 * time.Minute, Changed: now.Add(-time.Hour)}
	schedule := subscription.Schedule{}
	for i, want := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute} {
		schedule.Fail(&s, "is down", 0, now)
		between(t, "the wait", s.Due.Sub(now), want)
		if s.Failures != i+1 || s.Error != "is down" || !s.Fetched.Equal(now) {
			t.Errorf("%+v", s)
		}
	}
	for range 1_000 {
		schedule.Fail(&s, "is down", 0, now)
	}
	between(t, "the longest wait", s.Due.Sub(now), 24*time.Hour)
	s.Failures = 0
	schedule.Fail(&s, "429", 3*time.Hour, now)
	if wait := s.Due.Sub(now); wait != 3*time.Hour {
		t.Errorf("the server asked for 3 h, it gets %s", wait)
	}
	schedule.Fail(&s, "429", 1e6*time.Hour, now)
	if wait := s.Due.Sub(now); wait > 7*24*time.Hour {
		t.Errorf("left alone for %s", wait)
	}
}

// TestJitter has feeds that were added together drift apart.
func TestJitter(t *testing.T) {
	seen := map[time.Time]bool{}
	for range 50 {
		var s subscription.Subscription
		subscription.Schedule{Least: time.Hour, Most: time.Hour}.Succeed(&s, subscription.Reading{Changed: true}, now)
		seen[s.Due] = true
	}
	if len(seen) < 40 {
		t.Errorf("fifty feeds are due at %d times only", len(seen))
	}
}
