package gazetteer

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer/data"

	"github.com/paulmach/orb"
)

func openDefaultIndex(tb testing.TB) *Index {
	tb.Helper()
	x, err := Default()
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// TestLookupNews looks up names as news articles write them. The points come from
// atlases, not from the index. The tolerance in km allows for different centres of
// large places.
func TestLookupNews(t *testing.T) {
	x := openDefaultIndex(t)
	raw, err := os.ReadFile("testdata/lookup.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	if len(lines) < 150 {
		t.Fatalf("%d names, want at least 150", len(lines))
	}
	for _, line := range lines {
		cells := strings.Split(line, "\t")
		t.Run(cells[0], func(t *testing.T) {
			want, km := orb.Point{number(t, cells[2]), number(t, cells[1])}, number(t, cells[3])
			found := x.Lookup(cells[0], 1)
			if len(found) == 0 {
				t.Fatal("unknown")
			}
			c := found[0]
			if d := geo.DistanceKM(want, c.Place.Point); d > km {
				t.Errorf("the first candidate is %s (%s, %s, %s) by %q, %.0f km away, want at most %.0f",
					c.Place.ID, c.Place.Name, c.Place.FeatureCode, c.Place.CountryName, c.Name, d, km)
			}
		})
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestLookupMatch(t *testing.T) {
	x := openDefaultIndex(t)
	for _, c := range []struct {
		query   string
		id      string // of the first candidate
		match   geo.MatchKind
		main    bool
		country string
	}{
		{"Paris", "geonames:2988507", geo.MatchExact, true, "FR"},
		{"PARIS", "geonames:2988507", geo.MatchExact, true, "FR"},
		{"Saint Louis", "geonames:4407066", geo.MatchFolded, true, "US"},
		{"Sao Paulo", "geonames:3448439", geo.MatchFolded, true, "BR"},
		{"U.S.", "geonames:6252001", geo.MatchAbbreviation, false, "US"},
		{"US", "geonames:6252001", geo.MatchAbbreviation, false, "US"},
		{"Calif.", "geonames:5332921", geo.MatchAbbreviation, false, "US"},
		{"CALIF.", "geonames:5332921", geo.MatchAbbreviation, false, "US"},
		{"N. C.", "geonames:4482348", geo.MatchAbbreviation, false, "US"},
		{"Syrian", "geonames:163843", geo.MatchDemonym, false, "SY"},
		{"Massachussetts", "geonames:6254926", geo.MatchTolerant, true, "US"},
		{"Philadelpia", "geonames:4560349", geo.MatchEdit, true, "US"},
		{"Kiev", "geonames:703448", geo.MatchExact, false, "UA"},
	} {
		t.Run(c.query, func(t *testing.T) {
			found := x.Lookup(c.query, 3)
			if len(found) == 0 {
				t.Fatal("unknown")
			}
			got := found[0]
			if got.Place.ID != c.id || got.Match != c.match || got.Main != c.main || got.Place.Country != c.country {
				t.Errorf("got %s, %s, main %t, %s; want %s, %s, main %t, %s",
					got.Place.ID, got.Match, got.Main, got.Place.Country, c.id, c.match, c.main, c.country)
			}
		})
	}
}

func TestLookupScores(t *testing.T) {
	x := openDefaultIndex(t)
	for _, name := range []string{"Springfield", "San Jose", "Georgia", "Alexandria", "La", "Baghouse", "Victoria"} {
		found := x.Lookup(name, 0)
		if !slices.IsSortedFunc(found, func(a, b geo.Candidate) int {
			switch {
			case a.Score > b.Score:
				return -1
			case a.Score < b.Score:
				return 1
			}
			return 0
		}) {
			t.Errorf("%s: candidates are not best first", name)
		}
		seen := map[string]bool{}
		for _, c := range found {
			if !(c.Score > 0 && c.Score <= 1) || c.Place.Prominence < c.Score-1e-9 {
				t.Errorf("%s: %s scores %g with prominence %g", name, c.Place.ID, c.Score, c.Place.Prominence)
			}
			if seen[c.Place.ID] {
				t.Errorf("%s: %s is returned twice", name, c.Place.ID)
			}
			seen[c.Place.ID] = true
		}
		if few := x.Lookup(name, 2); len(few) > 2 {
			t.Errorf("%s: got %d candidates with limit 2", name, len(few))
		}
	}
	georgia := x.Lookup("Georgia", 2)
	if georgia[0].Place.FeatureCode != "PCLI" || georgia[1].Place.FeatureCode != "ADM1" || georgia[0].Score-georgia[1].Score > 0.1 {
		t.Errorf("the scores of the two Georgias are not similar: %+v", georgia)
	}
	if country, town := x.Lookup("Lebanon", 2)[0], x.Lookup("Lebanon", 2)[1]; country.Place.FeatureCode != "PCLI" || country.Score-town.Score < 0.2 {
		t.Errorf("the country Lebanon does not score clearly higher than %s", town.Place.ID)
	}
}

func TestLookupUnknown(t *testing.T) {
	x := openDefaultIndex(t)
	for _, name := range []string{
		"", " ", ".", "Qqzzxv", "Xyzzqq Plover", "\xff\xfe", strings.Repeat("x", 1<<20), "the", "Paris, ", ", Texas", ",", "Paris,,,,,,Texas",
		"U\xff", "U\xffS", "N\xe2.C.",
	} {
		if found := x.Lookup(name, 5); len(found) > 0 && found[0].Match != geo.MatchExact && found[0].Match != geo.MatchFolded {
			t.Errorf("Lookup(%.20q) finds %s, match %s", name, found[0].Place.ID, found[0].Match)
		}
	}
}

func TestSummary(t *testing.T) {
	x := openDefaultIndex(t)
	for _, c := range []struct {
		name    string
		has     Class
		hasNot  Class
		country string
	}{
		{"Georgia", ClassCountry | ClassAdmin1, ClassDemonym | ClassAbbreviation, "GE"},
		{"Paris", ClassPopulated, ClassCountry, "FR"},
		{"Syrian", ClassDemonym, ClassAbbreviation, "SY"},
		{"N.C.", ClassAbbreviation, 0, "US"},
		{"Euphrates", ClassWater, ClassPopulated, ""},
		{"Rapides Parish", ClassAdmin2, 0, "US"},
		{"Middle East", ClassRegion, 0, ""},
	} {
		s := x.Summary(c.name)
		if s.Count == 0 || s.Classes&c.has != c.has || s.Classes.Has(c.hasNot) || s.Country != c.country || !(s.Prominence > 0) {
			t.Errorf("Summary(%q) = %+v", c.name, s)
		}
	}
	for _, name := range []string{"", "syrian", "n.c.", "Baghouse", "Qqzzxv", "calif"} {
		if s := x.Summary(name); s.Count > 0 {
			t.Errorf("Summary(%q) = %+v, want an empty summary", name, s)
		}
	}
	if s := x.Summary("us"); s.Classes.Has(ClassAbbreviation | ClassCountry) {
		t.Errorf("the word us is a country: %+v", s)
	}
	name := "Saint-Étienne"
	if n := testing.AllocsPerRun(100, func() { x.Summary(name); x.Summary("Springfield"); x.Summary("Qqzzxv") }); n > 0 {
		t.Errorf("Summary allocates %g times", n)
	}
}

func TestPlace(t *testing.T) {
	x := openDefaultIndex(t)
	p, err := x.Place("geonames:4314550")
	if err != nil {
		t.Fatal(err)
	}
	want := geo.Place{
		ID: "geonames:4314550", Name: "Alexandria", Point: orb.Point{-92.44514, 31.31129}, FeatureCode: "PPLA2", Country: "US", CountryName: "United States",
		Admin1Code: "LA", Admin1: "Louisiana", Admin2: "Rapides Parish", Population: p.Population, Prominence: p.Prominence,
	}
	if p.ID != want.ID || p.Name != want.Name || p.FeatureCode != want.FeatureCode || p.Country != want.Country || p.CountryName != want.CountryName ||
		p.Admin1Code != want.Admin1Code || p.Admin1 != want.Admin1 || p.Admin2 != want.Admin2 || geo.DistanceKM(p.Point, want.Point) > 0.1 ||
		p.Population < 30_000 {
		t.Errorf("got %+v, want %+v", p, want)
	}
	for _, id := range []string{
		"", "geonames:", "geonames:1", "geonames:-4", "geonames:04314550", "geonames:99999999999999999999999", "newsmap:nowhere",
		"city:000000000", "city:short", "adm1:US.ZZ", "zzz",
	} {
		if _, err := x.Place(id); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("Place(%q): %v, want geo.ErrNotFound", id, err)
		}
	}
}

// TestEachPlace checks that the places that Each yields can be found by their ids.
func TestEachPlace(t *testing.T) {
	x := openDefaultIndex(t)
	n := 0
	x.Each(func(p geo.Place) bool {
		n++
		if n%7 != 0 {
			return true
		}
		got, err := x.Place(p.ID)
		if err != nil || got.Name != p.Name || got.Point != p.Point {
			t.Errorf("Place(%q) = %+v, %v; want %+v", p.ID, got, err, p)
			return false
		}
		names := x.Names(p.ID)
		if len(names) == 0 || names[0] != p.Name {
			t.Errorf("Names(%q) = %q; the first should be %q", p.ID, names, p.Name)
			return false
		}
		if !(p.Prominence > 0 && p.Prominence < 1) || p.FeatureCode == "" {
			t.Errorf("%+v: prominence or feature code is missing", p)
			return false
		}
		return true
	})
	if n != x.Info().Places {
		t.Errorf("Each yields %d places, Info says %d", n, x.Info().Places)
	}
	if err := x.Verify(); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	x := openDefaultIndex(t)
	names := x.Names("geonames:703448")
	for _, want := range []string{"Kyiv", "Kiev", "Київ"} {
		if !slices.Contains(names, want) {
			t.Errorf("the names of Kyiv do not contain %q: %q", want, names)
		}
	}
	if names := x.Names("newsmap:nowhere"); names != nil {
		t.Errorf("names of an unknown id: %q", names)
	}
}

func TestInfo(t *testing.T) {
	info := openDefaultIndex(t).Info()
	if info.Format != Version || info.Places < 170_000 || info.Names < 300_000 || info.Keys < 250_000 || len(info.Sources) < 6 {
		t.Errorf("%+v", info)
	}
	if info.Features["PCLI"] < 190 || info.Features["ADM1"] < 3500 || info.Country["US"] < 15_000 {
		t.Errorf("%d PCLI, %d ADM1, %d in the US; want more", info.Features["PCLI"], info.Features["ADM1"], info.Country["US"])
	}
	if info.Bytes > 14<<20 {
		t.Errorf("the default index has %d bytes, want at most 14 MiB", info.Bytes)
	}
}

func TestCountry(t *testing.T) {
	x := openDefaultIndex(t)
	c, ok := x.Country("SY")
	if !ok || c.Name != "Syria" || c.Alpha3 != "SYR" || c.Capital != "Damascus" || c.CapitalID != "geonames:170654" || c.Continent != "AS" ||
		!slices.Contains(c.Demonyms, "Syrian") || c.PlaceID != "geonames:163843" {
		t.Errorf("Syria is %+v", c)
	}
	if _, ok := x.Country("ZZ"); ok {
		t.Error("ZZ is a country")
	}
	for code, i := range x.byAlpha2 {
		if c := x.countries[i]; c.PlaceID == "" || c.Name == "" || c.Capital != "" && c.CapitalID == "" && code != "IO" {
			t.Errorf("%s: %+v", code, c)
		}
	}
}

func TestDivision(t *testing.T) {
	x := openDefaultIndex(t)
	for _, c := range []struct{ country, code, name string }{
		{"US", "LA", "Louisiana"}, {"CA", "08", "Ontario"}, {"AU", "02", "New South Wales"}, {"GB", "SCT", "Scotland"}, {"ZW", "00", ""},
	} {
		p, ok := x.Division(c.country, c.code)
		if ok != (c.name != "") || p.Name != c.name {
			t.Errorf("Division(%s, %s) = %q, %t", c.country, c.code, p.Name, ok)
		}
	}
	for _, c := range []struct{ country, short, name string }{
		{"US", "LA", "Louisiana"}, {"US", "La.", "Louisiana"}, {"US", "N.C.", "North Carolina"}, {"CA", "Ont.", "Ontario"},
		{"CA", "ON", "Ontario"}, {"AU", "NSW", "New South Wales"}, {"AU", "Vic.", "Victoria"}, {"US", "NSW", ""}, {"XX", "LA", ""},
	} {
		p, ok := x.DivisionByAbbreviation(c.country, c.short)
		if ok != (c.name != "") || p.Name != c.name {
			t.Errorf("DivisionByAbbreviation(%s, %s) = %q, %t", c.country, c.short, p.Name, ok)
		}
	}
}

func TestNearest(t *testing.T) {
	x := openDefaultIndex(t)
	for _, c := range []struct {
		name    string
		p       orb.Point
		km      float64
		country string
	}{
		{"Paris", orb.Point{2.349, 48.853}, 5, "FR"},
		{"Fiji, near the antimeridian", orb.Point{179.99, -16.8}, 300, "FJ"},
		{"Fiji, across the antimeridian", orb.Point{-179.99, -16.8}, 300, "FJ"},
		{"Svalbard", orb.Point{15.6, 78.2}, 50, "SJ"},
		{"the Pacific, far from any place", orb.Point{-140, -40}, 200, ""},
		{"North Pole, short distance", orb.Point{0, 90}, 500, ""},
		{"North Pole, long distance", orb.Point{0, 90}, 1500, "SJ"},
		{"invalid point", orb.Point{500, 0}, 100, ""},
		{"distance 0", orb.Point{2.349, 48.853}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, ok := x.Nearest(c.p, c.km)
			if ok != (c.country != "") || ok && p.Country != c.country {
				t.Fatalf("got %s in %q, %t", p.Name, p.Country, ok)
			}
			if ok && geo.DistanceKM(c.p, p.Point) > c.km {
				t.Errorf("%s is %.1f km away", p.Name, geo.DistanceKM(c.p, p.Point))
			}
		})
	}
}

// TestNearestIsNearest compares Nearest with a search through all places.
func TestNearestIsNearest(t *testing.T) {
	x := openDefaultIndex(t)
	for _, p := range []orb.Point{{10.3, 50.1}, {-100.2, 40.7}, {178.5, -18}, {30.9, 0.1}, {120.5, 60.3}} {
		best, distance := "", 1e9
		x.Each(func(q geo.Place) bool {
			if ClassOf(q.FeatureCode) == ClassPopulated {
				if d := geo.DistanceKM(p, q.Point); d < distance {
					best, distance = q.ID, d
				}
			}
			return true
		})
		if got, _ := x.Nearest(p, 20_000); got.ID != best {
			t.Errorf("Nearest(%v) = %s at %.2f km, want %s at %.2f km", p, got.ID, geo.DistanceKM(p, got.Point), best, distance)
		}
	}
}

func TestSuggest(t *testing.T) {
	x := openDefaultIndex(t)
	for prefix, want := range map[string]string{
		"bagh": "Baghdad", "new yo": "New York", "lond": "London", "saint pe": "Saint Petersburg", "syr": "Syria", "Køben": "Copenhagen",
	} {
		found := x.Suggest(prefix, 8)
		if !slices.ContainsFunc(found, func(c geo.Candidate) bool { return c.Place.Name == want }) {
			t.Errorf("Suggest(%q) does not return %s: %v", prefix, want, placeNames(found))
		}
		if len(found) > 8 {
			t.Errorf("Suggest(%q) returns %d candidates, want at most 8", prefix, len(found))
		}
	}
	if found := x.Suggest("", 5); found != nil {
		t.Errorf("Suggest of an empty prefix: %v", placeNames(found))
	}
	if found := x.Suggest("s", 5); len(found) != 5 {
		t.Errorf("Suggest(s): %v", placeNames(found))
	}
}

func placeNames(found []geo.Candidate) []string {
	var out []string
	for _, c := range found {
		out = append(out, c.Place.Name)
	}
	return out
}

func TestOpenErrors(t *testing.T) {
	tiny, err := os.ReadFile("testdata/tiny.gaz")
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func([]byte) []byte) []byte { return change(slices.Clone(tiny)) }
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not a gazetteer index"},
		{"text", []byte("a short text, not an index, but longer than a header"), "not a gazetteer index"},
		{"cut off", edit(func(b []byte) []byte { return b[:len(b)/2] }), "cut off"},
		{"cut off in the header", edit(func(b []byte) []byte { return b[:20] }), "not a gazetteer index"},
		{"extended", edit(func(b []byte) []byte { return append(b, 0) }), "extended"},
		{"later version", edit(func(b []byte) []byte { b[8]++; return b }), "version 2"},
		{"one bit changed", edit(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), "damaged"},
		{"section table", edit(func(b []byte) []byte { b[12] = 200; return b }), "section table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "some.gaz")
			if err := os.WriteFile(path, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a geo.ErrInvalid that contains %s and %q", err, path, c.want)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.gaz")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("a folder: %v", err)
	}
}

func TestOpenFile(t *testing.T) {
	x, err := Open("testdata/tiny.gaz")
	if err != nil {
		t.Fatal(err)
	}
	if found := x.Lookup("Zürich", 1); len(found) != 1 || found[0].Place.Country != "CH" {
		t.Errorf("Zürich is %+v", found)
	}
	if err := x.Verify(); err != nil {
		t.Error(err)
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if err := x.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if found := x.Lookup("Zurich", 1); found != nil {
		t.Errorf("a closed index finds %+v", found)
	}
}

// FuzzOpen opens any bytes, and bytes with a corrected header, so that the code
// after the checksum is tested too.
func FuzzOpen(f *testing.F) {
	tiny, err := os.ReadFile("testdata/tiny.gaz")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(tiny)
	f.Add(uncompressed(f, tiny))
	f.Add(tiny[:100])
	f.Add([]byte(Magic))
	f.Fuzz(func(t *testing.T, file []byte) {
		if x, err := Read("fuzz", file); err == nil {
			useAll(x)
		}
		if len(file) < headerSize {
			return
		}
		file = slices.Clone(file)
		fillHeader(file)
		if x, err := Read("fuzz", file); err == nil {
			useAll(x)
		}
	})
}

// TestChangedBytes changes random bytes of an index and corrects the checksum.
// Reading and using the index must not panic.
func TestChangedBytes(t *testing.T) {
	tiny, err := os.ReadFile("testdata/tiny.gaz")
	if err != nil {
		t.Fatal(err)
	}
	random, opened := rand.New(rand.NewPCG(1, 2)), 0
	base := uncompressed(t, tiny)
	for range 2000 {
		file := slices.Clone(base)
		for range 1 + random.IntN(8) {
			file[headerSize+random.IntN(len(file)-headerSize)] = byte(random.Uint32())
		}
		fillHeader(file)
		if x, err := Read("changed", file); err == nil {
			opened++
			useAll(x)
		}
	}
	if opened < 500 {
		t.Errorf("Read accepted only %d of 2000 changed files, want at least 500", opened)
	}
}

// uncompressed returns an index without compression, in which a changed byte
// changes a record, and without the grid, which is long.
func uncompressed(tb testing.TB, file []byte) []byte {
	tb.Helper()
	sections, err := decode("tiny", file, func() (uint32, error) { return get32(file[24:]), nil })
	if err != nil {
		tb.Fatal(err)
	}
	var out []Section
	for kind := SectionMeta; kind < sectionEnd; kind++ {
		if kind != SectionCells && kind != SectionGrid {
			out = append(out, Section{Kind: kind, Data: sections[kind]})
		}
	}
	encoded, err := Encode(out)
	if err != nil {
		tb.Fatal(err)
	}
	return encoded
}

// useAll calls all lookups of x.
func useAll(x *Index) {
	for _, name := range []string{"Zurich", "Zürich, Switzerland", "U.S.", "Syrian", "Khan Sheikhun", "Philadelphiaa", "Idlib province"} {
		x.Lookup(name, 0)
		x.Lookup(name, 2)
		x.Summary(name)
	}
	x.Suggest("z", 5)
	x.Nearest(orb.Point{8.5, 47.4}, 100)
	x.Nearest(orb.Point{8.5, 47.4}, 5000)
	x.Country("CH")
	x.Division("CH", "ZH")
	x.DivisionByAbbreviation("CH", "ZH")
	x.Outlet("news.example.com")
	x.Outlets(func(Outlet) bool { return true })
	x.Place("geonames:2657896")
	x.Place("adm1:CH.ZH")
	x.Place("city:u0qjd0000")
	n := 0
	x.Each(func(p geo.Place) bool { n++; x.Names(p.ID); return n < 100 })
	_ = x.Verify()
	x.Info()
}

func BenchmarkOpen(b *testing.B) {
	file := []byte(data.Index())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read("benchmark", file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	x := openDefaultIndex(b)
	for _, c := range []struct{ kind, name string }{
		{"one", "Mosul"}, {"many", "Springfield"}, {"abbreviation", "N.C."}, {"inside", "Paris, Texas"}, {"short unknown", "Qqzzx"},
		{"long unknown", "Qqzzxvwk"}, {"tolerant", "Massachussetts"}, {"edit", "Philadelpia"},
	} {
		b.Run(c.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Lookup(c.name, 10)
			}
		})
	}
}

func BenchmarkSummary(b *testing.B) {
	x := openDefaultIndex(b)
	for _, name := range []string{"Mosul", "Springfield", "Qqzzx"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Summary(name)
			}
		})
	}
}

func BenchmarkSuggest(b *testing.B) {
	x := openDefaultIndex(b)
	for _, prefix := range []string{"s", "san", "bagh"} {
		b.Run(prefix, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Suggest(prefix, 8)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	x := openDefaultIndex(b)
	b.ReportAllocs()
	for b.Loop() {
		x.Nearest(orb.Point{10.3, 50.1}, 50)
	}
}
