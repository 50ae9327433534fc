package ingest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"

	"newsmap/geo/feed"
	"newsmap/geo/fetch"
)

// feedsAtOnce is the number of feeds of a list that are read at the same time, so that a slow
// host only delays its own feed.
const feedsAtOnce = 8

// list returns a source of the feeds in an OPML list.
func (w *Web) list(ctx context.Context, name string, body []byte, contentType string) (Source, error) {
	outlines, warnings, err := feed.ParseOPML(body, contentType)
	if err != nil {
		return nil, addressErr(name, err)
	}
	for _, warning := range warnings {
		w.log(ctx, slog.LevelWarn, "the list of feeds has a problem", "list", name, "warning", warning)
	}
	ctx, cancel := context.WithCancel(ctx)
	l := &listSource{cancel: cancel, out: make(chan result)}
	queue := make(chan feed.Outline)
	go func() {
		defer close(queue)
		for _, o := range outlines {
			select {
			case queue <- o:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range min(feedsAtOnce, len(outlines)) {
		l.workers.Go(func() {
			for o := range queue {
				w.sendItems(ctx, o, l.out)
			}
		})
	}
	go func() {
		l.workers.Wait()
		close(l.out)
	}()
	return l, nil
}

// sendItems sends the items of one feed, and then the error if there is one.
func (w *Web) sendItems(ctx context.Context, o feed.Outline, out chan<- result) {
	send := func(item *Item, err error) bool {
		select {
		case out <- result{item, err}:
			return true
		case <-ctx.Done():
			return false
		}
	}
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: o.URL, MaxBody: feed.MaxBody})
	if err != nil {
		send(nil, addressErr(o.URL, err))
		return
	}
	source, err := w.feed(ctx, o.URL, got)
	for err == nil {
		var item *Item
		if item, err = source.Next(ctx); err == nil && !send(item, nil) {
			return
		}
	}
	if !errors.Is(err, io.EOF) {
		send(nil, err)
	}
}

// listSource is a source of many feeds. It returns their items in the order in which they are
// ready.
type listSource struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
	out     chan result
}

// result is what Next returns.
type result struct {
	item *Item
	err  error
}

func (l *listSource) Next(ctx context.Context) (*Item, error) {
	select {
	case r, ok := <-l.out:
		if !ok {
			return nil, l.end(ctx)
		}
		return r.item, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end returns the error of ctx or, if there is none, io.EOF: if ctx has ended, not all items
// were sent.
func (l *listSource) end(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return io.EOF
}

// Close stops reading.
func (l *listSource) Close() error {
	l.cancel()
	l.workers.Wait()
	return nil
}
