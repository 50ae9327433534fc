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

// maxTimeApart is the longest time between a story and its duplicate. It is less than a
// week, so that a weekly notice is not a duplicate of last week's.
const maxTimeApart = 6 * 24 * time.Hour

// Limits of one search for duplicates, so that it is fast even in a store with many
// similar stories.
const (
	maxFingerprints     = 200 // rows read for each key
	maxCompared         = 12  // texts compared
	maxComparedPerGroup = 3   // texts compared in one group
)

// maxComparedInGroup is how many duplicates in its group a changed story is compared
// with, to check that it still belongs there.
const maxComparedInGroup = 8

// dedup finds and groups duplicates within a transaction.
type dedup struct {
	ctx   context.Context
	tx    *sql.Tx
	store *Store
}

// copyGroup says to which group of duplicates story n belongs. primary is the number of
// the group's primary story, 0 if n itself is primary or has no duplicates. copies is
// the number of duplicates of n.
type copyGroup struct{ n, primary, copies int64 }

// hourOf returns the hour of a stored time, counted from 1970.
func hourOf(ordered int64) int64 { return ordered / time.Hour.Microseconds() }

// addFingerprint adds the keys of story n, by which searches for duplicates find it.
func (d *dedup) addFingerprint(n, ordered int64, t *similarity.Text) error {
	return d.execKeys(d.store.put.addFingerprint, n, ordered, t.Keys())
}

// removeFingerprint removes the keys that addFingerprint added for the same arguments.
func (d *dedup) removeFingerprint(n, ordered int64, t *similarity.Text) error {
	return d.execKeys(d.store.put.removeFingerprint, n, ordered, t.Keys())
}

func (d *dedup) execKeys(stmt *sql.Stmt, n, ordered int64, keys []similarity.Key) error {
	if len(keys) == 0 {
		return nil
	}
	list, err := json.Marshal(keys)
	if err == nil {
		_, err = d.tx.StmtContext(d.ctx, stmt).ExecContext(d.ctx, string(list), hourOf(ordered), n)
	}
	return err
}

// findPrimary returns the primary story of the group to which story n with the text t
// belongs, or 0 if t is not a duplicate. It compares t with the stories that have keys
// in common with it, the most similar first.
func (d *dedup) findPrimary(n, ordered int64, t *similarity.Text) (primary int64, err error) {
	shared, err := d.sharedKeys(n, ordered, t.Keys())
	if err != nil || len(shared) == 0 {
		return 0, err
	}
	candidates, err := d.groupsOf(shared)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(candidates, func(a, b copyGroup) int {
		return cmp.Or(cmp.Compare(shared[b.n], shared[a.n]), cmp.Compare(a.n, b.n))
	})
	compared, perGroup := 0, map[int64]int{}
	for _, c := range candidates {
		primary := cmp.Or(c.primary, c.n)
		if perGroup[primary]++; perGroup[primary] > maxComparedPerGroup {
			continue
		}
		if compared++; compared > maxCompared {
			break
		}
		if same, err := d.same(c.n, t); err != nil || same {
			return primary, err
		}
	}
	return 0, nil
}

// sharedKeys returns the stories near in time that have keys in common with story n,
// and the sum of the weights of those keys. The weight of a key is lower the more
// stories have it, such as all weather forecasts of an outlet.
func (d *dedup) sharedKeys(n, ordered int64, keys []similarity.Key) (map[int64]float64, error) {
	out := map[int64]float64{}
	first, last := hourOf(ordered-maxTimeApart.Microseconds()), hourOf(ordered+maxTimeApart.Microseconds())
	for _, key := range keys {
		rows, err := d.tx.StmtContext(d.ctx, d.store.put.findFingerprints).QueryContext(d.ctx, int64(key), first, last, maxFingerprints)
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

// groupsOf returns the groups of the stories.
func (d *dedup) groupsOf(shared map[int64]float64) (out []copyGroup, err error) {
	numbers := make([]int64, 0, len(shared))
	for n := range shared {
		numbers = append(numbers, n)
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	rows, err := d.tx.QueryContext(d.ctx, "SELECT n, lead, copies FROM stories WHERE n IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var g copyGroup
		if err := rows.Scan(&g.n, &g.primary, &g.copies); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// same reports whether the text of story n and t are duplicates.
func (d *dedup) same(n int64, t *similarity.Text) (bool, error) {
	other, _, err := d.text(n)
	if err != nil {
		return false, err
	}
	return similarity.Compare(other, t).IsDuplicate(), nil
}

// text returns the stored text of story n, prepared for comparison, and the time by
// which the story is ordered.
func (d *dedup) text(n int64) (t *similarity.Text, ordered int64, err error) {
	var title, text string
	err = d.tx.StmtContext(d.ctx, d.store.put.text).QueryRowContext(d.ctx, n).Scan(&title, &text, &ordered)
	return similarity.New(title, text), ordered, err
}

// joinGroup makes story n, which is in no group, a duplicate of the story primary.
func (d *dedup) joinGroup(n, primary int64) error {
	if _, err := d.tx.ExecContext(d.ctx, "UPDATE stories SET lead = ? WHERE n = ?", primary, n); err != nil {
		return err
	}
	return d.addCopies(primary, 1)
}

// addCopies adds more to the number of duplicates of story n and counts this as a
// change, because readers see the number.
func (d *dedup) addCopies(n, more int64) error {
	revision, err := d.store.nextRevision(d.ctx, d.tx)
	if err != nil {
		return err
	}
	_, err = d.tx.ExecContext(d.ctx, "UPDATE stories SET copies = copies + ?, revision = ? WHERE n = ?", more, revision, n)
	return err
}

// leaveGroup removes a story from its group. If it is the primary story, its oldest
// duplicate becomes primary.
func (d *dedup) leaveGroup(g copyGroup) error {
	switch {
	case g.primary > 0:
		if _, err := d.tx.ExecContext(d.ctx, "UPDATE stories SET lead = 0 WHERE n = ?", g.n); err != nil {
			return err
		}
		return d.addCopies(g.primary, -1)
	case g.copies > 0:
		return d.promoteOldest(g)
	}
	return nil
}

func (d *dedup) promoteOldest(g copyGroup) error {
	var oldest int64
	switch err := d.tx.QueryRowContext(d.ctx, "SELECT n FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT 1", g.n).Scan(&oldest); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	}
	for _, c := range []clause{
		{"UPDATE stories SET copies = 0 WHERE n = ?", []any{g.n}},
		{"UPDATE stories SET lead = 0 WHERE n = ?", []any{oldest}},
		{"UPDATE stories SET lead = ? WHERE lead = ? AND lead > 0", []any{oldest, g.n}},
	} {
		if _, err := d.tx.ExecContext(d.ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	return d.addCopies(oldest, g.copies-1)
}

// stillMatches reports whether a story whose text has changed to t still belongs to its
// group: whether t is a duplicate of the primary story or one of the oldest duplicates.
func (d *dedup) stillMatches(g copyGroup, t *similarity.Text) (bool, error) {
	primary := cmp.Or(g.primary, g.n)
	rows, err := d.tx.QueryContext(d.ctx, "SELECT n FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT ?", primary, maxComparedInGroup)
	if err != nil {
		return false, err
	}
	others, err := scanNumbers(rows)
	if err != nil {
		return false, err
	}
	for _, n := range append([]int64{primary}, others...) {
		if n == g.n {
			continue
		}
		if same, err := d.same(n, t); err != nil || same {
			return same, err
		}
	}
	return false, nil
}

// groupOf returns the group of story n.
func (d *dedup) groupOf(n int64) (g copyGroup, err error) {
	g.n = n
	err = d.tx.QueryRowContext(d.ctx, "SELECT lead, copies FROM stories WHERE n = ?", n).Scan(&g.primary, &g.copies)
	return g, err
}

// updateGroup updates the keys and the group of story n, whose row is written and whose
// text is now t. old and oldOrdered are its previous text and time; old is nil for a
// new story.
func (d *dedup) updateGroup(n, ordered int64, t, old *similarity.Text, oldOrdered int64) error {
	if old != nil {
		if err := d.removeFingerprint(n, oldOrdered, old); err != nil {
			return err
		}
	}
	if err := d.addFingerprint(n, ordered, t); err != nil {
		return err
	}
	if old != nil {
		g, err := d.groupOf(n)
		if err != nil {
			return err
		}
		if g.primary > 0 || g.copies > 0 {
			if same, err := d.stillMatches(g, t); err != nil || same {
				return err
			}
			if err := d.leaveGroup(g); err != nil {
				return err
			}
		}
	}
	primary, err := d.findPrimary(n, ordered, t)
	if err != nil || primary == 0 {
		return err
	}
	return d.joinGroup(n, primary)
}

// remove removes the keys of story n, which is about to be deleted, and takes it out of
// its group.
func (d *dedup) remove(n int64) error {
	g, err := d.groupOf(n)
	if err != nil {
		return err
	}
	t, ordered, err := d.text(n)
	if err != nil {
		return err
	}
	if err := d.removeFingerprint(n, ordered, t); err != nil {
		return err
	}
	return d.leaveGroup(g)
}

// readGroup sets CopyOf and Copies of s, whose number is n.
func (st *statements) readGroup(ctx context.Context, tx *sql.Tx, n int64, s *story.Story) error {
	var primary, copies int64
	err := tx.StmtContext(ctx, st.group).QueryRowContext(ctx, n).Scan(&primary, &copies, &s.CopyOf)
	s.Copies = nil
	if err != nil || copies == 0 {
		return err
	}
	s.Copies, err = copiesOf(ctx, tx, n)
	return err
}

func copiesOf(ctx context.Context, tx *sql.Tx, primary int64) (out []story.Copy, err error) {
	rows, err := tx.QueryContext(
		ctx,
		"SELECT id, outlet, domain, title, url, published FROM stories WHERE lead = ? AND lead > 0 ORDER BY n LIMIT ?",
		primary,
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
