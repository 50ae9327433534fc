package main

import (
	"context"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestBrowserBudgetNear checks the bytes of a first visit that begins at a high zoom: finer
// outlines and the borders of divisions must be loaded after the first markers.
func TestBrowserBudgetNear(t *testing.T) {
	t.Parallel()
	browser, base := startBrowser(t), startProgram(t, "--demo")
	for name, view := range map[string]string{"near-6": "#6/48.5/10", "near-9": "#9/60.3/5.3"} {
		ctx, stop := chromedp.NewContext(browser)
		defer stop()
		ctx, stop = context.WithTimeout(ctx, 4*browserWait)
		defer stop()
		page, wire := &tab{t: t, ctx: ctx, base: base}, &wire{}
		chromedp.ListenTarget(ctx, page.notice)
		chromedp.ListenTarget(ctx, wire.notice)
		page.do(network.Enable(), network.ClearBrowserCache(), cdppage.BringToFront(), chromedp.EmulateViewport(1440, 900))
		page.do(chromedp.Navigate(base + "/?locale=en" + view))
		page.wait("markers or the list appear", `document.querySelectorAll(".leaflet-marker-icon, #stories .story").length > 0`)
		page.wait(
			"the finer outlines and the borders come",
			`["countries-fine.json", "first-level.json"].every((name) => performance.getEntriesByType("resource").some((e) => e.name.endsWith(name)))`,
		)
		wire.settled()
		// Large files are loaded after the first markers.
		bytes := page.number(`(() => {
			const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
			const large = entries.filter((e) => /countries-fine|first-level/.test(e.name));
			const features = entries.find((e) => /api\/features|api\/clusters/.test(e.name));
			if (large.length !== 2 || large.some((e) => e.startTime < features.responseEnd)) return -1;
			return entries.filter((e) => !large.includes(e)).reduce((sum, e) => sum + e.transferSize, 0);
		})()`)
		page.shot(name + ".png")
		t.Logf("%s: %.0f bytes", name, bytes)
		if bytes > firstLoadBudget || bytes < 50_000 {
			t.Errorf("%s: a first load takes %.0f bytes, want at most %d", name, bytes, firstLoadBudget)
		}
	}
}
