package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"newsmap/geo/subscription"
)

// BenchmarkItems looks up and remembers the 5,000 items of a feed, in a store with
// 200,000 items of other feeds.
func BenchmarkItems(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "news.db"), nil)
	defer s.Close()
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	items := make([]subscription.Item, 5_000)
	var feed int64
	for f := range 41 {
		sub := &subscription.Subscription{URL: fmt.Sprintf("https://post.example/%d", f)}
		if _, err := s.Subscribe(b.Context(), sub); err != nil {
			b.Fatal(err)
		}
		for i := range items {
			items[i] = subscription.Item{Key: fmt.Sprintf("https://post.example/%d/%d", f, i), Digest: "1"}
		}
		if err := s.Remember(b.Context(), sub.ID, items, now, time.Hour); err != nil {
			b.Fatal(err)
		}
		feed = sub.ID
	}
	b.Run("unknown", func(b *testing.B) {
		for b.Loop() {
			if got, err := s.Unknown(b.Context(), feed, items); err != nil || len(got) != 0 {
				b.Fatal(len(got), err)
			}
		}
	})
	b.Run("remember", func(b *testing.B) {
		for b.Loop() {
			now = now.Add(time.Minute)
			if err := s.Remember(b.Context(), feed, items, now, time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
}
