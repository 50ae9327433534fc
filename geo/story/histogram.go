package story

import (
	"context"
	"math"
	"time"
)

// Histogram counts stories over time, in bins of one length.
type Histogram struct {
	From    time.Time // where the first bin begins; zero if no story has a time
	To      time.Time // where the last bin ends
	Step    time.Duration
	Counts  []int
	Undated int // stories whose time is not known; they are in no bin
}

// histogramSteps are the lengths that a bin may have. Days begin at midnight UTC,
// weeks on Mondays.
var histogramSteps = []time.Duration{
	time.Hour, 6 * time.Hour, day, 7 * day, 30 * day, 91 * day, 365 * day, 3650 * day,
}

// MinBins is the least that a Histogram may be bounded to.
const MinBins = 10

const day = 24 * time.Hour

// monday is the first Monday after 1970 began.
const monday = 4 * day

// NewHistogram counts the stories that match q by their publication, or by when
// newsmap fetched them, in at most bins bins of the shortest fitting step; less
// than MinBins stands for MinBins.
func NewHistogram(ctx context.Context, a Aggregator, q Query, fetched bool, bins int) (*Histogram, error) {
	h, bins := &Histogram{}, max(bins, MinBins)
	var times []int64
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	err := a.StorySummaries(ctx, q, func(b *StorySummary) error {
		t := b.Published
		if fetched {
			t = b.Fetched
		}
		if t.IsZero() {
			h.Undated++
			return nil
		}
		seconds := t.Unix()
		first, last = min(first, seconds), max(last, seconds)
		times = append(times, seconds)
		return nil
	})
	if err != nil || len(times) == 0 {
		return h, err
	}
	h.Step = stepFor(first, last, bins)
	step := int64(h.Step / time.Second)
	begin := alignDown(first, h.Step)
	h.Counts = make([]int, (last-begin)/step+1)
	for _, t := range times {
		h.Counts[(t-begin)/step]++
	}
	h.From = time.Unix(begin, 0).UTC()
	h.To = time.Unix(begin+step*int64(len(h.Counts)), 0).UTC()
	return h, nil
}

// stepFor is the shortest step under which first to last, seconds since 1970,
// take no more than bins bins.
func stepFor(first, last int64, bins int) time.Duration {
	step := histogramSteps[0]
	for _, step = range histogramSteps {
		if (last-alignDown(first, step))/int64(step/time.Second) < int64(bins) {
			return step
		}
	}
	// From the first newspapers until now it takes 43 of the longest.
	for (last-alignDown(first, step))/int64(step/time.Second) >= int64(bins) {
		step *= 2
	}
	return step
}

// alignDown is the last beginning of a bin at or before t, seconds since 1970.
func alignDown(t int64, step time.Duration) int64 {
	offset := int64(0)
	if step == 7*day {
		offset = int64(monday / time.Second)
	}
	length := int64(step / time.Second)
	rest := (t - offset) % length
	if rest < 0 {
		rest += length
	}
	return t - rest
}
