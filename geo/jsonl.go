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

// MaxLine is the longest line of JSONL that is read, in bytes.
const MaxLine = 4 << 20

// DocumentReader reads documents from JSONL, one JSON object a line:
//
//	{"id":"7","text":"…","title":"…","domain":"…","outlet":"…","url":"…","date":"…","lang":"…","points":[[178.44,-18.14]]}
//
// Only text is required; points are lon, lat in degrees; other members are ignored. A byte
// order mark, empty lines and CRLF are allowed. All commands read this format with
// DocumentReader.
type DocumentReader struct {
	name string
	r    *bufio.Reader
	line int
}

// NewDocumentReader returns a reader of r. Errors call the input name.
func NewDocumentReader(name string, r io.Reader) *DocumentReader {
	return &DocumentReader{name: name, r: bufio.NewReaderSize(r, 64<<10)}
}

// Line returns the number of the line that Next read last, from 1.
func (d *DocumentReader) Line() int { return d.line }

// Next returns the next document, or io.EOF after the last. An error that wraps ErrInvalid is
// about one line, which it names; Next may be called again for the next line. After any other
// error it must not be called again.
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

// readLine returns a line. It skips what is beyond MaxLine without keeping it in memory.
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
			return nil, Invalid(d.at(""), "the line is too long: %d bytes; the limit is %d", size, MaxLine)
		}
		if d.line == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		return line, nil
	}
}

// at returns the name of the current line, with field if it is not empty.
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

// documentJSON is a Document as JSON.
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

// documentID accepts a JSON string or number.
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

// DecodeDocument decodes a document from JSON; see DocumentReader for its members. The error
// wraps ErrInvalid and names the member.
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

// explainJSON turns an error of encoding/json into one that names the member.
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
