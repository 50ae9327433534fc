package subscription

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Schedule says when feeds are polled. The zero value is a good one.
type Schedule struct {
	Least time.Duration // between two polls of a feed; 0: 5 minutes
	Most  time.Duration // likewise; 0: 6 hours
}

const (
	defaultMinInterval = 5 * time.Minute
	defaultMaxInterval = 6 * time.Hour

	// longestBackoff bounds how long a feed that fails is left alone, in Most.
	longestBackoff = 4
	// longestWish bounds how long a server may ask not to be asked.
	longestWish = 7 * 24 * time.Hour
)

func (c Schedule) bounds() (least, most time.Duration) {
	least, most = c.Least, c.Most
	if least <= 0 {
		least = defaultMinInterval
	}
	if most <= 0 {
		most = defaultMaxInterval
	}
	return least, max(least, most)
}

func (c Schedule) clamp(d time.Duration) time.Duration {
	least, most := c.bounds()
	return min(max(d, least), most)
}

// Reading is what a poll that did not fail has to say of a feed's rhythm.
type Reading struct {
	Changed bool          // it brought something new
	Times   []time.Time   // when its items were published; unknown ones left out; none where the feed had not changed
	Fresh   time.Duration // how long the answer serves (Cache-Control); 0 if the server did not say
	Every   time.Duration // how often the publisher says that the feed changes (ttl); 0 if it does not

	// Until gives the first time from t on at which the publisher expects anything
	// new (skipHours, skipDays); nil: t itself.
	Until func(t time.Time) time.Time
}

// Succeed notes on s a poll at now that did not fail: the interval follows the
// feed's rhythm, and s is due after it, with a tenth of jitter, not before what
// server and publisher ask for.
func (c Schedule) Succeed(s *Subscription, r Reading, now time.Time) {
	s.Interval = c.interval(s, r, now)
	if r.Changed || s.Changed.IsZero() {
		s.Changed = now
	}
	s.Fetched, s.Failures, s.Error = now, 0, ""
	_, most := c.bounds()
	wait := max(jitter(s.Interval), min(r.Fresh, most), min(r.Every, most))
	s.Due = now.Add(wait)
	if r.Until != nil {
		if until := r.Until(s.Due); until.Sub(s.Due) <= 2*24*time.Hour {
			s.Due = until
		}
	}
}

// interval learns. A feed is asked twice in the usual time between two items, as
// their dates tell, or else in what passed between the changes that were seen; and
// while it is silent, ten times in that silence: a paper that sleeps at night is
// asked often in the morning, one that has stopped seldom.
func (c Schedule) interval(s *Subscription, r Reading, now time.Time) time.Duration {
	silence := time.Duration(0)
	if !s.Changed.IsZero() {
		silence = max(now.Sub(s.Changed), 0)
	}
	if !r.Changed {
		if gap, known := Gap(r.Times, now); known && s.Interval == 0 {
			return c.clamp(gap / 2)
		}
		return c.clamp(max(s.Interval, silence/10))
	}
	gap, known := Gap(r.Times, now)
	switch {
	case known:
		return c.clamp(gap / 2)
	case s.Interval > 0 && silence > 0:
		return c.clamp((s.Interval + silence/2) / 2)
	}
	const unknown = 30 * time.Minute
	return c.clamp(unknown)
}

// Gap is the usual time between two items that were published at the given times,
// the time since the last one counted in; known is false where these do not tell. It
// looks at the last thirty days, and at most at twenty items.
func Gap(times []time.Time, now time.Time) (gap time.Duration, known bool) {
	const most, long = 20, 30 * 24 * time.Hour
	var recent []time.Time
	for _, t := range times {
		if age := now.Sub(t); age >= 0 && age < long {
			recent = append(recent, t)
		}
	}
	slices.SortFunc(recent, func(a, b time.Time) int { return b.Compare(a) })
	recent = slices.CompactFunc(recent, time.Time.Equal)
	if len(recent) > most {
		recent = recent[:most]
	}
	if len(recent) < 2 {
		return 0, false
	}
	return now.Sub(recent[len(recent)-1]) / time.Duration(len(recent)), true
}

// Fail notes on s a poll at now that failed: it is left alone for twice as long
// with each failure in a row, and for as long as the server asked (Retry-After) at
// least.
func (c Schedule) Fail(s *Subscription, reason string, asked time.Duration, now time.Time) {
	least, most := c.bounds()
	wait := max(least, s.Interval/2)
	for range min(s.Failures, 30) {
		if wait >= longestBackoff*most {
			break
		}
		wait *= 2
	}
	s.Fetched, s.Error = now, reason
	s.Failures++
	s.Due = now.Add(max(jitter(min(wait, longestBackoff*most)), min(asked, longestWish)))
}

// jitter keeps feeds that were added together from being asked together for
// ever: d, up to a tenth less or more.
func jitter(d time.Duration) time.Duration {
	tenth := int64(d / 10)
	if tenth <= 0 {
		return d
	}
	return d - time.Duration(tenth) + time.Duration(rand.Int64N(2*tenth+1))
}
