package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsmap/geo/story/similarity"
)

// The bounds of one step of CatchUp, which has the one connection that writes:
// how long it goes on, and how many numbers it looks at.
const (
	stepTime = 25 * time.Millisecond
	stepRows = 5_000
)

// CatchUp compares the stories that were stored before copies were folded, if there
// are any, and folds those that are copies. It works in short steps, between
// which others write, until all is done, an error or the end of ctx; what is done
// stays done. Several processes may do it at once.
func (s *Store) CatchUp(ctx context.Context) error {
	began := s.clock()
	total, folded := 0, 0
	for first := true; ; first = false {
		start := time.Now()
		step, err := s.catchUpStep(ctx)
		total, folded = total+step.compared, folded+step.folded
		switch {
		case err != nil:
			return fmt.Errorf("compare stories of an earlier version: %w", err)
		case step.over && total == 0:
			return nil
		case step.over:
			s.logger.InfoContext(
				ctx,
				"stories of an earlier version are compared",
				"stories",
				total,
				"copies",
				folded,
				"took",
				s.clock().Sub(began).Round(time.Second),
			)
			return nil
		case first:
			s.logger.InfoContext(ctx, "stories of an earlier version are compared in the background, to find copies")
		}
		select {
		case <-time.After(time.Since(start)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// caughtUp is what a step of CatchUp has done.
type caughtUp struct {
	compared, folded int
	over             bool // nothing is left
}

func (s *Store) catchUpStep(ctx context.Context) (out caughtUp, err error) {
	var waiting bool
	if err := s.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM uncompared)").Scan(&waiting); err != nil || !waiting {
		return caughtUp{over: true}, explain(err)
	}
	err = s.write(ctx, func(tx *sql.Tx) (err error) {
		out, err = (&dedup{ctx, tx, s}).catchUp(time.Now().Add(stepTime))
		return err
	})
	return out, err
}

// catchUp compares the next stories, until the given time.
func (f *dedup) catchUp(end time.Time) (out caughtUp, err error) {
	var done, last, before int64
	switch err := f.tx.QueryRowContext(f.ctx, "SELECT done, last, before FROM uncompared").Scan(&done, &last, &before); {
	case errors.Is(err, sql.ErrNoRows):
		return caughtUp{over: true}, nil
	case err != nil:
		return out, err
	}
	upTo := min(done+stepRows, last)
	rows, err := f.tx.QueryContext(f.ctx, "SELECT n FROM stories WHERE n > ? AND n <= ? AND updated < ? ORDER BY n", done, upTo, before)
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
		folded, err := f.late(n)
		if err != nil {
			return out, err
		}
		out.compared++
		if folded {
			out.folded++
		}
	}
	if upTo < last {
		_, err = f.tx.ExecContext(f.ctx, "UPDATE uncompared SET done = ?", upTo)
		return out, err
	}
	out.over = true
	_, err = f.tx.ExecContext(f.ctx, "DELETE FROM uncompared")
	return out, err
}

// late settles a story that was stored before copies were compared: which one was
// stored first still decides who leads.
func (f *dedup) late(n int64) (folded bool, err error) {
	t, ordered, err := f.text(n)
	if err != nil {
		return false, err
	}
	if known, err := f.printed(n, ordered, t); err != nil || known {
		return false, err
	}
	if err := f.addFingerprint(n, ordered, t); err != nil {
		return false, err
	}
	lead, err := f.find(n, ordered, t)
	switch {
	case err != nil || lead == 0:
		return false, err
	case lead > n:
		return true, f.replaceLead(n, lead)
	}
	if err := f.join(n, lead); err != nil {
		return false, err
	}
	return true, f.touch(n)
}

// printed tells whether a story can be found by its text, or never can.
func (f *dedup) printed(n, ordered int64, t *similarity.Text) (known bool, err error) {
	keys := t.Keys()
	if len(keys) == 0 {
		return true, nil
	}
	err = f.tx.QueryRowContext(f.ctx, "SELECT EXISTS (SELECT 1 FROM prints WHERE key = ? AND hour = ? AND story = ?)", int64(keys[0]), hourOf(ordered), n).
		Scan(&known)
	return known, err
}

// replaceLead makes a story that stands alone the lead of one that led, and of its
// copies.
func (f *dedup) replaceLead(n, lead int64) error {
	k, err := f.groupOf(lead)
	if err != nil {
		return err
	}
	for _, c := range []clause{
		{"UPDATE stories SET lead = ? WHERE lead = ? AND lead > 0", []any{n, lead}},
		{"UPDATE stories SET lead = ?, copies = 0 WHERE n = ?", []any{n, lead}},
	} {
		if _, err := f.tx.ExecContext(f.ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	if err := f.touch(lead); err != nil {
		return err
	}
	return f.count(n, k.copies+1)
}

// touch counts a change of a story, so that who shows it looks again.
func (f *dedup) touch(n int64) error { return f.count(n, 0) }
