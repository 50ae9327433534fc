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

// Form is an input format.
type Form string

// Input formats.
const (
	FormJSONL Form = "jsonl" // one document a line; see geo.DocumentReader
	FormHTML  Form = "html"  // one page; see article.Extract
	FormText  Form = "text"  // one article; see article.FromText
)

// Open opens the file at path, or stdin if path is "-". Its format follows from its extension
// or its first bytes. The error names the path.
func Open(path string, stdin io.Reader) (Source, error) {
	if IsAddress(path) {
		return nil, geo.Invalid(path, "is an address; use Web.Open")
	}
	b, form, err := openBuffered(path, stdin)
	if err != nil {
		return nil, err
	}
	return Read(displayName(path), form, b)
}

// displayName returns the name of a file in messages.
func displayName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return path
}

// openBuffered opens a file and returns the format of its extension.
func openBuffered(path string, stdin io.Reader) (*buffered, Form, error) {
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
	return newBuffered(f), formOf(path), nil
}

// sniffed is the number of bytes by which the format of a file is recognized.
const sniffed = 1 << 10

// buffered is a file whose beginning can be read in advance.
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

// formOf returns the format for the extension of a file, or "" if it is not known.
func formOf(path string) Form {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson", ".json":
		return FormJSONL
	case ".html", ".htm", ".xhtml":
		return FormHTML
	case ".txt", ".text":
		return FormText
	}
	return ""
}

// Read reads r in the given format or, if form is empty, in the format of its first bytes.
// Errors contain name. Closing the source closes r.
func Read(name string, form Form, r io.ReadCloser) (Source, error) {
	buffered := newBuffered(r)
	if form == "" {
		head, err := buffered.Peek(sniffed)
		if err != nil && !errors.Is(err, io.EOF) {
			r.Close()
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		form = sniff(head)
	}
	switch form {
	case FormJSONL:
		return &lines{name, geo.NewDocumentReader(name, buffered), r}, nil
	case FormHTML:
		return &whole{name: name, r: buffered, closer: r, most: article.MaxPage, read: readPage}, nil
	case FormText:
		return &whole{name: name, r: buffered, closer: r, most: story.MaxText, read: readText}, nil
	}
	r.Close()
	return nil, geo.Invalid("format", "%.40q is unknown; choose one of jsonl, html, text", form)
}

// sniff returns the format of a file by its beginning.
func sniff(head []byte) Form {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		return FormJSONL
	case looksLikeHTML(head):
		return FormHTML
	}
	return FormText
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

// lines is a source of JSONL.
type lines struct {
	name   string
	r      *geo.DocumentReader
	closer io.Closer
}

func (l *lines) Next(ctx context.Context) (*Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	doc, err := l.r.Next()
	if err != nil {
		return nil, err
	}
	return &Item{fmt.Sprintf("%s:%d", l.name, l.r.Line()), FromDocument(doc)}, nil
}

func (l *lines) Close() error { return l.closer.Close() }

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

// whole is a source of one article.
type whole struct {
	name   string
	r      io.Reader
	closer io.Closer
	most   int
	read   func(context.Context, []byte) (*article.Article, error)
	done   bool
}

func (w *whole) Next(ctx context.Context) (*Item, error) {
	if w.done {
		return nil, io.EOF
	}
	w.done = true
	b, err := io.ReadAll(io.LimitReader(w.r, int64(w.most)+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.name, err)
	}
	if len(b) > w.most {
		return nil, geo.Invalid(w.name, "is too large; the limit is %d bytes", w.most)
	}
	a, err := w.read(ctx, b)
	if err != nil {
		return nil, at(w.name, err)
	}
	return &Item{w.name, FromArticle(a)}, nil
}

func (w *whole) Close() error { return w.closer.Close() }

func readPage(ctx context.Context, b []byte) (*article.Article, error) {
	return article.Extract(ctx, b, "text/html", "")
}

func readText(_ context.Context, b []byte) (*article.Article, error) {
	return article.FromText(string(b))
}

// at adds the position of an invalid value to the error.
func at(where string, err error) error {
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return &geo.InvalidError{Name: where + ": " + invalid.Name, Reason: invalid.Reason}
	}
	return fmt.Errorf("%s: %w", where, err)
}
