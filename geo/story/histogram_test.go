package story_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"newsmap/geo/story"
)

// timeline is an Aggregator of stories that have only times.
type timeline struct {
	story.Aggregator
	published []time.Time
}

func (l timeline) StorySummaries(_ context.Context, _ story.Query, yield func(*story.StorySummary) error) error {
	for i, t := range l.published {
		if err := yield(&story.StorySummary{Number: i, Published: t, Fetched: time.Date(2026, 3, 1, i, 0, 0, 0, time.UTC)}); err != nil {
			return err
		}
	}
	return nil
}

func at(s string) time.Time {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestHistogram(t *testing.T) {
	for _, c := range []struct {
		name      string
		published []time.Time
		bins      int
		from      string
		step      time.Duration
		counts    []int
		undated   int
	}{
		{"one", []time.Time{at("2026-02-03 12:34:56")}, 100, "2026-02-03 12:00:00", time.Hour, []int{1}, 0},
		{"undated", []time.Time{{}, at("2026-02-03 12:34:56"), {}}, 100, "2026-02-03 12:00:00", time.Hour, []int{1}, 2},
		{"hours", []time.Time{at("2026-02-03 12:00:00"), at("2026-02-03 15:59:59"), at("2026-02-03 12:59:59")}, 10, "2026-02-03 12:00:00", time.Hour,
			[]int{2, 0, 0, 1}, 0},
		{"as many hours as bins", []time.Time{at("2026-02-03 12:00:00"), at("2026-02-03 21:59:59")}, 10, "2026-02-03 12:00:00", time.Hour,
			[]int{1, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0},
		{"more hours than bins", []time.Time{at("2026-02-03 12:00:00"), at("2026-02-03 22:00:00")}, 10, "2026-02-03 12:00:00", 6 * time.Hour, []int{1, 1}, 0},
		{"as many quarter days as bins", []time.Time{at("2026-02-03 23:59:59"), at("2026-02-06 00:00:00")}, 10,
			"2026-02-03 18:00:00", 6 * time.Hour, []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 0},
		{"more quarter days than bins", []time.Time{at("2026-02-03 23:59:59"), at("2026-02-07 00:00:00")}, 10,
			"2026-02-03 00:00:00", 24 * time.Hour, []int{1, 0, 0, 0, 1}, 0},
		{"weeks begin on Mondays", []time.Time{at("2026-02-18 10:00:00"), at("2026-03-01 23:00:00"), at("2026-03-02 00:00:00")}, 10, "2026-02-16 00:00:00",
			7 * 24 * time.Hour, []int{1, 1, 1}, 0},
		{"before 1970", []time.Time{at("1944-06-06 06:30:00"), at("1944-06-06 07:30:00")}, 10, "1944-06-06 06:00:00", time.Hour, []int{1, 1}, 0},
		{"since the first newspaper", []time.Time{at("1605-07-01 00:00:00"), at("2026-01-01 00:00:00")}, 50, "1600-03-31 00:00:00", 3650 * 24 * time.Hour, nil, 0},
		{"fewer bins than the minimum", []time.Time{at("1605-07-01 00:00:00"), at("2026-01-01 00:00:00")}, 1, "1570-04-08 00:00:00", 8 * 3650 * 24 * time.Hour,
			[]int{1, 0, 0, 0, 0, 1}, 0},
		{"none", nil, 10, "", 0, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := story.NewHistogram(t.Context(), timeline{published: c.published}, story.Query{}, false, c.bins)
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for _, n := range h.Counts {
				total += n
			}
			if len(h.Counts) > max(c.bins, story.MinBins) || total+h.Undated != len(c.published) || h.Undated != c.undated ||
				h.From.Unix()+int64(len(h.Counts))*int64(h.Step/time.Second) != h.To.Unix() {
				t.Fatalf("inconsistent histogram %+v of %d stories", h, len(c.published))
			}
			if c.step != 0 && (h.Step != c.step || h.From.Format(time.DateTime) != c.from || c.counts != nil && !slices.Equal(h.Counts, c.counts)) {
				t.Errorf("histogram %+v; want from %s, step %v, counts %v", h, c.from, c.step, c.counts)
			}
		})
	}
}

func TestHistogramByFetched(t *testing.T) {
	h, err := story.NewHistogram(t.Context(), timeline{published: make([]time.Time, 3)}, story.Query{}, true, 10)
	if err != nil || h.Undated != 0 || fmt.Sprint(h.Counts) != "[1 1 1]" {
		t.Errorf("histogram %+v, %v; want counts [1 1 1]", h, err)
	}
}
