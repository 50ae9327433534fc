package resolution

import (
	"strings"
	"testing"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// fake is a gazetteer of a few places.
type fake struct {
	names   map[string][]geo.Candidate
	places  map[string]geo.Place
	outlets map[string]gazetteer.Outlet
}

func (f *fake) Lookup(name string, limit int) []geo.Candidate {
	cs := f.names[strings.ToLower(name)]
	if limit > 0 && len(cs) > limit {
		cs = cs[:limit]
	}
	return cs
}

func (f *fake) Place(id string) (geo.Place, error) {
	if p, ok := f.places[id]; ok {
		return p, nil
	}
	return geo.Place{}, geo.ErrNotFound
}

func (f *fake) Outlet(domain string) (gazetteer.Outlet, bool) {
	o, ok := f.outlets[domain]
	return o, ok
}

func (f *fake) Nearest(p orb.Point, maxKM float64) (geo.Place, bool) {
	for _, id := range []string{"paris", "paris-tx", "springfield-il", "springfield-mo"} {
		if place := f.places[id]; geo.DistanceKM(place.Point, p) <= maxKM {
			return place, true
		}
	}
	return geo.Place{}, false
}

// add names a place; the calls for one name come best first.
func (f *fake) add(p geo.Place, score float64, match geo.MatchKind, names ...string) {
	f.places[p.ID] = p
	for _, n := range names {
		f.names[n] = append(f.names[n], geo.Candidate{Place: p, Name: n, Match: match, Main: match == geo.MatchExact, Score: score})
	}
}

func place(id, name, code, country, admin1 string, population int64, lon, lat float64) geo.Place {
	return geo.Place{
		ID: id, Name: name, FeatureCode: code, Country: country, CountryName: country, Admin1Code: admin1, Admin1: admin1,
		Population: population, Point: orb.Point{lon, lat},
	}
}

func newWorld() *fake {
	f := &fake{names: map[string][]geo.Candidate{}, places: map[string]geo.Place{}, outlets: map[string]gazetteer.Outlet{}}
	f.add(place("fr", "France", "PCLI", "FR", "", 67e6, 2, 46), 0.97, geo.MatchExact, "france")
	f.add(place("fr", "France", "PCLI", "FR", "", 67e6, 2, 46), 0.9, geo.MatchDemonym, "french")
	f.add(place("us", "United States", "PCLI", "US", "", 327e6, -98.5, 39.8), 0.98, geo.MatchExact, "united states")
	f.add(place("tx", "Texas", "ADM1", "US", "TX", 29e6, -99, 31), 0.93, geo.MatchExact, "texas")
	f.add(place("il", "Illinois", "ADM1", "US", "IL", 12e6, -89, 40), 0.93, geo.MatchExact, "illinois")
	f.add(place("il", "Illinois", "ADM1", "US", "IL", 12e6, -89, 40), 0.9, geo.MatchAbbreviation, "ill.")
	f.add(place("mo", "Missouri", "ADM1", "US", "MO", 6e6, -92.5, 38.3), 0.93, geo.MatchExact, "missouri")
	f.add(place("paris", "Paris", "PPLC", "FR", "11", 2e6, 2.35, 48.85), 0.95, geo.MatchExact, "paris")
	f.add(place("paris-tx", "Paris", "PPLA2", "US", "TX", 25e3, -95.55, 33.66), 0.6, geo.MatchExact, "paris")
	f.add(place("dallas", "Dallas", "PPLA2", "US", "TX", 1.3e6, -96.8, 32.8), 0.85, geo.MatchExact, "dallas")
	f.add(place("springfield-mo", "Springfield", "PPLA2", "US", "MO", 167e3, -93.3, 37.2), 0.7, geo.MatchExact, "springfield")
	f.add(place("springfield-il", "Springfield", "PPLA", "US", "IL", 114e3, -89.65, 39.8), 0.69, geo.MatchExact, "springfield")
	f.add(place("decatur-il", "Decatur", "PPLA2", "US", "IL", 70e3, -88.95, 39.84), 0.6, geo.MatchExact, "decatur")
	f.add(place("henry-tx", "Henry County", "ADM2", "US", "TX", 20e3, -95.5, 33.5), 0.5, geo.MatchExact, "henry county")
	f.outlets["sj-r.com"] = gazetteer.Outlet{
		Domain: "sj-r.com", Country: "US", Admin1: "IL", Home: "Springfield", HomeID: "springfield-il",
		Point: orb.Point{-89.65, 39.8}, Scope: "local",
	}
	return f
}

// document marks the names between [ and ] of text as toponyms.
func document(t testing.TB, title, text string) (*geo.Document, []geo.Toponym) {
	t.Helper()
	doc := &geo.Document{ID: "t"}
	var toponyms []geo.Toponym
	for _, field := range []geo.Field{geo.FieldTitle, geo.FieldText} {
		marked := title
		if field == geo.FieldText {
			marked = text
		}
		plain := ""
		for {
			before, rest, ok := strings.Cut(marked, "[")
			plain += before
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "]")
			start := utf8.RuneCountInString(plain)
			plain += name
			top := geo.Toponym{Start: start, End: start + utf8.RuneCountInString(name), Text: name, Field: field, Confidence: 0.95}
			if strings.HasSuffix(name, "ch") {
				top.Kind = geo.KindDemonym
			}
			if name == strings.ToUpper(name) {
				top.Kind = geo.KindDateline
			}
			toponyms = append(toponyms, top)
			marked = after
		}
		if field == geo.FieldTitle {
			doc.Title = plain
		} else {
			doc.Text = plain
		}
	}
	return doc, toponyms
}

func (f *fake) Summary(name string) gazetteer.Summary {
	var s gazetteer.Summary
	for _, c := range f.names[gazetteer.Fold(name)] {
		if c.Match <= geo.MatchFolded {
			s.Count++
			s.Classes |= gazetteer.ClassOf(c.Place.FeatureCode)
		}
	}
	return s
}
