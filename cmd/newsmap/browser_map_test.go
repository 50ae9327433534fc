package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// markersShown is true if the map has markers and has drawn its base map.
const markersShown = `document.querySelectorAll(".place-marker, .cluster-marker").length > 0 && document.querySelectorAll("#stories > ` +
	`.story").length > 0 && document.querySelectorAll(".leaflet-tile-loaded").length > 0 && !document.body.classList.contains("loading")`

// listed counts the stories in the list.
const listed = `document.querySelectorAll("#stories > .story").length`

// counted is the number of stories in view according to the page.
const counted = `Number(document.querySelector("#summary").textContent.match(/[\d,]+/)?.[0].replace(",", ""))`

// baghuz finds the marker of the demo's story about the battle of Baghuz.
const baghuz = `[...document.querySelectorAll(".place-marker")].find((m) => /bagh?o?uz/i.test(m.getAttribute("aria-label")))`

// TestBrowserTilesFail configures tiles that fail.
func TestBrowserTilesFail(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	tiles := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no tiles today", http.StatusInternalServerError)
	}))
	defer tiles.Close()
	page := openTab(t, browser, startProgram(t, "--demo", "--tiles-url", tiles.URL+"/{z}/{x}/{y}.png"))
	page.open("/")
	page.wait("the outlines come back", `document.querySelector("#map").dataset.basemap === "outlines"`)
	page.wait("a notice says so", `/outlines/.test(document.querySelector('.notice[data-subject="basemap"]')?.textContent)`)
	page.wait("outlines are drawn", `document.querySelectorAll("canvas.leaflet-tile-loaded").length > 0`)
	page.wait("markers appear", markersShown)
	page.shot("tiles-fail.png")
	if !slices.ContainsFunc(page.requests(), func(u string) bool { return strings.HasPrefix(u, tiles.URL) }) {
		t.Error("no tile was requested, so nothing failed")
	}
}

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
	page.shot("hover.png")
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("choosing a place opens its popup", `document.querySelector(".leaflet-popup .story-link") !== null`)
	name := page.text(`document.querySelector(".leaflet-popup h2").textContent`)
	page.wait("its stories are marked in the list", `document.querySelectorAll("#stories .story.chosen").length > 0`)
	if !strings.Contains(page.text(`document.querySelector("#stories .story.chosen").textContent`), name) {
		t.Errorf("the marked story does not name %q", name)
	}
	if page.text("location.hash") == "" {
		t.Error("the address has no view")
	}
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

// browseExplanation opens the explanation of a marker and of a listed story.
func browseExplanation(t *testing.T, page *tab) {
	page.open("/?q=Paradise")
	page.wait("the story is listed", listed+" === 1")
	page.click(`document.querySelector("#stories .why-button")`)
	page.wait(
		"the list says why",
		`document.querySelector("#stories .explanation blockquote mark") !== null && document.querySelectorAll("#stories .explanation .reasons li").length > 0`,
	)
	page.wait(
		"and names what lost",
		`document.querySelectorAll("#stories .candidates .won").length === 1 && document.querySelectorAll("#stories .candidates tbody tr").length > 1`,
	)
	page.shot("why-list.png")
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("the popup opens", `document.querySelector(".leaflet-popup .why summary") !== null`)
	page.wait("the map rests", `!document.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim")`)
	page.eval(`document.querySelector(".leaflet-popup .why summary").click()`, nil)
	page.wait("the popup says why", `document.querySelectorAll(".leaflet-popup .candidates tbody tr").length > 1`)
	page.wait("it stays within the map", `document.querySelector(".leaflet-popup-content-wrapper").getBoundingClientRect().top >= 0`)
	page.shot("why.png")
	if won := page.text(`document.querySelector(".leaflet-popup .candidates .won th").textContent`); !strings.HasPrefix(won, "Paradise California") {
		t.Errorf("the chosen candidate is %q", won)
	}
}

// browseClusters opens a cluster with the mouse, and lists its stories.
func browseClusters(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	x, y := page.middle(`document.querySelector(".cluster-marker")`)
	page.do(chromedp.MouseClickXY(x, y, chromedp.ButtonRight))
	page.wait(
		"the other button lists what is in it",
		`document.querySelectorAll(".leaflet-popup .popup-stories li").length > 0 && document.querySelectorAll(".leaflet-popup `+
			`[data-format]").length === document.body.dataset.formats.split(", ").length`,
	)
	page.shot("cluster.png")
	listedInPopup := page.text(`document.querySelector(".leaflet-popup .meta").textContent`)
	resp, err := http.Get(page.text(`document.querySelector('.leaflet-popup [data-format="geojson"]').href`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if stories := checkRFC7946(t, body); fmt.Sprint(len(stories)) != regexp.MustCompile(`\d+`).FindString(listedInPopup) {
		t.Errorf("the popup counts %q, its file has %d stories", listedInPopup, len(stories))
	}
	page.do(chromedp.KeyEvent("\x1b"))
	before := page.text(`location.hash`)
	page.eval(`document.querySelector(".leaflet-popup-close-button")?.click()`, nil)
	page.click(`document.querySelector(".cluster-marker")`)
	page.wait("a press goes nearer", "location.hash !== "+quote(before))

	// Places at one point: the maximum zoom cannot separate them.
	page.open("/?q=Baghuz")
	page.wait("markers appear", markersShown)
	page.eval(`document.querySelector("#stories .place.others").click()`, nil)
	page.wait("all places are listed", `document.querySelectorAll("#stories .place:not(.others, .why-button)").length > 4`)
}

// browseEmbed checks the map in a frame on another site.
func browseEmbed(t *testing.T, page *tab) {
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(
			w,
			`<!doctype html><title>host</title><link rel="icon" href="data:,"><h1>A page elsewhere</h1><iframe src="%s/embed?q=Baghuz&amp;locale=en" `+
				`width="800" height="500"></iframe>`,
			page.base,
		)
	}))
	defer host.Close()
	page.do(chromedp.Navigate(host.URL))
	page.shot("embed-host.png")
	page.open("/embed?q=Baghuz")
	page.wait("markers appear", `document.querySelectorAll(".place-marker, .cluster-marker").length > 0`)
	page.wait("the way to the whole page keeps the view", `/\/\?q=Baghuz#/.test(document.querySelector("#whole").href)`)
	page.shot("embed.png")
	page.forgive(host.URL)
}
