package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// storyMaker makes realistic stories, with words by Zipf's law and two locations each.
type storyMaker struct {
	random *rand.Rand
	words  *rand.Zipf
	n      int
}

func newStoryMaker() *storyMaker {
	random := rand.New(rand.NewPCG(1, 2))
	return &storyMaker{random: random, words: rand.NewZipf(random, 1.2, 5, 20_000)}
}

func (p *storyMaker) text(words int) string {
	var b strings.Builder
	for range words {
		b.WriteString("word" + strconv.FormatUint(p.words.Uint64(), 10) + " ")
	}
	return b.String()
}

func (p *storyMaker) next(words int) *story.Story {
	p.n++
	s := &story.Story{
		ID: fmt.Sprintf("story%08d", p.n), Title: p.text(8), Text: p.text(words), URL: fmt.Sprintf("https://example.org/%d", p.n),
		Outlet: "Outlet " + strconv.Itoa(p.n%97), Domain: fmt.Sprintf("outlet%d.example", p.n%97), Lang: "en",
		Published: time.Date(2024, 1, 1, 0, p.random.IntN(500_000), 0, 0, time.UTC),
	}
	for i := range 2 {
		id := p.random.IntN(50_000)
		place := geo.Place{
			ID: "geonames:" + strconv.Itoa(id), Name: "Place " + strconv.Itoa(id), Point: orb.Point{p.random.Float64()*360 - 180, p.random.Float64()*180 - 90},
			FeatureCode: "PPL", Country: string([]byte{'A' + byte(id%26), 'A' + byte(id/26%26)}), CountryName: "A country", Admin1: "A division",
		}
		s.Locations = append(s.Locations, geo.Location{
			Place: place, Role: geo.RoleFocus, Precision: geo.PrecisionCity, Confidence: p.random.Float64(), Evidence: s.Title,
			Toponyms: []geo.Toponym{{Start: i, End: i + 5, Text: place.Name, Confidence: 1}}, Reasons: []geo.Reason{geo.NewReason(geo.ReasonBestKnown)},
			Candidates: []geo.Candidate{{Place: place, Name: place.Name, Score: 0.9}},
		})
	}
	return s
}

// fill stores n stories from several goroutines.
func fill(t testing.TB, s *sqlite.Store, n, words int) {
	t.Helper()
	p := newStoryMaker()
	queue := make(chan *story.Story, 64)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for st := range queue {
				if _, err := s.Put(t.Context(), st); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range n {
		queue <- p.next(words)
	}
	close(queue)
	wg.Wait()
}

// BenchmarkPutLarge puts stories of 60 words into a store with 100,000 stories.
func BenchmarkPutLarge(b *testing.B) {
	s := large(b, 100_000)
	p := newStoryMaker()
	for i := 0; b.Loop(); i++ {
		st := p.next(60)
		st.ID = fmt.Sprintf("more%d-%d", time.Now().UnixNano(), i)
		st.URL = "https://example.org/" + st.ID
		if _, err := s.Put(b.Context(), st); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	for _, words := range []int{60, 600} {
		b.Run(fmt.Sprintf("words=%d", words), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
			defer s.Close()
			p := newStoryMaker()
			for b.Loop() {
				if _, err := s.Put(b.Context(), p.next(words)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
		defer s.Close()
		b.ResetTimer()
		fill(b, s, b.N, 60)
	})
}

// large opens a store of n stories. As filling it takes minutes, it is kept in the
// directory NEWSMAP_BENCH if that is set.
func large(b *testing.B, n int) *sqlite.Store {
	dir := os.Getenv("NEWSMAP_BENCH")
	if dir == "" {
		dir = b.TempDir()
	}
	s := open(b, filepath.Join(dir, fmt.Sprintf("news-%d.db", n)), nil)
	b.Cleanup(func() { s.Close() })
	if c, err := s.Count(b.Context(), story.Query{}); err != nil || c.Stories < n {
		s.DisableSync(b, true)
		fill(b, s, n, 60)
		s.DisableSync(b, false)
	}
	return s
}

// BenchmarkQuery reads the first 50 matching stories of 100,000 with 200,000 locations.
func BenchmarkQuery(b *testing.B) {
	s := large(b, 100_000)
	narrow := &geo.BBox{MinLon: 10, MinLat: 40, MaxLon: 20, MaxLat: 50}
	broad := &geo.BBox{MinLon: -10, MinLat: -40, MaxLon: 80, MaxLat: 60}
	for _, c := range []struct {
		name string
		q    story.Query
	}{
		{"all", story.Query{}},
		{"narrow box", story.Query{BBox: narrow}},
		{"broad box", story.Query{BBox: broad}},
		{"rare word", story.Query{Text: "word9000"}},
		{"common word", story.Query{Text: "word100"}},
		{"ubiquitous word", story.Query{Text: "word1"}},
		{"narrow box, rare word", story.Query{BBox: narrow, Text: "word9000"}},
		{"narrow box, common word", story.Query{BBox: narrow, Text: "word100"}},
		{"narrow box, ubiquitous word", story.Query{BBox: narrow, Text: "word1"}},
		{"broad box, rare word", story.Query{BBox: broad, Text: "word9000"}},
		{"broad box, common word", story.Query{BBox: broad, Text: "word100"}},
		{"broad box, ubiquitous word", story.Query{BBox: broad, Text: "word1"}},
		{"phrase", story.Query{Text: `"word1 word2"`}},
		{"country", story.Query{Country: []string{"BC"}}},
		{"place", story.Query{Place: []string{"geonames:77"}}},
		{"outlet", story.Query{Outlet: []string{"outlet7.example"}}},
		{"day", story.Query{From: time.Date(2024, 3, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			if n, err := s.Count(b.Context(), c.q); err == nil {
				b.Logf("%+v", n)
			}
			for b.Loop() {
				if _, err := s.Stories(b.Context(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFeatures streams all locations of 50,000 stories.
func BenchmarkFeatures(b *testing.B) {
	s := large(b, 50_000)
	for b.Loop() {
		n := 0
		if _, err := s.Features(b.Context(), story.Query{}, func(*story.Feature) error { n++; return nil }); err != nil || n != 100_000 {
			b.Fatal(n, err)
		}
	}
}
