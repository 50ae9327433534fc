package queue

import (
	"context"
	"time"
)

// StoreItself puts jobs into the store's own file, to compare.
func StoreItself(store string) string { return store }

// OpenAt opens jobs in the file at path.
func OpenAt(ctx context.Context, path string, cfg Config) (*Queue, error) {
	q := &Queue{cfg: cfg.withDefaults(), path: path, asked: map[int64]time.Duration{}}
	return q, q.open(ctx, path)
}
