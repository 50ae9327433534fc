package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"
)

// defaultLimit is the number of stories on a page if the query has no limit.
const defaultLimit = 50

const storyColumns = "s.n, s.id, s.title, s.url, s.outlet, s.domain, s.byline, s.lang, s.published, s.fetched, s.updated, s.ordered, " +
	"s.text_source, t.text, t.image, t.points, s.copies, CASE s.lead WHEN 0 THEN '' ELSE (SELECT id FROM stories f WHERE f.n = s.lead) END"

const locationColumns = `l.seq, l.place_id, l.name, l.lon, l.lat, l.feature_code, l.country, l.country_name, l.countries,
	l.admin1_code, l.admin1, l.admin2, l.population, l.prominence, l.role, l.precision, l.confidence, l.evidence`

const order = " ORDER BY s.ordered DESC, s.id"

// Story returns the story with its locations, or geo.ErrNotFound. See story.Store.
func (s *Store) Story(ctx context.Context, id string) (*story.Story, error) {
	var out []*story.Story
	err := read(ctx, s.reader, func(tx *sql.Tx) (err error) {
		n, _, err := findNumber(tx.QueryRowContext(ctx, selectByID, id))
		if err != nil || n == 0 {
			return err
		}
		out, _, err = stories(ctx, tx, clause{"SELECT " + storyColumns + " FROM stories s JOIN texts t ON t.story = s.n WHERE s.n = ?", []any{n}})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("story %s: %w", id, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("story %s: %w", id, geo.ErrNotFound)
	}
	return out[0], nil
}

// Stories returns one page of stories; see story.Store.
func (s *Store) Stories(ctx context.Context, q story.Query) (story.Page, error) {
	after, err := parseCursor(storyCursor, q.Cursor)
	if err != nil {
		return story.Page{}, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	var page story.Page
	err = read(ctx, s.reader, func(tx *sql.Tx) error {
		p, err := newPlan(ctx, tx, &q, s.probe)
		if err != nil {
			return err
		}
		var more []clause
		if after != nil {
			more = append(more, after.clause())
		}
		// The limit is applied before the texts are joined, so that only keys are sorted.
		keys := p.selectStories("s.n", more...)
		c := clause{
			"SELECT " + storyColumns + " FROM stories s CROSS JOIN texts t ON t.story = s.n WHERE s.n IN (" + keys.sql + order + " LIMIT ?)" + order,
			append(keys.args, limit+1),
		}
		var ordered []int64
		if page.Stories, ordered, err = stories(ctx, tx, c); err != nil {
			return err
		}
		if len(page.Stories) > limit {
			page.Stories = page.Stories[:limit]
			page.Next = cursor{kind: storyCursor, ordered: ordered[limit-1], id: page.Stories[limit-1].ID}.String()
		}
		return nil
	})
	if err != nil {
		return story.Page{}, fmt.Errorf("stories: %w", err)
	}
	return page, nil
}

// Features streams the matching locations; see story.Store. It reads one consistent
// state of the store.
func (s *Store) Features(ctx context.Context, q story.Query, yield func(*story.Feature) error) (next string, err error) {
	after, err := parseCursor(featureCursor, q.Cursor)
	if err != nil {
		return "", err
	}
	var yieldErr error
	err = read(ctx, s.stream, func(tx *sql.Tx) error {
		p, err := newPlan(ctx, tx, &q, s.probe)
		if err != nil {
			return err
		}
		c := featureQuery(p, after, q.Limit)
		next, yieldErr, err = eachFeature(ctx, tx, c, q.Limit, yield)
		return err
	})
	if yieldErr != nil {
		return "", yieldErr
	}
	if err != nil {
		return "", fmt.Errorf("features: %w", err)
	}
	return next, nil
}

const featureColumns = "s.id, s.title, s.url, s.outlet, s.lang, s.published, s.ordered, l.mentions, " + locationColumns

// featureQuery selects features in order. If the plan has a driver, it sorts narrow
// keys before it fetches the wide rows.
func featureQuery(p *plan, after *cursor, limit int) clause {
	var more []clause
	if after != nil {
		more = append(more, after.clause())
	}
	const ordered = order + ", l.seq"
	limitSQL := ""
	if limit > 0 {
		limitSQL = fmt.Sprintf(" LIMIT %d", limit+1)
	}
	if p.driver == "" {
		c := p.selectLocations(featureColumns, more...)
		return clause{c.sql + ordered + limitSQL, c.args}
	}
	keys := p.selectLocations("s.n AS s, l.n AS l", more...)
	return clause{
		"SELECT " + featureColumns + " FROM (" + keys.sql + ordered + limitSQL + ") k" +
			" CROSS JOIN stories s ON s.n = k.s CROSS JOIN locations l ON l.n = k.l" + ordered,
		keys.args,
	}
}

// eachFeature calls yield for each row of c. It returns the errors of yield and of the
// store separately.
func eachFeature(ctx context.Context, tx *sql.Tx, c clause, limit int, yield func(*story.Feature) error) (next string, yieldErr, err error) {
	rows, err := tx.QueryContext(ctx, c.sql, c.args...)
	if err != nil {
		return "", nil, err
	}
	defer rows.Close()
	var f story.Feature
	var published sql.NullInt64
	var last cursor
	for n := 0; rows.Next(); n++ {
		if limit > 0 && n == limit {
			return last.String(), nil, nil
		}
		f = story.Feature{}
		var ordered int64
		var loc locationScan
		if err := rows.Scan(
			append([]any{&f.StoryID, &f.Title, &f.URL, &f.Outlet, &f.Lang, &published, &ordered, &f.Mentions}, loc.into(&f.Location)...)...); err != nil {
			return "", nil, err
		}
		loc.finish(&f.Location)
		if published.Valid {
			f.Published = fromMicros(published.Int64)
		}
		last = cursor{kind: featureCursor, ordered: ordered, id: f.StoryID, seq: loc.seq}
		if err := ctx.Err(); err != nil {
			return "", nil, err
		}
		if err := yield(&f); err != nil {
			return "", err, nil
		}
	}
	return "", nil, rows.Err()
}

// Count returns how many stories and features match q; see story.Store.
func (s *Store) Count(ctx context.Context, q story.Query) (story.Counts, error) {
	var c story.Counts
	err := read(ctx, s.reader, func(tx *sql.Tx) error {
		p, err := newPlan(ctx, tx, &q, s.probe)
		if err != nil {
			return err
		}
		if c.Stories, err = count(ctx, tx, p.selectStories("count(*)")); err != nil {
			return err
		}
		if c.Features, err = count(ctx, tx, p.selectLocations("count(*)")); err != nil || q.NeedsLocation() {
			return err
		}
		c.Unlocated, err = count(ctx, tx, p.selectStories("count(*)", clause{sql: "s.located = 0"}))
		return err
	})
	if err != nil {
		return story.Counts{}, fmt.Errorf("count: %w", err)
	}
	return c, nil
}

// read runs f in a transaction, so that it reads one consistent state.
func read(ctx context.Context, db *sql.DB, f func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	err = f(tx)
	if cause := ctx.Err(); err != nil && cause != nil && !errors.Is(err, cause) {
		return errors.Join(cause, err) // SQLite reports only "interrupted"
	}
	return explain(err)
}

// stories runs a query of storyColumns and loads the complete stories. ordered contains
// the time by which each is ordered, in microseconds since 1970.
func stories(ctx context.Context, tx *sql.Tx, c clause) (out []*story.Story, ordered []int64, err error) {
	rows, err := tx.QueryContext(ctx, c.sql, c.args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	byNumber := map[int64]*story.Story{}
	var primaries []int64
	for rows.Next() {
		var s story.Story
		var published sql.NullInt64
		var n, fetched, updated, key, copies int64
		var points string
		if err := rows.Scan(
			&n,
			&s.ID,
			&s.Title,
			&s.URL,
			&s.Outlet,
			&s.Domain,
			&s.Byline,
			&s.Lang,
			&published,
			&fetched,
			&updated,
			&key,
			&s.TextSource,
			&s.Text,
			&s.Image,
			&points,
			&copies,
			&s.CopyOf,
		); err != nil {
			return nil, nil, err
		}
		if published.Valid {
			s.Published = fromMicros(published.Int64)
		}
		s.Fetched, s.Updated = fromMicros(fetched), fromMicros(updated)
		if points != "" {
			if s.Points, err = decodeList[geo.Coordinate, pointJSON](points); err != nil {
				return nil, nil, fmt.Errorf("points of story %s: %w", s.ID, err)
			}
		}
		if copies > 0 {
			primaries = append(primaries, n)
		}
		out, ordered, byNumber[n] = append(out, &s), append(ordered, key), &s
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return nil, nil, err
	}
	for _, n := range primaries {
		if byNumber[n].Copies, err = copiesOf(ctx, tx, n); err != nil {
			return nil, nil, err
		}
	}
	numbers, err := numberList(byNumber)
	if err != nil {
		return nil, nil, err
	}
	if err := loadLocations(ctx, tx, numbers, byNumber); err != nil {
		return nil, nil, err
	}
	if err := loadUnlocated(ctx, tx, numbers, byNumber); err != nil {
		return nil, nil, err
	}
	return out, ordered, loadTitles(ctx, tx, numbers, byNumber)
}

// numberList returns the numbers as a JSON list, which is one SQL parameter for any
// number of stories.
func numberList(byNumber map[int64]*story.Story) (string, error) {
	numbers := make([]int64, 0, len(byNumber))
	for n := range byNumber {
		numbers = append(numbers, n)
	}
	b, err := json.Marshal(numbers)
	return string(b), err
}

func loadLocations(ctx context.Context, tx *sql.Tx, numbers string, byNumber map[int64]*story.Story) error {
	rows, err := tx.QueryContext(ctx, "SELECT l.story, d.toponyms, d.reasons, d.candidates, "+locationColumns+
		" FROM locations l CROSS JOIN details d ON d.location = l.n WHERE l.story IN (SELECT value FROM json_each(?)) ORDER BY l.story, l.seq", numbers)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var toponyms, reasons, candidates string
		var l geo.Location
		var loc locationScan
		if err := rows.Scan(append([]any{&n, &toponyms, &reasons, &candidates}, loc.into(&l)...)...); err != nil {
			return err
		}
		loc.finish(&l)
		if err := decodeDetails(&l, toponyms, reasons, candidates); err != nil {
			return fmt.Errorf("details of %s: %w", l.Place.ID, err)
		}
		byNumber[n].Locations = append(byNumber[n].Locations, l)
	}
	return rows.Err()
}

func decodeDetails(l *geo.Location, toponyms, reasons, candidates string) (err error) {
	if l.Toponyms, err = decodeList[geo.Toponym, toponymJSON](toponyms); err != nil {
		return err
	}
	if l.Candidates, err = decodeList[geo.Candidate, candidateJSON](candidates); err != nil {
		return err
	}
	l.Reasons, err = decodeList[geo.Reason, reasonJSON](reasons)
	return err
}

func loadUnlocated(ctx context.Context, tx *sql.Tx, numbers string, byNumber map[int64]*story.Story) error {
	rows, err := tx.QueryContext(ctx, `SELECT story, start, "end", text, field, kind, confidence, lon, lat FROM unlocated
		WHERE story IN (SELECT value FROM json_each(?)) ORDER BY story, seq`, numbers)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var t geo.Toponym
		var lon, lat sql.NullFloat64
		if err := rows.Scan(&n, &t.Start, &t.End, &t.Text, &t.Field, &t.Kind, &t.Confidence, &lon, &lat); err != nil {
			return err
		}
		if lon.Valid && lat.Valid {
			t.Coordinate = &geo.Coordinate{Lon: lon.Float64, Lat: lat.Float64}
		}
		byNumber[n].Unlocated = append(byNumber[n].Unlocated, t)
	}
	return rows.Err()
}

func loadTitles(ctx context.Context, tx *sql.Tx, numbers string, byNumber map[int64]*story.Story) error {
	rows, err := tx.QueryContext(
		ctx,
		"SELECT story, title, until FROM titles WHERE story IN (SELECT value FROM json_each(?)) ORDER BY story, until DESC, title",
		numbers,
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n, until int64
		var title story.Title
		if err := rows.Scan(&n, &title.Title, &until); err != nil {
			return err
		}
		title.Until = fromMicros(until)
		byNumber[n].Titles = append(byNumber[n].Titles, title)
	}
	return rows.Err()
}

// locationScan scans locationColumns.
type locationScan struct {
	seq       int
	lon, lat  float64
	countries string
}

func (s *locationScan) into(l *geo.Location) []any {
	p := &l.Place
	return []any{
		&s.seq, &p.ID, &p.Name, &s.lon, &s.lat, &p.FeatureCode, &p.Country, &p.CountryName, &s.countries,
		&p.Admin1Code, &p.Admin1, &p.Admin2, &p.Population, &p.Prominence, &l.Role, &l.Precision, &l.Confidence, &l.Evidence,
	}
}

func (s *locationScan) finish(l *geo.Location) {
	l.Place.Point = [2]float64{s.lon, s.lat}
	if s.countries != "" {
		l.Place.Countries = strings.Split(s.countries, ",")
	}
}
