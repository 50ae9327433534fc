package growthtest

import (
	"testing"
	"time"
)

const (
	// maxRatio lies between linear work, which doubles, and quadratic work, which
	// quadruples. The room above 2 is for caches and garbage collection.
	maxRatio = 3.2
	// rounds is how often the work is measured before it is called too slow. The
	// fastest run of each size counts.
	rounds = 6
	// measurable is a time whose doubling can be told from noise. An input that takes
	// less is made larger, at most doublings times.
	measurable = 4 * time.Millisecond
	doublings  = 6
)

// Linear runs work on an input of size n and on one of size 2n, and fails the test
// if the larger takes much more than twice the processor time. input makes an input
// and is not measured; it is called again for each run, so that work may change it.
func Linear[T any](t testing.TB, n int, input func(n int) T, work func(T)) {
	t.Helper()
	small, large := time.Duration(1<<62), time.Duration(1<<62)
	for range doublings {
		if measure(input(n), work) >= measurable {
			break
		}
		n *= 2
	}
	for range rounds {
		small = min(small, measure(input(n), work))
		large = min(large, measure(input(2*n), work))
		if large <= 2*measurable || float64(large) <= maxRatio*float64(small) {
			return
		}
	}
	t.Errorf("twice the input takes %.1f times the time: %v for size %d, %v for size %d; want at most %.1f times",
		float64(large)/float64(small), small, n, large, 2*n, maxRatio)
}

func measure[T any](input T, work func(T)) time.Duration {
	start := processorTime()
	work(input)
	return processorTime() - start
}

var started = time.Now()

func wallTime() time.Duration { return time.Since(started) }
