package handlers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/handlers"
)

// addStory stores a story about a place.
func (c *changeStore) addStory(t *testing.T, title, placeID string) *story.Story {
	t.Helper()
	place := newAtlas()[placeID]
	s := &story.Story{Title: title, URL: "https://live.example/" + strings.ReplaceAll(title, " ", "-"), Outlet: "Live Post", Published: today}
	s.ID = story.Identify(s)
	s.Locations = []geo.Location{{Place: place, Role: geo.RoleFocus, Confidence: 0.9}}
	c.put(t, s)
	return s
}

const (
	suva  = "geonames:2198148"
	paris = "geonames:2988507"
)

// liveServer is a server with live events.
type liveServer struct {
	url    string
	server *http.Server
	done   chan struct{}
}

// serverTimeout is the time limit of the test server for reading a request and for writing
// each piece of an answer.
const serverTimeout = 300 * time.Millisecond

// serveLive serves a store as "newsmap serve" does.
func serveLive(t *testing.T, store *changeStore, change ...func(*handlers.Config)) *liveServer {
	t.Helper()
	s := &liveServer{done: make(chan struct{})}
	a := newApp(t, append([]func(*handlers.Config){func(c *handlers.Config) {
		c.Store, c.LivePause, c.Done = store, 10*time.Millisecond, s.done
	}}, change...)...)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.server = "http://"+listener.Addr().String(), handlers.NewServer("", a)
	s.server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		_ = c.(*net.TCPConn).SetWriteBuffer(16 << 10)
		return ctx
	}
	s.server.ReadTimeout, s.server.WriteTimeout = serverTimeout, serverTimeout
	go func() { _ = s.server.Serve(listener) }()
	t.Cleanup(func() { _ = s.server.Close() })
	return s
}

// event is a server-sent event as a browser passes it to a page.
type event struct {
	name, id, data string
	comment        string
}

func (e event) body(t *testing.T) (b struct {
	Counts  struct{ Created, Updated, Deleted int }
	Stories []struct {
		ID, Outcome                 string
		Title, Outlet, StoryURL, At *string
	}
	Complete bool
},
) {
	t.Helper()
	if err := json.Unmarshal([]byte(e.data), &b); err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	return b
}

// eventStream is a client of a stream of events.
type eventStream struct {
	t      *testing.T
	resp   *http.Response
	events chan event
	cancel context.CancelFunc
}

func (s *liveServer) follow(t *testing.T, query, lastID string) *eventStream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := (&http.Transport{}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d", resp.StatusCode)
	}
	f := &eventStream{t: t, resp: resp, events: make(chan event, 1000), cancel: cancel}
	t.Cleanup(func() { cancel(); resp.Body.Close() })
	go f.read()
	return f
}

func (f *eventStream) read() {
	defer close(f.events)
	var e event
	lines := bufio.NewScanner(f.resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			e.data = value
		case "":
			if lines.Text() != "" {
				e.comment = value
			}
			f.events <- e
			e = event{}
		}
	}
}

// next waits for an event with the given name. "" is any event and "end" is the end of the stream.
func (f *eventStream) next(name string) event {
	f.t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case e, ok := <-f.events:
			if !ok {
				if name == "end" {
					return event{}
				}
				f.t.Fatalf("the stream ended before %q", name)
			}
			if name == "" || e.name == name || name == "comment" && e.comment != "" {
				return e
			}
		case <-timeout:
			f.t.Fatalf("no event %q in time", name)
		}
	}
}

func TestEvents(t *testing.T) {
	store := newChangeStore(t)
	store.addStory(t, "Old news", suva)
	s := serveLive(t, store)
	all, fiji := s.follow(t, "", ""), s.follow(t, "?country=FJ&min_confidence=0.5", "")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Content-Encoding": "", "Cache-Control": "no-store", "No-Gzip-Compression": "",
	} {
		if got := all.resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if policy := all.resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self'") {
		t.Errorf("Content-Security-Policy: %s", policy)
	}
	for _, f := range []*eventStream{all, fiji} {
		if e := f.next(""); e.name != "ready" || e.id != "1" || e.data != `{"revision":1,"reset":false}` {
			t.Errorf("first event %+v", e)
		}
	}
	far := store.addStory(t, "Talks open", paris)
	e := all.next("stories")
	b := e.body(t)
	if e.id != "2" || b.Counts.Created != 1 || len(b.Stories) != 1 || !b.Complete {
		t.Fatalf("%+v", e)
	}
	if st := b.Stories[0]; st.ID != far.ID || *st.Title != "Talks open" || st.Outcome != "created" || *st.Outlet != "Live Post" {
		t.Errorf("%+v", e)
	}
	if e := fiji.next(""); e.name != "" || e.id != "2" || e.data != "" {
		t.Errorf("a story that does not match is an event: %+v", e)
	}
	near := store.addStory(t, "Cyclone comes", suva)
	for _, f := range []*eventStream{all, fiji} {
		if b := f.next("stories").body(t); b.Counts.Created != 1 || b.Stories[0].ID != near.ID {
			t.Errorf("%+v", b)
		}
	}
	near.Byline = "B. Writer"
	store.put(t, near)
	if b := fiji.next("stories").body(t); b.Counts.Created != 0 || b.Counts.Updated != 1 || b.Stories[0].Outcome != "updated" {
		t.Errorf("%+v", b)
	}
	store.remove(t, near.ID)
	b = fiji.next("stories").body(t)
	if st := b.Stories[0]; b.Counts.Deleted != 1 || st.Outcome != "deleted" || st.ID != near.ID || st.Title != nil {
		t.Errorf("%+v", b)
	}
}

// TestEventsResume restarts the server. A client that reconnects receives each change that it
// missed once, wherever it sends the id of its last event.
func TestEventsResume(t *testing.T) {
	store := newChangeStore(t)
	first := serveLive(t, store)
	f := first.follow(t, "", "")
	f.next("ready")
	store.addStory(t, "Before", suva)
	last := f.next("stories").id
	close(first.done)
	f.next("end")
	if err := first.server.Shutdown(t.Context()); err != nil { // returns when no stream is open
		t.Fatal(err)
	}
	store.addStory(t, "Meanwhile", suva)
	store.addStory(t, "Meanwhile elsewhere", paris)

	second := serveLive(t, store)
	for name, f := range map[string]*eventStream{
		"header": second.follow(t, "?country=FJ", last), "parameter": second.follow(t, "?country=FJ&last_event_id="+last, ""),
		"both": second.follow(t, "?country=FJ&last_event_id=0", last),
	} {
		if e := f.next("ready"); e.id != last || strings.Contains(e.data, "true") {
			t.Errorf("%s: %+v", name, e)
		}
		if b := f.next("stories").body(t); b.Counts.Created != 1 || *b.Stories[0].Title != "Meanwhile" {
			t.Errorf("%s: %+v", name, b)
		}
	}
	if e := second.follow(t, "", "77777").next("ready"); e.id != "3" || !strings.Contains(e.data, `"reset":true`) {
		t.Errorf("an id that does not exist yet: %+v", e)
	}
}

// TestEventsBurst stores many stories quickly. An event must contain the changes of a whole
// pause.
func TestEventsBurst(t *testing.T) {
	const n, pause = 500, 300 * time.Millisecond
	store := newChangeStore(t)
	s := serveLive(t, store, func(c *handlers.Config) { c.LivePause = pause })
	f := s.follow(t, "?country=FJ", "")
	f.next("ready")
	start := time.Now()
	for i := range n {
		place := newAtlas()[suva]
		if i%5 == 0 {
			place = newAtlas()[paris]
		}
		store.put(t, &story.Story{
			ID: strconv.Itoa(i), Title: fmt.Sprintf("Story %d", i), Published: today, Locations: []geo.Location{{Place: place, Confidence: 1}},
		})
	}
	maxEvents := int(time.Since(start)/pause) + 2
	events, created := 0, 0
	for created < n*4/5 {
		e := f.next("stories")
		b := e.body(t)
		events++
		created += b.Counts.Created
		if len(b.Stories) > 50 || len(e.data) > 32<<10 || b.Complete && b.Counts.Created > 50 {
			t.Errorf("%d stories named in %d bytes, complete: %v", len(b.Stories), len(e.data), b.Complete)
		}
	}
	if created != n*4/5 || events > maxEvents {
		t.Errorf("%d stories in %d events, want %d in at most %d", created, events, n*4/5, maxEvents)
	}
	if e := s.follow(t, "", "1").next("ready"); strings.Contains(e.data, "true") {
		t.Errorf("a client that missed 500 stories must reload: %+v", e)
	}
}

// TestEventsTooMuchMissed reconnects after more changes than a client receives one by one.
func TestEventsTooMuchMissed(t *testing.T) {
	store := newChangeStore(t)
	store.forgotten = 1_000_000
	if e := serveLive(t, store).follow(t, "", "5").next("ready"); e.id != "1000000" || !strings.Contains(e.data, `"reset":true`) {
		t.Errorf("%+v", e)
	}
	if _, changeReads := store.calls(); changeReads != 0 {
		t.Errorf("changes that are not sent were read %d times", changeReads)
	}
}

// TestEventsForgotten reconnects at a revision whose changes the store has forgotten. The
// stream must stay open and not read the changes again and again.
func TestEventsForgotten(t *testing.T) {
	store := newChangeStore(t)
	store.forgotten = 100
	f := serveLive(t, store).follow(t, "", "40")
	f.next("ready")
	if e := f.next(""); e.id != "100" || e.data != "" {
		t.Errorf("%+v", e)
	}
	time.Sleep(100 * time.Millisecond)
	if _, changeReads := store.calls(); changeReads != 1 {
		t.Errorf("changes were read %d times", changeReads)
	}
}

// TestEventsOutliveServerTimeouts keeps a stream open for longer than the time limits of the
// server.
func TestEventsOutliveServerTimeouts(t *testing.T) {
	store := newChangeStore(t)
	s := serveLive(t, store, func(c *handlers.Config) { c.ClientTimeout = 200 * time.Millisecond })
	f := s.follow(t, "", "")
	f.next("ready")
	for start := time.Now(); time.Since(start) < 3*serverTimeout; {
		f.next("comment")
	}
	store.addStory(t, "Late news", suva)
	f.next("stories")
}

// TestEventsShareWork has many clients. The store must be read as often as for one.
func TestEventsShareWork(t *testing.T) {
	const pause = 50 * time.Millisecond
	store := newChangeStore(t)
	s := serveLive(t, store, func(c *handlers.Config) { c.LivePause = pause })
	var streams []*eventStream
	for i := range 40 {
		streams = append(streams, s.follow(t, []string{"", "?country=FJ"}[i%2], ""))
	}
	for _, f := range streams {
		f.next("ready")
	}
	before, _ := store.calls()
	start := time.Now()
	time.Sleep(10 * pause)
	after, changeReads := store.calls()
	if limit := int(time.Since(start)/pause) + 2; after-before > limit || changeReads != 0 {
		t.Errorf("40 idle clients read the revision %d times and changes %d times, want at most %d and 0", after-before, changeReads, limit)
	}
	store.addStory(t, "News", suva)
	for _, f := range streams {
		f.next("stories")
	}
	if _, changeReads := store.calls(); changeReads > 2*2 { // two filters; clients may have one of two revisions
		t.Errorf("one story was read %d times", changeReads)
	}
	for _, f := range streams {
		f.cancel()
		f.next("end")
	}
	time.Sleep(4 * pause)
	before, _ = store.calls()
	time.Sleep(4 * pause)
	if after, _ := store.calls(); after != before {
		t.Errorf("without clients, the store was read %d times", after-before)
	}
}

// TestEventsStuckReader has a client that reads nothing. Its stream must end, and other
// clients must not wait for it.
func TestEventsStuckReader(t *testing.T) {
	store := newChangeStore(t)
	s := serveLive(t, store, func(c *handlers.Config) { c.ClientTimeout = 300 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	fmt.Fprint(conn, "GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := bufio.NewReaderSize(conn, 16).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	f := s.follow(t, "", "")
	f.next("ready")
	for i := range 120 {
		store.addStory(t, fmt.Sprintf("%d %s", i, strings.Repeat("long", 400)), suva)
		f.next("stories")
	}
	f.cancel()
	f.next("end")
	deadline := time.Now().Add(10 * time.Second)
	for before := -1; ; {
		after, _ := store.calls()
		if after == before {
			return // there are no clients left
		}
		if time.Now().After(deadline) {
			t.Fatal("the stuck client is still served")
		}
		before = after
		time.Sleep(300 * time.Millisecond)
	}
}

// TestEventsFailingStore checks that streams stay open while the store fails.
func TestEventsFailingStore(t *testing.T) {
	store := newChangeStore(t)
	s := serveLive(t, store)
	f := s.follow(t, "", "")
	f.next("ready")
	store.fail(errStore)
	time.Sleep(50 * time.Millisecond)
	store.fail(nil)
	store.addStory(t, "News", suva)
	f.next("stories")
}

// TestEventsTooManyStreams opens the maximum number of streams, and one more.
func TestEventsTooManyStreams(t *testing.T) {
	store := newChangeStore(t)
	a := newApp(t, func(c *handlers.Config) { c.Store, c.LivePause = store, time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	var followers sync.WaitGroup
	for range 512 {
		started := make(chan struct{})
		followers.Go(func() {
			r := httptest.NewRequest(http.MethodGet, "/api/events", nil).WithContext(ctx)
			a.ServeHTTP(&startRecorder{ResponseRecorder: httptest.NewRecorder(), started: started}, r)
		})
		<-started
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/events", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Too many streams of events") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	cancel()
	followers.Wait()
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	w = httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/events", nil).WithContext(ctx))
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "retry: 3000\nevent: ready\nid: 0\n") {
		t.Errorf("after the streams ended: %d %q", w.Code, w.Body)
	}
}

// startRecorder is a recorder that closes a channel at the first byte.
type startRecorder struct {
	*httptest.ResponseRecorder
	started chan struct{}
	once    sync.Once
}

func (r *startRecorder) Write(p []byte) (int, error) {
	r.once.Do(func() { close(r.started) })
	return r.ResponseRecorder.Write(p)
}

func TestEventsErrors(t *testing.T) {
	follow := func(c *handlers.Config) { c.Store = newChangeStore(t) }
	for _, sc := range []scenario{
		{name: "malformed filter", path: "/api/events?bbox=1", change: follow, status: 400, contains: []string{`"parameter":"bbox"`}},
		{name: "unknown filter", path: "/api/events?nope=1", change: follow, status: 400, contains: []string{`"parameter":"nope"`, "last_event_id"}},
		{name: "limit", path: "/api/events?limit=1", change: follow, status: 400, contains: []string{`"parameter":"limit"`}},
		{name: "cursor", path: "/api/events?cursor=", change: follow, status: 400, contains: []string{`"parameter":"cursor"`}},
		{name: "malformed id in the address", path: "/api/events?last_event_id=x", change: follow, status: 400, contains: []string{`"parameter":"last_event_id"`}},
		{name: "malformed id in the header", path: "/api/events", headers: map[string]string{"Last-Event-ID": "-4\xff"}, change: follow, status: 400,
			contains: []string{`"parameter":"Last-Event-ID"`}},
		{name: "unsupported method", method: "POST", path: "/api/events", change: follow, status: 405},
		{name: "HEAD", method: "HEAD", path: "/api/events", change: follow, status: 200, answerHeaders: map[string]string{"Content-Type": "text/event-stream"}},
		{name: "store without a change log", path: "/api/events", status: 404},
		{name: "failing store", path: "/api/events", change: func(c *handlers.Config) {
			s := newChangeStore(t)
			s.fail(errStore)
			c.Store = s
		}, status: 500, lacks: []string{"secret"}},
	} {
		t.Run(sc.name, sc.run)
	}
}
