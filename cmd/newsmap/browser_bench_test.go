package main

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/store"
	"newsmap/geo/story"
)

// firstLoadBudget is the maximum number of bytes of a first visit, including headers and the
// answers of the API. It loads no raster tiles.
const firstLoadBudget = 300_000

// benchScript runs in a page before its own scripts. It records when the first marker is
// drawn, the longest task, and when the map is redrawn after a change of the filters.
const benchScript = `(() => {
	const bench = window.bench = {first: 0, longest: 0, drawn: 0, steps: {}};
	let step = "load";
	bench.step = (name) => { step = name; };
	new PerformanceObserver((list) => {
		for (const task of list.getEntries()) {
			bench.longest = Math.max(bench.longest, task.duration);
			bench.steps[step] = Math.max(bench.steps[step] ?? 0, task.duration);
		}
	}).observe({type: "longtask", buffered: true});
	let busy = false;
	new MutationObserver(() => {
		if (!bench.first && document.querySelector(".place-marker, .cluster-marker")) bench.first = performance.now();
		const loading = document.body?.classList.contains("loading");
		if (busy && !loading) bench.drawn = performance.now();
		busy = loading;
	}).observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ["class"]});
})()`

// visit is the measurements of a visit to the map page.
type visit struct {
	first, longest, redraw float64 // milliseconds
	bytes                  float64
	steps                  string // description of the longest task of each step
}

// BenchmarkBrowser visits the map page in a real browser, as a new reader would,
// with 1,000, 10,000 and 100,000 features in the store:
//
//	go test ./cmd/newsmap -run - -bench Browser -benchtime 5x
//
// It reports the time to the first marker and from a changed filter to the redrawn
// map (medians), the longest task of the page over loading, filtering, zooming,
// moving and the other layers (the worst of all visits), and the bytes of a first
// load over the wire. NEWSMAP_BENCH names a folder in which the stores are kept,
// as the largest takes minutes to fill.
func BenchmarkBrowser(b *testing.B) {
	for _, features := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("features=%d", features), func(b *testing.B) {
			browser := startBrowser(b)
			base := startProgram(b, "--store", "sqlite:"+benchStore(b, features))
			visitPage(b, browser, base) // fills the caches of the program
			var visits []visit
			for b.Loop() {
				visits = append(visits, visitPage(b, browser, base))
			}
			slices.SortFunc(visits, func(x, y visit) int { return int(x.longest - y.longest) })
			worst := visits[len(visits)-1]
			b.Logf("longest tasks: %s", worst.steps)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(visits, func(v visit) float64 { return v.first }), "ms-first-marker")
			b.ReportMetric(worst.longest, "ms-longest-task")
			b.ReportMetric(median(visits, func(v visit) float64 { return v.redraw }), "ms-filter-redraw")
			b.ReportMetric(median(visits, func(v visit) float64 { return v.bytes / 1000 }), "kB-first-load")
		})
	}
}

// TestBrowserBudget checks the bytes of a first visit, which are the same on any machine. It
// does not check times.
func TestBrowserBudget(t *testing.T) {
	t.Parallel()
	v := visitPage(t, startBrowser(t), startProgram(t, "--demo"))
	t.Logf("%.0f bytes, first marker after %.0f ms, redrawn after %.0f ms, longest tasks: %s", v.bytes, v.first, v.redraw, v.steps)
	if v.bytes > firstLoadBudget || v.bytes < 50_000 {
		t.Errorf("a first load takes %.0f bytes, want at most %d", v.bytes, firstLoadBudget)
	}
	if v.first <= 0 || v.redraw <= 0 { // the benchmark measures how long they take
		t.Errorf("first marker after %.0f ms, redrawn after %.0f ms", v.first, v.redraw)
	}
}

func median(visits []visit, of func(visit) float64) float64 {
	var all []float64
	for _, v := range visits {
		all = append(all, of(v))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// visitPage opens the map page with an empty cache, and uses it.
func visitPage(t testing.TB, browser context.Context, base string) visit {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	defer stop()
	ctx, stop = context.WithTimeout(ctx, 4*browserWait)
	defer stop()
	page := &tab{t: t, ctx: ctx, base: base}
	wire := &wire{}
	chromedp.ListenTarget(ctx, page.notice)
	chromedp.ListenTarget(ctx, wire.notice)
	page.do(
		network.Enable(),
		network.ClearBrowserCache(),
		cdppage.BringToFront(),
		chromedp.EmulateViewport(1440, 900),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := cdppage.AddScriptToEvaluateOnNewDocument(benchScript).Do(ctx)
			return err
		}),
	)
	page.do(chromedp.Navigate(base + "/?locale=en"))
	page.wait("markers appear", markersShown)
	page.wait("the chart is drawn", `document.querySelector(".chart rect") !== null`)
	bytes := wire.settled()

	page.eval(`bench.step("filter"); bench.drawn = 0; bench.asked = performance.now(); document.querySelector("#role-mention").click(); undefined`, nil)
	page.wait("the map is redrawn", `bench.drawn > bench.asked`)
	v := visit{first: page.number("bench.first"), redraw: page.number("bench.drawn - bench.asked"), bytes: bytes}
	for _, step := range []struct{ name, act string }{
		{"zoom", `document.querySelector(".leaflet-control-zoom-in").click()`},
		{"zoom", `document.querySelector(".leaflet-control-zoom-in").click()`},
		{"move", `document.querySelector("#map").focus(); document.querySelector("#map").dispatchEvent(new KeyboardEvent("keydown", {keyCode: 39, bubbles: true}))`},
		{"back out", `document.querySelector(".leaflet-control-zoom-out").click()`},
		{"heat", `document.querySelector('#layers input[value="heat"]').click()`},
		{"countries", `document.querySelector('#layers input[value="countries"]').click()`},
		{"markers", `document.querySelector('#layers input[value="markers"]').click()`},
	} {
		page.eval(`bench.step(`+quote(step.name)+`); `+step.act+`; undefined`, nil)
		page.do(chromedp.Sleep(700 * time.Millisecond)) // for the animation, the pause and the request
		page.wait("the page is at rest", `!document.body.classList.contains("loading") && !document.querySelector("[aria-busy]")`)
	}
	v.longest = page.number("bench.longest")
	v.steps = page.text(`Object.entries(bench.steps).map(([name, ms]) => name + " " + Math.round(ms) + " ms").join(", ") || "none over 50 ms"`)
	return v
}

// wire counts the received bytes.
type wire struct {
	mu    sync.Mutex
	bytes float64
	last  time.Time
}

func (w *wire) notice(event any) {
	if e, ok := event.(*network.EventLoadingFinished); ok {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.bytes += e.EncodedDataLength
		w.last = time.Now()
	}
}

// settled waits until nothing is received for a while, and returns the number of bytes.
func (w *wire) settled() float64 {
	for {
		w.mu.Lock()
		bytes, last := w.bytes, w.last
		w.mu.Unlock()
		if time.Since(last) > time.Second {
			return bytes
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// benchStore fills a store with stories of four places each and returns its path.
func benchStore(b *testing.B, features int) string {
	b.Helper()
	folder := os.Getenv("NEWSMAP_BENCH")
	if folder == "" {
		folder = b.TempDir()
	}
	path := filepath.Join(folder, fmt.Sprintf("browser-%d.db", features))
	s, err := store.Open(b.Context(), "sqlite:"+path, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	counts, err := s.Count(b.Context(), story.Query{})
	if err != nil {
		b.Fatal(err)
	}
	if counts.Features == features {
		return path
	}
	queue := make(chan *story.Story, 64)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for one := range queue {
				if _, err := s.Put(b.Context(), one); err != nil {
					b.Error(err)
				}
			}
		})
	}
	world := newBenchWorld()
	for n := range features / 4 {
		queue <- world.story(n)
	}
	close(queue)
	wg.Wait()
	if counts, err = s.Count(b.Context(), story.Query{}); err != nil || counts.Features != features {
		b.Fatalf("the store has %d features, want %d: %v", counts.Features, features, err)
	}
	return path
}

// benchWorld makes stories whose places are clustered, as towns are.
type benchWorld struct {
	random *rand.Rand
	words  *rand.Zipf
	places []geo.Place
}

func newBenchWorld() *benchWorld {
	random := rand.New(rand.NewPCG(3, 5))
	w := &benchWorld{random: random, words: rand.NewZipf(random, 1.2, 5, 20_000)}
	countries := []string{"US", "DE", "FR", "IN", "BR", "NG", "CN", "AU", "SY", "UA", "MX", "GB"}
	for id := range 20_000 {
		centre := id % 60
		lon := math.Remainder(float64(centre%12)*28-160+random.NormFloat64()*6, 360) // some clusters cross the antimeridian
		lat := float64(centre/12)*24 - 42 + random.NormFloat64()*4
		w.places = append(w.places, geo.Place{
			ID: "geonames:" + strconv.Itoa(id), Name: "Place " + strconv.Itoa(id), Point: orb.Point{lon, lat},
			FeatureCode: "PPL", Country: countries[centre%12], CountryName: "A country", Admin1: "A division",
		})
	}
	return w
}

func (w *benchWorld) text(words int) string {
	var b strings.Builder
	for range words {
		b.WriteString("word" + strconv.FormatUint(w.words.Uint64(), 10) + " ")
	}
	return b.String()
}

func (w *benchWorld) story(n int) *story.Story {
	s := &story.Story{
		ID: fmt.Sprintf("story%08d", n), Title: w.text(8), Text: w.text(60), URL: fmt.Sprintf("https://example.org/%d", n),
		Outlet: "Outlet " + strconv.Itoa(n%97), Domain: fmt.Sprintf("outlet%d.example", n%97), Lang: "en",
		Published: time.Date(2024, 1, 1, 0, w.random.IntN(500_000), 0, 0, time.UTC),
	}
	first := w.random.IntN(len(w.places))
	for i := range 4 {
		place := w.places[(first+60*i*i)%len(w.places)]
		role := geo.RoleMention
		if i == 0 {
			role = geo.RoleFocus
		}
		s.Locations = append(s.Locations, geo.Location{
			Place: place, Role: role, Precision: geo.PrecisionCity, Confidence: w.random.Float64(), Evidence: s.Title,
			Toponyms: []geo.Toponym{{Start: i, End: i + 5, Text: place.Name, Confidence: 1}}, Reasons: []geo.Reason{geo.NewReason(geo.ReasonBestKnown)},
			Candidates: []geo.Candidate{{Place: place, Name: place.Name, Score: 0.9}},
		})
	}
	return s
}
