package geocode_test

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/geocode"

	"github.com/paulmach/orb"
)

var baghuz = orb.Point{40.9512345, 34.4601234}

const secret = "s3cret/key+x"

// providerCase is a provider with the expected requests and place.
type providerCase struct {
	name, path, reversePath string
	query                   map[string]string
	id, provider, licence   string
}

// TestProviders checks the request and the parsed answer of every provider, forward and
// reverse.
func TestProviders(t *testing.T) {
	for _, c := range []providerCase{
		{"nominatim", "/search", "/reverse", map[string]string{"q": "Baghuz", "countrycodes": "iq,sy", "format": "jsonv2", "addressdetails": "1"},
			"nominatim:node/3116867425", "Nominatim", "ODbL"},
		{"photon", "/api", "/reverse", map[string]string{"q": "Baghuz", "lang": "en"}, "photon:node/3116867425", "Photon", "ODbL"},
		{"opencage", "/", "/", map[string]string{"q": "Baghuz", "countrycode": "iq,sy", "key": secret, "no_record": "1"}, "opencage:34.46012,40.95123",
			"OpenCage", "ODbL"},
		{"locationiq", "/search", "/reverse", map[string]string{"q": "Baghuz", "key": secret, "format": "json"}, "locationiq:node/3116867425", "LocationIQ", "ODbL"},
		{"arcgis", "/findAddressCandidates", "/reverseGeocode",
			map[string]string{"SingleLine": "Baghuz", "countryCode": "IRQ,SYR", "token": secret, "forStorage": "true"}, "arcgis:34.46012,40.95123", "ArcGIS",
			"Esri terms of use"},
		{"google", "/", "/", map[string]string{"address": "Baghuz", "components": "country:IQ|country:SY", "key": secret}, "google:ChIJabc123", "Google",
			"Google Maps Platform terms"},
		{"mapbox", "/Baghuz.json", "/+40.951234,+34.460123.json", map[string]string{"country": "iq,sy", "access_token": secret}, "mapbox:place.4711", "Mapbox",
			"Mapbox terms of service"},
		{"mapquest", "/address", "/reverse", map[string]string{"location": "Baghuz", "key": secret}, "mapquest:34.46012,40.95123", "MapQuest",
			"MapQuest terms of use"},
		{"here", "/geocode", "/revgeocode", map[string]string{"q": "Baghuz", "in": "countryCode:IRQ,SYR", "apiKey": secret}, "here:here:cm:namedplace:28009",
			"HERE", "HERE terms of use"},
	} {
		t.Run(c.name, c.run)
	}
}

func (c providerCase) run(t *testing.T) {
	forward, reverse := fixture(t, c.name), fixture(t, c.name+"_reverse")
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body := forward
		if isReverse(r.URL) {
			body = reverse
		}
		answer(200, body)(w, r)
	})
	env := map[string]string{"NEWSMAP_" + strings.ToUpper(c.name) + "_KEY": secret}
	g := open(t, c.name+"="+s.URL+"/", geocode.Options{Getenv: environment(env), UserAgent: "newsmap/test (desk@example.org)"})

	places, err := g.Geocode(t.Context(), "Baghuz", []string{"SY", "IQ"})
	if err != nil {
		t.Fatal(err)
	}
	last := s.last.Load()
	if got := last.Header.Get("User-Agent"); got != "newsmap/test (desk@example.org)" {
		t.Errorf("User-Agent %q", got)
	}
	if last.URL.Path != c.path && last.URL.Path+"/" != c.path {
		t.Errorf("path %q, want %q", last.URL.Path, c.path)
	}
	for k, v := range c.query {
		if got := last.URL.Query().Get(k); got != v {
			t.Errorf("%s=%q, want %q", k, got, v)
		}
	}
	if len(places) != 1 {
		t.Fatalf("%d places: %+v", len(places), places)
	}
	p := places[0]
	checkBaghuz(t, &p, c.id)
	if p.Provider != c.provider || p.Licence != c.licence || p.Attribution == "" || p.Confidence < 0.8 {
		t.Errorf("%q %q %q %v", p.Provider, p.Licence, p.Attribution, p.Confidence)
	}
	c.checkReverse(t, g, s)
}

func (c providerCase) checkReverse(t *testing.T, g geocode.Geocoder, s *server) {
	t.Helper()
	place, err := g.Reverse(t.Context(), baghuz)
	if err != nil {
		t.Fatal(err)
	}
	if last := s.last.Load(); last.URL.Path != c.reversePath && last.URL.Path+"/" != c.reversePath {
		t.Errorf("path %q, want %q", last.URL.Path, c.reversePath)
	}
	if place.Name != "Baghuz" || place.Country != "SY" || place.Point != baghuz || place.Provider != c.provider {
		t.Errorf("%+v", place)
	}
}

// isReverse reports whether a request of any provider is for a point.
func isReverse(u *url.URL) bool {
	q := u.Query()
	return q.Has("lat") || q.Has("latlng") || q.Has("at") || strings.Contains(u.Path, "reverse") || strings.Contains(u.Path, "+40") ||
		strings.HasPrefix(q.Get("q"), "+34")
}

func checkBaghuz(t *testing.T, p *geocode.Place, id string) {
	t.Helper()
	if p.ID != id || p.Name != "Baghuz" || p.FeatureCode != "PPL" || p.Country != "SY" || p.CountryName != "Syria" ||
		!strings.HasPrefix(p.Admin1, "Deir ez-Zor") {
		t.Errorf("%+v", p)
	}
	if math.Abs(p.Point.Lon()-baghuz.Lon()) > 1e-6 || math.Abs(p.Point.Lat()-baghuz.Lat()) > 1e-6 {
		t.Errorf("point %v", p.Point)
	}
}

func TestMisses(t *testing.T) {
	for _, c := range []struct{ name, provider, body string }{
		{"empty list", "nominatim", `[]`},
		{"empty list with spaces", "nominatim", " [ ]\n"},
		{"another country only", "nominatim", strings.ReplaceAll(fixture(t, "nominatim"), `"sy"`, `"tr"`)},
		{"no country", "nominatim", strings.ReplaceAll(fixture(t, "nominatim"), `"country_code":"sy"`, `"x":""`)},
		{"streets only", "nominatim", strings.ReplaceAll(fixture(t, "nominatim"), `"category":"place"`, `"category":"highway"`)},
		{"null island", "nominatim", strings.NewReplacer(`"lat":"34.4601234"`, `"lat":"0.0"`, `"lon":"40.9512345"`, `"lon":"0"`).Replace(fixture(t, "nominatim"))},
		{"photon", "photon", `{"features":[],"type":"FeatureCollection"}`},
		{"photon returns another name", "photon", strings.ReplaceAll(fixture(t, "photon"), `"name":"Baghuz"`, `"name":"Bagush"`)},
		{"opencage", "opencage", `{"results":[],"status":{"code":200,"message":"OK"},"total_results":0}`},
		{"arcgis", "arcgis", `{"spatialReference":{"wkid":4326},"candidates":[]}`},
		{"google", "google", `{"results":[],"status":"ZERO_RESULTS"}`},
		{"mapbox", "mapbox", `{"type":"FeatureCollection","query":["x"],"features":[],"attribution":"NOTICE"}`},
		{"mapquest returns the centre of the country", "mapquest", strings.NewReplacer(`"CITY"`, `"COUNTRY"`, "A5XAX", "A1XAX").Replace(fixture(t, "mapquest"))},
		{"mapquest", "mapquest", `{"info":{"statuscode":0,"messages":[]},"results":[{"providedLocation":{"location":"x"},"locations":[]}]}`},
		{"here", "here", `{"items":[]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, answer(200, c.body))
			places, err := open(t, c.provider+"="+s.URL, geocode.Options{}).Geocode(t.Context(), "Baghuz", []string{"SY"})
			if !errors.Is(err, geo.ErrNotFound) || places != nil {
				t.Fatalf("%+v, %v", places, err)
			}
		})
	}
	t.Run("locationiq answers 404", func(t *testing.T) {
		s := serve(t, answer(404, `{"error":"Unable to geocode"}`))
		if _, err := open(t, "locationiq="+s.URL, geocode.Options{}).Geocode(t.Context(), "Baghuz", nil); !errors.Is(err, geo.ErrNotFound) {
			t.Fatal(err)
		}
	})
	for provider, body := range map[string]string{
		"nominatim": `{"error":"Unable to geocode"}`,
		"arcgis": `{"error":{"code":400,"extendedCode":-2147467259,"message":"Cannot perform query. Invalid query parameters.",` +
			`"details":["Unable to find address for the specified location."]}}`,
		"google": `{"results":[],"status":"ZERO_RESULTS"}`,
		"photon": `{"features":[],"type":"FeatureCollection"}`,
	} {
		t.Run("reverse "+provider, func(t *testing.T) {
			s := serve(t, answer(200, body))
			if _, err := open(t, provider+"="+s.URL, geocode.Options{}).Reverse(t.Context(), orb.Point{-30, -40}); !errors.Is(err, geo.ErrNotFound) {
				t.Fatal(err)
			}
		})
	}
}

func TestInvalidQuestions(t *testing.T) {
	s := serve(t, answer(200, `[]`))
	g := open(t, "nominatim="+s.URL, geocode.Options{})
	for _, name := range []string{"", " \n", strings.Repeat("a", 101), "a\xff"} {
		if _, err := g.Geocode(t.Context(), name, nil); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%.10q: %v", name, err)
		}
	}
	for _, point := range []orb.Point{{math.NaN(), 1}, {181, 0}, {0, math.Inf(1)}} {
		if _, err := g.Reverse(t.Context(), point); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%v: %v", point, err)
		}
	}
	if n := s.asked.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// TestNamesAreEscaped checks that a name with special characters stays one parameter
// value or one path segment.
func TestNamesAreEscaped(t *testing.T) {
	const name = `Foo&key=x/../?*;#% "Bar`
	for _, provider := range []string{"nominatim", "photon", "opencage", "arcgis", "google", "mapquest", "here"} {
		s := serve(t, answer(200, `{}`))
		_, _ = open(t, provider+"="+s.URL, geocode.Options{}).Geocode(t.Context(), name, nil)
		q := s.last.Load().URL.Query()
		found := false
		for _, v := range q {
			found = found || v[0] == name
		}
		if !found || q.Has("key") {
			t.Errorf("%s: %v", provider, q)
		}
	}
	s := serve(t, answer(200, `{}`))
	_, _ = open(t, "mapbox="+s.URL, geocode.Options{}).Geocode(t.Context(), name, nil)
	if got := s.last.Load().URL.EscapedPath(); got != "/"+url.PathEscape(name)+".json" {
		t.Errorf("mapbox: %s", got)
	}
}
