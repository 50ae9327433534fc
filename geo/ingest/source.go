package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"newsmap/geo"
	"newsmap/geo/article"
	"newsmap/geo/story"
)

// Item is a story of a source, before geoparsing.
type Item struct {
	Where string // "file" or "file:line", for messages
	Story *story.Story
}

// Source returns stories one after another.
type Source interface {
	// Next returns the next item, or io.EOF after the last. An error that wraps geo.ErrInvalid
	// is about one item. It names the file, the line if the file has lines, and the field, and
	// Next may be called again. Any other error ends the source.
	Next(ctx context.Context) (*Item, error)
	Close() error
}

// Format is an input format.
type Format string

// Input formats.
const (
	FormatJSONL Format = "jsonl" // one document a line; see geo.DocumentReader
	FormatHTML  Format = "html"  // one page; see article.Extract
	FormatText  Format = "text"  // one article; see article.FromText
)

// Open opens the file at path, or stdin if path is "-". Its format follows from its extension
// or its first bytes. The error names the path.
func Open(path string, stdin io.Reader) (Source, error) {
	if IsAddress(path) {
		return nil, geo.Invalid(path, "is an address; use Web.Open")
	}
	b, format, err := openBuffered(path, stdin)
	if err != nil {
		return nil, err
	}
	return Read(displayName(path), format, b)
}

// displayName returns the name of a file in messages.
func displayName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// openBuffered opens a file and returns the format of its extension.
func openBuffered(path string, stdin io.Reader) (*buffered, Format, error) {
	if path == "-" {
		return newBuffered(io.NopCloser(stdin)), "", nil
	}
	f, err := os.Open(path)
	switch {
	case path == "":
		return nil, "", errors.New("the name is empty; expected an address or a file")
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", geo.Invalid(path, "there is no such file; an address begins with http:// or https://")
	case err != nil:
		return nil, "", err
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		f.Close()
		return nil, "", errors.Join(geo.Invalid(path, "is a directory; expected a file"), err)
	}
	return newBuffered(f), formatOf(path), nil
}

// sniffLen is the number of bytes at the beginning of a file that show its format.
const sniffLen = 1 << 10

// buffered is a file with a buffer, so that its beginning can be read twice.
type buffered struct {
	*bufio.Reader
	io.Closer
}

func newBuffered(r io.ReadCloser) *buffered {
	if b, ok := r.(*buffered); ok {
		return b
	}
	return &buffered{bufio.NewReader(r), r}
}

// formatOf returns the format for the extension of a file, or "" if it is not known.
func formatOf(path string) Format {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson", ".json":
		return FormatJSONL
	case ".html", ".htm", ".xhtml":
		return FormatHTML
	case ".txt", ".text":
		return FormatText
	}
	return ""
}

// Read returns a source that reads r in the given format. If format is empty, the first bytes
// show the format. Errors contain name. Closing the source closes r.
func Read(name string, format Format, r io.ReadCloser) (Source, error) {
	buffered := newBuffered(r)
	if format == "" {
		head, err := buffered.Peek(sniffLen)
		if err != nil && !errors.Is(err, io.EOF) {
			r.Close()
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		format = sniff(head)
	}
	switch format {
	case FormatJSONL:
		return &jsonlSource{name, geo.NewDocumentReader(name, buffered), r}, nil
	case FormatHTML:
		return &articleSource{name: name, r: buffered, closer: r, limit: article.MaxPage, parse: parsePage}, nil
	case FormatText:
		return &articleSource{name: name, r: buffered, closer: r, limit: story.MaxText, parse: parseText}, nil
	}
	r.Close()
	return nil, geo.Invalid("format", "%.40q is unknown; choose one of jsonl, html, text", format)
}

// sniff returns the format of a file by its beginning.
func sniff(head []byte) Format {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		return FormatJSONL
	case looksLikeHTML(head):
		return FormatHTML
	}
	return FormatText
}

func looksLikeHTML(head []byte) bool {
	lower := bytes.ToLower(head)
	for _, start := range []string{"<!doctype html", "<html", "<head", "<body", "<!--", "<?xml", "<article", "<meta", "<title", "<div", "<p>", "<p ", "<h1"} {
		if bytes.HasPrefix(lower, []byte(start)) {
			return true
		}
	}
	return false
}

// jsonlSource is a source of the documents in a JSONL file.
type jsonlSource struct {
	name   string
	r      *geo.DocumentReader
	closer io.Closer
}

func (s *jsonlSource) Next(ctx context.Context) (*Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	doc, err := s.r.Next()
	if err != nil {
		return nil, err
	}
	return &Item{fmt.Sprintf("%s:%d", s.name, s.r.Line()), FromDocument(doc)}, nil
}

func (s *jsonlSource) Close() error { return s.closer.Close() }

// FromDocument makes a story from a document. It ignores the document's id, as the ids of two
// files may both begin at 1, and the same story may be in two files.
func FromDocument(doc *geo.Document) *story.Story {
	return &story.Story{
		Title: doc.Title, Text: doc.Text, URL: doc.URL, Outlet: doc.Outlet, Domain: doc.Domain, Lang: doc.Lang, Published: doc.Date, Points: doc.Points,
	}
}

// FromArticle makes a story from an article.
func FromArticle(a *article.Article) *story.Story {
	return &story.Story{
		Title: a.Title, Text: a.Text, URL: a.URL, Outlet: a.Outlet, Domain: story.Domain(a.URL), Byline: a.Byline, Lang: a.Lang, Published: a.Published,
		Image: a.Image, Aliases: a.Also,
	}
}

// articleSource is a source of the article in a file.
type articleSource struct {
	name   string
	r      io.Reader
	closer io.Closer
	limit  int // in bytes
	parse  func(context.Context, []byte) (*article.Article, error)
	done   bool
}

func (s *articleSource) Next(ctx context.Context) (*Item, error) {
	if s.done {
		return nil, io.EOF
	}
	s.done = true
	b, err := io.ReadAll(io.LimitReader(s.r, int64(s.limit)+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if len(b) > s.limit {
		return nil, geo.Invalid(s.name, "is too large; the limit is %d bytes", s.limit)
	}
	a, err := s.parse(ctx, b)
	if err != nil {
		return nil, withPosition(s.name, err)
	}
	return &Item{s.name, FromArticle(a)}, nil
}

func (s *articleSource) Close() error { return s.closer.Close() }

func parsePage(ctx context.Context, b []byte) (*article.Article, error) {
	return article.Extract(ctx, b, "text/html", "")
}

func parseText(_ context.Context, b []byte) (*article.Article, error) {
	return article.FromText(string(b))
}

// withPosition adds the position of an item to an error about it.
func withPosition(where string, err error) error {
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return &geo.InvalidError{Name: where + ": " + invalid.Name, Reason: invalid.Reason}
	}
	return fmt.Errorf("%s: %w", where, err)
}
