package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/geo/story/similarity"
)

// statements are the statements of Put and Delete, prepared once on the writer's
// connection.
type statements struct {
	revision, undelete                                       *sql.Stmt
	find, insert, update, insertText, updateText             *sql.Stmt
	addID, moveIDs, addTitle, titles, trimTitles, moveTitles *sql.Stmt
	clearLocations, clearUnlocated                           *sql.Stmt
	addLocation, addPoint, addDetail, addUnlocated           *sql.Stmt
	addWords, clearWords                                     *sql.Stmt
	addFingerprint, removeFingerprint, findFingerprints      *sql.Stmt
	text, group                                              *sql.Stmt
}

func (st *statements) prepare(ctx context.Context, db *sql.DB) error {
	for _, p := range []struct {
		stmt **sql.Stmt
		sql  string
	}{
		{&st.revision, `UPDATE revision SET number = number + 1 RETURNING number`},
		{&st.undelete, `DELETE FROM deleted WHERE id = ?`},
		{&st.find, `SELECT n, id, title, url, fetched, updated, digest, published FROM stories WHERE n IN (
				SELECT n FROM stories WHERE id IN (SELECT value FROM json_each(?1)) UNION SELECT story FROM names WHERE id IN (SELECT value FROM json_each(?1)))
			ORDER BY fetched, n`},
		{&st.insert, `INSERT INTO stories (title, url, outlet, outlet_key, domain, byline, lang, lang_key, published, fetched, updated, ordered, ` +
			`located, text_source, digest, revision, id, created)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?16)`},
		{&st.update, `UPDATE stories SET title = ?, url = ?, outlet = ?, outlet_key = ?, domain = ?, byline = ?, lang = ?, lang_key = ?,
			published = ?, fetched = ?, updated = ?, ordered = ?, located = ?, text_source = ?, digest = ?, revision = ? WHERE id = ?`},
		{&st.insertText, `INSERT INTO texts (text, image, points, story) VALUES (?, ?, ?, ?)`},
		{&st.updateText, `UPDATE texts SET text = ?, image = ?, points = ? WHERE story = ?`},
		{&st.addID, `INSERT OR IGNORE INTO names (id, story) VALUES (?, ?)`},
		{&st.moveIDs, `UPDATE names SET story = ? WHERE story = ?`},
		{&st.addTitle, `INSERT INTO titles (story, title, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until`},
		{&st.titles, `SELECT title, until FROM titles WHERE story = ? ORDER BY until DESC, title`},
		{&st.trimTitles, `DELETE FROM titles WHERE story = ?1
			AND title IN (SELECT title FROM titles WHERE story = ?1 ORDER BY until DESC, title LIMIT -1 OFFSET ?2)`},
		{&st.moveTitles, `INSERT OR IGNORE INTO titles SELECT ?, title, until FROM titles WHERE story = ?`},
		{&st.clearLocations, `DELETE FROM locations WHERE story = ?`},
		{&st.clearUnlocated, `DELETE FROM unlocated WHERE story = ?`},
		{&st.addLocation, `INSERT INTO locations (story, seq, place_id, name, lon, lat, feature_code, country, country_name, countries,
			admin1_code, admin1, admin2, population, prominence, role, precision, confidence, mentions, evidence)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&st.addPoint, `INSERT INTO points (n, min_lon, max_lon, min_lat, max_lat) VALUES (?1, ?2, ?2, ?3, ?3)`},
		{&st.addDetail, `INSERT INTO details (location, toponyms, reasons, candidates) VALUES (?, ?, ?, ?)`},
		{&st.addUnlocated, `INSERT INTO unlocated (story, seq, start, "end", text, field, kind, confidence, lon, lat) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&st.addWords, `INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)`},
		{&st.clearWords, `DELETE FROM words WHERE rowid = ?`},
		{&st.addFingerprint, `INSERT OR IGNORE INTO prints (key, hour, story) SELECT value, ?2, ?3 FROM json_each(?1)`},
		{&st.removeFingerprint, `DELETE FROM prints WHERE key IN (SELECT value FROM json_each(?1)) AND hour = ?2 AND story = ?3`},
		{&st.findFingerprints, `SELECT story FROM prints WHERE key = ? AND hour BETWEEN ? AND ? ORDER BY hour DESC, story DESC LIMIT ?`},
		{&st.group, `SELECT s.lead, s.copies, coalesce(l.id, '') FROM stories s LEFT JOIN stories l ON l.n = s.lead WHERE s.n = ?`},
		{&st.text, `SELECT s.title, t.text, s.ordered FROM stories s JOIN texts t ON t.story = s.n WHERE s.n = ?`},
	} {
		stmt, err := db.PrepareContext(ctx, p.sql)
		if err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
		*p.stmt = stmt
	}
	return nil
}

// Put stores st in one transaction; see story.Store. The error wraps geo.ErrInvalid if
// st is not valid.
func (s *Store) Put(ctx context.Context, st *story.Story) (story.Outcome, error) {
	now := s.clock().UTC().Truncate(time.Microsecond)
	if err := check(st, now); err != nil {
		return "", err
	}
	put := *st // st is unchanged after an error
	rec, err := newRecord(&put)
	if err != nil {
		return "", fmt.Errorf("story %s: %w", st.ID, err)
	}
	text := similarity.New(put.Title, put.Text)
	var outcome story.Outcome
	err = s.write(ctx, func(tx *sql.Tx) error {
		w := putTx{ctx: ctx, tx: tx, st: &s.put, store: s, record: rec, dedup: dedup{ctx, tx, s}, text: text}
		outcome = w.write(now)
		return w.err
	})
	if err != nil {
		return "", fmt.Errorf("put story %s: %w", st.ID, err)
	}
	*st = put
	return outcome, nil
}

// check returns an error for a story that no query could find, or that SQLite would
// change.
func check(st *story.Story, now time.Time) error {
	if st.ID == "" {
		return geo.Invalid("id", "is empty")
	}
	if err := st.Validate(now); err != nil {
		return err
	}
	for i := range st.Locations {
		l := &st.Locations[i]
		p := l.Place.Point
		if !(math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90) {
			return geo.Invalid("locations", "%d (%s): %v (lon, lat) is out of range; use -180 to 180 and -90 to 90 degrees", i, l.Place.ID, p)
		}
		if !(l.Confidence >= 0 && l.Confidence <= 1) {
			return geo.Invalid("locations", "%d (%s): the confidence %v is not between 0 and 1", i, l.Place.ID, l.Confidence)
		}
		if l.Place.ID == "" {
			return geo.Invalid("locations", "%d: the place has no id", i)
		}
	}
	return nil
}

// putTx is the transaction of one Put. After the first error, its methods do nothing.
type putTx struct {
	ctx    context.Context
	tx     *sql.Tx
	st     *statements
	store  *Store
	record *record
	dedup  dedup
	text   *similarity.Text
	err    error

	revision int64 // revision of this change
}

func (w *putTx) exec(stmt *sql.Stmt, args ...any) sql.Result {
	if w.err != nil {
		return nil
	}
	result, err := w.tx.StmtContext(w.ctx, stmt).ExecContext(w.ctx, args...)
	w.err = err
	return result
}

// insert runs stmt and returns the rowid of the new row.
func (w *putTx) insert(stmt *sql.Stmt, args ...any) (n int64) {
	if result := w.exec(stmt, args...); w.err == nil {
		n, w.err = result.LastInsertId()
	}
	return n
}

// write creates the story, or updates the stored story that has one of its ids, and
// sets the fields that Put returns.
func (w *putTx) write(now time.Time) (outcome story.Outcome) {
	s := w.record.story
	ids := s.IDs()
	found := w.findStored(ids)
	if w.err != nil {
		return ""
	}
	if len(found) == 0 {
		w.create(ids, now)
		return story.Created
	}
	kept := &found[0]
	s.ID, s.URL = kept.id, story.BetterURL(kept.url, s.URL)
	w.keepPublished(found)
	w.addIDs(kept.n, kept.id, ids)
	for i := range found[1:] {
		w.merge(kept, &found[i+1], now)
	}
	outcome = story.Unchanged
	s.Fetched, s.Updated = fromMicros(kept.fetched), fromMicros(kept.updated)
	if digest := w.record.digest(); len(found) > 1 || !bytes.Equal(digest, kept.digest) {
		outcome, s.Updated = story.Updated, now
		w.replace(kept, now)
	}
	s.Titles = w.titles(kept.n)
	w.readGroup(kept.n)
	return outcome
}

// keepPublished sets a missing publication time to the stored one: a page may lack the
// time that the feed had.
func (w *putTx) keepPublished(found []storedStory) {
	s := w.record.story
	for i := range found {
		if s.Published.IsZero() && found[i].published.Valid {
			s.Published = fromMicros(found[i].published.Int64)
		}
	}
}

func (w *putTx) create(ids []string, now time.Time) {
	s := w.record.story
	s.Fetched, s.Updated, s.Titles = now, now, nil
	w.countChange()
	n := w.insert(w.st.insert, w.row()...)
	w.exec(w.st.insertText, s.Text, s.Image, w.record.points, n)
	w.addIDs(n, s.ID, ids)
	w.insertChildren(n)
	w.updateGroup(n, nil, 0)
	w.readGroup(n)
}

func (w *putTx) replace(kept *storedStory, now time.Time) {
	s := w.record.story
	if w.err != nil {
		return
	}
	old, ordered, err := w.dedup.text(kept.n)
	if err != nil {
		w.err = err
		return
	}
	w.countChange()
	w.exec(w.st.update, w.row()...)
	w.exec(w.st.updateText, s.Text, s.Image, w.record.points, kept.n)
	w.keepTitle(kept.n, kept.title, s.Title, now)
	for _, clear := range []*sql.Stmt{w.st.clearLocations, w.st.clearUnlocated, w.st.clearWords} {
		w.exec(clear, kept.n)
	}
	w.insertChildren(kept.n)
	w.updateGroup(kept.n, old, ordered)
}

// updateGroup assigns the story to its group. old and oldOrdered are its previous text
// and time; old is nil for a new story.
func (w *putTx) updateGroup(n int64, old *similarity.Text, oldOrdered int64) {
	if w.err == nil {
		w.err = w.dedup.updateGroup(n, w.ordered(), w.text, old, oldOrdered)
	}
}

// readGroup sets the story's CopyOf and Copies.
func (w *putTx) readGroup(n int64) {
	if w.err == nil {
		w.err = w.st.readGroup(w.ctx, w.tx, n, w.record.story)
	}
}

// countChange assigns a revision to the change, and removes the story from the log of
// deleted stories.
func (w *putTx) countChange() {
	if w.err == nil {
		w.revision, w.err = w.store.nextRevision(w.ctx, w.tx)
	}
	w.exec(w.st.undelete, w.record.story.ID)
}

// row returns the columns of the table stories in the order of the statements insert
// and update.
func (w *putTx) row() []any {
	s := w.record.story
	return []any{
		s.Title, s.URL, s.Outlet, outletKey(s.Outlet), domainKey(s.Domain), s.Byline, s.Lang, langKey(s.Lang),
		published(s), micros(s.Fetched), micros(s.Updated), w.ordered(), len(s.Locations), string(s.TextSource), w.record.digest(), w.revision, s.ID,
	}
}

// ordered returns the time by which the story is ordered, in microseconds since 1970.
func (w *putTx) ordered() int64 {
	s := w.record.story
	if !s.Published.IsZero() {
		return micros(s.Published)
	}
	return micros(s.Fetched)
}

// insertChildren writes the locations, unlocated toponyms and words of story n.
func (w *putTx) insertChildren(n int64) {
	s := w.record.story
	for i := range s.Locations {
		w.insertLocation(n, i, &s.Locations[i])
	}
	for i, t := range s.Unlocated {
		var lon, lat any
		if t.Coordinate != nil {
			lon, lat = t.Coordinate.Lon, t.Coordinate.Lat
		}
		w.exec(w.st.addUnlocated, n, i, t.Start, t.End, t.Text, int(t.Field), int(t.Kind), t.Confidence, lon, lat)
	}
	w.exec(w.st.addWords, n, spaceUnspaced(s.Title), spaceUnspaced(s.Text))
}

func (w *putTx) insertLocation(n int64, i int, l *geo.Location) {
	p := &l.Place
	id := w.insert(w.st.addLocation, n, i, p.ID, p.Name, p.Point.Lon(), p.Point.Lat(), p.FeatureCode, p.Country, p.CountryName,
		strings.Join(p.Countries, ","), p.Admin1Code, p.Admin1, p.Admin2, p.Population, p.Prominence,
		string(l.Role), string(l.Precision), l.Confidence, len(l.Toponyms), l.Evidence)
	w.exec(w.st.addPoint, id, p.Point.Lon(), p.Point.Lat())
	w.exec(w.st.addDetail, id, w.record.toponyms[i], w.record.reasons[i], w.record.candidates[i])
}
