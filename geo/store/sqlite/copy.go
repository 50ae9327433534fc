package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"newsmap/geo/story"
	"newsmap/geo/story/similarity"
)

// apartAtMost is how far apart in time a report and its copy may be. It is less than a
// week, so that this week's notice is not folded under last week's.
const apartAtMost = 6 * 24 * time.Hour

// The bounds of a search, whatever floods the store: rows read for each key, texts
// compared in all, and texts compared of one report and its copies.
const (
	maxPrints   = 200
	maxCompared = 12
	maxOfOne    = 3
)

// maxKin is how many of a report's copies are asked whether a changed text still
// is one of them.
const maxKin = 8

// dedup tells which stories are copies of each other, within a transaction.
type dedup struct {
	ctx   context.Context
	tx    *sql.Tx
	store *Store
}

// copyGroup is how a story is folded.
type copyGroup struct{ n, lead, copies int64 }

// hourOf is the hour of a stored time.
func hourOf(ordered int64) int64 { return ordered / time.Hour.Microseconds() }

// addFingerprint lets the story with the number n be found by its text.
func (f *dedup) addFingerprint(n, ordered int64, t *similarity.Text) error {
	return f.withKeys(f.store.put.print, n, ordered, t.Keys())
}

// removeFingerprint takes that back, given the same.
func (f *dedup) removeFingerprint(n, ordered int64, t *similarity.Text) error {
	return f.withKeys(f.store.put.unprint, n, ordered, t.Keys())
}

func (f *dedup) withKeys(stmt *sql.Stmt, n, ordered int64, keys []similarity.Key) error {
	if len(keys) == 0 {
		return nil
	}
	list, err := json.Marshal(keys)
	if err == nil {
		_, err = f.tx.StmtContext(f.ctx, stmt).ExecContext(f.ctx, string(list), hourOf(ordered), n)
	}
	return err
}

// find gives the story that t is a copy of, 0 if none: of those that share keys
// with it, the likeliest first, the first whose text says so.
func (f *dedup) find(n, ordered int64, t *similarity.Text) (lead int64, err error) {
	shared, err := f.sharing(n, ordered, t.Keys())
	if err != nil || len(shared) == 0 {
		return 0, err
	}
	candidates, err := f.groupsOf(shared)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(candidates, func(a, b copyGroup) int {
		return cmp.Or(cmp.Compare(shared[b.n], shared[a.n]), cmp.Compare(a.n, b.n))
	})
	compared, ofOne := 0, map[int64]int{}
	for _, c := range candidates {
		lead := cmp.Or(c.lead, c.n)
		if ofOne[lead]++; ofOne[lead] > maxOfOne {
			continue
		}
		if compared++; compared > maxCompared {
			break
		}
		if same, err := f.same(c.n, t); err != nil || same {
			return lead, err
		}
	}
	return 0, nil
}

// sharing weighs the keys that other stories near in time have too: one that many
// have, as all forecasts of a newsroom do, says little.
func (f *dedup) sharing(n, ordered int64, keys []similarity.Key) (map[int64]float64, error) {
	out := map[int64]float64{}
	first, last := hourOf(ordered-apartAtMost.Microseconds()), hourOf(ordered+apartAtMost.Microseconds())
	for _, key := range keys {
		rows, err := f.tx.StmtContext(f.ctx, f.store.put.prints).QueryContext(f.ctx, int64(key), first, last, maxPrints)
		if err != nil {
			return nil, err
		}
		numbers, err := scanNumbers(rows)
		if err != nil {
			return nil, err
		}
		for _, other := range numbers {
			if other != n {
				out[other] += 1 / float64(len(numbers))
			}
		}
	}
	return out, nil
}

func scanNumbers(rows *sql.Rows) (out []int64, err error) {
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// groupsOf tells how the stories are folded.
func (f *dedup) groupsOf(shared map[int64]float64) (out []copyGroup, err error) {
	numbers := make([]int64, 0, len(shared))
	for n := range shared {
		numbers = append(numbers, n)
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	rows, err := f.tx.QueryContext(f.ctx, "SELECT n, lead, copies FROM stories WHERE n IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k copyGroup
		if err := rows.Scan(&k.n, &k.lead, &k.copies); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// same tells whether the story with the number n and t are one report.
func (f *dedup) same(n int64, t *similarity.Text) (bool, error) {
	other, _, err := f.text(n)
	if err != nil {
		return false, err
	}
	return similarity.Compare(other, t).Copy(), nil
}

// text prepares the stored text of a story, and tells when it is ordered.
func (f *dedup) text(n int64) (t *similarity.Text, ordered int64, err error) {
	var title, text string
	err = f.tx.StmtContext(f.ctx, f.store.put.text).QueryRowContext(f.ctx, n).Scan(&title, &text, &ordered)
	return similarity.New(title, text), ordered, err
}

// join folds a story that is not a copy and has none under another.
func (f *dedup) join(n, lead int64) error {
	if _, err := f.tx.ExecContext(f.ctx, "UPDATE stories SET lead = ? WHERE n = ?", lead, n); err != nil {
		return err
	}
	return f.count(lead, 1)
}

// count adds to the copies of a story, which is a change that who shows it sees.
func (f *dedup) count(n, more int64) error {
	revision, err := f.store.nextRevision(f.ctx, f.tx)
	if err != nil {
		return err
	}
	_, err = f.tx.ExecContext(f.ctx, "UPDATE stories SET copies = copies + ?, revision = ? WHERE n = ?", more, revision, n)
	return err
}

// leave makes a story stand alone: a copy leaves its lead, a lead is followed by
// its oldest copy.
func (f *dedup) leave(k copyGroup) error {
	switch {
	case k.lead > 0:
		if _, err := f.tx.ExecContext(f.ctx, "UPDATE stories SET lead = 0 WHERE n = ?", k.n); err != nil {
			return err
		}
		return f.count(k.lead, -1)
	case k.copies > 0:
		return f.promote(k)
	}
	return nil
}

func (f *dedup) promote(k copyGroup) error {
	var heir int64
	switch err := f.tx.QueryRowContext(f.ctx, "SELECT n FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT 1", k.n).Scan(&heir); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	for _, c := range []clause{
		{"UPDATE stories SET copies = 0 WHERE n = ?", []any{k.n}},
		{"UPDATE stories SET lead = 0 WHERE n = ?", []any{heir}},
		{"UPDATE stories SET lead = ? WHERE lead = ? AND lead > 0", []any{heir, k.n}},
	} {
		if _, err := f.tx.ExecContext(f.ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	return f.count(heir, k.copies-1)
}

// remains tells whether a folded story whose text has become t still belongs to
// those that it was folded with: to its lead or one of the oldest copies.
func (f *dedup) remains(k copyGroup, t *similarity.Text) (bool, error) {
	lead := cmp.Or(k.lead, k.n)
	rows, err := f.tx.QueryContext(f.ctx, "SELECT n FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT ?", lead, maxKin)
	if err != nil {
		return false, err
	}
	others, err := scanNumbers(rows)
	if err != nil {
		return false, err
	}
	for _, n := range append([]int64{lead}, others...) {
		if n == k.n {
			continue
		}
		if same, err := f.same(n, t); err != nil || same {
			return same, err
		}
	}
	return false, nil
}

// groupOf tells how the story with the number n is folded.
func (f *dedup) groupOf(n int64) (k copyGroup, err error) {
	k.n = n
	err = f.tx.QueryRowContext(f.ctx, "SELECT lead, copies FROM stories WHERE n = ?", n).Scan(&k.lead, &k.copies)
	return k, err
}

// updateCopies folds the story with the text t as is right now, and makes it one that
// copies are found by. It is called once its row is written; old is its text of
// before, nil for a new story.
func (f *dedup) updateCopies(n, ordered int64, t, old *similarity.Text, oldOrdered int64) error {
	if old != nil {
		if err := f.removeFingerprint(n, oldOrdered, old); err != nil {
			return err
		}
	}
	if err := f.addFingerprint(n, ordered, t); err != nil {
		return err
	}
	if old != nil {
		k, err := f.groupOf(n)
		if err != nil {
			return err
		}
		if k.lead > 0 || k.copies > 0 {
			if same, err := f.remains(k, t); err != nil || same {
				return err
			}
			if err := f.leave(k); err != nil {
				return err
			}
		}
	}
	lead, err := f.find(n, ordered, t)
	if err != nil || lead == 0 {
		return err
	}
	return f.join(n, lead)
}

// forget takes a story that is about to go out of its folds and out of the index.
func (f *dedup) forget(n int64) error {
	k, err := f.groupOf(n)
	if err != nil {
		return err
	}
	t, ordered, err := f.text(n)
	if err != nil {
		return err
	}
	if err := f.removeFingerprint(n, ordered, t); err != nil {
		return err
	}
	return f.leave(k)
}

// complete tells what the story with the number n repeats, and what repeats it.
func (st *statements) complete(ctx context.Context, tx *sql.Tx, n int64, s *story.Story) error {
	var lead, copies int64
	err := tx.StmtContext(ctx, st.folded).QueryRowContext(ctx, n).Scan(&lead, &copies, &s.CopyOf)
	s.Copies = nil
	if err != nil || copies == 0 {
		return err
	}
	s.Copies, err = copiesOf(ctx, tx, n)
	return err
}

func copiesOf(ctx context.Context, tx *sql.Tx, lead int64) (out []story.Copy, err error) {
	rows, err := tx.QueryContext(
		ctx,
		"SELECT id, outlet, domain, title, url, published FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT ?",
		lead,
		story.MaxCopies,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c story.Copy
		var published sql.NullInt64
		if err := rows.Scan(&c.ID, &c.Outlet, &c.Domain, &c.Title, &c.URL, &published); err != nil {
			return nil, err
		}
		if published.Valid {
			c.Published = fromMicros(published.Int64)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
