package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/subscription"
)

// Jobs runs polls and items as durable jobs. Package queue implements it.
type Jobs interface {
	// AddPolls adds polls of the feeds with the given ids. It returns the ids of all
	// feeds whose polls are waiting now. A feed that is being polled is not taken.
	AddPolls(ctx context.Context, feeds []int64) (taken []int64, err error)

	// AddItems adds items that will become stories. A newer version of an item replaces
	// a waiting one; an item whose job is running is not taken, unless it is the same
	// version. The items in taken survive a crash of the machine.
	AddItems(ctx context.Context, items []FeedItem) (taken []FeedItem, err error)
}

// Poller fetches followed feeds and makes jobs of what is new in them. It is
// safe for concurrent use.
type Poller struct {
	Client   Fetcher
	Store    subscription.Store
	Jobs     Jobs
	Schedule subscription.Schedule
	Wait     time.Duration    // maximum time that a request waits for its host; see fetch.Request
	Logger   *slog.Logger     // nil: nothing is logged
	Clock    func() time.Time // nil: time.Now

	mu         sync.Mutex
	queued     map[int64]bool      // feeds that were added to Jobs and not polled yet
	remembered map[int64]time.Time // when a feed's items were last marked as known
}

// How long items of a feed stay known after they were last in it, and how often that time is
// stored again.
const (
	keepItems   = 90 * 24 * time.Hour
	refreshKept = 24 * time.Hour
)

// Run adds jobs for feeds when they are due, until ctx ends. It reads the due feeds from the
// store at least every two seconds, as other processes may add feeds.
func (p *Poller) Run(ctx context.Context) {
	const often, seldom = 100 * time.Millisecond, 2 * time.Second
	every := seldom
	if p.Schedule.MinInterval > 0 {
		every = min(max(p.Schedule.MinInterval/2, often), seldom)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := p.enqueue(ctx); err != nil && ctx.Err() == nil {
			p.log(ctx, slog.LevelError, "due feeds cannot be looked up", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// enqueue adds the due feeds to Jobs, each once.
func (p *Poller) enqueue(ctx context.Context) error {
	const atOnce = 500
	p.mu.Lock()
	waiting := len(p.queued)
	p.mu.Unlock()
	due, err := p.Store.Due(ctx, p.now(), waiting+atOnce)
	if err != nil {
		return err
	}
	var ids []int64
	p.mu.Lock()
	if p.queued == nil {
		p.queued = map[int64]bool{}
	}
	for _, sub := range due {
		if !p.queued[sub.ID] {
			p.queued[sub.ID] = true
			ids = append(ids, sub.ID)
		}
	}
	p.mu.Unlock()
	if len(ids) == 0 {
		return nil
	}
	// A poll may end before AddPolls returns, so that these are marked first.
	taken, err := p.Jobs.AddPolls(ctx, ids)
	waits := map[int64]bool{}
	for _, id := range taken {
		waits[id] = true
	}
	p.finish(slices.DeleteFunc(ids, func(id int64) bool { return waits[id] })...)
	return err
}

// finish allows feeds to be added to Jobs again.
func (p *Poller) finish(ids ...int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range ids {
		delete(p.queued, id)
	}
}

// Poll fetches the feed with the given id if it is due, adds its new items to Jobs, and stores
// the result in its subscription. A problem with the feed is not an error but part of that
// result. An error with fetch.ReasonBusy means that the host is busy with other requests.
// After any other error, the result was not stored.
func (p *Poller) Poll(ctx context.Context, id int64) error {
	err := p.poll(ctx, id)
	if !isBusy(err) {
		p.finish(id)
	}
	return err
}

func isBusy(err error) bool {
	var out *fetch.Error
	return errors.As(err, &out) && out.Reason == fetch.ReasonBusy
}

func (p *Poller) poll(ctx context.Context, id int64) error {
	sub, err := p.Store.Subscription(ctx, id)
	switch {
	case errors.Is(err, geo.ErrNotFound):
		return nil
	case err != nil:
		return err
	case sub.Gone || sub.Due.After(p.now()):
		return nil // another job polled it, or the feed was removed and added again
	}
	got, err := p.Client.Fetch(ctx, fetch.Request{URL: sub.URL, ETag: sub.ETag, LastModified: sub.LastModified, MaxBody: feed.MaxBody, Wait: p.Wait})
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return p.failed(context.WithoutCancel(ctx), sub, tookTooLong(sub.URL))
	case ctx.Err() != nil:
		return ctx.Err()
	case isBusy(err):
		return err
	case err != nil:
		return p.failed(ctx, sub, err)
	case got.NotModified:
		p.Schedule.Succeed(sub, subscription.PollResult{Fresh: got.Fresh}, p.now())
		return p.save(ctx, sub, got, 0)
	}
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, p.now())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return p.misread(ctx, sub, got, err)
	}
	return p.read(ctx, sub, got, f)
}

// tookTooLong returns the error for a feed that, with its redirects, takes longer than a job may.
func tookTooLong(address string) error {
	return &fetch.Error{URL: address, Reason: fetch.ReasonTimeout, Detail: "took longer in total than allowed", Err: context.DeadlineExceeded}
}

// misread stores why the document is not a feed. If the address has never been a feed but is a
// page that links to one, the subscription is changed to that feed.
func (p *Poller) misread(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, err error) error {
	if feed.Sniff(got.Body) != feed.KindHTML {
		return p.failed(ctx, sub, err)
	}
	links := feed.Discover(got.Body, got.ContentType, got.URL)
	if len(links) == 0 {
		return p.failed(ctx, sub, err)
	}
	if sub.Interval != 0 || links[0].URL == sub.URL { // it was a feed before, or was found on such a page
		return p.failed(ctx, sub, geo.Invalid("feed", "is an HTML page, not a feed; it links to the feed %s", links[0].URL))
	}
	page := *sub
	sub.URL, sub.Home, sub.Due, sub.Interval = links[0].URL, firstOf(sub.Home, got.URL), p.now(), time.Second
	if _, saveErr := p.Store.SaveSubscription(ctx, sub); saveErr != nil {
		return p.failed(ctx, &page, err)
	}
	p.log(ctx, slog.LevelInfo, "the page stands for its feed", "page", page.URL, "feed", sub.URL)
	return nil
}

// read adds the new items of f to Jobs. A crash at any point must not lose items: they are
// stored as jobs before they are marked as known, and marked as known before the ETag of the
// feed is stored.
func (p *Poller) read(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, f *feed.Feed) error {
	now := p.now()
	news := FeedItems(sub.ID, sub.URL, f, now)
	for i := range news {
		news[i].FormerURLs = sub.FormerURLs
	}
	fresh, err := p.unknown(ctx, sub.ID, news)
	if err != nil {
		return err
	}
	taken := fresh
	if len(fresh) > 0 {
		if taken, err = p.Jobs.AddItems(ctx, fresh); err != nil {
			return err
		}
	}
	if err := p.remember(ctx, sub.ID, news, fresh, taken, now); err != nil {
		if errors.Is(err, geo.ErrNotFound) {
			return nil // it was removed in the meantime
		}
		return err
	}
	reading := subscription.PollResult{Changed: len(fresh) > 0, Fresh: got.Fresh, Every: f.Every, Until: f.Skip.Until}
	for _, item := range f.Items {
		if !item.Published.IsZero() {
			reading.Published = append(reading.Published, item.Published)
		}
	}
	p.Schedule.Succeed(sub, reading, now)
	sub.Items, sub.Warnings = len(f.Items), f.Warnings
	sub.Title, sub.Home = firstOf(sub.Title, f.Title), firstOf(sub.Home, f.Home)
	sub.ETag, sub.LastModified = got.ETag, got.LastModified
	if len(taken) < len(fresh) {
		sub.ETag, sub.LastModified = "", "" // the next poll must return the items that were not taken
	}
	return p.save(ctx, sub, got, len(taken))
}

// unknown returns the items that are not known or have changed.
func (p *Poller) unknown(ctx context.Context, id int64, news []FeedItem) ([]FeedItem, error) {
	items := make([]subscription.Item, len(news))
	for i := range news {
		items[i] = news[i].Known()
	}
	unknown, err := p.Store.Unknown(ctx, id, items)
	if err != nil || len(unknown) == 0 {
		return nil, err
	}
	is := map[subscription.Item]bool{}
	for _, item := range unknown {
		is[item] = true
	}
	var out []FeedItem
	for _, n := range news {
		if is[n.Known()] {
			out = append(out, n)
			delete(is, n.Known())
		}
	}
	return out, nil
}

// remember marks items as known, except new ones that were not taken. If there are no new
// items, it writes only once a day.
func (p *Poller) remember(ctx context.Context, id int64, news, fresh, taken []FeedItem, now time.Time) error {
	p.mu.Lock()
	last := p.remembered[id]
	p.mu.Unlock()
	if len(fresh) == 0 && now.Sub(last) < refreshKept {
		return nil
	}
	left := map[subscription.Item]bool{}
	for i := range fresh {
		left[fresh[i].Known()] = true
	}
	for i := range taken {
		delete(left, taken[i].Known())
	}
	var items []subscription.Item
	for i := range news {
		if item := news[i].Known(); !left[item] {
			items = append(items, item)
		}
	}
	if err := p.Store.Remember(ctx, id, items, now, keepItems); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.remembered == nil {
		p.remembered = map[int64]time.Time{}
	}
	p.remembered[id] = now
	return nil
}

// save stores the result of a successful poll.
func (p *Poller) save(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, fresh int) error {
	old := sub.URL
	if got.Permanent != "" {
		sub.URL = got.Permanent
	}
	merged, err := p.Store.SaveSubscription(ctx, sub)
	if err != nil && sub.URL != old {
		sub.URL = old // the new address cannot be stored
		merged, err = p.Store.SaveSubscription(ctx, sub)
	}
	switch {
	case errors.Is(err, geo.ErrNotFound):
		return nil
	case err != nil:
		return err
	case merged:
		p.log(ctx, slog.LevelInfo, "the feed has moved to one that is followed already", "feed", old, "to", sub.URL)
	case sub.URL != old:
		p.log(ctx, slog.LevelInfo, "the feed has moved for good", "feed", old, "to", sub.URL)
	}
	level := slog.LevelDebug
	if fresh > 0 {
		level = slog.LevelInfo
	}
	p.log(ctx, level, "feed polled", "feed", sub.URL, "new", fresh, "items", sub.Items, "unmodified", got.NotModified, "next", sub.Due.Format(time.RFC3339))
	return nil
}

// failed stores why a feed could not be read.
func (p *Poller) failed(ctx context.Context, sub *subscription.Subscription, cause error) error {
	var out *fetch.Error
	asked := time.Duration(0)
	if errors.As(cause, &out) && out.Reason == fetch.ReasonWait {
		// The host asked for a pause in the answer to another request. That is not a fault of
		// this feed, whose last fault is kept.
		sub.Due = p.now().Add(out.RetryAfter)
		if sub.Failures == 0 {
			sub.Error = "the host asked for a pause when another address was read"
		}
		return p.keep(ctx, sub)
	}
	if out != nil {
		asked = out.RetryAfter
		sub.Gone = out.Status == http.StatusGone
	}
	first := sub.Failures == 0
	p.Schedule.Fail(sub, words(sub.URL, cause), asked, p.now())
	if err := p.keep(ctx, sub); err != nil {
		return err
	}
	level := slog.LevelDebug
	if first || sub.Gone {
		level = slog.LevelWarn
	}
	p.log(ctx, level, "feed cannot be read", "feed", sub.URL, "reason", sub.Error, "failures", sub.Failures, "next", sub.Due.Format(time.RFC3339))
	return nil
}

// keep stores the state of a feed, unless it was removed in the meantime.
func (p *Poller) keep(ctx context.Context, sub *subscription.Subscription) error {
	_, err := p.Store.SaveSubscription(ctx, sub)
	if errors.Is(err, geo.ErrNotFound) {
		return nil
	}
	return err
}

// words returns the text of an error about the feed at address, without the address.
func words(address string, err error) string {
	var out *fetch.Error
	var invalid *geo.InvalidError
	switch {
	case errors.As(err, &out) && (out.URL == address || out.URL == withoutUser(address)):
		return out.Detail
	case errors.As(err, &out):
		return fmt.Sprintf("leads to %s", out.Error())
	case errors.As(err, &invalid):
		return invalid.Reason
	}
	return strings.TrimPrefix(err.Error(), address+": ")
}

// withoutUser returns an address without user name and password, as in errors.
func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	return u.String()
}

func (p *Poller) now() time.Time {
	if p.Clock == nil {
		return time.Now()
	}
	return p.Clock()
}

func (p *Poller) log(ctx context.Context, level slog.Level, message string, args ...any) {
	if p.Logger != nil {
		p.Logger.Log(ctx, level, message, args...)
	}
}
