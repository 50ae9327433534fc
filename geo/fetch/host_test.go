package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsmap/geo/fetch"
)

const wait = 20 * time.Millisecond

// TestWaitBounded asks a host that hangs: each further request is told at once when to
// come again, each at another time, and has its turn then.
func TestWaitBounded(t *testing.T) {
	hang, asked := make(chan struct{}), make(chan struct{})
	base := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			close(asked)
			<-hang
		}
		io.WriteString(w, "x")
	}})
	const pace = 100 * time.Millisecond
	c := quick(func(cfg *fetch.Config) { cfg.HeaderTimeout, cfg.Pace = time.Minute, pace })
	first := make(chan error, 1)
	go func() {
		_, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/hang", Wait: wait})
		first <- err
	}()
	<-asked
	// turn asks for a page and returns between which times its turn lies.
	turn := func(path string) (earliest, latest time.Time) {
		began := time.Now()
		_, err := c.Fetch(t.Context(), fetch.Request{URL: base + path, Wait: wait})
		e := wantError(t, err, base, fetch.ReasonBusy, "busy")
		if !e.Temporary() {
			t.Errorf("%s: %v is not temporary", path, e)
		}
		return began.Add(e.RetryAfter), time.Now().Add(e.RetryAfter)
	}
	var earliest, latest time.Time
	for i := range 5 {
		before := earliest
		if earliest, latest = turn(fmt.Sprintf("/%d", i)); i > 0 && latest.Before(before.Add(pace)) {
			t.Errorf("the turn of request %d is at %s at the latest, that of the one before at %s at the earliest", i, latest, before)
		}
	}
	if again, _ := turn("/4"); again.After(latest) {
		t.Errorf("a request that comes too early loses its turn: %s, was %s", again, latest)
	}
	close(hang)
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	if _, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/new", Wait: wait}); err == nil && time.Now().Before(earliest) {
		t.Error("a newcomer goes before those that wait")
	}
	time.Sleep(time.Until(latest))
	if _, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/4", Wait: wait}); err != nil {
		t.Errorf("a request that comes at its turn: %v", err)
	}
}

// TestWaitDrains has many requests come again as they are told, and counts in
// how many attempts all are served.
func TestWaitDrains(t *testing.T) {
	var at atomic.Int32
	base := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
		if at.Add(1) > 1 {
			t.Error("two requests at once")
		}
		time.Sleep(3 * time.Millisecond)
		at.Add(-1)
		io.WriteString(w, "x")
	}})
	c := quick(func(cfg *fetch.Config) { cfg.Pace = 10 * time.Millisecond })
	var attempts atomic.Int32
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			for {
				attempts.Add(1)
				_, err := c.Fetch(t.Context(), fetch.Request{URL: fmt.Sprintf("%s/%d", base, i), Wait: wait})
				var e *fetch.Error
				if err == nil {
					return
				}
				if !errors.As(err, &e) || e.Reason != fetch.ReasonBusy {
					t.Error(err)
					return
				}
				time.Sleep(e.RetryAfter)
			}
		})
	}
	all.Wait()
	if n := attempts.Load(); n > 240 {
		t.Errorf("%d attempts for 60 requests", n)
	}
}

// TestWaitRedirects gets through redirects on one host and between two, although
// each request is followed by a pause that is longer than it can wait.
func TestWaitRedirects(t *testing.T) {
	target := serve(t, map[string]http.HandlerFunc{"/page": text("x"), "/here": redirect(301, "/page")})
	base := serve(
		t,
		map[string]http.HandlerFunc{"/one": redirect(302, "/two"), "/two": redirect(301, "/page"), "/page": text("x"), "/away": redirect(302, target+"/here")},
	)
	c := quick(func(cfg *fetch.Config) { cfg.Pace = 150 * time.Millisecond })
	for _, path := range []string{"/one", "/away", "/page", "/away", "/one"} {
		attempts := 0
		for ; attempts < 5; attempts++ {
			_, err := c.Fetch(t.Context(), fetch.Request{URL: base + path, Wait: wait})
			var e *fetch.Error
			if err == nil {
				break
			}
			if !errors.As(err, &e) || e.Reason != fetch.ReasonBusy {
				t.Fatal(err)
			}
			time.Sleep(e.RetryAfter)
		}
		if attempts > 1 {
			t.Errorf("%s: not after %d attempts", path, attempts)
		}
	}
}

// TestSlowHosts lets slow hosts have a share only of those who cannot wait.
func TestSlowHosts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var slow []string
	var at, most atomic.Int32
	for range 4 {
		slow = append(slow, serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				http.NotFound(w, r)
				return
			}
			most.Store(max(most.Load(), at.Add(1)))
			time.Sleep(2100 * time.Millisecond)
			at.Add(-1)
			io.WriteString(w, "x")
		}}))
	}
	c := quick(func(cfg *fetch.Config) {
		cfg.HeaderTimeout, cfg.TotalTimeout, cfg.SlowAtOnce = 5*time.Second, 5*time.Second, 2
	})
	round := func() (busy int32) {
		var all sync.WaitGroup
		var n atomic.Int32
		for _, base := range slow {
			all.Go(func() {
				_, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/x", Wait: wait})
				var e *fetch.Error
				switch {
				case err == nil:
				case errors.As(err, &e) && e.Reason == fetch.ReasonBusy:
					n.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		return n.Load()
	}
	if busy := round(); busy != 0 || most.Load() != 4 {
		t.Errorf("%d of four hosts that are not known yet are busy, %d were asked at once", busy, most.Load())
	}
	most.Store(0)
	if busy := round(); busy != 2 || most.Load() != 2 {
		t.Errorf("%d of four slow hosts are busy, %d were asked at once", busy, most.Load())
	}
}
