package compile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// dumpLine returns a row of a dump with the columns that the tests need.
func dumpLine(id uint64, name string, lat, lon float64, code, country, admin1, admin2 string, population int64, alternates ...string) string {
	class := "P"
	switch gazetteer.ClassOf(code) {
	case gazetteer.ClassAdmin1, gazetteer.ClassAdmin2, gazetteer.ClassCountry:
		class = "A"
	case gazetteer.ClassWater:
		class = "H"
	}
	return fmt.Sprintf("%d\t%s\t%s\t%s\t%g\t%g\t%s\t%s\t%s\t\t%s\t%s\t\t\t%d\t\t0\tEurope/Zurich\t2026-01-02",
		id, name, gazetteer.Fold(name), strings.Join(alternates, ","), lat, lon, class, code, country, admin1, admin2, population)
}

// writeDump writes files into a new folder.
func writeDump(t testing.TB, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, packed(t, name, content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// packed returns content compressed according to the extension of name.
func packed(t testing.TB, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	switch filepath.Ext(name) {
	case ".gz":
		z := gzip.NewWriter(&out)
		if _, err := z.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	case ".zip":
		z := zip.NewWriter(&out)
		for _, entry := range [][2]string{
			{"readme.txt", strings.Repeat("not this one ", 1000)}, {strings.TrimSuffix(filepath.Base(name), ".zip") + ".txt", content},
		} {
			w, err := z.Create(entry[0])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(entry[1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	default:
		return []byte(content)
	}
	return out.Bytes()
}

// mustCompileDump compiles a folder with a base and opens the index.
func mustCompileDump(t testing.TB, folder string, base *gazetteer.Index) (*gazetteer.Index, DumpReport) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dump.gaz")
	report, err := WriteDump(context.Background(), Dump{Folder: folder, Base: base}, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	x, err := gazetteer.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	if err := x.Verify(); err != nil {
		t.Fatal(err)
	}
	return x, report
}

var swissRows = strings.Join([]string{
	dumpLine(2657896, "Zürich", 47.36667, 8.55, "PPL", "CH", "ZH", "112", 0, "Zurigo", "Turicum"),
	dumpLine(2661552, "Bern", 46.94809, 7.44744, "PPL", "CH", "BE", "246", 99_000_000),
	dumpLine(900001, "Gibswil", 47.32, 8.92, "PPL", "CH", "ZH", "112", 0, "Gibswil-Ried"),
	dumpLine(900002, "Bezirk Hinwil", 47.29, 8.84, "ADM2", "CH", "ZH", "113", 90000),
	dumpLine(900003, "Reuss", 47.1, 8.3, "STM", "CH", "ZH", "", 0),
}, "\n") + "\n"

var swissNames = "1\t900001\ten\tGibswill\t1\t\t\t\t\t\n2\t900001\tlink\thttps://example.com/gibswil\t\t\t\t\t\t\n" +
	"3\t2657896\tja\tチューリッヒ\t\t\t\t\t\t\n4\t2657896\twkdt\tQ72\t\t\t\t\t\t\n5\t12345\ten\tNowhere\n"

// TestDumpFiles compiles the same dump from files with all supported names and
// extensions.
func TestDumpFiles(t *testing.T) {
	base := openTiny(t, writeSources(t))
	var want []byte
	for _, files := range []map[string]string{
		{"CH.txt": swissRows, "alternateNamesV2.txt": swissNames},
		{"CH.txt.gz": swissRows, "CH.alternate.txt.gz": swissNames},
		{"CH.zip": swissRows, "alternatenames/CH.zip": swissNames},
		{"allCountries.txt": strings.ReplaceAll(swissRows, "\n", "\r\n"), "alternateNamesV2.zip": strings.TrimSuffix(swissNames, "\n")},
		{"CH.txt": swissRows, "CH.zip": "an older copy", "alternateNames.txt": swissNames, "notes.md": "x", "countryInfo.txt": "x"},
		{"CH.txt": "\xef\xbb\xbf" + swissRows, "alternateNamesV2.txt.gz": swissNames},
	} {
		path := filepath.Join(t.TempDir(), "a.gaz")
		report, err := WriteDump(context.Background(), Dump{Folder: writeDump(t, files), Base: base}, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Rows != 5 || report.Merged != 2 || report.Names != 3 || report.Unmatched != 1 || report.Skipped != 0 {
			t.Errorf("%v: %v", files, report)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = file
		}
		if !bytes.Equal(file, want) {
			t.Errorf("%v: the index differs from that of the plain files", files)
		}
	}
}

// TestDumpOverBase checks that the index contains both the base and the dump.
func TestDumpOverBase(t *testing.T) {
	base := openTiny(t, writeSources(t))
	x, _ := mustCompileDump(t, writeDump(t, map[string]string{"CH.txt": swissRows, "alternateNamesV2.txt": swissNames}), base)
	base.Each(func(p geo.Place) bool {
		got, err := x.Place(p.ID)
		if err != nil {
			t.Errorf("%s of the base: %v", p.ID, err)
			return true
		}
		if got.Name != p.Name || got.Point != p.Point || got.Population != p.Population || got.Country != p.Country || got.Admin1 != p.Admin1 ||
			got.FeatureCode != p.FeatureCode || got.Prominence != p.Prominence {
			t.Errorf("%+v of the base has become %+v", p, got)
		}
		for _, name := range base.Names(p.ID) {
			if !slices.Contains(x.Names(p.ID), name) {
				t.Errorf("%s lost its name %q", p.ID, name)
			}
		}
		return true
	})
	if o, ok := x.Outlet("example.com"); !ok || o.HomeID != "geonames:4717560" {
		t.Errorf("outlet %+v, %t", o, ok)
	}
	if c, ok := x.Country("CH"); !ok || c.PlaceID != "geonames:2658434" || c.CapitalID != "geonames:2661552" || !slices.Contains(c.Demonyms, "Swiss") {
		t.Errorf("country %+v, %t", c, ok)
	}
	if d, ok := x.DivisionByAbbreviation("US", "Tex."); !ok || d.ID != "geonames:4736286" {
		t.Errorf("division %+v, %t", d, ok)
	}
	for _, c := range []struct{ query, id, admin1, admin2 string }{
		{"Gibswil", "geonames:900001", "Zurich", ""}, {"Gibswill", "geonames:900001", "Zurich", ""},
		{"Zurigo", "geonames:2657896", "Zurich", "Bezirk Zürich"}, {"チューリッヒ", "geonames:2657896", "Zurich", "Bezirk Zürich"},
		{"Bezirk Hinwil", "geonames:900002", "Zurich", ""}, {"Reuss", "geonames:900003", "Zurich", ""},
	} {
		found := x.Lookup(c.query, 1)
		if len(found) == 0 || found[0].Place.ID != c.id || found[0].Place.Admin1 != c.admin1 || found[0].Place.Admin2 != c.admin2 {
			t.Errorf("%s: %+v, want %+v", c.query, found, c)
		}
	}
	if p, ok := x.Nearest(orb.Point{8.921, 47.321}, 5); !ok || p.ID != "geonames:900001" {
		t.Errorf("nearest is %+v", p)
	}
}

// TestDumpMerges checks which rows are merged with a place of the base, and which data
// the merged place has.
func TestDumpMerges(t *testing.T) {
	base := openTiny(t, writeSources(t))
	const wof = firstForeignID
	for _, c := range []struct {
		name, row  string
		id         string // of the place of the row
		merged     bool
		code       string
		population int64
	}{
		{"same id", dumpLine(2657896, "Zürich", 47.3, 8.5, "PPL", "CH", "ZH", "", 7), "geonames:2657896", true, "PPLA", 341730},
		{"capital of the base, town in the dump", dumpLine(2661552, "Bern", 46.9, 7.4, "PPL", "CH", "BE", "", 0), "geonames:2661552", true, "PPLC", 121631},
		{"town of the base, capital in the dump", dumpLine(2657896, "Zürich", 47.3, 8.5, "PPLC", "CH", "ZH", "", 0), "geonames:2657896", true, "PPLC", 341730},
		{"same name and point", dumpLine(wof+5, "Zürich", 47.38, 8.53, "PPL", "CH", "ZH", "", 0), "geonames:2657896", true, "PPLA", 341730},
		{"alternate name", dumpLine(wof+5, "Züri", 47.38, 8.53, "PPL", "CH", "ZH", "", 0, "Turigum", "Zurich"), "geonames:2657896", true, "PPLA", 341730},
		{"too far away", dumpLine(wof+5, "Zürich", 46.5, 8.53, "PPL", "CH", "ZH", "", 0), "wof:5", false, "PPL", 0},
		{"another country", dumpLine(wof+5, "Zürich", 47.38, 8.53, "PPL", "DE", "ZH", "", 0), "wof:5", false, "PPL", 0},
		{"another class", dumpLine(wof+5, "Zürich", 47.38, 8.53, "ADM3", "CH", "ZH", "112", 0), "wof:5", false, "ADM3", 0},
		{"another GeoNames id at the same point", dumpLine(900009, "Zürich", 47.36, 8.55, "PPL", "CH", "ZH", "", 0), "geonames:2657896", true, "PPLA", 341730},
		{"another GeoNames id", dumpLine(900009, "Zürich", 47.42, 8.55, "PPLX", "CH", "ZH", "", 0), "geonames:900009", false, "PPLX", 0},
		{"a generated id is replaced, the population added", dumpLine(900010, "Springfield", 30.11, -95.2, "PPL", "US", "TX", "", 4321), "geonames:900010", true,
			"PPL", 4321},
		{"a curated id is not replaced", dumpLine(900011, "Baghuz", 34.46, 40.95, "PPL", "SY", "07", "", 0), "newsmap:baghuz-fawqani", true, "PPL", 0},
		{"code of a division", dumpLine(900012, "Kanton Bern", 46.8, 7.6, "ADM1", "CH", "BE", "", 1000), "geonames:900012", true, "ADM1", 1000},
		{"code of a county", dumpLine(900013, "Lamar", 33.6, -95.5, "ADM2", "US", "TX", "277", 50000), "geonames:900013", true, "ADM2", 50000},
		{"river of the tables", dumpLine(900014, "Euphrates", 35.5, 39.5, "STM", "SY", "", "", 0), "newsmap:euphrates", true, "STM", 0},
		{"population above the largest town's", dumpLine(900015, "Hinterfultigen", 46.8, 7.4, "PPL", "CH", "BE", "", 46_000_000), "geonames:900015", false, "PPL", 0},
		{"population above the country's", dumpLine(900016, "Kreis 1", 46.8, 7.4, "ADM3", "CH", "BE", "", 46_000_000), "geonames:900016", false, "ADM3", 0},
		{"population without a country", dumpLine(900017, "Kreis 2", 46.8, 7.4, "ADM3", "", "", "", 46000), "geonames:900017", false, "ADM3", 46000},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, report := mustCompileDump(t, writeDump(t, map[string]string{"XX.txt": c.row}), base)
			if (report.Merged == 1) != c.merged || report.Skipped > 0 {
				t.Errorf("report %v", report)
			}
			p, err := x.Place(c.id)
			if err != nil || p.FeatureCode != c.code || p.Population != c.population {
				t.Errorf("%+v, %v; want %s of %d", p, err, c.code, c.population)
			}
			want := base.Info().Places
			if !c.merged {
				want++
			}
			if x.Info().Places != want {
				t.Errorf("%d places, want %d", x.Info().Places, want)
			}
		})
	}
}

// TestDumpMergesForeign checks that a place without a GeoNames id is merged with the
// same place that has one, in any order of the rows.
func TestDumpMergesForeign(t *testing.T) {
	rows := []string{
		dumpLine(firstForeignID+7, "Gibswil", 47.33, 8.92, "PPL", "CH", "ZH", "", 500, "Gibswiler"),
		dumpLine(900001, "Gibswil", 47.32, 8.92, "PPL", "CH", "ZH", "", 0),
		dumpLine(900001, "Gibswil", 47.32, 8.92, "PPL", "CH", "ZH", "", 0, "Repeated"),
		dumpLine(firstForeignID+8, "Gibswil", 47.9, 8.92, "PPL", "CH", "ZH", "", 0),
	}
	for range 2 {
		x, report := mustCompileDump(t, writeDump(t, map[string]string{
			"CH.txt": strings.Join(rows, "\n"), "alternateNamesV2.txt": fmt.Sprintf("1\t%d\tde\tOberland\n", firstForeignID+7),
		}), nil)
		if report.Merged != 2 || x.Info().Places != 2 {
			t.Errorf("%d places, report %v", x.Info().Places, report)
		}
		for _, name := range []string{"Gibswiler", "Repeated", "Oberland"} {
			if found := x.Lookup(name, 1); len(found) == 0 || found[0].Place.ID != "geonames:900001" || found[0].Place.Population != 500 {
				t.Errorf("%s: %+v", name, found)
			}
		}
		if p, err := x.Place("wof:8"); err != nil || p.Country != "CH" {
			t.Errorf("the other Gibswil: %+v, %v", p, err)
		}
		slices.Reverse(rows)
	}
}

// TestDumpWithoutBase compiles a dump without a base.
func TestDumpWithoutBase(t *testing.T) {
	x, _ := mustCompileDump(t, writeDump(t, map[string]string{
		"allCountries.txt": strings.Join([]string{
			dumpLine(1, "Switzerland", 47, 8, "PCLI", "CH", "00", "", 8_000_000, "CHE"),
			dumpLine(2, "Bern", 46.95, 7.45, "PPLC", "CH", "BE", "246", 120000),
			dumpLine(3, "Kanton Bern", 46.8, 7.6, "ADM1", "CH", "BE", "", 1_000_000),
			dumpLine(4, "Wabern", 46.93, 7.45, "PPLX", "CH", "", "", 0),
			dumpLine(5, "Atlantis", 30, -40, "OCN", "", "", "", 0),
		}, "\n"),
		"admin1CodesASCII.txt": "CH.BE\tBern\tBern\t3\n",
		"admin2Codes.txt":      "CH.BE.246\tBern-Mittelland\tBern-Mittelland\t9\n",
		"hierarchy.zip":        "3\t2\tADM\n2\t4\n1\t77\n",
		"featureCodes_en.txt":  "A.PCLI\tindependent political entity\t\nA.ADM1\tx\t\nP.PPLC\tx\t\nP.PPLX\tx\t\nH.OCN\tocean\t\nnull\tnot available\t\n",
	}), nil)
	c, ok := x.Country("CH")
	if !ok || c.Name != "Switzerland" || c.PlaceID != "geonames:1" || c.CapitalID != "geonames:2" || c.Capital != "Bern" {
		t.Errorf("country %+v", c)
	}
	p, err := x.Place("geonames:2")
	if err != nil || p.Admin1 != "Bern" || p.Admin1Code != "BE" || p.Admin2 != "Bern-Mittelland" || p.CountryName != "Switzerland" {
		t.Errorf("Bern is %+v, %v", p, err)
	}
	if p, err := x.Place("geonames:4"); err != nil || p.Admin1 != "Bern" || p.Admin2 != "Bern-Mittelland" {
		t.Errorf("the child of Bern in the hierarchy is %+v, %v", p, err)
	}
	if p, ok := x.Division("CH", "BE"); !ok || p.ID != "geonames:3" {
		t.Errorf("division %+v, %t", p, ok)
	}
	if found := x.Lookup("Wabern, Switzerland", 1); len(found) != 1 || found[0].Place.ID != "geonames:4" {
		t.Errorf("Wabern, Switzerland: %+v", found)
	}
}

// TestDumpSkipsRows checks that malformed rows are skipped, counted and reported.
func TestDumpSkipsRows(t *testing.T) {
	good := dumpLine(1, "Bern", 46.95, 7.45, "PPLC", "CH", "BE", "", 1)
	for _, c := range []struct{ name, row, want string }{
		{"missing tabs", strings.ReplaceAll(good, "\t\t", "\t"), "columns; a GeoNames dump has 19"},
		{"extra tab", good + "\tx", "20 columns"},
		{"id", strings.Replace(good, "1\t", "Q72\t", 1), `id "Q72"`},
		{"id 0", strings.Replace(good, "1\t", "0\t", 1), `id "0"`},
		{"latitude above the pole", strings.Replace(good, "46.95", "146.95", 1), "146.95"},
		{"latitude is NaN", strings.Replace(good, "46.95", "NaN", 1), "is not a point"},
		{"longitude is a word", strings.Replace(good, "7.45", "east", 1), `"east"`},
		{"not UTF-8", strings.Replace(good, "Bern", "B\xfcrn", 1), "UTF-8"},
		{"no name", strings.Replace(good, "Bern", " ", 1), "name is empty"},
		{"population", strings.Replace(good, "\t1\t\t0\t", "\t-1\t\t0\t", 1), `population "-1"`},
		{"country", strings.Replace(good, "CH", "che", 1), `country "che"`},
		{"class", strings.Replace(good, "\tP\t", "\tPlace\t", 1), `class "Place"`},
		{"long line", good + strings.Repeat("x", maxLine), "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := dumpLine(2, "Thun", 46.75, 7.63, "PPL", "CH", "BE", "", 1)
			x, report := mustCompileDump(t, writeDump(t, map[string]string{"CH.txt": other + "\n" + c.row + "\n" + other + "\n"}), nil)
			if report.Skipped != 1 || len(report.Problems) != 1 {
				t.Fatalf("%d rows skipped, problems %q", report.Skipped, report.Problems)
			}
			if problem := report.Problems[0]; !strings.Contains(problem, "CH.txt:2: ") || !strings.Contains(problem, c.want) || len(problem) > 300 {
				t.Errorf("problem %q, want %q", problem, c.want)
			}
			if x.Info().Places != 1 {
				t.Errorf("%d places", x.Info().Places)
			}
		})
	}
	var rows strings.Builder
	for i := range 200 {
		fmt.Fprintln(&rows, dumpLine(uint64(i+1), "Bern", 46, 7+float64(i)/10, "PPL", "CH", "BE", "", 1))
		fmt.Fprintf(&rows, "%d\tx\n", i)
	}
	_, report := mustCompileDump(t, writeDump(t, map[string]string{"CH.txt": rows.String()}), nil)
	if report.Skipped != 200 || len(report.Problems) != maxProblems || !strings.Contains(report.String(), "and 195 more") {
		t.Errorf("many malformed rows: %v", report)
	}
}

// TestDumpErrors checks the errors of WriteDump, and that it leaves no files behind.
func TestDumpErrors(t *testing.T) {
	good := strings.Repeat(swissRows, 300)
	gzipped := packed(t, "CH.txt.gz", good)
	zipped := packed(t, "CH.zip", good)
	for _, c := range []struct {
		name string
		file string
		raw  []byte
		want []string
	}{
		{"no dump", "readme.txt", []byte("hello"), []string{"no GeoNames dump", "allCountries"}},
		{"another text", "CH.txt", []byte(strings.Repeat("hello world\n", 500)), []string{"CH.txt", "CH.txt:1", "1 columns"}},
		{"comma-separated", "CH.txt", []byte("id,name,lat,lon\n1,Bern,46,7\n"), []string{"CH.txt:1"}},
		{"empty", "CH.txt", nil, []string{"CH.txt", "empty"}},
		{"gz cut off", "CH.txt.gz", gzipped[:len(gzipped)/2], []string{"CH.txt.gz:", "cut off"}},
		{"gz is plain text", "CH.txt.gz", []byte(good), []string{"CH.txt.gz", "gzip"}},
		{"zip cut off", "CH.zip", zipped[:len(zipped)/2], []string{"CH.zip", "zip"}},
		{"zip damaged", "CH.zip", damaged(zipped), []string{"CH.zip:"}},
		{"zip empty", "CH.zip", nil, []string{"CH.zip"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, c.file), c.raw, 0o600); err != nil {
				t.Fatal(err)
			}
			out := t.TempDir()
			_, err := WriteDump(context.Background(), Dump{Folder: folder}, filepath.Join(out, "a.gaz"), nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
			if left, _ := os.ReadDir(out); len(left) > 0 {
				t.Errorf("%s was left behind", left[0].Name())
			}
		})
	}
	for file, content := range map[string]string{
		"alternateNamesV2.txt": "a\tb\n", "admin1CodesASCII.txt": "Bern\n", "admin2Codes.txt": "CH\tx\tx\t1\n", "hierarchy.txt": "1\n",
		"featureCodes_en.txt": "PPL\n",
	} {
		folder := writeDump(t, map[string]string{"CH.txt": swissRows, file: content})
		_, err := WriteDump(context.Background(), Dump{Folder: folder}, filepath.Join(t.TempDir(), "a.gaz"), nil)
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), file+":1") {
			t.Errorf("%s: %v", file, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	output := filepath.Join(t.TempDir(), "a.gaz")
	if _, err := WriteDump(ctx, Dump{Folder: writeDump(t, map[string]string{"CH.txt": swissRows})}, output, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled context: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := WriteDump(context.Background(), Dump{Folder: missing}, output, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
}

// damaged changes a byte in the middle of the data of an archive.
func damaged(zipped []byte) []byte {
	out := bytes.Clone(zipped)
	out[len(out)/2] ^= 0xff
	return out
}

// randomRows returns n rows of hamlets with random names.
func randomRows(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ma na ko ri ta bo gu sha lem dor wen ki man tal per so mu ja ne hil")
	var out strings.Builder
	for i := range n {
		var name strings.Builder
		for range 1 + random.IntN(4) {
			name.WriteString(syllables[random.IntN(len(syllables))])
		}
		s := name.String()
		fmt.Fprintln(&out, dumpLine(uint64(1_000_000+i), strings.ToUpper(s[:1])+s[1:], random.Float64()*60-30, random.Float64()*60,
			"PPL", "NG", strconv.Itoa(random.IntN(30)), "", 0, s+"i"))
	}
	return out.String()
}

// TestDumpAmbiguousNames checks that short names of hamlets are ambiguous, while large
// places of the same name and rare names are not, and that Lookup returns all of them.
func TestDumpAmbiguousNames(t *testing.T) {
	rows := randomRows(20000) + strings.Join([]string{
		dumpLine(1, "Man", 7.4, -7.55, "PPLA", "CI", "78", "", 139341),
		dumpLine(2, "So", 7.4, 7.5, "PPL", "NG", "1", "", 30),
		dumpLine(3, "Qwyzzrox Fawqani", 7.4, 7.5, "PPL", "NG", "1", "", 0),
		dumpLine(4, "Lagos", 6.45, 3.39, "PPLA", "NG", "2", "", 9_000_000, "Mako"),
	}, "\n")
	x, report := mustCompileDump(t, writeDump(t, map[string]string{"NG.txt": rows}), nil)
	if report.Ambiguous == 0 {
		t.Error("no name is ambiguous")
	}
	for _, c := range []struct {
		name  string
		known bool
		first string
	}{
		{"Man", true, "geonames:1"}, {"So", false, ""}, {"Tana", false, ""}, {"Qwyzzrox Fawqani", true, "geonames:3"},
		{"Lagos", true, "geonames:4"}, {"Mako", false, ""},
	} {
		if s := x.Summary(c.name); (s.Count > 0) != c.known {
			t.Errorf("Summary(%s) = %+v", c.name, s)
		}
		found := x.Lookup(c.name, 0)
		if len(found) == 0 || c.first != "" && found[0].Place.ID != c.first {
			t.Errorf("Lookup(%s) = %+v", c.name, found)
		}
	}
	if s := x.Summary("Man"); s.Count != 1 || s.MaxPopulation != 139341 {
		t.Errorf("the summary includes the hamlets called Man: %+v", s)
	}
	hamlets := x.Lookup("Man", 0)
	if len(hamlets) < 10 || hamlets[0].Score < 3*hamlets[1].Score {
		t.Errorf("%d places called Man, scores %g and %g", len(hamlets), hamlets[0].Score, hamlets[1].Score)
	}
}

// TestDumpEnglishNames checks that an English name is ambiguous in a country whose names
// are not English.
func TestDumpEnglishNames(t *testing.T) {
	base, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	rows := randomRows(20000) + dumpLine(1, "Holy Ghost Chapel", 8, 8, "PPL", "NG", "1", "", 0) + "\n" +
		dumpLine(2, "Godapimatari", 8, 8, "PPL", "NG", "1", "", 0)
	x, _ := mustCompileDump(t, writeDump(t, map[string]string{"NG.txt": rows}), base)
	if s := x.Summary("Holy Ghost Chapel"); s.Count > 0 {
		t.Errorf("an English name: %+v", s)
	}
	if s := x.Summary("Godapimatari"); s.Count != 1 {
		t.Errorf("a name like the others of the country: %+v", s)
	}
	if s := x.Summary("Kenyan"); !s.Classes.Has(gazetteer.ClassDemonym) {
		t.Errorf("a demonym of the base: %+v", s)
	}
}

// TestDumpKeepsLookups adds real files to the default index and checks that names in the
// news still mean the same places.
func TestDumpKeepsLookups(t *testing.T) {
	shared := os.Getenv("NEWSMAP_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	files := map[string]string{}
	for _, name := range []string{"SY.txt.gz", "SY.alternate.txt.gz", "ML.txt.gz", "CI.txt.gz"} {
		path := filepath.Join(shared, "gazetteer", name)
		if _, err := os.Stat(path); err != nil {
			t.Skipf("no dump files; set NEWSMAP_SHARED to the folder that contains gazetteer/: %v", err)
		}
		files[name] = path
	}
	folder := t.TempDir()
	for name, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	x, report := mustCompileDump(t, folder, base)
	if report.Skipped > 0 || report.Rows < 30_000 {
		t.Errorf("report %v", report)
	}
	raw, err := os.ReadFile(filepath.Join("..", "testdata", "lookup.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		name, _, _ := strings.Cut(line, "\t")
		before, after := base.Lookup(name, 1), x.Lookup(name, 1)
		if len(after) == 0 || geo.DistanceKM(before[0].Place.Point, after[0].Place.Point) > 50 {
			t.Errorf("%s: got %+v, want %+v", name, after, before)
		}
	}
	if p := x.Lookup("Bamako", 1)[0].Place; p.FeatureCode != "PPLC" || p.Population < 1_000_000 {
		t.Errorf("Bamako is %+v", p)
	}
	for _, id := range []string{"geonames:2284647", "newsmap:baghuz-fawqani", "geonames:163843"} {
		if _, err := x.Place(id); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParseRow(f *testing.F) {
	for _, line := range strings.Split(swissRows, "\n") {
		f.Add([]byte(line))
	}
	f.Add([]byte(dumpLine(firstForeignID+1, "X", 0, 0, "PCLI", "CH", "00", "", 1)))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := parseRow(line)
		if err == nil && (r.id == 0 || r.name == "" || r.feature == "" || r.population < 0 || checkPoint(r.point[0], r.point[1]) != nil) {
			t.Fatalf("%q gives %+v", line, r)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Fatalf("error of %d bytes", len(err.Error()))
		}
		if a, err := parseAlternate(line); err == nil && !a.skip && (a.id == 0 || a.name == "") {
			t.Fatalf("%q gives %+v", line, a)
		}
	})
}

// FuzzCompileDump compiles any bytes as a dump, as its alternate names, and as
// archives. The result must be a valid index.
func FuzzCompileDump(f *testing.F) {
	f.Add([]byte(swissRows), []byte(swissNames), "CH.txt")
	f.Add(packed(f, "CH.txt.gz", swissRows), []byte(swissNames), "CH.txt.gz")
	f.Add(packed(f, "CH.zip", swissRows), []byte(swissNames), "CH.zip")
	f.Fuzz(func(t *testing.T, rows, names []byte, file string) {
		if file != "CH.txt" && file != "CH.txt.gz" && file != "CH.zip" {
			file = "CH.txt"
		}
		folder := t.TempDir()
		for name, raw := range map[string][]byte{file: rows, "alternateNamesV2.txt": names} {
			if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(folder, "out.gaz")
		if _, err := WriteDump(context.Background(), Dump{Folder: folder}, path, nil); err != nil {
			return
		}
		x, err := gazetteer.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		if err := x.Verify(); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkCompileDump adds random rows to the default index. Time and memory should
// grow linearly with the rows.
func BenchmarkCompileDump(b *testing.B) {
	base, err := gazetteer.Default()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1000, 10_000, 100_000, 400_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			folder := writeDump(b, map[string]string{"NG.txt": randomRows(n)})
			path := filepath.Join(b.TempDir(), "a.gaz")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := WriteDump(context.Background(), Dump{Folder: folder, Base: base}, path, nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
