package growthtest_test

import (
	"slices"
	"testing"

	"newsmap/geo/growthtest"
)

// recorder records a failure instead of failing the test.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func numbers(n int) []int { return make([]int, n) }

func TestLinear(t *testing.T) {
	for name, c := range map[string]struct {
		n    int
		work func([]int)
		fail bool
	}{
		"linear": {4_000_000, func(list []int) {
			for i := range list {
				list[i] = i * i
			}
		}, false},
		"quadratic": {4_000, func(list []int) {
			for i := range list {
				for k := range list {
					list[k] += i
				}
			}
		}, true},
		"too fast to measure": {10, func(list []int) { slices.Sort(list) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{TB: t}
			growthtest.Linear(r, c.n, numbers, c.work)
			if r.failed != c.fail {
				t.Errorf("got failed = %v, want %v", r.failed, c.fail)
			}
		})
	}
}
