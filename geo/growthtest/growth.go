package growthtest

import (
	"math"
	"runtime"
	"testing"
	"time"
)

const (
	// maxRatio is between linear work, which doubles, and quadratic work, which
	// quadruples. The room above 2 is for caches and garbage collection.
	maxRatio = 2.8
	// rounds is how often the work is measured before it is called too slow. The
	// fastest run of each size counts.
	rounds = 6
	// leastRounds is how often it is measured at least: in a single round, a pause
	// during the smaller input would hide the growth.
	leastRounds = 3
	// measurable is a time whose doubling can be told from noise. An input that takes
	// less is made larger, at most doublings times.
	measurable = 4 * time.Millisecond
	doublings  = 6
	// certain is a time in which the pauses and caches of one moment hardly count. A
	// ratio that is too large is measured again with a larger input until it is reached.
	certain = 100 * time.Millisecond
)

// Linear runs work on an input of size n and on one of size 2n, and fails the test
// if the larger takes much more than twice the processor time. input makes an input
// and is not measured; it is called again for each run, so that work may change it.
func Linear[T any](t testing.TB, n int, input func(n int) T, work func(T)) {
	t.Helper()
	for range doublings {
		if measure(input(n), work) >= measurable {
			break
		}
		n *= 2
	}
	for {
		small, large := fastest(n, input, work)
		if large <= 2*measurable || float64(large) <= maxRatio*float64(small) {
			return
		}
		if large >= certain {
			t.Errorf("twice the input takes %.1f times the time: %v for size %d, %v for size %d; want at most %.1f times",
				float64(large)/float64(small), small, n, large, 2*n, maxRatio)
			return
		}
		n *= 2
	}
}

// fastest returns the shortest times for inputs of size n and of size 2n. It stops
// early when their ratio is small enough.
func fastest[T any](n int, input func(n int) T, work func(T)) (small, large time.Duration) {
	small, large = math.MaxInt64, math.MaxInt64
	for round := range rounds {
		small = min(small, measure(input(n), work))
		large = min(large, measure(input(2*n), work))
		if round+1 >= leastRounds && float64(large) <= maxRatio*float64(small) {
			break
		}
	}
	return small, large
}

// measure returns the processor time of work. It collects garbage first, so that
// what was left by earlier work is not counted.
func measure[T any](input T, work func(T)) time.Duration {
	runtime.GC()
	start := processorTime()
	work(input)
	return processorTime() - start
}

var started = time.Now()

func wallTime() time.Duration { return time.Since(started) }
