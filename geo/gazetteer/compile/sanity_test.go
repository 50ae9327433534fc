package compile

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

const tablesFolder = "../data/tables"

// countryDistanceKM is the maximum distance in km between a row and the nearest town of
// one of its countries, by table. Rivers and ranges have their point anywhere along
// them; islands and seas are away from the coast.
var countryDistanceKM = map[string]float64{
	"divisions": 800, "regions": 900, "water": 1500, "rivers": 500, "mountains": 1300, "islands": 2500, "newsworthy": 1200,
}

// minRows is the minimum number of rows of each table.
var minRows = map[string]int{
	"countries": 245, "divisions": 1000, "regions": 100, "rivers": 150, "mountains": 120, "islands": 150, "newsworthy": 400, "water": 130,
	"spellings": 300,
}

// TestTables checks every row of the curated tables.
func TestTables(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	towns := townsOf(x)
	ids := map[string]string{}
	for _, name := range append([]string{"countries", "divisions"}, placeTables...) {
		t.Run(name, func(t *testing.T) {
			table := openTable(t, name)
			if len(table.rows) < minRows[name] {
				t.Errorf("%d rows, want at least %d", len(table.rows), minRows[name])
			}
			for _, r := range table.rows {
				for _, problem := range checkRow(name, r, x, towns, ids) {
					t.Error(problem)
				}
			}
		})
	}
}

func openTable(t *testing.T, name string) table {
	t.Helper()
	table, err := readTable(tablesFolder, name)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// townsOf returns the points of the city lists by country.
func townsOf(x *gazetteer.Index) map[string][]orb.Point {
	towns := map[string][]orb.Point{}
	x.Each(func(p geo.Place) bool {
		if gazetteer.ClassOf(p.FeatureCode) == gazetteer.ClassPopulated && !strings.HasPrefix(p.ID, "newsmap:") {
			towns[p.Country] = append(towns[p.Country], p.Point)
		}
		return true
	})
	return towns
}

// checkRow returns the problems of a row.
func checkRow(table string, r row, x *gazetteer.Index, towns map[string][]orb.Point, ids map[string]string) (problems []string) {
	complain := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: %s: ", filepath.Base(r.path), r.line, r.text("name"))+fmt.Sprintf(format, args...))
	}
	if r.text("name") == "" {
		complain("has no name")
	}
	id := r.text("id")
	if where, taken := ids[id]; taken && id != "" {
		complain("id %s is also at %s", id, where)
	}
	ids[id] = fmt.Sprintf("%s:%d", table, r.line)
	if id == "" && table != "divisions" || id != "" && !strings.HasPrefix(id, "newsmap:") && !strings.HasPrefix(id, "geonames:") {
		complain("id %q is malformed", id)
	}
	if r.text("feature_code") == "" {
		complain("has no feature code")
	}
	point, ok, err := r.point()
	if err != nil || !ok {
		complain("has no point: %v", err)
		return problems
	}
	if point == (orb.Point{}) {
		complain("is at 0, 0")
	}
	countries := countriesOf(table, r)
	for _, c := range countries {
		if _, known := x.Country(c); !known {
			complain("country %q is unknown", c)
		}
	}
	if km, bounded := countryDistanceKM[table]; bounded && !isRemote(countries) {
		d := nearestTown(point, countries, towns)
		if d > km {
			complain("is %.0f km away from the nearest town of %s", d, strings.Join(countries, ", "))
		}
		p, ok := x.Nearest(point, d)
		if ok && table == "newsworthy" && !slices.Contains(countries, p.Country) && p.Country != "" && d > 100+2*geo.DistanceKM(p.Point, point) {
			complain("is %.0f km away from the nearest town of %s, but near %s in %s", d, strings.Join(countries, ", "), p.Name, p.Country)
		}
	}
	for _, list := range []string{"aliases", "demonyms", "abbreviations"} {
		for _, s := range r.list(list) {
			if gazetteer.Fold(s) == "" {
				complain("%s: %q folds to an empty string", list, s)
			}
		}
	}
	return problems
}

// isRemote reports whether the distance from towns is not a useful check: Antarctica,
// the French Southern Lands and the islands of UM have almost no towns, and a place in
// many countries, such as the Pacific Rim, has its point anywhere.
func isRemote(countries []string) bool {
	const many = 8
	return len(countries) == 0 || len(countries) >= many || slices.ContainsFunc(countries, func(c string) bool { return c == "AQ" || c == "TF" || c == "UM" })
}

func countriesOf(table string, r row) []string {
	switch table {
	case "countries":
		return []string{r.text("alpha2")}
	case "divisions":
		return []string{countryOf(r.text("code"))}
	}
	return r.list("countries")
}

const noTown = 1e9

func nearestTown(p orb.Point, countries []string, towns map[string][]orb.Point) float64 {
	distance := noTown
	for _, c := range countries {
		for _, town := range towns[c] {
			distance = min(distance, geo.DistanceKM(p, town))
		}
	}
	return distance
}

// TestTablesAreSorted checks that the tables are sorted, so that changes are easy to
// read.
func TestTablesAreSorted(t *testing.T) {
	for name, columns := range tableColumns {
		table := openTable(t, name)
		key := columns[0]
		if !slices.IsSortedFunc(table.rows, func(a, b row) int { return strings.Compare(a.text(key), b.text(key)) }) {
			t.Errorf("%s is not sorted by %s", name, key)
		}
	}
}

// TestSpellingsPoint checks that the index contains the names of the spellings table near
// their points.
func TestSpellingsPoint(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	table := openTable(t, "spellings")
	if len(table.rows) < minRows["spellings"] {
		t.Errorf("%d rows, want at least %d", len(table.rows), minRows["spellings"])
	}
	for _, r := range table.rows {
		point, ok, err := r.point()
		if err != nil || !ok {
			t.Errorf("%s:%d: no point: %v", r.path, r.line, err)
			continue
		}
		if _, known := x.Country(r.text("country")); !known {
			t.Errorf("%s:%d: country %q is unknown", r.path, r.line, r.text("country"))
		}
		for _, alias := range append(r.list("aliases"), r.text("name")) {
			if !slices.ContainsFunc(x.Lookup(alias, 0), func(c geo.Candidate) bool { return geo.DistanceKM(c.Place.Point, point) < 30 }) {
				t.Errorf("%s:%d: the index has no %q near lat %g, lon %g", filepath.Base(r.path), r.line, alias, point[1], point[0])
			}
		}
	}
}

// TestCuratedPoints compares a few rows with points from an atlas, to find swapped
// columns.
func TestCuratedPoints(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		lon, lat float64
		km       float64
		class    gazetteer.Class
	}{
		{"Baghuz Fawqani", 40.95, 34.46, 10, gazetteer.ClassPopulated},
		{"Lake Victoria", 33, -1, 150, gazetteer.ClassWater},
		{"Mount Everest", 86.925, 27.988, 10, gazetteer.ClassPhysical},
		{"Sahara", 10, 23, 1200, gazetteer.ClassRegion},
		{"Suez Canal", 32.3, 30.6, 80, gazetteer.ClassWater},
		{"Strait of Hormuz", 56.4, 26.6, 80, gazetteer.ClassWater},
		{"Red Sea", 38, 20, 500, gazetteer.ClassWater},
		{"Danube", 20, 45, 900, gazetteer.ClassWater},
		{"Borneo", 114, 0, 300, gazetteer.ClassRegion},
		{"Balkans", 21, 43, 400, gazetteer.ClassRegion},
	} {
		found := x.Lookup(c.name, 1)
		if len(found) == 0 {
			t.Errorf("%s: unknown", c.name)
			continue
		}
		p := found[0].Place
		if d := geo.DistanceKM(p.Point, orb.Point{c.lon, c.lat}); d > c.km || !gazetteer.ClassOf(p.FeatureCode).Has(c.class) {
			t.Errorf("%s: %s (%s) is %.0f km away", c.name, p.ID, p.FeatureCode, d)
		}
	}
}

// TestTownBeforeItsDivision checks that a name of both a town and the division around it
// means the town first, in any language.
func TestTownBeforeItsDivision(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	for name, country := range map[string]string{
		"Wien": "AT", "Peking": "CN", "Praha": "CZ", "Deir al-Zor": "SY", "Raqqa": "SY", "Vienna": "AT", "Genève": "CH", "Moskva": "RU",
	} {
		found := x.Lookup(name, 1)
		if len(found) == 0 || found[0].Place.Country != country || gazetteer.ClassOf(found[0].Place.FeatureCode) != gazetteer.ClassPopulated {
			t.Errorf("%s: got %+v", name, found)
		}
	}
	if found := x.Lookup("Tunisia", 1); len(found) == 0 || found[0].Place.FeatureCode != "PCLI" {
		t.Errorf("Tunisia: got %+v", found)
	}
}
