package main

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browseMarkers checks what markers show: roles, doubt, countries as areas, counts and age of
// clusters.
func browseMarkers(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	page.wait("countries are drawn as areas", `document.querySelectorAll(".area-shape").length > 20`)
	page.wait(
		"clusters say how old their newest story is",
		`[...document.querySelectorAll(".cluster-marker small")].some((e) => /^\d+(m|h|d|w|y|mo)/.test(e.dataset.age))`,
	)
	if pins := page.number(
		`[...document.querySelectorAll(".place-marker")].filter((m) => m.getAttribute("aria-label").startsWith("Russia:")).length`,
	); pins != 0 {
		t.Error("a country is drawn as a marker")
	}
	page.wait("a country's label opens its stories", `document.querySelector(".area-marker:not(.crowded)") !== null`)
	page.eval(`document.querySelector(".area-marker:not(.crowded)").focus()`, nil)
	page.wait("it lights its stories in the list", `document.querySelectorAll("#stories .story.lit").length > 0`)
	page.shot("country.png")
	page.do(chromedp.KeyEvent("\r"))
	page.wait("its popup opens", `/country/.test(document.querySelector(".leaflet-popup .meta")?.textContent)`)
	page.do(chromedp.KeyEvent("\x1b"))

	page.open("/?min_confidence=0#5/20/0")
	page.wait("markers appear", markersShown)
	page.eval(`document.querySelector(".key summary").click()`, nil)
	page.wait(
		"the key tells the marks apart",
		`document.querySelectorAll(".key li").length === 8 && document.querySelector(".key .badge") !== null && document.querySelector(".key .doubt") !== null`,
	)
	page.eval(`document.querySelector(".key").scrollIntoView()`, nil)
	page.shot("key.png")
}

// browseLayers switches through the layers.
func browseLayers(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	page.click(`document.querySelector('#layers input[value="heat"] + span')`)
	page.wait(
		"the heat is drawn",
		`(() => { const c = document.querySelector(".leaflet-heatmap-layer"); return c && c.getContext("2d").getImageData(0, 0, c.width, `+
			`c.height).data.some((v) => v > 0); })()`,
	)
	page.wait("the markers are gone", `document.querySelectorAll(".place-marker, .cluster-marker, .area-shape").length === 0`)
	page.shot("heat.png")
	page.click(`document.querySelector('#layers input[value="countries"] + span')`)
	page.wait("countries are shaded", `document.querySelectorAll("path.shade").length > 20`)
	page.wait("the legend says what shades mean", `document.querySelectorAll("#legend .swatch").length >= 3`)
	page.eval(`document.querySelector("#legend summary").click()`, nil)
	page.shot("countries.png")
	page.eval(`document.querySelector("#legend .row").click()`, nil)
	page.wait(
		"choosing a country filters by it",
		`/country=[A-Z]{2}/.test(location.search) && document.querySelector('#chips [data-filter="country"]') !== null`,
	)
	page.eval("history.back()", nil)
	page.wait("back drops the filter and keeps the layer", `location.search === "?layer=countries"`)
	page.eval("history.go(-2)", nil)
	page.wait("back to the markers", `location.search === "" && document.querySelectorAll(".cluster-marker").length > 0`)
	page.eval("history.go(2)", nil)
	page.wait(
		"forward to the countries",
		`document.querySelector('#layers input[value="countries"]').checked && document.querySelectorAll("path.shade").length > 20`,
	)
}

// browseTheme switches the theme and checks the map.
func browseTheme(t *testing.T, page *tab) {
	page.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
	page.open("/")
	page.wait("markers appear", markersShown)
	dark := page.text("getComputedStyle(document.body).backgroundColor")
	page.shot("map-dark.png")
	page.eval(`document.querySelector("#theme").click()`, nil)
	page.wait("the switch goes to light", `document.documentElement.dataset.theme === "light"`)
	if light := page.text("getComputedStyle(document.body).backgroundColor"); light == dark {
		t.Errorf("light and dark are both %s", light)
	}
	page.open("/?theme=dark")
	page.wait("the address goes before the choice", `document.documentElement.dataset.theme === "dark"`)
	page.open("/")
	page.wait("the choice is kept", `document.documentElement.dataset.theme === "light"`)
	page.eval(`localStorage.clear()`, nil)
}

// browseTime selects a period, moves it with the keyboard, and plays it.
func browseTime(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	page.wait("the chart is drawn", `document.querySelectorAll(".chart rect").length > 20`)
	all := page.number(counted)
	page.drag(`document.querySelector(".chart")`, 0.4, 0.6)
	page.wait(
		"drawing on the chart chooses a part of time",
		`/datetime=\d{4}-\d\d-\d\d\/\d{4}/.test(location.search) && document.querySelector('#chips [data-filter="datetime"]') !== null`,
	)
	page.wait("the list follows", "(() => { const n = "+counted+"; return n > 0 && n < "+format(all)+"; })()")
	page.wait("bars outside fade", `document.querySelectorAll(".chart rect.out").length > 10`)
	page.shot("time.png")
	before := page.text("location.search")
	page.eval(`document.querySelector(".handle-from").focus()`, nil)
	page.do(chromedp.KeyEvent("\u0302")) // ArrowRight
	page.wait("arrow keys move an end", "location.search !== "+quote(before))
	page.click(`document.querySelector('.time input[value="7d"] + span')`)
	page.wait("a period until now takes its place", `location.search === "?period=7d"`)
	page.wait("nothing is of the last week, and that is said", `/No stories match/.test(document.querySelector("#status").textContent)`)
	page.click(`document.querySelector('.time input[value=""] + span')`)
	page.wait("all is back", `location.search === "" && `+counted+" === "+format(all))
	page.click(`document.querySelector("#play")`)
	page.wait("play walks", `/datetime=/.test(location.search)`)
	first := page.text("location.search")
	page.wait("play walks on", "location.search !== "+quote(first))
	page.click(`document.querySelector("#play")`)
	page.click(`document.querySelector('.time input[value="fetched"] + span')`)
	page.wait("received and published are told apart", `location.search.includes("by=fetched") && !document.querySelector(".brush").hidden`)
	if badges := page.number(`document.querySelectorAll("#stories .badge").length`); badges != 0 {
		t.Errorf("%v badges of late news in an archive", badges)
	}
}
