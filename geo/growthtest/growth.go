package growthtest

import (
	"math"
	"runtime"
	"testing"
	"time"
)

const (
	// factor is the ratio of the sizes that are compared.
	factor = 4
	// maxRatio is the maximum ratio of their times. It is in the middle between those of
	// linear work, 4, and of quadratic work, 16, so that noise can double a time.
	maxRatio = 8
	// maxRounds is the maximum number of measurements of each size. The shortest time
	// of each size counts.
	maxRounds = 6
	// minRounds is the minimum number of measurements. In a single round, a pause
	// during the smaller input would hide the growth.
	minRounds = 2
	// minTime is the minimum time that can be measured. An input that takes less is
	// doubled, at most maxDoublings times.
	minTime      = 2 * time.Millisecond
	maxDoublings = 6
	// reliableTime is a time in which single pauses and cache misses hardly matter. If
	// the ratio is too large, the input is doubled until its time is reached.
	reliableTime = 100 * time.Millisecond
)

// Linear runs work on inputs of size n and 4n, and fails the test if the larger one takes
// more than 8 times the processor time. It makes an input with input for each run, so
// that work may change it; that time is not measured.
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
		if large <= factor*minTime || large <= maxRatio*small {
			return
		}
		if large >= reliableTime {
			t.Errorf("an input of %d times the size takes %.1f times as long: %v for size %d, %v for size %d; want at most %d times",
				factor, float64(large)/float64(small), small, n, large, factor*n, maxRatio)
			return
		}
		n *= 2
	}
}

// fastest returns the shortest times for inputs of size n and of size factor*n. It stops
// early if their ratio is small enough.
func fastest[T any](n int, input func(n int) T, work func(T)) (small, large time.Duration) {
	runtime.GC() // so that the garbage of earlier work is not collected meanwhile
	small, large = math.MaxInt64, math.MaxInt64
	for round := range maxRounds {
		small = min(small, measure(input(n), work))
		large = min(large, measure(input(factor*n), work))
		if round+1 >= minRounds && large <= maxRatio*small {
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
