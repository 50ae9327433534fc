package gazetteer_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

func openDefault(t testing.TB) *gazetteer.Index {
	t.Helper()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestReadOutlets(t *testing.T) {
	x := openDefault(t)
	for _, c := range []struct{ name, header, row, home, id, country, admin1, scope string }{
		{"id", "domain\tname\thome", "www.Valley.example\tValley News\tgeonames:4250542", "Springfield", "geonames:4250542", "US", "IL", "local"},
		{"name, division, country", "domain\tname\thome", "valley.example\tV\tSpringfield, Illinois, US", "Springfield", "geonames:4250542", "US", "IL", "local"},
		{"name, abbreviation, country", "domain\thome", "valley.example\tSpringfield, IL, United States", "Springfield", "geonames:4250542", "US", "IL", "local"},
		{"division in its column", "domain\thome\tadmin1\tcountry",
			"valley.example\tSpringfield\tIllinois\tus", "Springfield", "geonames:4250542", "US", "IL", "local"},
		{"postal code of the division", "domain\thome\tadmin1\tcountry", "valley.example\tLondon\tON\tCA", "London", "geonames:6058560", "CA", "08", "local"},
		{"the largest town by far", "domain\thome", "valley.example\tParis", "Paris", "geonames:2988507", "FR", "11", "local"},
		{"a state that is also a country", "domain\thome", "valley.example\tAtlanta, Georgia", "Atlanta", "geonames:4180439", "US", "GA", "local"},
		{"the town at a point", "domain\thome\tcountry\tlat\tlon",
			"valley.example\tSpringfield\tUS\t39.80\t-89.65", "Springfield", "geonames:4250542", "US", "IL", "local"},
		{"unknown town", "domain\thome\tcountry\tlat\tlon", "valley.example\tKleinkleckersdorf, Saxony\tDE\t51\t13.5", "Kleinkleckersdorf", "", "DE", "", "local"},
		{"another script", "domain\thome", "valley.example\tМосква, Russia", "Moscow", "geonames:524901", "RU", "48", "local"},
		{"no home", "domain\tname\tcountry", "valley.example\tState TV\tFJ", "", "", "FJ", "", "national"},
		{"no country", "domain\tname", "valley.example\tWire", "", "", "", "", "world"},
		{"explicit scope", "domain\tcountry\tscope\tlang", "valley.example\tFJ\tregional\tfj", "", "", "FJ", "", "regional"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := gazetteer.ReadOutlets("mine.tsv", strings.NewReader("\ufeff# a note\r\n"+c.header+"\r\n\r\n"+c.row+"\r\n"), x)
			if err != nil || len(got) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
			o := got[0]
			if o.Domain != "valley.example" || o.Home != c.home || o.HomeID != c.id || o.Country != c.country || o.Admin1 != c.admin1 ||
				o.Scope != c.scope || o.Name == "" {
				t.Errorf("%+v", o)
			}
			if c.home != "" && (o.Point[0] == 0 || o.Point[1] == 0) {
				t.Errorf("home without a point: %+v", o)
			}
		})
	}
}

func TestReadOutletsErrors(t *testing.T) {
	x := openDefault(t)
	for name, c := range map[string]struct{ in, want string }{
		"empty":              {"\n# nothing\n", "mine.tsv: is empty"},
		"no header":          {"valley.example\tValley\n", `mine.tsv:1: unknown column "valley.example"`},
		"duplicate column":   {"domain\tname\tname\n", `mine.tsv:1: column "name" is in the header twice`},
		"no domain column":   {"name\thome\n", "mine.tsv:1: the header has no column domain"},
		"too many cells":     {"domain\nv.example\tx\n", "mine.tsv:2: has 2 cells, but the header has 1"},
		"web address":        {"domain\nhttps://v.example/\n", "mine.tsv:2: domain: "},
		"no domain":          {"domain\tname\n\tValley\n", "mine.tsv:2: domain: "},
		"duplicate domain":   {"domain\nv.example\n\nwww.V.example\n", `mine.tsv:4: domain: "v.example" is already in line 2`},
		"country":            {"domain\tcountry\nv.example\tUK\n", `mine.tsv:2: country: "UK"`},
		"scope":              {"domain\tscope\nv.example\tlarge\n", `mine.tsv:2: scope: "large" is unknown; choose from local, regional`},
		"language":           {"domain\tlang\nv.example\tenglish!\n", `mine.tsv:2: lang: "english!"`},
		"unknown id":         {"domain\thome\nv.example\tgeonames:1\n", `mine.tsv:2: home: the gazetteer has no place with the id "geonames:1"`},
		"unknown town":       {"domain\thome\nv.example\tQwertzuiop\n", `mine.tsv:2: home: the gazetteer has no town "Qwertzuiop"`},
		"ambiguous":          {"domain\thome\nv.example\tSpringfield, US\n", `mine.tsv:2: home: "Springfield, US" may be any of `},
		"another country":    {"domain\thome\tcountry\nv.example\tgeonames:2988507\tDE\n", "mine.tsv:2: home: Paris is in FR, not in DE"},
		"only latitude":      {"domain\thome\tlat\nv.example\tParis\t48\n", `mine.tsv:2: lon: "" is malformed`},
		"latitude too large": {"domain\thome\tlat\tlon\nv.example\tParis\t148\t2\n", `mine.tsv:2: lat: "148" is malformed; expected degrees from -90 to 90`},
		"not a number":       {"domain\thome\tlat\tlon\nv.example\tParis\tNaN\t2\n", `mine.tsv:2: lat: "NaN"`},
		"only a point":       {"domain\tlat\tlon\nv.example\t48\t2\n", "mine.tsv:2: home: is empty"},
		"not UTF-8":          {"domain\tname\nv.example\t\xff\n", "mine.tsv:2: is not UTF-8"},
		"long line":          {"domain\tname\nv.example\t" + strings.Repeat("x", 5_000) + "\n", "mine.tsv: has a line of more than"},
	} {
		_, err := gazetteer.ReadOutlets("mine.tsv", strings.NewReader(c.in), x)
		if !errors.Is(err, geo.ErrInvalid) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func FuzzReadOutlets(f *testing.F) {
	f.Add("domain\tname\thome\nv.example\tV\tParis, France\n")
	f.Add("domain\tlat\tlon\thome\nv.example\t1\t2\tNowhere\n")
	x := openDefault(f)
	f.Fuzz(func(t *testing.T, in string) {
		outlets, err := gazetteer.ReadOutlets("f", strings.NewReader(in), x)
		if err != nil && !errors.Is(err, geo.ErrInvalid) {
			t.Fatal(err)
		}
		for _, o := range outlets {
			if o.Domain == "" || o.Scope == "" || !(o.Point[0] >= -180 && o.Point[0] <= 180 && o.Point[1] >= -90 && o.Point[1] <= 90) {
				t.Fatalf("%+v", o)
			}
		}
	})
}

// TestWithOutlets adds a user's outlets to the embedded ones.
func TestWithOutlets(t *testing.T) {
	x := openDefault(t)
	embedded, known := x.Outlet("10news.com")
	if !known || embedded.Home != "San Diego" {
		t.Fatalf("%+v", embedded)
	}
	extended := x.WithOutlets([]gazetteer.Outlet{{Domain: "10news.com", Name: "Mine", Home: "Suva"}, {Domain: "valley.example", Name: "Valley"}})
	extended = extended.WithOutlets([]gazetteer.Outlet{{Domain: "aaa.example"}})
	for domain, want := range map[string]string{"10news.com": "Mine", "video.10NEWS.com:443": "Mine", "valley.example": "Valley", "0629.com.ua": "0629"} {
		if o, ok := extended.Outlet(domain); !ok || o.Name != want {
			t.Errorf("%s: %+v", domain, o)
		}
	}
	if o, ok := extended.Outlet("other.example"); ok {
		t.Errorf("%+v", o)
	}
	if o, _ := x.Outlet("10news.com"); o.Name == "Mine" {
		t.Error("WithOutlets changed the original index")
	}
	var domains []string
	extended.Outlets(func(o gazetteer.Outlet) bool { domains = append(domains, o.Domain); return true })
	outlets := extended.Info().Outlets
	if len(domains) != outlets || outlets != x.Info().Outlets+2 || !slices.IsSorted(domains) || len(slices.Compact(domains)) != outlets {
		t.Errorf("%d domains, Info says %d outlets, %d in the original index", len(domains), outlets, x.Info().Outlets)
	}
	n := 0
	extended.Outlets(func(gazetteer.Outlet) bool { n++; return n < 3 })
	if n != 3 {
		t.Errorf("%d calls of yield, want 3", n)
	}
}

// TestEmbeddedOutlets checks that the outlets cover the world.
func TestEmbeddedOutlets(t *testing.T) {
	x := openDefault(t)
	continents, countries, scopes := map[string]int{}, map[string]int{}, map[string]int{}
	total, homes := 0, 0
	x.Outlets(func(o gazetteer.Outlet) bool {
		total++
		scopes[o.Scope]++
		if c, ok := x.Country(o.Country); ok {
			continents[c.Continent]++
			countries[o.Country]++
		} else if o.Country != "" {
			t.Errorf("%s: country %q", o.Domain, o.Country)
		}
		if o.Home == "" {
			return true
		}
		homes++
		if o.Point[0] == 0 && o.Point[1] == 0 {
			t.Errorf("%s: home %s has no point", o.Domain, o.Home)
		}
		if p, err := x.Place(o.HomeID); err == nil && geo.DistanceKM(p.Point, o.Point) > 60 {
			t.Errorf("%s: %s is %.0f km away from %s", o.Domain, o.Home, geo.DistanceKM(p.Point, o.Point), p.Name)
		}
		return true
	})
	t.Logf("%d outlets in %d countries, %d with a home; %v %v", total, len(countries), homes, continents, scopes)
	if total < 600 || len(countries) < 190 {
		t.Errorf("%d outlets in %d countries", total, len(countries))
	}
	for continent, minimum := range map[string]int{"AF": 100, "AS": 300, "EU": 500, "NA": 500, "OC": 60, "SA": 100} {
		if continents[continent] < minimum {
			t.Errorf("%d outlets in %s, want at least %d", continents[continent], continent, minimum)
		}
	}
	for scope, minimum := range map[string]int{"local": 600, "regional": 200, "national": 300, "agency": 60, "world": 30} {
		if scopes[scope] < minimum {
			t.Errorf("%d outlets are %s, want at least %d", scopes[scope], scope, minimum)
		}
	}
}
