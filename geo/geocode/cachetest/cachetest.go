package cachetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/geocode"
)

// Run tests the caches that open returns. Each must be empty and use clock as its time.
func Run(t *testing.T, open func(t *testing.T, clock func() time.Time) geocode.Cache) {
	t.Helper()
	start := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	now := start
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	set := func(at time.Time) { mu.Lock(); defer mu.Unlock(); now = at }
	fresh := func(t *testing.T) geocode.Cache { set(start); return open(t, clock) }

	put := func(t *testing.T, c geocode.Cache, key, value string, lifetime time.Duration) {
		t.Helper()
		if err := c.Put(t.Context(), key, []byte(value), clock().Add(lifetime)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(t *testing.T, c geocode.Cache, key, value string) {
		t.Helper()
		if got, err := c.Get(t.Context(), key); err != nil || string(got) != value {
			t.Errorf("%s: %.40q, %v; want %.40q", key, got, err, value)
		}
	}
	absent := func(t *testing.T, c geocode.Cache, key string) {
		t.Helper()
		if got, err := c.Get(t.Context(), key); !errors.Is(err, geo.ErrNotFound) || got != nil {
			t.Errorf("%s: %.40q, %v", key, got, err)
		}
	}

	t.Run("RoundTrip", func(t *testing.T) {
		c := fresh(t)
		absent(t, c, "a")
		put(t, c, "a", "one\x00\xff", time.Hour)
		put(t, c, "b", "two", time.Hour)
		want(t, c, "a", "one\x00\xff")
		put(t, c, "a", "three", time.Hour)
		want(t, c, "a", "three")
		want(t, c, "b", "two")
	})
	t.Run("Lifetime", func(t *testing.T) {
		c := fresh(t)
		put(t, c, "short", "x", time.Minute)
		put(t, c, "long", "y", time.Hour)
		put(t, c, "past", "z", -time.Second)
		absent(t, c, "past")
		set(start.Add(time.Minute - time.Millisecond))
		want(t, c, "short", "x")
		set(start.Add(time.Minute))
		absent(t, c, "short")
		want(t, c, "long", "y")
		put(t, c, "short", "again", time.Minute)
		want(t, c, "short", "again")
	})
	t.Run("ValuesAreCopies", func(t *testing.T) {
		c := fresh(t)
		value := []byte("abc")
		if err := c.Put(t.Context(), "k", value, clock().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		value[0] = 'x'
		got, err := c.Get(t.Context(), "k")
		if err != nil || !bytes.Equal(got, []byte("abc")) {
			t.Fatal(string(got), err)
		}
		got[1] = 'x'
		want(t, c, "k", "abc")
	})
	t.Run("HostileKeys", func(t *testing.T) {
		c := fresh(t)
		for _, key := range []string{"", "'; DROP TABLE answers; --", "ключ", strings.Repeat("k", 10_000)} {
			put(t, c, key, "v"+key, time.Hour)
		}
		for _, key := range []string{"", "'; DROP TABLE answers; --", "ключ", strings.Repeat("k", 10_000)} {
			want(t, c, key, "v"+key)
		}
	})
	t.Run("Concurrent", func(t *testing.T) { testConcurrent(t, fresh(t), clock().Add(time.Hour)) })
}

// testConcurrent stores and reads the same keys in several goroutines.
func testConcurrent(t *testing.T, c geocode.Cache, expires time.Time) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 20 {
				key := fmt.Sprint(k)
				if err := c.Put(t.Context(), key, []byte(key), expires); err != nil {
					t.Error(i, err)
				}
				if got, err := c.Get(t.Context(), key); err != nil || string(got) != key {
					t.Error(i, string(got), err)
				}
			}
		})
	}
	wg.Wait()
}
