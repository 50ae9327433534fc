package ingest

import (
	"context"
	"errors"
	"io"

	"newsmap/geo"
	"newsmap/geo/pipeline"
	"newsmap/geo/story"
)

// Event is the result of one item.
type Event struct {
	Where   string       // file, and line if it has lines; empty if Err contains it
	Story   *story.Story // nil if it could not be read
	Outcome story.Outcome
	Err     error // why the item was not stored, with file, line and field
}

// Tally is the number of events of each kind.
type Tally struct {
	Created, Updated, Unchanged, Failed int
}

// Total returns the number of all events.
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

// IngestAll ingests all items of a source. Several workers (0: one for each core) geoparse
// the stories. They are stored in the order of the source, so that the later of two versions
// of a story is kept. each, if not nil, is called for each item in that order, by one
// goroutine. If its event has no error, the story survives a crash of the process.
//
// An item that is malformed or cannot be geoparsed becomes an event with an error, and
// IngestAll continues. It ends at the first error of the source or the store and returns it.
func (g *Ingester) IngestAll(ctx context.Context, source Source, workers int, each func(Event)) (Tally, error) {
	if each == nil {
		each = func(Event) {}
	}
	var tally Tally
	err := pipeline.Ordered(ctx, workers,
		func(ctx context.Context) (located, bool, error) {
			item, err := source.Next(ctx)
			switch {
			case errors.Is(err, io.EOF):
				return located{}, false, nil
			case err != nil && !errors.Is(err, geo.ErrInvalid):
				return located{}, false, err
			}
			return located{item, err}, true, nil
		},
		func(ctx context.Context, l located) (located, error) {
			if l.err == nil {
				l.err = g.locate(ctx, l.item.Story)
			}
			return l, nil
		},
		func(ctx context.Context, l located) error {
			event, err := g.finish(ctx, l)
			if err != nil {
				return err
			}
			tally.add(event)
			each(event)
			return nil
		})
	return tally, err
}

// located is an item after geoparsing, or the error of reading or geoparsing it. The item is
// nil if it could not be read.
type located struct {
	item *Item
	err  error
}

// finish stores a geoparsed item and returns its event. An error ends IngestAll.
func (g *Ingester) finish(ctx context.Context, l located) (Event, error) {
	if ctx.Err() != nil {
		return Event{}, ctx.Err()
	}
	if l.item == nil {
		return Event{Err: l.err}, nil
	}
	event, err := Event{Where: l.item.Where, Story: l.item.Story}, l.err
	if err == nil {
		event.Outcome, err = g.put(ctx, l.item.Story)
		if err != nil && !errors.Is(err, geo.ErrInvalid) {
			return Event{}, withPosition(l.item.Where, err)
		}
	}
	if err != nil {
		event.Err = withPosition(l.item.Where, err)
	}
	return event, nil
}
