package feature

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"

	"newsmap/geo/story"
)

// columns are the properties of a feature, followed by its point.
var columns = [...]string{
	"story_id", "title", "url", "story_url", "outlet", "published", "lang", "place_id", "place", "country", "admin1",
	"feature_code", "precision", "role", "confidence", "mentions", "evidence", "lon", "lat",
}

// csvWriter writes CSV with a header row. Lines end in CRLF.
type csvWriter struct {
	buf           *bufio.Writer
	w             *csv.Writer
	options       Options
	headerWritten bool
	row           [len(columns)]string
}

func newCSV(w *bufio.Writer, options Options) Writer {
	t := &csvWriter{buf: w, w: csv.NewWriter(w), options: options}
	t.w.UseCRLF = true
	return t
}

func (t *csvWriter) writeHeader() error {
	if t.headerWritten {
		return nil
	}
	t.headerWritten = true
	return t.w.Write(columns[:])
}

func (t *csvWriter) Write(f *story.Feature) error {
	if err := t.writeHeader(); err != nil {
		return err
	}
	l := &f.Location
	t.row = [...]string{
		cellText(f.StoryID), cellText(f.Title), cellText(f.URL), cellText(storyURL(&t.options, f.StoryID)), cellText(f.Outlet),
		formatTime(f.Published), cellText(f.Lang),
		cellText(l.Place.ID), cellText(l.Place.Name), cellText(l.Place.Country), cellText(l.Place.Admin1), cellText(l.Place.FeatureCode),
		cellText(string(precision(l))), cellText(string(l.Role)), formatNumber(l.Confidence), strconv.Itoa(f.Mentions), cellText(evidence(l)),
		formatNumber(l.Place.Point[0]), formatNumber(l.Place.Point[1]),
	}
	return t.w.Write(t.row[:])
}

func (t *csvWriter) Close() error {
	if err := t.writeHeader(); err != nil {
		return err
	}
	t.w.Flush()
	if err := t.w.Error(); err != nil {
		return err
	}
	return t.buf.Flush()
}

// cellText returns s, preceded by an apostrophe if it begins like a formula, which spreadsheets
// would evaluate (https://owasp.org/www-community/attacks/CSV_Injection).
func cellText(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 {
		s = "'" + s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// formatNumber formats v. It returns "" if v is not finite.
func formatNumber(v float64) string {
	if !finite(v) {
		return ""
	}
	return string(appendNumber(nil, v))
}
