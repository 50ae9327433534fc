package gazetteer

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo"

	"github.com/paulmach/orb"
	"golang.org/x/text/language"
)

// outletColumns are the columns that a table of outlets may have, in the order of
// the curated table.
var outletColumns = []string{"domain", "name", "country", "home", "admin1", "lat", "lon", "scope", "lang"}

// outletScopes are the values of the column scope.
var outletScopes = []string{"local", "regional", "national", "agency", "world"}

// The maximum size of a table of outlets.
const (
	maxOutlets    = 200_000
	maxOutletLine = 4_096 // bytes
)

// ReadOutlets reads a table of outlets in the format of the curated table: lines of
// cells separated by tabs, after a header with the names of the columns. Only the
// column domain is required. home is a town: the id of its place, or its name, which
// may be followed by its division and country ("Springfield, Illinois, US"). A town
// that x does not contain needs lat and lon in degrees. name is the name of the table
// in errors. Errors wrap geo.ErrInvalid and name the line and the column.
func ReadOutlets(name string, r io.Reader, x *Index) ([]Outlet, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxOutletLine)
	table := outletTable{name: name, index: x, lines: map[string]int{}}
	for n := 1; lines.Scan(); n++ {
		if err := table.add(n, strings.TrimSuffix(lines.Text(), "\r")); err != nil {
			return nil, err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, geo.Invalid(name, "has a line of more than %d bytes; shorten it", maxOutletLine)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case table.header == nil:
		return nil, geo.Invalid(name, "is empty; expected a header such as %q", "domain\tname\tcountry\thome")
	}
	return table.outlets, nil
}

// outletTable is a table that is being read.
type outletTable struct {
	name    string
	index   *Index
	header  []string
	lines   map[string]int // domain -> line
	outlets []Outlet
}

func (t *outletTable) add(n int, line string) error {
	line = strings.TrimPrefix(line, "\ufeff")
	where := fmt.Sprintf("%s:%d", t.name, n)
	switch {
	case !utf8.ValidString(line):
		return geo.Invalid(where, "is not UTF-8; save the table as UTF-8")
	case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		return nil
	case t.header == nil:
		return t.readHeader(where, line)
	case len(t.outlets) == maxOutlets:
		return geo.Invalid(where, "exceeds the maximum of %d outlets in a table; split the table", maxOutlets)
	}
	cells := strings.Split(line, "\t")
	if len(cells) > len(t.header) {
		return geo.Invalid(where, "has %d cells, but the header has %d", len(cells), len(t.header))
	}
	row := outletRow{where: where, cells: map[string]string{}}
	for i, cell := range cells {
		row.cells[t.header[i]] = strings.Join(strings.Fields(cell), " ")
	}
	o, err := row.outlet(t.index)
	if err != nil {
		return err
	}
	if first, duplicate := t.lines[o.Domain]; duplicate {
		return row.invalid("domain", "%q is already in line %d; remove one of them", o.Domain, first)
	}
	t.lines[o.Domain] = n
	t.outlets = append(t.outlets, o)
	return nil
}

func (t *outletTable) readHeader(where, line string) error {
	for column := range strings.SplitSeq(line, "\t") {
		column = strings.ToLower(strings.TrimSpace(column))
		switch {
		case !slices.Contains(outletColumns, column):
			return geo.Invalid(where, "unknown column %q in the header; choose from %s", column, strings.Join(outletColumns, ", "))
		case slices.Contains(t.header, column):
			return geo.Invalid(where, "column %q is in the header twice; remove one of them", column)
		}
		t.header = append(t.header, column)
	}
	if !slices.Contains(t.header, "domain") {
		return geo.Invalid(where, "the header has no column domain; add it")
	}
	return nil
}

// outletRow is one line of a table.
type outletRow struct {
	where string
	cells map[string]string
}

func (r outletRow) invalid(column, format string, args ...any) error {
	return geo.Invalid(r.where+": "+column, format, args...)
}

func (r outletRow) outlet(x *Index) (o Outlet, err error) {
	o = Outlet{
		Domain: strings.TrimPrefix(strings.ToLower(r.cells["domain"]), "www."), Country: strings.ToUpper(r.cells["country"]),
		Admin1: r.cells["admin1"], Scope: strings.ToLower(r.cells["scope"]), Lang: r.cells["lang"],
	}
	o.Name = cmp.Or(r.cells["name"], o.Domain)
	if o.Domain == "" || strings.ContainsAny(o.Domain, "/:@ ,") {
		return o, r.invalid("domain", "%q is not a host name; expected one such as example.org", r.cells["domain"])
	}
	if _, known := x.Country(o.Country); o.Country != "" && !known {
		return o, r.invalid("country", "%q is not a country code; expected two letters of ISO 3166-1 such as GB", r.cells["country"])
	}
	if o.Scope != "" && !slices.Contains(outletScopes, o.Scope) {
		return o, r.invalid("scope", "%q is unknown; choose from %s", r.cells["scope"], strings.Join(outletScopes, ", "))
	}
	if _, err := language.Parse(o.Lang); o.Lang != "" && err != nil {
		return o, r.invalid("lang", "%q is not a language tag; expected BCP 47 such as en or pt-BR", o.Lang)
	}
	if err := r.home(&o, x); err != nil {
		return o, err
	}
	if o.Scope == "" {
		o.Scope = defaultScope(&o)
	}
	return o, nil
}

func defaultScope(o *Outlet) string {
	switch {
	case o.Home != "":
		return "local"
	case o.Country != "":
		return "national"
	}
	return "world"
}

// home sets the home of the outlet.
func (r outletRow) home(o *Outlet, x *Index) error {
	point, located, err := r.point()
	if err != nil {
		return err
	}
	text := r.cells["home"]
	if text == "" {
		if located {
			return r.invalid("home", "is empty, but lat and lon are not; name the town, or leave all three empty")
		}
		return nil
	}
	place, err := r.findTown(text, o, x, point, located)
	switch {
	case err != nil:
		return err
	case place == nil:
		o.Home, _, _ = strings.Cut(text, ",")
		o.Point = point
		return nil
	case o.Country != "" && place.Country != "" && place.Country != o.Country:
		return r.invalid("home", "%s is in %s, not in %s; correct home or country", place.Name, place.Country, o.Country)
	}
	o.Home, o.HomeID, o.Point, o.Country = place.Name, place.ID, place.Point, cmp.Or(o.Country, place.Country)
	if place.Admin1Code != "" {
		o.Admin1 = place.Admin1Code
	}
	if located {
		o.Point = point
	}
	return nil
}

func (r outletRow) point() (p orb.Point, ok bool, err error) {
	if r.cells["lat"] == "" && r.cells["lon"] == "" {
		return p, false, nil
	}
	for i, c := range [...]struct {
		column string
		limit  float64
	}{{"lon", 180}, {"lat", 90}} {
		v, err := strconv.ParseFloat(r.cells[c.column], 64)
		if err != nil || !(v >= -c.limit && v <= c.limit) {
			return p, false, r.invalid(c.column, "%q is malformed; expected degrees from -%g to %g", r.cells[c.column], c.limit, c.limit)
		}
		p[i] = v
	}
	return p, true, nil
}

// maxHomeDistance is the maximum distance in km between a town and the point in its
// row.
const maxHomeDistance = 25

// findTown returns the place of a row's home, or nil if x does not contain it and the
// row has a point.
func (r outletRow) findTown(text string, o *Outlet, x *Index, point orb.Point, located bool) (*geo.Place, error) {
	if strings.Contains(text, ":") {
		place, err := x.Place(text)
		if err != nil {
			return nil, r.invalid("home", "the gazetteer has no place with the id %q; look the id up with: newsmap gazetteer lookup NAME", text)
		}
		return &place, nil
	}
	var found []geo.Place
	for _, reading := range homeReadings(text, o, x) {
		if found = x.towns(reading, point, located); len(found) > 0 {
			break
		}
	}
	switch {
	case len(found) == 0 && located:
		return nil, nil //nolint:nilnil // the row's point is enough without a place
	case len(found) == 0:
		return nil, r.invalid("home", "the gazetteer has no town %q there; add lat and lon, or the id of a place", text)
	case len(found) > 1 && !located && found[0].Population < clearRatio*max(found[1].Population, 1):
		return nil, r.invalid("home", "%q may be any of %d towns, such as %s in %s and %s in %s; add the division, or use the id of a place",
			text, len(found), found[0].Name, cmp.Or(found[0].Admin1, found[0].Country), found[1].Name, cmp.Or(found[1].Admin1, found[1].Country))
	}
	return &found[0], nil
}

// clearRatio is how many times larger than the second the largest town of a name
// must be to be chosen without further information.
const clearRatio = 10

// homeReading is a possible meaning of the text of a home.
type homeReading struct{ name, division, country string }

// homeReadings returns the possible meanings of a text such as "Springfield,
// Illinois, US". The columns of the row supply what the text lacks. "Atlanta,
// Georgia" has two meanings.
func homeReadings(text string, o *Outlet, x *Index) []homeReading {
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	name, rest := parts[0], parts[1:]
	if len(rest) == 0 {
		return []homeReading{{name, o.Admin1, o.Country}}
	}
	var out []homeReading
	last := len(rest) - 1
	if code, ok := x.countryNamed(rest[last]); ok && (o.Country == "" || o.Country == code) {
		division := o.Admin1
		if last > 0 {
			division = rest[0]
		}
		out = append(out, homeReading{name, division, code})
	}
	return append(out, homeReading{name, rest[0], o.Country})
}

// towns returns the towns of a reading, the most populous first. If located is true,
// it only returns the towns near point (lon, lat in degrees).
func (x *Index) towns(r homeReading, point orb.Point, located bool) []geo.Place {
	const maxTowns = 200
	var found []geo.Place
	for _, c := range x.Lookup(r.name, maxTowns) {
		p := &c.Place
		if c.Match <= geo.MatchFolded && ClassOf(p.FeatureCode).Has(ClassPopulated) && (r.country == "" || p.Country == r.country) &&
			x.inDivision(p, r.division) && (!located || geo.DistanceKM(p.Point, point) <= maxHomeDistance) {
			found = append(found, *p)
		}
	}
	slices.SortStableFunc(found, func(a, b geo.Place) int { return cmp.Compare(b.Population, a.Population) })
	return found
}

// inDivision reports whether a place is in the division with a code, name or
// abbreviation. It returns true if division is empty.
func (x *Index) inDivision(p *geo.Place, division string) bool {
	if division == "" || strings.EqualFold(division, p.Admin1Code) || Fold(division) == Fold(p.Admin1) {
		return true
	}
	d, ok := x.DivisionByAbbreviation(p.Country, division)
	return ok && d.Admin1Code == p.Admin1Code
}

// countryNamed returns the alpha-2 code of a country by its code or English name.
func (x *Index) countryNamed(s string) (alpha2 string, ok bool) {
	for _, c := range x.countries {
		if strings.EqualFold(s, c.Alpha2) || strings.EqualFold(s, c.Alpha3) || Fold(s) == Fold(c.Name) {
			return c.Alpha2, true
		}
	}
	return "", false
}

// WithOutlets returns an index with additional outlets. An outlet replaces the one
// of the same domain in x. The two indexes share everything else: close only one of
// them.
func (x *Index) WithOutlets(outlets []Outlet) *Index {
	out := *x
	out.extraOutlets = make(map[string]Outlet, len(outlets)+len(x.extraOutlets))
	for domain, o := range x.extraOutlets {
		out.extraOutlets[domain] = o
	}
	for _, o := range outlets {
		if _, extra := out.extraOutlets[o.Domain]; !extra {
			if _, indexed := x.indexedOutlet(o.Domain); !indexed {
				out.info.Outlets++
			}
		}
		out.extraOutlets[o.Domain] = o
	}
	return &out
}
