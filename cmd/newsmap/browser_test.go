package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/paulmach/orb/geojson"
)

// browserWait bounds each wait for a page. A busy machine is slow; a broken
// page fails all the same.
const browserWait = 30 * time.Second

// TestBrowser drives the real program, from its command line to what a reader
// sees, in a real browser.
func TestBrowser(t *testing.T) {
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--token", "secret")
	for _, sub := range []struct {
		name string
		run  func(*testing.T, *tab)
	}{
		{"MarkerToStory", browseMarkerToStory},
		{"ListAndMap", browseListAndMap},
		{"Download", browseDownload},
		{"Filters", browseFilters},
		{"Keyboard", browseKeyboard},
		{"StoryPage", browseStoryPage},
		{"Phone", browsePhone},
		{"HostileStory", browseHostileStory}, // last: it adds a story
	} {
		t.Run(sub.name, func(t *testing.T) {
			page := openTab(t, browser, base)
			sub.run(t, page)
			page.checkQuiet()
		})
	}
}

// TestBrowserTilesFail configures tiles that never come.
func TestBrowserTilesFail(t *testing.T) {
	browser := startBrowser(t)
	tiles := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no tiles today", http.StatusInternalServerError)
	}))
	defer tiles.Close()
	page := openTab(t, browser, startProgram(t, "--demo", "--tiles-url", tiles.URL+"/{z}/{x}/{y}.png"))
	page.open("/")
	page.wait("the outlines come back", `document.querySelector("#map").dataset.basemap === "outlines"`)
	page.wait("a notice says so", `!document.querySelector("#notice").hidden && /outlines/.test(document.querySelector("#notice").textContent)`)
	page.wait("outlines are drawn", `document.querySelectorAll("canvas.leaflet-tile-loaded").length > 0`)
	page.wait("markers appear", markersShown)
	page.shot("tiles-fail.png")
	if !slices.ContainsFunc(page.requests(), func(u string) bool { return strings.HasPrefix(u, tiles.URL) }) {
		t.Error("no tile was ever asked for, so nothing failed")
	}
}

// markersShown is true once the map has markers and has drawn its base.
const markersShown = `document.querySelectorAll(".place-marker, .cluster-marker").length > 0 && document.querySelectorAll(".leaflet-tile-loaded").length > 0 && !document.body.classList.contains("loading")`

// baghuz finds the marker of the demo's story about the battle of Baghuz.
const baghuz = `[...document.querySelectorAll(".place-marker")].find((m) => /bagh?o?uz/i.test(m.getAttribute("aria-label")))`

func browseMarkerToStory(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	if n := page.number(`document.querySelectorAll("#stories > .story").length`); n < 20 {
		t.Errorf("the list holds %v stories, want a world of news", n)
	}
	page.shot("map.png")

	page.open("/#9/34.46/40.95")
	page.wait("the marker of Baghuz appears", baghuz+" !== undefined && !document.body.classList.contains('loading')")
	place := page.text(baghuz + ".dataset.place")
	page.click(baghuz)
	page.wait("a popup opens", `document.querySelector(".leaflet-popup .story-link") !== null`)
	page.wait("the place is emphasised", `/bagh?o?uz/i.test(document.querySelector(".leaflet-popup blockquote mark")?.textContent)`)
	if original := page.text(`document.querySelector(".leaflet-popup .outward").href`); !strings.HasPrefix(original, "http") {
		t.Errorf("the original is at %q", original)
	}
	if meta := page.text(`document.querySelector(".leaflet-popup li .meta").textContent`); !regexp.MustCompile(`\d{4}`).MatchString(meta) {
		t.Errorf("the popup gives no date: %q", meta)
	}
	page.shot("popup.png")

	title := page.text(`document.querySelector(".leaflet-popup .story-link").textContent`)
	page.click(`document.querySelector(".leaflet-popup .story-link")`)
	page.wait("the story's page opens", `location.pathname.startsWith("/stories/") && document.querySelector("mark.chosen") !== null`)
	if got := page.text(`document.querySelector("h1").textContent`); got != title {
		t.Errorf("the link %q leads to %q", title, got)
	}
	marked := page.text(`JSON.stringify([...document.querySelectorAll("mark.chosen")].map((m) => [m.dataset.place, m.textContent]))`)
	var marks [][2]string
	if err := json.Unmarshal([]byte(marked), &marks); err != nil {
		t.Fatal(err)
	}
	for _, m := range marks {
		if m[0] != place || !regexp.MustCompile(`(?i)bagh?o?uz`).MatchString(m[1]) {
			t.Errorf("the page highlights %v, the popup was of %s", m, place)
		}
	}
	page.wait("its marker is on the small map", fmt.Sprintf(`document.querySelector('.place-marker[data-place="%s"]') !== null`, place))
	page.wait("outlines are drawn", `document.querySelectorAll("canvas.leaflet-tile-loaded").length > 0`)
	page.shot("story.png")
}

func browseListAndMap(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	page.hover(`document.querySelector("#stories .story")`)
	page.wait("hovering a story lights its markers", `document.querySelectorAll(".place-marker.lit, .cluster-marker.lit").length > 0`)
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("choosing a place opens its popup", `document.querySelector(".leaflet-popup .story-link") !== null`)
	name := page.text(`document.querySelector(".leaflet-popup h2").textContent`)
	page.wait("its stories light up in the list", `document.querySelectorAll("#stories .story.lit").length > 0`)
	if !strings.Contains(page.text(`document.querySelector("#stories .story.lit").textContent`), name) {
		t.Errorf("the lit story does not name %q", name)
	}
	if page.text("location.hash") == "" {
		t.Error("the address keeps no view")
	}
}

// browseDownload holds the button to its word: the file has what the map shows.
func browseDownload(t *testing.T, page *tab) {
	page.open("/?role=focus#4/45/15")
	page.wait("markers appear", markersShown)
	address := page.text(`document.querySelector("#download").href`)
	summary := page.text(`document.querySelector("#summary").textContent`)
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if d := resp.Header.Get("Content-Disposition"); !strings.Contains(d, ".geojson") {
		t.Errorf("the download names no file: %q", d)
	}
	stories, places := checkRFC7946(t, body)
	shown := regexp.MustCompile(`\d+`).FindAllString(summary, 2)
	if want := []string{fmt.Sprint(len(stories)), fmt.Sprint(len(places))}; !slices.Equal(shown, want) || len(stories) == 0 {
		t.Errorf("the map shows %q, the download has %s stories, %s places", summary, want[0], want[1])
	}
}

// checkRFC7946 holds a FeatureCollection of points to RFC 7946 and gives its
// stories and places.
func checkRFC7946(t *testing.T, body []byte) (stories, places map[string]bool) {
	t.Helper()
	var raw struct {
		Type     string           `json:"type"`
		CRS      *json.RawMessage `json:"crs"`
		Features []struct {
			Type       string          `json:"type"`
			Properties *map[string]any `json:"properties"`
			Geometry   struct {
				Type        string    `json:"type"`
				Coordinates []float64 `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		t.Fatal(err)
	}
	if raw.Type != "FeatureCollection" || raw.CRS != nil {
		t.Errorf("type %q, crs %v", raw.Type, raw.CRS)
	}
	if _, err := geojson.UnmarshalFeatureCollection(body); err != nil {
		t.Errorf("another reader refuses it: %v", err)
	}
	stories, places = map[string]bool{}, map[string]bool{}
	for _, f := range raw.Features {
		c := f.Geometry.Coordinates
		if f.Type != "Feature" || f.Geometry.Type != "Point" || len(c) != 2 || c[0] < -180 || c[0] > 180 || c[1] < -90 || c[1] > 90 || f.Properties == nil {
			t.Errorf("feature out of form: %+v", f)
			continue
		}
		stories[fmt.Sprint((*f.Properties)["story_id"])] = true
		places[fmt.Sprint((*f.Properties)["place_id"])] = true
	}
	return stories, places
}

func browseFilters(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(`document.querySelectorAll("#stories > .story").length`)
	page.do(chromedp.SendKeys("#q", "Baghuz", chromedp.ByQuery))
	page.wait("typing narrows the list", fmt.Sprintf(`(() => { const n = document.querySelectorAll("#stories > .story").length; return n > 0 && n < %v; })()`, all))
	if search := page.text("location.search"); search != "?q=Baghuz" {
		t.Errorf("the address keeps %q", search)
	}
	page.do(chromedp.SendKeys("#q", "zzzz", chromedp.ByQuery))
	page.wait("nothing found is said in words", `/No story matches/.test(document.querySelector("#status").textContent)`)
	page.click(`document.querySelector("#status button")`)
	page.wait("clearing brings all back", fmt.Sprintf(`document.querySelectorAll("#stories > .story").length === %v`, all))
}

func browseKeyboard(t *testing.T, page *tab) {
	page.open("/#9/34.46/40.95")
	page.wait("the marker appears", baghuz+" !== undefined && !document.body.classList.contains('loading')")
	page.eval(baghuz+".focus()", nil)
	page.do(chromedp.KeyEvent("\r"))
	page.wait("Enter opens the popup and goes into it", `document.activeElement?.closest(".leaflet-popup") !== null`)
	page.do(chromedp.KeyEvent("\x1b"))
	page.wait("Escape closes it", `document.querySelector(".leaflet-popup .story-link") === null`)
	page.wait("the marker has the focus again", "document.activeElement === "+baghuz)
}

// browseStoryPage points from text to map and back.
func browseStoryPage(t *testing.T, page *tab) {
	page.open("/?q=Baghuz")
	page.wait("the story is listed", `document.querySelector("#stories .story h2 a") !== null && !document.body.classList.contains("loading")`)
	page.open(page.text(`new URL(document.querySelector("#stories .story h2 a").href).pathname`))
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0`)
	page.hover(`document.querySelector(".text mark a")`)
	page.wait("hovering a name lights its marker", `document.querySelector(".place-marker.lit")?.dataset.place === document.querySelector(".text mark").dataset.place`)
	page.eval(`document.querySelector(".place-list li:last-child .name").click()`, nil)
	page.wait("choosing in the list marks the text", `document.querySelector("mark.chosen")?.dataset.place === document.querySelector(".place-list li:last-child").dataset.place`)
	page.eval(`document.querySelector("#map .place-marker").click()`, nil)
	page.wait("choosing a marker marks the text", `document.querySelector("mark.chosen")?.dataset.place === document.querySelector("#map .place-marker").dataset.place`)
	page.eval(`document.querySelector(".place-list .links a").click()`, nil)
	page.wait("the place's page opens", `location.pathname.startsWith("/places/") && document.querySelectorAll(".story-list li").length > 0`)
	page.wait("its map has the marker", `document.querySelectorAll("#map .place-marker").length === 1`)
	page.shot("place.png")
}

func browsePhone(t *testing.T, page *tab) {
	page.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	page.open("/")
	page.wait("markers appear", markersShown)
	if width := page.number("document.documentElement.scrollWidth"); width > 390 {
		t.Errorf("the page is %v pixels wide on a screen of 390", width)
	}
	page.shot("phone.png")
	page.open("/?place=newsmap:baghuz-fawqani#9/34.46/40.95")
	page.wait("the chip names the place", `/^Place Baghuz Fawqani/.test(document.querySelector("#chips .chip")?.textContent)`)
	page.wait("the marker appears", baghuz+" !== undefined && !document.body.classList.contains('loading')")
	page.eval(baghuz+".click()", nil)
	page.wait("the popup lies within the screen, below the zoom buttons", `(() => {
		const popup = document.querySelector(".leaflet-popup-content-wrapper")?.getBoundingClientRect();
		const zoom = document.querySelector(".leaflet-control-zoom").getBoundingClientRect();
		return popup && popup.left >= 0 && popup.right <= innerWidth && popup.top >= zoom.bottom;
	})()`)
	page.shot("phone-popup.png")
	page.open("/")
	page.wait("markers appear", markersShown)
	page.eval(`document.querySelector("#handle").click()`, nil)
	page.wait("the sheet rises", `document.querySelector("#panel").getBoundingClientRect().height > 700`)
	page.shot("phone-list.png")
	page.open(page.text(`new URL(document.querySelector("#stories .story h2 a").href).pathname`))
	page.wait("the story's page stands", `document.querySelectorAll("#map .place-marker").length > 0`)
	if width := page.number("document.documentElement.scrollWidth"); width > 390 {
		t.Errorf("the story's page is %v pixels wide on a screen of 390", width)
	}
	page.shot("phone-story.png")
}

// browseHostileStory adds a story that tries to run code wherever it is shown.
func browseHostileStory(t *testing.T, page *tab) {
	const attack = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`
	hostile, err := json.Marshal(map[string]string{
		"title": attack + " in Reykjavik", "text": attack + ` A storm struck Reykjavik in Iceland. "><svg onload=window.hacked=1> Reykjavik was dark.`,
		"outlet": attack, "byline": attack, "url": `https://example.org/"><script>window.hacked=1</script>`, "date": "2024-01-02",
	})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, page.base+"/api/stories", bytes.NewReader(hostile))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer secret")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Story struct{ ID string } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("adding the story: %d, %v", resp.StatusCode, err)
	}
	page.open("/?q=storm+struck")
	page.wait("the story is listed", `document.querySelector("#stories .story .place") !== null && !document.body.classList.contains("loading")`)
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("its popup opens", `document.querySelector(".leaflet-popup .story-link") !== null`)
	page.shot("hostile.png")
	page.checkNotHacked()
	page.open("/stories/" + answer.Story.ID)
	page.wait("its page stands", `document.querySelectorAll("#map .place-marker").length > 0`)
	if title := page.text(`document.querySelector("h1").textContent`); title != attack+" in Reykjavik" {
		t.Errorf("the title is not shown as text: %q", title)
	}
	page.checkNotHacked()
}

// startBrowser starts a headless browser that sends nothing of its own.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("NEWSMAP_CI") != "" {
			t.Fatal("no Chromium found, and NEWSMAP_CI demands one")
		}
		t.Skip("no Chromium found: install it to run the browser tests")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	if err := chromedp.Run(browser); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return browser
}

// startProgram runs "newsmap serve" on a free port with a store of its own and
// returns its address once it says so.
func startProgram(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	var stderr lockedBuffer
	status := make(chan int, 1)
	line := append([]string{"serve", "--listen", "127.0.0.1:0", "--store", "sqlite:" + filepath.Join(t.TempDir(), "news.db")}, args...)
	go func() {
		status <- run(ctx, line, strings.NewReader(""), writer, &stderr)
		writer.Close()
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-status:
			if code != 0 {
				t.Errorf("the program ended with %d: %s", code, stderr.String())
			}
		case <-time.After(browserWait):
			t.Error("the program does not stop")
		}
	})
	first, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("the program says no address: %v; %s", err, stderr.String())
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	address := regexp.MustCompile(`http://[^/\s]+`).FindString(first)
	if address == "" {
		t.Fatalf("no address in %q", first)
	}
	return address
}

// lockedBuffer holds what the program writes while the test may read it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tab is a page in the browser that remembers its requests and complaints.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	asked      []string
	complaints []string
}

func openTab(t *testing.T, browser context.Context, base string) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 4*browserWait) // a page that hangs must not hang the test
	t.Cleanup(stop)
	page := &tab{t: t, ctx: ctx, base: base}
	chromedp.ListenTarget(ctx, page.notice)
	page.do(network.Enable(), runtime.Enable(), cdplog.Enable(), cdppage.BringToFront(), chromedp.EmulateViewport(1440, 900))
	return page
}

func (p *tab) notice(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.asked = append(p.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, "exception: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			p.complaints = append(p.complaints, fmt.Sprintf("console %s: %v", e.Type, e.Args))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError || e.Entry.Level == cdplog.LevelWarning {
			p.complaints = append(p.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	}
}

func (p *tab) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// checkQuiet makes sure that the console had nothing to complain of and that no
// request left for anywhere but the program.
func (p *tab) checkQuiet() {
	p.t.Helper()
	requests := p.requests()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, complaint := range p.complaints {
		p.t.Error(complaint)
	}
	if len(requests) < 10 {
		p.t.Errorf("only %d requests were seen: the watch does not work", len(requests))
	}
	for _, address := range requests {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && "http://"+u.Host != p.base {
			p.t.Errorf("a request left the program: %s", address)
		}
	}
}

func (p *tab) checkNotHacked() {
	p.t.Helper()
	if p.text("String(window.hacked)") != "undefined" {
		p.t.Error("a story ran code on the page")
	}
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// open goes to a path of the program. A bare change of hash would not load, so
// it leaves first.
func (p *tab) open(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.base+path))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = slices.DeleteFunc(p.asked, func(u string) bool { return u == "about:blank" })
}

func (p *tab) eval(expression string, into any) {
	p.t.Helper()
	p.do(chromedp.Evaluate(expression, into))
}

func (p *tab) text(expression string) string {
	p.t.Helper()
	var s string
	p.eval(expression, &s)
	return s
}

func (p *tab) number(expression string) float64 {
	p.t.Helper()
	var n float64
	p.eval(expression, &n)
	return n
}

// wait polls an expression until it is true.
func (p *tab) wait(what, expression string) {
	p.t.Helper()
	for end := time.Now().Add(browserWait); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var done bool
		if err := chromedp.Run(p.ctx, chromedp.Evaluate("Boolean("+expression+")", &done)); err == nil && done {
			return
		}
	}
	p.shot("failure.png")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t.Fatalf("waited in vain: %s; the page complains: %q", what, p.complaints)
}

// middle is where an element lies on the screen, after scrolling to it; of a
// link over several lines, its first.
func (p *tab) middle(expression string) (x, y float64) {
	p.t.Helper()
	var at [2]float64
	p.eval(`(() => { const e = `+expression+`; e.scrollIntoView({block: "nearest"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; })()`, &at)
	return at[0], at[1]
}

// click presses the mouse on an element, as a reader would.
func (p *tab) click(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseClickXY(x, y))
}

func (p *tab) hover(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseEvent(input.MouseMoved, x, y))
}

// shot keeps a picture for people to look at.
func (p *tab) shot(name string) {
	p.t.Helper()
	var png []byte
	// Animations of markers and popups take a quarter of a second.
	if err := chromedp.Run(p.ctx, chromedp.Sleep(400*time.Millisecond), chromedp.CaptureScreenshot(&png)); err != nil {
		p.t.Errorf("screenshot: %v", err)
		return
	}
	dir := filepath.Join("..", "..", ".artifacts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
