package feature

import (
	"bufio"
	"io"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Writer writes features one after another. Nothing reaches the io.Writer
// below before its buffer of 32 KiB is full or Close is called; an answer
// that fails midway is left without Close, so that it is seen to be cut. The
// first error stays.
type Writer interface {
	// Write writes f and keeps nothing of it.
	Write(f *story.Feature) error
	// Close completes the output. It does not close the io.Writer below.
	Close() error
}

// Options say how features are written. The zero value is usable.
type Options struct {
	BaseURL string    // of the service, for story_url; empty: a path without a host
	BBox    *geo.BBox // what was asked for, written as the collection's bbox (GeoJSON only)
}

// Format is a form of output.
type Format struct {
	Name      string // as in "newsmap export --format"
	MediaType string
	Extension string // of a file, with its dot
	make      func(*bufio.Writer, Options) Writer
}

// Formats lists the forms of output.
func Formats() []Format {
	return []Format{
		{"geojson", "application/geo+json", ".geojson", newGeoJSON},
		{"geojsonseq", "application/geo+json-seq", ".geojsons", newSequence},
		{"csv", "text/csv; charset=utf-8; header=present", ".csv", newCSV},
	}
}

// FormatByName finds a format. The error wraps geo.ErrInvalid, names "format"
// and lists what would have been right.
func FormatByName(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, geo.Invalid("format", "%.40q is none of %s", name, strings.Join(names, ", "))
}

// NewWriter makes a writer of the named format; see FormatByName for the error.
func NewWriter(format string, w io.Writer, options Options) (Writer, error) {
	f, err := FormatByName(format)
	if err != nil {
		return nil, err
	}
	options.BaseURL = strings.TrimRight(options.BaseURL, "/")
	return f.make(bufio.NewWriterSize(w, 32<<10), options), nil
}

// Next tells w, before Close, the address at which a limited answer goes on.
// Only a GeoJSON collection has room for it: members "numberReturned" and
// "links", as in OGC API Features Part 1. For the others it does nothing.
func Next(w Writer, address string) {
	if c, ok := w.(*collection); ok {
		c.next = address
	}
}
