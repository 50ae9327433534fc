package feature

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"net/url"

	"newsmap/geo/story"
)

// gpxWriter writes a GPX 1.1 document (https://www.topografix.com/GPX/1/1/) with one waypoint
// for each feature. The elements are in the order of the schema.
type gpxWriter struct {
	w             *bufio.Writer
	options       Options
	buf           bytes.Buffer
	headerWritten bool
}

func newGPX(w *bufio.Writer, options Options) Writer {
	return &gpxWriter{w: w, options: options}
}

const gpxHeader = xml.Header + `<gpx version="1.1" creator="newsmap" xmlns="http://www.topografix.com/GPX/1/1">
`

func (g *gpxWriter) writeHeader() error {
	if g.headerWritten {
		return nil
	}
	g.headerWritten = true
	_, err := g.w.WriteString(gpxHeader)
	return err
}

// Write writes f unless its coordinates are not finite.
func (g *gpxWriter) Write(f *story.Feature) error {
	if err := g.writeHeader(); err != nil {
		return err
	}
	if p := f.Location.Place.Point; !finite(p[0]) || !finite(p[1]) {
		return nil
	}
	g.buf.Reset()
	g.waypoint(f)
	_, err := g.w.Write(g.buf.Bytes())
	return err
}

func (g *gpxWriter) Close() error {
	if err := g.writeHeader(); err != nil {
		return err
	}
	if _, err := g.w.WriteString("</gpx>\n"); err != nil {
		return err
	}
	return g.w.Flush()
}

func (g *gpxWriter) waypoint(f *story.Feature) {
	l := &f.Location
	lon, lat := l.Place.Point[0], l.Place.Point[1]
	if lon >= 180 {
		lon -= 360 // the schema does not allow 180
	}
	name := f.Title
	if name == "" {
		name = l.Place.Name
	}
	g.buf.WriteString(`<wpt lat="` + formatNumber(lat) + `" lon="` + formatNumber(lon) + `">`)
	g.element("time", formatTime(f.Published))
	g.element("name", name)
	g.element("cmt", l.Place.Name)
	g.element("desc", evidence(l))
	g.element("src", f.Outlet)
	g.link(storyURL(&g.options, f.StoryID), "newsmap")
	g.link(f.URL, f.Outlet)
	g.element("type", style(l.Role))
	g.buf.WriteString("</wpt>\n")
}

// element writes an element with a text, or nothing if the text is empty. Characters that XML
// does not allow become U+FFFD.
func (g *gpxWriter) element(name, text string) {
	if text == "" {
		return
	}
	g.buf.WriteString("<" + name + ">")
	_ = xml.EscapeText(&g.buf, []byte(text)) // a buffer returns no errors
	g.buf.WriteString("</" + name + ">")
}

// link writes a link if address is an http or https address, or a path on this server.
func (g *gpxWriter) link(address, text string) {
	u, err := url.Parse(address)
	if err != nil || address == "" || u.Scheme != "" && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return
	}
	g.buf.WriteString(`<link href="`)
	_ = xml.EscapeText(&g.buf, []byte(u.String()))
	g.buf.WriteString(`">`)
	g.element("text", text)
	g.buf.WriteString("</link>")
}
