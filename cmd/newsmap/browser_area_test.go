package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBrowserAreas checks countries when there are so many features that the server sends
// clusters: countries must stay areas outside the clusters.
func TestBrowserAreas(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	d := newDetour(t, startProgram(t, "--demo"))
	d.answer(
		"/api/clusters",
		`{"cells":[{"lon":4.9,"lat":45.8,"stories":8000,"features":9000,"newest":"2020-01-02T03:04:05Z","place":"Lyon","bbox":[4,45,6,47],`+
			`"role_counts":{"focus":5000,"mention":4000}}],`+
			`"areas":[{"place_id":"geonames:6252001","place":"United States","country":"US","precision":"country","lon":-98.5,"lat":39.76,`+
			`"stories":1234,"features":1300,"newest":"2020-01-02T03:04:05Z","confidence":0.98,"role_counts":{"dateline":0,"focus":30,"mention":1270}},`+
			`{"place_id":"geonames:3469034","place":"Brazil","country":"BR","precision":"country","lon":-55,"lat":-10,"stories":77,"features":80,`+
			`"newest":"2020-01-02T03:04:05Z","confidence":0.31,"role_counts":{"dateline":0,"focus":0,"mention":80}}],`+
			`"features":10380,"stories":9000,"cut":false}`,
	)
	d.answer("/api/stories", `{"stories":[],"next":null,"counts":{"stories":9000,"features":10380,"unlocated":0}}`)
	d.answer(
		"/api/features.geojson",
		`{"type":"FeatureCollection","features":[{"type":"Feature","id":"s1","geometry":{"type":"Point","coordinates":[-98.5,39.76]},`+
			`"properties":{"story_id":"s1","title":"A tariff for all","url":null,"story_url":"/stories/s1","outlet":"Post",`+
			`"published":"2020-01-02T03:04:05Z","lang":"en","place_id":"geonames:6252001","place":"United States","country":"US","admin1":null,`+
			`"feature_code":"PCLI","precision":"country","role":"focus","confidence":0.98,"mentions":1,"evidence":"The United States answered."}}]}`,
	)
	page := openTab(t, browser, d.URL)
	page.open("/")
	const labels = `document.querySelectorAll(".area-marker")`
	page.wait("two countries are areas", labels+`.length === 2 && document.querySelectorAll(".area-shape").length === 2`)
	page.wait("one cluster stands", `document.querySelectorAll(".cluster-marker").length === 1 && document.querySelectorAll(".place-marker").length === 0`)
	const states = `document.querySelector('.area-marker[data-place="geonames:6252001"]')`
	if label := page.text(states + `.getAttribute("aria-label")`); !strings.Contains(label, "United States") || !strings.Contains(label, "1,234") {
		t.Errorf("the area is labelled %q", label)
	}
	for state, want := range map[string]string{`document.querySelectorAll(".area-shape.focus:not(.doubt)").length`: "1",
		`document.querySelectorAll(".area-shape.mention.doubt").length`: "1"} {
		if got := page.text("String(" + state + ")"); got != want {
			t.Errorf("%s is %s, want %s", state, got, want)
		}
	}
	for name, viewport := range map[string][2]int64{"areas-wide": {1440, 900}, "areas-phone": {390, 844}} {
		page.do(chromedp.EmulateViewport(viewport[0], viewport[1]))
		for _, theme := range []string{"light", "dark"} {
			page.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
			page.shot(name + "-" + theme + ".png")
		}
	}
	page.do(chromedp.EmulateViewport(1440, 900))
	page.open("/")
	page.wait("the countries are drawn anew", labels+".length === 2 && !document.body.classList.contains('loading')")
	page.click(states)
	page.wait(
		"the country opens with what the server counted",
		`/1,234 stories/.test(document.querySelector(".leaflet-popup header")?.textContent) && document.querySelectorAll(".popup-stories > li").length === 1`,
	)
	page.wait("the address holds it", `new URLSearchParams(location.search).get("selected") === "place:geonames:6252001"`)
	page.shot("areas-open.png")
	page.checkQuiet()
}
