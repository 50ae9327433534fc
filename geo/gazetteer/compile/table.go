package compile

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// table is a file of tab-separated cells with a header line. Lists in a cell are
// separated by "|".
type table struct {
	path string
	rows []row
}

// row is a line of a table. Its cells are indexed by the names of the columns.
type row struct {
	path  string
	line  int
	cells map[string]string
}

// tableColumns are the columns that each table may have.
var tableColumns = map[string][]string{
	"countries":  {"id", "name", "alpha2", "alpha3", "feature_code", "continent", "capital", "lat", "lon", "population", "aliases", "demonyms", "languages"},
	"divisions":  {"code", "id", "name", "feature_code", "lat", "lon", "population", "capital", "postal", "abbreviations", "aliases", "demonyms"},
	"regions":    placeColumns,
	"water":      placeColumns,
	"rivers":     placeColumns,
	"mountains":  placeColumns,
	"islands":    placeColumns,
	"newsworthy": {"id", "name", "aliases", "lat", "lon", "feature_code", "countries", "admin1", "weight", "note"},
	"spellings":  {"name", "country", "admin1", "lat", "lon", "aliases", "note"},
	"outlets":    {"domain", "name", "country", "home", "admin1", "lat", "lon", "scope", "lang"},
}

var placeColumns = []string{"id", "name", "aliases", "lat", "lon", "feature_code", "countries", "weight", "demonyms"}

// placeTables are the tables of places other than countries and divisions, in the order
// in which they are read.
var placeTables = []string{"regions", "water", "rivers", "mountains", "islands", "newsworthy"}

// readTable reads a table from a folder. It returns an empty table if the folder does
// not contain the file.
func readTable(folder, name string) (table, error) {
	path := filepath.Join(folder, name+".tsv")
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return table{path: path}, nil
	}
	if err != nil {
		return table{}, err
	}
	return parseTable(path, string(raw), tableColumns[name])
}

func parseTable(path, text string, allowed []string) (table, error) {
	t := table{path: path}
	if !utf8.ValidString(text) {
		return t, geo.Invalid(path, "is not UTF-8; save the table as UTF-8")
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	header := strings.Split(strings.TrimSuffix(lines[0], "\r"), "\t")
	for i, column := range header {
		if !slices.Contains(allowed, column) {
			return t, geo.Invalid(path+":1", "unknown column %q; choose from %s", column, strings.Join(allowed, ", "))
		}
		if slices.Contains(header[:i], column) {
			return t, geo.Invalid(path+":1", "column %q is in the header twice; remove one of them", column)
		}
	}
	for i, line := range lines[1:] {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) > len(header) {
			return t, geo.Invalid(fmt.Sprintf("%s:%d", path, i+2), "has %d cells, but the header has %d", len(cells), len(header))
		}
		r := row{path: path, line: i + 2, cells: make(map[string]string, len(header))}
		for j, cell := range cells {
			r.cells[header[j]] = tidy(cell)
		}
		t.rows = append(t.rows, r)
	}
	return t, nil
}

// invalid returns an error that names the file and line of r.
func (r row) invalid(format string, args ...any) error {
	return geo.Invalid(fmt.Sprintf("%s:%d", r.path, r.line), format, args...)
}

func (r row) text(column string) string { return r.cells[column] }

func (r row) list(column string) []string {
	var out []string
	for _, s := range strings.Split(r.cells[column], "|") {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// point returns the point from lat and lon. ok is false if both are empty.
func (r row) point() (p orb.Point, ok bool, err error) {
	if r.text("lat") == "" && r.text("lon") == "" {
		return p, false, nil
	}
	for i, column := range [...]string{"lon", "lat"} {
		if p[i], err = strconv.ParseFloat(r.text(column), 64); err != nil {
			return p, false, r.invalid("%s %q is not a number", column, r.text(column))
		}
	}
	if err := checkPoint(p[0], p[1]); err != nil {
		return p, false, r.invalid("%v", err)
	}
	return p, true, nil
}

// number returns the number in a column, or defaultValue if the cell is empty.
func (r row) number(column string, defaultValue float64) (float64, error) {
	s := r.text(column)
	if s == "" {
		return defaultValue, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || v < 0 {
		return 0, r.invalid("%s %q is malformed; expected a number from 0", column, s)
	}
	return v, nil
}

func checkPoint(lon, lat float64) error {
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
		return fmt.Errorf("lat %g, lon %g is not a point; expected degrees from -90 to 90 and from -180 to 180", lat, lon)
	}
	return nil
}
