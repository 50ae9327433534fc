package subscription

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Schedule determines when feeds are polled. The zero value is ready to use.
type Schedule struct {
	MinInterval time.Duration // shortest time between two polls of a feed; 0: 5 minutes
	MaxInterval time.Duration // longest time between two polls of a feed that works; 0: 6 hours
}

const (
	defaultMinInterval = 5 * time.Minute
	defaultMaxInterval = 6 * time.Hour

	// maxBackoff limits the time between polls of a failing feed, in MaxIntervals.
	maxBackoff = 4
	// maxRetryAfter limits the time for which a server can prevent polls (Retry-After).
	maxRetryAfter = 7 * 24 * time.Hour
)

// limits returns MinInterval and MaxInterval, or their defaults.
func (c Schedule) limits() (minInterval, maxInterval time.Duration) {
	minInterval, maxInterval = c.MinInterval, c.MaxInterval
	if minInterval <= 0 {
		minInterval = defaultMinInterval
	}
	if maxInterval <= 0 {
		maxInterval = defaultMaxInterval
	}
	return minInterval, max(minInterval, maxInterval)
}

func (c Schedule) clamp(d time.Duration) time.Duration {
	minInterval, maxInterval := c.limits()
	return min(max(d, minInterval), maxInterval)
}

// PollResult is what a successful poll says about how often a feed changes.
type PollResult struct {
	Changed   bool          // the feed had new or changed items
	Published []time.Time   // known publication times of its items; empty if the feed was not modified
	Fresh     time.Duration // how long the response is fresh (Cache-Control); 0 if unknown
	Every     time.Duration // how often the feed changes according to its publisher (ttl); 0 if unknown

	// Until returns the first time from t on at which the publisher expects news
	// (skipHours, skipDays); nil: t itself.
	Until func(t time.Time) time.Time
}

// Succeed updates s after a successful poll at now. It estimates the interval from r, and
// sets the due time to the end of the interval, with 10 % of jitter, or later if the
// server or the publisher ask for that.
func (c Schedule) Succeed(s *Subscription, r PollResult, now time.Time) {
	s.Interval = c.interval(s, r, now)
	if r.Changed || s.Changed.IsZero() {
		s.Changed = now
	}
	s.Fetched, s.Failures, s.Error = now, 0, ""
	_, maxInterval := c.limits()
	wait := max(jitter(s.Interval), min(r.Fresh, maxInterval), min(r.Every, maxInterval))
	s.Due = now.Add(wait)
	if r.Until != nil {
		if until := r.Until(s.Due); until.Sub(s.Due) <= 2*24*time.Hour {
			s.Due = until
		}
	}
}

// interval estimates the interval. It is half of the usual time between two items,
// according to their publication times or else to the changes seen by earlier polls.
// While a feed does not change, the interval grows to a tenth of the time since its last
// change: a feed that pauses at night is still polled often in the morning, one that has
// stopped is polled rarely.
func (c Schedule) interval(s *Subscription, r PollResult, now time.Time) time.Duration {
	unchanged := time.Duration(0) // time since the last change
	if !s.Changed.IsZero() {
		unchanged = max(now.Sub(s.Changed), 0)
	}
	if !r.Changed {
		if gap, known := Gap(r.Published, now); known && s.Interval == 0 {
			return c.clamp(gap / 2)
		}
		return c.clamp(max(s.Interval, unchanged/10))
	}
	gap, known := Gap(r.Published, now)
	switch {
	case known:
		return c.clamp(gap / 2)
	case s.Interval > 0 && unchanged > 0:
		return c.clamp((s.Interval + unchanged/2) / 2)
	}
	const unknown = 30 * time.Minute
	return c.clamp(unknown)
}

// Gap returns the mean time between two items with the given publication times. The time
// since the last item counts as one such time. Gap uses at most 20 items of the last 30
// days; known is false if there are fewer than two.
func Gap(published []time.Time, now time.Time) (gap time.Duration, known bool) {
	const maxItems, maxAge = 20, 30 * 24 * time.Hour
	var recent []time.Time
	for _, t := range published {
		if age := now.Sub(t); age >= 0 && age < maxAge {
			recent = append(recent, t)
		}
	}
	slices.SortFunc(recent, func(a, b time.Time) int { return b.Compare(a) })
	recent = slices.CompactFunc(recent, time.Time.Equal)
	if len(recent) > maxItems {
		recent = recent[:maxItems]
	}
	if len(recent) < 2 {
		return 0, false
	}
	return now.Sub(recent[len(recent)-1]) / time.Duration(len(recent)), true
}

// Fail updates s after a failed poll at now. The time until the next poll doubles with
// each failure in a row, and is at least retryAfter, as sent by the server.
func (c Schedule) Fail(s *Subscription, reason string, retryAfter time.Duration, now time.Time) {
	minInterval, maxInterval := c.limits()
	wait := max(minInterval, s.Interval/2)
	for range min(s.Failures, 30) {
		if wait >= maxBackoff*maxInterval {
			break
		}
		wait *= 2
	}
	s.Fetched, s.Error = now, reason
	s.Failures++
	s.Due = now.Add(max(jitter(min(wait, maxBackoff*maxInterval)), min(retryAfter, maxRetryAfter)))
}

// jitter returns d, changed by up to a tenth at random, so that feeds that were added
// together are not always polled together.
func jitter(d time.Duration) time.Duration {
	tenth := int64(d / 10)
	if tenth <= 0 {
		return d
	}
	return d - time.Duration(tenth) + time.Duration(rand.Int64N(2*tenth+1))
}
