package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// browseStoryPage points at names in the text and at places on the map.
func browseStoryPage(t *testing.T, page *tab) {
	page.open("/?q=Baghuz")
	page.wait("the story is listed", `document.querySelector("#stories .story h2 a") !== null && !document.body.classList.contains("loading")`)
	page.open(page.text(`new URL(document.querySelector("#stories .story h2 a").href).pathname`))
	page.wait("the small map is there", `document.querySelectorAll("#map .place-marker").length > 0`)
	page.hover(`document.querySelector(".text mark a")`)
	page.wait(
		"hovering a name lights its marker",
		`document.querySelector(".place-marker.lit")?.dataset.place === document.querySelector(".text mark").dataset.place`,
	)
	page.eval(`document.querySelector(".place-list li:last-child .name").click()`, nil)
	page.wait(
		"choosing in the list marks the text",
		`document.querySelector("mark.chosen")?.dataset.place === document.querySelector(".place-list li:last-child").dataset.place`,
	)
	page.eval(`document.querySelector("#map .place-marker").click()`, nil)
	page.wait(
		"choosing a marker marks the text",
		`document.querySelector("mark.chosen")?.dataset.place === document.querySelector("#map .place-marker").dataset.place`,
	)
	page.eval(`document.querySelector(".place-list .links a").click()`, nil)
	page.wait("the place's page opens", `location.pathname.startsWith("/places/") && document.querySelectorAll(".story-list li").length > 0`)
	page.wait("its map has the marker", `document.querySelectorAll("#map .place-marker[data-place]").length === 1`)
	page.shot("place.png")
}

func browsePhone(t *testing.T, page *tab) {
	page.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	page.open("/")
	page.wait("markers appear", markersShown)
	if width := page.number("document.documentElement.scrollWidth"); width > 390 {
		t.Errorf("the page is %v pixels wide on a screen of 390", width)
	}
	page.shot("phone.png")
	page.open("/?place=newsmap:baghuz-fawqani#9/34.46/40.95")
	page.wait("the chip names the place", `/^Place: Baghuz Fawqani/.test(document.querySelector("#chips .chip")?.textContent)`)
	page.wait("the marker appears", baghuz+" !== undefined && !document.body.classList.contains('loading')")
	page.eval(baghuz+".click()", nil)
	page.wait("the popup lies within the screen, below the zoom buttons", `(() => {
		const popup = document.querySelector(".leaflet-popup-content-wrapper")?.getBoundingClientRect();
		const zoom = document.querySelector(".leaflet-control-zoom").getBoundingClientRect();
		return popup && popup.left >= 0 && popup.right <= innerWidth && popup.top >= zoom.bottom;
	})()`)
	page.shot("phone-popup.png")
	page.open("/")
	page.wait("markers appear", markersShown)
	page.eval(`document.querySelector("#handle").click()`, nil)
	page.wait("the sheet rises", `document.querySelector("#panel").getBoundingClientRect().height > 700`)
	page.shot("phone-list.png")
	page.open(page.text(`new URL(document.querySelector("#stories .story h2 a").href).pathname`))
	page.wait("the story's page stands", `document.querySelectorAll("#map .place-marker").length > 0`)
	if width := page.number("document.documentElement.scrollWidth"); width > 390 {
		t.Errorf("the story's page is %v pixels wide on a screen of 390", width)
	}
	page.shot("phone-story.png")
}

// addStory posts a story, with the token of the tests, and returns its id.
func addStory(t testing.TB, base string, fields map[string]string) (id string) {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, base+"/api/stories", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer secret")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Story struct{ ID string } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("adding %.40q: %s, %v", fields["title"], resp.Status, err)
	}
	return answer.Story.ID
}

// browseHostileStory adds a story that tries to run scripts wherever it is shown.
func browseHostileStory(t *testing.T, page *tab) {
	const attack = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`
	id := addStory(t, page.base, map[string]string{
		"title": attack + " in Reykjavik", "text": attack + ` A storm struck Reykjavik in Iceland. "><svg onload=window.hacked=1> Reykjavik was dark.`,
		"outlet": attack, "byline": attack, "url": `https://example.org/"><script>window.hacked=1</script>`, "date": "2024-01-02",
	})
	page.open("/?q=storm+struck")
	page.wait("the story is listed", `document.querySelector("#stories .story .place") !== null && !document.body.classList.contains("loading")`)
	page.click(`document.querySelector("#stories .story .place")`)
	page.wait("its popup opens", `document.querySelector(".leaflet-popup .story-link") !== null`)
	page.shot("hostile.png")
	page.checkNotHacked()
	page.open("/stories/" + id)
	page.wait("its page stands", `document.querySelectorAll("#map .place-marker").length > 0`)
	if title := page.text(`document.querySelector("h1").textContent`); title != attack+" in Reykjavik" {
		t.Errorf("the title is not shown as text: %q", title)
	}
	page.checkNotHacked()
}
