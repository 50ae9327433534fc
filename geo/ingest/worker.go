package ingest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
)

// Worker makes stories of items.
type Worker struct {
	Web      *Web // with a Wait, lest workers stand in line at one host
	Ingester *Ingester
	Logger   *slog.Logger // nil: nothing is logged
}

// Ingest makes a story of an item and stores it. Where its page cannot be had
// for now, the story is stored with the feed's text if this is the first attempt or
// the last, and the error is a *fetch.Error that is Temporary: it may be tried again.
// With fetch.ReasonBusy nothing is stored, as the host's turn comes later. The error
// wraps geo.ErrInvalid if the item can never be stored.
func (w *Worker) Ingest(ctx context.Context, n *FeedItem, first, last bool) error {
	s, reason := w.Web.Story(ctx, n)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		const rest = time.Minute // for what is to be done all the same
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
