package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeRules are the rules of axe-core that the pages are held to: all of WCAG up
// to 2.2 AA, and what axe calls good practice.
const axeRules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// axeViolation is what axe-core reports of one rule, cut to what a person needs.
type axeViolation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// axeStates are the pages, and what can be opened on them. An empty path stays
// on the page before.
var axeStates = []struct{ name, path, ready, act, acted string }{
	{"map", "/?locale=en", markersShown + ` && document.querySelector(".chart rect")`, "", "true"},
	{"filters", "", "true",
		`document.querySelector("#more-filters").open = true; document.querySelector("#key details").open = true; document.querySelector("#stories .why-button").click()`,
		`document.querySelectorAll("#stories .explanation .reasons li").length > 0`},
	{"share", "", "true", `document.querySelector("#share").click()`, `document.querySelector("#downloads a") !== null`},
	{"popup", "/?q=Paradise", listed + " === 1", `document.querySelector("#stories .story .place").click()`, `document.querySelector(".leaflet-popup .why summary") !== null`},
	{"why here", "", "true", `document.querySelector(".leaflet-popup .why").open = true`, `document.querySelectorAll(".leaflet-popup .candidates tbody tr").length > 1`},
	{"countries", "/?layer=countries", `document.querySelectorAll("path.shade").length > 20 && document.querySelector("#legend .swatch")`, "", "true"},
	{"drawer", "/?drawer=unlocated", `document.querySelector("dialog.drawer").open`, "", "true"},
	{"embed", "/embed", `document.querySelectorAll(".place-marker, .cluster-marker").length > 0`, "", "true"},
	{"story", "STORY", `document.querySelector("mark") && document.querySelector(".place-marker")`, "", "true"},
	{"place", "PLACE", `document.querySelector("h1") && document.querySelector(".place-marker")`, "", "true"},
	{"error", "/stories/none", `document.querySelector("h1")`, "", "true"},
	{"Arabic", "/?locale=ar", markersShown, "", "true"},
}

// TestAccessible runs axe-core on every page, in both themes, on a wide screen
// and on a phone.
func TestAccessible(t *testing.T) {
	browser := startBrowser(t)
	script, err := os.ReadFile(filepath.Join("testdata", "axe", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	base := startProgram(t, "--demo", "--token", "secret")
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"wide", 1440, 900}, {"phone", 390, 844}} {
		page := openTab(t, browser, base)
		page.do(chromedp.EmulateViewport(screen.width, screen.height))
		page.theme("light")
		page.open("/?q=Paradise")
		page.wait("the story is listed", listed+" === 1")
		addresses := map[string]string{
			"STORY": page.text(`document.querySelector('#stories a[href*="/stories/"]').getAttribute("href")`),
			"PLACE": "/places/" + page.text(`document.querySelector("#stories [data-place]").dataset.place`),
		}
		for _, state := range axeStates {
			t.Run(state.name+"/"+screen.name, func(t *testing.T) {
				page.t = t
				if state.path != "" {
					path := state.path
					if known, ok := addresses[path]; ok {
						path = known
					}
					page.open(path)
				}
				page.wait("the page", state.ready)
				if state.act != "" {
					page.eval(state.act+"; undefined", nil)
				}
				page.wait("what is opened", state.acted)
				page.wait("the page is at rest", `!document.querySelector("[aria-busy]") && !document.body.classList.contains("loading")`)
				page.wait("the map is at rest", still(".leaflet-popup, .leaflet-map-pane"))
				for _, theme := range []string{"dark", "light"} {
					page.theme(theme)
					page.wait("the theme", "document.documentElement.dataset.theme === "+quote(theme))
					for _, v := range page.axe(string(script)) {
						t.Errorf("%s: %s: %s\n\t%s", theme, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
					}
				}
			})
		}
	}
}

// still is true when what a selector finds has not moved since it was last asked.
func still(selector string) string {
	return `(() => { const now = [...document.querySelectorAll(` + quote(selector) + `)].map((e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.height]; }).join(); const before = window.stillBefore; window.stillBefore = now; return now === before; })()`
}

// awaited waits for the promise that an expression gives.
func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

// theme asks for light or dark, and for things to stay still.
func (p *tab) theme(name string) {
	p.t.Helper()
	p.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}))
}

// axe runs axe-core in the page, and makes sure that it looked at something.
func (p *tab) axe(script string) []axeViolation {
	p.t.Helper()
	var known bool
	p.eval(`"axe" in window`, &known)
	if !known {
		p.eval(script+"; undefined", nil)
	}
	var answer string
	p.do(chromedp.Evaluate(`axe.run(document, {runOnly: `+axeRules+`, resultTypes: ["violations"]}).then((found) => JSON.stringify({
		passes: found.passes.length,
		violations: found.violations.map((v) => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => n.target.join(" ") + ": " + n.failureSummary)})),
	}))`, &answer, awaited))
	var found struct {
		Passes     int            `json:"passes"`
		Violations []axeViolation `json:"violations"`
	}
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		p.t.Fatal(err)
	}
	if found.Passes < 10 {
		p.t.Errorf("only %d rules had something to pass", found.Passes)
	}
	return found.Violations
}
