package handlers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/handlers"

	"github.com/paulmach/orb"
)

// putMany stores n stories with one feature each, all over the world.
func putMany(t testing.TB, s *testStore, n int) {
	t.Helper()
	for i := range n {
		s.put(t, numberedStory(i))
	}
}

func numberedStory(i int) *story.Story {
	place := geo.Place{
		ID:          fmt.Sprintf("geonames:%d", i),
		Name:        fmt.Sprintf("Place %d", i),
		FeatureCode: "PPL",
		Country:     "FR",
		Point:       orb.Point{float64(i%360) - 180, float64(i%170) - 85},
	}
	return &story.Story{
		ID:        fmt.Sprintf("story%d", i),
		Title:     fmt.Sprintf("Title %d, which is about as long as the title of an article", i),
		URL:       fmt.Sprintf("https://example.org/a/story/%d", i),
		Outlet:    "Example Wire",
		Published: today,
		Locations: []geo.Location{
			{Place: place, Role: geo.RoleFocus, Precision: geo.PrecisionCity, Confidence: 0.9, Evidence: strings.Repeat("A sentence that names a place. ", 5)},
		},
	}
}

// featureStream is a store that generates its features, so that a test measures only the memory
// of the handler.
type featureStream struct {
	story.Store
	n   int
	err error // returned after the n features
}

func (s *featureStream) Features(ctx context.Context, _ story.Query, yield func(*story.Feature) error) (string, error) {
	f := story.Feature{}
	for i := range s.n {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		st := numberedStory(i)
		f = story.Feature{StoryID: st.ID, Title: st.Title, URL: st.URL, Outlet: st.Outlet, Published: st.Published, Location: st.Locations[0], Mentions: 1}
		if err := yield(&f); err != nil {
			return "", err
		}
	}
	return "", s.err
}

// heapRecorder is a ResponseWriter that discards the body and measures the heap.
type heapRecorder struct {
	header  http.Header
	bytes   int
	maxHeap uint64 // maximum size of the heap
}

func (w *heapRecorder) Header() http.Header { return w.header }
func (w *heapRecorder) WriteHeader(int)     {}
func (w *heapRecorder) Write(b []byte) (int, error) {
	if w.bytes>>22 != (w.bytes+len(b))>>22 { // every 4 MiB
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.maxHeap = max(w.maxHeap, m.HeapAlloc)
	}
	w.bytes += len(b)
	return len(b), nil
}

// TestFeaturesMemory checks that a download of 100,000 features takes less than 64 MiB of
// memory.
func TestFeaturesMemory(t *testing.T) {
	a := newApp(t, func(c *handlers.Config) { c.Store = &featureStream{n: 100_000} })
	r, _ := http.NewRequest("GET", "/api/features.geojson", nil)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	w := &heapRecorder{header: http.Header{}}
	a.ServeHTTP(w, r)
	if w.bytes < 100_000*300 {
		t.Fatalf("the body has only %d bytes", w.bytes)
	}
	more := (float64(w.maxHeap) - float64(before.HeapAlloc)) / (1 << 20)
	t.Logf("%d MiB of features took %.1f MiB more memory", w.bytes>>20, more)
	if more > 64 {
		t.Errorf("%.1f MiB more memory, want less than 64", more)
	}
}

func BenchmarkFeatures(b *testing.B) {
	a := newApp(b, func(c *handlers.Config) { c.Store = &featureStream{n: 100_000} })
	b.ReportAllocs()
	for b.Loop() {
		r, _ := http.NewRequest("GET", "/api/features.geojson", nil)
		w := &heapRecorder{header: http.Header{}}
		a.ServeHTTP(w, r)
		b.SetBytes(int64(w.bytes))
	}
}

// serveSmallBuffers starts a server whose connections have small buffers, so that it soon
// notices a client that does not read.
func serveSmallBuffers(t *testing.T, timeout time.Duration) string {
	t.Helper()
	a := newApp(t, func(c *handlers.Config) {
		c.Store = &featureStream{n: 20_000}
		c.ClientTimeout = timeout
	})
	server := handlers.NewServer("127.0.0.1:0", a)
	server.WriteTimeout = timeout // a deadline that does not move would cut off slow clients
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(64 << 10)
		return ctx
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

// requestFeatures requests all features over a connection with a small buffer.
func requestFeatures(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	fmt.Fprintf(conn, "GET /api/features.geojson HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	return conn
}

// TestSlowReader reads for several times as long as the timeout.
func TestSlowReader(t *testing.T) {
	const timeout = 400 * time.Millisecond
	conn := requestFeatures(t, serveSmallBuffers(t, timeout))
	start := time.Now()
	var tail string
	total := 0
	buffer := make([]byte, 64<<10)
	for {
		n, err := conn.Read(buffer)
		total += n
		if n > 0 {
			tail = (tail + string(buffer[:n]))[max(0, len(tail)+n-16):]
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("cut off after %d bytes and %v: %v", total, time.Since(start), err)
		}
		if time.Since(start) < 3*timeout {
			time.Sleep(timeout / 20)
		}
	}
	if !strings.HasSuffix(tail, "0\r\n\r\n") {
		t.Errorf("the answer was cut off after %d bytes: %q", total, tail)
	}
	if took := time.Since(start); took < 2*timeout {
		t.Errorf("took only %v, less than the timeout", took)
	}
}

// TestStuckReader reads the header and then nothing for longer than the timeout. The answer
// must be cut off.
func TestStuckReader(t *testing.T) {
	const timeout = 200 * time.Millisecond
	conn := requestFeatures(t, serveSmallBuffers(t, timeout))
	reader := bufio.NewReader(conn)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * timeout)
	rest, _ := io.ReadAll(reader)
	if strings.HasSuffix(string(rest), "0\r\n\r\n") {
		t.Errorf("the answer was not cut off: %d bytes", len(rest))
	}
}

func TestServerTimeouts(t *testing.T) {
	s := handlers.NewServer("127.0.0.1:0", http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("a limit is not set: %+v", s)
	}
}
