package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowserEveryone checks what axe-core cannot: the focus order and its visibility, Escape,
// reduced motion, and that the list contains everything on the map.
func TestBrowserEveryone(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--token", "secret")
	browseAll(t, browser, base, []browsing{
		{"FocusOrder", browseFocusOrder},
		{"Escape", browseEscape},
		{"ReducedMotion", browseReducedMotion},
		{"ListHasAll", browseListHasAll},
	})
}

// focused describes the element with the focus: its part of the page, its kind, and whether it
// or its label has a visible ring.
const focused = `(() => {
	const e = document.activeElement;
	const part = e.closest(".skip, .masthead, #filters, .summary, #stories, .credits, #map, .over-map, #basemap, #legend, #time");
	const seen = [e, e.parentElement, e.firstElementChild, e.nextElementSibling].filter(Boolean).some((n) => { const s = getComputedStyle(n); ` +
	`return s.boxShadow.includes("0px 0px 0px 4px") || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0; });
	const box = e.getBoundingClientRect();
	const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
	return JSON.stringify({part: part ? (part.id || part.classList[0]) : "", what: e.outerHTML.slice(0, 120), seen, within});
})()`

// browseFocusOrder presses the tab key until the end of the map page.
func browseFocusOrder(t *testing.T, page *tab) {
	page.theme("light")
	page.open("/?q=Paradise&locale=en")
	page.wait("the story is listed", listed+` === 1 && document.querySelector(".chart rect") !== null`)
	var parts []string
	for range 90 {
		page.do(chromedp.KeyEvent(kb.Tab))
		var at struct {
			Part, What   string
			Seen, Within bool
		}
		if err := json.Unmarshal([]byte(page.text(focused)), &at); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(at.What, "<body") || len(parts) > 0 && at.Part == "skip" && parts[len(parts)-1] == "time" {
			break // back at the beginning
		}
		if !at.Seen || !at.Within {
			t.Errorf("the focus is on %s, and a ring is seen: %v, on the screen: %v", at.What, at.Seen, at.Within)
		}
		if len(parts) == 0 || parts[len(parts)-1] != at.Part {
			parts = append(parts, at.Part)
		}
	}
	want := []string{"skip", "masthead", "filters", "summary", "stories", "credits", "map", "over-map", "basemap", "time"}
	got := slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return part == "summary" }) // only if some stories have no place
	if !slices.Equal(got, slices.DeleteFunc(want, func(part string) bool { return part == "summary" })) {
		t.Errorf("the focus goes through %v, want %v", parts, want)
	}
}

// browseEscape opens everything that opens and closes it with Escape.
func browseEscape(t *testing.T, page *tab) {
	page.theme("light")
	page.open("/?q=Paradise")
	page.wait("the story is listed", listed+" === 1")
	for _, opened := range []struct{ opener, open, body string }{
		{"#share", "press", "#share-menu:not([hidden])"},
		{"#language", "press", "#language-menu:not([hidden])"},
		{".place-marker", "press", ".leaflet-popup"},
	} {
		page.eval(`document.querySelector(`+quote(opened.opener)+`).focus()`, nil)
		page.do(chromedp.KeyEvent(kb.Enter))
		page.wait(opened.opener+" opens", `document.querySelector(`+quote(opened.body)+`) !== null`)
		page.do(chromedp.KeyEvent(kb.Escape))
		page.wait("Escape closes "+opened.body, `document.querySelector(`+quote(opened.body)+`) === null`)
		page.wait("the focus is back on "+opened.opener, `document.activeElement.matches(`+quote(opened.opener)+`)`)
	}
	page.eval(`document.querySelector("#q").focus(); document.querySelector("#q").value = ""`, nil)
	page.do(chromedp.SendKeys("#q", "Chic", chromedp.ByQuery))
	page.wait(
		"suggestions open",
		`document.querySelectorAll(".suggestion").length > 0 && document.querySelector("#q").getAttribute("aria-expanded") === "true"`,
	)
	page.do(chromedp.KeyEvent(kb.Escape))
	page.wait(
		"Escape closes them and keeps what was typed",
		`document.querySelector("#q").getAttribute("aria-expanded") === "false" && document.querySelector("#q").value === "Chic"`,
	)
}

// browseReducedMotion checks that nothing moves by itself if the reader prefers reduced
// motion. Without the preference something must move, or the test could not fail.
func browseReducedMotion(t *testing.T, page *tab) {
	const watch = `window.moved = 0; document.addEventListener("transitionrun", () => window.moved++, true); ` +
		`document.addEventListener("animationstart", () => window.moved++, true); undefined`
	for _, c := range []struct {
		wish string
		rest bool
	}{{"reduce", true}, {"no-preference", false}} {
		page.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: c.wish}}))
		page.open("/")
		page.wait("markers appear", markersShown)
		page.eval(watch, nil)
		page.hover(`document.querySelector("#stories .story")`)
		page.wait("its markers are lit", `document.querySelectorAll(".place-marker.lit, .cluster-marker.lit").length > 0`)
		page.click(`document.querySelector("#stories .story .place")`)
		page.wait("a popup opens", `document.querySelector(".leaflet-popup .story-link") !== null`)
		page.wait(
			"the page is at rest",
			`!document.body.classList.contains("loading") && document.getAnimations().filter((a) => a.playState === "running").length === 0`,
		)
		if moved := page.number("window.moved"); c.rest != (moved == 0) {
			t.Errorf("with the wish %q, %v things moved", c.wish, moved)
		}
	}
}

// browseListHasAll checks that the list has everything on the map: each story with each of its
// places, as text and as a control that shows it.
func browseListHasAll(t *testing.T, page *tab) {
	page.theme("light")
	page.open("/")
	page.wait("markers appear", markersShown)
	for page.number(`document.querySelectorAll("#stories .more button").length`) > 0 {
		before := page.number(listed)
		page.eval(`document.querySelector("#stories .more button").click()`, nil)
		page.wait("more stories come", listed+" > "+format(before))
	}
	page.eval(`for (const b of document.querySelectorAll("#stories .place.others")) b.click()`, nil)
	var missing []string
	page.do(
		chromedp.Evaluate(
			`fetch("/api/features.geojson?limit=10000").then((r) => r.json()).then((all) => all.features.filter((f) => f.geometry).map((f) => `+
				`f.properties).filter((p) => {
		const story = document.querySelector('#stories [data-story="' + CSS.escape(p.story_id) + '"]');
		const place = story && story.querySelector('button[data-place="' + CSS.escape(p.place_id) + '"]');
		return !place || !place.textContent.includes(p.place);
	}).map((p) => p.title + " at " + p.place).concat(all.features.length > 100 ? [] : ["only " + all.features.length + " features were compared"]))`,
			&missing,
			awaited,
		),
	)
	if len(missing) > 0 {
		t.Errorf("the map has %d that the list lacks: %s", len(missing), fmt.Sprint(missing[:min(5, len(missing))]))
	}
}
