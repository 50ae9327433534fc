package handlers_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
)

// memory is a story.Store in memory, enough of one to test handlers without a
// database. Its cursors are numbers.
type memory struct {
	mu      sync.Mutex
	stories []*story.Story
	failing error // what every call answers with
	after   int   // features after which Features answers with failing
}

func (m *memory) Put(_ context.Context, s *story.Story) (story.Outcome, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failing != nil {
		return "", m.failing
	}
	for i, old := range m.stories {
		if old.ID == s.ID {
			m.stories[i] = s
			return story.Updated, nil
		}
	}
	m.stories = append(m.stories, s)
	slices.SortStableFunc(m.stories, func(a, b *story.Story) int { return b.Published.Compare(a.Published) })
	return story.Created, nil
}

func (m *memory) Story(_ context.Context, id string) (*story.Story, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failing != nil {
		return nil, m.failing
	}
	for _, s := range m.stories {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, fmt.Errorf("story %q: %w", id, geo.ErrNotFound)
}

func (m *memory) Stories(_ context.Context, q story.Query) (story.Page, error) {
	if m.failing != nil {
		return story.Page{}, m.failing
	}
	at := 0
	if q.Cursor != "" {
		var err error
		if at, err = strconv.Atoi(q.Cursor); err != nil {
			return story.Page{}, geo.Invalid("cursor", "is none of ours")
		}
	}
	limit := q.Limit
	if limit == 0 {
		limit = 50
	}
	all := m.matching(q)
	if at > len(all) {
		at = len(all)
	}
	page := story.Page{Stories: all[at:]}
	if len(page.Stories) > limit {
		page.Stories, page.Next = page.Stories[:limit], strconv.Itoa(at+limit)
	}
	return page, nil
}

func (m *memory) Features(_ context.Context, q story.Query, yield func(*story.Feature) error) (string, error) {
	n := 0
	for _, s := range m.matching(q) {
		for _, l := range s.Locations {
			if !matches(q, &l) {
				continue
			}
			if m.failing != nil && n >= m.after {
				return "", m.failing
			}
			if q.Limit > 0 && n == q.Limit {
				return strconv.Itoa(n), nil
			}
			n++
			f := story.Feature{
				StoryID:   s.ID,
				Title:     s.Title,
				URL:       s.URL,
				Outlet:    s.Outlet,
				Lang:      s.Lang,
				Published: s.Published,
				Location:  l,
				Mentions:  len(l.Toponyms),
			}
			if err := yield(&f); err != nil {
				return "", err
			}
		}
	}
	return "", m.failing
}

func (m *memory) Count(_ context.Context, q story.Query) (story.Counts, error) {
	var c story.Counts
	for _, s := range m.matching(q) {
		c.Stories++
		if len(s.Locations) == 0 {
			c.Unlocated++
		}
		for _, l := range s.Locations {
			if matches(q, &l) {
				c.Features++
			}
		}
	}
	return c, m.failing
}

func (m *memory) Delete(context.Context, string) error { return geo.ErrNotFound }
func (m *memory) Ready(context.Context) error          { return m.failing }
func (m *memory) Close() error                         { return nil }

func (m *memory) matching(q story.Query) []*story.Story {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*story.Story
	for _, s := range m.stories {
		hit := !q.NeedsLocation()
		for _, l := range s.Locations {
			hit = hit || matches(q, &l)
		}
		if q.Text != "" && !strings.Contains(strings.ToLower(s.Title+" "+s.Text), strings.ToLower(q.Text)) {
			hit = false
		}
		if len(q.Outlet) > 0 && !slices.Contains(q.Outlet, s.Outlet) && !slices.Contains(q.Outlet, s.Domain) {
			hit = false
		}
		if len(q.ID) > 0 && !slices.Contains(q.ID, s.ID) {
			hit = false
		}
		if !q.From.IsZero() && s.Published.Before(q.From) || !q.To.IsZero() && s.Published.After(q.To) {
			hit = false
		}
		if !q.Received.From.IsZero() && s.Fetched.Before(q.Received.From) || !q.Received.To.IsZero() && s.Fetched.After(q.Received.To) {
			hit = false
		}
		if hit {
			out = append(out, s)
		}
	}
	return out
}

func matches(q story.Query, l *geo.Location) bool {
	return (q.BBox == nil || q.BBox.Contains(l.Place.Point)) &&
		(len(q.Country) == 0 || slices.Contains(q.Country, l.Place.Country)) &&
		(len(q.Place) == 0 || slices.Contains(q.Place, l.Place.ID)) &&
		(len(q.Role) == 0 || slices.Contains(q.Role, l.Role)) &&
		l.Confidence >= q.MinConfidence
}

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

// Suggest, Names and Each return nothing; tests that need them embed an atlas.
func (atlas) Suggest(string, int) []geo.Candidate { return nil }
func (atlas) Names(string) []string               { return nil }
func (atlas) Each(func(geo.Place) bool)           {}

// finder is a geoparser that knows the names of an atlas and nothing else.
type finder struct {
	atlas   atlas
	failing any // panics with it
}

func (f *finder) Parse(_ context.Context, doc *geo.Document) (*geo.Result, error) {
	if f.failing != nil {
		panic(f.failing)
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

// find gives the words of a text that the atlas names, and "Nowhereville",
// which it does not, with offsets in code points.
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

// pipeline is an Ingester over finder and memory.
type pipeline struct {
	parser *finder
	store  *memory
	now    func() time.Time
}

func (p *pipeline) Ingest(ctx context.Context, s *story.Story) (story.Outcome, error) {
	if err := s.Validate(p.now()); err != nil {
		return "", err
	}
	s.ID = story.Identify(s)
	result, err := p.parser.Parse(ctx, s.Document())
	if err != nil {
		return "", err
	}
	s.Locate(result)
	s.Fetched, s.Updated = p.now(), p.now()
	return p.store.Put(ctx, s)
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
