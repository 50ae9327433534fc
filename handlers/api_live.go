package handlers

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"newsmap/geo/story"
)

const (
	// defaultLivePause is the time between two reads of the store's revision. Changes within
	// it go into one event.
	defaultLivePause = time.Second

	// maxFollowers is the maximum number of open streams.
	maxFollowers = 512

	// eventTimeout is the time limit for the queries of one event.
	eventTimeout = 20 * time.Second
)

var errTooManyStreams = &requestError{status: http.StatusServiceUnavailable, detail: "Too many streams of events are open. Try again in a minute."}

// live reads the changes of the store for all clients that follow it, and only while there are
// any. Clients with the same filters share the events.
type live struct {
	changes  story.ChangeLog
	store    story.Store
	storyURL func(id string) string
	logger   *slog.Logger
	pause    time.Duration

	mu        sync.Mutex
	followers int
	stop      context.CancelFunc // of the goroutine that reads revisions; nil while there are no clients
	revision  int64              // newest one read
	changed   chan struct{}      // closed when revision changes
	events    map[eventKey]*sharedEvent
}

// eventKey identifies an event: the changes after a revision that match filters.
type eventKey struct {
	after   int64
	filters string
}

// sharedEvent is an event for all clients that ask for its key. The first one makes it, and the
// others wait for it.
type sharedEvent struct {
	once  sync.Once
	event changesEvent
	err   error
}

// changesEvent is the changes in one event.
type changesEvent struct {
	revision int64  // revision after the changes
	data     []byte // JSON; nil if there are no changes
}

// join adds a client and starts reading revisions if it is the first.
func (l *live) join() (leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.followers == maxFollowers {
		return nil, errTooManyStreams
	}
	l.followers++
	if l.stop == nil {
		var ctx context.Context
		ctx, l.stop = context.WithCancel(context.Background())
		l.revision, l.changed, l.events = 0, make(chan struct{}), map[eventKey]*sharedEvent{}
		go l.poll(ctx)
	}
	return l.leave, nil
}

func (l *live) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.followers--; l.followers == 0 {
		l.stop()
		l.stop = nil
	}
}

// latest returns the newest revision and a channel that is closed when there is a newer one.
func (l *live) latest() (revision int64, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revision, l.changed
}

// poll reads the store's revision every l.pause until ctx ends. While the store fails, the pause
// grows.
func (l *live) poll(ctx context.Context) {
	const maxPause = 30 * time.Second
	pause := l.pause
	for {
		revision, err := l.changes.Revision(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if pause == l.pause {
				l.logger.WarnContext(ctx, "cannot read the changes of the store", "error", err)
			}
			pause = min(2*pause, max(maxPause, l.pause))
		default:
			pause = l.pause
			l.setRevision(ctx, revision)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// setRevision wakes the followers if the revision is new.
func (l *live) setRevision(ctx context.Context, revision int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil || revision == l.revision {
		return
	}
	l.revision = revision
	close(l.changed)
	l.changed = make(chan struct{})
	clear(l.events)
}

// changesAfter returns the changes after a revision that match q. key identifies the filters of
// q.
func (l *live) changesAfter(ctx context.Context, after int64, key string, q story.Query) (changesEvent, error) {
	l.mu.Lock()
	upTo, shared := l.revision, l.events[eventKey{after, key}]
	if shared == nil {
		if len(l.events) >= maxFollowers {
			clear(l.events)
		}
		shared = &sharedEvent{}
		l.events[eventKey{after, key}] = shared
	}
	l.mu.Unlock()
	shared.once.Do(func() {
		// Others wait for this event, so the first client must not cancel it when it disconnects.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventTimeout)
		defer cancel()
		if shared.event, shared.err = l.gather(ctx, after, upTo, q); shared.err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			delete(l.events, eventKey{after, key}) // the next client tries again
		}
	})
	return shared.event, shared.err
}

// gather reads the changes after a revision and puts those that match q into one event.
func (l *live) gather(ctx context.Context, after, upTo int64, q story.Query) (changesEvent, error) {
	body := eventBody{Stories: []eventStory{}}
	out := changesEvent{revision: after}
	for read := 0; ; {
		changes, err := l.changes.Changes(ctx, out.revision, changesPerRead)
		if err != nil {
			return out, err
		}
		if err := l.addChanges(ctx, &body, changes, q); err != nil {
			return out, err
		}
		if n := len(changes); n > 0 {
			out.revision = changes[n-1].Revision
		}
		read += len(changes)
		if len(changes) < changesPerRead {
			out.revision = max(out.revision, upTo) // the store no longer has the changes in between
			break
		}
		if read >= maxInEvent {
			break
		}
	}
	if body.Counts.total() == 0 {
		return out, nil
	}
	body.Complete = len(body.Stories) == body.Counts.total()
	var err error
	out.data, err = json.Marshal(body)
	return out, err
}

// addChanges counts the changes that match q in body, and names the first maxNamed stories.
func (l *live) addChanges(ctx context.Context, body *eventBody, changes []story.Change, q story.Query) error {
	byOutcome := map[story.Outcome][]string{}
	for _, c := range changes {
		byOutcome[c.Outcome] = append(byOutcome[c.Outcome], c.ID)
	}
	for _, id := range byOutcome[story.Deleted] {
		body.Counts.Deleted++
		if len(body.Stories) < maxNamed {
			body.Stories = append(body.Stories, eventStory{ID: id, Outcome: story.Deleted})
		}
	}
	for _, kind := range [...]struct {
		outcome story.Outcome
		count   *int
	}{{story.Created, &body.Counts.Created}, {story.Updated, &body.Counts.Updated}} {
		if q.ID = byOutcome[kind.outcome]; len(q.ID) == 0 {
			continue
		}
		counts, err := l.store.Count(ctx, q)
		if err != nil {
			return err
		}
		*kind.count += counts.Stories
		if err := l.addStories(ctx, body, kind.outcome, counts.Stories, q); err != nil {
			return err
		}
	}
	return nil
}

// addStories adds the n stories that match q to body, which names at most maxNamed.
func (l *live) addStories(ctx context.Context, body *eventBody, outcome story.Outcome, n int, q story.Query) error {
	if q.Limit = min(n, maxNamed-len(body.Stories)); q.Limit <= 0 {
		return nil
	}
	page, err := l.store.Stories(ctx, q)
	if err != nil {
		return err
	}
	for _, st := range page.Stories {
		body.Stories = append(body.Stories, eventStory{
			ID:        st.ID,
			Outcome:   outcome,
			Title:     &st.Title,
			StoryURL:  nullable(l.storyURL(st.ID)),
			Outlet:    nullable(st.Outlet),
			Published: nullableTime(st.Published),
		})
	}
	return nil
}
