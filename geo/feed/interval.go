package feed

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"
)

// Limits of the update interval that a feed declares. Other values are ignored.
const (
	minEvery = time.Minute
	maxEvery = 366 * 24 * time.Hour
)

// updateInterval returns the update interval that a feed declares, by ttl of RSS (minutes) or
// the syndication module, and the hours and days that it skips.
func updateInterval(f *gofeed.Feed) (every time.Duration, skip Skip) {
	if original, ok := f.OriginalFeed().(*rss.Feed); ok {
		if minutes, err := strconv.Atoi(strings.TrimSpace(original.TTL)); err == nil && minutes > 0 && minutes < 1<<20 {
			every = bounded(time.Duration(minutes) * time.Minute)
		}
		skip = skipOf(original)
	}
	if every == 0 {
		every = syndication(f)
	}
	return every, skip
}

// bounded returns d, or 0 if it is outside the limits.
func bounded(d time.Duration) time.Duration {
	if d < minEvery || d > maxEvery {
		return 0
	}
	return d
}

// syndication reads sy:updatePeriod and sy:updateFrequency, the number of updates in a period.
func syndication(f *gofeed.Feed) time.Duration {
	const day = 24 * time.Hour
	values := map[string]string{}
	for _, prefix := range []string{"syn", "sy"} {
		for name, list := range f.Extensions[prefix] {
			if len(list) > 0 {
				values[strings.ToLower(name)] = strings.ToLower(strings.TrimSpace(list[0].Value))
			}
		}
	}
	period, known := map[string]time.Duration{"hourly": time.Hour, "daily": day, "weekly": 7 * day, "monthly": 30 * day,
		"yearly": 365 * day}[values["updateperiod"]]
	if !known {
		return 0
	}
	times, err := strconv.Atoi(values["updatefrequency"])
	if err != nil || times < 1 {
		times = 1
	}
	return bounded(period / time.Duration(times))
}

// skipOf reads skipHours and skipDays. If a feed skips everything, as some do by mistake, it
// returns the zero value.
func skipOf(f *rss.Feed) (skip Skip) {
	hours, days := 0, 0
	for _, h := range f.SkipHours {
		n, err := strconv.Atoi(strings.TrimSpace(h))
		if err != nil || n < 0 || n > 24 {
			continue
		}
		if n %= 24; !skip.Hours[n] { // 24 is midnight in RSS 0.91
			skip.Hours[n] = true
			hours++
		}
	}
	for _, d := range f.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(d), day.String()) && !skip.Days[day] {
				skip.Days[day] = true
				days++
			}
		}
	}
	if hours == len(skip.Hours) || days == len(skip.Days) {
		return Skip{}
	}
	return skip
}
