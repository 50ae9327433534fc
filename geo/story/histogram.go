package story

import (
	"context"
	"math"
	"time"
)

// Histogram counts stories over time, in bins of equal length.
type Histogram struct {
	From    time.Time     // start of the first bin; zero if no story has a known time
	To      time.Time     // end of the last bin
	Step    time.Duration // length of a bin
	Counts  []int         // stories in each bin
	Undated int           // stories of unknown time, which are in no bin
}

// histogramSteps are the possible lengths of a bin, shortest first. Days begin at
// midnight UTC, weeks on Mondays.
var histogramSteps = []time.Duration{
	time.Hour, 6 * time.Hour, day, 7 * day, 30 * day, 91 * day, 365 * day, 3650 * day,
}

// MinBins is the smallest maximum number of bins: see NewHistogram.
const MinBins = 10

const day = 24 * time.Hour

// monday is the first Monday of 1970, counted from the start of the year.
const monday = 4 * day

// NewHistogram counts the stories that match q by publication time, or by fetch time
// if fetched is true. It uses the shortest step that needs at most maxBins bins; a
// maxBins below MinBins means MinBins.
func NewHistogram(ctx context.Context, a Aggregator, q Query, fetched bool, maxBins int) (*Histogram, error) {
	h, maxBins := &Histogram{}, max(maxBins, MinBins)
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
	h.Step = shortestStep(first, last, maxBins)
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

// shortestStep returns the shortest step that divides the time from first to last
// (seconds since 1970) into at most maxBins bins.
func shortestStep(first, last int64, maxBins int) time.Duration {
	step := histogramSteps[0]
	for _, step = range histogramSteps {
		if (last-alignDown(first, step))/int64(step/time.Second) < int64(maxBins) {
			return step
		}
	}
	// Even the longest step can be too short: 1605 to 2026 needs 43 bins of it.
	for (last-alignDown(first, step))/int64(step/time.Second) >= int64(maxBins) {
		step *= 2
	}
	return step
}

// alignDown returns the start of the bin that contains t. Both are seconds since 1970.
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
