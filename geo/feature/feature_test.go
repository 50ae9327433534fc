package feature_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"mime"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

var update = flag.Bool("update", false, "write the golden files")

// properties lists the properties of a feature in the order of the output.
var properties = []string{
	"story_id", "title", "url", "story_url", "outlet", "published", "lang", "place_id", "place", "country", "admin1",
	"feature_code", "precision", "role", "confidence", "mentions", "evidence",
}

func samples() []*story.Feature {
	complete := &story.Feature{
		StoryID: "abc234", Title: `Fire & "smoke" in <Zürich>`, URL: "https://news.example/a?b=1&c=2", Outlet: "Der Bote", Lang: "de-CH",
		Published: time.Date(2019, 2, 20, 1, 21, 0, 500, time.FixedZone("", 3600)), Mentions: 3,
		Location: geo.Location{
			Place: geo.Place{
				ID:          "geonames:2657896",
				Name:        "Zürich",
				Point:       orb.Point{8.5500004, 47.36666666},
				FeatureCode: "PPLA",
				Country:     "CH",
				Admin1:      "Zurich",
			},
			Role:       geo.RoleFocus,
			Precision:  geo.PrecisionCity,
			Confidence: 0.87654321,
			Evidence:   "It burned\nin Zürich\u2028\t.",
		},
	}
	minimal := &story.Feature{
		StoryID:  "x",
		Mentions: 1,
		Location: geo.Location{Place: geo.Place{ID: "newsmap:pacific", Name: "Pacific", Point: orb.Point{-180, -0.0000001}, FeatureCode: "OCN"}},
	}
	formula := &story.Feature{
		StoryID:  "-1",
		Title:    `=HYPERLINK("http://evil.example","x")`,
		Outlet:   "@home",
		Mentions: 2,
		Location: geo.Location{
			Place:      geo.Place{ID: "geonames:1", Name: "+Plus", Point: orb.Point{-70.5, -33}},
			Role:       geo.RoleMention,
			Confidence: 1,
			Evidence:   "-5 degrees, \"cold\"\r\nthere",
		},
	}
	return []*story.Feature{complete, minimal, formula}
}

func write(t testing.TB, format string, options feature.Options, features ...*story.Feature) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := feature.NewWriter(format, &out, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	for _, f := range feature.Formats {
		t.Run(f.Name, func(t *testing.T) {
			got := write(t, f.Name, feature.Options{BaseURL: "https://newsmap.example/"}, samples()...)
			path := filepath.Join("testdata", "samples"+f.Extension)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestGeoJSONParses(t *testing.T) {
	box := geo.BBox{MinLon: 170, MinLat: -20, MaxLon: -170, MaxLat: 0}
	for _, n := range []int{0, 1, 3} {
		list := samples()[:n]
		out := write(t, "geojson", feature.Options{BBox: &box}, list...)
		got, err := geojson.UnmarshalFeatureCollection(out)
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		if len(got.Features) != n || !reflect.DeepEqual([]float64(got.BBox), []float64{170, -20, -170, 0}) || len(got.ExtraMembers) != 0 {
			t.Fatalf("%d features, bbox %v, extra %v", len(got.Features), got.BBox, got.ExtraMembers)
		}
		for i, f := range got.Features {
			checkFeature(t, f, list[i])
		}
	}
}

func checkFeature(t *testing.T, f *geojson.Feature, want *story.Feature) {
	t.Helper()
	if f.ID != want.StoryID+"/"+want.Location.Place.ID {
		t.Errorf("id %v", f.ID)
	}
	point, ok := f.Geometry.(orb.Point)
	if !ok || geo.DistanceKM(point, want.Location.Place.Point) > 0.0002 {
		t.Errorf("geometry %v, want %v", f.Geometry, want.Location.Place.Point)
	}
	if len(f.Properties) != len(properties) {
		t.Errorf("%d properties, want %d", len(f.Properties), len(properties))
	}
	for _, name := range properties {
		if _, ok := f.Properties[name]; !ok {
			t.Errorf("property %s is missing", name)
		}
	}
	for name, value := range map[string]string{"title": want.Title, "url": want.URL, "outlet": want.Outlet, "lang": want.Lang,
		"evidence": want.Location.Evidence, "country": want.Location.Place.Country} {
		if got, _ := f.Properties[name].(string); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
		if value == "" && f.Properties[name] != nil {
			t.Errorf("%s is %v, want null", name, f.Properties[name])
		}
	}
}

// TestSafeInHTML checks that no text can end a script or begin a tag.
func TestSafeInHTML(t *testing.T) {
	f := samples()[0]
	f.Title = "</script><!-- & \u2028\u2029\x00\x7f\xff"
	out := write(t, "geojson", feature.Options{}, f)
	for _, bad := range []string{"<", ">", "&", "\u2028", "\u2029", "\x00", "\x7f", "\xff"} {
		if bytes.Contains(out, []byte(bad)) {
			t.Errorf("%q is in the output", bad)
		}
	}
	var decoded struct {
		Features []struct{ Properties struct{ Title string } }
	}
	if err := json.Unmarshal(out, &decoded); err != nil {
		t.Fatal(err)
	}
	if want := "</script><!-- & \u2028\u2029\x00\x7f\ufffd"; decoded.Features[0].Properties.Title != want {
		t.Errorf("the decoded title is %q", decoded.Features[0].Properties.Title)
	}
}

func TestNext(t *testing.T) {
	var out bytes.Buffer
	w, err := feature.NewWriter("geojson", &out, feature.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(samples()[0]); err != nil {
		t.Fatal(err)
	}
	feature.Next(w, "/api/features.geojson?limit=1&cursor=abc")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var got struct {
		NumberReturned int
		Links          []struct{ Rel, Type, Href string }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.NumberReturned != 1 || len(got.Links) != 1 || got.Links[0].Rel != "next" || got.Links[0].Href != "/api/features.geojson?limit=1&cursor=abc" {
		t.Errorf("%+v", got)
	}
	for _, format := range []string{"csv", "geojsonseq"} {
		w, err := feature.NewWriter(format, io.Discard, feature.Options{})
		if err != nil {
			t.Fatal(err)
		}
		feature.Next(w, "/x") // does nothing, because the format has no links
	}
}

func TestSequence(t *testing.T) {
	out := write(t, "geojsonseq", feature.Options{}, samples()...)
	records := strings.Split(string(out), "\x1e")
	if records[0] != "" || len(records) != 4 {
		t.Fatalf("%d records, the first %q", len(records)-1, records[0])
	}
	for i, r := range records[1:] {
		if strings.Count(r, "\n") != 1 || !strings.HasSuffix(r, "\n") {
			t.Errorf("record %d does not end with its only newline: %q", i, r)
		}
		f, err := geojson.UnmarshalFeature([]byte(r))
		if err != nil {
			t.Fatal(err)
		}
		checkFeature(t, f, samples()[i])
	}
	if out := write(t, "geojsonseq", feature.Options{}); len(out) != 0 {
		t.Errorf("no features: %q", out)
	}
}

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(write(t, "csv", feature.Options{}, samples()...))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := append(append([]string{}, properties...), "lon", "lat"); len(rows) != 4 || !reflect.DeepEqual(rows[0], want) {
		t.Fatalf("%d rows, header %q", len(rows), rows[0])
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, c := range []struct {
		row        int
		name, want string
	}{
		{1, "title", `Fire & "smoke" in <Zürich>`}, {1, "lon", "8.55"}, {1, "lat", "47.366667"}, {1, "published", "2019-02-20T00:21:00Z"},
		{1, "story_url", "/stories/abc234"},
		{2, "published", ""}, {2, "outlet", ""}, {2, "lon", "-180"}, {2, "lat", "0"}, {2, "precision", "water"},
		{3, "title", `'=HYPERLINK("http://evil.example","x")`}, {3, "outlet", "'@home"}, {3, "place", "'+Plus"}, {3, "evidence", "'-5 degrees, \"cold\"\nthere"},
		{3, "lon", "-70.5"}, {3, "lat", "-33"}, {3, "confidence", "1"}, {3, "story_id", "'-1"},
	} {
		if got := rows[c.row][column[c.name]]; got != c.want {
			t.Errorf("row %d, %s: %q, want %q", c.row, c.name, got, c.want)
		}
	}
	if rows, err := csv.NewReader(bytes.NewReader(write(t, "csv", feature.Options{}))).ReadAll(); err != nil || len(rows) != 1 {
		t.Errorf("no features: %d rows, %v", len(rows), err)
	}
}

func TestUnusualValues(t *testing.T) {
	f := samples()[0]
	f.StoryID = "a/b c?<"
	f.Location.Place.Point = orb.Point{math.NaN(), math.Inf(1)}
	f.Location.Confidence = math.NaN()
	f.Location.Evidence = strings.Repeat("ü", 500)
	got, err := geojson.UnmarshalFeatureCollection(write(t, "geojson", feature.Options{BaseURL: "https://h.example/map/"}, f))
	if err != nil {
		t.Fatal(err)
	}
	p := got.Features[0].Properties
	if got.Features[0].Geometry != nil || p["confidence"] != nil {
		t.Errorf("geometry %v, confidence %v; want null", got.Features[0].Geometry, p["confidence"])
	}
	if p["story_url"] != "https://h.example/map/stories/a%2Fb%20c%3F%3C" {
		t.Errorf("story_url %v", p["story_url"])
	}
	if n := utf8.RuneCountInString(p["evidence"].(string)); n != 240 {
		t.Errorf("evidence of %d characters", n)
	}
}

func TestFormats(t *testing.T) {
	names, extensions, mediaTypes := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range feature.Formats {
		if kind, _, err := mime.ParseMediaType(f.MediaType); err != nil || mediaTypes[kind] {
			t.Errorf("%s: media type %q is malformed or not unique, %v", f.Name, f.MediaType, err)
		}
		if f.Label == "" || names[f.Name] {
			t.Errorf("%s: the label %q is empty or the name is not unique", f.Name, f.Label)
		}
		names[f.Name], mediaTypes[f.MediaType] = true, true
		for _, extension := range append([]string{f.Extension}, f.Extensions...) {
			if !strings.HasPrefix(extension, ".") || extensions[extension] {
				t.Errorf("%s: extension %q has no dot or is not unique", f.Name, extension)
			}
			extensions[extension] = true
			if got, ok := feature.FormatOfFile("news/MAP" + strings.ToUpper(extension)); !ok || got.Name != f.Name {
				t.Errorf("%s: the format of a file that ends in %s is %q", f.Name, extension, got.Name)
			}
		}
		_, err := feature.FormatByName(f.Name)
		if err != nil {
			t.Error(err)
		}
		var out bytes.Buffer
		w := f.NewWriter(&out, feature.Options{})
		feature.Next(w, "https://newsmap.example/next")
		if err := w.Close(); err != nil || strings.Contains(out.String(), "newsmap.example/next") != f.Links {
			t.Errorf("%s: Links is %v, and the output %q, %v", f.Name, f.Links, out.String(), err)
		}
	}
	for _, path := range []string{"", "map", "map.", "map.shp"} {
		if f, ok := feature.FormatOfFile(path); ok {
			t.Errorf("the format of %q is %s", path, f.Name)
		}
	}
}

func TestNewWriterUnknown(t *testing.T) {
	w, err := feature.NewWriter("shapefile", io.Discard, feature.Options{})
	if !errors.Is(err, geo.ErrInvalid) || w != nil || !strings.Contains(err.Error(), "geojson, geojsonseq, csv") {
		t.Errorf("%v", err)
	}
}

// brokenWriter is an io.Writer that fails after some bytes.
type brokenWriter struct{ left int }

func (b *brokenWriter) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	for _, format := range feature.FormatNames() {
		w, err := feature.NewWriter(format, &brokenWriter{left: 100_000}, feature.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 1_000 {
			if err = w.Write(samples()[0]); err != nil {
				break
			}
		}
		if !errors.Is(err, io.ErrClosedPipe) || !errors.Is(w.Close(), io.ErrClosedPipe) {
			t.Errorf("%s: %v, close %v", format, err, w.Close())
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add("a", "b", 1.5, -2.5, 0.5)
	f.Add("\x00\xff\"\\</script>\u2028", "é\n", math.Inf(1), 1e300, math.NaN())
	f.Fuzz(func(t *testing.T, title, id string, lon, lat, confidence float64) {
		in := &story.Feature{StoryID: id, Title: title, Location: geo.Location{Place: geo.Place{ID: id, Point: orb.Point{lon, lat}}, Confidence: confidence}}
		out := write(t, "geojson", feature.Options{}, in)
		if !utf8.Valid(out) || !json.Valid(out) || bytes.ContainsAny(out, "<>&") {
			t.Fatalf("not safe JSON: %q", out)
		}
		var decoded struct {
			Features []struct{ Properties struct{ Title *string } }
		}
		if err := json.Unmarshal(out, &decoded); err != nil {
			t.Fatal(err)
		}
		want := string([]rune(title))
		if got := decoded.Features[0].Properties.Title; title == "" && got != nil || title != "" && *got != want {
			t.Errorf("title %q is decoded as %v", title, got)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	for _, format := range feature.FormatNames() {
		b.Run(format, func(b *testing.B) {
			w, err := feature.NewWriter(format, io.Discard, feature.Options{BaseURL: "https://newsmap.example"})
			if err != nil {
				b.Fatal(err)
			}
			f := samples()[0]
			b.SetBytes(int64(len(write(b, format, feature.Options{}, f, f)) - len(write(b, format, feature.Options{}, f))))
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Write(f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestUnstored(t *testing.T) {
	options := feature.Options{BaseURL: "https://newsmap.example", Unstored: true}
	if got := write(t, "geojson", options, samples()...); bytes.Count(got, []byte(`"story_url":null`)) != len(samples()) {
		t.Errorf("a story that is not stored has a story_url:\n%s", got)
	}
	if got := write(t, "csv", options, samples()...); bytes.Contains(got, []byte("newsmap.example")) {
		t.Errorf("a story that is not stored has a story_url:\n%s", got)
	}
}
