package subscription

import (
	"context"
	"time"
)

// Store keeps subscriptions. Implementations are safe for concurrent use, by
// several processes too.
type Store interface {
	// Subscribe adds s, unless its URL is subscribed, or is where a subscribed feed
	// lay before it moved: then title, home and group are filled where they were
	// empty, and a gone or failing feed is due again. It sets s.ID, and s.Added if
	// that is zero, and tells whether the feed is new. URLs are compared as they are.
	// The error wraps geo.ErrInvalid if s.URL is not an http or https address. Times are
	// kept to the microsecond.
	Subscribe(ctx context.Context, s *Subscription) (added bool, err error)

	// Unsubscribe removes the feed with the given URL and what is known of its
	// items, not its stories; geo.ErrNotFound if there is none.
	Unsubscribe(ctx context.Context, url string) error

	// Subscription returns one, or geo.ErrNotFound.
	Subscription(ctx context.Context, id int64) (*Subscription, error)

	// Subscriptions returns all in order of URL.
	Subscriptions(ctx context.Context) ([]*Subscription, error)

	// Due returns at most limit subscriptions that are due at now and not gone,
	// longest due first.
	Due(ctx context.Context, now time.Time, limit int) ([]*Subscription, error)

	// SaveSubscription keeps the state of s after a poll; an empty title, home or
	// group leaves what was there. Where its URL has become that of another
	// subscription, s is removed and the other stays, knowing the items of both: the
	// error is nil and merged is true. geo.ErrNotFound if s was removed meanwhile.
	SaveSubscription(ctx context.Context, s *Subscription) (merged bool, err error)

	// Unknown returns those of the items that the feed has not brought yet in this
	// form, in order and each form once. It marks none.
	Unknown(ctx context.Context, feed int64, items []Item) ([]Item, error)

	// Remember marks items as known at now. What no reading has held for the given
	// keep is forgotten; a reading therefore remembers all its items. Parts of one
	// reading are remembered with the same now. An item may have several forms in
	// one reading; one that goes back to the form of an earlier reading has changed.
	// It returns geo.ErrNotFound if there is no such feed.
	Remember(ctx context.Context, feed int64, items []Item, now time.Time, keep time.Duration) error
}
