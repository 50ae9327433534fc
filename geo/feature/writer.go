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
	BaseURL  string    // of the service, for story_url; empty: a path without a host
	BBox     *geo.BBox // what was asked for, written as the collection's bbox (GeoJSON only)
	Unstored bool      // no store holds the stories, so that story_url is null
}

// The forms of output, as "newsmap export --format" names them.
const (
	GeoJSON    = "geojson"
	GeoJSONSeq = "geojsonseq"
	CSV        = "csv"
	KML        = "kml"
)

// Formats lists the forms of output.
var Formats = []string{GeoJSON, GeoJSONSeq, CSV, KML}

// MediaType is the media type of a format, empty if it is unknown.
func MediaType(format string) string {
	switch format {
	case GeoJSON:
		return "application/geo+json"
	case GeoJSONSeq:
		return "application/geo+json-seq"
	case CSV:
		return "text/csv; charset=utf-8; header=present"
	case KML:
		return "application/vnd.google-earth.kml+xml"
	}
	return ""
}

// Extension is how the names of files in a format end, with the dot; empty if
// it is unknown.
func Extension(format string) string {
	switch format {
	case GeoJSON:
		return ".geojson"
	case GeoJSONSeq:
		return ".geojsons"
	case CSV:
		return ".csv"
	case KML:
		return ".kml"
	}
	return ""
}

// NewWriter makes a writer of the format. The error wraps geo.ErrInvalid, names
// "format" and lists what would have been right.
func NewWriter(format string, w io.Writer, options Options) (Writer, error) {
	options.BaseURL = strings.TrimRight(options.BaseURL, "/")
	buffered := bufio.NewWriterSize(w, 32<<10)
	switch format {
	case GeoJSON:
		return newGeoJSON(buffered, options), nil
	case GeoJSONSeq:
		return newSequence(buffered, options), nil
	case CSV:
		return newCSV(buffered, options), nil
	case KML:
		return newKML(buffered, options), nil
	}
	return nil, geo.Invalid("format", "%.40q is none of %s", format, strings.Join(Formats, ", "))
}

// Next tells w, before Close, the address at which a limited answer goes on.
// Only a GeoJSON collection has room for it: members "numberReturned" and
// "links", as in OGC API Features Part 1. For the others it does nothing.
func Next(w Writer, address string) {
	if c, ok := w.(*collection); ok {
		c.next = address
	}
}
