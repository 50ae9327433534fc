package growthtest

import (
	"math"
	"runtime"
	"testing"
	"time"
)

const (
	// maxRatio is the maximum ratio of the times for twice the input and for the input.
	// It is between those of linear work, 2, and of quadratic work, 4. It is more than 2
	// because of caches and garbage collection.
	maxRatio = 2.8
	// maxRounds is the maximum number of measurements of each size. The shortest time
	// of each size counts.
	maxRounds = 6
	// minRounds is the minimum number of measurements. In a single round, a pause
	// during the smaller input would hide the growth.
	minRounds = 2
	// minTime is the minimum time whose doubling is larger than noise. An input that
	// takes less is doubled, at most maxDoublings times.
	minTime      = 4 * time.Millisecond
	maxDoublings = 6
	// reliableTime is a time in which single pauses and cache misses hardly matter. If
	// the ratio is too large, the input is doubled until its time is reached.
	reliableTime = 100 * time.Millisecond
)

// Linear runs work on inputs of size n and 2n, and fails the test if the larger one
// takes much more than twice the processor time. It makes an input with input for each
// run, so that work may change it; that time is not measured.
func Linear[T any](t testing.TB, n int, input func(n int) T, work func(T)) {
	t.Helper()
	for range maxDoublings {
		if measure(input(n), work) >= minTime {
			break
		}
		n *= 2
	}
	for {
		small, large := fastest(n, input, work)
		if large <= 2*minTime || float64(large) <= maxRatio*float64(small) {
			return
		}
		if large >= reliableTime {
			t.Errorf("an input of twice the size takes %.1f times as long: %v for size %d, %v for size %d; want at most %.1f times",
				float64(large)/float64(small), small, n, large, 2*n, maxRatio)
			return
		}
		n *= 2
	}
}

// fastest returns the shortest times for inputs of size n and of size 2n. It stops
// early if their ratio is small enough.
func fastest[T any](n int, input func(n int) T, work func(T)) (small, large time.Duration) {
	runtime.GC() // so that the garbage of earlier work is not collected meanwhile
	small, large = math.MaxInt64, math.MaxInt64
	for round := range maxRounds {
		small = min(small, measure(input(n), work))
		large = min(large, measure(input(2*n), work))
		if round+1 >= minRounds && float64(large) <= maxRatio*float64(small) {
			break
		}
	}
	return small, large
}

// measure returns the processor time of work.
func measure[T any](input T, work func(T)) time.Duration {
	start := processorTime()
	work(input)
	return processorTime() - start
}

var started = time.Now()

func wallTime() time.Duration { return time.Since(started) }
