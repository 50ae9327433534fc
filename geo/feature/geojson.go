package feature

import (
	"bufio"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
)

// geoJSONWriter writes a GeoJSON FeatureCollection with one feature a line.
type geoJSONWriter struct {
	w       *bufio.Writer
	options Options
	buf     []byte
	n       int
	next    string
}

func newGeoJSON(w *bufio.Writer, options Options) Writer {
	return &geoJSONWriter{w: w, options: options}
}

func (c *geoJSONWriter) Write(f *story.Feature) error {
	c.buf = c.buf[:0]
	if c.n == 0 {
		c.buf = c.appendHeader(c.buf)
	} else {
		c.buf = append(c.buf, ',')
	}
	c.n++
	c.buf = appendFeature(append(c.buf, '\n'), f, &c.options)
	_, err := c.w.Write(c.buf)
	return err
}

func (c *geoJSONWriter) appendHeader(b []byte) []byte {
	b = append(b, `{"type":"FeatureCollection",`...)
	if box := c.options.BBox; box != nil {
		b = append(b, `"bbox":[`...)
		for i, v := range [...]float64{box.MinLon, box.MinLat, box.MaxLon, box.MaxLat} {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNumber(b, v)
		}
		b = append(b, `],`...)
	}
	return append(b, `"features":[`...)
}

func (c *geoJSONWriter) Close() error {
	b := c.buf[:0]
	if c.n == 0 {
		b = c.appendHeader(b)
	}
	b = append(b, "\n]"...)
	if c.next != "" {
		b = append(b, `,"numberReturned":`...)
		b = strconv.AppendInt(b, int64(c.n), 10)
		b = append(b, `,"links":[{"rel":"next","type":"application/geo+json","href":`...)
		b = appendString(b, c.next)
		b = append(b, `}]`...)
	}
	b = append(b, "}\n"...)
	if _, err := c.w.Write(b); err != nil {
		return err
	}
	return c.w.Flush()
}

// sequenceWriter writes GeoJSON text sequences: record separator, feature, newline.
type sequenceWriter struct {
	w       *bufio.Writer
	options Options
	buf     []byte
}

func newSequence(w *bufio.Writer, options Options) Writer {
	return &sequenceWriter{w: w, options: options}
}

const recordSeparator = 0x1e // RFC 7464

func (s *sequenceWriter) Write(f *story.Feature) error {
	s.buf = appendFeature(append(s.buf[:0], recordSeparator), f, &s.options)
	s.buf = append(s.buf, '\n')
	_, err := s.w.Write(s.buf)
	return err
}

func (s *sequenceWriter) Close() error { return s.w.Flush() }

// appendFeature appends f as a GeoJSON Feature. Its id is the ids of the story and the place,
// separated by a slash. Every property is present; unknown values are null.
func appendFeature(b []byte, f *story.Feature, o *Options) []byte {
	l := &f.Location
	b = append(b, `{"type":"Feature","id":`...)
	b = appendString(b, f.StoryID+"/"+l.Place.ID)
	b = append(b, `,"geometry":`...)
	b = appendPoint(b, l.Place.Point)
	b = append(b, `,"properties":{"story_id":`...)
	b = appendString(b, f.StoryID)
	b = appendText(b, `,"title":`, f.Title)
	b = appendText(b, `,"url":`, f.URL)
	b = appendText(b, `,"story_url":`, storyURL(o, f.StoryID))
	b = appendText(b, `,"outlet":`, f.Outlet)
	b = append(b, `,"published":`...)
	b = appendTime(b, f.Published)
	b = appendText(b, `,"lang":`, f.Lang)
	b = appendText(b, `,"place_id":`, l.Place.ID)
	b = appendText(b, `,"place":`, l.Place.Name)
	b = appendText(b, `,"country":`, l.Place.Country)
	b = appendText(b, `,"admin1":`, l.Place.Admin1)
	b = appendText(b, `,"feature_code":`, l.Place.FeatureCode)
	b = appendText(b, `,"precision":`, string(precision(l)))
	b = appendText(b, `,"role":`, string(l.Role))
	b = append(b, `,"confidence":`...)
	b = appendNumber(b, l.Confidence)
	b = append(b, `,"mentions":`...)
	b = strconv.AppendInt(b, int64(f.Mentions), 10)
	b = appendText(b, `,"evidence":`, evidence(l))
	return append(b, "}}"...)
}

// maxEvidence is the maximum length of the evidence in code points.
const maxEvidence = 240

// evidence returns the evidence of a location, cut to maxEvidence code points.
func evidence(l *geo.Location) string {
	s := l.Evidence
	if len(s) <= maxEvidence || utf8.RuneCountInString(s) <= maxEvidence {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == maxEvidence {
			return s[:i] + "…"
		}
	}
	return s
}

// precision returns the precision of a location, by default that of its place.
func precision(l *geo.Location) geo.Precision {
	if l.Precision != "" {
		return l.Precision
	}
	return l.Place.Precision()
}

// storyURL returns the address of a story's page, or "" if it has none.
func storyURL(o *Options, id string) string {
	if o.Unstored {
		return ""
	}
	return o.BaseURL + story.Path(id)
}

// appendPoint appends a GeoJSON Point (lon, lat), or null if p is not finite.
func appendPoint(b []byte, p [2]float64) []byte {
	if !finite(p[0]) || !finite(p[1]) {
		return append(b, "null"...)
	}
	b = append(b, `{"type":"Point","coordinates":[`...)
	b = append(appendNumber(b, p[0]), ',')
	return append(appendNumber(b, p[1]), "]}"...)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// appendNumber appends v with at most six decimals (0.11 m for degrees), or null if v is not
// finite.
func appendNumber(b []byte, v float64) []byte {
	if !finite(v) {
		return append(b, "null"...)
	}
	v = math.Round(v*1e6) / 1e6
	if v == 0 {
		v = 0 // removes the sign
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// appendTime appends t in RFC 3339, or null for the zero time.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}

// appendText appends key and s, or null if s is empty.
func appendText(b []byte, key, s string) []byte {
	b = append(b, key...)
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string that is also safe in HTML and in scripts: angle
// brackets, ampersands and the line separators U+2028 and U+2029 are escaped. Invalid UTF-8
// becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7f {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			b = appendEscaped(b, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendEscaped appends the escape sequence of an ASCII character.
func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
