package queue_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/queue"
)

// crashEnv is the environment variable with the store's path for a child process that is
// killed during a job.
const crashEnv = "NEWSMAP_QUEUE_CRASH_CHILD"

// TestMain runs the child process if crashEnv is set.
func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		fmt.Fprintln(os.Stderr, crashChild(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// crashChild runs jobs. Each job kills the process.
func crashChild(path string) error {
	ctx := context.Background()
	q, err := queue.Open(ctx, path+"-jobs", queue.Config{})
	if err != nil {
		return err
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	die := func() error {
		fmt.Println("began")
		if err := self.Kill(); err != nil {
			return err
		}
		select {} // wait for the signal
	}
	return q.Work(ctx, queue.Handlers{
		Poll:   func(context.Context, int64) error { return die() },
		Ingest: func(context.Context, *ingest.FeedItem, bool, bool) error { return die() },
	})
}

// TestCrashLoop kills a process during its jobs more often than a job may fail. No job must
// be given up, and none of the attempts must count.
func TestCrashLoop(t *testing.T) {
	const kills = 25 // more than maxAttempts
	path := filepath.Join(t.TempDir(), "news.db")
	const backoff = time.Millisecond
	q := openQueue(t, path, queue.Config{Attempts: 3, Backoff: backoff})
	defer q.Close()
	if _, err := q.AddItems(t.Context(), []ingest.FeedItem{item("page", "1"), item("disk", "1")}); err != nil {
		t.Fatal(err)
	}
	if _, err := q.AddPolls(t.Context(), []int64{1}); err != nil {
		t.Fatal(err)
	}
	for range kills {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), crashEnv+"="+path)
		out, err := child.CombinedOutput()
		if err == nil || !strings.HasPrefix(string(out), "began\n") {
			t.Fatalf("the child was not killed by a job: %v, %s", err, out)
		}
	}
	var r record
	down := &fetch.Error{Reason: fetch.ReasonStatus, Status: 503, Detail: "the server answered 503"}
	pages, disks := 0, 0
	var polls int
	stop := work(t, q, queue.Handlers{
		Poll: func(context.Context, int64) error {
			if polls++; polls < 3 {
				return errors.New("the disk is full")
			}
			return nil
		},
		Ingest: func(_ context.Context, n *ingest.FeedItem, first, last bool) error {
			if n.Key == "disk" {
				if disks++; disks < 3 {
					return errors.New("the disk is full")
				}
				return nil
			}
			r.add("%d first %t last %t", pages, first, last)
			pages++
			if last {
				return nil
			}
			return down
		},
	})
	defer stop()
	waitFor(t, "all jobs to be done", func() bool {
		status, err := queue.ReadStatus(t.Context(), path+"-jobs", 9)
		if err != nil || status.Counts[0].Failed+status.Counts[1].Failed > 0 {
			t.Fatalf("status %+v, %v; want no failed jobs", status, err)
		}
		return status.Counts[0].Done == 1 && status.Counts[1].Done == 2
	})
	if got, want := strings.Join(r.list(), ", "), "0 first true last false, 1 first false last false, 2 first false last true"; got != want {
		t.Errorf("attempts %s, want %s", got, want)
	}
}
