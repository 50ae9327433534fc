package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/growthtest"
	"newsmap/geo/subscription"
)

// SubscriptionStore is a subscription.Store that can be closed.
type SubscriptionStore interface {
	subscription.Store
	Close() error
}

// RunSubscriptions tests that a store implements subscription.Store. The first call of open
// with a t returns an empty store. Further calls with the same t open the same store
// again. RunSubscriptions closes the stores.
func RunSubscriptions(t *testing.T, open func(t *testing.T, clock func() time.Time) SubscriptionStore) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, func() SubscriptionStore)
	}{
		{"RoundTrip", testFeedRoundTrip},
		{"SubscribeAgain", testSubscribeAgain},
		{"Invalid", testFeedInvalid},
		{"NotFound", testFeedNotFound},
		{"Due", testDue},
		{"Moved", testFeedMoved},
		{"Unsubscribe", testUnsubscribe},
		{"Items", testItems},
		{"ItemVersions", testItemVersions},
		{"ItemsForgotten", testItemsForgotten},
		{"ManyItems", testManyItems},
		{"Reopened", testFeedsReopened},
		{"Processes", testFeedsOfProcesses},
		{"Cancelled", testFeedsCancelled},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := &Clock{time: now}
			test.run(t, func() SubscriptionStore {
				s := open(t, clock.Now)
				t.Cleanup(func() {
					if err := s.Close(); err != nil {
						t.Errorf("close: %v", err)
					}
				})
				return s
			})
		})
	}
}

func mustSubscribe(t *testing.T, s subscription.Store, sub *subscription.Subscription) int64 {
	t.Helper()
	added, err := s.Subscribe(t.Context(), sub)
	if err != nil || !added || sub.ID == 0 {
		t.Fatalf("Subscribe(%s): added %v with id %d, %v", sub.URL, added, sub.ID, err)
	}
	return sub.ID
}

func mustFeed(t *testing.T, s subscription.Store, id int64) *subscription.Subscription {
	t.Helper()
	sub, err := s.Subscription(t.Context(), id)
	if err != nil {
		t.Fatalf("feed %d: %v", id, err)
	}
	return sub
}

func mustSave(t *testing.T, s subscription.Store, sub *subscription.Subscription) {
	t.Helper()
	if merged, err := s.SaveSubscription(t.Context(), sub); err != nil || merged {
		t.Fatalf("SaveSubscription(%s): merged %v, %v", sub.URL, merged, err)
	}
}

// fullFeed returns a feed in which no field is empty.
func fullFeed(url string) *subscription.Subscription {
	return &subscription.Subscription{
		URL:          url,
		Title:        "The Post “daily”",
		Home:         "https://post.example/",
		Group:        "World / Asia",
		Added:        day(30),
		ETag:         `W/"a-\u00e9"`,
		LastModified: "Fri, 17 May 2024 12:00:00 GMT",
		Interval:     17*time.Minute + 3*time.Microsecond,
		Due:          day(-1),
		Fetched:      day(1),
		Changed:      day(2),
		Items:        25,
		Failures:     3,
		Error:        "the server said 503",
		Warnings:     []string{"no dates", "an \"id\" twice"},
		Gone:         true,
	}
}

func testFeedRoundTrip(t *testing.T, open func() SubscriptionStore) {
	s := open()
	full, bare := fullFeed("https://post.example/feed?a=1&b=%20"), &subscription.Subscription{URL: "http://bare.example/rss"}
	for _, sub := range []*subscription.Subscription{full, bare} {
		mustSubscribe(t, s, sub)
		if sub.Added.IsZero() {
			t.Errorf("%s has no Added time", sub.URL)
		}
		if got := mustFeed(t, s, sub.ID); !reflect.DeepEqual(got, sub) {
			t.Errorf("stored as\n got %+v\nwant %+v", got, sub)
		}
	}
	changed := fullFeed("https://post.example/feed?a=1&b=%20")
	changed.ID, changed.Title, changed.Failures, changed.Error, changed.Warnings, changed.Gone, changed.ETag, changed.Due = full.ID, "The Post", 0, "", nil,
		false, "", time.Time{}
	mustSave(t, s, changed)
	if got := mustFeed(t, s, full.ID); !reflect.DeepEqual(got, changed) {
		t.Errorf("after SaveSubscription, stored as\n got %+v\nwant %+v", got, changed)
	}
	all, err := s.Subscriptions(t.Context())
	if err != nil || !reflect.DeepEqual(all, []*subscription.Subscription{bare, changed}) {
		t.Errorf("Subscriptions: %v, %v; want both in order of URL", all, err)
	}
	hostile := &subscription.Subscription{ID: bare.ID, URL: bare.URL, Error: "bad \xff byte", Title: strings.Repeat("x", 100_000), Warnings: []string{"\xfe"}}
	mustSave(t, s, hostile)
	if got := mustFeed(t, s, bare.ID); got.Error != "bad \ufffd byte" || len(got.Title) != 100_000 || len(got.Warnings) != 1 {
		t.Errorf("malformed text is stored as %q, %q", got.Error, got.Warnings)
	}
}

func testSubscribeAgain(t *testing.T, open func() SubscriptionStore) {
	s := open()
	due := day(-2)
	first := &subscription.Subscription{URL: "https://post.example/feed", Title: "Mine", Due: due}
	id := mustSubscribe(t, s, first)
	again := fullFeed(first.URL)
	if added, err := s.Subscribe(t.Context(), again); err != nil || added || again.ID != id {
		t.Errorf("Subscribe again: added %v with id %d (first %d), %v", added, again.ID, id, err)
	}
	got := mustFeed(t, s, id)
	if got.Title != "Mine" || got.Home != again.Home || got.Group != again.Group || !got.Due.Equal(due) || got.Gone || got.Failures != 0 ||
		!got.Added.Equal(first.Added) {
		t.Errorf("after Subscribe again: %+v", got)
	}
	for name, change := range map[string]func(*subscription.Subscription){
		"gone":    func(s *subscription.Subscription) { s.Gone = true },
		"failing": func(s *subscription.Subscription) { s.Failures, s.Error = 4, "no answer" },
	} {
		bad := mustFeed(t, s, id)
		bad.Due = due
		change(bad)
		mustSave(t, s, bad)
		if _, err := s.Subscribe(t.Context(), &subscription.Subscription{URL: first.URL}); err != nil {
			t.Fatal(err)
		}
		if got := mustFeed(t, s, id); got.Gone || got.Due.After(now) {
			t.Errorf("%s: after Subscribe again, the feed is not due: %+v", name, got)
		}
	}
}

func testFeedInvalid(t *testing.T, open func() SubscriptionStore) {
	s := open()
	good := &subscription.Subscription{URL: "https://post.example/feed"}
	mustSubscribe(t, s, good)
	for _, url := range []string{"", "post.example/feed", "javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b/"} {
		if _, err := s.Subscribe(t.Context(), &subscription.Subscription{URL: url}); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("Subscribe(%q): %v; want geo.ErrInvalid", url, err)
		}
		if _, err := s.SaveSubscription(t.Context(), &subscription.Subscription{ID: good.ID, URL: url}); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("SaveSubscription(%q): %v; want geo.ErrInvalid", url, err)
		}
	}
	if all, err := s.Subscriptions(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d subscriptions, %v; want 1", len(all), err)
	}
}

func testFeedNotFound(t *testing.T, open func() SubscriptionStore) {
	s := open()
	_, one := s.Subscription(t.Context(), 7)
	_, save := s.SaveSubscription(t.Context(), &subscription.Subscription{ID: 7, URL: "https://post.example/feed"})
	for name, err := range map[string]error{
		"subscription": one, "save": save, "unsubscribe": s.Unsubscribe(t.Context(), "https://post.example/feed"),
		"remember": s.Remember(t.Context(), 7, []subscription.Item{{Key: "a", Digest: "1"}}, now, time.Hour),
	} {
		if !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s: %v; want geo.ErrNotFound", name, err)
		}
	}
	if all, err := s.Subscriptions(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("subscriptions %v, %v; want none", all, err)
	}
}

func testDue(t *testing.T, open func() SubscriptionStore) {
	s := open()
	for name, due := range map[string]time.Time{
		"later": now.Add(time.Second), "now": now, "yesterday": day(1), "never": {}, "gone": day(3), "longest": day(2),
	} {
		mustSubscribe(t, s, &subscription.Subscription{URL: "https://post.example/" + name, Due: due, Gone: name == "gone"})
	}
	due := func(at time.Time, limit int) (out []string) {
		t.Helper()
		list, err := s.Due(t.Context(), at, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, sub := range list {
			out = append(out, strings.TrimPrefix(sub.URL, "https://post.example/"))
		}
		return out
	}
	for _, c := range []struct {
		name  string
		at    time.Time
		limit int
		want  []string
	}{
		{"now", now, 10, []string{"never", "longest", "yesterday", "now"}},
		{"a second later", now.Add(time.Second), 10, []string{"never", "longest", "yesterday", "now", "later"}},
		{"limit 2", now, 2, []string{"never", "longest"}},
		{"limit 0", now, 0, nil},
		{"100 days ago", day(100), 10, []string{"never"}},
	} {
		if got := due(c.at, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q are due, want %q", c.name, got, c.want)
		}
	}
}

func testFeedMoved(t *testing.T, open func() SubscriptionStore) {
	s := open()
	old, other := &subscription.Subscription{URL: "http://post.example/old"}, &subscription.Subscription{URL: "https://post.example/feed", Title: "The Post"}
	mustSubscribe(t, s, old)
	old.URL = "https://post.example/new"
	mustSave(t, s, old)
	if got := mustFeed(t, s, old.ID); got.URL != old.URL || !slices.Equal(got.FormerURLs, []string{"http://post.example/old"}) {
		t.Errorf("the moved feed has URL %s and former URLs %q", got.URL, got.FormerURLs)
	}
	again := &subscription.Subscription{URL: "http://post.example/old"}
	if added, err := s.Subscribe(t.Context(), again); err != nil || added || again.ID != old.ID {
		t.Errorf("Subscribe with the old address: added %v with id %d, %v; want id %d", added, again.ID, err, old.ID)
	}
	mustSubscribe(t, s, other)
	remember(t, s, old.ID, now, item("a", 1), item("b", 1))
	remember(t, s, other.ID, now, item("c", 1))
	old.URL = other.URL
	if merged, err := s.SaveSubscription(t.Context(), old); err != nil || !merged {
		t.Errorf("moved to the URL of another feed: merged %v, %v", merged, err)
	}
	if _, err := s.Subscription(t.Context(), old.ID); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("the merged feed still exists: %v", err)
	}
	if got := mustFeed(t, s, other.ID).FormerURLs; !slices.Equal(got, []string{"http://post.example/old", "https://post.example/new"}) {
		t.Errorf("after the merge, the former URLs are %q", got)
	}
	if got := mustFeed(t, s, other.ID); got.Title != "The Post" {
		t.Errorf("after the merge, the other feed is %+v", got)
	}
	wantUnknown(t, s, other.ID, "d1", item("a", 1), item("b", 1), item("c", 1), item("d", 1))
	for _, address := range []string{"http://post.example/old", "https://post.example/new"} {
		again := &subscription.Subscription{URL: address}
		if added, err := s.Subscribe(t.Context(), again); err != nil || added || again.ID != other.ID {
			t.Errorf("after the merge, Subscribe(%s): added %v with id %d, %v; want id %d", address, added, again.ID, err, other.ID)
		}
	}
	if _, err := s.SaveSubscription(t.Context(), old); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("SaveSubscription after the merge: %v; want geo.ErrNotFound", err)
	}
	back := mustFeed(t, s, other.ID)
	back.URL = "http://post.example/old"
	mustSave(t, s, back)
	if got := mustFeed(t, s, other.ID); got.URL != back.URL {
		t.Errorf("moved back to a former URL, the feed has URL %s", got.URL)
	}
	if err := s.Unsubscribe(t.Context(), back.URL); err != nil {
		t.Fatal(err)
	}
	if added, err := s.Subscribe(t.Context(), &subscription.Subscription{URL: "https://post.example/new"}); err != nil || !added {
		t.Errorf("Subscribe with a former URL of a removed feed: added %v, %v; want true", added, err)
	}
}

func testUnsubscribe(t *testing.T, open func() SubscriptionStore) {
	s := open()
	sub := &subscription.Subscription{URL: "https://post.example/feed"}
	id := mustSubscribe(t, s, sub)
	remember(t, s, id, now, item("a", 1))
	if err := s.Unsubscribe(t.Context(), sub.URL); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveSubscription(t.Context(), sub); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("SaveSubscription after Unsubscribe: %v; want geo.ErrNotFound", err)
	}
	again := &subscription.Subscription{URL: sub.URL}
	if mustSubscribe(t, s, again) == id {
		t.Error("an id was used again: a late poll could save its result to another feed")
	}
	wantUnknown(t, s, again.ID, "a1", item("a", 1))
}

func item(key string, version int) subscription.Item {
	return subscription.Item{Key: key, Digest: fmt.Sprint(version)}
}

func remember(t *testing.T, s subscription.Store, feed int64, at time.Time, items ...subscription.Item) {
	t.Helper()
	if err := s.Remember(t.Context(), feed, items, at, 24*time.Hour); err != nil {
		t.Fatalf("Remember: %v", err)
	}
}

// wantUnknown compares the keys and digests of the unknown items, in order.
func wantUnknown(t *testing.T, s subscription.Store, feed int64, want string, items ...subscription.Item) {
	t.Helper()
	got, err := s.Unknown(t.Context(), feed, items)
	if err != nil {
		t.Fatalf("Unknown: %v", err)
	}
	var list []string
	for _, i := range got {
		list = append(list, i.Key+i.Digest)
	}
	if got := strings.Join(list, " "); got != want {
		t.Errorf("Unknown returns %q, want %q", got, want)
	}
}

func testItems(t *testing.T, open func() SubscriptionStore) {
	s := open()
	first := mustSubscribe(t, s, &subscription.Subscription{URL: "https://a.example/"})
	second := mustSubscribe(t, s, &subscription.Subscription{URL: "https://b.example/"})
	wantUnknown(t, s, first, "")
	wantUnknown(t, s, first, "c1 a1 b1", item("c", 1), item("a", 1), item("b", 1), item("a", 1))
	wantUnknown(t, s, first, "a1", item("a", 1)) // Unknown remembers nothing
	remember(t, s, first, now)
	remember(t, s, first, now, item("c", 1), item("a", 1), item("a", 1))
	wantUnknown(t, s, first, "a2 b1", item("c", 1), item("a", 2), item("b", 1))
	wantUnknown(t, s, second, "a1", item("a", 1))
	unusual := []subscription.Item{{Key: "", Digest: ""}, {Key: "\xff\x00'", Digest: `"`}, {Key: strings.Repeat("k", 1<<20), Digest: "1"}}
	remember(t, s, second, now, unusual...)
	wantUnknown(t, s, second, "", unusual...)
	wantUnknown(t, s, second, "a1", append(unusual, item("a", 1))...)
}

// testItemVersions checks that a change back to an earlier version is a change, and that
// two items of one fetch with the same key are not updates of each other in later polls.
func testItemVersions(t *testing.T, open func() SubscriptionStore) {
	s := open()
	id := mustSubscribe(t, s, &subscription.Subscription{URL: "https://a.example/"})
	for poll := range 4 {
		version := poll%2 + 1
		wantUnknown(t, s, id, fmt.Sprint("a", version), item("a", version))
		remember(t, s, id, now.Add(time.Duration(poll)*time.Minute), item("a", version))
	}
	for poll := range 3 {
		at := now.Add(time.Duration(10+poll) * time.Minute)
		if poll > 0 {
			wantUnknown(t, s, id, "", item("twin", 1), item("twin", 2))
		}
		remember(t, s, id, at, item("twin", 1)) // two calls for one fetch
		remember(t, s, id, at, item("twin", 2))
	}
}

func testItemsForgotten(t *testing.T, open func() SubscriptionStore) {
	s := open()
	id := mustSubscribe(t, s, &subscription.Subscription{URL: "https://a.example/"})
	remember(t, s, id, now, item("a", 1), item("b", 1))
	remember(t, s, id, now.Add(20*time.Hour), item("b", 1))
	wantUnknown(t, s, id, "", item("a", 1), item("b", 1))
	remember(t, s, id, now.Add(30*time.Hour), item("c", 1))
	wantUnknown(t, s, id, "a1", item("a", 1), item("b", 1), item("c", 1))
}

// testManyItems checks that the time for the items of a feed is proportional to their number.
func testManyItems(t *testing.T, open func() SubscriptionStore) {
	s := open()
	feeds := 0
	growthtest.Linear(t, 1_000, func(n int) []subscription.Item {
		items := make([]subscription.Item, n)
		for i := range items {
			items[i] = item(fmt.Sprint("https://a.example/news/", i), i)
		}
		return items
	}, func(items []subscription.Item) {
		feeds++
		id := mustSubscribe(t, s, &subscription.Subscription{URL: fmt.Sprintf("https://a.example/%d", feeds)})
		remember(t, s, id, now, items...)
		wantUnknown(t, s, id, "new1", append(slices.Clone(items), item("new", 1))...)
	})
}

func testFeedsReopened(t *testing.T, open func() SubscriptionStore) {
	first := open()
	sub := fullFeed("https://post.example/feed")
	id := mustSubscribe(t, first, sub)
	remember(t, first, id, now, item("a", 1))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := open()
	if got := mustFeed(t, s, id); !reflect.DeepEqual(got, sub) {
		t.Errorf("after reopening\n got %+v\nwant %+v", got, sub)
	}
	wantUnknown(t, s, id, "b1", item("a", 1), item("b", 1))
}

// testFeedsOfProcesses subscribes the same feeds from several stores of the same file.
// Each feed must be stored once.
func testFeedsOfProcesses(t *testing.T, open func() SubscriptionStore) {
	const handles, feeds = 3, 20
	var added [handles]int
	var wg sync.WaitGroup
	for h := range handles {
		s := open()
		wg.Go(func() {
			for i := range feeds {
				sub := &subscription.Subscription{URL: fmt.Sprintf("https://post.example/%02d", i)}
				isNew, err := s.Subscribe(t.Context(), sub)
				if err != nil {
					t.Error(err)
				}
				if isNew {
					added[h]++
				}
				if err := s.Remember(t.Context(), sub.ID, []subscription.Item{item("a", h)}, now, time.Hour); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all, err := open().Subscriptions(t.Context())
	if n := added[0] + added[1] + added[2]; err != nil || len(all) != feeds || n != feeds {
		t.Errorf("%d feeds, %d reported as new, %v; want %d", len(all), n, err, feeds)
	}
}

func testFeedsCancelled(t *testing.T, open func() SubscriptionStore) {
	s := open()
	sub := &subscription.Subscription{URL: "https://post.example/feed"}
	id := mustSubscribe(t, s, sub)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, subscribe := s.Subscribe(cancelled, &subscription.Subscription{URL: "https://b.example/"})
	_, one := s.Subscription(cancelled, id)
	_, all := s.Subscriptions(cancelled)
	_, due := s.Due(cancelled, now, 1)
	_, save := s.SaveSubscription(cancelled, sub)
	_, unknown := s.Unknown(cancelled, id, []subscription.Item{item("a", 1)})
	for name, err := range map[string]error{
		"subscribe": subscribe, "subscription": one, "subscriptions": all, "due": due, "save": save, "unknown": unknown,
		"remember": s.Remember(cancelled, id, []subscription.Item{item("a", 1)}, now, time.Hour), "unsubscribe": s.Unsubscribe(cancelled, sub.URL),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v; want context.Canceled", name, err)
		}
	}
	if all, err := s.Subscriptions(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d feeds after cancelled calls, %v; want 1", len(all), err)
	}
}
