package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReasonForms holds the page to every form of reason that the program writes,
// so that none stays English for readers of other languages.
func TestReasonForms(t *testing.T) {
	page, err := os.ReadFile("../../static/js/reasons.js")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for path, pattern := range map[string]string{
		"../../geo/resolution/resolver.go": `(?:say\([^\n]*|res\.Evidence = [^\n]*\[\]string\{)("[^"\n]+")`,
		"../../geo/georss/resolver.go":     `(?:const Reason = |l\.Reasons, fmt\.Sprintf\()("[^"\n]+")`,
	} {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(pattern).FindAllSubmatch(source, -1) {
			found++
			if !strings.Contains(string(page), "["+string(match[1])+", ") {
				t.Errorf("%s writes %s, which the page does not know", path, match[1])
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d forms were found: the patterns do not fit the sources any more", found)
	}
}

// TestBrowserReasons reads the reasons for a place in another language.
func TestBrowserReasons(t *testing.T) {
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
	for _, english := range []string{"named", "outlet", "place of that name", "beside"} {
		if strings.Contains(words, english) {
			t.Errorf("reasons in German: %s", words)
		}
	}
	t.Log(words)
	page.checkQuiet()
}
