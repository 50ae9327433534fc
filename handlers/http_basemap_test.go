package handlers_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/handlers"
)

// pmtiles returns a PMTiles file of version 3 with the given metadata and some bytes as tiles.
func pmtiles(metadata string, compression byte) []byte {
	if compression == 2 {
		var compressed bytes.Buffer
		w := gzip.NewWriter(&compressed)
		w.Write([]byte(metadata))
		w.Close()
		metadata = compressed.String()
	}
	b := make([]byte, 127)
	copy(b, "PMTiles\x03")
	binary.LittleEndian.PutUint64(b[24:], 127)
	binary.LittleEndian.PutUint64(b[32:], uint64(len(metadata)))
	b[97], b[99], b[100], b[101] = compression, 1, 2, 14
	for i, v := range []int32{-1_800_000_000, -850_511_287, 1_800_000_000, 850_511_287} {
		binary.LittleEndian.PutUint32(b[102+4*i:], uint32(v))
	}
	return append(append(b, metadata...), "0123456789tiles"...)
}

func write(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "world.pmtiles")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const about = `{"name":"World","attribution":"<a href=\"https://www.openstreetmap.org/copyright\" onclick=\"x()\">© OpenStreetMap</a><script>x()</script>"}`

func TestBasemap(t *testing.T) {
	for _, compression := range []byte{1, 2} {
		content := pmtiles(about, compression)
		path := write(t, content)
		a := newApp(t, func(c *handlers.Config) { c.Basemap = path })
		var got struct {
			Basemap struct {
				URL, Name, Type, Attribution string
				MinZoom                      int `json:"min_zoom"`
				MaxZoom                      int `json:"max_zoom"`
				BBox                         [4]float64
			}
		}
		a.fetch(t, "/api/config", &got)
		b := got.Basemap
		if b.URL != "/basemap.pmtiles" || b.Name != "World" || b.Type != "mvt" || b.MinZoom != 2 || b.MaxZoom != 14 ||
			b.BBox != [4]float64{-180, -85.0511287, 180, 85.0511287} {
			t.Errorf("%+v", b)
		}
		for text, want := range map[string]bool{
			`href="https://www.openstreetmap.org/copyright"`: true, "© OpenStreetMap</a>": true, "onclick": false, "script": false,
		} {
			if strings.Contains(b.Attribution, text) != want {
				t.Errorf("attribution %q contains %q: %v, want %v", b.Attribution, text, !want, want)
			}
		}
		for header, want := range map[string]struct {
			status int
			body   string
		}{
			"":                {200, string(content)},
			"bytes=0-6":       {206, "PMTiles"},
			"bytes=-5":        {206, "tiles"},
			"bytes=99999999-": {416, ""},
		} {
			r := httptest.NewRequest("GET", "/basemap.pmtiles", nil)
			r.Header.Set("Accept-Encoding", "gzip")
			if header != "" {
				r.Header.Set("Range", header)
			}
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			if w.Code != want.status || want.body != "" && w.Body.String() != want.body || w.Header().Get("Content-Encoding") != "" ||
				want.status != 416 && (w.Header().Get("Accept-Ranges") != "bytes" || w.Header().Get("ETag") == "") {
				t.Errorf("range %q: %d, %d bytes, %v", header, w.Code, w.Body.Len(), w.Header())
			}
		}
	}
}

// TestBasemapErrors checks the errors for files that are not base maps.
func TestBasemapErrors(t *testing.T) {
	old := pmtiles(about, 1)
	old[7] = 2
	outside := pmtiles(about, 1)
	binary.LittleEndian.PutUint64(outside[24:], 1<<40)
	huge := pmtiles(about, 1)
	binary.LittleEndian.PutUint64(huge[32:], 1<<63)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty": {nil, "is not a PMTiles file"}, "a text": {[]byte(strings.Repeat("PMTale", 100)), "is not a PMTiles file"},
		"cut in its header": {old[:100], "is not a PMTiles file"},
		"version 2":         {old, "version 2"}, "metadata outside": {outside, "damaged"}, "metadata too long": {huge, "damaged"},
		"metadata not JSON": {pmtiles("[", 1), "damaged"}, "metadata not compressed": {func() []byte { b := pmtiles(about, 1); b[97] = 2; return b }(), "damaged"},
	} {
		_, err := handlers.New(handlers.Config{Store: newStore(t), Places: newAtlas(), Parser: &finder{}, Basemap: write(t, c.content)})
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "basemap: ") ||
			!strings.Contains(err.Error(), "world.pmtiles") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := handlers.New(handlers.Config{Store: newStore(t), Places: newAtlas(), Parser: &finder{}, Basemap: t.TempDir()}); err == nil {
		t.Error("no error for a folder")
	}
	missing := filepath.Join(t.TempDir(), "none")
	_, err := handlers.New(handlers.Config{Store: newStore(t), Places: newAtlas(), Parser: &finder{}, Basemap: missing})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}

func TestConfigScenarios(t *testing.T) {
	for _, sc := range []scenario{
		{name: "config", path: "/api/config", status: 200, contains: []string{`{"version":"test","tiles_url":null,"basemap":null,"can_add":true,"live":false}`}},
		{name: "config without a token", path: "/api/config", change: func(c *handlers.Config) {
			c.Token, c.TilesURL = "", "https://t.example/{z}/{x}/{y}.png"
		}, status: 200, contains: []string{`"tiles_url":"https://t.example/{z}/{x}/{y}.png"`, `"can_add":false`}},
		{name: "config with a parameter", path: "/api/config?x=1", status: 400, contains: parameter("x"), answerHeaders: problemHeaders},
		{name: "no base map", path: "/basemap.pmtiles", status: 404},
		{name: "labels of an empty gazetteer", path: "/api/places?zoom=3", status: 200, contains: []string{`{"places":[]}`}},
		{name: "labels without a zoom", path: "/api/places", status: 400, contains: parameter("zoom"), answerHeaders: problemHeaders},
		{name: "labels in a malformed box", path: "/api/places?zoom=2&bbox=1,2,3", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "too many labels", path: "/api/places?zoom=2&limit=1001", status: 400, contains: parameter("limit"), answerHeaders: problemHeaders},
		{name: "labels with an unknown parameter", path: "/api/places?zoom=2&q=x", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
	} {
		t.Run(sc.name, sc.run)
	}
}

// listed is an atlas that lists its places.
type listed struct{ atlas }

func (l listed) Each(yield func(geo.Place) bool) {
	for _, p := range l.atlas {
		if !yield(p) {
			return
		}
	}
}

func TestLabels(t *testing.T) {
	places := newAtlas()
	for _, p := range []geo.Place{
		{ID: "geonames:1", Name: "Nearby", FeatureCode: "PPL", Country: "FR", Population: 9_000, Point: [2]float64{2.36, 48.86}},
		{ID: "geonames:2", Name: "Far Metropolis", FeatureCode: "PPLA", Country: "US", Population: 8_000_000, Point: [2]float64{-74, 40.7}},
		{ID: "geonames:3", Name: "A region", FeatureCode: "ADM1", Country: "US", Population: 9_000_000, Point: [2]float64{-80, 40.7}},
		{ID: "geonames:4", Name: "Without population", FeatureCode: "PPL", Country: "US", Point: [2]float64{-90, 40.7}},
	} {
		places[p.ID] = p
	}
	a := newApp(t, func(c *handlers.Config) { c.Places = listed{places} })
	for path, want := range map[string]string{
		"/api/places?zoom=3":                          "Paris, Far Metropolis, Montevideo, Syria",
		"/api/places?zoom=5":                          "Paris, Far Metropolis, Montevideo, Syria, Suva",
		"/api/places?zoom=5&limit=2":                  "Paris, Far Metropolis",
		"/api/places?zoom=5&bbox=170,-30,-170,0":      "Suva",
		"/api/places?zoom=11&bbox=2,48,3,49":          "Paris",
		"/api/places?zoom=15&bbox=2,48,3,49":          "Paris, Nearby",
		"/api/places?zoom=12.5&bbox=-100,30,-60,50":   "Far Metropolis",
		"/api/places?zoom=0":                          "",
		"/api/places?zoom=7&bbox=30,30,50,40":         "",
		"/api/places?zoom=9&bbox=40,34,41,35&limit=1": "Baghuz",
	} {
		var got struct{ Places []struct{ Name string } }
		w := a.fetch(t, path, &got)
		var names []string
		for _, p := range got.Places {
			names = append(names, p.Name)
		}
		if strings.Join(names, ", ") != want {
			t.Errorf("%s: %q, want %q", path, strings.Join(names, ", "), want)
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		again := httptest.NewRecorder()
		if a.ServeHTTP(again, r); again.Code != http.StatusNotModified {
			t.Errorf("%s requested again: %d", path, again.Code)
		}
	}
}
