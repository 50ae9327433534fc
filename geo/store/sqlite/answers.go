package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Answers stores the answers of online services in the file of its Store until they
// expire. It passes the tests of geocode/cachetest. It is safe for concurrent use until
// the Store is closed.
type Answers struct{ store *Store }

// Answers returns the answers stored in the store's file.
func (s *Store) Answers() story.Answers { return &Answers{s} }

// Get returns the answer stored under key. The error wraps geo.ErrNotFound if there is
// none or it has expired.
func (a *Answers) Get(ctx context.Context, key string) ([]byte, error) {
	var value []byte
	err := a.store.reader.QueryRowContext(ctx, "SELECT value FROM answers WHERE key = ? AND expires > ?", key, micros(a.store.clock())).Scan(&value)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, geo.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("answers: %w", explain(err))
	}
	return value, nil
}

// maxPurgedAnswers is the maximum number of expired answers that one Put removes.
const maxPurgedAnswers = 100

// Put stores value under key until expires, replacing an earlier value. It also removes
// some of the expired answers.
func (a *Answers) Put(ctx context.Context, key string, value []byte, expires time.Time) error {
	err := a.put(ctx, key, value, expires)
	if err != nil {
		return fmt.Errorf("answers: %w", explain(err))
	}
	return nil
}

func (a *Answers) put(ctx context.Context, key string, value []byte, expires time.Time) error {
	tx, err := a.store.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	if _, err := tx.ExecContext(
		ctx,
		"DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE expires <= ? LIMIT ?)",
		micros(a.store.clock()),
		maxPurgedAnswers,
	); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO answers (key, value, expires) VALUES (?, ?, ?)", key, value, micros(expires)); err != nil {
		return err
	}
	return tx.Commit()
}
