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

	// newsTimeout is the time limit for the queries of one event.
	newsTimeout = 20 * time.Second
)

var errCrowded = &requestError{status: http.StatusServiceUnavailable, detail: "Too many streams of events are open; come again in a minute."}

// live reads the changes of the store for all clients that follow it, and only while there are
// any. Clients with the same filters share the answers.
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
	moved     chan struct{}      // closed when revision changes
	answers   map[question]*answer
}

// question asks for the changes after a revision that match filters.
type question struct {
	after   int64
	filters string
}

// answer is the answer to a question. The first client that asks makes it, and the others wait for it.
type answer struct {
	once sync.Once
	news news
	err  error
}

// news is the data of one event.
type news struct {
	revision int64  // revision after the changes
	data     []byte // JSON; nil if there are no changes
}

// join adds a client and starts reading revisions if it is the first.
func (l *live) join() (leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.followers == maxFollowers {
		return nil, errCrowded
	}
	l.followers++
	if l.stop == nil {
		var ctx context.Context
		ctx, l.stop = context.WithCancel(context.Background())
		l.revision, l.moved, l.answers = 0, make(chan struct{}), map[question]*answer{}
		go l.look(ctx)
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

// at returns the newest revision and a channel that is closed when there is a newer one.
func (l *live) at() (revision int64, moved <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revision, l.moved
}

// look reads the store's revision again and again until ctx ends. While the store fails, it
// does so less and less often.
func (l *live) look(ctx context.Context) {
	const longest = 30 * time.Second
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
			pause = min(2*pause, max(longest, l.pause))
		default:
			pause = l.pause
			l.move(ctx, revision)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// move wakes the followers if the revision is new.
func (l *live) move(ctx context.Context, revision int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ctx.Err() != nil || revision == l.revision {
		return
	}
	l.revision = revision
	close(l.moved)
	l.moved = make(chan struct{})
	clear(l.answers)
}

// newsAfter returns the changes after a revision that match q. key identifies the filters of
// q.
func (l *live) newsAfter(ctx context.Context, after int64, key string, q story.Query) (news, error) {
	l.mu.Lock()
	upTo, a := l.revision, l.answers[question{after, key}]
	if a == nil {
		if len(l.answers) >= maxFollowers {
			clear(l.answers)
		}
		a = &answer{}
		l.answers[question{after, key}] = a
	}
	l.mu.Unlock()
	a.once.Do(func() {
		// Others wait for this answer, so it must not be cancelled with the client that asks first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), newsTimeout)
		defer cancel()
		if a.news, a.err = l.gather(ctx, after, upTo, q); a.err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			delete(l.answers, question{after, key}) // the next client tries again
		}
	})
	return a.news, a.err
}

// gather reads the changes after a revision and puts those that match q into one event.
func (l *live) gather(ctx context.Context, after, upTo int64, q story.Query) (news, error) {
	body := eventBody{Stories: []eventStory{}}
	out := news{revision: after}
	for told := 0; ; {
		changes, err := l.changes.Changes(ctx, out.revision, changesAtOnce)
		if err != nil {
			return out, err
		}
		if err := l.add(ctx, &body, changes, q); err != nil {
			return out, err
		}
		if n := len(changes); n > 0 {
			out.revision = changes[n-1].Revision
		}
		told += len(changes)
		if len(changes) < changesAtOnce {
			out.revision = max(out.revision, upTo) // the store has forgotten the changes in between
			break
		}
		if told >= maxInEvent {
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

// add counts the changes that match q in body, and names the first maxNamed stories.
func (l *live) add(ctx context.Context, body *eventBody, changes []story.Change, q story.Query) error {
	byOutcome := map[story.Outcome][]string{}
	for _, c := range changes {
		byOutcome[c.Outcome] = append(byOutcome[c.Outcome], c.ID)
	}
	for _, gone := range byOutcome[story.Deleted] {
		body.Counts.Deleted++
		if len(body.Stories) < maxNamed {
			body.Stories = append(body.Stories, eventStory{ID: gone, Outcome: story.Deleted})
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
		if err := l.name(ctx, body, kind.outcome, counts.Stories, q); err != nil {
			return err
		}
	}
	return nil
}

// name adds the stories of q to body, up to maxNamed.
func (l *live) name(ctx context.Context, body *eventBody, outcome story.Outcome, n int, q story.Query) error {
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
