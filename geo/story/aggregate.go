package story

import (
	"context"
	"strconv"
	"time"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// StorySummary is what an overview needs of one story.
type StorySummary struct {
	ID        string
	Number    int // tells the stories of one call apart; it means nothing beyond
	Outlet    string
	Domain    string
	Lang      string
	Published time.Time // zero if unknown
	Fetched   time.Time
	Locations int // how many the story has, whichever match
}

// Time is what stories are ordered by: publication, or when newsmap fetched the
// story where that is unknown.
func (b *StorySummary) Time() time.Time {
	if b.Published.IsZero() {
		return b.Fetched
	}
	return b.Published
}

// PlaceSummary is what an overview needs of a place. Marks at the same place share one,
// which is never changed, so that spots can be compared as pointers.
type PlaceSummary struct {
	ID          string
	Name        string
	Point       orb.Point // lon, lat in degrees
	FeatureCode string
	Precision   geo.Precision
	Country     string   // ISO 3166-1 alpha-2; empty for what belongs to none or many
	Countries   []string // all countries of a feature that spans several
	Admin1      string
}

// FeatureSummary is what an overview needs of one Feature.
type FeatureSummary struct {
	Story      *StorySummary
	Place      *PlaceSummary
	Role       geo.Role
	Confidence float64
}

// Aggregator reads so little of many stories that an answer about all of them
// can be made for each movement of a map. It never cuts: Limit and Cursor of a
// query do not matter to it. Implementations are safe for concurrent use.
//
// A Store that is none is made one by [Aggregate].
type Aggregator interface {
	// Version names a state of the store: as long as it stays the same, so do the
	// answers to all queries. It is empty if the store cannot tell.
	Version(ctx context.Context) (string, error)

	// Marks calls yield for each location that Store.Features would give, in no
	// order except that those of one story stand together. The Mark and its Brief
	// are only valid during the call, its Spot for ever. An error from yield ends
	// it and is returned.
	FeatureSummaries(ctx context.Context, q Query, yield func(*FeatureSummary) error) error

	// Briefs calls yield for each story that Store.Stories would give, in no
	// order. The Brief is only valid during the call. An error from yield ends it
	// and is returned.
	StorySummaries(ctx context.Context, q Query, yield func(*StorySummary) error) error
}

// Aggregate gives the Aggregator that s itself is, or else one that reads whole
// features and stories, which is right and slow.
func Aggregate(s Store) Aggregator {
	if a, ok := s.(Aggregator); ok {
		return a
	}
	return scan{s}
}

// CountBy says how much matches q, as Store.Count does, by way of an Aggregator.
func CountBy(ctx context.Context, a Aggregator, q Query) (Counts, error) {
	var c Counts
	unlocated := !q.NeedsLocation()
	err := a.StorySummaries(ctx, q, func(b *StorySummary) error {
		c.Stories++
		if unlocated && b.Locations == 0 {
			c.Unlocated++
		}
		return nil
	})
	if err != nil {
		return Counts{}, err
	}
	err = a.FeatureSummaries(ctx, q, func(*FeatureSummary) error {
		c.Features++
		return nil
	})
	return c, err
}

// scan is an Aggregator over any Store.
type scan struct{ store Store }

// Version is the revision of a store that counts its changes.
func (s scan) Version(ctx context.Context) (string, error) {
	log, ok := s.store.(ChangeLog)
	if !ok {
		return "", nil
	}
	revision, err := log.Revision(ctx)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(revision, 10), nil
}

func (s scan) FeatureSummaries(ctx context.Context, q Query, yield func(*FeatureSummary) error) error {
	q.Limit, q.Cursor = 0, ""
	type key struct {
		id, name string
		point    orb.Point
	}
	spots := map[key]*PlaceSummary{}
	var brief StorySummary
	_, err := s.store.Features(ctx, q, func(f *Feature) error {
		p := &f.Location.Place
		k := key{p.ID, p.Name, p.Point}
		spot := spots[k]
		if spot == nil {
			spot = NewPlaceSummary(&f.Location)
			spots[k] = spot
		}
		if f.StoryID != brief.ID {
			brief = StorySummary{ID: f.StoryID, Number: brief.Number + 1, Outlet: f.Outlet, Lang: f.Lang, Published: f.Published, Locations: 1}
		}
		return yield(&FeatureSummary{&brief, spot, f.Location.Role, f.Location.Confidence})
	})
	return err
}

func (s scan) StorySummaries(ctx context.Context, q Query, yield func(*StorySummary) error) error {
	const pageSize = 500
	q.Limit, q.Cursor = pageSize, ""
	for number := 0; ; {
		page, err := s.store.Stories(ctx, q)
		if err != nil {
			return err
		}
		for _, st := range page.Stories {
			number++
			if err := yield(&StorySummary{st.ID, number, st.Outlet, st.Domain, st.Lang, st.Published, st.Fetched, len(st.Locations)}); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}

// NewPlaceSummary takes from l what a Spot holds.
func NewPlaceSummary(l *geo.Location) *PlaceSummary {
	p := &l.Place
	precision := l.Precision
	if precision == "" {
		precision = p.Precision()
	}
	return &PlaceSummary{p.ID, p.Name, p.Point, p.FeatureCode, precision, p.Country, p.Countries, p.Admin1}
}
