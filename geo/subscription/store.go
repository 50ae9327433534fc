package subscription

import (
	"context"
	"time"
)

// Store keeps subscriptions. Implementations are safe for concurrent use, by
// several processes too.
type Store interface {
	// Subscribe adds s, unless its URL is subscribed: then title, home and group
	// are filled where they were empty, and a gone or failing feed is due again.
	// It sets s.ID, and tells whether the feed is new.
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

	// SaveSubscription keeps the state of s after a poll. Where its URL has become
	// that of another subscription, s is removed and the other stays: the error is
	// nil and merged is true. geo.ErrNotFound if s was removed meanwhile.
	SaveSubscription(ctx context.Context, s *Subscription) (merged bool, err error)

	// Unknown returns those of the items that the feed has not brought yet in this
	// form, in order. It marks none.
	Unknown(ctx context.Context, feed int64, items []Item) ([]Item, error)

	// Remember marks items as known at now. What no reading has held for the given
	// keep is forgotten; a reading therefore remembers all its items.
	Remember(ctx context.Context, feed int64, items []Item, now time.Time, keep time.Duration) error
}
