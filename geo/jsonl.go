package geo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
)

// MaxLine bounds one line of JSONL, in bytes.
const MaxLine = 4 << 20

// DocumentReader reads documents as JSONL, one JSON object a line:
//
//	{"id":"7","text":"…","title":"…","domain":"…","outlet":"…","url":"…","date":"…","lang":"…","points":[[178.44,-18.14]]}
//
// Only text is required; points are lon, lat in degrees; other members are passed over. A byte order mark,
// empty lines and CRLF are fine. It is the one reader of this form for all
// commands.
type DocumentReader struct {
	name string
	r    *bufio.Reader
	line int
}

// NewDocumentReader reads from r; name stands in errors for where it comes from.
func NewDocumentReader(name string, r io.Reader) *DocumentReader {
	return &DocumentReader{name: name, r: bufio.NewReaderSize(r, 64<<10)}
}

// Line is the number of the line that Next read last, from 1.
func (d *DocumentReader) Line() int { return d.line }

// Next returns the next document, io.EOF behind the last. An error that wraps
// ErrInvalid concerns one line, which it names: Next may be called again for the
// line behind it. Any other error ends the reading.
func (d *DocumentReader) Next() (*Document, error) {
	for {
		line, err := d.readLine()
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return d.decode(line)
		}
	}
}

var byteOrderMark = []byte("\ufeff")

// readLine returns a line, held only until the next call. It passes over what
// is beyond MaxLine without holding it.
func (d *DocumentReader) readLine() ([]byte, error) {
	d.line++
	var line []byte
	size := 0
	for {
		part, err := d.r.ReadSlice('\n')
		if size += len(part); size <= MaxLine {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%s:%d: %w", d.name, d.line, err)
		case err != nil && size == 0:
			return nil, io.EOF
		case size > MaxLine:
			return nil, Invalid(d.at(""), "the line has %d bytes, more than %d", size, MaxLine)
		}
		if d.line == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		return line, nil
	}
}

// at names the line, and the field where there is one.
func (d *DocumentReader) at(field string) string {
	if field == "" {
		return fmt.Sprintf("%s:%d", d.name, d.line)
	}
	return fmt.Sprintf("%s:%d: %s", d.name, d.line, field)
}

func (d *DocumentReader) decode(line []byte) (*Document, error) {
	doc, err := DecodeDocument(line)
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		return nil, &InvalidError{Name: d.at(invalid.Name), Reason: invalid.Reason}
	}
	return doc, err
}

// documentJSON is a Document as JSON. The id may be written as a number.
type documentJSON struct {
	ID     documentID `json:"id"`
	Title  string     `json:"title"`
	Text   string     `json:"text"`
	Domain string     `json:"domain"`
	Outlet string     `json:"outlet"`
	URL    string     `json:"url"`
	Date   string     `json:"date"`
	Lang   string     `json:"lang"`

	Points [][]float64 `json:"points"`
}

type documentID string

func (id *documentID) UnmarshalJSON(b []byte) error {
	var n json.Number
	if err := json.Unmarshal(b, (*string)(id)); err == nil {
		return nil
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return Invalid("id", "is neither a string nor a number")
	}
	*id = documentID(n)
	return nil
}

// DecodeDocument reads one JSON document; see DocumentReader for its members.
// The error wraps ErrInvalid and names the member.
func DecodeDocument(b []byte) (*Document, error) {
	if !utf8.Valid(b) {
		return nil, Invalid("document", "is not valid UTF-8")
	}
	var in documentJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return nil, explainJSON(err)
	}
	doc := &Document{ID: string(in.ID), Title: in.Title, Text: in.Text, Domain: in.Domain, Outlet: in.Outlet, URL: in.URL, Lang: in.Lang}
	if strings.TrimSpace(in.Text) == "" {
		return nil, Invalid("text", "is missing or empty")
	}
	for _, p := range in.Points {
		if len(p) != 2 || !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
			return nil, Invalid("points", "%v is not a point on Earth as [lon, lat]", p)
		}
		doc.Points = append(doc.Points, Coordinate{Lon: p[0], Lat: p[1]})
	}
	if in.Date != "" {
		date, err := ParseDate(in.Date)
		if err != nil {
			return nil, err
		}
		doc.Date = date
	}
	return doc, nil
}

func explainJSON(err error) error {
	var invalid *InvalidError
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &invalid):
		return err
	case errors.As(err, &kind) && strings.HasPrefix(kind.Field, "points"):
		return Invalid("points", "is or contains a JSON %s; expected a list of [lon, lat]", kind.Value)
	case errors.As(err, &kind) && kind.Field != "":
		return Invalid(kind.Field, "is a JSON %s; expected a string", kind.Value)
	case errors.As(err, &kind):
		return Invalid("document", "is a JSON %s; expected an object", kind.Value)
	case errors.As(err, &syntax):
		return Invalid("document", "is not JSON: %v (byte %d)", syntax, syntax.Offset)
	}
	return Invalid("document", "is not JSON: %v", err)
}
