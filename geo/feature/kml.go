package feature

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"html"
	"net/url"
	"strconv"

	"newsmap/geo"
	"newsmap/geo/story"
)

// kmlWriter writes a KML document (OGC 07-147r2) with a Placemark for each feature. The role
// selects the style, the time is a TimeStamp, and the properties are ExtendedData. The elements
// are in the order of the schema.
type kmlWriter struct {
	w             *bufio.Writer
	options       Options
	buf           bytes.Buffer
	headerWritten bool
}

func newKML(w *bufio.Writer, options Options) Writer {
	return &kmlWriter{w: w, options: options}
}

// kmlHeader is the beginning of a document. Colours are in the order alpha, blue, green, red,
// and are the same as on the page. There is no icon address, so that programs use their own pin
// and load nothing from a server.
const kmlHeader = xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>newsmap</name>
<Style id="focus"><IconStyle><color>ff1c45c2</color><scale>1.1</scale></IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>
<Style id="dateline"><IconStyle><color>ffa0660b</color><scale>0.9</scale></IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>
<Style id="mention"><IconStyle><color>ff8a7a6b</color><scale>0.7</scale></IconStyle><LabelStyle><scale>0</scale></LabelStyle></Style>
`

func (k *kmlWriter) writeHeader() error {
	if k.headerWritten {
		return nil
	}
	k.headerWritten = true
	_, err := k.w.WriteString(kmlHeader)
	return err
}

func (k *kmlWriter) Write(f *story.Feature) error {
	if err := k.writeHeader(); err != nil {
		return err
	}
	k.buf.Reset()
	k.placemark(f)
	_, err := k.w.Write(k.buf.Bytes())
	return err
}

func (k *kmlWriter) Close() error {
	if err := k.writeHeader(); err != nil {
		return err
	}
	if _, err := k.w.WriteString("</Document>\n</kml>\n"); err != nil {
		return err
	}
	return k.w.Flush()
}

func (k *kmlWriter) placemark(f *story.Feature) {
	l := &f.Location
	title := f.Title
	if title == "" {
		title = l.Place.Name
	}
	k.buf.WriteString("<Placemark>")
	k.element("name", title)
	k.element("description", balloon(f))
	if when := formatTime(f.Published); when != "" {
		k.buf.WriteString("<TimeStamp>")
		k.element("when", when)
		k.buf.WriteString("</TimeStamp>")
	}
	k.element("styleUrl", "#"+style(l.Role))
	k.buf.WriteString("<ExtendedData>")
	k.data(f)
	k.buf.WriteString("</ExtendedData>")
	if p := l.Place.Point; finite(p[0]) && finite(p[1]) {
		k.buf.WriteString("<Point>")
		k.element("coordinates", formatNumber(p[0])+","+formatNumber(p[1]))
		k.buf.WriteString("</Point>")
	}
	k.buf.WriteString("</Placemark>\n")
}

// data writes the properties that are not empty, with the same names as in GeoJSON.
func (k *kmlWriter) data(f *story.Feature) {
	l := &f.Location
	for _, d := range [...]struct{ name, value string }{
		{"story_id", f.StoryID}, {"url", f.URL}, {"story_url", storyURL(&k.options, f.StoryID)}, {"outlet", f.Outlet}, {"published", formatTime(f.Published)},
		{"lang", f.Lang},
		{"place_id", l.Place.ID}, {"place", l.Place.Name}, {"country", l.Place.Country}, {"admin1", l.Place.Admin1}, {"feature_code", l.Place.FeatureCode},
		{"precision", string(precision(l))}, {"role", string(l.Role)}, {"confidence", formatNumber(l.Confidence)}, {"mentions", strconv.Itoa(f.Mentions)},
		{"evidence", evidence(l)},
	} {
		if d.value == "" {
			continue
		}
		k.buf.WriteString(`<Data name="` + d.name + `">`)
		k.element("value", d.value)
		k.buf.WriteString("</Data>")
	}
}

// element writes an element with a text. Characters that XML does not allow become U+FFFD.
func (k *kmlWriter) element(name, text string) {
	k.buf.WriteString("<" + name + ">")
	_ = xml.EscapeText(&k.buf, []byte(text)) // a buffer returns no errors
	k.buf.WriteString("</" + name + ">")
}

// balloon returns the HTML that programs show for a clicked placemark.
func balloon(f *story.Feature) string {
	l := &f.Location
	out := "<p>" + html.EscapeString(evidence(l)) + "</p>"
	source := f.Outlet
	if u, err := url.Parse(f.URL); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		if source == "" {
			source = u.Host
		}
		return out + `<p><a href="` + html.EscapeString(u.String()) + `">` + html.EscapeString(source) + "</a></p>"
	}
	if source != "" {
		out += "<p>" + html.EscapeString(source) + "</p>"
	}
	return out
}

// style returns the id of the style of a role.
func style(r geo.Role) string {
	switch r {
	case geo.RoleFocus, geo.RoleDateline:
		return string(r)
	}
	return string(geo.RoleMention)
}
