package story

import (
	"context"
	"time"
)

// AnswerStore is an optional interface of a Store that can also store the answers of
// online geocoders. Without it, they are kept in memory.
type AnswerStore interface {
	Answers() Answers
}

// Answers stores answers of online services until they expire.
type Answers interface {
	// Get returns the answer stored under key. The error wraps geo.ErrNotFound if it
	// is missing or expired.
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, key string, value []byte, expires time.Time) error
}

// CatchUpStore is an optional interface of a Store that can apply new processing
// steps to the stories that an earlier version stored.
type CatchUpStore interface {
	// CatchUp processes the stories of earlier versions. It may take minutes and does
	// not block other calls. If ctx ends first, the next CatchUp does the rest.
	CatchUp(ctx context.Context) error
}
