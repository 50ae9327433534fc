package main

import (
	"context"
	"log/slog"
	"sync"

	"newsmap/geo/story"
)

// catchUp brings stories that an earlier version stored up to date in the
// background. Call the returned function before the store is closed.
func catchUp(ctx context.Context, stories story.Store, logger *slog.Logger) (stop func()) {
	old, ok := stories.(story.CatchUpStore)
	if !ok {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := old.CatchUp(ctx); err != nil && ctx.Err() == nil {
			logger.WarnContext(ctx, "stories of an earlier version are not up to date; the next start tries again", "error", err)
		}
	})
	return func() {
		cancel()
		work.Wait()
	}
}
