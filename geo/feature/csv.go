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

// table writes CSV with a header row. Lines end in CRLF.
type table struct {
	buf     *bufio.Writer
	w       *csv.Writer
	options Options
	headed  bool
	row     [len(columns)]string
}

func newCSV(w *bufio.Writer, options Options) Writer {
	t := &table{buf: w, w: csv.NewWriter(w), options: options}
	t.w.UseCRLF = true
	return t
}

func (t *table) head() error {
	if t.headed {
		return nil
	}
	t.headed = true
	return t.w.Write(columns[:])
}

func (t *table) Write(f *story.Feature) error {
	if err := t.head(); err != nil {
		return err
	}
	l := &f.Location
	t.row = [...]string{
		cell(f.StoryID), cell(f.Title), cell(f.URL), cell(storyURL(&t.options, f.StoryID)), cell(f.Outlet), stamp(f.Published), cell(f.Lang),
		cell(l.Place.ID), cell(l.Place.Name), cell(l.Place.Country), cell(l.Place.Admin1), cell(l.Place.FeatureCode),
		cell(string(precision(l))), cell(string(l.Role)), number(l.Confidence), strconv.Itoa(f.Mentions), cell(evidence(l)),
		number(l.Place.Point[0]), number(l.Place.Point[1]),
	}
	return t.w.Write(t.row[:])
}

func (t *table) Close() error {
	if err := t.head(); err != nil {
		return err
	}
	t.w.Flush()
	if err := t.w.Error(); err != nil {
		return err
	}
	return t.buf.Flush()
}

// cell returns s with an apostrophe in front if it begins like a formula, which spreadsheets
// would evaluate (https://owasp.org/www-community/attacks/CSV_Injection).
func cell(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 {
		s = "'" + s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// number formats v. It returns "" if v is not finite.
func number(v float64) string {
	if !finite(v) {
		return ""
	}
	return string(appendNumber(nil, v))
}
