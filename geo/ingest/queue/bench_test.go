package queue_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsmap/geo/ingest"
	"newsmap/geo/ingest/queue"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// BenchmarkJobs measures how many jobs a second can run if they do nothing.
func BenchmarkJobs(b *testing.B) {
	q := openQueue(b, filepath.Join(b.TempDir(), "news.db"), queue.Config{})
	defer q.Close()
	var done atomic.Int64
	stop := work(b, q, queue.Handlers{Ingest: func(context.Context, *ingest.FeedItem, bool, bool) error { done.Add(1); return nil }})
	defer stop()
	b.ResetTimer()
	for n := 0; n < b.N; n += 500 {
		items := make([]ingest.FeedItem, min(500, b.N-n))
		for i := range items {
			items[i] = item(fmt.Sprint(n+i), "1")
		}
		if _, err := q.AddItems(b.Context(), items); err != nil {
			b.Fatal(err)
		}
	}
	for done.Load() < int64(b.N) {
		time.Sleep(time.Millisecond)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
}

// setMax sets v to n unless it is greater.
func setMax(v *atomic.Int64, n int64) {
	for {
		if old := v.Load(); n <= old || v.CompareAndSwap(old, n) {
			return
		}
	}
}

// BenchmarkShared measures how jobs slow down the storing of stories, with jobs and stories
// in one file and in two.
func BenchmarkShared(b *testing.B) {
	for name, jobs := range map[string]func(store string) string{
		"one-file":  func(path string) string { return path },
		"two-files": func(path string) string { return path + "-jobs" },
	} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "news.db")
			store, err := sqlite.Open(b.Context(), path, sqlite.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer store.Close()
			q, err := queue.Open(b.Context(), jobs(path), queue.Config{})
			if err != nil {
				b.Fatal(err)
			}
			defer q.Close()
			var slowest atomic.Int64
			var all sync.WaitGroup
			all.Add(b.N)
			stop := work(b, q, queue.Handlers{Ingest: func(ctx context.Context, n *ingest.FeedItem, _, _ bool) error {
				began := time.Now()
				s := &story.Story{ID: n.Key, Title: "Story " + n.Key, URL: n.Item.URL, Text: fmt.Sprintf("Story %s has a text. ", n.Key)}
				_, err := store.Put(ctx, s)
				setMax(&slowest, int64(time.Since(began)))
				if err == nil {
					all.Done()
				}
				return err
			}})
			defer stop()
			b.ResetTimer()
			for n := 0; n < b.N; n += 20 {
				items := make([]ingest.FeedItem, min(20, b.N-n))
				for i := range items {
					items[i] = item(fmt.Sprint(n+i), "1")
				}
				if _, err := q.AddItems(b.Context(), items); err != nil {
					b.Fatal(err)
				}
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "stories/s")
			b.ReportMetric(time.Duration(slowest.Load()).Seconds()*1e3, "ms-slowest-put")
		})
	}
}
