package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"newsmap/geo/story"
)

// maxTitles is the maximum number of earlier titles, as some pages change their title
// at every fetch.
const maxTitles = 50

// storedStory is a stored story that has one of the ids of the story that Put writes.
type storedStory struct {
	n                int64
	id, title, url   string
	fetched, updated int64
	digest           []byte
	published        sql.NullInt64
}

// findStored returns the stories that have any of the ids, in the order in which they
// were stored.
func (w *putTx) findStored(ids []string) (out []storedStory) {
	list, err := json.Marshal(ids)
	if err != nil {
		w.err = err
		return nil
	}
	rows, err := w.tx.StmtContext(w.ctx, w.st.find).QueryContext(w.ctx, string(list))
	if err != nil {
		w.err = err
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var s storedStory
		if err := rows.Scan(&s.n, &s.id, &s.title, &s.url, &s.fetched, &s.updated, &s.digest, &s.published); err != nil {
			w.err = err
			return nil
		}
		out = append(out, s)
	}
	w.err = rows.Err()
	return out
}

// addIDs adds further ids to story n, whose own id is id.
func (w *putTx) addIDs(n int64, id string, ids []string) {
	for _, other := range ids {
		if other != id {
			w.exec(w.st.addID, other, n)
		}
	}
}

// merge moves the ids and titles of other to kept and deletes other.
func (w *putTx) merge(kept, other *storedStory, now time.Time) {
	w.exec(w.st.moveIDs, kept.n, other.n)
	w.exec(w.st.moveTitles, kept.n, other.n)
	w.keepTitle(kept.n, other.title, w.record.story.Title, now)
	if w.err == nil {
		w.err = w.store.remove(w.ctx, w.tx, other.n, other.id)
	}
	w.exec(w.st.addID, other.id, kept.n)
}

// keepTitle adds old to the earlier titles of story n, unless it differs from title
// only in white space.
func (w *putTx) keepTitle(n int64, old, title string, now time.Time) {
	old = strings.Join(strings.Fields(old), " ")
	if old == "" || old == strings.Join(strings.Fields(title), " ") {
		return
	}
	w.exec(w.st.addTitle, n, old, micros(now))
	w.exec(w.st.trimTitles, n, maxTitles)
}

// titles returns the earlier titles of story n, newest first.
func (w *putTx) titles(n int64) (out []story.Title) {
	if w.err != nil {
		return nil
	}
	rows, err := w.tx.StmtContext(w.ctx, w.st.titles).QueryContext(w.ctx, n)
	if err != nil {
		w.err = err
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var title story.Title
		var until int64
		if w.err = rows.Scan(&title.Title, &until); w.err != nil {
			return nil
		}
		title.Until = fromMicros(until)
		out = append(out, title)
	}
	w.err = rows.Err()
	return out
}

// findNumber scans the result of selectByID: the number and the own id of a story, or 0
// if there is none.
func findNumber(row *sql.Row) (n int64, id string, err error) {
	if err = row.Scan(&n, &id); errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return n, id, err
}

// selectByID selects the story that has the given id as its own or as a further id.
const selectByID = "SELECT n, id FROM stories WHERE id = ?1 UNION ALL SELECT n, s.id FROM names JOIN stories s ON s.n = names.story WHERE names.id = ?1 LIMIT 1"
