package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsmap/geo/story/similarity"
)

// Limits of one step of CatchUp, during which nothing else can write.
const (
	stepTime = 25 * time.Millisecond
	stepRows = 5_000 // range of story numbers
)

// CatchUp finds duplicates among the stories that were stored by versions without
// grouping of duplicates. It works in short steps, between which others can write,
// until all stories are done or ctx ends. Finished steps are not repeated. Several
// processes may call it at the same time.
func (s *Store) CatchUp(ctx context.Context) error {
	began := s.clock()
	total, duplicates := 0, 0
	for first := true; ; first = false {
		start := time.Now()
		step, err := s.catchUpStep(ctx)
		total, duplicates = total+step.compared, duplicates+step.duplicates
		switch {
		case err != nil:
			return fmt.Errorf("search for duplicates among stories of an earlier version: %w", err)
		case step.done && total == 0:
			return nil
		case step.done:
			s.logger.InfoContext(
				ctx,
				"finished searching for duplicates among stories of an earlier version",
				"stories",
				total,
				"copies",
				duplicates,
				"took",
				s.clock().Sub(began).Round(time.Second),
			)
			return nil
		case first:
			s.logger.InfoContext(ctx, "searching for duplicates among stories of an earlier version, in the background")
		}
		select {
		case <-time.After(time.Since(start)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// catchUpResult is what a step of CatchUp has done.
type catchUpResult struct {
	compared, duplicates int
	done                 bool // no stories are left
}

func (s *Store) catchUpStep(ctx context.Context) (out catchUpResult, err error) {
	var pending bool
	if err := s.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM uncompared)").Scan(&pending); err != nil || !pending {
		return catchUpResult{done: true}, explain(err)
	}
	err = s.write(ctx, func(tx *sql.Tx) (err error) {
		out, err = (&dedup{ctx, tx, s}).catchUp(time.Now().Add(stepTime))
		return err
	})
	return out, err
}

// catchUp compares the next stories, until the time end.
func (d *dedup) catchUp(end time.Time) (out catchUpResult, err error) {
	var done, last, before int64
	switch err := d.tx.QueryRowContext(d.ctx, "SELECT done, last, before FROM uncompared").Scan(&done, &last, &before); {
	case errors.Is(err, sql.ErrNoRows):
		return catchUpResult{done: true}, nil
	case err != nil:
		return out, err
	}
	upTo := min(done+stepRows, last)
	rows, err := d.tx.QueryContext(d.ctx, "SELECT n FROM stories WHERE n > ? AND n <= ? AND updated < ? ORDER BY n", done, upTo, before)
	if err != nil {
		return out, err
	}
	numbers, err := scanNumbers(rows)
	if err != nil {
		return out, err
	}
	for _, n := range numbers {
		if out.compared > 0 && time.Now().After(end) {
			upTo = n - 1
			break
		}
		duplicate, err := d.compareStored(n)
		if err != nil {
			return out, err
		}
		out.compared++
		if duplicate {
			out.duplicates++
		}
	}
	if upTo < last {
		_, err = d.tx.ExecContext(d.ctx, "UPDATE uncompared SET done = ?", upTo)
		return out, err
	}
	out.done = true
	_, err = d.tx.ExecContext(d.ctx, "DELETE FROM uncompared")
	return out, err
}

// compareStored adds story n, which was stored by an earlier version, to the group of
// its duplicates. The story that was stored first becomes the primary story, even if
// others are already grouped.
func (d *dedup) compareStored(n int64) (duplicate bool, err error) {
	t, ordered, err := d.text(n)
	if err != nil {
		return false, err
	}
	if compared, err := d.isCompared(n, ordered, t); err != nil || compared {
		return false, err
	}
	if err := d.addFingerprint(n, ordered, t); err != nil {
		return false, err
	}
	primary, err := d.findPrimary(n, ordered, t)
	switch {
	case err != nil || primary == 0:
		return false, err
	case primary > n:
		return true, d.replacePrimary(n, primary)
	}
	if err := d.joinGroup(n, primary); err != nil {
		return false, err
	}
	return true, d.markChanged(n)
}

// isCompared reports whether the keys of story n are stored, or its text has none.
func (d *dedup) isCompared(n, ordered int64, t *similarity.Text) (compared bool, err error) {
	keys := t.Keys()
	if len(keys) == 0 {
		return true, nil
	}
	err = d.tx.QueryRowContext(d.ctx, "SELECT EXISTS (SELECT 1 FROM prints WHERE key = ? AND hour = ? AND story = ?)", int64(keys[0]), hourOf(ordered), n).
		Scan(&compared)
	return compared, err
}

// replacePrimary makes story n, which is in no group, the primary story of the group
// whose primary story is primary.
func (d *dedup) replacePrimary(n, primary int64) error {
	g, err := d.groupOf(primary)
	if err != nil {
		return err
	}
	for _, c := range []clause{
		{"UPDATE stories SET lead = ? WHERE lead = ? AND lead > 0", []any{n, primary}},
		{"UPDATE stories SET lead = ?, copies = 0 WHERE n = ?", []any{n, primary}},
	} {
		if _, err := d.tx.ExecContext(d.ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	if err := d.markChanged(primary); err != nil {
		return err
	}
	return d.addCopies(n, g.copies+1)
}

// markChanged counts a change of story n, so that readers load it again.
func (d *dedup) markChanged(n int64) error { return d.addCopies(n, 0) }
