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
	// retryAfter is how long a client waits before it reconnects after its stream was cut off.
	retryAfter = 3 * time.Second

	// maxNamed is the maximum number of stories that one event names. The others are only counted.
	maxNamed = 50

	// maxMissed is the maximum number of missed changes that a client receives when it
	// reconnects. If it missed more, it must reload the map, which is less work for both sides.
	maxMissed = 20_000

	// maxInEvent is the maximum number of changes in one event.
	maxInEvent = 5_000

	// changesPerRead is the number of changes in one read of the change log.
	changesPerRead = 500
)

// eventBody is the data of a "stories" event: the changes since the last event of the stories
// that match the filters.
type eventBody struct {
	Counts   eventCounts  `json:"counts"`
	Stories  []eventStory `json:"stories"`  // at most maxNamed
	Complete bool         `json:"complete"` // whether Stories names every story in Counts
}

// eventCounts counts stories. Deleted counts every deleted story, as nothing says any more
// whether it matched the filters.
type eventCounts struct {
	Created int `json:"created"`
	Updated int `json:"updated"`
	Deleted int `json:"deleted"`
}

func (c eventCounts) total() int { return c.Created + c.Updated + c.Deleted }

// eventStory is one story in an event. Only the id of a deleted story is known.
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
	Reset    bool  `json:"reset"` // the client missed too much: it must reload the map
}

// events streams the changes of the stories that match the filters as server-sent events
// (WHATWG HTML, section 9.2) until the client disconnects or the server stops.
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

// follower is the stream of one client. It reads the changes after the revision that its client
// has. Nothing is buffered for a slow client: it receives more changes in one event.
type follower struct {
	*server
	out   gin.ResponseWriter
	query story.Query
	key   string // identifies the filters
	after int64  // revision that the client has; -1: none yet
	reset bool
}

// follow parses the parameters of a stream.
func (s *server) follow(c *gin.Context) (*follower, error) {
	q, values, err := s.query(c, "last_event_id")
	if err != nil {
		return nil, err
	}
	for _, name := range [...]string{"limit", "cursor"} {
		if values.Has(name) {
			return nil, geo.Invalid(name, "cannot be used for events, which are sent as they happen; leave it out")
		}
	}
	f := &follower{server: s, out: c.Writer, query: q}
	// The header takes precedence: a browser that reconnects repeats the address, whose
	// parameter is out of date by then.
	name, last := "Last-Event-ID", c.GetHeader("Last-Event-ID")
	if last == "" {
		name, last = "last_event_id", values.Get("last_event_id")
	}
	values.Del("last_event_id")
	f.key = values.Encode()
	f.after, err = parseEventID(name, last)
	return f, err
}

// parseEventID parses a revision. It returns -1 for an empty value.
func parseEventID(name, value string) (int64, error) {
	if value == "" {
		return -1, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, geo.Invalid(name, "%q is not the id of an event; send the id of the last event received", clip(url.QueryEscape(value)))
	}
	return n, nil
}

// start finds out which changes the client has missed.
func (f *follower) start(ctx context.Context) error {
	now, err := f.live.changes.Revision(ctx)
	if err != nil {
		return err
	}
	switch {
	case f.after < 0:
		f.after = now
	case f.after > now || now-f.after > maxMissed: // the first: it is not the same store as before
		f.after, f.reset = now, true
	}
	return nil
}

// run writes events until the client disconnects or the server stops.
func (f *follower) run(ctx context.Context) {
	heartbeat := time.NewTicker(f.ClientTimeout / 2)
	defer heartbeat.Stop()
	ready, err := json.Marshal(readyBody{f.after, f.reset})
	if err == nil {
		err = f.write("retry: %d\nevent: ready\nid: %d\ndata: %s\n\n", retryAfter.Milliseconds(), f.after, ready)
	}
	for err == nil {
		revision, changed := f.live.latest()
		if f.after < revision {
			err = f.writeChanges(ctx)
			continue
		}
		select {
		case <-changed:
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

// writeChanges writes one event with the changes after the client's revision. If none of them
// matches the filters, it writes only the id, so that the same changes are not read again when
// the client reconnects.
func (f *follower) writeChanges(ctx context.Context) error {
	e, err := f.live.changesAfter(ctx, f.after, f.key, f.query)
	if err != nil {
		return err
	}
	f.after = e.revision
	if e.data == nil {
		return f.write("id: %d\n\n", e.revision)
	}
	return f.write("event: stories\nid: %d\ndata: %s\n\n", e.revision, e.data)
}

func (f *follower) write(format string, args ...any) error {
	if _, err := fmt.Fprintf(f.out, format, args...); err != nil {
		return err
	}
	f.out.Flush()
	return nil
}
