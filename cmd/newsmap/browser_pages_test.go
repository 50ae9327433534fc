package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBrowserPages uses the pages of stories and places, the drawer for adding stories, and
// printing.
func TestBrowserPages(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--token", "secret", "--allow-private", "127.0.0.0/8", "--pace", "0")
	browseAll(t, browser, base, []browsing{
		{"WhyInText", browseWhyInText},
		{"PlaceOverTime", browsePlaceOverTime},
		{"PagesInArabic", browsePagesInArabic},
		{"PrintMap", browsePrintMap},
		{"PrintPages", browsePrintPages},
		{"AddDraft", browseAddDraft},
		{"AddByRightClick", browseAddByRightClick},
		{"AddPhone", browseAddPhone},
		{"AddText", browseAddText},
		{"AddAddress", browseAddAddress},
		{"Copies", browseCopies},
	})
}

// storyOf returns the path of the first story that a search finds.
func (p *tab) storyOf(words string) string {
	p.t.Helper()
	found := p.found(words)
	if len(found) == 0 {
		p.t.Fatalf("no story with %s", words)
	}
	return "/stories/" + found[0]
}

// found returns the ids of the stories that a search finds on the server.
func (p *tab) found(words string) []string {
	p.t.Helper()
	resp, err := http.Get(p.base + "/api/stories?q=" + words)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Stories []struct{ ID string } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		p.t.Fatal(err)
	}
	var ids []string
	for _, story := range answer.Stories {
		ids = append(ids, story.ID)
	}
	return ids
}

// paint sets the preferred theme.
func (p *tab) paint(theme string) {
	p.t.Helper()
	p.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}))
}

// overlook removes the browser's own messages about an answer that the test expects.
func (p *tab) overlook(words string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.complaints)
	p.complaints = slices.DeleteFunc(p.complaints, func(c string) bool { return strings.Contains(c, words) })
	if len(p.complaints) == n {
		p.t.Errorf("no complaint has %q", words)
	}
}

// drawn waits until the outlines of a page's map are drawn.
func (p *tab) drawn() {
	p.t.Helper()
	p.wait("the outlines are drawn", `document.querySelector("canvas.leaflet-tile-loaded")`)
}

const cardOpen = `document.querySelector(".card")?.matches(":popover-open") && document.querySelector(".card .candidates, .card .explanation")`

// browseWhyInText opens the explanations of names in a story's text.
func browseWhyInText(t *testing.T, page *tab) {
	page.open(page.storyOf("Baghuz"))
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0 && document.querySelector(".place-list .why")`)
	if small := page.text(
		`JSON.stringify([...document.querySelectorAll("#map .place-marker")].map((m) => m.getBoundingClientRect()).filter((r) => r.width < 24 || r.height < 24))`,
	); small != "[]" {
		t.Errorf("markers are too small to hit: %s", small)
	}
	page.click(`document.querySelectorAll(".text mark a")[2]`)
	page.wait("a card says why", cardOpen)
	if got := page.text(`document.querySelector(".card h2").textContent`); got != "Baghuz Fawqani" {
		t.Errorf("the card is about %q", got)
	}
	page.wait("the marker is the chosen one", `document.querySelector("#map .place-marker.chosen")?.dataset.place === "newsmap:baghuz-fawqani"`)
	page.drawn()
	page.shot("story-why.png")
	page.do(chromedp.KeyEvent(kb.Escape))
	page.wait(
		"Escape closes the card and gives the focus back",
		`!document.querySelector(".card").matches(":popover-open") && document.activeElement === document.querySelectorAll(".text mark a")[2]`,
	)
	page.do(chromedp.KeyEvent(kb.Enter))
	page.wait("a key opens it too", cardOpen)
	page.do(chromedp.KeyEvent(kb.Escape))
	page.eval(`document.querySelector(".place-list .why summary").click()`, nil)
	page.wait("an entry in the list answers as well", `document.querySelector(".place-list .why .explanation")`)
	page.paint("dark")
	page.shot("story-dark.png")
	page.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	page.open(page.storyOf("Baghuz"))
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0`)
	page.click(`document.querySelectorAll(".text mark a")[2]`)
	page.wait("a card says why", cardOpen)
	page.wait(
		"it lies at the foot of the screen",
		`(() => { const r = document.querySelector(".card").getBoundingClientRect(); return Math.abs(r.bottom - innerHeight) < 2 && r.left === 0 `+
			`&& r.width === innerWidth; })()`,
	)
	page.shot("phone-story-why.png")
}

func browsePlaceOverTime(t *testing.T, page *tab) {
	page.open("/places/geonames:163843")
	page.wait("the chart stands", `document.querySelectorAll("#chart .bar").length > 1`)
	page.wait("neighbours or names are there", `document.querySelector("[lang=ar]")?.textContent === "سوريا"`)
	if width := page.number("document.documentElement.scrollWidth"); width > 1440 {
		t.Errorf("the page is %v pixels wide", width)
	}
	counted := page.number(`Number(/\d+/.exec(document.querySelector(".meta").lastElementChild.textContent)[0])`)
	if charted := page.number(`[...document.querySelectorAll(".as-table td")].reduce((sum, cell) => sum + Number(cell.textContent), 0)`); charted != counted {
		t.Errorf("the chart has %v stories, the page counts %v", charted, counted)
	}
	page.drawn()
	page.shot("place-time.png")
	page.paint("dark")
	page.shot("place-dark.png")
	page.paint("light")
	href := page.text(`document.querySelector(".as-table a").getAttribute("href")`)
	if !strings.HasPrefix(href, "/?place=geonames:163843&datetime=") {
		t.Errorf("a bar leads to %s", href)
	}
	page.click(`document.querySelector("#chart .bin .bar")`)
	page.wait(
		"a bar leads to its stories on the map",
		`location.pathname === "/" && /place=geonames:163843&datetime=/.test(location.search) && document.querySelector("#stories .story")`,
	)
	page.open("/places/geonames:163843")
	page.click(`document.querySelector('.tabs a[href*="role=mention"]')`)
	page.wait(
		"the list has only mentions",
		`location.search.includes("role=mention") && [...document.querySelectorAll(".story-list .role")].every((role) => role.classList.contains("mention"))`,
	)
	page.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	page.open("/places/geonames:170654")
	page.wait("the map stands", `document.querySelector("#map .place-marker")`)
	if width := page.number("document.documentElement.scrollWidth"); width > 390 {
		t.Errorf("the page is %v pixels wide on a screen of 390", width)
	}
	page.drawn()
	page.shot("phone-place.png")
}

func browsePagesInArabic(t *testing.T, page *tab) {
	story := page.storyOf("Baghuz")
	page.open(story + "?locale=ar")
	page.wait(
		"the page is in Arabic, its story is not",
		`document.documentElement.dir === "rtl" && getComputedStyle(document.querySelector(".text p")).direction === "ltr" && `+
			`document.querySelector(".place-list .why")`,
	)
	page.drawn()
	page.shot("story-arabic.png")
	page.open("/places/geonames:163843?locale=ar")
	page.wait("the chart stands", `document.querySelectorAll("#chart .bar").length > 1`)
	page.drawn()
	page.shot("place-arabic.png")
}

// browsePrintMap checks the printed map page: as a screenshot in the medium "print" and as a
// PDF.
func browsePrintMap(t *testing.T, page *tab) {
	page.paint("dark")
	page.open("/")
	page.wait("markers appear", markersShown)
	page.printed("print-map")
	if shown := page.text(`["#search", "#time", ".tools", "#layers"].filter((part) => document.querySelector(part)?.checkVisibility()).join()`); shown != "" {
		t.Errorf("paper shows %s", shown)
	}
	page.wait(
		"map and list are there",
		`document.querySelector("#map").getBoundingClientRect().height > 200 && document.querySelector("#stories `+
			`.story").getBoundingClientRect().top > document.querySelector("#map").getBoundingClientRect().bottom - 2`,
	)
	page.wait(
		"the whole list is there",
		`(() => { const last = [...document.querySelectorAll("#stories .story")].at(-1).getBoundingClientRect(); return last.top > innerHeight && `+
			`last.bottom + scrollY < document.documentElement.scrollHeight && last.height > 20; })()`,
	)
}

func browsePrintPages(t *testing.T, page *tab) {
	for name, path := range map[string]string{"print-story": page.storyOf("Baghuz"), "print-place": "/places/geonames:163843"} {
		page.do(emulation.SetEmulatedMedia().WithMedia(""), chromedp.EmulateViewport(1440, 900))
		page.open(path)
		page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0 && document.querySelector("#print")`)
		page.printed(name)
		page.wait(
			"the sheet says where it is from",
			`document.querySelector("#print-note").checkVisibility() && document.querySelector("#print-note").textContent.includes(location.pathname)`,
		)
		if page.text(`String(document.querySelector("#tools").checkVisibility())`) != "false" {
			t.Errorf("%s: paper shows the tools", name)
		}
		if height := page.number(`document.querySelector("#map").getBoundingClientRect().height`); height < 200 {
			t.Errorf("%s: the map is %v pixels high", name, height)
		}
	}
}

// printed takes a screenshot of a page in the medium "print", and stays in it.
func (p *tab) printed(name string) {
	p.t.Helper()
	p.drawn()
	var pdf []byte
	p.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = cdppage.PrintToPDF().WithPrintBackground(false).Do(ctx)
		return err
	}))
	if len(pdf) < 10_000 {
		p.t.Errorf("%s: the PDF has only %d bytes", name, len(pdf))
	}
	if err := os.MkdirAll(filepath.Join("..", "..", ".artifacts"), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "..", ".artifacts", name+".pdf"), pdf, 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.do(
		chromedp.Evaluate(`dispatchEvent(new Event("beforeprint"))`, nil),
		emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.EmulateViewport(718, 1016),
	)
	p.shot(name + ".png")
}

// add opens the drawer with its button.
func (p *tab) add() {
	p.t.Helper()
	p.open("/")
	p.wait("the button is there", `document.querySelector("#add")`)
	p.click(`document.querySelector("#add")`)
	p.wait("the form is there", `document.querySelector("dialog[open] .add-form .leaflet-container")`)
}

const draftText = "Floods cut the road between Aleppo and Idlib on Monday, and bridges fell near Hama. Officials in Nowherestead were silent."

// browseAddDraft types a story, and checks that it is not lost when the drawer is closed or the page is loaded again.
func browseAddDraft(t *testing.T, page *tab) {
	page.add()
	page.eval(`document.querySelector("#add-text").focus()`, nil)
	page.do(input.InsertText(draftText))
	page.wait(
		"the places are found before anything is saved",
		`/Aleppo/.test(document.querySelector(".found")?.textContent) && document.querySelectorAll(".add-form .place-marker").length > 1`,
	)
	page.shot("add.png")
	page.paint("dark")
	page.shot("add-dark.png")
	page.paint("light")
	for range 40 {
		page.do(chromedp.KeyEvent(kb.Tab))
		if where := page.text(
			`document.activeElement.closest("dialog") || document.activeElement === document.body ? "in" : document.activeElement.outerHTML`,
		); where != "in" {
			t.Fatalf("the focus left the drawer for %s", where)
		}
	}
	page.do(chromedp.KeyEvent(kb.Escape))
	page.wait("Escape closes the drawer", `!document.querySelector("dialog[open]") && document.activeElement.id === "add"`)
	page.open("/?drawer=add")
	page.wait("the draft is still there", `document.querySelector("#add-text")?.value === `+quote(draftText))
	page.wait("and is looked through again", `/Aleppo/.test(document.querySelector(".found").textContent)`)
	page.eval(`[...document.querySelectorAll(".add-form .foot .button.quiet")].at(-1).click()`, nil)
	page.wait("it is cleared", `document.querySelector("#add-text").value === "" && document.querySelector(".found").childElementCount === 0`)
	page.click(`document.querySelector("#add-said button")`)
	page.wait("and comes back", `document.querySelector("#add-text").value === `+quote(draftText))
	if found := page.found("Nowherestead"); len(found) > 0 {
		t.Errorf("drafts were stored: %q", found)
	}
}

func browseAddByRightClick(t *testing.T, page *tab) {
	page.open("/#6/35.2/38.9")
	page.wait("the button is there", `document.querySelector("#add")`)
	x, y := page.middle(`document.querySelector("#map")`)
	page.do(chromedp.MouseClickXY(x+80, y+60, chromedp.ButtonRight))
	page.wait("the point is offered", `document.querySelector(".pick")`)
	point := page.text(`document.querySelector(".pick bdi").textContent`)
	page.shot("add-right-click.png")
	page.click(`[...document.querySelectorAll(".pick .button")].at(-1)`)
	page.wait(
		"the point is in the form",
		`document.querySelector(".add-form .chips-list")?.textContent === `+quote(point)+` && document.querySelector(".add-form .cross")`,
	)
	x, y = page.middle(`document.querySelector(".add-form .leaflet-container")`)
	page.do(chromedp.MouseClickXY(x+20, y+10, chromedp.ButtonRight))
	page.wait("a right click on the small map adds one", `document.querySelectorAll(".chips-list li").length === 2`)
	for value, valid := range map[string]bool{"nonsense": false, "91, 10": false, "36.2, 37.16": true} {
		before := page.number(`document.querySelectorAll(".chips-list li").length`)
		page.eval(`document.querySelector("#add-point").value = `+quote(value)+`; document.querySelector("#add-point").focus()`, nil)
		page.do(chromedp.KeyEvent(kb.Enter))
		if added := page.number(`document.querySelectorAll(".chips-list li").length`) > before; added != valid {
			t.Errorf("%q was taken for a point: %v", value, added)
		}
	}
	page.eval(`document.querySelector(".chips-list button").click()`, nil)
	page.wait("a point can be removed", `document.querySelectorAll(".chips-list li").length === 2`)
}

func browseAddPhone(t *testing.T, page *tab) {
	page.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	page.open("/?drawer=add")
	page.wait("the form is there", `document.querySelector("dialog[open] .add-form .leaflet-container")`)
	page.wait("it is no wider than the screen", `document.querySelector(".drawer-body").scrollWidth <= 390`)
	page.shot("phone-add.png")
}

// browseAddText saves a story, first with a wrong token.
func browseAddText(t *testing.T, page *tab) {
	page.add()
	page.eval(`document.querySelector("#add-headline").focus()`, nil)
	page.do(input.InsertText("Bridges fall in northern Syria"))
	page.eval(`document.querySelector("#add-text").focus()`, nil)
	page.do(input.InsertText(draftText))
	page.eval(`document.querySelector(".add-form .primary").click()`, nil)
	page.wait("the token is asked for", `document.activeElement.id === "add-token" && document.querySelector("#add-said").textContent !== ""`)
	page.do(input.InsertText("wrong"))
	page.do(chromedp.KeyEvent(kb.Enter))
	page.wait("the wrong token is said in words", `/does not know this token/.test(document.querySelector("#add-said").textContent)`)
	page.overlook("401")
	page.wait("nothing is lost", `document.querySelector("#add-text").value === `+quote(draftText))
	page.shot("add-wrong-token.png")
	page.eval(`document.querySelector("#add-point").value = "35.9, 36.6"; document.querySelector("#add-point").focus()`, nil)
	page.do(chromedp.KeyEvent(kb.Enter))
	page.eval(`document.querySelector("#add-token").value = ""; document.querySelector("#add-token").focus()`, nil)
	page.do(input.InsertText("secret"))
	page.do(chromedp.KeyEvent(kb.Enter))
	page.wait("the story's page opens", `location.pathname.startsWith("/stories/") && /Bridges fall/.test(document.querySelector("h1")?.textContent)`)
	page.wait("it has the point", `/35.9, 36.6/.test(document.querySelector(".publisher")?.textContent) && document.querySelector("#map .cross")`)
	page.drawn()
	page.shot("story-added.png")
	page.open("/?drawer=add")
	page.wait(
		"the form is empty again, the token is kept",
		`document.querySelector("#add-text")?.value === "" && document.querySelector("#add-token").value === "secret"`,
	)
}

// browseAddAddress loads a page by its address and saves it.
func browseAddAddress(t *testing.T, page *tab) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rain" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(
			w,
			`<!doctype html><html lang="en"><head><title>Rain over Montevideo</title></head><body><article><h1>Rain over Montevideo</h1>%s</article></body></html>`,
			strings.Repeat(
				"<p>Heavy rain fell on Montevideo in Uruguay on Tuesday, and the river Plate rose over its banks near Colonia del Sacramento, officials said.</p>",
				6,
			),
		)
	}))
	defer site.Close()
	page.open("/?drawer=add")
	page.wait("the form is there", `document.querySelector("dialog[open] .add-form .leaflet-container")`)
	page.eval(`document.querySelector('.add-form input[value="url"]').click()`, nil)
	page.eval(`sessionStorage.setItem("newsmap.token", "secret"); document.querySelector("#add-token").value = "secret"`, nil)
	page.eval(`document.querySelector("#add-url").focus()`, nil)
	page.do(input.InsertText("no address"))
	page.eval(`document.querySelector(".add-form .part:not([hidden]) .button").click()`, nil)
	page.wait("what is not an address is said", `/http:\/\//.test(document.querySelector("#add-said").textContent)`)
	page.eval(`document.querySelector("#add-url").value = ""; document.querySelector("#add-url").focus()`, nil)
	page.do(input.InsertText(site.URL + "/rain"))
	page.eval(`document.querySelector(".add-form .part:not([hidden]) .button").click()`, nil)
	page.wait(
		"the page is read",
		`/Rain over Montevideo/.test(document.querySelector(".article-found").textContent) && /Montevideo/.test(document.querySelector(".found").textContent)`,
	)
	page.shot("add-address.png")
	page.eval(`document.querySelector(".add-form .primary").click()`, nil)
	page.wait("the story's page opens", `location.pathname.startsWith("/stories/") && /Rain over Montevideo/.test(document.querySelector("h1")?.textContent)`)
}

// browseCopies adds the same report from two outlets.
func browseCopies(t *testing.T, page *tab) {
	text := strings.Repeat("The ferry to Valparaiso was held in port on Friday while divers searched its hull, the harbour master of Valparaiso said. ", 8)
	for _, outlet := range []string{"First Wire", "Second Post", "Third Mail"} {
		addStory(
			t,
			page.base,
			map[string]string{
				"title":  "Ferry held in port",
				"text":   text + "Report by " + outlet + ".",
				"outlet": outlet,
				"url":    "https://" + strings.ToLower(strings.ReplaceAll(outlet, " ", "")) + ".example/ferry",
				"date":   "2024-02-02",
			},
		)
	}
	page.open("/?q=ferry")
	page.wait("the story is listed", `document.querySelector("#stories .story h2 a") !== null && !document.body.classList.contains("loading")`)
	page.open(page.text(`new URL(document.querySelector("#stories .story h2 a").href).pathname`))
	page.wait("the other outlets are listed", `/Also in 2 other outlets/.test(document.querySelector(".copies")?.textContent)`)
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0`)
	page.drawn()
	page.shot("story-copies.png")
	page.click(`document.querySelector(".copies a")`)
	page.wait("a copy says what it repeats", `/The same report as/.test(document.querySelector(".remark")?.textContent)`)
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0`)
}
