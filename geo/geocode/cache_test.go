package geocode_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/geocode"
	"newsmap/geo/geocode/cachetest"

	"github.com/paulmach/orb"
)

func TestMemory(t *testing.T) {
	cachetest.Run(t, func(_ *testing.T, clock func() time.Time) geocode.Cache { return geocode.NewMemory(100, clock) })
}

func TestMemoryRemovesLeastRecentlyUsed(t *testing.T) {
	m := geocode.NewMemory(2, time.Now)
	later := time.Now().Add(time.Hour)
	for _, key := range []string{"a", "b"} {
		_ = m.Put(t.Context(), key, []byte(key), later)
	}
	_, _ = m.Get(t.Context(), "a")
	_ = m.Put(t.Context(), "c", []byte("c"), later)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if _, err := m.Get(t.Context(), key); (err == nil) != want {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestCaching checks that places and misses are requested once in their lifetime, and
// that a request that failed is repeated each time.
func TestCaching(t *testing.T) {
	for _, c := range []struct {
		name, body string
		status     int
		lifetime   time.Duration // how long the answer is stored, 0: not at all
	}{
		{"answer", fixture(t, "nominatim"), 200, time.Hour},
		{"miss", `[]`, 200, time.Minute},
		{"failure", `{}`, 503, 0},
		{"malformed", `[{"lat":"x","lon":"y","display_name":"Baghuz"}]`, 200, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answer(c.status, c.body))
			now := time.Now()
			g := open(t, "nominatim="+s.URL, geocode.Options{Clock: func() time.Time { return now }, Lifetime: time.Hour, MissLifetime: time.Minute})
			ask := func(name string, countries ...string) error {
				_, err := g.Geocode(t.Context(), name, countries)
				return err
			}
			firstErr := ask("Baghuz", "SY", "IQ")
			sameErr := ask("  BAGHŪZ ", "IQ", "SY", "IQ")
			if (firstErr == nil) != (sameErr == nil) || errors.Is(firstErr, geo.ErrNotFound) != errors.Is(sameErr, geo.ErrNotFound) {
				t.Errorf("%v, then %v", firstErr, sameErr)
			}
			want := int32(1)
			if c.lifetime == 0 {
				want = 2
			}
			if n := s.asked.Load(); n != want {
				t.Fatalf("asked %d times, want %d", n, want)
			}
			if c.lifetime == 0 {
				return
			}
			_ = ask("Baghuz", "SY") // a different question
			_ = ask("Baghuz")
			now = now.Add(c.lifetime - time.Second)
			_ = ask("Baghuz", "SY", "IQ")
			if n := s.asked.Load(); n != 3 {
				t.Errorf("asked %d times, want 3", n)
			}
			now = now.Add(2 * time.Second)
			_ = ask("Baghuz", "SY", "IQ")
			if n := s.asked.Load(); n != 4 {
				t.Errorf("asked %d times after it expired, want 4", n)
			}
		})
	}
}

// TestCacheIsPerEndpoint checks that two servers of one provider do not share answers.
func TestCacheIsPerEndpoint(t *testing.T) {
	cache := geocode.NewMemory(10, time.Now)
	empty, good := serve(t, answer(200, `[]`)), serve(t, answer(200, fixture(t, "nominatim")))
	if _, err := open(t, "nominatim="+empty.URL, geocode.Options{Cache: cache}).Geocode(t.Context(), "Baghuz", nil); !errors.Is(err, geo.ErrNotFound) {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := open(t, "nominatim="+good.URL, geocode.Options{Cache: cache}).Geocode(t.Context(), "Baghuz", nil); err != nil {
			t.Fatal(err)
		}
	}
	if good.asked.Load() != 1 {
		t.Errorf("asked %d times", good.asked.Load())
	}
}

// TestConcurrentCallers checks that concurrent callers with the same question cause one
// request, and that a provider gets one request at a time.
func TestConcurrentCallers(t *testing.T) {
	var mu sync.Mutex
	running, maxRunning := 0, 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		running++
		maxRunning = max(maxRunning, running)
		mu.Unlock()
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		running--
		mu.Unlock()
		if r.URL.Path == "/reverse" {
			answer(200, fixture(t, "nominatim_reverse"))(w, r)
			return
		}
		answer(200, fixture(t, "nominatim"))(w, r)
	})
	g := open(t, "nominatim="+s.URL, geocode.Options{})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if _, err := g.Geocode(t.Context(), "Baghuz", []string{"SY"}); err != nil {
				t.Error(err)
			}
			_, _ = g.Reverse(t.Context(), orb.Point{40, float64(i % 2)})
		})
	}
	wg.Wait()
	if n := s.asked.Load(); n != 3 || maxRunning != 1 {
		t.Errorf("asked %d times, %d at once", n, maxRunning)
	}
}

// brokenCache is a Cache whose methods fail.
type brokenCache struct{}

func (brokenCache) Get(context.Context, string) ([]byte, error) { return nil, fmt.Errorf("disk") }
func (brokenCache) Put(context.Context, string, []byte, time.Time) error {
	return fmt.Errorf("disk")
}

// garbageCache is a Cache whose values are malformed.
type garbageCache struct{ brokenCache }

func (garbageCache) Get(context.Context, string) ([]byte, error) { return []byte("{"), nil }

func TestBrokenCacheIsIgnored(t *testing.T) {
	s := serve(t, answer(200, fixture(t, "nominatim")))
	for _, c := range []geocode.Cache{brokenCache{}, garbageCache{}} {
		if _, err := open(t, "nominatim="+s.URL, geocode.Options{Cache: c}).Geocode(t.Context(), "Baghuz", nil); err != nil {
			t.Error(err)
		}
	}
}
