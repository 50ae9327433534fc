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
	id         uint64 // as stored in the index
	name       string
	ascii      string
	alternates string // separated by commas
	point      orb.Point
	feature    string
	country    string // alpha-2 or empty
	countries  []string
	admin1     string
	admin2     string
	population int64
}

const dumpColumns = 19

// firstForeignID is the largest number of a GeoNames id. Larger numbers minus
// firstForeignID are ids of Who's On First.
const firstForeignID = 10_000_000_000

var errLongLine = fmt.Errorf("line is longer than %d bytes", maxLine)

// parseRow parses a line of a dump.
func parseRow(line []byte) (dumpRow, error) {
	var r dumpRow
	if line == nil {
		return r, errLongLine
	}
	if !utf8.Valid(line) {
		return r, errors.New("is not UTF-8")
	}
	if n := bytes.Count(line, []byte{'\t'}) + 1; n != dumpColumns {
		return r, fmt.Errorf("has %d columns; a GeoNames dump has %d", n, dumpColumns)
	}
	cells := strings.SplitN(string(line), "\t", dumpColumns)
	id, err := strconv.ParseUint(cells[0], 10, 56)
	if err != nil || id == 0 {
		return r, fmt.Errorf("id %q is malformed; expected the number of a place", truncated(cells[0]))
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
		return r, fmt.Errorf("country %q is malformed; expected two capital letters", truncated(r.country))
	}
	for _, c := range strings.Split(cells[9], ",") {
		if isAlpha2(c) && c != r.country {
			r.countries = append(r.countries, c)
		}
	}
	if r.admin1, r.admin2 = cells[10], cells[11]; r.admin1 == "00" {
		r.admin1 = "" // the country itself
	}
	if cells[14] != "" {
		if r.population, err = strconv.ParseInt(cells[14], 10, 64); err != nil || r.population < 0 {
			return r, fmt.Errorf("population %q is malformed; expected a number from 0", truncated(cells[14]))
		}
	}
	return r, nil
}

func parsePoint(lat, lon string) (orb.Point, error) {
	y, errLat := strconv.ParseFloat(lat, 64)
	x, errLon := strconv.ParseFloat(lon, 64)
	if errLat != nil || errLon != nil {
		return orb.Point{}, fmt.Errorf("lat %q, lon %q are not both numbers", truncated(lat), truncated(lon))
	}
	return orb.Point{x, y}, checkPoint(x, y)
}

// featureOf returns the feature code of a row, or the letter of its feature class if it
// has no code.
func featureOf(class, code string) (string, error) {
	if len(class) > 1 || len(code) > 10 || class == "" && code == "" {
		return "", fmt.Errorf("feature class %q with code %q is malformed; expected such as P with PPL", truncated(class), truncated(code))
	}
	if code == "" {
		return class, nil
	}
	return code, nil
}

func isAlpha2(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// truncated returns s or the start of it, for error messages.
func truncated(s string) string {
	const maxLength = 40
	if len(s) <= maxLength {
		return s
	}
	return strings.ToValidUTF8(s[:maxLength], "") + "…"
}

// alternateRow is a row of alternateNamesV2.
type alternateRow struct {
	id    uint64 // of its place, as stored in the index
	name  string
	flags gazetteer.NameFlags
	skip  bool // it does not contain a name
}

// parseAlternate parses a line of alternateNamesV2, or of a file with the same first
// columns.
func parseAlternate(line []byte) (alternateRow, error) {
	var r alternateRow
	if line == nil {
		return r, errLongLine
	}
	if !utf8.Valid(line) {
		return r, errors.New("is not UTF-8")
	}
	cells := strings.Split(string(line), "\t")
	if len(cells) < 4 || len(cells) > 10 {
		return r, fmt.Errorf("has %d columns; alternate names have 4 to 10", len(cells))
	}
	id, err := strconv.ParseUint(cells[1], 10, 56)
	if err != nil || id == 0 {
		return r, fmt.Errorf("id %q is malformed; expected the number of a place", truncated(cells[1]))
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
