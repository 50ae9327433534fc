package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// detour is a proxy between browser and program. It can break connections and answer instead
// of the program.
type detour struct {
	*httptest.Server
	gone    atomic.Bool
	streams atomic.Int32 // number of event streams opened

	mu     sync.Mutex
	canned map[string]string // answers by path
}

func newDetour(t *testing.T, base string) *detour {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.FlushInterval = -1
	d := &detour{canned: map[string]string{}}
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.Request.URL.Path == "/api/events" && r.StatusCode == http.StatusOK {
			d.streams.Add(1)
		}
		return nil
	}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.gone.Load() {
			panic(http.ErrAbortHandler) // closes the connection
		}
		d.mu.Lock()
		answer, ok := d.canned[r.URL.Path]
		d.mu.Unlock()
		if ok {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(answer))
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	d.Config.ErrorLog = nil
	t.Cleanup(func() {
		d.CloseClientConnections()
		d.Close()
	})
	return d
}

func (d *detour) answer(path, body string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.canned[path] = body
}

// leave closes all connections and refuses new ones.
func (d *detour) leave() {
	d.gone.Store(true)
	d.CloseClientConnections()
}

// restore forwards all requests to the program again.
func (d *detour) restore() {
	d.gone.Store(false)
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.canned)
}

// TestBrowserTrouble checks what readers see when something fails.
func TestBrowserTrouble(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--token", "secret")
	for _, sub := range []struct {
		name string
		run  func(*testing.T, *tab, *detour)
	}{
		{"ServerGone", browseServerGone},
		{"ManyFeatures", browseManyFeatures},
		{"SamePoint", browseSamePoint},
		{"Glyphs", browseGlyphs},
		{"MovesOn", browseMovesOn},
		{"AddWhileGone", browseAddWhileGone},
		{"StoryGone", browseStoryGone},
		{"EndpointsMissing", browseEndpointsMissing},
		{"News", browseNews}, // last: it adds stories
	} {
		t.Run(sub.name, func(t *testing.T) {
			d := newDetour(t, base)
			page := openTab(t, browser, d.URL)
			sub.run(t, page, d)
			page.checkNotHacked()
		})
	}
}

// browseServerGone stops the server for a while.
func browseServerGone(t *testing.T, page *tab, d *detour) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(listed)
	d.leave()
	page.do(chromedp.SendKeys("#q", "Baghuz\r", chromedp.ByQuery))
	page.wait("a notice says that the server is gone", `/does not answer/.test(document.querySelector('.notice[data-subject="connection"]')?.textContent)`)
	if left := page.number(listed); left != all {
		t.Errorf("%v stories are left of %v: what was there is lost", left, all)
	}
	if typed := page.text(`document.querySelector("#q").value`); typed != "Baghuz" {
		t.Errorf("what was typed became %q", typed)
	}
	page.shot("server-gone.png")
	d.gone.Store(false)
	page.wait("it comes back without a reload", listed+` === 1 && document.querySelector('.notice[data-subject="connection"]') === null`)
}

// browseAddWhileGone saves a story while the server is down. The typed text must not be lost,
// and be saved when the server is up again.
func browseAddWhileGone(_ *testing.T, page *tab, d *detour) {
	page.add()
	page.eval(`document.querySelector("#add-headline").focus()`, nil)
	page.do(input.InsertText("Road cut in the north"))
	page.eval(`document.querySelector("#add-text").focus()`, nil)
	page.do(input.InsertText(draftText))
	page.eval(`document.querySelector("#add-token").focus()`, nil)
	page.do(input.InsertText("secret"))
	d.leave()
	page.do(chromedp.KeyEvent(kb.Enter))
	page.wait("that is said in words", `/does not answer/.test(document.querySelector("#add-said").textContent)`)
	page.wait(
		"all that was typed is there",
		`document.querySelector("#add-headline").value === "Road cut in the north" && document.querySelector("#add-text").value === `+quote(
			draftText,
		)+` && document.querySelector("#add-token").value === "secret"`,
	)
	page.shot("add-gone.png")
	d.restore()
	page.eval(`document.querySelector(".add-form .primary").click()`, nil)
	page.wait("it is saved", `location.pathname.startsWith("/stories/") && /Road cut/.test(document.querySelector("h1")?.textContent)`)
}

// browseMovesOn answers slowly. Requests that are no longer needed must be cancelled, and late
// answers must not be shown.
func browseMovesOn(t *testing.T, page *tab, d *detour) {
	page.open("/")
	page.wait("markers appear", markersShown)
	var cancelled atomic.Int32
	server := d.Config.Handler
	d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("q") == "Kobe" && r.URL.Path == "/api/stories" {
			select {
			case <-r.Context().Done():
				cancelled.Add(1)
				return
			case <-time.After(browserWait):
			}
		}
		server.ServeHTTP(w, r)
	})
	page.do(chromedp.SendKeys("#q", "Kobe\r", chromedp.ByQuery))
	page.wait(
		"the first search waits",
		`document.body.classList.contains("loading") && document.querySelector("#stories").getAttribute("aria-busy") === "true"`,
	)
	page.shot("waiting.png")
	page.eval(`document.querySelector("#q").select()`, nil)
	page.do(chromedp.SendKeys("#q", "Baghuz\r", chromedp.ByQuery))
	page.wait(
		"the second is shown at once",
		listed+` === 1 && /Baghuz/.test(document.querySelector("#stories").textContent) && !document.body.classList.contains("loading")`,
	)
	for end := time.Now().Add(browserWait); cancelled.Load() == 0 && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if cancelled.Load() == 0 {
		t.Error("the first search was not cancelled")
	}
}

// browseManyFeatures checks that the page draws the server's clusters if there are too many
// features.
func browseManyFeatures(t *testing.T, page *tab, d *detour) {
	d.answer(
		"/api/stories",
		`{"stories":[{"id":"s1","title":"A story of many","url":null,"outlet":"Post","lang":"en","published":"2020-01-02T03:04:05Z",`+
			`"fetched":"2020-01-02T03:05:05Z","locations":[{"place":{"id":"p1","name":"Lyon","lat":45.75,"lon":4.85,"country":"FR","admin1":"Rhône",`+
			`"feature_code":"PPL"},"role":"focus","precision":"city","confidence":0.9,"evidence":"","mentions":1}]}],"next":null,`+
			`"counts":{"stories":90000,"features":120000,"unlocated":7}}`,
	)
	d.answer(
		"/api/clusters",
		`{"cells":[{"lon":5,"lat":46,"stories":80000,"features":110000,"newest":"2020-01-02T03:04:05Z","place":"Lyon","bbox":[-5,40,15,55],`+
			`"role_counts":{"focus":50000,"mention":60000}},{"lon":-90,"lat":40,"stories":10000,"features":10000,"newest":null,"place":"Peoria",`+
			`"bbox":[-100,30,-80,45],"role_counts":{"mention":10000}}],"features":120000,"stories":90000,"cut":false}`,
	)
	page.open("/")
	page.wait("two clusters are drawn", `document.querySelectorAll(".cluster-marker").length === 2 && document.querySelectorAll(".place-marker").length === 0`)
	if label := page.text(`document.querySelector(".cluster-marker").getAttribute("aria-label")`); !strings.Contains(label, "80,000 stories around Lyon") {
		t.Errorf("the cluster is labelled %q", label)
	}
	page.wait("the list counts them all", `/90,000/.test(document.querySelector("#summary").textContent) && `+listed+" === 1")
	page.hover(`document.querySelector("#stories .story")`)
	page.wait("a story lights the cluster that holds it", `document.querySelectorAll(".cluster-marker.lit").length === 1`)
	page.shot("many.png")
	for _, u := range page.requests() {
		if strings.Contains(u, "/api/features") {
			t.Errorf("features were asked for: %s", u)
		}
	}
	page.click(`document.querySelector("#unlocated")`)
	page.wait("the tray opens", `document.querySelector("dialog.drawer").open && location.search === "?drawer=unlocated"`)
	page.shot("unlocated.png")
	page.do(chromedp.KeyEvent("\x1b"))
	page.wait("Escape closes it", `!document.querySelector("dialog.drawer").open && location.search === ""`)
}

// browseSamePoint has several places at one point: a few fan out, and many open as a list.
func browseSamePoint(t *testing.T, page *tab, d *detour) {
	for _, c := range []struct {
		places int
		opened string
	}{
		{5, `document.querySelectorAll(".place-marker").length === 5 && document.querySelectorAll(".fan-line").length === 5`},
		{9, `document.querySelectorAll(".leaflet-popup .rows .row").length === 9`},
	} {
		d.answer("/api/features.geojson", collectionAt(4.85, 45.75, c.places))
		page.open("/#14/45.75/4.85")
		page.wait("a cluster stands there", `document.querySelectorAll(".cluster-marker").length === 1`)
		page.eval(`document.querySelector(".cluster-marker").focus()`, nil)
		page.do(chromedp.KeyEvent("\r"))
		page.wait(fmt.Sprintf("%d places open", c.places), c.opened)
		page.shot(fmt.Sprintf("same-point-%d.png", c.places))
	}
	page.click(`document.querySelector(".leaflet-popup .row")`)
	page.wait("one of the list opens", `document.querySelector(".leaflet-popup .story-link") !== null`)
}

func collectionAt(lon, lat float64, places int) string {
	var out bytes.Buffer
	out.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range places {
		if i > 0 {
			out.WriteByte(',')
		}
		_, _ = fmt.Fprintf(
			&out,
			`{"type":"Feature","geometry":{"type":"Point","coordinates":[%g,%g]},"properties":{"story_id":"s%d","title":"Story %d","url":null,`+
				`"outlet":"Post","published":"2020-01-02T03:04:05Z","lang":"en","place_id":"p%d","place":"Place %d","country":"FR","admin1":null,`+
				`"precision":"city","role":"mention","confidence":0.%d,"mentions":1,"evidence":null}}`,
			lon,
			lat,
			i,
			i,
			i,
			i,
			i+1,
		)
	}
	out.WriteString(`]}`)
	return out.String()
}

// browseStoryGone opens a story that was deleted while the page shows it.
func browseStoryGone(_ *testing.T, page *tab, d *detour) {
	page.open("/?q=Paradise")
	page.wait("the story is listed", listed+" === 1")
	server := d.Config.Handler
	d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/stories/") {
			http.NotFound(w, r)
			return
		}
		server.ServeHTTP(w, r)
	})
	page.click(`document.querySelector("#stories .why-button")`)
	page.wait("that is said where it was asked", `/This story has been removed/.test(document.querySelector("#stories .why-body .warning")?.textContent)`)
	page.shot("story-gone.png")
}

// browseEndpointsMissing uses a server without much of the API.
func browseEndpointsMissing(_ *testing.T, page *tab, d *detour) {
	server := d.Config.Handler
	d.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, path := range []string{"/api/suggest", "/api/histogram", "/api/clusters", "/api/countries", "/api/events"} {
			if r.URL.Path == path {
				http.NotFound(w, r)
				return
			}
		}
		server.ServeHTTP(w, r)
	})
	page.open("/?layer=countries")
	page.wait("the stories are there", listed+" > 10")
	page.wait("the legend says what is missing", `/cannot count stories by country/.test(document.querySelector("#legend").textContent)`)
	page.wait("so does the chart", `/cannot count stories over time/.test(document.querySelector("#time").textContent)`)
	page.shot("missing.png")
}

// browseNews adds stories while the page is open, one of them with a hostile title.
func browseNews(t *testing.T, page *tab, d *detour) {
	before := d.streams.Load() // of earlier pages
	page.open("/?q=Lisbon")
	page.wait("nothing is found at first", `/No stories match/.test(document.querySelector("#status").textContent)`)
	for end := time.Now().Add(browserWait); d.streams.Load() == before && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	for _, s := range []map[string]string{
		{"title": "Strike in Lisbon", "text": "Trams in Lisbon, Portugal stood still on Monday.", "date": "2024-01-02"},
		{"title": strings.Repeat("Lisbon and ", 180) + "more", "text": "Lisbon, Portugal was named often.", "date": today},
		{"title": "لشبونة Lisbon تحتفل", "text": "Lisbon, Portugal. شوارع لشبونة.", "lang": "ar", "date": today},
	} {
		addStory(t, d.URL, s)
	}
	page.wait(
		"new stories are announced, not pushed",
		`!document.querySelector("#fresh").hidden && /3 new stories/.test(document.querySelector("#fresh").textContent) && `+listed+" === 0",
	)
	page.shot("news.png")
	page.click(`document.querySelector("#fresh")`)
	page.wait("they are shown when asked for", listed+` === 3 && document.querySelector("#fresh").hidden`)
	if width := page.number(
		`Math.max(...[...document.querySelectorAll("#panel *")].map((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === ` +
			`"visible" && e.clientWidth > 50 ? e.scrollWidth : 0))`,
	); width > 400 {
		t.Errorf("a long title makes something %v pixels wide", width)
	}
	if dir := page.text(`getComputedStyle([...document.querySelectorAll("#stories h2")].find((h) => /لشبونة/.test(h.textContent))).direction`); dir != "rtl" {
		t.Errorf("an Arabic title runs %s", dir)
	}
	if badges := page.number(`document.querySelectorAll("#stories .badge").length`); badges != 1 {
		t.Errorf("%v badges; one story of three came long after it was published", badges)
	}
	if !strings.Contains(page.text(`document.querySelector("#stories .badge")?.title ?? ""`), "after publication") {
		t.Error("the badge has no explanation")
	}
	page.shot("titles.png")
}

// browseLanguages opens the page in its languages.
func browseLanguages(t *testing.T, page *tab) {
	page.open("/?locale=ar")
	page.wait("markers appear", markersShown)
	if got := page.text("document.documentElement.lang + ' ' + getComputedStyle(document.body).direction"); got != "ar rtl" {
		t.Errorf("the page is in %s", got)
	}
	page.wait("the panel is on the right", `document.querySelector("#panel").getBoundingClientRect().right === innerWidth`)
	page.shot("arabic.png")
	page.open("/")
	page.wait("markers appear", markersShown)
	page.click(`document.querySelector("#language")`)
	page.wait("the languages are on offer", `document.querySelectorAll("#language-menu a").length >= 6`)
	page.click(`document.querySelector('#language-menu [lang="de"]')`)
	page.wait("German is chosen", `document.documentElement.lang === "de" && /Meldungen/.test(document.querySelector("#summary")?.textContent)`)
	page.wait("dates are German", `/\d\. \p{L}+\.? \d{4}/u.test(document.querySelector("#stories time")?.textContent)`)
	page.shot("german.png")
	page.open("/")
	page.wait("the choice is kept", `document.documentElement.lang === "de"`)
	page.eval(`document.cookie = "locale=;path=/;max-age=0"`, nil)
}
