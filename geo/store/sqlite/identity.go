package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"newsmap/geo/story"
)

// maxTitles bounds the history of a title that changes with every reading.
const maxTitles = 50

// known is a stored story that goes by one of the names of what is put.
type known struct {
	n                int64
	id, title, url   string
	fetched, updated int64
	digest           []byte
	published        sql.NullInt64
}

// match finds the stories that go by any of the names, the first that was stored
// first.
func (w *putTx) match(names []string) (out []known) {
	list, err := json.Marshal(names)
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
		var k known
		if err := rows.Scan(&k.n, &k.id, &k.title, &k.url, &k.fetched, &k.updated, &k.digest, &k.published); err != nil {
			w.err = err
			return nil
		}
		out = append(out, k)
	}
	w.err = rows.Err()
	return out
}

// name lets the story go by the names that it did not have yet.
func (w *putTx) name(n int64, id string, names []string) {
	for _, name := range names {
		if name != id {
			w.exec(w.st.name, name, n)
		}
	}
}

// merge makes other a part of kept: its names lead there, its titles are kept,
// and it is gone.
func (w *putTx) merge(kept, other *known, now time.Time) {
	w.exec(w.st.moveNames, kept.n, other.n)
	w.exec(w.st.moveTitles, kept.n, other.n)
	w.retitle(kept.n, other.title, w.record.story.Title, now)
	if w.err == nil {
		w.err = w.store.remove(w.ctx, w.tx, other.n, other.id)
	}
	w.exec(w.st.name, other.id, kept.n)
}

// retitle notes that a story had another title until now; white space is no
// difference.
func (w *putTx) retitle(n int64, old, title string, now time.Time) {
	old = strings.Join(strings.Fields(old), " ")
	if old == "" || old == strings.Join(strings.Fields(title), " ") {
		return
	}
	w.exec(w.st.title, n, old, micros(now))
	w.exec(w.st.cutTitles, n, maxTitles)
}

// titles are the earlier titles of the story with the number n.
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

// number finds a story by its id or another name that it goes by: 0 if there is
// none.
func number(row *sql.Row) (n int64, id string, err error) {
	if err = row.Scan(&n, &id); errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return n, id, err
}

// byName is the SQL that number takes, with the name as its one parameter.
const byName = "SELECT n, id FROM stories WHERE id = ?1 UNION ALL SELECT n, s.id FROM names JOIN stories s ON s.n = names.story WHERE names.id = ?1 LIMIT 1"
