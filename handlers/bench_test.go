package handlers_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/handlers"
)

// cities returns the large towns and the countries of the gazetteer, which most news is about.
func cities(b *testing.B, index *gazetteer.Index) (out []geo.Place) {
	b.Helper()
	index.Each(func(p geo.Place) bool {
		if p.Population >= 100_000 && (strings.HasPrefix(p.FeatureCode, "PPL") || p.FeatureCode == "PCLI") {
			out = append(out, p)
		}
		return true
	})
	return out
}

// openBenchmarkStore opens a store of 50,000 stories with two locations each. As in the news, a
// few places have many stories. Filling the store takes a minute; it is kept in the folder
// NEWSMAP_BENCH if that is set.
func openBenchmarkStore(b *testing.B, index *gazetteer.Index) (s *sqlite.Store, path string) {
	b.Helper()
	folder := os.Getenv("NEWSMAP_BENCH")
	if folder == "" {
		folder = b.TempDir()
	}
	path = filepath.Join(folder, "map-100000.db")
	s, err := sqlite.Open(b.Context(), path, sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if c, err := s.Count(b.Context(), story.Query{}); err != nil || c.Features >= 100_000 {
		return s, path
	}
	places := cities(b, index)
	random := rand.New(rand.NewPCG(5, 6))
	rank := rand.NewZipf(random, 1.1, 20, uint64(len(places)-1))
	random.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	words := rand.NewZipf(random, 1.2, 5, 20_000)
	queue := make(chan *story.Story, 64)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for st := range queue {
				if _, err := s.Put(b.Context(), st); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range 50_000 {
		st := &story.Story{
			ID:        fmt.Sprintf("story%06d", i),
			Title:     fmt.Sprintf("Headline %d about what happened somewhere", i),
			URL:       fmt.Sprintf("https://example.org/%d", i),
			Lang:      "en",
			Outlet:    fmt.Sprint("Outlet ", i%97),
			Domain:    fmt.Sprintf("outlet%d.example", i%97),
			Published: time.Date(2024, 1, 1, 0, random.IntN(500_000), 0, 0, time.UTC),
		}
		for range 60 {
			st.Text += fmt.Sprint("word", words.Uint64(), " ")
		}
		for n, first := 0, places[rank.Uint64()]; n < 2; n++ {
			p := first
			for n > 0 && p.ID == first.ID {
				p = places[rank.Uint64()]
			}
			st.Locations = append(st.Locations, geo.Location{
				Place:      p,
				Role:       [...]geo.Role{geo.RoleFocus, geo.RoleMention}[n],
				Precision:  p.Precision(),
				Confidence: random.Float64(),
				Evidence:   "Something happened in " + p.Name + " on Monday.",
				Toponyms:   []geo.Toponym{{Start: n, End: n + 1, Text: p.Name, Confidence: 1}},
				Reasons:    []geo.Reason{geo.NewReason(geo.ReasonBestKnown)},
				Candidates: []geo.Candidate{{Place: p, Name: p.Name, Score: 0.9}},
			})
		}
		queue <- st
	}
	close(queue)
	wg.Wait()
	return s, path
}

// benchmarkPath requests a path, in which a verb of package fmt makes each request different,
// uncached, cached and unchanged.
func benchmarkPath(b *testing.B, path string, ask func(path string, headers ...string) *httptest.ResponseRecorder) {
	b.Helper()
	name := strings.NewReplacer("/", "_", "%07d", "", "%d", "", "&min_confidence=0.", "", "?min_confidence=0.", "").Replace(strings.TrimPrefix(path, "/"))
	b.Run("uncached/"+name, func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			ask(fmt.Sprintf(path, n))
		}
	})
	same := fmt.Sprintf(path, 1)
	b.Run("cached/"+name, func(b *testing.B) {
		for b.Loop() {
			ask(same)
		}
	})
	tag := ask(same).Header().Get("ETag")
	b.Run("unchanged/"+name, func(b *testing.B) {
		for b.Loop() {
			if w := ask(same, "If-None-Match", tag); w.Code != http.StatusNotModified {
				b.Fatal(w.Code)
			}
		}
	})
}

// BenchmarkMap requests what the map page requests, from a store with 100,000 features:
// "first" is the first request of a process, "uncached" follows requests with other parameters,
// "cached" is answered from the cache, and "unchanged" with status 304.
func BenchmarkMap(b *testing.B) {
	index, err := gazetteer.Default()
	if err != nil {
		b.Fatal(err)
	}
	s, file := openBenchmarkStore(b, index)
	h, err := handlers.New(handlers.Config{Store: s, Places: index, Parser: &finder{}})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code >= 400 {
			b.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		return w
	}
	for _, path := range []string{
		"/api/clusters?zoom=2&min_confidence=0.%07d", "/api/clusters?zoom=6&bbox=-5,40,25,55&min_confidence=0.%07d",
		"/api/clusters?zoom=2&q=word7&min_confidence=0.%07d",
		"/api/histogram?min_confidence=0.%07d", "/api/countries?min_confidence=0.%07d", "/api/suggest?q=b%d", "/api/places?zoom=4&bbox=-5.%d,40,25,55",
		"/tiles/2/2/1.mvt?min_confidence=0.%07d", "/tiles/10/536/358.mvt?min_confidence=0.%07d", "/api/stories?bbox=-5,40,25,55&limit=50&min_confidence=0.%07d",
		"/feed.atom?min_confidence=0.%07d",
	} {
		benchmarkPath(b, path, ask)
	}
	for _, path := range []string{"/api/clusters?zoom=2", "/api/suggest?q=b", "/api/histogram"} {
		b.Run("first/"+strings.NewReplacer("/", "_").Replace(path[1:]), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				cold, err := sqlite.Open(b.Context(), file, sqlite.Options{})
				if err != nil {
					b.Fatal(err)
				}
				h, err = handlers.New(handlers.Config{Store: cold, Places: index, Parser: &finder{}})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				ask(path)
				b.StopTimer()
				cold.Close()
				b.StartTimer()
			}
		})
	}
}
