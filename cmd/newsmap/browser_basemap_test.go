package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// watchNames records the position and width of each name that is drawn on the map.
const watchNames = `{
	const fill = CanvasRenderingContext2D.prototype.fillText;
	window.written = [];
	CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
		if (this.canvas.classList.contains("names")) {
			const width = this.measureText(text).width;
			const left = {left: x, right: x - width, center: x - width / 2}[this.textAlign];
			window.written.push({text, left, right: left + width, y, canvas: this.canvas.width});
		}
		return fill.apply(this, arguments);
	};
	const clear = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
	Object.defineProperty(HTMLCanvasElement.prototype, "width", {...clear, set(v) { if (this.classList.contains("names")) window.written = []; ` +
	`clear.set.call(this, v); }});
}`

type writtenName struct {
	Text           string
	Left, Right, Y float64
}

func (p *tab) names() []writtenName {
	p.t.Helper()
	var names []writtenName
	if err := json.Unmarshal([]byte(p.text("JSON.stringify(window.written)")), &names); err != nil {
		p.t.Fatal(err)
	}
	return names
}

// atRun runs a script in each page before the scripts of the page.
func (p *tab) atRun(script string) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
}

// written returns JavaScript that is true if the names on the map include this one.
func written(name string) string {
	return `window.written?.some(({text}) => text === ` + quote(name) + `)`
}

// TestBrowserBasemap checks the map under the markers.
func TestBrowserBasemap(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--basemap", writeBasemap(t, 3))
	for _, sub := range []struct {
		name string
		run  func(*testing.T, *tab)
	}{
		{"Detail", browseDetail},
		{"DetailGone", browseDetailGone},
		{"Names", browseNames},
		{"NamesInGerman", browseNamesInGerman},
	} {
		t.Run(sub.name, func(t *testing.T) {
			page := openTab(t, browser, base)
			page.atRun(watchNames)
			sub.run(t, page)
			page.checkQuiet()
		})
	}
}

// showOutlines chooses the bundled outlines in the menu.
func showOutlines(page *tab) {
	page.t.Helper()
	page.wait("the server's own map can be chosen", `document.querySelector('#basemap input[value="detail"]')`)
	page.click(`document.querySelector('#basemap input[value="outlines"]').closest("label")`)
	page.wait(
		"the outlines are shown",
		`document.querySelector("#map").dataset.basemap === "outlines" && document.querySelectorAll(".outlines canvas.leaflet-tile-loaded").length > 0`,
	)
}

// browseDetail checks the server's own map in both themes.
func browseDetail(t *testing.T, page *tab) {
	colour := func(x, y int) string {
		// The colour in the centre of this tile of zoom 3 (8 tiles across).
		return page.text(
			`(() => { const c = [...document.querySelectorAll(".leaflet-layer.detail canvas, .leaflet-tile-pane ` +
				`canvas.leaflet-tile-loaded")].find((c) => c.key === "` + format(
				float64(x),
			) + ":" + format(
				float64(y),
			) + `:3");
			const copy = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
			if (c) copy.drawImage(c, -c.width / 2, -c.height / 2);
			return c ? copy.getImageData(0, 0, 1, 1).data.join() : "no tile"; })()`,
		)
	}
	page.open("/?theme=light#3/20/20")
	page.wait("the server's own map is shown at once", `document.querySelector("#map").dataset.basemap === "detail"`)
	page.wait("it is marked as chosen", `document.querySelector('#basemap input[value="detail"]').checked`)
	page.wait("it is drawn", `[...document.querySelectorAll(".leaflet-tile-pane canvas.leaflet-tile-loaded")].some((c) => c.key === "4:4:3" && c.width > 0)`)
	page.wait("markers appear", markersShown)
	if got := page.text(`document.querySelector(".leaflet-control-attribution").textContent`); !strings.Contains(got, "Example mapmakers") {
		t.Errorf("the credits are %q", got)
	}
	page.shot("basemap-detail.png")
	light := colour(4, 4)
	if sea := colour(2, 4); light == sea || light == "no tile" || sea == "no tile" {
		t.Errorf("land is %s, the sea %s", light, sea)
	}
	if names := page.names(); len(names) > 0 {
		t.Errorf("the map writes names of its own over those of the file: %v", names)
	}
	if n := page.number(`performance.getEntriesByType("resource").filter((r) => r.name.endsWith("/basemap.pmtiles")).length`); n < 2 {
		t.Errorf("%v reads of the file, want more, by ranges", n)
	}

	page.click(`document.querySelector("#theme")`)
	page.wait(
		"the other theme is drawn at once",
		`document.documentElement.dataset.theme === "dark" && document.querySelectorAll(".detail canvas.leaflet-tile-loaded").length > 0`,
	)
	page.open("/?theme=dark#3/20/20")
	page.wait("it is drawn", `[...document.querySelectorAll(".leaflet-tile-pane canvas.leaflet-tile-loaded")].some((c) => c.key === "4:4:3" && c.width > 0)`)
	page.wait("markers appear", markersShown)
	page.shot("basemap-detail-dark.png")
	if dark := colour(4, 4); dark == light || dark == "no tile" {
		t.Errorf("land is %s in the dark and %s in the light", dark, light)
	}
}

// browseDetailGone makes the file fail after the page was loaded.
func browseDetailGone(t *testing.T, page *tab) {
	page.atRun(
		`{ const ask = window.fetch; window.fetch = (url, ...rest) => String(url).endsWith(".pmtiles") ? Promise.reject(new TypeError("no ` +
			`network")) : ask(url, ...rest); }`,
	)
	page.open("/")
	page.wait("a notice says so", `/outlines/.test(document.querySelector('.notice[data-subject="basemap"]')?.textContent)`)
	page.wait(
		"the outlines come back",
		`document.querySelector("#map").dataset.basemap === "outlines" && document.querySelector('#basemap input[value="outlines"]').checked`,
	)
	page.wait("markers appear", markersShown)
	page.shot("basemap-detail-gone.png")
}

// browseNames checks the names of places on the outlines.
func browseNames(t *testing.T, page *tab) {
	page.open("/?theme=light&q=Baghuz#6/48.5/8")
	showOutlines(page)
	for _, name := range []string{"Paris", "Germany", "Milan", "Stuttgart"} {
		page.wait(name+" is on the map", written(name))
	}
	page.wait("divisions have come", `performance.getEntriesByType("resource").some((r) => r.name.endsWith("/first-level.json"))`)
	page.shot("basemap-names.png")
	checkNoOverlap(t, page.names())
	near := len(page.names())
	if page.text(`document.querySelector("canvas.names").getAttribute("aria-hidden")`) != "true" ||
		page.number(`document.querySelector("canvas.names").tabIndex`) >= 0 {
		t.Error("the names are read out or take the focus")
	}

	page.open("/?theme=dark&q=Baghuz#4/39/-98")
	page.wait("names are on the map", written("Mexico City"))
	page.wait("and countries", written("United States of America")+" || "+written("United States"))
	page.wait("divisions have come", `performance.getEntriesByType("resource").some((r) => r.name.endsWith("/first-level.json"))`)
	page.shot("basemap-names-dark.png")
	checkNoOverlap(t, page.names())
	if far := page.names(); slices.ContainsFunc(far, func(n writtenName) bool { return n.Text == "Stuttgart" }) || len(far) == 0 || near == 0 {
		t.Errorf("%d names near by, from afar %v", near, far)
	}

	page.open("/?theme=light&q=Baghuz#1.5/20/0")
	page.wait("outlines are drawn", `document.querySelectorAll("canvas.leaflet-tile-loaded").length > 0 && !document.body.classList.contains("loading")`)
	page.shot("basemap-world.png")
	if page.number(`performance.getEntriesByType("resource").filter((r) => /first-level|api\/places|protomaps|\/vendor\/pmtiles/.test(r.name)).length`) > 0 {
		t.Error("the map of the world loads divisions, names or libraries of another map that it does not need")
	}
	if names := page.names(); len(names) > 0 {
		t.Errorf("names on the world as a whole: %v", names)
	}
}

func browseNamesInGerman(t *testing.T, page *tab) {
	page.open("/?locale=de&theme=light&q=Baghuz#5/50/10")
	page.wait("the page is German", `document.documentElement.lang === "de"`)
	page.wait("names are German", written("Deutschland"))
	page.shot("basemap-names-de.png")
	page.open("/?locale=en")
}

func checkNoOverlap(t *testing.T, names []writtenName) {
	t.Helper()
	if len(names) < 10 {
		t.Errorf("only %d names", len(names))
	}
	for i, a := range names {
		for _, b := range names[:i] {
			if a.Left < b.Right && a.Right > b.Left && a.Y < b.Y+11 && a.Y > b.Y-11 {
				t.Errorf("%q covers %q", a.Text, b.Text)
			}
		}
	}
}

// TestBrowserBasemapPictures has a file with raster tiles.
func TestBrowserBasemapPictures(t *testing.T) {
	t.Parallel()
	page := openTab(t, startBrowser(t), startProgram(t, "--demo", "--basemap", writePictures(t, 3)))
	page.open("/?theme=light#3/20/20")
	page.wait(
		"the pictures are shown",
		`document.querySelector("#map").dataset.basemap === "detail" && [...document.querySelectorAll(".tiles canvas.leaflet-tile-loaded")].some((tile) => {
		const copy = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
		copy.drawImage(tile, -9, -9);
		return copy.getImageData(0, 0, 1, 1).data.join() === "200,80,80,255";
	})`,
	)
	page.wait("markers appear", markersShown)
	if got := page.text(`document.querySelector(".leaflet-control-attribution").textContent`); !strings.Contains(got, "Example mapmakers") {
		t.Errorf("the credits are %q", got)
	}
	page.open("/#6/20/20") // the file ends at 3
	page.wait("the last pictures are drawn larger", `document.querySelectorAll(".tiles canvas.leaflet-tile-loaded").length > 0`)
	page.wait("markers appear", `!document.body.classList.contains("loading")`)
	page.checkQuiet()
}

// TestBrowserBasemapRegion has a file of one region: the outlines and their names must be
// around it, and only the names of the file inside it.
func TestBrowserBasemapRegion(t *testing.T) {
	t.Parallel()
	path := writeBasemap(t, 3)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, degrees := range []int32{-25, -35, 60, 70} {
		binary.LittleEndian.PutUint32(file[102+4*i:], uint32(degrees*10_000_000))
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	page := openTab(t, startBrowser(t), startProgram(t, "--demo", "--basemap", path))
	page.atRun(watchNames)
	page.open("/?theme=light&q=Baghuz#3/20/40")
	page.wait(
		"the server's own map is shown",
		`document.querySelector("#map").dataset.basemap === "detail" && document.querySelectorAll(".detail canvas.leaflet-tile-loaded").length > 0`,
	)
	page.wait("outlines are drawn around it", `document.querySelectorAll(".outlines canvas.leaflet-tile-loaded").length > 0`)
	page.wait("with names", written("India"))
	page.wait("of cities too", written("Delhi")+" || "+written("New Delhi")+" || "+written("Beijing"))
	page.shot("basemap-region.png")
	for _, inside := range []string{"Algeria", "Sudan", "Cairo"} {
		if slices.ContainsFunc(page.names(), func(n writtenName) bool { return n.Text == inside }) {
			t.Errorf("%s is named where the file has names", inside)
		}
	}
	page.checkQuiet()
}

// TestBrowserBasemapDamaged has a file that was cut off within its tiles.
func TestBrowserBasemapDamaged(t *testing.T) {
	t.Parallel()
	path := writeBasemap(t, 3)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:700], 0o600); err != nil {
		t.Fatal(err)
	}
	page := openTab(t, startBrowser(t), startProgram(t, "--demo", "--basemap", path))
	page.open("/#3/20/20")
	page.wait("a notice says so", `/outlines/.test(document.querySelector('.notice[data-subject="basemap"]')?.textContent)`)
	page.wait("the outlines come back", `document.querySelector("#map").dataset.basemap === "outlines"`)
	page.wait("markers appear", markersShown)
}

// TestBrowserOwnTiles configures raster tiles of another server.
func TestBrowserOwnTiles(t *testing.T) {
	t.Parallel()
	tiles := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		_, _ = w.Write(
			[]byte(
				`<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="#dcd3bd"/><path d="M0 0H256V256" ` +
					`fill="none" stroke="#888"/></svg>`,
			),
		)
	}))
	defer tiles.Close()
	page := openTab(
		t,
		startBrowser(t),
		startProgram(t, "--demo", "--tiles-url", tiles.URL+"/{z}/{x}/{y}.svg", "--tiles-attribution", "© Town <img src=x onerror=hacked=1> maps"),
	)
	page.open("/#4/48/8")
	page.wait(
		"the tiles are shown",
		`document.querySelector("#map").dataset.basemap === "tiles" && document.querySelectorAll("img.leaflet-tile-loaded").length > 0`,
	)
	page.wait("markers appear", markersShown)
	page.wait(
		"their makers are credited, in text",
		`document.querySelector(".leaflet-control-attribution").textContent.includes("© Town <img src=x onerror=hacked=1> maps")`,
	)
	page.wait(
		"nobody else is",
		`!/OpenStreetMap/.test(document.querySelector(".leaflet-control-attribution").textContent + document.querySelector("#basemap").textContent)`,
	)
	page.checkNotHacked()
	page.shot("basemap-tiles.png")
	page.forgive(tiles.URL)
	page.checkQuiet()
}
