package story

import (
	"context"
	"time"
)

// AnswerStore is a Store that can also keep what online geocoders answered. It is
// optional: without it the answers are kept in memory.
type AnswerStore interface {
	Answers() Answers
}

// Answers keeps answers of online services under keys until they expire. Get returns an
// error that wraps geo.ErrNotFound for what is missing or expired.
type Answers interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, key string, value []byte, expires time.Time) error
}

// CatchUpStore is a Store that can do for stories of earlier versions what those did not
// do yet when they stored them. It is optional.
type CatchUpStore interface {
	// CatchUp may take minutes and lets other work proceed meanwhile. What it has not
	// done when ctx ends, it does the next time.
	CatchUp(ctx context.Context) error
}
