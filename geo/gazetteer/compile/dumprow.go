package compile

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// dumpRow is a row of a GeoNames dump; see its readme.txt for the columns.
type dumpRow struct {
	id         uint64 // in the form of the index
	name       string
	ascii      string
	alternates string // with commas between
	point      orb.Point
	feature    string
	country    string // alpha-2 or empty
	countries  []string
	admin1     string
	admin2     string
	population int64
}

const dumpColumns = 19

// firstForeignID is where the numbers begin that are no ids of GeoNames but, less
// this, of Who's On First.
const firstForeignID = 10_000_000_000

var errLongLine = fmt.Errorf("line is longer than %d bytes", maxLine)

// parseRow reads a line of a dump.
func parseRow(line []byte) (dumpRow, error) {
	var r dumpRow
	if line == nil {
		return r, errLongLine
	}
	if !utf8.Valid(line) {
		return r, errors.New("not UTF-8")
	}
	if n := bytes.Count(line, []byte{'\t'}) + 1; n != dumpColumns {
		return r, fmt.Errorf("%d columns where a GeoNames dump has %d", n, dumpColumns)
	}
	cells := strings.SplitN(string(line), "\t", dumpColumns)
	id, err := strconv.ParseUint(cells[0], 10, 56)
	if err != nil || id == 0 {
		return r, fmt.Errorf("id %q is not the number of a place", clipped(cells[0]))
	}
	if r.id = id; id > firstForeignID {
		r.id = gazetteer.WOFID(id - firstForeignID)
	}
	r.name, r.ascii, r.alternates = tidy(cells[1]), tidy(cells[2]), cells[3]
	if r.name == "" {
		return r, errors.New("name is empty")
	}
	if r.point, err = parsePoint(cells[4], cells[5]); err != nil {
		return r, err
	}
	if r.feature, err = featureOf(cells[6], cells[7]); err != nil {
		return r, err
	}
	if r.country = cells[8]; r.country != "" && !isAlpha2(r.country) {
		return r, fmt.Errorf("country %q is not two capitals", clipped(r.country))
	}
	for _, c := range strings.Split(cells[9], ",") {
		if isAlpha2(c) && c != r.country {
			r.countries = append(r.countries, c)
		}
	}
	if r.admin1, r.admin2 = cells[10], cells[11]; r.admin1 == "00" {
		r.admin1 = "" // of the country as a whole
	}
	if cells[14] != "" {
		if r.population, err = strconv.ParseInt(cells[14], 10, 64); err != nil || r.population < 0 {
			return r, fmt.Errorf("population %q is not a number from 0 on", clipped(cells[14]))
		}
	}
	return r, nil
}

func parsePoint(lat, lon string) (orb.Point, error) {
	y, errLat := strconv.ParseFloat(lat, 64)
	x, errLon := strconv.ParseFloat(lon, 64)
	if errLat != nil || errLon != nil {
		return orb.Point{}, fmt.Errorf("lat %q, lon %q are no numbers", clipped(lat), clipped(lon))
	}
	return orb.Point{x, y}, checkPoint(x, y)
}

// featureOf is the code of a row, or its class by one letter if it has none.
func featureOf(class, code string) (string, error) {
	if len(class) > 1 || len(code) > 10 || class == "" && code == "" {
		return "", fmt.Errorf("feature class %q and code %q are of no form", clipped(class), clipped(code))
	}
	if code == "" {
		return class, nil
	}
	return code, nil
}

func isAlpha2(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// clipped keeps an echoed value short.
func clipped(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// alternateRow is a row of alternateNamesV2.
type alternateRow struct {
	id    uint64 // of its place, in the form of the index
	name  string
	flags gazetteer.NameFlags
	skip  bool // it holds no name that a text may use
}

// parseAlternate reads a line of alternateNamesV2, or of a file of that form
// whose last columns are left out.
func parseAlternate(line []byte) (alternateRow, error) {
	var r alternateRow
	if line == nil {
		return r, errLongLine
	}
	if !utf8.Valid(line) {
		return r, errors.New("not UTF-8")
	}
	cells := strings.Split(string(line), "\t")
	if len(cells) < 4 || len(cells) > 10 {
		return r, fmt.Errorf("%d columns where alternate names have 4 to 10", len(cells))
	}
	id, err := strconv.ParseUint(cells[1], 10, 56)
	if err != nil || id == 0 {
		return r, fmt.Errorf("id %q is not the number of a place", clipped(cells[1]))
	}
	if r.id = id; id > firstForeignID {
		r.id = gazetteer.WOFID(id - firstForeignID)
	}
	r.name = tidy(cells[3])
	historic := len(cells) > 7 && cells[7] == "1"
	switch lang := cells[2]; {
	case lang == "en" && !historic:
		r.flags = gazetteer.NameEnglish
	case lang == "abbr":
		r.flags = gazetteer.NameAbbreviation
	case len(lang) > 3 && lang != "piny" && !strings.Contains(lang, "-") || lang == "tcid":
		r.skip = true // codes and addresses: link, post, iata, icao, faac, wkdt, unlc, phon
	default:
		r.flags = gazetteer.NameForeign
	}
	if r.flags&gazetteer.NameAbbreviation == 0 {
		r.flags |= abbreviationFlag(r.name)
	}
	r.skip = r.skip || !usableName(r.name)
	return r, nil
}
