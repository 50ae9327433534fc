package georss_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/georss"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

func parser(t testing.TB) *geo.Geoparser {
	t.Helper()
	index, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	recognizer, err := recognition.New(index)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(index)
	if err != nil {
		t.Fatal(err)
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: &georss.Resolver{Next: resolver, Gazetteer: index}}
}

// summary returns the locations of a result with their roles, and a star for those that were
// chosen by a point.
func summary(r *geo.Result) string {
	var out []string
	var focuses int
	for _, l := range r.Locations {
		if l.Role == geo.RoleFocus {
			focuses++
		}
		s := fmt.Sprintf("%s/%s %s", l.Place.Name, l.Place.Country, l.Role)
		if l.Place.Admin1 != "" && l.Place.Country == "US" && l.Place.Admin1 != l.Place.Name {
			s = fmt.Sprintf("%s, %s %s", l.Place.Name, l.Place.Admin1, l.Role)
		}
		if slices.ContainsFunc(l.Reasons, geo.NewReason(geo.ReasonPublisherPoint).Equal) {
			s += "*"
		}
		out = append(out, s)
	}
	slices.Sort(out[focuses:]) // the ranker decides the order of the others
	return strings.Join(out, "; ")
}

func TestResolve(t *testing.T) {
	p := parser(t)
	for _, c := range []struct {
		name, title, text string
		points            []geo.Coordinate
		want, focus       string
	}{
		{"no point", "", "A fire burned down a warehouse in Springfield, Illinois, on Monday.", nil,
			"Springfield, Illinois focus; Illinois/US mention", "Springfield"},
		{"another place of the name", "", "A fire burned down a warehouse in Springfield on Monday.", []geo.Coordinate{{Lon: -93.29, Lat: 37.21}},
			"Springfield, Missouri focus*", "Springfield"},
		{"a third place of the name", "", "A fire burned down a warehouse in Springfield on Monday.", []geo.Coordinate{{Lon: -72.59, Lat: 42.10}},
			"Springfield, Massachusetts focus*", "Springfield"},
		{"the place agrees with the point", "", "A fire burned down a warehouse in Lagos on Monday.", []geo.Coordinate{{Lon: 3.40, Lat: 6.45}},
			"Lagos/NG focus*", "Lagos"},
		{"the country, not the state", "", "Voters in Georgia and in Alabama went to the polls on Monday, and so did those of Florida.",
			[]geo.Coordinate{{Lon: 41.64, Lat: 41.64}},
			"Batumi/GE focus*; Alabama/US mention; Florida/US mention; Georgia/GE mention*", "Batumi"},
		{"the text names the country", "", "A fire burned down a warehouse in Paris, France, on Monday.", []geo.Coordinate{{Lon: -95.55, Lat: 33.66}},
			"Paris, Texas focus*; France/FR mention; Paris/FR mention", "Paris"},
		{"no place is named near the point", "Bridge falls", "A fire burned down a warehouse in Mexico on Monday.", []geo.Coordinate{{Lon: -99.51, Lat: 27.48}},
			"Nuevo Laredo/MX focus*; Mexico/MX mention", "Nuevo Laredo"},
		{"at sea", "Quake shakes the sea", "The quake was felt in Fiji.", []geo.Coordinate{{Lon: -170.5, Lat: -28.2}},
			"28.20° S, 170.50° W/ focus*; Fiji/FJ mention", "28.20° S, 170.50° W"},
		{"no place is named at all", "Bridge falls", "It fell at dawn.", []geo.Coordinate{{Lon: 178.44, Lat: -18.14}},
			"Suva/FJ focus*", "Suva"},
		{"a town is named more often", "", "Ministers in Paris spoke about Lyon. Lyon had asked for help, and Lyon got it.",
			[]geo.Coordinate{{Lon: 2.35, Lat: 48.85}},
			"Paris/FR focus*; Lyon/FR mention", "Paris"},
		{"two points", "", "Ministers in Paris spoke about the fire.", []geo.Coordinate{{Lon: 2.35, Lat: 48.85}, {Lon: 178.44, Lat: -18.14}},
			"Paris/FR focus*; Suva/FJ focus*", "Paris"},
		{"0,0 and out of range", "", "A fire burned down a warehouse in Lagos on Monday.", []geo.Coordinate{{}, {Lon: 200, Lat: 10}, {Lon: 10, Lat: -91}},
			"Lagos/NG focus", "Lagos"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := &geo.Document{Title: c.title, Text: c.text, Points: c.points}
			got, err := p.Parse(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			if s := summary(got); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
			if len(got.Locations) == 0 || got.Locations[0].Place.ID != got.Focus || got.Locations[0].Place.Name != c.focus {
				t.Errorf("focus %s, want %s", got.Focus, c.focus)
			}
			check(t, doc, got)
		})
	}
}

// check fails the test unless the locations of a result agree with its resolutions.
func check(t *testing.T, doc *geo.Document, got *geo.Result) {
	t.Helper()
	seen, places := map[string]bool{}, map[string]int{}
	for _, r := range got.Resolutions {
		if r.Place != nil {
			places[r.Place.ID]++
		}
	}
	for _, l := range got.Locations {
		if seen[l.Place.ID] {
			t.Errorf("%s is in the result twice", l.Place.Name)
		}
		seen[l.Place.ID] = true
		if len(l.Toponyms) != places[l.Place.ID] {
			t.Errorf("%s has %d toponyms, want %d", l.Place.Name, len(l.Toponyms), places[l.Place.ID])
		}
		if len(l.Toponyms) > 0 && l.Evidence == "" || len([]rune(l.Evidence)) > 240 {
			t.Errorf("%s: evidence %q", l.Place.Name, l.Evidence)
		}
		if !(l.Confidence > 0 && l.Confidence <= 1) || l.Precision != l.Place.Precision() || len(l.Toponyms) == 0 && l.Evidence != doc.Title {
			t.Errorf("%+v", l)
		}
		delete(places, l.Place.ID)
	}
	if len(places) > 0 {
		t.Errorf("no location for %v", places)
	}
}

// TestIgnoredPoints checks that invalid points change nothing.
func TestIgnoredPoints(t *testing.T) {
	p := parser(t)
	doc := geo.Document{Title: "Fire in Springfield", Text: "A fire burned down a warehouse in Springfield, Ohio, on Monday. Dayton sent help."}
	want, err := p.Parse(t.Context(), &doc)
	if err != nil {
		t.Fatal(err)
	}
	doc.Points = []geo.Coordinate{{}, {Lon: 1e9, Lat: 1e9}}
	got, err := p.Parse(t.Context(), &doc)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

type failingResolver struct{}

func (failingResolver) Resolve(context.Context, *geo.Document, []geo.Toponym) (*geo.Result, error) {
	return nil, geo.ErrInvalid
}

func TestError(t *testing.T) {
	r := &georss.Resolver{Next: failingResolver{}}
	if _, err := r.Resolve(t.Context(), &geo.Document{Points: []geo.Coordinate{{Lon: 1, Lat: 1}}}, nil); !errors.Is(err, geo.ErrInvalid) {
		t.Error(err)
	}
}

func ExampleResolver() {
	index, err := gazetteer.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	resolver, err := resolution.New(index)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := &georss.Resolver{Next: resolver, Gazetteer: index}
	doc := &geo.Document{Text: "A fire in Springfield", Points: []geo.Coordinate{{Lon: -93.29, Lat: 37.21}}}
	result, err := r.Resolve(context.Background(), doc, []geo.Toponym{{Start: 10, End: 21, Text: "Springfield", Confidence: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	l := result.Locations[0]
	fmt.Println(l.Place.Name, l.Place.Admin1, l.Role, l.Reasons)
	// Output: Springfield Missouri focus [the publisher gives its coordinates]
}
