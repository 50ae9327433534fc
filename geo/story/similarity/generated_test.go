package similarity_test

import (
	"flag"
	"slices"
	"testing"

	"newsmap/geo/story/similarity"
)

// shareKey reports whether an index would find b when searching for a.
func shareKey(a, b *similarity.Text) bool {
	keys := b.Keys()
	return slices.ContainsFunc(a.Keys(), func(k similarity.Key) bool { return slices.Contains(keys, k) })
}

// seed generates other pairs: go test -run GeneratedPairs -v -seed 7.
var seed = flag.Uint64("seed", 1, "seed of the generated pairs")

// TestGeneratedPairs measures precision and recall of both steps together: the keys and the
// comparison.
func TestGeneratedPairs(t *testing.T) {
	type tally struct{ pairs, sharedKey, duplicate, both int }
	kinds := map[string]*tally{}
	var truePositives, falsePositives, duplicates int
	g := newGenerator(*seed)
	for _, p := range g.pairs(3_000) {
		a, b := similarity.New(p.a.title, p.a.text()), similarity.New(p.b.title, p.b.text())
		c := kinds[p.kind]
		if c == nil {
			c = &tally{}
			kinds[p.kind] = c
		}
		c.pairs++
		compared := similarity.Compare(a, b)
		isDuplicate, sharesKey := compared.IsDuplicate(), shareKey(a, b)
		if sharesKey {
			c.sharedKey++
		}
		if isDuplicate {
			c.duplicate++
		}
		if isDuplicate && sharesKey {
			c.both++
		}
		switch {
		case p.duplicate && isDuplicate && sharesKey:
			truePositives++
		case !p.duplicate && isDuplicate && sharesKey:
			falsePositives++
		}
		if p.duplicate {
			duplicates++
		}
		if testing.Verbose() && p.duplicate != isDuplicate && c.pairs < 100 {
			t.Logf("%+v\n%s", compared, p)
		}
	}
	precision, recall := float64(truePositives)/float64(truePositives+falsePositives), float64(truePositives)/float64(duplicates)
	t.Logf("precision %.4f, recall %.4f of %d duplicates and as many other pairs", precision, recall, duplicates)
	for kind, c := range kinds {
		t.Logf("%-15s %4d pairs, %4d share a key, %4d compare as duplicates, %4d both", kind, c.pairs, c.sharedKey, c.duplicate, c.both)
	}
	if precision < 0.98 || recall < 0.90 {
		t.Errorf("precision %.4f, recall %.4f; want at least 0.98 and 0.90", precision, recall)
	}
}
