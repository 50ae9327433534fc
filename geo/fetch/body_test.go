package fetch_test

import (
	"bytes"
	"errors"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsmap/geo/fetch"
)

// TestEndlessBodiesSideBySide reads bodies without end from many hosts at once:
// the memory for all of them together is limited. Without the limit it would be 256 MiB.
func TestEndlessBodiesSideBySide(t *testing.T) {
	const hosts, each, most = 16, 16 << 20, 200 << 20
	block := bytes.Repeat([]byte("again "), 10_000)
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}
	client := quick(func(c *fetch.Config) {
		c.MaxBody, c.LargeAtOnce, c.TotalTimeout, c.IdleTimeout, c.HeaderTimeout = each, 1, time.Minute, time.Minute, time.Minute
	})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done := make(chan struct{})
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	var fetches sync.WaitGroup
	for range hosts {
		address := serve(t, map[string]http.HandlerFunc{"/endless": endless}) + "/endless"
		fetches.Go(func() {
			_, err := client.Fetch(t.Context(), fetch.Request{URL: address})
			var e *fetch.Error
			if !errors.As(err, &e) || e.Reason != fetch.ReasonSize {
				t.Errorf("%v, want a body that is too large", err)
			}
		})
	}
	fetches.Wait()
	close(done)
	if more := peak.Load() - min(peak.Load(), before.HeapAlloc); more > most {
		t.Errorf("%d bodies of %d MiB took %d MiB, more than %d", hosts, each>>20, more>>20, most>>20)
	} else {
		t.Logf("%d MiB", more>>20)
	}
}

// TestLargeBodyWaits reads a large body while another takes all the room: it has
// to wait for longer than a silent server would be waited for.
func TestLargeBodyWaits(t *testing.T) {
	const size = 2 << 20
	piece := bytes.Repeat([]byte("x"), size/20)
	begun := make(chan struct{})
	slow := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		for i := range 20 {
			if i == 15 {
				close(begun)
			}
			_, _ = w.Write(piece)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(60 * time.Millisecond)
		}
	}})
	quickOne := serve(
		t,
		map[string]http.HandlerFunc{"/large": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("y"), size)) }},
	)
	client := quick(func(c *fetch.Config) {
		c.MaxBody, c.LargeAtOnce, c.TotalTimeout, c.IdleTimeout, c.HeaderTimeout = 4<<20, 1, 20*time.Second, 250*time.Millisecond, 20*time.Second
	})
	var fetches sync.WaitGroup
	fetches.Go(func() {
		if got, err := client.Fetch(t.Context(), fetch.Request{URL: slow + "/"}); err != nil || len(got.Body) != size/20*20 {
			t.Errorf("the slow one: %v", err)
		}
	})
	<-begun
	got, err := client.Fetch(t.Context(), fetch.Request{URL: quickOne + "/large"})
	if err != nil || len(got.Body) != size {
		t.Errorf("the one that waits: %v", err)
	}
	fetches.Wait()
}
