package ingest

import (
	"cmp"
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

// Poller fetches followed feeds and adds jobs for their new items. It is safe for concurrent
// use.
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
	remembered map[int64]time.Time // when the items of a feed were last marked as known
}

const (
	keepItems     = 90 * 24 * time.Hour // how long an item stays known after it was last in its feed
	rememberAgain = 24 * time.Hour      // how often known items are marked again if nothing is new
)

// Run adds jobs for feeds when they are due, until ctx ends. It reads the due feeds from the
// store at least every two seconds, as other processes may add feeds.
func (p *Poller) Run(ctx context.Context) {
	const shortest, longest = 100 * time.Millisecond, 2 * time.Second
	every := longest
	if p.Schedule.MinInterval > 0 {
		every = min(max(p.Schedule.MinInterval/2, shortest), longest)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := p.enqueue(ctx); err != nil && ctx.Err() == nil {
			p.log(ctx, slog.LevelError, "cannot read the due feeds", "error", err)
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
	const batch = 500
	p.mu.Lock()
	waiting := len(p.queued)
	p.mu.Unlock()
	due, err := p.Store.Due(ctx, p.now(), waiting+batch)
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
	// The feeds are marked as queued before, as a poll may end before AddPolls returns.
	taken, err := p.Jobs.AddPolls(ctx, ids)
	isTaken := map[int64]bool{}
	for _, id := range taken {
		isTaken[id] = true
	}
	p.unqueue(slices.DeleteFunc(ids, func(id int64) bool { return isTaken[id] })...)
	return err
}

// unqueue allows feeds to be added to Jobs again.
func (p *Poller) unqueue(ids ...int64) {
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
		p.unqueue(id)
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
		return p.saveFailure(context.WithoutCancel(ctx), sub, tookTooLong(sub.URL))
	case ctx.Err() != nil:
		return ctx.Err()
	case isBusy(err):
		return err
	case err != nil:
		return p.saveFailure(ctx, sub, err)
	case got.NotModified:
		p.Schedule.Succeed(sub, subscription.PollResult{Fresh: got.Fresh}, p.now())
		return p.saveSuccess(ctx, sub, got, 0)
	}
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, p.now())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return p.saveParseError(ctx, sub, got, err)
	}
	return p.addNewItems(ctx, sub, got, f)
}

// tookTooLong returns the error for an address that, with its redirects, takes longer than a
// job may.
func tookTooLong(address string) error {
	return &fetch.Error{URL: address, Reason: fetch.ReasonTimeout, Detail: "took longer in total than allowed", Err: context.DeadlineExceeded}
}

// saveParseError stores why the document is not a feed. If the address has never been a feed
// but is a page that links to one, the subscription is changed to that feed.
func (p *Poller) saveParseError(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, err error) error {
	if feed.Sniff(got.Body) != feed.KindHTML {
		return p.saveFailure(ctx, sub, err)
	}
	links := feed.Discover(got.Body, got.ContentType, got.URL)
	if len(links) == 0 {
		return p.saveFailure(ctx, sub, err)
	}
	if sub.Interval != 0 || links[0].URL == sub.URL { // it was a feed before, or the subscription was changed to it by such a link
		return p.saveFailure(ctx, sub, geo.Invalid("feed", "is an HTML page, not a feed; it links to the feed %s", links[0].URL))
	}
	page := *sub
	sub.URL, sub.Home, sub.Due, sub.Interval = links[0].URL, cmp.Or(sub.Home, got.URL), p.now(), time.Second
	if _, saveErr := p.Store.SaveSubscription(ctx, sub); saveErr != nil {
		return p.saveFailure(ctx, &page, err)
	}
	p.log(ctx, slog.LevelInfo, "the address is a page; the feed that it links to is followed instead", "page", page.URL, "feed", sub.URL)
	return nil
}

// addNewItems adds the new items of f to Jobs. A crash at any point must not lose items: they
// are stored as jobs before they are marked as known, and marked as known before the ETag of
// the feed is stored.
func (p *Poller) addNewItems(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, f *feed.Feed) error {
	now := p.now()
	items := FeedItems(sub.ID, sub.URL, f, now)
	for i := range items {
		items[i].FormerURLs = sub.FormerURLs
	}
	unknown, err := p.unknown(ctx, sub.ID, items)
	if err != nil {
		return err
	}
	taken := unknown
	if len(unknown) > 0 {
		if taken, err = p.Jobs.AddItems(ctx, unknown); err != nil {
			return err
		}
	}
	if err := p.remember(ctx, sub.ID, items, unknown, taken, now); err != nil {
		if errors.Is(err, geo.ErrNotFound) {
			return nil // it was removed in the meantime
		}
		return err
	}
	result := subscription.PollResult{Changed: len(unknown) > 0, Fresh: got.Fresh, Every: f.Every, Until: f.Skip.Until}
	for _, item := range f.Items {
		if !item.Published.IsZero() {
			result.Published = append(result.Published, item.Published)
		}
	}
	p.Schedule.Succeed(sub, result, now)
	sub.Items, sub.Warnings = len(f.Items), f.Warnings
	sub.Title, sub.Home = cmp.Or(sub.Title, f.Title), cmp.Or(sub.Home, f.Home)
	sub.ETag, sub.LastModified = got.ETag, got.LastModified
	if len(taken) < len(unknown) {
		sub.ETag, sub.LastModified = "", "" // the next poll must return the items that were not taken
	}
	return p.saveSuccess(ctx, sub, got, len(taken))
}

// unknown returns the items that are not known or have changed.
func (p *Poller) unknown(ctx context.Context, id int64, items []FeedItem) ([]FeedItem, error) {
	versions := make([]subscription.Item, len(items))
	for i := range items {
		versions[i] = items[i].Version()
	}
	unknown, err := p.Store.Unknown(ctx, id, versions)
	if err != nil || len(unknown) == 0 {
		return nil, err
	}
	isUnknown := map[subscription.Item]bool{}
	for _, version := range unknown {
		isUnknown[version] = true
	}
	var out []FeedItem
	for _, n := range items {
		if isUnknown[n.Version()] {
			out = append(out, n)
			delete(isUnknown, n.Version())
		}
	}
	return out, nil
}

// remember marks items as known, except the unknown ones that were not taken. If none is
// unknown, it writes only once a day.
func (p *Poller) remember(ctx context.Context, id int64, items, unknown, taken []FeedItem, now time.Time) error {
	p.mu.Lock()
	last := p.remembered[id]
	p.mu.Unlock()
	if len(unknown) == 0 && now.Sub(last) < rememberAgain {
		return nil
	}
	notTaken := map[subscription.Item]bool{}
	for i := range unknown {
		notTaken[unknown[i].Version()] = true
	}
	for i := range taken {
		delete(notTaken, taken[i].Version())
	}
	var known []subscription.Item
	for i := range items {
		if version := items[i].Version(); !notTaken[version] {
			known = append(known, version)
		}
	}
	if err := p.Store.Remember(ctx, id, known, now, keepItems); err != nil {
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

// saveSuccess stores the result of a successful poll that added a number of items to Jobs.
func (p *Poller) saveSuccess(ctx context.Context, sub *subscription.Subscription, got *fetch.Result, added int) error {
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
		p.log(ctx, slog.LevelInfo, "the feed has moved to one that is already followed", "feed", old, "to", sub.URL)
	case sub.URL != old:
		p.log(ctx, slog.LevelInfo, "the feed has moved permanently", "feed", old, "to", sub.URL)
	}
	level := slog.LevelDebug
	if added > 0 {
		level = slog.LevelInfo
	}
	p.log(ctx, level, "feed polled", "feed", sub.URL, "new", added, "items", sub.Items, "unmodified", got.NotModified, "next", sub.Due.Format(time.RFC3339))
	return nil
}

// saveFailure stores why a feed could not be read.
func (p *Poller) saveFailure(ctx context.Context, sub *subscription.Subscription, cause error) error {
	var out *fetch.Error
	retryAfter := time.Duration(0)
	if errors.As(cause, &out) && out.Reason == fetch.ReasonWait {
		// The host asked for a pause in the answer to another request. That is not a fault of
		// this feed, whose last fault is kept.
		sub.Due = p.now().Add(out.RetryAfter)
		if sub.Failures == 0 {
			sub.Error = "the host asked for a pause when another address was read"
		}
		return p.saveState(ctx, sub)
	}
	if out != nil {
		retryAfter = out.RetryAfter
		sub.Gone = out.Status == http.StatusGone
	}
	first := sub.Failures == 0
	p.Schedule.Fail(sub, faultText(sub.URL, cause), retryAfter, p.now())
	if err := p.saveState(ctx, sub); err != nil {
		return err
	}
	level := slog.LevelDebug
	if first || sub.Gone {
		level = slog.LevelWarn
	}
	p.log(ctx, level, "feed cannot be read", "feed", sub.URL, "reason", sub.Error, "failures", sub.Failures, "next", sub.Due.Format(time.RFC3339))
	return nil
}

// saveState stores the state of a feed, unless it was removed in the meantime.
func (p *Poller) saveState(ctx context.Context, sub *subscription.Subscription) error {
	_, err := p.Store.SaveSubscription(ctx, sub)
	if errors.Is(err, geo.ErrNotFound) {
		return nil
	}
	return err
}

// faultText returns the text of an error about address, without the address.
func faultText(address string, err error) string {
	var out *fetch.Error
	var invalid *geo.InvalidError
	switch {
	case errors.As(err, &out) && (out.URL == address || out.URL == withoutUser(address)):
		return out.Detail
	case errors.As(err, &out):
		return fmt.Sprintf("redirects to %s", out.Error())
	case errors.As(err, &invalid):
		return invalid.Reason
	}
	return strings.TrimPrefix(err.Error(), address+": ")
}

// withoutUser returns an address without user name and password, as errors name it.
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
