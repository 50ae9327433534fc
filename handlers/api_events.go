package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
)

const (
	// retryAfter is how long a client whose stream broke waits before it comes again.
	retryAfter = 3 * time.Second

	// mostNamed bounds the stories that one event names; the rest are counted.
	mostNamed = 50

	// mostMissed bounds the changes that a client is told of when it comes back.
	// Beyond that it has to load the map afresh, which costs all less.
	mostMissed = 20_000

	// mostInEvent bounds the changes that one event tells of.
	mostInEvent = 5_000

	changesAtOnce = 500
)

// eventBody is the data of a "stories" event: what became of the stories under
// the filters since the event before.
type eventBody struct {
	Counts   eventCounts  `json:"counts"`
	Stories  []eventStory `json:"stories"`  // at most mostNamed
	Complete bool         `json:"complete"` // whether Stories names all that Counts counts
}

// eventCounts counts stories. Deleted counts all that are gone, since nobody can
// tell any more whether they matched.
type eventCounts struct {
	Created int `json:"created"`
	Updated int `json:"updated"`
	Deleted int `json:"deleted"`
}

func (c eventCounts) total() int { return c.Created + c.Updated + c.Deleted }

// eventStory is one story in an event. Of a deleted one only the id is known.
type eventStory struct {
	ID        string        `json:"id"`
	Outcome   story.Outcome `json:"outcome"`
	Title     *string       `json:"title"`
	StoryURL  *string       `json:"story_url"`
	Outlet    *string       `json:"outlet"`
	Published *time.Time    `json:"published"`
}

// readyBody is the data of a "ready" event, the first of each stream.
type readyBody struct {
	Revision int64 `json:"revision"`
	Reset    bool  `json:"reset"` // too much was missed to tell: load afresh
}

// events streams what becomes of the stories under the filters as server-sent
// events (WHATWG HTML, section 9.2) until the client or the server goes.
func (s *server) events(c *gin.Context) {
	f, err := s.follow(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Content-Type", "text/event-stream")
	c.Header("Cache-Control", "no-store")
	c.Header("X-Accel-Buffering", "no")
	c.Header(gzhttp.HeaderNoCompression, "1")
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK)
		return
	}
	leave, err := s.live.join()
	if err != nil {
		c.Header("Retry-After", "60")
		s.fail(c, err)
		return
	}
	defer leave()
	if err := f.start(c.Request.Context()); err != nil {
		s.fail(c, err)
		return
	}
	f.run(c.Request.Context())
}

// follower is one client's stream. It reads the changes itself, from where it
// stands: a slow one falls behind and gets more at once, and nothing is kept for it.
type follower struct {
	*server
	out   gin.ResponseWriter
	query story.Query
	key   string // of the filters
	after int64  // revision up to which the client knows all; -1: none yet
	reset bool
}

func (s *server) follow(c *gin.Context) (*follower, error) {
	q, values, err := s.query(c, "last_event_id")
	if err != nil {
		return nil, err
	}
	for _, name := range [...]string{"limit", "cursor"} {
		if values.Has(name) {
			return nil, geo.Invalid(name, "means nothing for events, which come as they happen")
		}
	}
	f := &follower{server: s, out: c.Writer, query: q}
	// The header goes first: a browser that reconnects repeats the address, and
	// with it a parameter that has grown old.
	name, last := "Last-Event-ID", c.GetHeader("Last-Event-ID")
	if last == "" {
		name, last = "last_event_id", values.Get("last_event_id")
	}
	values.Del("last_event_id")
	f.key = values.Encode()
	f.after, err = parseEventID(name, last)
	return f, err
}

// parseEventID reads a revision, -1 where there is none.
func parseEventID(name, value string) (int64, error) {
	if value == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, geo.Invalid(name, "%q is not the id of an event", clip(url.QueryEscape(value)))
	}
	return n, nil
}

// start finds out where the client stands.
func (f *follower) start(ctx context.Context) error {
	now, err := f.live.changes.Revision(ctx)
	if err != nil {
		return err
	}
	switch {
	case f.after < 0:
		f.after = now
	case f.after > now || now-f.after > mostMissed: // the former: another store than before
		f.after, f.reset = now, true
	}
	return nil
}

// run writes events until the client or the server goes.
func (f *follower) run(ctx context.Context) {
	heartbeat := time.NewTicker(f.ClientTimeout / 2)
	defer heartbeat.Stop()
	ready, err := json.Marshal(readyBody{f.after, f.reset})
	if err == nil {
		err = f.write("retry: %d\nevent: ready\nid: %d\ndata: %s\n\n", retryAfter.Milliseconds(), f.after, ready)
	}
	for err == nil {
		revision, moved := f.live.at()
		if f.after < revision {
			err = f.tell(ctx)
			continue
		}
		select {
		case <-moved:
		case <-heartbeat.C:
			err = f.write(": still here\n\n")
		case <-ctx.Done():
			return
		case <-f.Done:
			return
		}
	}
	if ctx.Err() == nil {
		f.Logger.DebugContext(ctx, "stream of events ended", "error", err)
	}
}

// tell writes one event of what happened after the client's revision. Where
// nothing of it is under the filters, the id alone goes out, so that a client that
// comes back need not be told again.
func (f *follower) tell(ctx context.Context) error {
	n, err := f.live.newsAfter(ctx, f.after, f.key, f.query)
	if err != nil {
		return err
	}
	f.after = n.revision
	if n.data == nil {
		return f.write("id: %d\n\n", n.revision)
	}
	return f.write("event: stories\nid: %d\ndata: %s\n\n", n.revision, n.data)
}

func (f *follower) write(format string, args ...any) error {
	if _, err := fmt.Fprintf(f.out, format, args...); err != nil {
		return err
	}
	f.out.Flush()
	return nil
}
