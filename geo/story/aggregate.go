package story

import (
	"context"
	"strconv"
	"time"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// StorySummary is the part of a story that overviews need.
type StorySummary struct {
	ID        string
	Number    int // distinguishes the stories of one call; it has no meaning after it
	Outlet    string
	Domain    string    // host of the outlet without "www."
	Lang      string    // BCP 47, empty if unknown
	Published time.Time // zero if unknown
	Fetched   time.Time // when newsmap first stored it
	Locations int       // number of the story's locations, including those that do not match
}

// Time returns the time by which stories are ordered: Published, or Fetched if
// Published is unknown.
func (s *StorySummary) Time() time.Time {
	if s.Published.IsZero() {
		return s.Fetched
	}
	return s.Published
}

// PlaceSummary is the part of a place that overviews need. It is never changed. All
// features at the same place share one, so their places can be compared as pointers.
type PlaceSummary struct {
	ID          string
	Name        string
	Point       orb.Point // lon, lat in degrees
	FeatureCode string    // GeoNames feature code
	Precision   geo.Precision
	Country     string   // ISO 3166-1 alpha-2; empty for a place in no country or in several
	Countries   []string // all countries of a place that is in several
	Admin1      string
}

// FeatureSummary is the part of a Feature that overviews need.
type FeatureSummary struct {
	Story      *StorySummary
	Place      *PlaceSummary
	Role       geo.Role
	Confidence float64
}

// Aggregator reads summaries of all matching stories fast enough to answer each
// movement of a map. It ignores Limit and Cursor of a query. Implementations are safe
// for concurrent use.
//
// [Aggregate] returns an Aggregator for any Store.
type Aggregator interface {
	// Version identifies the state of the store: while it does not change, neither do
	// the answers to queries. It is empty if the store does not support versions.
	Version(ctx context.Context) (string, error)

	// FeatureSummaries calls yield for each feature that Store.Features returns, in
	// any order, but with the features of one story in sequence. The FeatureSummary
	// and its Story are only valid during the call; its Place stays valid. If yield
	// returns an error, FeatureSummaries stops and returns it.
	FeatureSummaries(ctx context.Context, q Query, yield func(*FeatureSummary) error) error

	// StorySummaries calls yield for each story that Store.Stories returns, in any
	// order. The StorySummary is only valid during the call. If yield returns an
	// error, StorySummaries stops and returns it.
	StorySummaries(ctx context.Context, q Query, yield func(*StorySummary) error) error
}

// Aggregate returns s if it implements Aggregator. Otherwise it returns a slow
// Aggregator that reads complete features and stories from s.
func Aggregate(s Store) Aggregator {
	if a, ok := s.(Aggregator); ok {
		return a
	}
	return scan{s}
}

// CountBy returns how many stories and features match q. It returns the same as
// Store.Count but reads them from an Aggregator.
func CountBy(ctx context.Context, a Aggregator, q Query) (Counts, error) {
	var c Counts
	countUnlocated := !q.NeedsLocation()
	err := a.StorySummaries(ctx, q, func(s *StorySummary) error {
		c.Stories++
		if countUnlocated && s.Locations == 0 {
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

// Version returns the revision of a store that has a ChangeLog.
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
	places := map[key]*PlaceSummary{}
	var last StorySummary
	_, err := s.store.Features(ctx, q, func(f *Feature) error {
		p := &f.Location.Place
		k := key{p.ID, p.Name, p.Point}
		place := places[k]
		if place == nil {
			place = NewPlaceSummary(&f.Location)
			places[k] = place
		}
		if f.StoryID != last.ID {
			last = StorySummary{ID: f.StoryID, Number: last.Number + 1, Outlet: f.Outlet, Lang: f.Lang, Published: f.Published, Locations: 1}
		}
		return yield(&FeatureSummary{&last, place, f.Location.Role, f.Location.Confidence})
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

// NewPlaceSummary returns the summary of the place of l.
func NewPlaceSummary(l *geo.Location) *PlaceSummary {
	p := &l.Place
	precision := l.Precision
	if precision == "" {
		precision = p.Precision()
	}
	return &PlaceSummary{p.ID, p.Name, p.Point, p.FeatureCode, precision, p.Country, p.Countries, p.Admin1}
}
