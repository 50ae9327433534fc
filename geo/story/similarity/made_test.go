package similarity_test

import (
	"flag"
	"slices"
	"testing"

	"newsmap/geo/story/similarity"
)

// found tells whether an index would bring a to b.
func found(a, b *similarity.Text) bool {
	keys := b.Keys()
	return slices.ContainsFunc(a.Keys(), func(k similarity.Key) bool { return slices.Contains(keys, k) })
}

// seed makes other pairs: go test -run MadePairs -v -seed 7.
var seed = flag.Uint64("seed", 1, "seed of the made pairs")

// TestMadePairs is the measure of the whole: the index finds, and the second step
// decides.
func TestMadePairs(t *testing.T) {
	type tally struct{ pairs, found, judged, both int }
	kinds := map[string]*tally{}
	var right, wrong, copies int
	d := newDesk(*seed)
	for _, p := range d.pairs(3_000) {
		a, b := similarity.New(p.a.title, p.a.text()), similarity.New(p.b.title, p.b.text())
		c := kinds[p.kind]
		if c == nil {
			c = &tally{}
			kinds[p.kind] = c
		}
		c.pairs++
		compared := similarity.Compare(a, b)
		is, reached := compared.Copy(), found(a, b)
		if reached {
			c.found++
		}
		if is {
			c.judged++
		}
		if is && reached {
			c.both++
		}
		switch {
		case p.copy && is && reached:
			right++
		case !p.copy && is && reached:
			wrong++
		}
		if p.copy {
			copies++
		}
		if testing.Verbose() && p.copy != is && c.pairs < 100 {
			t.Logf("%+v\n%s", compared, p)
		}
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(copies)
	t.Logf("precision %.4f, recall %.4f over %d copies and as many other pairs", precision, recall, copies)
	for kind, c := range kinds {
		t.Logf("%-15s %4d pairs, %4d found, %4d judged copies, %4d both", kind, c.pairs, c.found, c.judged, c.both)
	}
	if precision < 0.98 || recall < 0.90 {
		t.Errorf("precision %.4f, recall %.4f; want .98 and .90", precision, recall)
	}
}
