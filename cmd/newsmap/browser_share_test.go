package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/paulmach/orb/geojson"
)

// browseShare checks the share menu: the file must have what the map shows, and the address
// must open the same view.
func browseShare(t *testing.T, page *tab) {
	page.open("/?role=focus#4/45/15")
	page.wait("markers appear", markersShown)
	summary := regexp.MustCompile(`\d+`).FindString(page.text(`document.querySelector("#summary").textContent`))
	page.click(`document.querySelector("#share")`)
	page.wait("the menu opens", `document.querySelector("#downloads a") !== null`)
	page.shot("share.png")
	resp, err := http.Get(page.text(`document.querySelector('#downloads [data-format="geojson"]').href`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if d := resp.Header.Get("Content-Disposition"); !strings.Contains(d, ".geojson") {
		t.Errorf("the download names no file: %q", d)
	}
	if stories := checkRFC7946(t, body); fmt.Sprint(len(stories)) != summary || len(stories) == 0 {
		t.Errorf("the list counts %s stories, the download has %d", summary, len(stories))
	}
	if link := page.text(`document.querySelector("#share-link").value`); link != page.base+"/?role=focus#4/45.00/15.00" {
		t.Errorf("the link is %s", link)
	}
	for name, link := range map[string]string{"CSV": `[data-format="csv"]`, "KML": `[data-format="kml"]`, "Atom": "#subscribe"} {
		resp, err := http.Get(page.text("document.querySelector('" + link + "').href"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
	page.do(chromedp.KeyEvent("\x1b"))
	page.wait("Escape closes the menu", `document.querySelector("#share-menu").hidden && document.activeElement.id === "share"`)
}

// checkRFC7946 checks a FeatureCollection of points against RFC 7946 and returns the ids of
// its stories.
func checkRFC7946(t *testing.T, body []byte) map[string]bool {
	t.Helper()
	var raw struct {
		Type     string           `json:"type"`
		CRS      *json.RawMessage `json:"crs"`
		Features []struct {
			Type       string          `json:"type"`
			Properties *map[string]any `json:"properties"`
			Geometry   struct {
				Type        string    `json:"type"`
				Coordinates []float64 `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		t.Fatal(err)
	}
	if raw.Type != "FeatureCollection" || raw.CRS != nil {
		t.Errorf("type %q, crs %v", raw.Type, raw.CRS)
	}
	if _, err := geojson.UnmarshalFeatureCollection(body); err != nil {
		t.Errorf("another reader refuses it: %v", err)
	}
	stories := map[string]bool{}
	for _, f := range raw.Features {
		c := f.Geometry.Coordinates
		if f.Type != "Feature" || f.Geometry.Type != "Point" || len(c) != 2 || c[0] < -180 || c[0] > 180 || c[1] < -90 || c[1] > 90 || f.Properties == nil {
			t.Errorf("feature malformed: %+v", f)
			continue
		}
		stories[fmt.Sprint((*f.Properties)["story_id"])] = true
	}
	return stories
}
