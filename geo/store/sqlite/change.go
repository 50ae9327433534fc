package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

var _ story.ChangeLog = (*Store)(nil)

// deletedRetention is how long the log contains a deleted story.
const deletedRetention = 7 * 24 * time.Hour

// maxPurged is the maximum number of old log entries that one Delete removes.
const maxPurged = 100

// Revision returns the revision of the newest change; see story.ChangeLog.
func (s *Store) Revision(ctx context.Context) (n int64, err error) {
	if err := s.reader.QueryRowContext(ctx, "SELECT number FROM revision").Scan(&n); err != nil {
		return 0, fmt.Errorf("revision: %w", explain(err))
	}
	return n, nil
}

// Changes returns the changes after a revision; see story.ChangeLog.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]story.Change, error) {
	if limit <= 0 {
		return nil, nil
	}
	var out []story.Change
	err := read(ctx, s.reader, func(tx *sql.Tx) (err error) {
		out, err = changes(ctx, tx, max(after, 0), limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("changes: %w", err)
	}
	return out, nil
}

// changes merges the first changes of the tables stories and deleted. Both are read in
// the order of their index, up to limit rows.
func changes(ctx context.Context, tx *sql.Tx, after int64, limit int) (out []story.Change, err error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT * FROM (SELECT revision, id, CASE WHEN created > ?1 THEN ?3 ELSE ?4 END FROM stories WHERE revision > ?1 AND revision > 0 ORDER BY revision LIMIT ?2)
		UNION ALL
		SELECT * FROM (SELECT revision, id, ?5 FROM deleted WHERE revision > ?1 ORDER BY revision LIMIT ?2)
		ORDER BY 1 LIMIT ?2`, after, limit, string(story.Created), string(story.Updated), string(story.Deleted))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c story.Change
		if err := rows.Scan(&c.Revision, &c.ID, &c.Outcome); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// nextRevision returns the revision for a new change. It runs in the transaction of the
// change, so that revisions are in the order in which changes become visible.
func (s *Store) nextRevision(ctx context.Context, tx *sql.Tx) (n int64, err error) {
	err = tx.StmtContext(ctx, s.put.revision).QueryRowContext(ctx).Scan(&n)
	return n, err
}

// Delete removes a story, or returns geo.ErrNotFound; see story.Store.
func (s *Store) Delete(ctx context.Context, id string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		n, own, err := findNumber(tx.QueryRowContext(ctx, selectByID, id))
		if err == nil && n == 0 {
			err = geo.ErrNotFound
		}
		if err != nil {
			return err
		}
		return s.remove(ctx, tx, n, own)
	})
	if err != nil {
		return fmt.Errorf("delete story %s: %w", id, err)
	}
	return nil
}

// remove deletes the story with the number n and its rows in all tables.
func (s *Store) remove(ctx context.Context, tx *sql.Tx, n int64, id string) error {
	d := dedup{ctx, tx, s}
	if err := d.remove(n); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM stories WHERE n = ?", n); err != nil {
		return err
	}
	return s.logDeleted(ctx, tx, id)
}

// logDeleted adds a deleted story to the log and removes old entries from it.
func (s *Store) logDeleted(ctx context.Context, tx *sql.Tx, id string) error {
	revision, err := s.nextRevision(ctx, tx)
	if err != nil {
		return err
	}
	now := s.clock()
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO deleted (revision, id, at) VALUES (?, ?, ?)", revision, id, micros(now)); err != nil {
		return err
	}
	_, err = tx.ExecContext(
		ctx,
		"DELETE FROM deleted WHERE revision IN (SELECT revision FROM deleted ORDER BY revision LIMIT ?) AND at < ?",
		maxPurged,
		micros(now.Add(-deletedRetention)),
	)
	return err
}
