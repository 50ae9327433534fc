package sqlite_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// putFeatures stores n features, in stories of 500 locations.
func putFeatures(t testing.TB, s *sqlite.Store, n int) {
	t.Helper()
	p := newStoryMaker()
	for i := range n / 500 {
		st := p.next(60)
		st.Title += "crowded"
		st.Locations = st.Locations[:1]
		for k := range 499 {
			l := st.Locations[0]
			l.Place.ID = fmt.Sprintf("geonames:%d", k)
			l.Place.Point[0] = float64((i+k)%360) - 180
			l.Place.Name = strings.Repeat("Long Name ", 4)
			l.Evidence = strings.Repeat("evidence ", 20)
			st.Locations = append(st.Locations, l)
		}
		if _, err := s.Put(t.Context(), st); err != nil {
			t.Fatal(err)
		}
	}
}

// residentMemory returns the memory of the process in bytes, including SQLite's memory,
// which runtime.MemStats leaves out. It returns 0 on systems without /proc.
func residentMemory() (n uint64) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, err := fmt.Sscanf(lines.Text(), "VmRSS: %d kB", &n); err == nil {
			return n << 10
		}
	}
	return 0
}

func measureMemory() (heap, all uint64) {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, residentMemory()
}

// TestFeaturesMemory streams features as GeoJSON, with and without sorting, and checks
// that they are never all in memory, where they would take about 20 MiB.
func TestFeaturesMemory(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("fills a store with 20,000 features; the memory of the race detector would count")
	}
	const features, maxHeap, maxResident = 20_000, 8 << 20, 32 << 20
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	putFeatures(t, s, features)
	for _, c := range []struct {
		name string
		q    story.Query
	}{
		{"all", story.Query{}},
		{"box", story.Query{BBox: &geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}}},
		{"words", story.Query{Text: "crowded"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			heap, all := measureMemory()
			var m runtime.MemStats
			var topHeap, topAll uint64
			w, err := feature.NewWriter("geojson", io.Discard, feature.Options{})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			_, err = s.Features(t.Context(), c.q, func(f *story.Feature) error {
				if n++; n%500 == 0 {
					runtime.ReadMemStats(&m)
					topHeap, topAll = max(topHeap, m.HeapAlloc), max(topAll, residentMemory())
				}
				return w.Write(f)
			})
			if err != nil || n != features {
				t.Fatalf("%d features, %v", n, err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d features: heap %d KiB, resident %d KiB more than before", n, (int64(topHeap)-int64(heap))>>10, (int64(topAll)-int64(all))>>10)
			if topHeap > heap+maxHeap || topAll > all+maxResident {
				t.Errorf("the heap grew by more than %d MiB or the process by more than %d MiB", maxHeap>>20, maxResident>>20)
			}
		})
	}
}

// BenchmarkStream writes 100,000 features as GeoJSON.
func BenchmarkStream(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
	defer s.Close()
	putFeatures(b, s, 100_000)
	var size counter
	for b.Loop() {
		w, err := feature.NewWriter("geojson", &size, feature.Options{})
		if err != nil {
			b.Fatal(err)
		}
		size = 0
		if _, err := s.Features(b.Context(), story.Query{}, w.Write); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size))
}

// counter counts the bytes that are written.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
