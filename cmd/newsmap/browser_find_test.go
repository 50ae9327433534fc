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
	page.wait("nothing found is said in words", `/No stories match/.test(document.querySelector("#status").textContent)`)
	page.shot("nothing-found.png")
	page.click(`document.querySelector("#status button")`)
	page.wait("clearing brings all back", fmt.Sprintf(`%s === %v`, listed, all))
}

// browseNonsense opens an address with malformed parameters.
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

// browseSearch chooses a suggestion with the keyboard.
func browseSearch(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(listed)
	page.do(chromedp.SendKeys("#q", "bagh", chromedp.ByQuery))
	page.wait(
		"places are suggested",
		`document.querySelectorAll("#suggestions .suggestion.place").length > 0 && document.querySelector("#q").getAttribute("aria-expanded") === "true"`,
	)
	page.shot("suggestions.png")
	if kinds := page.text(`[...document.querySelectorAll("#suggestions .suggestion")].at(-1).textContent`); !strings.Contains(kinds, "bagh") {
		t.Errorf("the text itself is not on offer: %q", kinds)
	}
	page.do(chromedp.KeyEvent("\u0301")) // ArrowDown
	page.wait(
		"the first is active",
		`document.querySelector("#q").getAttribute("aria-activedescendant") === "suggestion-0" && `+
			`document.querySelector("#suggestion-0").getAttribute("aria-selected") === "true"`,
	)
	page.do(chromedp.KeyEvent("\r"))
	page.wait(
		"the place becomes a filter with its name",
		`/place=/.test(location.search) && /^Place: Bagh/.test(document.querySelector("#chips .chip").textContent) && document.querySelector("#suggestions").hidden`,
	)
	page.wait("the list has only its stories", fmt.Sprintf("(() => { const n = %s; return n > 0 && n < %v; })()", listed, all))
	page.shot("place-filter.png")
	page.eval("history.back()", nil)
	page.wait("back drops it", fmt.Sprintf("document.querySelectorAll('#chips .chip').length === 0 && %s === %v", listed, all))
}

// browseFilterForm uses the form of filters.
func browseFilterForm(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(listed)
	page.click(`document.querySelector("#more-filters summary")`)
	page.do(chromedp.SetValue("#country", "IQ", chromedp.ByQuery))
	page.eval(`document.querySelector("#country").dispatchEvent(new Event("change", { bubbles: true }))`, nil)
	page.wait("the country is a chip", `document.querySelector('#chips [data-filter="country"]')?.textContent.startsWith("Iraq")`)
	page.wait("fewer stories are listed", fmt.Sprintf("(() => { const n = %s; return n > 0 && n < %v; })()", listed, all))
	page.eval(`(() => { const r = document.querySelector("#confidence"); r.value = "0.8"; r.dispatchEvent(new Event("change", { bubbles: true })); })()`, nil)
	page.wait("so is the confidence, in words", `/80%/.test(document.querySelector('#chips [data-filter="min_confidence"]')?.textContent)`)
	page.eval(`document.querySelector("#role-mention").click()`, nil)
	page.wait("and the roles", `location.search.includes("role=focus,dateline")`)
	page.shot("filters.png")
	page.eval(`document.querySelector("#clear").click()`, nil)
	page.wait("clearing brings all back", fmt.Sprintf("location.search === '' && %s === %v", listed, all))

	page.eval(
		`(() => { const r = document.querySelector("#to"); document.querySelector("#from").value = "2020-01-02"; r.value = "2019-01-02"; `+
			`r.dispatchEvent(new Event("change", { bubbles: true })); })()`,
		nil,
	)
	page.wait("days out of order are told, not sent", `!document.querySelector("#to").validity.valid && location.search === ""`)
}

// browseOutletAndLanguage chooses an outlet from the suggestions and a language in the form.
func browseOutletAndLanguage(t *testing.T, page *tab) {
	page.open("/")
	page.wait("markers appear", markersShown)
	all := page.number(counted)
	outlet := page.text(`document.querySelector("#stories .story .meta bdi").textContent`)
	page.do(chromedp.SendKeys("#q", outlet, chromedp.ByQuery))
	page.wait(
		"the outlet is suggested",
		`[...document.querySelectorAll("#suggestions .suggestion.outlet")].some((s) => s.textContent.includes(`+quote(outlet)+`))`,
	)
	page.shot("suggestions-outlet.png")
	page.click(`document.querySelector("#suggestions .suggestion.outlet")`)
	page.wait("it becomes a filter", `document.querySelector('#chips [data-filter="outlet"]')?.textContent.includes(`+quote(outlet)+`)`)
	page.wait(
		"only its stories are listed",
		counted+" < "+format(
			all,
		)+` && !document.body.classList.contains("loading") && [...document.querySelectorAll("#stories > .story")].every((s) => `+
			`s.querySelector(".meta bdi").textContent === `+quote(
			outlet,
		)+`)`,
	)
	page.click(`document.querySelector('#chips [data-filter="outlet"]')`)
	page.wait("all is back", counted+" === "+format(all))
	if page.text(`document.querySelector("#q").value`) != "" {
		t.Error("the text typed for the outlet is also a filter for words")
	}
	page.eval(
		`document.querySelector("#more-filters").open = true; document.querySelector("#lang").value = "en"; `+
			`document.querySelector("#lang").dispatchEvent(new Event("change", {bubbles: true}))`,
		nil,
	)
	page.wait("the language is a chip, and in the address", `document.querySelector('#chips [data-filter="lang"]') && location.search === "?lang=en"`)
}

// browseUnlocated checks stories without a place.
func browseUnlocated(t *testing.T, page *tab) {
	postStory(t, page.base+"/", "A quiet day", "Nothing came to pass, and nobody minded.")
	page.open("/")
	page.wait("what has no place is counted", `/1 /.test(document.querySelector("#unlocated")?.textContent) && !document.querySelector("#unlocated").hidden`)
	page.click(`document.querySelector("#unlocated")`)
	page.wait(
		"the tray has it",
		`document.querySelectorAll("dialog.drawer li.story").length === 1 && /A quiet day/.test(document.querySelector("dialog.drawer li.story").textContent)`,
	)
	page.shot("tray.png")
	page.click(`document.querySelector("dialog.drawer li.story a")`)
	page.wait(
		"its page opens and says that it has no place",
		`location.pathname.startsWith("/stories/") && /A quiet day/.test(document.querySelector("h1").textContent)`,
	)
	page.shot("story-unlocated.png")
}
