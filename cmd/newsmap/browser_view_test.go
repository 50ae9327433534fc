package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browseMapAndList checks that the list shows the stories in view, that map and list highlight
// each other, and that the keyboard works in both.
func browseMapAndList(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	world := page.number(counted)
	page.open("/#5/35/39")
	page.wait("the list follows the view", markersShown+" && "+counted+" > 0 && "+counted+" < "+format(world))
	var strays []string
	page.do(chromedp.Evaluate(`fetch("/api/features.geojson?limit=10000").then((r) => r.json()).then(({features}) => {
		const pixels = 256 * 2 ** 5; // the world at zoom 5, by the spherical Mercator projection
		const { clientWidth: x, clientHeight: y } = document.querySelector("#map");
		const up = (lat) => pixels / 2 - (pixels / 2 / Math.PI) * Math.asinh(Math.tan((lat * Math.PI) / 180));
		const inView = ([lon, lat]) => Math.abs(((lon - 39) / 360) * pixels) <= x / 2 + 1 && Math.abs(up(lat) - up(35)) <= y / 2 + 1;
		const there = new Set(features.filter((f) => f.geometry && inView(f.geometry.coordinates)).map((f) => f.properties.story_id));
		return [...document.querySelectorAll("#stories > .story")].filter((s) => !there.has(s.dataset.story)).map((s) => s.textContent.slice(0, `+
		`80)).concat(there.size === `+counted+` ? [] : [there.size + " stories lie in view"]);
	})`, &strays, awaited))
	if len(strays) > 0 {
		t.Errorf("the list is not of the view: %q", strays)
	}

	// A visible marker of a place of a listed story.
	const lone = `[...document.querySelectorAll(".place-marker")].find((m) => { const r = m.getBoundingClientRect(); return ` +
		`m.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)) && document.querySelector('#stories [data-place="' + ` +
		`m.dataset.place + '"]'); })`
	page.wait("a marker stands by itself", lone)
	place := page.text(lone + ".dataset.place")
	page.hover(lone)
	page.wait("hovering a marker lights its stories", `document.querySelectorAll("#stories .story.lit").length > 0`)
	if astray := page.number(
		`[...document.querySelectorAll("#stories .story.lit")].filter((s) => !s.querySelector('[data-place="` + place + `"]') && !s.querySelector(".others")).length`,
	); astray > 0 {
		t.Errorf("%v stories are lit that do not name %s", astray, place)
	}
	page.shot("map-lights-list.png")

	page.eval(`document.querySelector("#stories h2 a").focus()`, nil)
	page.do(chromedp.KeyEvent(kb.ArrowDown))
	page.wait("an arrow goes to the next story", `document.activeElement.closest(".story") === document.querySelectorAll("#stories > .story")[1]`)
	page.do(chromedp.KeyEvent(kb.ArrowRight))
	page.wait("the arrow towards the map goes to its marker", `document.activeElement.matches(".place-marker, .cluster-marker, .area-marker")`)
	before := page.text(`document.activeElement.getAttribute("aria-label")`)
	for _, key := range []string{kb.ArrowUp, kb.ArrowDown, kb.ArrowLeft, kb.ArrowRight} {
		page.do(chromedp.KeyEvent(key))
		if page.text(`document.activeElement.getAttribute("aria-label")`) != before {
			return
		}
	}
	t.Errorf("arrow keys stay on the marker %q", before)
}

// browseWholeView checks that the address contains the whole view.
func browseWholeView(t *testing.T, page *tab) {
	page.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			allow := browser.SetPermission(&browser.PermissionDescriptor{Name: name}, browser.PermissionSettingGranted).WithOrigin(page.base)
			if err := allow.Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)); err != nil {
				return err
			}
		}
		return nil
	}))
	page.open("/?theme=dark&role=focus&datetime=2018-01-01/2020-12-31#5/35.00/39.00")
	page.wait("markers appear", markersShown)
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("a popup opens", `document.querySelector(".leaflet-popup .story-link")`)
	page.wait("the map is at rest", still(".leaflet-popup, .leaflet-map-pane"))
	opened := page.text(`document.querySelector(".leaflet-popup h2").textContent`)
	view := page.text("location.href")
	for _, part := range []string{"theme=dark", "role=focus", "datetime=2018-01-01/2020-12-31", "selected=place:", "#"} {
		if !strings.Contains(view, part) {
			t.Errorf("%s is not in the address %s", part, view)
		}
	}
	page.eval(`document.querySelector("#share").click(); document.querySelector("#share-menu .copy button").click()`, nil)
	page.wait("the button says that it has copied", `/[Cc]opied/.test(document.querySelector("#share-menu .copy button").textContent)`)
	page.shot("share-copied.png")
	var copied string
	page.do(chromedp.Evaluate("navigator.clipboard.readText()", &copied, awaited))
	if copied != view {
		t.Errorf("copied was %q, the address is %q", copied, view)
	}
	code := page.text(`document.querySelector("#share-embed").value`)

	page.open(strings.TrimPrefix(copied, page.base))
	page.wait("the same place is open", `document.querySelector(".leaflet-popup h2")?.textContent === `+quote(opened))
	page.wait("the map stands where it stood", "location.href === "+quote(view))
	page.wait(
		"theme, roles and time are as they were",
		`document.documentElement.dataset.theme === "dark" && !document.querySelector("#role-mention").checked && document.querySelector('#chips `+
			`[data-filter="datetime"]')`,
	)
	page.shot("view-restored.png")
	page.do(chromedp.KeyEvent(kb.Escape))
	page.eval(`document.querySelector(".leaflet-popup-close-button")?.click()`, nil)
	page.wait("closing it takes it from the address", `!location.search.includes("selected")`)
	page.eval("history.back()", nil)
	page.wait("back opens it again", `document.querySelector(".leaflet-popup h2")?.textContent === `+quote(opened))
	page.eval("history.forward()", nil)
	page.wait("forward closes it", `!document.querySelector(".leaflet-popup h2")`)

	src := regexp.MustCompile(`src="([^"]+)"`).FindStringSubmatch(code)
	if src == nil {
		t.Fatalf("the code has no address: %s", code)
	}
	resp, err := http.Get(html.UnescapeString(src[1]))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if policy := resp.Header.Get(
		"Content-Security-Policy",
	); resp.StatusCode != http.StatusOK || !strings.Contains(policy, "frame-ancestors *") ||
		strings.Contains(policy, "unsafe") {
		t.Errorf("the frame %s: %s, %s", src[1], resp.Status, policy)
	}
	page.open(strings.TrimPrefix(html.UnescapeString(src[1]), page.base))
	page.wait("the frame has the same place open", `document.querySelector(".leaflet-popup h2")?.textContent === `+quote(opened))
}

// browseGlyphs checks that markers show roles and doubt without colours.
func browseGlyphs(t *testing.T, page *tab, d *detour) {
	var features []string
	for i, c := range []struct {
		role       string
		confidence float64
	}{{"focus", 0.9}, {"dateline", 0.9}, {"mention", 0.9}, {"focus", 0.3}, {"dateline", 0.3}, {"mention", 0.3}} {
		features = append(
			features,
			fmt.Sprintf(
				`{"type":"Feature","geometry":{"type":"Point","coordinates":[%d,%d]},"properties":{"story_id":"s%d","title":"Story","url":null,`+
					`"outlet":"Post","published":"2020-01-02T03:04:05Z","lang":"en","place_id":"p%d","place":"%s %.1f","country":"FR","admin1":null,`+
					`"precision":"city","role":"%s","confidence":%g,"mentions":1,"evidence":null}}`,
				-10+10*(i%3),
				48-6*(i/3),
				i,
				i,
				c.role,
				c.confidence,
				c.role,
				c.confidence,
			),
		)
	}
	d.answer("/api/features.geojson", `{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`)
	page.open("/?theme=light#5/45/0")
	page.wait("the markers stand", `document.querySelectorAll(".place-marker .glyph").length === 6`)
	page.wait("they are at rest", still(".place-marker"))
	look := func(role string, doubt bool) (width float64, filled, dotted bool) {
		var got struct {
			Width  float64
			Fill   string
			Border string
		}
		not := map[bool]string{true: ".doubt", false: ":not(.doubt)"}[doubt]
		page.eval(
			`(() => { const g = document.querySelector(".place-marker .glyph.`+role+not+`"), s = getComputedStyle(g), paper = `+
				`getComputedStyle(document.querySelector("#panel")).backgroundColor;
			return {width: g.offsetWidth, fill: s.backgroundColor === paper ? "none" : s.backgroundColor, border: s.borderTopStyle}; })()`,
			&got,
		)
		return got.Width, got.Fill != "none", got.Border == "dotted"
	}
	focus, focusFilled, _ := look("focus", false)
	_, datelineFilled, _ := look("dateline", false)
	mention, mentionFilled, _ := look("mention", false)
	if !focusFilled || datelineFilled || !mentionFilled || mention >= focus {
		t.Errorf("focus: %v pixels, filled %v; dateline: filled %v; mention: %v pixels, filled %v", focus, focusFilled, datelineFilled, mention, mentionFilled)
	}
	for _, role := range []string{"focus", "dateline", "mention"} {
		if _, filled, dotted := look(role, true); filled || !dotted {
			t.Errorf("a doubtful %s is filled: %v, dotted: %v", role, filled, dotted)
		}
	}
	page.drawn()
	page.shot("glyphs.png")
	page.paint("dark")
	page.open("/?theme=dark#5/45/0")
	page.wait("the markers stand", `document.querySelectorAll(".place-marker .glyph").length === 6`)
	page.drawn()
	page.shot("glyphs-dark.png")
}
