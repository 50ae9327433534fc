package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func browseFilters(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(listed)
	page.do(chromedp.SendKeys("#q", "Baghuz\r", chromedp.ByQuery))
	page.wait("searching narrows the list", fmt.Sprintf(`(() => { const n = %s; return n > 0 && n < %v; })()`, listed, all))
	if search := page.text("location.search"); search != "?q=Baghuz" {
		t.Errorf("the address keeps %q", search)
	}
	page.click(`document.querySelector('#chips .chip[data-filter="q"]')`)
	page.wait("dropping the chip brings all back", fmt.Sprintf(`%s === %v && location.search === ""`, listed, all))
	page.eval("history.back()", nil)
	page.wait("back searches again", fmt.Sprintf(`%s < %v && document.querySelector("#q").value === "Baghuz"`, listed, all))
	page.eval(`document.querySelector("#q").select()`, nil)
	page.do(chromedp.SendKeys("#q", "zzzz\r", chromedp.ByQuery))
	page.wait("nothing found is said in words", `/No story matches/.test(document.querySelector("#status").textContent)`)
	page.shot("nothing-found.png")
	page.click(`document.querySelector("#status button")`)
	page.wait("clearing brings all back", fmt.Sprintf(`%s === %v`, listed, all))
}

// browseNonsense opens an address that means nothing.
func browseNonsense(t *testing.T, page *tab) {
	page.open("/?role=king&colour=red&min_confidence=2&layer=x&selected=&q=Baghuz#99/abc/1")
	page.wait("the story is listed", listed+" === 1")
	notice := page.text(`document.querySelector('.notice[data-subject="ignored"]').textContent`)
	for _, name := range []string{"role", "colour", "min_confidence", "layer", "#99/abc/1"} {
		if !strings.Contains(notice, name) {
			t.Errorf("the notice does not name %s: %q", name, notice)
		}
	}
	page.shot("nonsense.png")
	if chips := page.number(`document.querySelectorAll("#chips .chip").length`); chips != 1 {
		t.Errorf("%v filters are on, want the one that makes sense", chips)
	}
}
