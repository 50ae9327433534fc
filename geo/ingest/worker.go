package ingest

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
)

// Worker makes stories from items.
type Worker struct {
	Web      *Web // its Wait should be short, so that the workers do not all wait for one host
	Ingester *Ingester
	Logger   *slog.Logger // nil: nothing is logged
}

// Ingest makes a story from an item and stores it. first and last report whether this is the
// first and the last attempt. If the page cannot be fetched for now, Ingest returns a
// *fetch.Error that is Temporary, so that the caller can try again; at the first and the last
// attempt, it also stores the story with the text of the feed, except if the error has
// fetch.ReasonBusy. The error wraps geo.ErrInvalid if the item can never be stored.
func (w *Worker) Ingest(ctx context.Context, n *FeedItem, first, last bool) error {
	s, reason := w.Web.Story(ctx, n)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		const timeToStore = time.Minute
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), timeToStore)
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
			return withPosition(cmp.Or(n.Item.URL, n.URL), err)
		}
		return err
	}
	if reason == nil {
		return nil
	}
	if w.Logger != nil {
		w.Logger.InfoContext(ctx, "the page cannot be read; the text of the feed is used",
			"story", n.Item.URL, "feed", n.URL, "text_source", s.TextSource, "reason", faultText(n.Item.URL, reason))
	}
	if out != nil && out.Temporary() {
		return reason
	}
	return nil
}
