package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBrowserReceived filters by when stories were fetched, which for the samples is now,
// although they are old.
func TestBrowserReceived(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	page := openTab(t, browser, startProgram(t, "--demo"))
	const choice = `document.querySelector('.time input[value="%"] + span')`
	choose := func(value string) { page.click(strings.Replace(choice, "%", value, 1)) }
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(counted)
	choose("24h")
	page.wait(
		"nothing was published within a day",
		`location.search === "?period=24h" && /No stories match/.test(document.querySelector("#status").textContent)`,
	)
	choose("fetched")
	page.wait("all came within a day", `location.search === "?period=24h&by=fetched" && `+counted+" === "+format(all))
	page.wait("the chip says which time is meant", `/^Received: /.test(document.querySelector('#chips [data-filter="period"]').textContent)`)
	page.wait("the chart has what came", `document.querySelectorAll(".chart rect").length > 0`)
	for name, viewport := range map[string][2]int64{"received-wide": {1440, 900}, "received-phone": {390, 844}} {
		page.do(chromedp.EmulateViewport(viewport[0], viewport[1]))
		for _, theme := range []string{"light", "dark"} {
			page.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
			page.shot(name + "-" + theme + ".png")
		}
	}
	page.do(chromedp.EmulateViewport(1440, 900))
	page.open("/?received=2019-01-01/2019-01-31&by=fetched")
	page.wait(
		"nothing came years ago",
		`/No stories match/.test(document.querySelector("#status").textContent) && /^Received: /.test(document.querySelector('#chips `+
			`[data-filter="received"]').textContent)`,
	)
	page.wait("the chart shows what did come", `document.querySelectorAll(".chart rect").length > 0 && document.querySelector("#stories") !== null`)
	page.click(`document.querySelector('#chips [data-filter="received"]')`)
	page.wait("without the filter all are back", `location.search === "?by=fetched" && `+counted+" === "+format(all))
	page.open("/?received=never")
	page.wait("what is not a time is said and dropped", `location.search === "" && document.querySelector('.notice[data-subject="ignored"]') !== null`)
	page.checkQuiet()
}
