package ingest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
)

// Worker makes stories from items.
type Worker struct {
	Web      *Web // has a Wait, so that the workers do not all wait for one host
	Ingester *Ingester
	Logger   *slog.Logger // nil: nothing is logged
}

// Ingest makes a story from an item and stores it. If its page cannot be fetched for now, it
// stores the story with the text of the feed at the first and the last attempt, and returns a
// temporary *fetch.Error, so that it can be tried again. After fetch.ReasonBusy, nothing is
// stored. The error wraps geo.ErrInvalid if the item can never be stored.
func (w *Worker) Ingest(ctx context.Context, n *FeedItem, first, last bool) error {
	s, reason := w.Web.Story(ctx, n)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		const rest = time.Minute // time left for storing the story
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), rest)
		defer cancel()
		reason = tookTooLong(n.Item.URL)
	}
	var out *fetch.Error
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case isBusy(reason):
		return reason
	case errors.As(reason, &out) && out.Temporary() && !first && !last:
		return reason
	}
	if _, err := w.Ingester.Ingest(ctx, s); err != nil {
		if errors.Is(err, geo.ErrInvalid) {
			return at(firstOf(n.Item.URL, n.URL), err)
		}
		return err
	}
	if reason == nil {
		return nil
	}
	if w.Logger != nil {
		w.Logger.InfoContext(
			ctx,
			"the feed's text is kept",
			"story",
			n.Item.URL,
			"feed",
			n.URL,
			"text_source",
			s.TextSource,
			"reason",
			words(n.Item.URL, reason),
		)
	}
	if out != nil && out.Temporary() {
		return reason
	}
	return nil
}
