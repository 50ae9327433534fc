package wildweb

import (
	"context"
	"crypto/x509"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo/article"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
)

// open returns a web and a client for it.
func open(t *testing.T, cfg Config) (*Web, *fetch.Client) {
	t.Helper()
	w, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(w.CA()) {
		t.Fatal("no certificate")
	}
	return w, fetch.New(fetch.Config{RootCAs: pool, AllowPrivate: []netip.Prefix{netip.MustParsePrefix(w.Range())}, Pace: -1})
}

// TestFeeds reads all feeds at all turns as newsmap does. Those that work must have the
// expected items, and the others must fail with the expected errors.
func TestFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("with the race detector, decompression is too slow for the time limits of the client")
	}
	w, client := open(t, Config{Seed: 7, Feeds: 45, Pages: 150, Turns: 3})
	for range 3 {
		w.Turn()
		for _, s := range w.sources {
			checkFeed(t, w, client, s)
		}
	}
	for _, c := range w.Complaints() {
		t.Error(c)
	}
}

func checkFeed(t *testing.T, w *Web, client *fetch.Client, s *source) {
	t.Helper()
	got, err := client.Fetch(t.Context(), fetch.Request{URL: s.address(), MaxBody: feed.MaxBody})
	var read *feed.Feed
	if err == nil {
		read, err = feed.Parse(t.Context(), got.Body, got.ContentType, got.URL, time.Now())
	}
	failing := s.fault.occurs(w.turn())
	switch {
	case failing && s.fault.name != "sometimes truncated" && (err == nil || !s.fault.matches(err.Error())):
		t.Errorf("turn %d, feed %d (%s): %v, want an error with %q", w.turn(), s.n, s.fault.name, err, s.fault.wantError)
	case !failing && err != nil:
		t.Errorf("turn %d, feed %d (%s): %v", w.turn(), s.n, s.fault.name, err)
	case !failing && len(read.Items) != len(s.listed(w.turn())):
		t.Errorf("turn %d, feed %d: %d items, want %d; %q", w.turn(), s.n, len(read.Items), len(s.listed(w.turn())), read.Warnings)
	}
}

// TestPages reads all pages. The good ones must return their article, and the others must not.
func TestPages(t *testing.T) {
	w, client := open(t, Config{Seed: 8, Feeds: 40, Pages: 200, Turns: 1, Drip: 50 * time.Millisecond})
	w.Turn()
	queue := make(chan *piece)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for a := range queue {
				checkPage(t, w, client, a)
			}
		})
	}
	for _, a := range w.articles {
		queue <- a
	}
	close(queue)
	readers.Wait()
	for _, c := range w.Complaints() {
		t.Error(c)
	}
}

func checkPage(t *testing.T, w *Web, client *fetch.Client, a *piece) {
	t.Helper()
	text, err := readPage(t.Context(), client, a.address())
	v, n := a.at(w.turn())
	switch {
	case !a.page.readable():
		if err == nil && strings.Contains(text, a.mark(n)) {
			t.Errorf("page %d of kind %d returns its article", a.n, a.page)
		}
	case err != nil:
		t.Errorf("page %d of kind %d in %s: %v", a.n, a.page, a.charset, err)
	case !strings.Contains(text, a.mark(n)) || !strings.Contains(text, a.tail()) || !strings.HasPrefix(text, v.title):
		t.Errorf("page %d of kind %d in %s has no mark, tail or title: %.3000s", a.n, a.page, a.charset, text)
	}
}

// readPage returns the title and text of a page, after as many attempts as necessary.
func readPage(ctx context.Context, client *fetch.Client, address string) (string, error) {
	const tries = 4
	for try := 1; ; try++ {
		got, err := client.Fetch(ctx, fetch.Request{URL: address, MaxBody: article.MaxPage})
		var out *fetch.Error
		if errors.As(err, &out) && out.Temporary() && try < tries {
			continue
		}
		if err != nil {
			return "", err
		}
		page, err := article.Extract(ctx, got.Body, got.ContentType, got.URL)
		if err != nil {
			return "", err
		}
		return page.Title + "\n" + page.Text, nil
	}
}

// TestSameSeed makes a web twice. Both must be equal.
func TestSameSeed(t *testing.T) {
	one, _ := open(t, Config{Seed: 9, Feeds: 40, Pages: 100, Turns: 3})
	two, _ := open(t, Config{Seed: 9, Feeds: 40, Pages: 100, Turns: 3})
	other, _ := open(t, Config{Seed: 10, Feeds: 40, Pages: 100, Turns: 3})
	for _, w := range []*Web{one, two, other} {
		w.Turn()
		w.Turn()
	}
	a, b, c := one.Stories(), two.Stories(), other.Stories()
	if len(a) != len(b) || len(a) < 40 {
		t.Fatalf("%d and %d stories", len(a), len(b))
	}
	same := 0
	for i := range a {
		if a[i].Title != b[i].Title || a[i].Mark != b[i].Mark || a[i].Source != b[i].Source {
			t.Errorf("%+v and %+v", a[i], b[i])
		}
		if i < len(c) && a[i].Title == c[i].Title {
			same++
		}
	}
	if same > 0 {
		t.Errorf("another seed: %d equal titles", same)
	}
}
