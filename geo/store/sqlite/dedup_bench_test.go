package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// BenchmarkFingerprints searches for and adds a story's keys in a store with a million
// stories, which are spread over a year or over the days that a search covers. Each
// operation is a transaction; those that add keys are written to disk.
func BenchmarkFingerprints(b *testing.B) {
	for _, days := range []int{365, 12} {
		s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
		random := rand.New(rand.NewPCG(1, uint64(days)))
		s.AddFingerprints(b, 1_000_000, days, random)
		hours := int64(days) * 24
		b.Run(fmt.Sprintf("days=%d/lookup", days), func(b *testing.B) {
			found := 0
			for b.Loop() {
				found += s.CountSharedKeys(b, hours/2, random)
			}
			b.ReportMetric(float64(found)/float64(b.N), "found/op")
		})
		b.Run(fmt.Sprintf("days=%d/insert", days), func(b *testing.B) {
			n := int64(2_000_000)
			for b.Loop() {
				n++
				s.AddFingerprint(b, n, hours, random)
			}
		})
		s.Close()
	}
}
