package geocode_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"newsmap/geo/geocode"
)

// server is a loopback server that counts its requests and stores the last one.
type server struct {
	*httptest.Server
	asked atomic.Int32
	last  atomic.Pointer[http.Request]
}

func serve(t testing.TB, handler http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		s.last.Store(r)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// answer returns a handler that sends a JSON body.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// environment returns a Getenv function that reads vars.
func environment(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func open(t testing.TB, spec string, options geocode.Options) geocode.Geocoder {
	t.Helper()
	if options.Getenv == nil {
		options.Getenv = environment(nil)
	}
	g, err := geocode.Open(spec, options)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
