package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// lakeText names a place that is not in the gazetteer, in a country that is.
const lakeText = "The flood reached Lake Zarqabad, north of Raqqa, Syria. Boats crossed Lake Zarqabad on Monday."

// nominatim starts a server with the API of Nominatim. It knows one lake, and counts
// requests.
func nominatim(t *testing.T) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !strings.Contains(r.URL.Query().Get("q"), "Zarqabad") || !strings.Contains(r.URL.Query().Get("countrycodes"), "sy") {
			fmt.Fprint(w, "[]")
			return
		}
		fmt.Fprint(w, `[{"place_id":1,"osm_type":"node","osm_id":424242,"lat":"36.31","lon":"39.12",
			"category":"natural","type":"water","addresstype":"water","name":"Lake Zarqabad",
			"display_name":"Lake Zarqabad, Raqqa Governorate, Syria",
			"address":{"water":"Lake Zarqabad","state":"Raqqa Governorate","country":"Syria","country_code":"sy"}}]`)
	}))
	t.Cleanup(s.Close)
	return s.URL, asked
}

// command runs newsmap with standard input and returns its exit status and output.
func command(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

// TestGeocoderIsOffByDefault checks that nothing is sent without --geocoder, even if a
// key is set.
func TestGeocoderIsOffByDefault(t *testing.T) {
	address, asked := nominatim(t)
	t.Setenv("NEWSMAP_GEOCODER", "")
	t.Setenv("NEWSMAP_OPENCAGE_KEY", "k")
	store := "sqlite:" + filepath.Join(t.TempDir(), "off.db")
	for _, args := range [][]string{{"geoparse", "--format", "jsonl"}, {"ingest", "--store", store, "-"}} {
		stdin := lakeText
		if args[0] == "geoparse" {
			stdin = `{"id":"1","text":"` + lakeText + `"}`
		}
		status, stdout, stderr := command(t, stdin, args...)
		if status != 0 || strings.Contains(stdout, "nominatim") || strings.Contains(stderr, "geocoder") {
			t.Errorf("%v: %d %s %s", args, status, stdout, stderr)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}

	status, stdout, stderr := command(t, `{"id":"1","text":"`+lakeText+`"}`, "geoparse", "--format", "jsonl", "--geocoder", "nominatim="+address)
	if status != 0 || asked.Load() == 0 || !strings.Contains(stdout, `"nominatim:node/424242"`) ||
		!strings.Contains(stdout, "located by Nominatim (© OpenStreetMap contributors, ODbL)") {
		t.Errorf("%d %s %s, asked %d times", status, stdout, stderr, asked.Load())
	}
}

// TestGeocoderByEnvironment checks the environment variable, and that the store keeps
// answers from one run to the next.
func TestGeocoderByEnvironment(t *testing.T) {
	address, asked := nominatim(t)
	t.Setenv("NEWSMAP_GEOCODER", "nominatim="+address)
	store := "sqlite:" + filepath.Join(t.TempDir(), "on.db")
	for i, text := range []string{lakeText, strings.Replace(lakeText, "Monday", "Tuesday", 1)} {
		if status, stdout, stderr := command(t, text, "ingest", "--store", store, "-"); status != 0 || !strings.Contains(stdout, "1 new") {
			t.Fatalf("%d: %d %s %s", i, status, stdout, stderr)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	status, stdout, stderr := command(t, "", "export", "--store", store, "--format", "geojson")
	if status != 0 || strings.Count(stdout, `"place_id":"nominatim:node/424242"`) != 2 || !strings.Contains(stdout, "ODbL") {
		t.Errorf("%d %s %s", status, stdout, stderr)
	}
}

func TestGeocoderErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"geonames":                              `--geocoder: "geonames" is unknown; choose one of nominatim`,
		"opencage":                              "set NEWSMAP_OPENCAGE_KEY or NEWSMAP_OPENCAGE_KEY_FILE",
		"nominatim=https://u:pa55@h.example/?x": "is not an http or https address",
	} {
		status, _, stderr := command(t, "", "geoparse", "--geocoder", spec, "-")
		if status == 0 || !strings.Contains(stderr, want) || strings.Contains(stderr, "pa55") {
			t.Errorf("%s: %d %s", spec, status, stderr)
		}
	}
}

// TestGeocoderOfPoints checks that a point in a text which is near no town gets its
// country, and the credit for it, from the geocoder.
func TestGeocoderOfPoints(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		lat, lon := r.URL.Query().Get("lat"), r.URL.Query().Get("lon")
		if r.URL.Path != "/reverse" || !strings.HasPrefix(lat, "25.4512") || !strings.HasPrefix(lon, "-1.2013") {
			t.Errorf("asked for %s", r.URL)
		}
		fmt.Fprint(w, `{"place_id":1,"osm_type":"relation","osm_id":77,"lat":"25.4","lon":"-1.2",
			"category":"boundary","type":"administrative","addresstype":"state","name":"Adrar","display_name":"Adrar, Algeria",
			"address":{"state":"Adrar","country":"Algeria","country_code":"dz"}}`)
	}))
	defer s.Close()
	const text = "The plane was found at 25.4512 N, 1.2013 W on Monday."
	status, stdout, stderr := command(t, text, "geoparse", "--format", "geojson", "--geocoder", "nominatim="+s.URL, "-")
	if status != 0 || asked.Load() != 1 || !strings.Contains(stdout, `"country":"DZ"`) || !strings.Contains(stdout, `[-1.2013,25.4512]`) {
		t.Errorf("%d %s %s, asked %d times", status, stdout, stderr, asked.Load())
	}
}

// TestServeWithGeocoder checks that names in stored stories are sent to the geocoder,
// that names in texts which are only tried out are not, and that the place's page
// names the geocoder.
func TestServeWithGeocoder(t *testing.T) {
	address, asked := nominatim(t)
	t.Setenv("NEWSMAP_TOKEN", "letmein")
	p := start(t, "--store", "sqlite:"+filepath.Join(t.TempDir(), "serve.db"), "--geocoder", "nominatim="+address)
	post := func(path string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, strings.TrimRight(p.url, "/")+path, strings.NewReader(`{"title":"Flood","text":"`+lakeText+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer letmein")
		resp, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			t.Fatalf("%s: %s", path, resp.Status)
		}
	}
	post("/api/geoparse")
	if n := asked.Load(); n != 0 {
		t.Errorf("asked %d times for a text that was only tried out", n)
	}
	post("/api/stories")
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times for a story", n)
	}
	status, page := get(t, strings.TrimRight(p.url, "/")+"/places/nominatim:node%2F424242")
	if status != 200 || !strings.Contains(string(page), "located by Nominatim (© OpenStreetMap contributors, ODbL)") {
		t.Errorf("%d %.2000s", status, page)
	}
}
