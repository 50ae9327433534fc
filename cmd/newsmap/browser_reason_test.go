package main

import (
	"strings"
	"testing"
)

// TestBrowserReasons checks the reasons for a place in another language.
func TestBrowserReasons(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	page := openTab(t, browser, startProgram(t, "--demo"))
	const reasons = `[...document.querySelectorAll(".explanation .reasons li")].map((e) => e.textContent).join("; ")`
	page.open("/?locale=de")
	page.wait("the stories are listed", `document.querySelectorAll("#stories .why-button").length > 2`)
	page.eval(`document.querySelectorAll("#stories .why-button").forEach((e) => e.click())`, nil)
	page.wait("reasons are given", `document.querySelectorAll(".explanation .reasons li").length > 0`)
	words := page.text(reasons)
	page.eval(`document.querySelector(".explanation .reasons").scrollIntoView({ block: "center" })`, nil)
	page.shot("reasons-de.png")
	for _, english := range []string{"named", "outlet", "place with this name", "beside"} {
		if strings.Contains(words, english) {
			t.Errorf("reasons in German: %s", words)
		}
	}
	t.Log(words)
	page.checkQuiet()
}
