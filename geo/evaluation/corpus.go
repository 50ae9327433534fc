package evaluation

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"
	"unicode/utf8"

	"newsmap/geo"
)

// maxLine is the maximum size of a document of a corpus in bytes.
const maxLine = 16 << 20

// Mention is a place name that an annotator marked in a text.
type Mention struct {
	Start, End  int // Unicode code points of the document's text; End is exclusive
	Text        string
	Point       *geo.Coordinate // lon, lat in degrees; nil makes the mention neutral
	GeoNameID   int64           // id of the place; 0 if unknown
	Name        string          // the annotator's name for the place
	FeatureCode string          // GeoNames feature code; empty if unknown
}

// Neutral reports whether the mention has no point, so that finding it is neither right nor wrong.
func (m *Mention) Neutral() bool { return m.Point == nil }

// Document is a text with the mentions that its annotators marked.
type Document struct {
	geo.Document
	Mentions []Mention
}

type jsonDocument struct {
	ID       documentID    `json:"id"`
	Title    string        `json:"title"`
	Domain   string        `json:"domain"`
	Outlet   string        `json:"outlet"`
	URL      string        `json:"url"`
	Date     string        `json:"date"`
	Lang     string        `json:"lang"`
	Text     string        `json:"text"`
	Mentions []jsonMention `json:"mentions"`
}

// documentID is a string that may be a number in JSON, as for newsmap geoparse.
type documentID string

func (id *documentID) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, (*string)(id)); err == nil {
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return errors.New("id is neither a string nor a number")
	}
	*id = documentID(n)
	return nil
}

type jsonMention struct {
	Start       int      `json:"start"`
	End         int      `json:"end"`
	Text        string   `json:"text"`
	Lat         *float64 `json:"lat"`
	Lon         *float64 `json:"lon"`
	GeoNameID   *int64   `json:"geonameid"`
	Name        *string  `json:"name"`
	FeatureCode *string  `json:"fcode"`
}

// ReadFile reads the corpus in the file at path. Errors name the file and line.
func ReadFile(path string) ([]Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, geo.Invalid(path, "is a folder; name a file with a corpus")
	}
	docs, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return docs, nil
}

// Read reads a corpus: one JSON document a line with id, title, domain, outlet, url, date,
// text and mentions (start, end, text, lat, lon, geonameid, name, fcode). It ignores empty
// lines. The error wraps geo.ErrInvalid and names the line.
func Read(r io.Reader) ([]Document, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 64<<10), maxLine)
	var docs []Document
	line := 0
	for sc.Scan() {
		line++
		if len(sc.Bytes()) == 0 {
			continue
		}
		doc, err := decode(sc.Bytes())
		if err != nil {
			return nil, geo.Invalid(fmt.Sprintf("line %d", line), "%v", err)
		}
		docs = append(docs, doc)
	}
	switch err := sc.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, geo.Invalid(fmt.Sprintf("line %d", line+1), "is longer than %d MiB", maxLine>>20)
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", line+1, err)
	}
	return docs, nil
}

// explain returns the error for a line in terms of JSON rather than of Go.
func explain(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Errorf("%s is a JSON %s; expected %s", kind.Field, kind.Value, jsonType(kind.Type))
	case errors.As(err, &kind):
		return fmt.Errorf("is a JSON %s; expected an object", kind.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("is not JSON: %w (byte %d)", err, syntax.Offset)
	}
	return err
}

// jsonType returns the JSON type of the values of a Go type, with its article.
func jsonType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "an array"
	case reflect.Struct:
		return "an object"
	}
	return "a number"
}

func decode(line []byte) (Document, error) {
	var in jsonDocument
	if err := json.Unmarshal(line, &in); err != nil {
		return Document{}, explain(err)
	}
	doc := Document{Document: geo.Document{
		ID: string(in.ID), Title: in.Title, Text: in.Text, Domain: in.Domain, Outlet: in.Outlet,
		URL: in.URL, Lang: in.Lang, Date: parseDate(in.Date),
	}}
	length := utf8.RuneCountInString(in.Text)
	for i := range in.Mentions {
		m, err := in.Mentions[i].mention(length)
		if err != nil {
			return Document{}, fmt.Errorf("mention %d: %w", i, err)
		}
		doc.Mentions = append(doc.Mentions, m)
	}
	return doc, nil
}

func (in *jsonMention) mention(length int) (Mention, error) {
	m := Mention{Start: in.Start, End: in.End, Text: in.Text}
	if in.Start < 0 || in.End <= in.Start || in.End > length {
		return m, fmt.Errorf("span %d..%d is outside the text of %d code points", in.Start, in.End, length)
	}
	if (in.Lat == nil) != (in.Lon == nil) {
		return m, errors.New("lat or lon is missing; write both or neither")
	}
	if in.Lat != nil {
		if *in.Lat < -90 || *in.Lat > 90 || *in.Lon < -180 || *in.Lon > 180 {
			return m, fmt.Errorf("point %g, %g (lon, lat) is out of range", *in.Lon, *in.Lat)
		}
		m.Point = &geo.Coordinate{Lon: *in.Lon, Lat: *in.Lat}
	}
	if in.GeoNameID != nil {
		m.GeoNameID = *in.GeoNameID
	}
	if in.Name != nil {
		m.Name = *in.Name
	}
	if in.FeatureCode != nil {
		m.FeatureCode = *in.FeatureCode
	}
	return m, nil
}

// parseDate parses the date formats of corpora. A malformed date counts as unknown, as dates
// are context and not measured.
func parseDate(s string) time.Time {
	for _, layout := range [...]string{time.RFC3339, "2006-01-02 15:04:05.999999-07", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
