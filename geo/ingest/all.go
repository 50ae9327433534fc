package ingest

import (
	"context"
	"errors"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Event is what became of one item.
type Event struct {
	Where   string       // file, and line where there are lines; empty if Err says it
	Story   *story.Story // nil if it could not be read
	Outcome story.Outcome
	Err     error // why the item was not stored; it names file, line and field
}

// Tally counts events.
type Tally struct {
	Created, Updated, Unchanged, Failed int
}

// Total is the number of all items.
func (t Tally) Total() int { return t.Created + t.Updated + t.Unchanged + t.Failed }

func (t *Tally) add(e Event) {
	switch {
	case e.Err != nil:
		t.Failed++
	case e.Outcome == story.Created:
		t.Created++
	case e.Outcome == story.Updated:
		t.Updated++
	default:
		t.Unchanged++
	}
}

// IngestAll ingests a whole source. Stories are geoparsed by several workers (0: one
// for each core) and stored in the order of the source, so that of two forms of one
// story the later stays. each, if not nil, is called in that order, by one
// goroutine; a story that it sees without error is stored for good.
//
// An item that is malformed or cannot be geoparsed is an event with an error,
// and the rest goes on. An error of the source or the store ends it.
func (g *Ingester) IngestAll(ctx context.Context, source Source, workers int, each func(Event)) (Tally, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if each == nil {
		each = func(Event) {}
	}
	var tally Tally
	group, ctx := errgroup.WithContext(ctx)
	jobs := make(chan *job)
	order := make(chan *job, 4*workers) // bounds what is held at once
	// A source that waits for its input, such as a terminal, may not notice the end
	// of ctx: it is not waited for.
	dealt := make(chan error, 1)
	go func() {
		defer close(jobs)
		defer close(order)
		dealt <- deal(ctx, source, jobs, order)
	}()
	group.Go(func() error {
		select {
		case err := <-dealt:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	for range workers {
		group.Go(func() error {
			return take(ctx, jobs, func(j *job) error {
				j.located <- g.locate(ctx, j.item.Story)
				return nil
			})
		})
	}
	group.Go(func() error {
		return take(ctx, order, func(j *job) error {
			event, err := g.finish(ctx, j)
			if err != nil {
				return err
			}
			tally.add(event)
			each(event)
			return nil
		})
	})
	err := group.Wait()
	return tally, err
}

// take calls f with what comes, until there is no more, an error or the end of ctx.
func take(ctx context.Context, in <-chan *job, f func(*job) error) error {
	for {
		select {
		case j, ok := <-in:
			if !ok {
				return nil
			}
			if err := f(j); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// job is an item on its way.
type job struct {
	item    *Item
	located chan error // of geoparsing; buffered
}

// deal gives each item to the workers and, in order, to the one who stores.
func deal(ctx context.Context, source Source, jobs, order chan<- *job) error {
	for {
		item, err := source.Next(ctx)
		j := &job{item: item, located: make(chan error, 1)}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, geo.ErrInvalid):
			j.located <- err
		case err != nil:
			return err
		}
		select {
		case order <- j:
		case <-ctx.Done():
			return ctx.Err()
		}
		if item == nil {
			continue
		}
		select {
		case jobs <- j:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// finish stores a geoparsed item. The error is the end of all.
func (g *Ingester) finish(ctx context.Context, j *job) (Event, error) {
	var err error
	select {
	case err = <-j.located:
	case <-ctx.Done():
		return Event{}, ctx.Err()
	}
	if ctx.Err() != nil {
		return Event{}, ctx.Err()
	}
	if j.item == nil {
		return Event{Err: err}, nil
	}
	event := Event{Where: j.item.Where, Story: j.item.Story}
	if err == nil {
		event.Outcome, err = g.put(ctx, j.item.Story)
		if err != nil && !errors.Is(err, geo.ErrInvalid) {
			return Event{}, at(j.item.Where, err)
		}
	}
	if err != nil {
		event.Err = at(j.item.Where, err)
	}
	return event, nil
}
