package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// BenchmarkPrints looks up and enters a story's keys among those of a million, which
// have come within a year, or all within the days that a search covers. Each
// operation is a transaction of its own, the entering one that is written to disk.
func BenchmarkPrints(b *testing.B) {
	for _, days := range []int{365, 12} {
		s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
		random := rand.New(rand.NewPCG(1, uint64(days)))
		s.Prints(b, 1_000_000, days, random)
		hours := int64(days) * 24
		b.Run(fmt.Sprintf("days=%d/lookup", days), func(b *testing.B) {
			found := 0
			for b.Loop() {
				found += s.LookUp(b, hours/2, random)
			}
			b.ReportMetric(float64(found)/float64(b.N), "found/op")
		})
		b.Run(fmt.Sprintf("days=%d/insert", days), func(b *testing.B) {
			n := int64(2_000_000)
			for b.Loop() {
				n++
				s.AddPrint(b, n, hours, random)
			}
		})
		s.Close()
	}
}
