package main

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var pictures = flag.Bool("pictures", false, "TestPictures writes the README's pictures")

// TestPictures takes the pictures of the README from the demo, anew:
//
//	go test ./cmd/newsmap -run TestPictures -args -pictures
func TestPictures(t *testing.T) {
	if !*pictures {
		t.Skip("the README's pictures are taken anew with -args -pictures")
	}
	browser := startBrowser(t)
	base := startProgram(t, "--demo")
	atRest := func(p *tab) {
		p.wait("the page is at rest", `!document.querySelector("[aria-busy]") && !document.body.classList.contains("loading")`)
		p.drawn()
		p.wait("the map is at rest", still(".leaflet-popup, .leaflet-map-pane"))
	}
	for _, one := range []struct {
		name  string
		phone bool
		show  func(*tab)
	}{
		{"map", false, func(p *tab) {
			p.open("/?locale=en&theme=light")
			p.wait("markers appear", markersShown+" && "+chartDrawn)
		}},
		{"story", false, func(p *tab) {
			p.open(p.storyOf("Baghuz") + "?locale=en&theme=light")
			p.wait("the small map is there", `document.querySelector("#map .place-marker")`)
			p.eval(`document.querySelector(".place-list .why summary").click()`, nil)
			p.wait("an entry says why", `document.querySelector(".place-list .why .explanation")`)
		}},
		{"why", false, func(p *tab) {
			p.do(chromedp.EmulateViewport(1280, 960))
			p.open("/?locale=en&theme=light&q=Paradise")
			p.wait("the story is listed", oneListed)
			p.eval(`document.querySelector("#stories .story .place").click()`, nil)
			p.wait("the popup opens", `document.querySelector(".leaflet-popup .why summary")`)
			atRest(p)
			p.eval(`document.querySelector(".leaflet-popup .why").open = true`, nil)
			p.wait("it says why", `document.querySelectorAll(".leaflet-popup .candidates tbody tr").length > 1`)
		}},
		{"dark", false, func(p *tab) {
			p.open("/?locale=en&theme=dark&datetime=2009-01-01/2020-12-31#5/38/37")
			p.wait("markers appear", markersShown+` && document.querySelector(".chart rect.out")`)
		}},
		{"phone", true, func(p *tab) {
			p.open("/?locale=en&theme=light&place=newsmap:baghuz-fawqani#6/34.9/40.9")
			p.wait("the marker appears", baghuz+" !== undefined")
			p.eval(baghuz+".click()", nil)
			p.wait("the popup opens", `document.querySelector(".leaflet-popup .why summary")`)
		}},
	} {
		page := openTab(t, browser, base)
		page.theme("light")
		page.do(chromedp.EmulateViewport(1280, 800))
		if one.phone {
			page.do(chromedp.EmulateViewport(390, 780, chromedp.EmulateScale(1.5), chromedp.EmulateMobile, chromedp.EmulateTouch))
		}
		one.show(page)
		atRest(page)
		page.do(chromedp.Sleep(3 * time.Second)) // finer outlines, names and areas come after the markers
		var taken []byte
		page.do(chromedp.CaptureScreenshot(&taken))
		if err := os.WriteFile(filepath.Join("..", "..", ".github", one.name+".png"), fewColours(t, taken), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fewColours writes a picture with a palette of 256 colours, a third of its size.
func fewColours(t *testing.T, picture []byte) []byte {
	t.Helper()
	whole, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(whole.At(x, y)).(color.RGBA) }
	for y := range whole.Bounds().Dy() {
		for x := range whole.Bounds().Dx() {
			counts[at(x, y)]++
		}
	}
	palette := medianCut(counts, 256)
	nearest := map[color.RGBA]uint8{}
	for c := range counts {
		nearest[c] = uint8(palette.Index(c))
	}
	small := image.NewPaletted(whole.Bounds(), palette)
	for y := range whole.Bounds().Dy() {
		for x := range whole.Bounds().Dx() {
			small.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// medianCut chooses colours that replace others: it cuts, again and again, the
// box that is widest and seen most, through the middle of its pixels, and takes of
// each box the colour that is seen most, so that plain faces keep theirs (P.
// Heckbert, "Color image quantization for frame buffer display", 1982).
func medianCut(counts map[color.RGBA]int, most int) color.Palette {
	var boxes []*colourBox
	whole := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	for boxes = append(boxes, newColourBox(whole, counts)); len(boxes) < min(most, len(whole)); {
		box := slices.MaxFunc(boxes, func(a, b *colourBox) int { return cmp.Compare(a.worth, b.worth) })
		slices.SortStableFunc(box.colours, func(a, b color.RGBA) int { return cmp.Compare(channel(a, box.widest), channel(b, box.widest)) })
		at, seen := 1, counts[box.colours[0]]
		for ; at < len(box.colours)-1 && seen < box.pixels/2; at++ {
			seen += counts[box.colours[at]]
		}
		rest := newColourBox(box.colours[at:], counts)
		*box = *newColourBox(box.colours[:at], counts)
		boxes = append(boxes, rest)
	}
	var palette color.Palette
	for _, box := range boxes {
		palette = append(palette, slices.MaxFunc(box.colours, func(a, b color.RGBA) int { return cmp.Compare(counts[a], counts[b]) }))
	}
	return palette
}

// colourBox is a set of similar colours.
type colourBox struct {
	colours []color.RGBA
	pixels  int
	widest  int     // the channel in which they differ most
	worth   float64 // of cutting it
}

func newColourBox(colours []color.RGBA, counts map[color.RGBA]int) *colourBox {
	box := &colourBox{colours: colours}
	for _, c := range colours {
		box.pixels += counts[c]
	}
	width := 0
	for i := range 3 {
		least, greatest := 255, 0
		for _, c := range colours {
			least, greatest = min(least, channel(c, i)), max(greatest, channel(c, i))
		}
		if greatest-least > width {
			width, box.widest = greatest-least, i
		}
	}
	box.worth = float64(width) * math.Sqrt(float64(box.pixels))
	return box
}

func channel(c color.RGBA, i int) int { return int([]uint8{c.R, c.G, c.B}[i]) }
