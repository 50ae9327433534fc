package geocode_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/geocode"

	"github.com/paulmach/orb"
)

// next is a Resolver that returns a fixed result.
type next struct {
	result *geo.Result
	err    error
}

func (n *next) Resolve(context.Context, *geo.Document, []geo.Toponym) (*geo.Result, error) {
	return n.result, n.err
}

const text = "Fighters left. They fell back to Baghuz in Syria on Friday. Baghuz was quiet."

// syria returns the result of resolution for text: a country, and a name without a place.
func syria() *geo.Result {
	baghuz := geo.Toponym{Start: 33, End: 39, Text: "Baghuz", Confidence: 0.9}
	again := geo.Toponym{Start: 60, End: 66, Text: "Baghuz", Confidence: 0.6}
	country := geo.Toponym{Start: 43, End: 48, Text: "Syria", Confidence: 1}
	place := geo.Place{ID: "geonames:163843", Name: "Syria", Point: orb.Point{38.5, 35}, FeatureCode: "PCLI", Country: "SY", CountryName: "Syria"}
	return &geo.Result{
		Resolutions: []geo.Resolution{{Toponym: baghuz}, {Toponym: country, Place: &place, Confidence: 0.95}, {Toponym: again}},
		Locations:   []geo.Location{{Place: place, Role: geo.RoleFocus, Precision: geo.PrecisionCountry, Confidence: 0.95, Toponyms: []geo.Toponym{country}}},
		Focus:       place.ID,
	}
}

// scripted is a Geocoder that returns fixed places and records its calls.
type scripted struct {
	asked   []string
	places  []geocode.Place
	reverse geocode.Place
	err     error
}

func (s *scripted) Geocode(_ context.Context, name string, countries []string) ([]geocode.Place, error) {
	s.asked = append(s.asked, name+" "+strings.Join(countries, ","))
	return s.places, s.err
}

func (s *scripted) Reverse(_ context.Context, p orb.Point) (geocode.Place, error) {
	s.asked = append(s.asked, "point")
	place := s.reverse
	place.Point = p
	return place, s.err
}

func placeAt(id, country string, lon, lat, confidence float64) geocode.Place {
	return geocode.Place{
		Place:      geo.Place{ID: id, Name: "Baghuz", Point: orb.Point{lon, lat}, FeatureCode: "PPL", Country: country},
		Confidence: confidence, Provider: "Nominatim", Attribution: "© OpenStreetMap contributors", Licence: "ODbL",
	}
}

func TestResolver(t *testing.T) {
	s := serve(t, answer(200, fixture(t, "nominatim")))
	var r geo.Resolver = &geocode.Resolver{Next: &next{result: syria()}, Geocoder: open(t, "nominatim="+s.URL, geocode.Options{})}
	result, err := r.Resolve(t.Context(), &geo.Document{Text: text}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.asked.Load() != 1 || s.last.Load().URL.Query().Get("countrycodes") != "sy" {
		t.Errorf("asked %d times, %v", s.asked.Load(), s.last.Load().URL)
	}
	const credit = "located by Nominatim (© OpenStreetMap contributors, ODbL)"
	for _, i := range []int{0, 2} {
		res := result.Resolutions[i]
		if res.Place == nil || res.Place.ID != "nominatim:node/3116867425" || res.Confidence < 0.5 || res.Confidence >= res.Toponym.Confidence ||
			res.Reasons[0].String() != "it was "+credit {
			t.Errorf("%+v", res)
		}
	}
	if len(result.Locations) != 2 || result.Focus != "geonames:163843" {
		t.Fatalf("%+v", result)
	}
	l := result.Locations[1]
	if l.Place.ID != "nominatim:node/3116867425" || l.Role != geo.RoleMention || l.Precision != geo.PrecisionCity || len(l.Toponyms) != 2 ||
		l.Reasons[0].String() != "it was "+credit {
		t.Errorf("%+v", l)
	}
	if want := "They fell back to Baghuz in Syria on Friday. (" + credit + ")"; l.Evidence != want {
		t.Errorf("evidence %q, want %q", l.Evidence, want)
	}
}

// TestResolverQuestions checks which names are asked for.
func TestResolverQuestions(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*geo.Result)
		asked  string
	}{
		{"unchanged", func(*geo.Result) {}, "Baghuz SY"},
		{"no country in the document", func(r *geo.Result) { r.Resolutions[1].Place = nil; r.Resolutions[1].Toponym.Confidence = 0.1 }, ""},
		{"unlikely country", func(r *geo.Result) { r.Resolutions[1].Confidence = 0.3 }, ""},
		{"unlikely to be a place", func(r *geo.Result) {
			r.Resolutions[0].Toponym.Confidence, r.Resolutions[2].Toponym.Confidence = 0.69, 0.5
		}, ""},
		{"a demonym", func(r *geo.Result) {
			r.Resolutions[0].Toponym.Kind, r.Resolutions[2].Toponym.Kind = geo.KindDemonym, geo.KindDemonym
		}, ""},
		{"no letters", func(r *geo.Result) { r.Resolutions[0].Toponym.Text, r.Resolutions[2].Toponym.Text = "1984", "—" }, ""},
		{"too long", func(r *geo.Result) {
			r.Resolutions[0].Toponym.Text = strings.Repeat("x", 101)
			r.Resolutions[2].Toponym.Text = "x"
		}, ""},
		{"in the gazetteer, in the same country", func(r *geo.Result) {
			known := []geo.Candidate{{Place: geo.Place{Country: "SY"}, Match: geo.MatchExact}}
			r.Resolutions[0].Candidates, r.Resolutions[2].Candidates = known, known
		}, ""},
		{"in the gazetteer, in another country", func(r *geo.Result) {
			known := []geo.Candidate{{Place: geo.Place{Country: "BR"}, Match: geo.MatchExact}}
			r.Resolutions[0].Candidates, r.Resolutions[2].Candidates = known, known
		}, "Baghuz SY"},
		{"similar name in the gazetteer", func(r *geo.Result) {
			known := []geo.Candidate{{Place: geo.Place{Country: "SY"}, Match: geo.MatchEdit}}
			r.Resolutions[0].Candidates, r.Resolutions[2].Candidates = known, known
		}, "Baghuz SY"},
		{"more than MaxNames", func(r *geo.Result) {
			for _, name := range strings.Fields("Aa Bb Cc Dd Ee Ff Gg") {
				r.Resolutions = append(r.Resolutions, geo.Resolution{Toponym: geo.Toponym{Text: name, Confidence: 1}})
			}
		}, "Baghuz SY|Aa SY|Bb SY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &scripted{err: geo.ErrNotFound}
			result := syria()
			c.change(result)
			r := &geocode.Resolver{Next: &next{result: result}, Geocoder: g, MaxNames: 3}
			if _, err := r.Resolve(t.Context(), &geo.Document{Text: text}, nil); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(g.asked, "|"); got != c.asked {
				t.Errorf("asked %q, want %q", got, c.asked)
			}
		})
	}
}

func TestResolverChoice(t *testing.T) {
	deir := geo.Place{ID: "geonames:170063", Name: "Abu Kamal", Point: orb.Point{40.92, 34.45}, FeatureCode: "PPL", Country: "SY"}
	for _, c := range []struct {
		name   string
		places []geocode.Place
		deir   bool
		want   string
	}{
		{"one", []geocode.Place{placeAt("a", "SY", 41, 34, 0.8)}, false, "a"},
		{"another country", []geocode.Place{placeAt("a", "TR", 41, 34, 0.8)}, false, ""},
		{"no country", []geocode.Place{placeAt("a", "", 41, 34, 0.8)}, false, ""},
		{"the second is in the country", []geocode.Place{placeAt("a", "TR", 41, 34, 0.8), placeAt("b", "SY", 41, 34, 0.8)}, false, "b"},
		{"low confidence", []geocode.Place{placeAt("a", "SY", 41, 34, 0.4)}, false, ""},
		{"two near each other", []geocode.Place{placeAt("a", "SY", 41, 34.4, 0.8), placeAt("b", "SY", 41.1, 34.4, 0.8)}, false, "a"},
		{"two far apart", []geocode.Place{placeAt("a", "SY", 36.5, 33, 0.8), placeAt("b", "SY", 40.95, 34.46, 0.8)}, false, ""},
		{"two far apart, one near a town of the story", []geocode.Place{placeAt("a", "SY", 36.5, 33, 0.8), placeAt("b", "SY", 40.95, 34.46, 0.8)}, true, "b"},
		{"two far apart, one with higher confidence", []geocode.Place{placeAt("a", "SY", 36.5, 33, 0.8), placeAt("b", "SY", 40.95, 34.46, 0.6)}, false, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := syria()
			if c.deir {
				result.Resolutions = append(
					result.Resolutions,
					geo.Resolution{Toponym: geo.Toponym{Text: "Abu Kamal", Confidence: 1}, Place: &deir, Confidence: 0.9},
				)
			}
			r := &geocode.Resolver{Next: &next{result: result}, Geocoder: &scripted{places: c.places}}
			got, err := r.Resolve(t.Context(), &geo.Document{Text: text}, nil)
			if err != nil {
				t.Fatal(err)
			}
			id := ""
			if p := got.Resolutions[0].Place; p != nil {
				id = p.ID
			}
			if id != c.want || (len(got.Locations) == 2) != (c.want != "") {
				t.Errorf("took %q, want %q", id, c.want)
			}
		})
	}
}

func TestResolverErrors(t *testing.T) {
	t.Run("the error of Next is returned", func(t *testing.T) {
		r := &geocode.Resolver{Next: &next{err: geo.ErrInvalid}, Geocoder: &scripted{}}
		if _, err := r.Resolve(t.Context(), &geo.Document{}, nil); !errors.Is(err, geo.ErrInvalid) {
			t.Error(err)
		}
	})
	t.Run("after a failure the result of Next is returned and nothing more is asked", func(t *testing.T) {
		result := syria()
		result.Resolutions = append(result.Resolutions, geo.Resolution{Toponym: geo.Toponym{Text: "Other", Confidence: 1}})
		g := &scripted{err: &geocode.Error{Provider: "X", Reason: "broken"}}
		got, err := (&geocode.Resolver{Next: &next{result: result}, Geocoder: g}).Resolve(t.Context(), &geo.Document{Text: text}, nil)
		if err != nil || len(got.Locations) != 1 || len(g.asked) != 1 {
			t.Error(err, got, g.asked)
		}
	})
	t.Run("the requests of a document have a deadline", func(t *testing.T) {
		s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		})
		r := &geocode.Resolver{Next: &next{result: syria()}, Geocoder: open(t, "nominatim="+s.URL, geocode.Options{}), Timeout: 50 * time.Millisecond}
		if got, err := r.Resolve(t.Context(), &geo.Document{Text: text}, nil); err != nil || got == nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if _, err := r.Resolve(ctx, &geo.Document{Text: text}, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the caller's own deadline: %v", err)
		}
	})
}

// TestResolverAddsCountries checks that coordinates without a country get one, which then
// counts as a country of the document.
func TestResolverAddsCountries(t *testing.T) {
	result := syria()
	result.Resolutions[1].Place = nil
	result.Resolutions[1].Toponym.Kind = geo.KindDemonym
	point := geo.Place{ID: "point:34.00000,39.00000", Name: "34.0, 39.0", Point: orb.Point{39, 34}}
	result.Resolutions = append(
		result.Resolutions,
		geo.Resolution{Toponym: geo.Toponym{Text: "34.0, 39.0", Kind: geo.KindCoordinate, Confidence: 1}, Place: &point, Confidence: 1},
	)
	result.Locations = []geo.Location{{Place: point, Role: geo.RoleFocus}}
	g := &scripted{reverse: placeAt("x", "SY", 0, 0, 1), places: []geocode.Place{placeAt("a", "SY", 41, 34, 0.8)}}
	got, err := (&geocode.Resolver{Next: &next{result: result}, Geocoder: g}).Resolve(t.Context(), &geo.Document{Text: text}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(g.asked, "|") != "point|Baghuz SY" {
		t.Errorf("asked %q", g.asked)
	}
	if l := got.Locations[0]; l.Place.Country != "SY" || l.Place.ID != point.ID || l.Place.Point != point.Point ||
		!strings.Contains(l.Reasons[0].String(), "ODbL") ||
		got.Resolutions[0].Place == nil {
		t.Errorf("%+v", l)
	}
}

func TestEvidenceLength(t *testing.T) {
	long := strings.Repeat("ö", 5000) + " Baghuz " + strings.Repeat("ü", 5000)
	result := syria()
	result.Resolutions = result.Resolutions[:2]
	result.Resolutions[0].Toponym.Start, result.Resolutions[0].Toponym.End = 5001, 5007
	r := &geocode.Resolver{Next: &next{result: result}, Geocoder: &scripted{places: []geocode.Place{placeAt("a", "SY", 41, 34, 0.8)}}}
	got, err := r.Resolve(t.Context(), &geo.Document{Text: long}, nil)
	if err != nil {
		t.Fatal(err)
	}
	evidence := got.Locations[1].Evidence
	if n := utf8.RuneCountInString(evidence); n > 240 || !strings.Contains(evidence, "Baghuz") || !strings.HasSuffix(evidence, "ODbL))") {
		t.Errorf("%d code points: %s", n, evidence)
	}
}
