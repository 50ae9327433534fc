package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
)

var _ story.Aggregator = (*Store)(nil)

// overview contains in memory the parts of all primary stories that answers about all
// stories need: about 100 bytes a story and 24 bytes a location. For each movement of a
// map, SQLite would take a quarter of a second to read 100,000 locations; a loop over
// these takes a few milliseconds. An overview is never changed.
type overview struct {
	revision int64     // of the store
	loaded   time.Time // when all stories were last read
	reloaded int       // number of stories read again since then
	sources  []source
	places   []*story.PlaceSummary
	roles    []geo.Role
	stories  []overviewStory
	features []overviewFeature // grouped by story
	copies   map[int64][]int32 // sources of a story's duplicates, by the number of the story
}

type overviewStory struct {
	number   int64 // in the table stories
	id       string
	ordered  int64 // microseconds since 1970
	fetched  int64 // microseconds since 1970
	source   int32 // index in sources
	first    int32 // index of its first feature
	features int32 // number of its features
	dated    bool  // whether ordered is the publication time
}

type overviewFeature struct {
	confidence float64
	place      int32 // index in places
	role       int32 // index in roles
}

// source is the outlet, domain and language of a story.
type source struct{ outlet, domain, lang string }

// placeKey contains the fields of a place that filters use. Places with the same key
// are treated as the same place, even if other fields have changed in the gazetteer.
type placeKey struct {
	id, country, countries string
	point                  orb.Point
}

// overviews contains the current overview and the indexes that are needed to make the
// next one. The lists of sources, places and roles are only appended to, so earlier
// overviews can share them.
type overviews struct {
	current  atomic.Pointer[overview]
	building chan struct{} // a lock: contains a value while an overview is made
	sources  map[source]int32
	places   map[placeKey]int32
	latest   map[string]int32 // the place last read for an id
	roles    map[geo.Role]int32
}

func newOverviews() *overviews {
	return &overviews{building: make(chan struct{}, 1)}
}

const (
	// maxReloaded is the maximum number of changed stories that are read one by one.
	// If more have changed, all stories are read.
	maxReloaded = 5_000

	// overviewTimeout limits the loading of an overview. Loading continues if the
	// caller cancels, because the next caller needs the overview too.
	overviewTimeout = 2 * time.Minute
)

// Version returns the revision of the newest change; see story.Aggregator.
func (s *Store) Version(ctx context.Context) (string, error) {
	revision, err := s.Revision(ctx)
	return strconv.FormatInt(revision, 10), err
}

// overview returns an overview that contains all changes made before the call.
func (s *Store) overview(ctx context.Context) (*overview, error) {
	revision, err := s.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if o := s.overviews.current.Load(); o != nil && o.revision >= revision {
		return o, nil
	}
	select {
	case s.overviews.building <- struct{}{}:
		defer func() { <-s.overviews.building }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	old := s.overviews.current.Load()
	if old != nil && old.revision >= revision {
		return old, nil
	}
	loading, cancel := context.WithTimeout(context.WithoutCancel(ctx), overviewTimeout)
	defer cancel()
	var fresh *overview
	err = read(loading, s.reader, func(tx *sql.Tx) (err error) {
		fresh, err = s.overviews.next(loading, tx, s.reader, old, s.clock())
		return err
	})
	if err != nil {
		// The indexes may contain entries that the lists of old lack, so old cannot be updated.
		s.overviews.current.Store(nil)
		return nil, fmt.Errorf("overview: %w", err)
	}
	s.overviews.current.Store(fresh)
	return fresh, nil
}

// next returns the overview of the transaction's state. If little has changed, it
// updates the old one.
func (v *overviews) next(ctx context.Context, tx *sql.Tx, db *sql.DB, old *overview, now time.Time) (*overview, error) {
	fresh := &overview{loaded: now}
	if err := tx.QueryRowContext(ctx, "SELECT number FROM revision").Scan(&fresh.revision); err != nil {
		return nil, err
	}
	// The log forgets deletions after a week, so an older overview cannot be updated.
	if old != nil && now.Sub(old.loaded) < deletedRetention/2 {
		changed, err := changes(ctx, tx, old.revision, maxReloaded+1)
		if err != nil {
			return nil, err
		}
		if len(changed) <= maxReloaded && old.reloaded+len(changed) <= len(old.stories)/2+maxReloaded {
			return fresh, v.update(ctx, tx, old, fresh, changed)
		}
	}
	v.sources, v.places, v.latest, v.roles = map[source]int32{}, map[placeKey]int32{}, map[string]int32{}, map[geo.Role]int32{}
	return fresh, v.loadAll(ctx, tx, db, fresh)
}

// loadAll loads all stories and locations. It reads them concurrently if a second
// transaction has the same state.
func (v *overviews) loadAll(ctx context.Context, tx *sql.Tx, db *sql.DB, o *overview) error {
	return read(ctx, db, func(second *sql.Tx) error {
		var revision int64
		if err := second.QueryRowContext(ctx, "SELECT number FROM revision").Scan(&revision); err != nil {
			return err
		}
		if revision != o.revision {
			return v.load(ctx, tx, o, "")
		}
		var found []loadedFeature
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return v.loadStories(ctx, tx, o, "") })
		group.Go(func() (err error) {
			found, err = v.loadFeatures(ctx, second, o, "")
			return err
		})
		if err := group.Wait(); err != nil {
			return err
		}
		o.addFeatures(found, 0)
		return nil
	})
}

// update copies old into fresh without the changed stories, and reads those again.
func (v *overviews) update(ctx context.Context, tx *sql.Tx, old, fresh *overview, changed []story.Change) error {
	ids := make([]string, len(changed))
	isChanged := make(map[string]bool, len(changed))
	for i, c := range changed {
		ids[i], isChanged[c.ID] = c.ID, true
	}
	fresh.loaded, fresh.reloaded = old.loaded, old.reloaded+len(changed)
	fresh.sources, fresh.places, fresh.roles = old.sources, old.places, old.roles
	fresh.copies = maps.Clone(old.copies)
	fresh.stories = make([]overviewStory, 0, len(old.stories)+len(changed))
	fresh.features = make([]overviewFeature, 0, len(old.features)+4*len(changed))
	for i := range old.stories {
		st := old.stories[i]
		if !isChanged[st.id] {
			features := old.features[st.first : st.first+st.features]
			st.first = int32(len(fresh.features))
			fresh.stories, fresh.features = append(fresh.stories, st), append(fresh.features, features...)
		} else {
			delete(fresh.copies, st.number)
		}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return v.load(ctx, tx, fresh, string(list))
}

// load appends to o the stories in a JSON list of ids, or all if ids is empty.
func (v *overviews) load(ctx context.Context, tx *sql.Tx, o *overview, ids string) error {
	first := len(o.stories)
	if err := v.loadStories(ctx, tx, o, ids); err != nil || first == len(o.stories) {
		return err
	}
	numbers := ""
	if ids != "" {
		list := make([]int64, 0, len(o.stories)-first)
		for _, st := range o.stories[first:] {
			list = append(list, st.number)
		}
		content, err := json.Marshal(list)
		if err != nil {
			return err
		}
		numbers = string(content)
	}
	found, err := v.loadFeatures(ctx, tx, o, numbers)
	if err != nil {
		return err
	}
	o.addFeatures(found, first)
	return nil
}

// loadedFeature is a feature with the number of its story.
type loadedFeature struct {
	overviewFeature
	story int64
}

// addFeatures appends the features of the stories from index first on, grouped by
// story. found may be in any order. It skips features of other stories, which are
// duplicates.
func (o *overview) addFeatures(found []loadedFeature, first int) {
	byNumber := make(map[int64]int32, len(o.stories)-first)
	for i := first; i < len(o.stories); i++ {
		byNumber[o.stories[i].number] = int32(i)
	}
	owners := make([]int32, len(found))
	for i := range found {
		owner, isPrimary := byNumber[found[i].story]
		if !isPrimary {
			owners[i] = -1
			continue
		}
		owners[i] = owner
		o.stories[owner].features++
	}
	next := int32(len(o.features))
	for i := first; i < len(o.stories); i++ {
		o.stories[i].first = next
		next += o.stories[i].features
	}
	o.features = append(o.features, make([]overviewFeature, int(next)-len(o.features))...)
	added := make([]int32, len(o.stories)-first) // number of features added to each story
	for i, owner := range owners {
		if owner >= 0 {
			o.features[o.stories[owner].first+added[int(owner)-first]] = found[i].overviewFeature
			added[int(owner)-first]++
		}
	}
}

// loadStories appends to o the primary stories in a JSON list of ids, or all if ids is
// empty. It uses the conditions of an empty query.
func (v *overviews) loadStories(ctx context.Context, tx *sql.Tx, o *overview, ids string) error {
	conditions := storyClauses(&story.Query{})
	if ids != "" {
		conditions = append(conditions, clause{"s.id IN (SELECT value FROM json_each(?))", []any{ids}})
	}
	// Without an index, all stories are read in the order of the file. With one, each
	// would be looked up.
	p := plan{from: "stories s NOT INDEXED", story: conditions}
	if ids != "" {
		p.from = "stories s"
	}
	c := p.selectStories("s.n, s.id, s.ordered, s.published IS NOT NULL, s.fetched, s.outlet, s.domain, s.lang, s.copies")
	rows, err := tx.QueryContext(ctx, c.sql, c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var primaries []int64
	for rows.Next() {
		var st overviewStory
		var from source
		var copies int
		if err := rows.Scan(&st.number, &st.id, &st.ordered, &st.dated, &st.fetched, &from.outlet, &from.domain, &from.lang, &copies); err != nil {
			return err
		}
		if copies > 0 {
			primaries = append(primaries, st.number)
		}
		st.source = v.sourceIndex(o, from)
		o.stories = append(o.stories, st)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.loadCopies(ctx, tx, o, primaries)
}

// sourceIndex returns the index of a source in o, to which it is added if it is new.
func (v *overviews) sourceIndex(o *overview, from source) int32 {
	number, known := v.sources[from]
	if !known {
		number = int32(len(o.sources))
		o.sources = append(o.sources, from)
		v.sources[from] = number
	}
	return number
}

// loadCopies adds to o the sources of the duplicates of the given primary stories.
func (v *overviews) loadCopies(ctx context.Context, tx *sql.Tx, o *overview, primaries []int64) error {
	if len(primaries) == 0 {
		return nil
	}
	list, err := json.Marshal(primaries)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(
		ctx,
		"SELECT lead, outlet, domain, lang FROM stories INDEXED BY stories_lead WHERE lead > 0 AND lead IN (SELECT value FROM json_each(?))",
		string(list),
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	if o.copies == nil {
		o.copies = map[int64][]int32{}
	}
	for rows.Next() {
		var lead int64
		var from source
		if err := rows.Scan(&lead, &from.outlet, &from.domain, &from.lang); err != nil {
			return err
		}
		if number := v.sourceIndex(o, from); !slices.Contains(o.copies[lead], number) {
			o.copies[lead] = append(o.copies[lead], number)
		}
	}
	return rows.Err()
}

// loadFeatures returns the locations of the stories in a JSON list of numbers, or all
// if numbers is empty.
func (v *overviews) loadFeatures(ctx context.Context, tx *sql.Tx, o *overview, numbers string) (features []loadedFeature, err error) {
	c := clause{sql: "SELECT l.n, l.story, l.place_id, l.lon, l.lat, l.country, l.countries, l.role, l.confidence FROM locations l"}
	if numbers != "" {
		c = clause{c.sql + " INDEXED BY locations_story WHERE l.story IN (SELECT value FROM json_each(?))", []any{numbers}}
	}
	rows, err := tx.QueryContext(ctx, c.sql, c.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fresh := map[int64]*story.PlaceSummary{}
	for rows.Next() {
		var n int64
		var m loadedFeature
		var key placeKey
		var role geo.Role
		if err := rows.Scan(&n, &m.story, &key.id, &key.point[0], &key.point[1], &key.country, &key.countries, &role, &m.confidence); err != nil {
			return nil, err
		}
		known := len(o.places)
		m.place, m.role = v.placeIndex(o, key), v.roleIndex(o, role)
		if len(o.places) > known {
			fresh[n] = o.places[m.place]
		}
		features = append(features, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return features, loadNames(ctx, tx, fresh)
}

// placeIndex returns the index of a place in o, to which it is added if it is new. Most
// places with the same id have the same key, so it first compares the last one with that
// id, which is faster than a lookup by key.
func (v *overviews) placeIndex(o *overview, key placeKey) int32 {
	if number, known := v.latest[key.id]; known {
		if s := o.places[number]; s.Point == key.point && s.Country == key.country &&
			(key.countries == "" && s.Countries == nil || strings.Join(s.Countries, ",") == key.countries) {
			return number
		}
	}
	number, known := v.places[key]
	if !known {
		place := &story.PlaceSummary{ID: key.id, Point: key.point, Country: key.country}
		if key.countries != "" {
			place.Countries = strings.Split(key.countries, ",")
		}
		number = int32(len(o.places))
		o.places = append(o.places, place)
		v.places[key] = number
	}
	v.latest[key.id] = number
	return number
}

// loadNames sets the other fields of new places, each from one location at it. To read
// these columns of all locations would make loading 50 % slower.
func loadNames(ctx context.Context, tx *sql.Tx, places map[int64]*story.PlaceSummary) error {
	if len(places) == 0 {
		return nil
	}
	numbers := make([]int64, 0, len(places))
	for n := range places {
		numbers = append(numbers, n)
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(
		ctx,
		"SELECT n, name, feature_code, precision, admin1 FROM locations WHERE n IN (SELECT value FROM json_each(?))",
		string(list),
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var name, code, admin1 string
		var precision geo.Precision
		if err := rows.Scan(&n, &name, &code, &precision, &admin1); err != nil {
			return err
		}
		s := places[n]
		s.Name, s.FeatureCode, s.Precision, s.Admin1 = name, code, precision, admin1
	}
	return rows.Err()
}

func (v *overviews) roleIndex(o *overview, role geo.Role) int32 {
	number, known := v.roles[role]
	if !known {
		number = int32(len(o.roles))
		o.roles = append(o.roles, role)
		v.roles[role] = number
	}
	return number
}
