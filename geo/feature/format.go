package feature

import (
	"bufio"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"newsmap/geo"
)

// Names of formats that other packages use.
const (
	GeoJSON = "geojson"
	CSV     = "csv"
)

// Format is an output format of features.
type Format struct {
	Name       string   // value of "newsmap export --format"
	Label      string   // name shown on pages
	MediaType  string   // of HTTP answers
	Extension  string   // of file names and of the route, with the dot
	Extensions []string // other extensions of such files

	// Links reports whether the output can contain the address of the next page (see [Next]).
	Links bool
	// Menu reports whether the page offers the format for download.
	Menu bool

	new func(w *bufio.Writer, options Options) Writer
}

// Formats is the table of all formats. The routes of the API, "newsmap export", the downloads
// of the page and the tests of all formats use it.
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

// FormatNames returns the names of the formats.
func FormatNames() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// FormatByName returns the format with the given name. The error wraps geo.ErrInvalid, names
// "format" and lists the names of all formats.
func FormatByName(name string) (Format, error) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, geo.Invalid("format", "%.40q is unknown; choose one of %s", name, strings.Join(FormatNames(), ", "))
	}
	return Formats[i], nil
}

// FormatOfFile returns the format for the extension of a file name, in upper or lower case.
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

// NewWriter returns a writer of the format with the given name. The errors are those of
// [FormatByName].
func NewWriter(format string, w io.Writer, options Options) (Writer, error) {
	f, err := FormatByName(format)
	if err != nil {
		return nil, err
	}
	return f.NewWriter(w, options), nil
}
