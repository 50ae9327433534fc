package store

import (
	"context"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// CatchUp does for the stories of s, which Open gave, what earlier versions of
// newsmap did not do yet when they stored them. It may take minutes and leaves room for
// other work meanwhile; what it has not done when ctx ends, it does the next time.
func CatchUp(ctx context.Context, s story.Store) error {
	if s, ok := s.(*sqlite.Store); ok {
		return s.CatchUp(ctx)
	}
	return nil
}
