package store

import (
	"context"
	"time"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// Answers keeps what online services answered, under keys, until it expires. Get
// returns an error that wraps geo.ErrNotFound for what is not there.
type Answers interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, key string, value []byte, expires time.Time) error
}

// AnswersOf gives the answers that s keeps beside its stories, nil if s, which
// Open gave, keeps none.
func AnswersOf(s story.Store) Answers {
	if s, ok := s.(*sqlite.Store); ok {
		return s.Answers()
	}
	return nil
}
