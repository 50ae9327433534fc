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

// outletColumns are the columns that a table of outlets may have, in the order
// of the bundled one.
var outletColumns = []string{"domain", "name", "country", "home", "admin1", "lat", "lon", "scope", "lang"}

// outletScopes are what may stand in the column scope.
var outletScopes = []string{"local", "regional", "national", "agency", "world"}

// Caps on a table of outlets.
const (
	maxOutlets    = 200_000
	maxOutletLine = 4_096 // bytes
)

// ReadOutlets reads a table of outlets in the form of the bundled one: lines of
// cells parted by tabs, under a header that names their columns, of which only
// domain must be there. home is a town: the id of its place, or its name, to which
// division and country may be added ("Springfield, Illinois, US"). A town that x
// lacks needs lat and lon, in degrees. name stands in errors, which wrap
// geo.ErrInvalid and name line and column.
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
		return nil, geo.Invalid(name, "has a line of more than %d bytes", maxOutletLine)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case table.header == nil:
		return nil, geo.Invalid(name, "is empty; a header such as %q is due", "domain\tname\tcountry\thome")
	}
	return table.outlets, nil
}

// outletTable is a table on its way.
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
		return geo.Invalid(where, "is not UTF-8")
	case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		return nil
	case t.header == nil:
		return t.readHeader(where, line)
	case len(t.outlets) == maxOutlets:
		return geo.Invalid(where, "is beyond the %d outlets that one table may have", maxOutlets)
	}
	cells := strings.Split(line, "\t")
	if len(cells) > len(t.header) {
		return geo.Invalid(where, "%d cells where the header has %d", len(cells), len(t.header))
	}
	row := outletRow{where: where, cells: map[string]string{}}
	for i, cell := range cells {
		row.cells[t.header[i]] = strings.Join(strings.Fields(cell), " ")
	}
	o, err := row.outlet(t.index)
	if err != nil {
		return err
	}
	if first, twice := t.lines[o.Domain]; twice {
		return row.invalid("domain", "%q stands in line %d already", o.Domain, first)
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
			return geo.Invalid(where, "unknown column %q in the header; known are %s", column, strings.Join(outletColumns, ", "))
		case slices.Contains(t.header, column):
			return geo.Invalid(where, "column %q stands twice", column)
		}
		t.header = append(t.header, column)
	}
	if !slices.Contains(t.header, "domain") {
		return geo.Invalid(where, "the header lacks the column domain")
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
		return o, r.invalid("domain", "%q is no host name such as example.org", r.cells["domain"])
	}
	if _, known := x.Country(o.Country); o.Country != "" && !known {
		return o, r.invalid("country", "%q is no ISO 3166-1 two-letter code of a country", r.cells["country"])
	}
	if o.Scope != "" && !slices.Contains(outletScopes, o.Scope) {
		return o, r.invalid("scope", "%q is none of %s", r.cells["scope"], strings.Join(outletScopes, ", "))
	}
	if _, err := language.Parse(o.Lang); o.Lang != "" && err != nil {
		return o, r.invalid("lang", "%q is no BCP 47 tag such as en or pt-BR", o.Lang)
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

// home fills where the outlet is at home.
func (r outletRow) home(o *Outlet, x *Index) error {
	point, located, err := r.point()
	if err != nil {
		return err
	}
	text := r.cells["home"]
	if text == "" {
		if located {
			return r.invalid("home", "is empty, but lat and lon are not")
		}
		return nil
	}
	place, err := r.town(text, o, x, point, located)
	switch {
	case err != nil:
		return err
	case place == nil:
		o.Home, _, _ = strings.Cut(text, ",")
		o.Point = point
		return nil
	case o.Country != "" && place.Country != "" && place.Country != o.Country:
		return r.invalid("home", "%s lies in %s, not in %s", place.Name, place.Country, o.Country)
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
		most   float64
	}{{"lon", 180}, {"lat", 90}} {
		v, err := strconv.ParseFloat(r.cells[c.column], 64)
		if err != nil || !(v >= -c.most && v <= c.most) {
			return p, false, r.invalid(c.column, "%q is no number of degrees from -%g to %g", r.cells[c.column], c.most, c.most)
		}
		p[i] = v
	}
	return p, true, nil
}

// nearHome is how far, in km, a town may lie from the point that a row gives.
const nearHome = 25

// town finds the place that a row's home is; nil if x lacks it and the row says
// itself where it lies.
func (r outletRow) town(text string, o *Outlet, x *Index, point orb.Point, located bool) (*geo.Place, error) {
	if strings.Contains(text, ":") {
		place, err := x.Place(text)
		if err != nil {
			return nil, r.invalid("home", "the gazetteer has no place with the id %q", text)
		}
		return &place, nil
	}
	var found []geo.Place
	for _, reading := range readings(text, o, x) {
		if found = x.towns(reading, point, located); len(found) > 0 {
			break
		}
	}
	switch {
	case len(found) == 0 && located:
		return nil, nil //nolint:nilnil // the row says enough without a place
	case len(found) == 0:
		return nil, r.invalid("home", "the gazetteer knows no town %q there; give lat and lon, or the id of a place", text)
	case len(found) > 1 && !located && found[0].Population < clearly*max(found[1].Population, 1):
		return nil, r.invalid("home", "%q may be any of %d towns, such as %s in %s and %s in %s; add the division, or give the id of a place",
			text, len(found), found[0].Name, cmp.Or(found[0].Admin1, found[0].Country), found[1].Name, cmp.Or(found[1].Admin1, found[1].Country))
	}
	return &found[0], nil
}

// clearly is how many times larger the largest town of a name must be to be meant
// without more words.
const clearly = 10

// reading is one way to take a town's text apart.
type reading struct{ name, division, country string }

// readings takes "Springfield, Illinois, US" apart. What the text does not say,
// the row's own columns do. "Atlanta, Georgia" has two readings.
func readings(text string, o *Outlet, x *Index) []reading {
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	name, rest := parts[0], parts[1:]
	if len(rest) == 0 {
		return []reading{{name, o.Admin1, o.Country}}
	}
	var out []reading
	last := len(rest) - 1
	if code, ok := x.countryNamed(rest[last]); ok && (o.Country == "" || o.Country == code) {
		division := o.Admin1
		if last > 0 {
			division = rest[0]
		}
		out = append(out, reading{name, division, code})
	}
	return append(out, reading{name, rest[0], o.Country})
}

// towns returns the towns of a reading, the most populous first; those near a
// point, if one is given (lon, lat in degrees).
func (x *Index) towns(r reading, point orb.Point, located bool) []geo.Place {
	const most = 200
	var found []geo.Place
	for _, c := range x.Lookup(r.name, most) {
		p := &c.Place
		if c.Match <= geo.MatchFolded && ClassOf(p.FeatureCode).Has(ClassPopulated) && (r.country == "" || p.Country == r.country) &&
			x.inDivision(p, r.division) && (!located || geo.DistanceKM(p.Point, point) <= nearHome) {
			found = append(found, *p)
		}
	}
	slices.SortStableFunc(found, func(a, b geo.Place) int { return cmp.Compare(b.Population, a.Population) })
	return found
}

// inDivision reports whether a place lies in a division by its code, name or
// abbreviation; every place lies in none.
func (x *Index) inDivision(p *geo.Place, division string) bool {
	if division == "" || strings.EqualFold(division, p.Admin1Code) || Fold(division) == Fold(p.Admin1) {
		return true
	}
	d, ok := x.DivisionByAbbreviation(p.Country, division)
	return ok && d.Admin1Code == p.Admin1Code
}

// countryNamed returns the code of a country by its code or English name.
func (x *Index) countryNamed(s string) (alpha2 string, ok bool) {
	for _, c := range x.countries {
		if strings.EqualFold(s, c.Alpha2) || strings.EqualFold(s, c.Alpha3) || Fold(s) == Fold(c.Name) {
			return c.Alpha2, true
		}
	}
	return "", false
}

// WithOutlets returns an index that knows the given outlets before its own: one
// for a domain that it has takes its place. It shares everything else with x, so
// that one of the two is closed.
func (x *Index) WithOutlets(outlets []Outlet) *Index {
	out := *x
	out.own = make(map[string]Outlet, len(outlets)+len(x.own))
	for domain, o := range x.own {
		out.own[domain] = o
	}
	for _, o := range outlets {
		if _, own := out.own[o.Domain]; !own {
			if _, bundled := x.bundled(o.Domain); !bundled {
				out.info.Outlets++
			}
		}
		out.own[o.Domain] = o
	}
	return &out
}
