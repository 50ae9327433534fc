package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeRules are the rules of axe-core that are checked: WCAG up to 2.2 AA and the best
// practices of axe. axeColours are the rules that depend on the theme.
const (
	axeRules   = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	axeColours = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// axeViolation is a violation reported by axe-core, with the fields that a person needs.
type axeViolation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// axeState is a page, or a state of it after an action.
type axeState struct {
	name, path string // an empty path stays on the current page
	ready      string // JavaScript that becomes true when the page is ready
	act        string // JavaScript of the action
	amiss      func(*tab, *detour)
	acted      string // JavaScript that becomes true after the action
}

const (
	anyMarkers  = `document.querySelectorAll(".place-marker, .cluster-marker").length > 0`
	popupOpen   = `document.querySelector(".leaflet-popup-content")`
	oneListed   = listed + " === 1"
	chartDrawn  = `document.querySelector(".chart rect")`
	typedSearch = `(() => { const q = document.querySelector("#q"); q.focus(); q.value = "Chic"; q.dispatchEvent(new Event("input", {bubbles: true})); })()`
	typedDraft  = `(() => { const e = document.querySelector("#add-text"); e.value = "` + draftText + `"; ` +
		`e.dispatchEvent(new Event("input", {bubbles: true})); })()`
	rightClick = `.dispatchEvent(new MouseEvent("contextmenu", {bubbles: true, cancelable: true, button: 2, clientX: innerWidth * 0.7, ` +
		`clientY: innerHeight * 0.3}))`
)

// axeStates are checked one after the other. The list is short unless it matters, as axe-core
// checks every entry.
var axeStates = []axeState{
	{name: "map", path: "/?locale=en", ready: markersShown + " && " + chartDrawn},
	{
		name:  "filters",
		ready: "true",
		act: `document.querySelector("#more-filters").open = true; document.querySelector("#key details").open = true; ` +
			`document.querySelector("#stories .why-button").click()`,
		acted: `document.querySelectorAll("#stories .explanation .reasons li").length > 0`,
	},
	{
		name:  "cluster",
		act:   `document.querySelector(".cluster-marker")` + rightClick,
		acted: popupOpen + ` && document.querySelectorAll(".leaflet-popup .popup-stories li").length > 0`,
	},
	{
		name:  "popup",
		path:  "/?q=Paradise",
		ready: oneListed,
		act:   `document.querySelector("#stories .story .place").click()`,
		acted: `document.querySelector(".leaflet-popup .why summary")`,
	},
	{
		name:  "why here",
		act:   `document.querySelector(".leaflet-popup .why").open = true`,
		acted: `document.querySelectorAll(".leaflet-popup .candidates tbody tr").length > 1`,
	},
	{name: "suggestions", act: typedSearch, acted: `document.querySelectorAll("#suggestions .suggestion").length > 1`},
	{name: "share", act: `document.querySelector("#share").click()`, acted: `document.querySelector("#downloads a")`},
	{name: "languages", act: `document.querySelector("#language").click()`, acted: `document.querySelectorAll("#language-menu a").length > 5`},
	{name: "picked point", act: `document.querySelector("#map")` + rightClick, acted: `document.querySelector(".pick")`},
	{
		name:  "same point",
		path:  "/#14/45.75/4.85",
		amiss: func(_ *tab, d *detour) { d.answer("/api/features.geojson", collectionAt(4.85, 45.75, 9)) },
		ready: `document.querySelector(".cluster-marker")`,
		act:   `document.querySelector(".cluster-marker").focus(); document.querySelector(".cluster-marker").click()`,
		acted: `document.querySelectorAll(".leaflet-popup .rows .row").length === 9`,
	},
	{name: "countries", path: "/?layer=countries", ready: `document.querySelectorAll("path.shade").length > 20 && document.querySelector("#legend .swatch")`},
	{name: "heat", path: "/?layer=heat&q=Baghuz", ready: `document.querySelector(".leaflet-heatmap-layer") && ` + listed + " > 0"},
	{
		name:  "time",
		path:  "/?q=Syria&datetime=2018-01-01/2019-12-31",
		ready: listed + ` > 0 && document.querySelectorAll(".chart rect.out").length > 0`,
		act:   `document.querySelector(".handle-from").focus()`,
		acted: `document.activeElement.matches(".handle-from")`,
	},
	{name: "nothing found", path: "/?q=zzzz", ready: `/No stories match/.test(document.querySelector("#status").textContent)`},
	{name: "nonsense", path: "/?role=king&q=Baghuz#99/x/1", ready: `document.querySelector('.notice[data-subject="ignored"]') && ` + listed + " > 0"},
	{name: "news", amiss: func(p *tab, d *detour) {
		postStory(p.t, d.URL+"/", "A market opens, says "+d.URL, "A market opened again in Baghuz, Syria.")
	}, ready: `!document.querySelector("#fresh").hidden`},
	{
		name:  "server gone",
		amiss: func(p *tab, d *detour) { d.leave(); p.do(chromedp.SendKeys("#q", "Kobe\r", chromedp.ByQuery)) },
		ready: `document.querySelector('.notice[data-subject="connection"]')`,
	},
	{
		name:  "unlocated",
		path:  "/?q=minded&drawer=unlocated",
		ready: `document.querySelector("dialog.drawer").open && document.querySelector("dialog.drawer li")`,
	},
	{name: "add", path: "/?q=Baghuz&drawer=add", ready: `document.querySelector("dialog[open] .add-form .leaflet-container")`},
	{
		name:  "add, looked through",
		act:   typedDraft,
		acted: `/Aleppo/.test(document.querySelector(".found")?.textContent) && document.querySelectorAll(".add-form .place-marker").length > 1`,
	},
	{
		name: "add, wrong token",
		act: `document.querySelector("#add-token").value = "wrong"; document.querySelector("#add-token").dispatchEvent(new Event("input", ` +
			`{bubbles: true})); document.querySelector(".add-form .primary").click()`,
		acted: `/does not know this token/.test(document.querySelector("#add-said").textContent)`,
	},
	{name: "embed", path: "/embed", ready: anyMarkers},
	{name: "story", path: "STORY", ready: `document.querySelector("mark") && document.querySelector(".place-marker")`},
	{name: "story, why", act: `document.querySelector(".text mark a").click()`, acted: cardOpen},
	{name: "place", path: "PLACE", ready: `document.querySelector("h1") && document.querySelector(".place-marker")`},
	{name: "error", path: "/stories/none", ready: `document.querySelector("h1")`},
	{name: "Arabic", path: "/?locale=ar", ready: markersShown},
}

// TestAccessible runs axe-core on every page and everything that opens on it, in both themes,
// on a wide screen and on a phone.
func TestAccessible(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(filepath.Join("testdata", "axe", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	base := startProgram(t, "--demo", "--token", "secret")
	postStory(t, base+"/", "A quiet day", "Nothing came to pass, and nobody minded.") // a story without a place
	for _, screen := range []struct {
		name          string
		width, height int64
	}{{"wide", 1440, 900}, {"phone", 390, 844}} {
		t.Run(screen.name, func(t *testing.T) {
			t.Parallel()
			d := newDetour(t, base)
			page := openTab(t, startBrowser(t), d.URL) // its own browser, as a tab in the background is paused
			page.do(chromedp.EmulateViewport(screen.width, screen.height))
			addresses := map[string]string{"STORY": page.storyOf("Paradise"), "PLACE": "/places/geonames:163843"}
			for _, state := range axeStates {
				t.Run(state.name, func(t *testing.T) {
					page.t = t
					page.reach(state, cmp.Or(addresses[state.path], state.path), d)
					page.checkAxe("light", string(script), axeRules)
					page.checkAxe("dark", string(script), axeColours)
				})
			}
		})
	}
}

// reach brings the page to a state and waits until nothing moves.
func (p *tab) reach(state axeState, path string, d *detour) {
	p.t.Helper()
	p.theme("light")
	if path != "" {
		d.restore()
	}
	if state.amiss != nil {
		state.amiss(p, d)
	}
	if path != "" {
		p.open(path)
	}
	if state.ready != "" {
		p.wait("the page", state.ready)
	}
	if state.act != "" {
		p.eval(state.act+"; undefined", nil)
		p.wait("what is opened", state.acted)
	}
	p.wait("the page is at rest", `!document.querySelector("[aria-busy]") && !document.body.classList.contains("loading")`)
	p.wait("the map is at rest", still(".leaflet-popup, .leaflet-map-pane"))
}

// checkAxe checks the page in a theme against rules.
func (p *tab) checkAxe(theme, script, rules string) {
	p.t.Helper()
	p.theme(theme)
	p.wait("the theme", "document.documentElement.dataset.theme === "+quote(theme))
	for _, v := range p.axe(script, rules) {
		p.t.Errorf("%s: %s: %s\n\t%s", theme, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// still returns JavaScript that is true if the element of a selector has not moved since the last call.
func still(selector string) string {
	return `(() => { const now = [...document.querySelectorAll(` + quote(
		selector,
	) + `)].map((e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.height]; }).join(); const before = window.stillBefore; ` +
		`window.stillBefore = now; return now === before; })()`
}

// awaited waits for the promise of an expression.
func awaited(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }

// theme sets the preferred theme, and reduced motion.
func (p *tab) theme(name string) {
	p.t.Helper()
	p.do(
		emulation.SetEmulatedMedia().
			WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
	)
}

// axe runs axe-core in the page, and checks that it tested something.
func (p *tab) axe(script, rules string) []axeViolation {
	p.t.Helper()
	var known bool
	p.eval(`"axe" in window`, &known)
	if !known {
		p.eval(script+"; undefined", nil)
	}
	var answer string
	p.do(
		chromedp.Evaluate(
			`axe.run(document, {runOnly: `+rules+`, resultTypes: ["violations"], preload: `+strconv.FormatBool(
				rules == axeRules,
			)+`}).then((found) => JSON.stringify({
		passes: found.passes.length,
		violations: found.violations.map((v) => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => n.target.join(" ") + ": " + n.failureSummary)})),
	}))`,
			&answer,
			awaited,
		),
	)
	var found struct {
		Passes     int            `json:"passes"`
		Violations []axeViolation `json:"violations"`
	}
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		p.t.Fatal(err)
	}
	if least := map[string]int{axeRules: 10, axeColours: 1}[rules]; found.Passes < least {
		p.t.Errorf("only %d rules had something to pass", found.Passes)
	}
	return found.Violations
}
