package main

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
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/ingest"
	"newsmap/geo/story"

	"github.com/spf13/cobra"
)

// documentSource reads documents from files one after another. It reports malformed
// input on stderr and skips it.
type documentSource struct {
	cmd    *cobra.Command
	files  []string
	jsonl  bool // standard input is JSONL, whatever it begins with
	open   *documentFile
	failed bool
}

// documentFile is one open input.
type documentFile struct {
	next func() (*geo.Document, error) // io.EOF after the last
	io.Closer
}

// standardInput is the name of standard input in errors.
const standardInput = "standard input"

func newDocumentSource(cmd *cobra.Command, files []string, jsonl bool) *documentSource {
	if len(files) == 0 {
		files = []string{"-"}
	}
	return &documentSource{cmd: cmd, files: files, jsonl: jsonl}
}

// next returns the next document, or false after the last.
func (s *documentSource) next() (*geo.Document, bool, error) {
	for {
		if s.open == nil {
			if len(s.files) == 0 {
				return nil, false, nil
			}
			if err := s.openNext(); err != nil {
				s.report(err)
				continue
			}
		}
		doc, err := s.open.next()
		switch {
		case err == nil:
			return doc, true, nil
		case errors.Is(err, io.EOF):
			s.Close()
		case errors.Is(err, geo.ErrInvalid):
			s.report(err)
		default:
			s.report(err)
			s.Close()
		}
	}
}

func (s *documentSource) report(err error) {
	s.failed = true
	fmt.Fprintf(s.cmd.ErrOrStderr(), "newsmap: %v\n", err)
}

// Close closes the input that is open, if any.
func (s *documentSource) Close() {
	if s.open != nil {
		s.open.Close()
		s.open = nil
	}
}

func (s *documentSource) openNext() error {
	path := s.files[0]
	s.files = s.files[1:]
	name, closer, input := path, io.Closer(io.NopCloser(nil)), s.cmd.InOrStdin()
	if path == "-" {
		name = standardInput
	} else {
		f, err := os.Open(path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return geo.Invalid(path, "there is no such file")
			}
			return err
		}
		if info, err := f.Stat(); err == nil && info.IsDir() {
			f.Close()
			return geo.Invalid(path, "is a folder; name the files in it")
		}
		closer, input = f, f
	}
	buffered := bufio.NewReaderSize(input, 64<<10)
	format := inputFormat(path, buffered)
	if path == "-" && s.jsonl {
		format = ingest.FormatJSONL
	}
	s.open = &documentFile{next: s.reader(name, format, buffered), Closer: closer}
	return nil
}

// inputFormat recognizes the format of an input by the extension of its name, or else by
// its first bytes.
func inputFormat(path string, r *bufio.Reader) ingest.Format {
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case slices.Contains([]string{".jsonl", ".ndjson", ".jsonlines"}, ext):
		return ingest.FormatJSONL
	case slices.Contains([]string{".html", ".htm", ".xhtml"}, ext):
		return ingest.FormatHTML
	case ext == ".txt":
		return ingest.FormatText
	}
	head, _ := r.Peek(512)
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		return ingest.FormatJSONL
	case bytes.HasPrefix(head, []byte("<")):
		return ingest.FormatHTML
	}
	return ingest.FormatText
}

// reader returns a function that reads the documents of one input. Plain text is kept
// as it is, so that offsets count from the beginning of the file; a page is reduced to
// its article.
func (s *documentSource) reader(name string, format ingest.Format, r io.Reader) func() (*geo.Document, error) {
	switch format {
	case ingest.FormatJSONL:
		return validReader(name, geo.NewDocumentReader(name, r))
	case ingest.FormatHTML:
		return s.pageReader(name, r)
	}
	done := false
	return func() (*geo.Document, error) {
		if done {
			return nil, io.EOF
		}
		done = true
		return readText(name, r)
	}
}

// validReader refuses documents with a date in the future or a text that is too long
// for a story, as the API and ingest do.
func validReader(name string, r *geo.DocumentReader) func() (*geo.Document, error) {
	return func() (*geo.Document, error) {
		doc, err := r.Next()
		if err != nil {
			return nil, err
		}
		if n := len(doc.Text); n > story.MaxText {
			return nil, geo.Invalid(fmt.Sprintf("%s:%d: text", name, r.Line()), "is too long: %d bytes; the limit is %d; split it", n, story.MaxText)
		}
		if err := story.ValidateDate(doc.Date, time.Now()); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, r.Line(), err)
		}
		return doc, nil
	}
}

func (s *documentSource) pageReader(name string, r io.Reader) func() (*geo.Document, error) {
	var source ingest.Source
	return func() (*geo.Document, error) {
		if source == nil {
			var err error
			if source, err = ingest.Read(name, ingest.FormatHTML, io.NopCloser(r)); err != nil {
				return nil, err
			}
		}
		item, err := source.Next(context.WithoutCancel(s.cmd.Context()))
		if err != nil {
			return nil, err
		}
		doc := item.Story.Document()
		doc.ID = documentID(name)
		return doc, nil
	}
}

// readText reads a plain text.
func readText(name string, r io.Reader) (*geo.Document, error) {
	text, err := io.ReadAll(io.LimitReader(r, story.MaxText+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(text) > story.MaxText:
		return nil, geo.Invalid(name, "has more than %d bytes; split it", story.MaxText)
	case !utf8.Valid(text):
		return nil, geo.Invalid(name, "is not valid UTF-8 text; convert it to UTF-8")
	case len(bytes.TrimSpace(text)) == 0:
		return nil, geo.Invalid(name, "is empty; expected text, HTML or JSONL")
	}
	return &geo.Document{ID: documentID(name), Text: string(text)}, nil
}

// documentID names a document after its file, to tell several apart.
func documentID(name string) string {
	if name == standardInput {
		return ""
	}
	return name
}
