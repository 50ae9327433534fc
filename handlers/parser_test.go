package handlers_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
)

// atlas is a gazetteer of a few places.
type atlas map[string]geo.Place

func (a atlas) Lookup(name string, limit int) []geo.Candidate {
	var out []geo.Candidate
	for _, p := range a {
		if p.Name == name {
			out = append(out, geo.Candidate{Place: p, Name: name, Main: true, Score: 1})
		}
	}
	return out
}

func (a atlas) Place(id string) (geo.Place, error) {
	if p, ok := a[id]; ok {
		return p, nil
	}
	return geo.Place{}, fmt.Errorf("place %q: %w", id, geo.ErrNotFound)
}

// Suggest, Names and Each return nothing. A test that needs them embeds an atlas.
func (atlas) Suggest(string, int) []geo.Candidate { return nil }
func (atlas) Names(string) []string               { return nil }
func (atlas) Each(func(geo.Place) bool)           {}

// finder is a geoparser that finds the names of an atlas.
type finder struct {
	atlas      atlas
	panicValue any // if set, Parse panics with it
}

func (f *finder) Parse(_ context.Context, doc *geo.Document) (*geo.Result, error) {
	if f.panicValue != nil {
		panic(f.panicValue)
	}
	result := &geo.Result{}
	byID := map[string]*geo.Location{}
	var order []string
	for _, field := range [...]geo.Field{geo.FieldTitle, geo.FieldText} {
		text := doc.Text
		if field == geo.FieldTitle {
			text = doc.Title
		}
		for _, t := range f.find(text, field) {
			candidates := f.atlas.Lookup(t.Text, 1)
			res := geo.Resolution{Toponym: t}
			if len(candidates) > 0 {
				p := candidates[0].Place
				res.Place, res.Confidence = &p, 0.9
				l := byID[p.ID]
				if l == nil {
					l = &geo.Location{Place: p, Role: geo.RoleMention, Precision: p.Precision(), Confidence: 0.9, Evidence: sentence(doc.Text, t)}
					byID[p.ID] = l
					order = append(order, p.ID)
				}
				l.Toponyms = append(l.Toponyms, t)
			}
			result.Resolutions = append(result.Resolutions, res)
		}
	}
	for i, id := range order {
		l := byID[id]
		if i == 0 {
			l.Role, result.Focus = geo.RoleFocus, id
		}
		result.Locations = append(result.Locations, *l)
	}
	return result, nil
}

// find returns the names in a text that are in the atlas, and "Nowhereville", which is not in
// it. Offsets are in code points.
func (f *finder) find(text string, field geo.Field) []geo.Toponym {
	var out []geo.Toponym
	names := []string{"Nowhereville"}
	for _, p := range f.atlas {
		names = append(names, p.Name)
	}
	runes := []rune(text)
	for at := 0; at < len(runes); at++ {
		for _, name := range names {
			n := len([]rune(name))
			if at+n <= len(runes) && string(runes[at:at+n]) == name {
				out = append(out, geo.Toponym{Start: at, End: at + n, Text: name, Field: field, Confidence: 0.9})
				at += n - 1
				break
			}
		}
	}
	return out
}

func sentence(text string, t geo.Toponym) string {
	for part := range strings.SplitAfterSeq(text, ". ") {
		if strings.Contains(part, t.Text) {
			return strings.TrimSpace(part)
		}
	}
	return ""
}

// ingester locates stories with a finder and stores them.
type ingester struct {
	parser *finder
	store  story.Store
	now    func() time.Time
}

func (i *ingester) Ingest(ctx context.Context, s *story.Story) (story.Outcome, error) {
	if err := s.Complete(i.now()); err != nil {
		return "", err
	}
	result, err := i.parser.Parse(ctx, s.Document())
	if err != nil {
		return "", err
	}
	s.Locate(result)
	s.Fetched, s.Updated = i.now(), i.now()
	return i.store.Put(ctx, s)
}

func newAtlas() atlas {
	place := func(id, name string, lon, lat float64, code, country, admin1 string, population int64) geo.Place {
		return geo.Place{ID: id, Name: name, Point: orb.Point{lon, lat}, FeatureCode: code, Country: country, Admin1: admin1, Population: population}
	}
	a := atlas{}
	for _, p := range []geo.Place{
		place("newsmap:baghuz", "Baghuz", 40.95, 34.46, "PPL", "SY", "Deir ez-Zor", 10_000),
		place("geonames:163843", "Syria", 38.5, 35, "PCLI", "SY", "", 16_906_283),
		place("geonames:2988507", "Paris", 2.3488, 48.85341, "PPLC", "FR", "Île-de-France", 2_138_551),
		place("geonames:2198148", "Suva", 178.44149, -18.14161, "PPLC", "FJ", "Central", 77_366),
		place("geonames:3441575", "Montevideo", -56.18816, -34.90328, "PPLC", "UY", "Montevideo", 1_270_737),
		place("newsmap:hostile", "<b>Bad</b>", 10, 50, "PPL", "DE", "", 1),
	} {
		a[p.ID] = p
	}
	return a
}
