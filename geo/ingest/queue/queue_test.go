package queue_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/queue"
)

func openQueue(t testing.TB, path string, cfg queue.Config) *queue.Queue {
	t.Helper()
	q, err := queue.Open(t.Context(), path+"-jobs", cfg)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// work runs a queue until the returned function is called.
func work(t testing.TB, q *queue.Queue, h queue.Handlers) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Work(ctx, h) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Work: %v", err)
		}
	})
}

func item(key, digest string) ingest.FeedItem {
	return ingest.FeedItem{
		Feed:   1,
		URL:    "https://post.example/feed",
		Key:    key,
		Digest: digest,
		Item:   feed.Item{URL: "https://post.example/" + key, Title: digest},
	}
}

// waitFor waits until done returns true.
func waitFor(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("timeout: %s", what)
}

// record contains the calls of handlers.
type record struct {
	mu    sync.Mutex
	calls []string
}

func (r *record) add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, fmt.Sprintf(format, args...))
}

func (r *record) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(slices.Values(r.calls))
}

func TestQueue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	q := openQueue(t, path, queue.Config{})
	defer q.Close()
	if taken, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "1"), item("b", "1"), item("a", "2")}); err != nil || len(taken) != 3 {
		t.Fatalf("%d taken, %v", len(taken), err)
	}
	if taken, err := q.AddPolls(t.Context(), []int64{7, 8}); err != nil || len(taken) != len([]int64{7, 8}) {
		t.Fatal(taken, err)
	}
	if taken, err := q.AddPolls(t.Context(), []int64{8, 9}); err != nil || len(taken) != len([]int64{8, 9}) {
		t.Fatal(taken, err)
	}
	// A newer version replaces a waiting one.
	if taken, err := q.AddItems(t.Context(), []ingest.FeedItem{item("b", "2"), item("c", "1"), item("c", "1")}); err != nil || len(taken) != 3 {
		t.Fatalf("%d taken, %v", len(taken), err)
	}
	status, err := queue.ReadStatus(t.Context(), path+"-jobs", 9)
	if err != nil || status.Counts[0].Waiting != 3 || status.Counts[1].Waiting != 3 {
		t.Fatalf("status %+v, %v; want 3 waiting polls and 3 waiting items", status, err)
	}
	var waiting []string
	for _, j := range status.Jobs {
		waiting = append(waiting, fmt.Sprintf("%s %s%d %s", j.State, j.Subject, j.FeedID, j.Kind))
		if since := time.Since(j.At); since < -time.Minute || since > time.Minute {
			t.Errorf("job %+v; want a current time", j)
		}
	}
	slices.Sort(waiting)
	if got := strings.Join(
		waiting,
		", ",
	); len(waiting) != 6 || !strings.Contains(got, "waiting 9 poll") ||
		!strings.Contains(got, "waiting https://post.example/a") {
		t.Errorf("waiting jobs: %s", got)
	}
	var r record
	stop := work(t, q, queue.Handlers{
		Poll: func(_ context.Context, id int64) error { r.add("poll %d", id); return nil },
		Ingest: func(_ context.Context, n *ingest.FeedItem, first, last bool) error {
			r.add("%s %s %t %t", n.Key, n.Item.Title, first, last)
			return nil
		},
	})
	defer stop()
	want := []string{"a 2 true false", "b 2 true false", "c 1 true false", "poll 7", "poll 8", "poll 9"}
	waitFor(t, "all jobs to be done", func() bool { return slices.Equal(r.list(), want) })
	// A finished job can be added again.
	waitFor(t, "the job to be marked as done", func() bool {
		status, err := queue.ReadStatus(t.Context(), path+"-jobs", 9)
		return err == nil && status.Counts[1].Done == 3
	})
	if _, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "2")}); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the job to run again", func() bool { return len(r.list()) == 7 })
}

// TestRunning checks that AddItems rejects a newer version of an item whose job is running,
// so that two versions never run at the same time.
func TestRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	q := openQueue(t, path, queue.Config{})
	defer q.Close()
	started, end := make(chan string, 9), make(chan struct{})
	stop := work(t, q, queue.Handlers{Ingest: func(_ context.Context, n *ingest.FeedItem, _, _ bool) error {
		started <- n.Digest
		<-end
		return nil
	}})
	defer stop()
	if _, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "1")}); err != nil {
		t.Fatal(err)
	}
	<-started
	status, err := queue.ReadStatus(t.Context(), path+"-jobs", 9)
	if err != nil || len(status.Jobs) != 1 || status.Jobs[0].State != "running" || status.Jobs[0].Subject != "https://post.example/a" ||
		time.Since(status.Jobs[0].At) > time.Minute {
		t.Errorf("%+v, %v; want one running job", status, err)
	}
	taken, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "2"), item("b", "1")})
	if err != nil || len(taken) != 1 || taken[0].Key != "b" {
		t.Errorf("taken %v, %v; want only b", taken, err)
	}
	if taken, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "1")}); err != nil || len(taken) != 1 {
		t.Errorf("the running version: taken %v, %v", taken, err)
	}
	if got := <-started; got != "1" {
		t.Errorf("version %q has started", got)
	}
	close(end)
	waitFor(t, "the other version to be taken", func() bool {
		taken, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "2")})
		return err == nil && len(taken) == 1
	})
	if got := <-started; got != "2" {
		t.Errorf("version %q has started", got)
	}
}

// TestRetry runs jobs that fail in different ways.
func TestRetry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	q := openQueue(t, path, queue.Config{Backoff: 5 * time.Millisecond, Attempts: 3})
	defer q.Close()
	down := &fetch.Error{URL: "https://post.example/x", Reason: fetch.ReasonStatus, Status: 503, Detail: "the server answered 503"}
	var r record
	var busy, flaky sync.Once
	stop := work(t, q, queue.Handlers{
		Poll: func(context.Context, int64) error { return nil },
		Ingest: func(_ context.Context, n *ingest.FeedItem, first, last bool) (err error) {
			r.add("%s %t %t", n.Key, first, last)
			switch n.Key {
			case "down":
				return down
			case "invalid":
				return geo.Invalid("title", "is too long")
			case "busy":
				busy.Do(func() { err = &fetch.Error{Reason: fetch.ReasonBusy, RetryAfter: 30 * time.Millisecond} })
			case "panic":
				panic("test panic")
			case "flaky":
				flaky.Do(func() { err = errors.New("the disk is full") })
			}
			return err
		},
	})
	defer stop()
	if _, err := q.AddItems(
		t.Context(),
		[]ingest.FeedItem{item("down", "1"), item("invalid", "1"), item("busy", "1"), item("panic", "1"), item("flaky", "1")},
	); err != nil {
		t.Fatal(err)
	}
	var status *queue.Status
	waitFor(t, "two jobs to fail and two to be done", func() (ok bool) {
		var err error
		status, err = queue.ReadStatus(t.Context(), path+"-jobs", 9)
		return err == nil && status.Counts[1].Failed == 2 && status.Counts[1].Done == 2
	})
	calls := strings.Join(r.list(), ", ")
	for _, want := range []string{"busy true false, busy true false", "down false false, down false true, down true false",
		"flaky false false, flaky true false", "invalid true false"} {
		if !strings.Contains(calls, want) {
			t.Errorf("calls %s; want %q", calls, want)
		}
	}
	reasons := map[string]string{}
	for _, f := range status.Failures {
		reasons[f.Subject] = f.Reason
		if final := f.Next.IsZero(); final != !strings.HasSuffix(f.Subject, "panic") || f.At.IsZero() || f.Feed != "https://post.example/feed" {
			t.Errorf("failure %+v", f)
		}
	}
	if reasons["https://post.example/down"] != down.Error() || reasons["https://post.example/invalid"] != "title: is too long" ||
		!strings.Contains(reasons["https://post.example/panic"], "test panic") {
		t.Errorf("reasons %v", reasons)
	}
}

// TestStop checks that a job that is interrupted when the queue stops runs again, and that
// the attempt does not count.
func TestStop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	q := openQueue(t, path, queue.Config{Grace: 50 * time.Millisecond})
	defer q.Close()
	if _, err := q.AddItems(t.Context(), []ingest.FeedItem{item("a", "1")}); err != nil {
		t.Fatal(err)
	}
	started := make(chan struct{})
	stop := work(t, q, queue.Handlers{Ingest: func(ctx context.Context, _ *ingest.FeedItem, _, _ bool) error {
		close(started)
		<-ctx.Done()
		return ctx.Err()
	}})
	<-started
	stop()
	status, err := queue.ReadStatus(t.Context(), path+"-jobs", 9)
	if err != nil || status.Counts[1].Waiting != 1 || len(status.Failures) != 0 {
		t.Fatalf("after Stop: %+v, %v; want one waiting job", status, err)
	}
	again := openQueue(t, path, queue.Config{})
	defer again.Close()
	first := make(chan bool, 1)
	stop = work(t, again, queue.Handlers{Ingest: func(_ context.Context, _ *ingest.FeedItem, isFirst, _ bool) error { first <- isFirst; return nil }})
	defer stop()
	if !<-first {
		t.Error("the interrupted attempt was counted")
	}
}

// TestSecondProcess checks that a second process can add jobs, and runs jobs only after the
// first has ended.
func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	one, other := openQueue(t, path, queue.Config{}), openQueue(t, path, queue.Config{})
	defer one.Close()
	defer other.Close()
	var r record
	handlers := func(name string) queue.Handlers {
		return queue.Handlers{Poll: func(_ context.Context, id int64) error { r.add("%s %d", name, id); return nil }}
	}
	stopOne := work(t, one, handlers("one"))
	if taken, err := one.AddPolls(t.Context(), []int64{1}); err != nil || len(taken) != len([]int64{1}) {
		t.Fatal(taken, err)
	}
	waitFor(t, "the first process to run a job", func() bool { return len(r.list()) == 1 })
	stopOther := work(t, other, handlers("other"))
	defer stopOther()
	if taken, err := other.AddPolls(t.Context(), []int64{2}); err != nil || len(taken) != len([]int64{2}) {
		t.Fatal(taken, err)
	}
	waitFor(t, "the first process to run the job of the second", func() bool { return len(r.list()) == 2 })
	stopOne()
	if taken, err := other.AddPolls(t.Context(), []int64{3}); err != nil || len(taken) != len([]int64{3}) {
		t.Fatal(taken, err)
	}
	waitFor(t, "the second process to run a job", func() bool { return slices.Equal(r.list(), []string{"one 1", "one 2", "other 3"}) })
}

// TestPollRunning checks that AddPolls rejects a feed that is being polled.
func TestPollRunning(t *testing.T) {
	q := openQueue(t, filepath.Join(t.TempDir(), "news.db"), queue.Config{})
	defer q.Close()
	started, end := make(chan struct{}, 9), make(chan struct{})
	stop := work(t, q, queue.Handlers{Poll: func(context.Context, int64) error {
		started <- struct{}{}
		<-end
		return nil
	}})
	defer stop()
	if taken, err := q.AddPolls(t.Context(), []int64{1}); err != nil || len(taken) != 1 {
		t.Fatal(taken, err)
	}
	<-started
	if taken, err := q.AddPolls(t.Context(), []int64{1, 2}); err != nil || !slices.Equal(taken, []int64{2}) {
		t.Errorf("taken %v, %v; want only 2", taken, err)
	}
	close(end)
	waitFor(t, "the feed to be taken again", func() bool {
		taken, err := q.AddPolls(t.Context(), []int64{1})
		return err == nil && len(taken) == 1
	})
}

func TestReadStatusOfMissingFile(t *testing.T) {
	status, err := queue.ReadStatus(t.Context(), filepath.Join(t.TempDir(), "news.db")+"-jobs", 9)
	if err != nil || len(status.Counts) != 2 || status.Counts[0].Waiting != 0 {
		t.Errorf("status %+v, %v; want zero counts", status, err)
	}
}
