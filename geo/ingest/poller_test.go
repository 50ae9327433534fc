package ingest_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/webtest"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/subscription"
)

// jobs is a Jobs that records the added polls and items.
type jobs struct {
	polls   []int64
	items   []ingest.FeedItem
	running map[string]bool // titles of items whose jobs are running
	polling bool            // all polls are running
	err     error
}

func (j *jobs) AddPolls(_ context.Context, feeds []int64) ([]int64, error) {
	j.polls = append(j.polls, feeds...)
	if j.polling {
		return nil, j.err
	}
	return feeds, j.err
}

func (j *jobs) AddItems(_ context.Context, items []ingest.FeedItem) (taken []ingest.FeedItem, err error) {
	for _, n := range items {
		if !j.running[n.Item.Title] {
			taken = append(taken, n)
		}
	}
	j.items = append(j.items, taken...)
	return taken, j.err
}

// titles returns the titles of the items added since the last call, and forgets these items.
func (j *jobs) titles() string {
	var out []string
	for _, n := range j.items {
		out = append(out, n.Item.Title)
	}
	j.items = nil
	return strings.Join(out, ", ")
}

// polling is a Poller with its store, its jobs and the time of its clock.
type polling struct {
	*ingest.Poller
	t     *testing.T
	store *sqlite.Store
	jobs  *jobs
	now   time.Time
}

func newPolling(t *testing.T) *polling {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "news.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	p := &polling{t: t, store: store, jobs: &jobs{}, now: time.Now()}
	p.Poller = &ingest.Poller{Client: newClient(), Store: store, Jobs: p.jobs, Clock: func() time.Time { return p.now }}
	return p
}

var loopbackOnly = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newClient() *fetch.Client {
	return fetch.New(fetch.Config{AllowPrivate: loopbackOnly, Pace: -1, HeaderTimeout: 300 * time.Millisecond})
}

func (p *polling) follow(address string) int64 {
	p.t.Helper()
	sub := &subscription.Subscription{URL: address}
	if _, err := p.store.Subscribe(p.t.Context(), sub); err != nil {
		p.t.Fatal(err)
	}
	return sub.ID
}

// poll polls a feed as if it were due, and returns its state.
func (p *polling) poll(id int64) *subscription.Subscription {
	p.t.Helper()
	if sub, err := p.store.Subscription(p.t.Context(), id); err == nil && sub.Due.After(p.now) {
		p.now = sub.Due
	}
	if err := p.Poll(p.t.Context(), id); err != nil {
		p.t.Fatal(err)
	}
	sub, err := p.store.Subscription(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return sub
}

func entries(titles ...string) (out []webtest.Item) {
	for _, title := range titles {
		id, _, _ := strings.Cut(title, " ")
		out = append(out, webtest.Item{ID: id, Link: "/" + id, Title: title})
	}
	return out
}

// TestPoll polls a feed that changes in several ways.
func TestPoll(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	site.SetFeed("/feed", webtest.RSS, "Post", entries("a", "b"))
	id := p.follow(site.URL + "/feed")
	sub := p.poll(id)
	if got := p.jobs.titles(); got != "a, b" || sub.Title != "Post" || sub.Items != 2 || sub.ETag == "" || !sub.Due.After(p.now) || sub.Home != site.URL+"/" {
		t.Fatalf("first: %q, %+v", got, sub)
	}
	if err := p.Poll(t.Context(), id); err != nil || site.Asked("/feed") != 1 {
		t.Errorf("a feed that is not due was fetched, %v", err)
	}
	if sub = p.poll(id); p.jobs.titles() != "" || site.NotModified("/feed") != 1 || sub.Items != 2 {
		t.Errorf("nothing new: %+v", sub)
	}
	site.SetFeed("/feed", webtest.Atom, "Post", entries("c", "b", "a changed"))
	if sub = p.poll(id); p.jobs.titles() != "c, a changed" {
		t.Errorf("one new, one changed: %+v", sub)
	}
	site.SetFeed("/feed", webtest.RSS, "Post", entries("c", "b"))
	if p.poll(id); p.jobs.titles() != "" {
		t.Error("other bytes with the same items")
	}

	// The next poll returns an item whose job is running again, as the ETag is not stored.
	p.jobs.running = map[string]bool{"d": true}
	site.SetFeed("/feed", webtest.RSS, "Post", entries("e", "d"))
	if sub = p.poll(id); p.jobs.titles() != "e" || sub.ETag != "" {
		t.Errorf("an item whose job is running: %+v", sub)
	}
	p.jobs.running = nil
	if sub = p.poll(id); p.jobs.titles() != "d" || sub.ETag == "" {
		t.Errorf("after its job has ended: %+v", sub)
	}

	// It also returns an item again for which no job could be added.
	p.jobs.err = errors.New("disk full")
	site.SetFeed("/feed", webtest.RSS, "Post", entries("f"))
	p.now = sub.Due
	if err := p.Poll(t.Context(), id); !errors.Is(err, p.jobs.err) {
		t.Errorf("error %v", err)
	}
	p.jobs.err, p.jobs.items = nil, nil
	if sub = p.poll(id); p.jobs.titles() != "f" {
		t.Errorf("after an error: %+v", sub)
	}
}

// TestPollFaults checks what is stored about feeds that cannot be read.
func TestPollFaults(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	site.SetFeed("/feed", webtest.RSS, "Post", entries("a"))
	id := p.follow(site.URL + "/feed")
	p.poll(id)
	for _, c := range []struct {
		name  string
		fault http.HandlerFunc
		want  string
		wait  time.Duration // minimum time until the next poll
	}{
		{"absent", http.NotFound, "there is nothing at this address (404)", time.Minute},
		{"down", webtest.Status(503, 3*3600), "asked to come back in 3h0m0s", 3 * time.Hour},
		{"too many", webtest.Status(429, 7200), "429", 2 * time.Hour},
		{"reset", webtest.Reset, "cut off", time.Minute},
		{"hangs", webtest.Hang, "no answer in time", time.Minute},
		{"flood", webtest.Flood("application/rss+xml"), "more than", time.Minute},
		{"redirect loop", webtest.Redirect(302, "/feed"), "circle", time.Minute},
		{"private address", webtest.Redirect(302, "http://169.254.169.254/"), "redirects to http://169.254.169.254/: leads to 169.254.169.254", time.Minute},
		{"a page", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`<!doctype html><link rel="alternate" type="application/rss+xml" href="/other">`))
		}, "is an HTML page, not a feed; it links to the feed " + site.URL + "/other", time.Minute},
		{"cut", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`<rss><channel><item>`)) }, "", 0},
		{"laughs", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>`))
		}, "expand without limit", time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			site.Break("/feed", c.fault)
			p.Client = newClient() // which the host has not asked for a pause yet
			before := p.now
			sub := p.poll(id)
			if c.want == "" {
				return // it may be read in part or not at all, but must not crash
			}
			if !strings.Contains(sub.Error, c.want) || sub.Failures == 0 || sub.Due.Sub(p.now) < c.wait || sub.Gone {
				t.Errorf("%q (%d), due in %s; want %q", sub.Error, sub.Failures, sub.Due.Sub(before), c.want)
			}
		})
	}
	site.Break("/feed", webtest.Status(503, 3600))
	p.poll(p.follow(site.URL + "/feed?other"))
	asked := site.Asked("/feed")
	failures := p.poll(id).Failures
	if sub := p.poll(id); sub.Failures > failures || site.Asked("/feed") > asked {
		t.Errorf("a host that asked for a pause: fetched %d times, %d failures", site.Asked("/feed"), sub.Failures)
	}
	site.SetFeed("/other", webtest.RSS, "Other", nil)
	other := p.follow(site.URL + "/other")
	sub := p.poll(other)
	if sub.Failures != 0 || !strings.Contains(sub.Error, "asked for a pause") || sub.Due.Sub(p.now) < 30*time.Minute || site.Asked("/other") != 0 {
		t.Errorf("another feed of that host: %+v", sub)
	}
	p.Client = newClient()
	if sub := p.poll(other); sub.Error != "" || site.Asked("/other") != 1 {
		t.Errorf("later: %+v", sub)
	}
	site.Break("/feed", nil)
	if sub := p.poll(id); sub.Error != "" || sub.Failures != 0 {
		t.Errorf("repaired: %+v", sub)
	}
	site.Break("/feed", webtest.Status(410, 0))
	if sub := p.poll(id); !sub.Gone || !strings.Contains(sub.Error, "gone for good") {
		t.Errorf("gone: %+v", sub)
	}
	asked = site.Asked("/feed")
	if p.poll(id); site.Asked("/feed") != asked {
		t.Error("a feed that is gone was fetched")
	}
}

// TestPollTooLong checks what is stored about a feed that takes longer than a job may.
func TestPollTooLong(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	p.Client = fetch.New(fetch.Config{AllowPrivate: loopbackOnly, Pace: -1})
	site.Break("/feed", webtest.Hang)
	id := p.follow(site.URL + "/feed")
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := p.Poll(ctx, id); err != nil {
		t.Fatal(err)
	}
	if sub, err := p.store.Subscription(t.Context(), id); err != nil || sub.Failures != 1 || !strings.Contains(sub.Error, "took longer") {
		t.Errorf("%+v, %v", sub, err)
	}
}

// TestPollMoves has permanent redirects, also to a feed that is followed already, and
// temporary ones, which must not change the subscription.
func TestPollMoves(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	site.SetFeed("/new", webtest.RSS, "Post", entries("a"))
	site.Break("/old", webtest.Redirect(301, "/new"))
	site.Break("/older", webtest.Redirect(308, "/new"))
	site.Break("/temporary", webtest.Redirect(302, "/new"))
	site.Break("/broken", webtest.Redirect(301, "/absent"))
	for path, want := range map[string]string{"/old": "/new", "/temporary": "/temporary", "/broken": "/broken"} {
		if sub := p.poll(p.follow(site.URL + path)); sub.URL != site.URL+want {
			t.Errorf("%s has become %s, want %s", path, sub.URL, want)
		}
	}
	id := p.follow(site.URL + "/older")
	if err := p.Poll(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Subscription(t.Context(), id); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("two subscriptions of one feed, %v", err)
	}
	subs, err := p.store.Subscriptions(t.Context())
	if err != nil || len(subs) != 3 {
		t.Errorf("%d subscriptions, %v", len(subs), err)
	}

	// A subscription to a page is changed to the feed of the page, unless that leads back to it.
	site.Set("/", "text/html", `<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed2">`)
	site.SetFeed("/feed2", webtest.RSS, "Two", entries("b"))
	id = p.follow(site.URL + "/")
	if sub := p.poll(id); sub.URL != site.URL+"/feed2" || sub.Home != site.URL+"/" {
		t.Errorf("the page: %+v", sub)
	}
	p.jobs.items = nil
	if p.poll(id); p.jobs.titles() != "b" {
		t.Error("the page's feed was not read")
	}
	site.Set("/x", "text/html", `<!doctype html><link rel="alternate" type="application/rss+xml" href="/y">`)
	site.Set("/y", "text/html", `<!doctype html><link rel="alternate" type="application/rss+xml" href="/x">`)
	id = p.follow(site.URL + "/x")
	p.poll(id)
	if sub := p.poll(id); sub.Failures != 1 || !strings.Contains(sub.Error, "HTML") {
		t.Errorf("pages that link to each other: %+v", sub)
	}
}

// TestRun checks that Run adds one poll for each due feed.
func TestRun(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	p := newPolling(t)
	site.SetFeed("/feed", webtest.RSS, "Post", entries("a"))
	id := p.follow(site.URL + "/feed")
	p.Schedule = subscription.Schedule{MinInterval: 10 * time.Millisecond}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	p.Run(ctx)
	if len(p.jobs.polls) != 1 || p.jobs.polls[0] != id {
		t.Errorf("polls %v, want %d alone", p.jobs.polls, id)
	}
	p.poll(id)
	p.now = p.now.Add(24 * time.Hour)
	p.jobs.polling = true
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	p.Run(ctx)
	p.jobs.polling = false
	if len(p.jobs.polls) != 2 {
		t.Errorf("polls %v, want a second one", p.jobs.polls)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	p.Run(ctx)
	if len(p.jobs.polls) != 3 {
		t.Errorf("polls %v, want a third one, as the second was running", p.jobs.polls)
	}
}
