package feature

import (
	"bufio"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"newsmap/geo"
)

// The names of the formats that other code asks for by name.
const (
	GeoJSON = "geojson"
	CSV     = "csv"
)

// Format is a format that features are written in.
type Format struct {
	Name       string   // as "newsmap export --format" names it
	Label      string   // as people call it
	MediaType  string   // of an HTTP answer
	Extension  string   // of file names and of the route, with the dot
	Extensions []string // others that files in this format have

	// Links says that the output can name the address at which a limited answer
	// continues (see [Next]).
	Links bool
	// Menu says that the page offers the format for download.
	Menu bool

	new func(w *bufio.Writer, options Options) Writer
}

// Formats lists the formats. The routes of the API, "newsmap export", the downloads
// of the page and the tests of all formats follow from it.
var Formats = []Format{
	{
		Name:       GeoJSON,
		Label:      "GeoJSON",
		MediaType:  "application/geo+json",
		Extension:  ".geojson",
		Extensions: []string{".json"},
		Links:      true,
		Menu:       true,
		new:        newGeoJSON,
	},
	{
		Name:       "geojsonseq",
		Label:      "GeoJSON sequence",
		MediaType:  "application/geo+json-seq",
		Extension:  ".geojsons",
		Extensions: []string{".geojsonl", ".geojsonseq"},
		new:        newSequence,
	},
	{Name: CSV, Label: "CSV", MediaType: "text/csv; charset=utf-8; header=present", Extension: ".csv", Menu: true, new: newCSV},
	{Name: "kml", Label: "KML", MediaType: "application/vnd.google-earth.kml+xml", Extension: ".kml", Menu: true, new: newKML},
	{Name: "gpx", Label: "GPX", MediaType: "application/gpx+xml", Extension: ".gpx", Menu: true, new: newGPX},
}

// FormatNames lists the names of the formats.
func FormatNames() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// FormatByName finds a format. The error wraps geo.ErrInvalid, names "format" and
// lists the known ones.
func FormatByName(name string) (Format, error) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, geo.Invalid("format", "%.40q is unknown; choose one of %s", name, strings.Join(FormatNames(), ", "))
	}
	return Formats[i], nil
}

// FormatOfFile finds the format that the extension of a file name stands for, in
// either case.
func FormatOfFile(path string) (Format, bool) {
	extension := strings.ToLower(filepath.Ext(path))
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Extension == extension || slices.Contains(f.Extensions, extension) })
	if extension == "" || i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

// NewWriter returns a writer of the format to w.
func (f Format) NewWriter(w io.Writer, options Options) Writer {
	options.BaseURL = strings.TrimRight(options.BaseURL, "/")
	return f.new(bufio.NewWriterSize(w, 32<<10), options)
}

// NewWriter returns a writer of the format with that name. The errors are those of
// [FormatByName].
func NewWriter(format string, w io.Writer, options Options) (Writer, error) {
	f, err := FormatByName(format)
	if err != nil {
		return nil, err
	}
	return f.NewWriter(w, options), nil
}
