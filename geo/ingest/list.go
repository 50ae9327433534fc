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
		return nil, failed(name, err)
	}
	for _, warning := range warnings {
		w.log(ctx, slog.LevelWarn, "feed list", "list", name, "warning", warning)
	}
	ctx, cancel := context.WithCancel(ctx)
	l := &list{cancel: cancel, out: make(chan found)}
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
				w.listed(ctx, o, l.out)
			}
		})
	}
	go func() {
		l.workers.Wait()
		close(l.out)
	}()
	return l, nil
}

// listed sends the items of one feed, or the error.
func (w *Web) listed(ctx context.Context, o feed.Outline, out chan<- found) {
	give := func(item *Item, err error) bool {
		select {
		case out <- found{item, err}:
			return true
		case <-ctx.Done():
			return false
		}
	}
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: o.URL, MaxBody: feed.MaxBody})
	if err != nil {
		give(nil, failed(o.URL, err))
		return
	}
	source, err := w.feed(ctx, o.URL, got)
	for err == nil {
		var item *Item
		if item, err = source.Next(ctx); err == nil && !give(item, nil) {
			return
		}
	}
	if !errors.Is(err, io.EOF) {
		give(nil, err)
	}
}

// list is a source of many feeds. It returns their items in the order in which they are ready.
type list struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
	out     chan found
}

type found struct {
	item *Item
	err  error
}

func (l *list) Next(ctx context.Context) (*Item, error) {
	select {
	case f, ok := <-l.out:
		if !ok {
			return nil, l.end(ctx)
		}
		return f.item, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end returns io.EOF, or the error of ctx, as there may be more items then.
func (l *list) end(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return io.EOF
}

// Close stops reading.
func (l *list) Close() error {
	l.cancel()
	l.workers.Wait()
	return nil
}
