package main

import (
	"context"
	"log/slog"
	"sync"

	"newsmap/geo/store"
	"newsmap/geo/story"
)

// catchUp does in the background what earlier versions left undone in a store,
// until the returned function is called, which comes before the store is closed.
func catchUp(ctx context.Context, stories story.Store, logger *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := store.CatchUp(ctx, stories); err != nil && ctx.Err() == nil {
			logger.WarnContext(ctx, "stories of an earlier version wait for the next start", "error", err)
		}
	})
	return func() {
		cancel()
		work.Wait()
	}
}
