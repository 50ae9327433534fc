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

// overview holds in memory, of every story that lists show, as much as an answer
// about all of them needs: some 100 bytes a story and 24 a location. To read
// 100,000 locations anew for each movement of a map takes SQLite a quarter of a
// second; to walk over these takes a few milliseconds. It never changes.
type overview struct {
	revision int64     // of the store
	loaded   time.Time // when all of it was read
	reread   int       // stories that were read again since
	sources  []source
	spots    []*story.PlaceSummary
	roles    []geo.Role
	stories  []overviewStory
	marks    []overviewMark    // those of a story together
	copies   map[int64][]int32 // sources of a story's copies, by its number in the table
}

type overviewStory struct {
	number  int64 // in the table
	id      string
	ordered int64 // microseconds since 1970, as fetched
	fetched int64
	source  int32
	first   int32 // of its marks
	marks   int32
	dated   bool // whether ordered is the publication
}

type overviewMark struct {
	confidence float64
	spot       int32
	role       int32
}

// source is who published a story, and in what language.
type source struct{ outlet, domain, lang string }

// spotKey is all that a filter can ask of a place. Places that are the same in it
// are one spot, whatever else has changed in the gazetteer between their stories.
type spotKey struct {
	id, country, countries string
	point                  orb.Point
}

// overviews keeps the newest overview and what it takes to make the next. Lists
// only grow, so that an overview's own parts of them stay as they are.
type overviews struct {
	current atomic.Pointer[overview]
	turn    chan struct{} // held by who makes one
	sources map[source]int32
	spots   map[spotKey]int32
	newest  map[string]int32 // the spot of a place's id that was met last
	roles   map[geo.Role]int32
}

func newOverviews() *overviews {
	return &overviews{turn: make(chan struct{}, 1)}
}

const (
	// maxReread is how many changed stories are read one by one. More, and all are
	// read in their order.
	maxReread = 5_000

	// overviewTimeout bounds the reading, which goes on when who asked has left:
	// the next one needs it too.
	overviewTimeout = 2 * time.Minute
)

// Version is the number of the newest change; see story.Aggregator.
func (s *Store) Version(ctx context.Context) (string, error) {
	revision, err := s.Revision(ctx)
	return strconv.FormatInt(revision, 10), err
}

// overview gives one that holds all changes of before the call.
func (s *Store) overview(ctx context.Context) (*overview, error) {
	revision, err := s.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if o := s.overviews.current.Load(); o != nil && o.revision >= revision {
		return o, nil
	}
	select {
	case s.overviews.turn <- struct{}{}:
		defer func() { <-s.overviews.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	old := s.overviews.current.Load()
	if old != nil && old.revision >= revision {
		return old, nil
	}
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), overviewTimeout)
	defer cancel()
	var fresh *overview
	err = read(reading, s.reader, func(tx *sql.Tx) (err error) {
		fresh, err = s.overviews.next(reading, tx, s.reader, old, s.clock())
		return err
	})
	if err != nil {
		// The lists may have grown beyond old's, which cannot be mended any more.
		s.overviews.current.Store(nil)
		return nil, fmt.Errorf("overview: %w", err)
	}
	s.overviews.current.Store(fresh)
	return fresh, nil
}

// next makes the overview of the transaction's state, from the old one where
// little has changed since.
func (v *overviews) next(ctx context.Context, tx *sql.Tx, db *sql.DB, old *overview, now time.Time) (*overview, error) {
	fresh := &overview{loaded: now}
	if err := tx.QueryRowContext(ctx, "SELECT number FROM revision").Scan(&fresh.revision); err != nil {
		return nil, err
	}
	// Deletions are forgotten after a week, so an old overview cannot be mended.
	if old != nil && now.Sub(old.loaded) < remembered/2 {
		changed, err := changes(ctx, tx, old.revision, maxReread+1)
		if err != nil {
			return nil, err
		}
		if len(changed) <= maxReread && old.reread+len(changed) <= len(old.stories)/2+maxReread {
			return fresh, v.mend(ctx, tx, old, fresh, changed)
		}
	}
	v.sources, v.spots, v.newest, v.roles = map[source]int32{}, map[spotKey]int32{}, map[string]int32{}, map[geo.Role]int32{}
	return fresh, v.loadAll(ctx, tx, db, fresh)
}

// loadAll reads stories and locations at the same time, where a second
// transaction sees the same state.
func (v *overviews) loadAll(ctx context.Context, tx *sql.Tx, db *sql.DB, o *overview) error {
	return read(ctx, db, func(second *sql.Tx) error {
		var revision int64
		if err := second.QueryRowContext(ctx, "SELECT number FROM revision").Scan(&revision); err != nil {
			return err
		}
		if revision != o.revision {
			return v.load(ctx, tx, o, "")
		}
		var found []foundMark
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return v.loadStories(ctx, tx, o, "") })
		group.Go(func() (err error) {
			found, err = v.loadMarks(ctx, second, o, "")
			return err
		})
		if err := group.Wait(); err != nil {
			return err
		}
		o.place(found, 0)
		return nil
	})
}

// mend copies old into fresh without the changed stories, and reads those again.
func (v *overviews) mend(ctx context.Context, tx *sql.Tx, old, fresh *overview, changed []story.Change) error {
	ids := make([]string, len(changed))
	gone := make(map[string]bool, len(changed))
	for i, c := range changed {
		ids[i], gone[c.ID] = c.ID, true
	}
	fresh.loaded, fresh.reread = old.loaded, old.reread+len(changed)
	fresh.sources, fresh.spots, fresh.roles = old.sources, old.spots, old.roles
	fresh.copies = maps.Clone(old.copies)
	fresh.stories = make([]overviewStory, 0, len(old.stories)+len(changed))
	fresh.marks = make([]overviewMark, 0, len(old.marks)+4*len(changed))
	for i := range old.stories {
		st := old.stories[i]
		if !gone[st.id] {
			marks := old.marks[st.first : st.first+st.marks]
			st.first = int32(len(fresh.marks))
			fresh.stories, fresh.marks = append(fresh.stories, st), append(fresh.marks, marks...)
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

// load appends to o the stories of a JSON list of ids, or all for an empty text.
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
	found, err := v.loadMarks(ctx, tx, o, numbers)
	if err != nil {
		return err
	}
	o.place(found, first)
	return nil
}

// foundMark is a mark with the number of its story.
type foundMark struct {
	overviewMark
	of int64
}

// place puts marks beside the stories from first on. Those of a story need not
// have come together, and those of stories that are not shown are left out.
func (o *overview) place(found []foundMark, first int) {
	byNumber := make(map[int64]int32, len(o.stories)-first)
	for i := first; i < len(o.stories); i++ {
		byNumber[o.stories[i].number] = int32(i)
	}
	owners := make([]int32, len(found))
	for i := range found {
		owner, shown := byNumber[found[i].of]
		if !shown {
			owners[i] = -1
			continue
		}
		owners[i] = owner
		o.stories[owner].marks++
	}
	at := int32(len(o.marks))
	for i := first; i < len(o.stories); i++ {
		o.stories[i].first = at
		at += o.stories[i].marks
	}
	o.marks = append(o.marks, make([]overviewMark, int(at)-len(o.marks))...)
	put := make([]int32, len(o.stories)-first)
	for i, owner := range owners {
		if owner >= 0 {
			o.marks[o.stories[owner].first+put[int(owner)-first]] = found[i].overviewMark
			put[int(owner)-first]++
		}
	}
}

// loadStories reads what lists show: the conditions of a query that asks for all.
func (v *overviews) loadStories(ctx context.Context, tx *sql.Tx, o *overview, ids string) error {
	conditions := storyClauses(&story.Query{})
	if ids != "" {
		conditions = append(conditions, clause{"s.id IN (SELECT value FROM json_each(?))", []any{ids}})
	}
	// All in the order in which they lie: by an index, each would be looked up.
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
	var leads []int64
	for rows.Next() {
		var st overviewStory
		var from source
		var copies int
		if err := rows.Scan(&st.number, &st.id, &st.ordered, &st.dated, &st.fetched, &from.outlet, &from.domain, &from.lang, &copies); err != nil {
			return err
		}
		if copies > 0 {
			leads = append(leads, st.number)
		}
		st.source = v.source(o, from)
		o.stories = append(o.stories, st)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return v.loadCopies(ctx, tx, o, leads)
}

// source is the place of a source in o.
func (v *overviews) source(o *overview, from source) int32 {
	number, known := v.sources[from]
	if !known {
		number = int32(len(o.sources))
		o.sources = append(o.sources, from)
		v.sources[from] = number
	}
	return number
}

// loadCopies reads where the stories with the given numbers are repeated.
func (v *overviews) loadCopies(ctx context.Context, tx *sql.Tx, o *overview, leads []int64) error {
	if len(leads) == 0 {
		return nil
	}
	list, err := json.Marshal(leads)
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
		if number := v.source(o, from); !slices.Contains(o.copies[lead], number) {
			o.copies[lead] = append(o.copies[lead], number)
		}
	}
	return rows.Err()
}

// loadMarks reads the locations of the stories in a JSON list of numbers, or all
// for an empty text.
func (v *overviews) loadMarks(ctx context.Context, tx *sql.Tx, o *overview, numbers string) (marks []foundMark, err error) {
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
		var m foundMark
		var key spotKey
		var role geo.Role
		if err := rows.Scan(&n, &m.of, &key.id, &key.point[0], &key.point[1], &key.country, &key.countries, &role, &m.confidence); err != nil {
			return nil, err
		}
		known := len(o.spots)
		m.spot, m.role = v.spot(o, key), v.role(o, role)
		if len(o.spots) > known {
			fresh[n] = o.spots[m.spot]
		}
		marks = append(marks, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return marks, describe(ctx, tx, fresh)
}

// spot numbers a spot. The places of one id nearly always are the same in all, and
// to compare them is cheaper than to look them up.
func (v *overviews) spot(o *overview, key spotKey) int32 {
	if number, known := v.newest[key.id]; known {
		if s := o.spots[number]; s.Point == key.point && s.Country == key.country &&
			(key.countries == "" && s.Countries == nil || strings.Join(s.Countries, ",") == key.countries) {
			return number
		}
	}
	number, known := v.spots[key]
	if !known {
		spot := &story.PlaceSummary{ID: key.id, Point: key.point, Country: key.country}
		if key.countries != "" {
			spot.Countries = strings.Split(key.countries, ",")
		}
		number = int32(len(o.spots))
		o.spots = append(o.spots, spot)
		v.spots[key] = number
	}
	v.newest[key.id] = number
	return number
}

// describe fills in the rest of new spots, each from one location at it: to read
// these columns of all locations would take half as long again.
func describe(ctx context.Context, tx *sql.Tx, spots map[int64]*story.PlaceSummary) error {
	if len(spots) == 0 {
		return nil
	}
	numbers := make([]int64, 0, len(spots))
	for n := range spots {
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
		s := spots[n]
		s.Name, s.FeatureCode, s.Precision, s.Admin1 = name, code, precision, admin1
	}
	return rows.Err()
}

func (v *overviews) role(o *overview, role geo.Role) int32 {
	number, known := v.roles[role]
	if !known {
		number = int32(len(o.roles))
		o.roles = append(o.roles, role)
		v.roles[role] = number
	}
	return number
}
