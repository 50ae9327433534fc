package overview_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/overview"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
)

// places is a gazetteer of a few places whose only names are their main ones.
type places []geo.Place

func (p places) Lookup(name string, _ int) (out []geo.Candidate) {
	for _, place := range p {
		if place.Name == name {
			out = append(out, geo.Candidate{Place: place, Name: name, Score: 1})
		}
	}
	return out
}

func (p places) Place(id string) (geo.Place, error) {
	i := slices.IndexFunc(p, func(place geo.Place) bool { return place.ID == id })
	if i < 0 {
		return geo.Place{}, geo.ErrNotFound
	}
	return p[i], nil
}

func (p places) Suggest(prefix string, _ int) (out []geo.Candidate) {
	for _, place := range p {
		if strings.HasPrefix(strings.ToLower(place.Name), strings.ToLower(prefix)) {
			out = append(out, geo.Candidate{Place: place, Name: place.Name, Score: float64(place.Population)})
		}
	}
	return out
}

func (p places) Names(string) []string { return nil }

func (p places) Each(yield func(geo.Place) bool) {
	for _, place := range p {
		if !yield(place) {
			return
		}
	}
}

// stories is a story.Aggregator of stories that each name one place.
type stories struct {
	version string
	list    []struct {
		outlet, domain string
		place          *story.PlaceSummary
	}
	reads int   // number of calls of FeatureSummaries
	err   error // returned after the summaries
}

func (s *stories) add(outlet, domain string, place *story.PlaceSummary) {
	s.list = append(s.list, struct {
		outlet, domain string
		place          *story.PlaceSummary
	}{outlet, domain, place})
}

func (s *stories) Version(context.Context) (string, error) { return s.version, nil }

func (s *stories) FeatureSummaries(_ context.Context, _ story.Query, yield func(*story.FeatureSummary) error) error {
	s.reads++
	for i, st := range s.list {
		if err := yield(&story.FeatureSummary{Story: &story.StorySummary{Number: i}, Place: st.place}); err != nil {
			return err
		}
	}
	return s.err
}

func (s *stories) StorySummaries(_ context.Context, _ story.Query, yield func(*story.StorySummary) error) error {
	for i, st := range s.list {
		if err := yield(&story.StorySummary{Number: i, Outlet: st.outlet, Domain: st.domain}); err != nil {
			return err
		}
	}
	return s.err
}

var (
	suva   = &story.PlaceSummary{ID: "geonames:2198148", Name: "Suva", Country: "FJ", Point: orb.Point{178.44, -18.14}, Precision: geo.PrecisionCity}
	nadi   = &story.PlaceSummary{ID: "geonames:2202064", Name: "Nadi", Country: "FJ", Point: orb.Point{177.41, -17.8}, Precision: geo.PrecisionCity}
	border = &story.PlaceSummary{ID: "x:1", Name: "The Border", Country: "SY", Countries: []string{"SY", "IQ"}, Point: orb.Point{41, 34.4}}
)

func newOverview(s *stories, p places) *overview.Overview {
	return overview.New(p, s, func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })
}

func directory(t *testing.T, o *overview.Overview) *overview.Directory {
	t.Helper()
	d, err := o.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSuggest(t *testing.T) {
	s := &stories{version: "1"}
	s.add("Suva Times", "suvatimes.example", suva)
	s.add("Suva Times", "suvatimes.example", suva)
	s.add("Post, The", "post.example", nadi)
	o := newOverview(s, places{
		{ID: "geonames:1", Name: "Subtown", FeatureCode: "PPL", Country: "DE", Population: 10_000_000},
		{ID: suva.ID, Name: "Suva", FeatureCode: "PPLC", Country: "FJ", Population: 77_000},
		{ID: "geonames:2", Name: "Sudan", FeatureCode: "PCLI", Country: "SD", Population: 41_000_000},
	})
	d := directory(t, o)
	for typed, want := range map[string]string{
		"su":   "place Suva 2; country Sudan 0; place Subtown 0; outlet Suva Times 2; text su 0",
		"nad":  "place Nadi 1; text nad 0", // the gazetteer does not have it
		"post": "outlet post.example 1; text post 0",
		"zzz":  "text zzz 0",
		"":     "",
	} {
		var got []string
		for _, s := range o.Suggest(d, typed, 10) {
			name := s.Text
			switch {
			case s.Place != nil:
				name = s.Place.Name
			case s.Outlet != nil:
				name = s.Outlet.Filter()
			}
			got = append(got, fmt.Sprintf("%s %s %d", s.Kind, name, s.Stories))
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: got %q, want %q", typed, strings.Join(got, "; "), want)
		}
	}
	for limit := 1; limit <= 5; limit++ {
		if n := len(o.Suggest(d, "su", limit)); n != limit {
			t.Errorf("limit %d: got %d suggestions", limit, n)
		}
	}
}

func TestDirectory(t *testing.T) {
	s := &stories{version: "1"}
	s.add("Post", "post.example", suva)
	o := newOverview(s, nil)
	d := directory(t, o)
	if d.Version() != "1" || d.Stories(suva.ID) != 1 || d.Stories("x") != 0 {
		t.Errorf("got version %q and %d stories, want 1 and 1", d.Version(), d.Stories(suva.ID))
	}
	s.add("Post", "post.example", suva)
	if again := directory(t, o); again != d || s.reads != 1 {
		t.Errorf("the stories of version 1 were read %d times, want once", s.reads)
	}
	s.version, s.err = "2", errors.New("broken")
	if d := directory(t, o); d.Version() != "1" {
		t.Errorf("got a new directory of version %s at once, want that of version 1", d.Version())
	}
	if _, err := newOverview(s, nil).Directory(t.Context()); !errors.Is(err, s.err) {
		t.Errorf("got %v, want %v", err, s.err)
	}
}

func TestCountries(t *testing.T) {
	s := &stories{}
	for _, place := range []*story.PlaceSummary{suva, nadi, border} {
		s.add("Post", "post.example", place)
	}
	o := newOverview(s, nil)
	for _, c := range []struct {
		filter []string
		want   string
	}{
		{nil, "[{FJ 2 2} {IQ 1 1} {SY 1 1}]"},
		{[]string{"IQ"}, "[{IQ 1 1}]"},
		{[]string{"DE"}, "[]"},
	} {
		got, err := o.Countries(t.Context(), story.Query{Country: c.filter})
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%v: got %v, %v, want %s", c.filter, got, err, c.want)
		}
	}
}

func TestLabels(t *testing.T) {
	o := newOverview(&stories{}, places{
		{ID: "geonames:1", Name: "Paris", FeatureCode: "PPLC", Country: "FR", Population: 2_100_000, Point: orb.Point{2.35, 48.85}},
		{ID: "geonames:2", Name: "Nearby", FeatureCode: "PPL", Country: "FR", Population: 9_000, Point: orb.Point{2.36, 48.86}},
		{ID: "geonames:3", Name: "Metropolis", FeatureCode: "PPLA", Country: "US", Population: 8_000_000, Point: orb.Point{-74, 40.7}},
		{ID: "geonames:4", Name: "A Region", FeatureCode: "ADM1", Country: "US", Population: 9_000_000, Point: orb.Point{-80, 40.7}},
		{ID: "geonames:5", Name: "Empty", FeatureCode: "PPL", Country: "US", Point: orb.Point{-90, 40.7}},
		{ID: "geonames:6", Name: "Syria", FeatureCode: "PCLI", Country: "SY", Population: 17_000_000, Point: orb.Point{38.5, 35}},
	})
	world := geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}
	near := geo.BBox{MinLon: 2, MinLat: 48, MaxLon: 3, MaxLat: 49}
	for _, c := range []struct {
		box   geo.BBox
		zoom  float64
		limit int
		want  string
	}{
		{world, 0, 9, ""},
		{world, 4, 9, "Paris Metropolis Syria"},
		{world, 4, 2, "Paris Metropolis"},
		{world, 7, 9, "Paris Metropolis"}, // a country fills the map
		{near, 11, 9, "Paris"},            // the labels would overlap
		{near, 15, 9, "Paris Nearby"},
	} {
		var got []string
		for _, l := range o.Labels(c.box, c.zoom, c.limit) {
			got = append(got, l.Place.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("zoom %v, limit %d: got %q, want %q", c.zoom, c.limit, got, c.want)
		}
	}
}

func TestNeighbours(t *testing.T) {
	s := &stories{}
	s.add("Post", "post.example", nadi)
	s.add("Post", "post.example", border)
	o := newOverview(s, places{
		{ID: "geonames:1", Name: "Labasa", FeatureCode: "PPL", Country: "FJ", Population: 60_000, Point: orb.Point{179.36, -16.43}},
		{ID: "geonames:2", Name: "Far", FeatureCode: "PPL", Country: "NZ", Population: 900_000, Point: orb.Point{174.7, -36.8}},
		{ID: "geonames:3", Name: "Small", FeatureCode: "PPL", Country: "FJ", Population: 900, Point: orb.Point{178.4, -18.1}},
	})
	got := o.Neighbours(directory(t, o), &geo.Place{ID: suva.ID, Name: "Suva", Point: suva.Point})
	if len(got) != 2 || got[0].Name != "Nadi" || got[0].Stories != 1 || got[1].Name != "Labasa" || !(got[0].KM > 100 && got[0].KM < 130) {
		t.Errorf("got %+v", got)
	}
}

func TestDivisions(t *testing.T) {
	o := newOverview(&stories{}, places{
		{ID: "geonames:1", Name: "Texas", FeatureCode: "ADM1", Country: "US", Admin1Code: "TX"},
		{ID: "geonames:2", Name: "United States", FeatureCode: "PCLI", Country: "US"},
	})
	paris := &geo.Place{ID: "geonames:3", Name: "Paris", FeatureCode: "PPLA2", Country: "US", Admin1Code: "TX", Admin1: "Texas", Admin2: "Lamar"}
	got := fmt.Sprint(o.Divisions(paris, "United States"))
	if want := "[{Lamar  false} {Texas geonames:1 false} {United States geonames:2 true}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := o.Divisions(&geo.Place{ID: "geonames:2", Name: "United States", FeatureCode: "PCLI", Country: "US"}, "United States"); got != nil {
		t.Errorf("divisions of a country: got %v, want none", got)
	}
}
