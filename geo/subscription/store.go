package subscription

import (
	"context"
	"time"
)

// Store stores subscriptions. Implementations are safe for concurrent use, also by
// several processes. Times are stored in microseconds.
type Store interface {
	// Subscribe adds s and returns true, unless there already is a feed that has the
	// URL of s as its URL or as a former URL. In that case it only fills in an empty
	// title, home or group, makes a failing or gone feed due, and returns false. It
	// sets s.ID, and s.Added if that is zero. URLs are not normalized. The error wraps
	// geo.ErrInvalid if s.URL is not an http or https address.
	Subscribe(ctx context.Context, s *Subscription) (added bool, err error)

	// Unsubscribe removes the feed with the given URL and its known items, but not its
	// stories. It returns geo.ErrNotFound if there is no such feed.
	Unsubscribe(ctx context.Context, url string) error

	// Subscription returns a feed, or geo.ErrNotFound.
	Subscription(ctx context.Context, id int64) (*Subscription, error)

	// Subscriptions returns all feeds in order of URL.
	Subscriptions(ctx context.Context) ([]*Subscription, error)

	// Due returns at most limit feeds that are due at now and not gone, in order of
	// their due times.
	Due(ctx context.Context, now time.Time, limit int) ([]*Subscription, error)

	// SaveSubscription stores the state of s after a poll. An empty title, home or
	// group does not replace the stored one. If another feed has the new URL of s, s is
	// merged into that feed, which then knows the items of both, and merged is true. It
	// returns geo.ErrNotFound if s was removed meanwhile.
	SaveSubscription(ctx context.Context, s *Subscription) (merged bool, err error)

	// Unknown returns the items that are new or have changed since the last fetch, in
	// order and without repetition. It does not remember them.
	Unknown(ctx context.Context, feed int64, items []Item) ([]Item, error)

	// Remember marks the items of a fetch as known. now is the time of the fetch; if
	// its items are remembered in several calls, all have the same now. Items that
	// were not remembered for the duration keep are forgotten, so each fetch remembers
	// all its items. A fetch may contain several items with the same key; an item that
	// returns to the digest of an earlier fetch has changed. Remember returns
	// geo.ErrNotFound if there is no such feed.
	Remember(ctx context.Context, feed int64, items []Item, now time.Time, keep time.Duration) error
}
