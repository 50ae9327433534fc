package queue_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/queue"
	"newsmap/geo/ingest/webtest"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// noPlaces is a parser that finds no places.
type noPlaces struct{}

func (noPlaces) Parse(context.Context, *geo.Document) (*geo.Result, error) { return &geo.Result{}, nil }

// service is everything that follows feeds, with a store of its own.
type service struct {
	path   string
	store  *sqlite.Store
	poller *ingest.Poller
	queue  *queue.Queue
	worker *ingest.Worker
}

func newService(t testing.TB, schedule subscription.Schedule, cfg queue.Config, change ...func(*fetch.Config)) *service {
	t.Helper()
	s := &service{path: filepath.Join(t.TempDir(), "news.db")}
	var err error
	if s.store, err = sqlite.Open(t.Context(), s.path, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.queue = openQueue(t, s.path, cfg)
	t.Cleanup(func() { s.queue.Close() })
	fetching := fetch.Config{AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Pace: -1}
	for _, f := range change {
		f(&fetching)
	}
	client := fetch.New(fetching)
	const wait = 100 * time.Millisecond
	s.poller = &ingest.Poller{Client: client, Store: s.store, Jobs: s.queue, Schedule: schedule, Wait: wait}
	s.worker = &ingest.Worker{Web: &ingest.Web{Client: client, Wait: wait}, Ingester: &ingest.Ingester{Parser: noPlaces{}, Store: s.store}}
	return s
}

func (s *service) handlers() queue.Handlers {
	return queue.Handlers{Run: s.poller.Run, Poll: s.poller.Poll, Ingest: s.worker.Ingest}
}

func (s *service) follow(t testing.TB, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		if _, err := s.store.Subscribe(t.Context(), &subscription.Subscription{URL: address}); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *service) count(t testing.TB) int {
	t.Helper()
	n, err := s.store.Count(t.Context(), story.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return n.Stories
}

func someItems(site *webtest.Site, n int) (items []webtest.Item) {
	for i := range n {
		items = append(
			items,
			webtest.Item{ID: fmt.Sprint(i), Link: fmt.Sprintf("%s/%d", site.URL, i), Title: fmt.Sprintf("Story %d of %s", i, site.URL), Summary: "A summary."},
		)
	}
	return items
}

// TestPollMany polls 1,000 feeds that respond with 304 Not Modified, all due at the same
// time, and logs how long it takes and how much it writes.
func TestPollMany(t *testing.T) {
	hosts, each := 100, 10
	if raceDetector {
		hosts = 5
	}
	s := newService(t, subscription.Schedule{MinInterval: time.Hour, MaxInterval: time.Hour}, queue.Config{})
	var sites []*webtest.Site
	for range hosts {
		site := webtest.NewSite()
		t.Cleanup(site.Close)
		sites = append(sites, site)
		for i := range each {
			path := fmt.Sprintf("/feed/%d", i)
			site.SetFeed(path, webtest.RSS, "Loop", nil)
			s.follow(t, site.URL+path)
		}
	}
	round := func(what string) time.Duration {
		began := time.Now()
		stop := work(t, s.queue, s.handlers())
		defer stop()
		waitFor(t, what, func() bool {
			due, err := s.store.Due(t.Context(), time.Now(), 1)
			return err == nil && len(due) == 0
		})
		return time.Since(began)
	}
	t.Logf("first round: %s", round("all feeds to be polled"))
	subs, err := s.store.Subscriptions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sub := range subs {
		if sub.ETag == "" || sub.Error != "" {
			t.Fatalf("after the first poll: %+v", sub)
		}
		sub.Due = time.Time{}
		if _, err := s.store.SaveSubscription(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	s.queue.Close()
	s.queue = openQueue(t, s.path, queue.Config{})
	s.poller.Jobs = s.queue
	before := writtenBytes()
	took := round("all feeds to be polled again")
	unmodified := 0
	for _, site := range sites {
		for i := range each {
			unmodified += site.NotModified(fmt.Sprintf("/feed/%d", i))
		}
	}
	t.Logf(
		"polled %d unmodified feeds in %s; wrote %d bytes for each, including requests",
		unmodified,
		took,
		(writtenBytes()-before)/(hosts*each),
	)
	if unmodified != hosts*each {
		t.Errorf("%d of %d feeds responded with 304", unmodified, hosts*each)
	}
}

// TestSlowHost checks that a slow host with a hundred items does not delay the items of
// other hosts.
func TestSlowHost(t *testing.T) {
	const n = 100
	s := newService(t, subscription.Schedule{}, queue.Config{MaxItems: 8, MaxPolls: 4, Grace: 100 * time.Millisecond}, func(c *fetch.Config) {
		c.TotalTimeout, c.IdleTimeout = 30*time.Second, 30*time.Second
	})
	slow := webtest.NewSite()
	defer slow.Close()
	slow.SetFeed("/feed", webtest.RSS, "Slow", someItems(slow, n))
	for i := range n {
		slow.Break(fmt.Sprintf("/%d", i), webtest.Drip(100*time.Millisecond))
	}
	s.follow(t, slow.URL+"/feed")
	stop := work(t, s.queue, s.handlers())
	defer stop()
	waitFor(t, "the items of the slow host to be queued", func() bool {
		status, err := queue.ReadStatus(t.Context(), s.path+"-jobs", 1)
		return err == nil && status.Counts[1].Waiting+status.Counts[1].Running == n
	})
	random := rand.New(rand.NewPCG(3, 4))
	began := time.Now()
	for range 5 {
		quick := webtest.NewSite()
		defer quick.Close()
		for i := range 20 {
			quick.SetPage(fmt.Sprintf("/%d", i), fmt.Sprintf("Story %d of %s", i, quick.URL), randomWords(random, 150))
		}
		quick.SetFeed("/feed", webtest.RSS, "Quick", someItems(quick, 20))
		s.follow(t, quick.URL+"/feed")
	}
	waitFor(t, "the stories of the other hosts to be stored", func() bool { return s.count(t) == 100 })
	took := time.Since(began)
	t.Logf("stored 100 stories of five hosts in %s next to a slow host", took)
	requests := 0
	for i := range n {
		requests += slow.Asked(fmt.Sprintf("/%d", i))
	}
	if requests > 2+int(took/(30*time.Second)) {
		t.Errorf("%d requests to the slow host", requests)
	}
}

// TestMany processes many items and checks the memory that it needs. It only runs with the
// environment variable NEWSMAP_ITEMS, such as NEWSMAP_ITEMS=100000.
func TestMany(t *testing.T) {
	total := 0
	if _, err := fmt.Sscan(os.Getenv("NEWSMAP_ITEMS"), &total); err != nil {
		t.Skip("takes minutes; set NEWSMAP_ITEMS to the number of items")
	}
	const hosts = 20
	s := newService(t, subscription.Schedule{MinInterval: 200 * time.Millisecond, MaxInterval: time.Second}, queue.Config{})
	var sites [hosts]*webtest.Site
	for i := range sites {
		sites[i] = webtest.NewSite()
		defer sites[i].Close()
		sites[i].SetFeed("/feed", webtest.RSS, "Loop", nil)
		s.follow(t, sites[i].URL+"/feed")
	}
	var maxMemory atomic.Int64
	random := rand.New(rand.NewPCG(1, 2))
	stop := work(t, s.queue, s.handlers())
	defer stop()
	began := time.Now()
	for done, turn := 0, 0; done < total; turn++ {
		var wave int
		for _, site := range sites {
			items := someItems(site, 50)
			for i := range items {
				n := turn*50 + i
				items[i].ID, items[i].Link = fmt.Sprint(n), fmt.Sprintf("%s/%d", site.URL, n)
				items[i].Content = randomWords(random, 250)
			}
			site.SetFeed("/feed", webtest.RSS, "Loop", items)
			wave += len(items)
		}
		done += wave
		for s.count(t) < done {
			time.Sleep(50 * time.Millisecond)
			maxMemory.Store(max(maxMemory.Load(), residentMemory(t)))
		}
		if turn%10 == 9 {
			info, _ := os.Stat(s.path + "-jobs")
			t.Logf(
				"%d items in %s, %d MiB now, %d MiB at most; %d KiB of jobs",
				done,
				time.Since(began).Round(time.Second),
				residentMemory(t),
				maxMemory.Load(),
				info.Size()>>10,
			)
		}
	}
	if maxMemory.Load() > 300 {
		t.Errorf("the process needed %d MiB, more than 300", maxMemory.Load())
	}
}

// randomWords returns a unique text of n words.
func randomWords(random *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "w%d ", random.IntN(20_000))
	}
	return b.String()
}

// writtenBytes returns how many bytes this process has written to files and connections, or
// 0 on systems without /proc.
func writtenBytes() (n int) {
	b, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "wchar:"); ok {
			_, _ = fmt.Sscan(rest, &n)
		}
	}
	return n
}

// residentMemory returns the memory of this process in MiB, including the test sites.
func residentMemory(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("this system has no /proc with the memory of a process")
	}
	for line := range strings.Lines(string(status)) {
		var kb int64
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			if _, err := fmt.Sscan(rest, &kb); err != nil {
				t.Fatal(err)
			}
			return kb >> 10
		}
	}
	t.Fatal("/proc/self/status has no VmRSS")
	return 0
}
