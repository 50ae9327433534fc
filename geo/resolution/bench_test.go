package resolution

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/growthtest"
)

// crowd makes a document that names n places.
func crowd(tb testing.TB, n int, names ...string) (*geo.Document, []geo.Toponym) {
	tb.Helper()
	var b strings.Builder
	var toponyms []geo.Toponym
	for i := range n {
		fmt.Fprintf(&b, "Day %d was spent in ", i)
		name := strings.ReplaceAll(names[i%len(names)], "#", fmt.Sprint(i))
		toponyms = append(toponyms, geo.Toponym{Start: b.Len(), End: b.Len() + len(name), Text: name, Confidence: 0.9})
		b.WriteString(name + ". ")
	}
	return &geo.Document{Text: b.String()}, toponyms
}

func TestResolveGrowth(t *testing.T) {
	f := newWorld()
	r, err := New(f)
	if err != nil {
		t.Fatal(err)
	}
	const n = 10_000
	for i := range n {
		for k := range 20 {
			id := fmt.Sprintf("t%d-%d", i, k)
			f.add(place(id, "Town", "PPL", "US", fmt.Sprint(k), int64(i), float64(i%300-150), float64(k*3)), 0.5, geo.MatchExact, fmt.Sprintf("town%d", i))
		}
	}
	for name, names := range map[string][]string{"all different": {"Town#"}, "all the same": {"Paris"}, "pairs": {"Paris", "Texas"}} {
		t.Run(name, func(t *testing.T) {
			type crowded struct {
				doc      *geo.Document
				toponyms []geo.Toponym
			}
			growthtest.Linear(t, n/2,
				func(n int) crowded {
					doc, toponyms := crowd(t, n, names...)
					return crowded{doc, toponyms}
				},
				func(c crowded) {
					if _, err := r.Resolve(context.Background(), c.doc, c.toponyms); err != nil {
						t.Fatal(err)
					}
				})
		})
	}
}

func BenchmarkResolve(b *testing.B) {
	r, err := New(newWorld())
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{10, 100, 1000} {
		doc, toponyms := crowd(b, n, "Paris", "Texas", "Springfield", "Illinois", "Dallas", "Henry County")
		b.Run(fmt.Sprintf("%d toponyms", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Resolve(context.Background(), doc, toponyms); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
