package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

var _ subscription.Store = (*Store)(nil)

const feedColumns = "id, url, title, home, folder, added, etag, last_modified, interval, due, fetched, changed, items, failures, error, warnings, gone"

// Subscribe adds a feed; see subscription.Store. A zero Added becomes the current time.
// The error wraps geo.ErrInvalid if the URL is not an http or https address.
func (s *Store) Subscribe(ctx context.Context, sub *subscription.Subscription) (added bool, err error) {
	if _, err := story.NormalizeURL(sub.URL); err != nil {
		return false, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		added, err = subscribe(ctx, tx, sub, s.clock())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("subscribe %s: %w", sub.URL, err)
	}
	return added, nil
}

func subscribe(ctx context.Context, tx *sql.Tx, sub *subscription.Subscription, now time.Time) (added bool, err error) {
	err = tx.QueryRowContext(ctx, `UPDATE feeds SET
			title = CASE title WHEN '' THEN ?2 ELSE title END, home = CASE home WHEN '' THEN ?3 ELSE home END, folder = CASE folder WHEN '' THEN ?4 ELSE folder END,
			due = CASE WHEN gone OR failures > 0 THEN ?5 ELSE due END, gone = 0
		WHERE id = coalesce((SELECT id FROM feeds WHERE url = ?1), (SELECT feed FROM moved_feeds WHERE url = ?1)) RETURNING id`, sub.URL, valid(sub.Title),
		valid(sub.Home), valid(sub.Group), micros(time.Time{})).Scan(&sub.ID)
	if !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	if sub.Added.IsZero() {
		sub.Added = now.UTC().Truncate(time.Microsecond)
	}
	state, err := feedState(sub)
	if err != nil {
		return false, err
	}
	args := append([]any{micros(sub.Added)}, state...)
	err = tx.QueryRowContext(ctx, `INSERT INTO feeds (added, url, title, home, folder, etag, last_modified, interval, due, fetched, changed, `+
		`items, failures, error, warnings, gone)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, args...).
		Scan(&sub.ID)
	return err == nil, err
}

// feedState returns the columns that a poll may change, in the order of the statements
// that write them.
func feedState(sub *subscription.Subscription) ([]any, error) {
	warnings := []string{}
	for _, w := range sub.Warnings {
		warnings = append(warnings, valid(w))
	}
	b, err := json.Marshal(warnings)
	return []any{
		sub.URL, valid(sub.Title), valid(sub.Home), valid(sub.Group), valid(sub.ETag), valid(sub.LastModified), sub.Interval.Microseconds(),
		micros(sub.Due), micros(sub.Fetched), micros(sub.Changed), sub.Items, sub.Failures, valid(sub.Error), string(b), sub.Gone,
	}, err
}

// valid replaces malformed UTF-8, which servers may send.
func valid(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// Unsubscribe removes a feed; see subscription.Store.
func (s *Store) Unsubscribe(ctx context.Context, url string) error {
	err := s.write(ctx, func(tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "DELETE FROM feeds WHERE url = ?", url))
	})
	if err != nil {
		return fmt.Errorf("feed %s: %w", url, err)
	}
	return nil
}

// one returns geo.ErrNotFound if no row was changed.
func one(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = geo.ErrNotFound
	}
	return err
}

// Subscription returns one feed, or geo.ErrNotFound.
func (s *Store) Subscription(ctx context.Context, id int64) (*subscription.Subscription, error) {
	out, err := s.subscriptions(ctx, "WHERE id = ?", id)
	if err == nil && len(out) == 0 {
		err = geo.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("feed %d: %w", id, err)
	}
	return out[0], nil
}

// Subscriptions returns all feeds in order of URL.
func (s *Store) Subscriptions(ctx context.Context) ([]*subscription.Subscription, error) {
	out, err := s.subscriptions(ctx, "ORDER BY url")
	if err != nil {
		return nil, fmt.Errorf("feeds: %w", err)
	}
	return out, nil
}

// Due returns the feeds to poll now; see subscription.Store.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]*subscription.Subscription, error) {
	out, err := s.subscriptions(ctx, "WHERE gone = 0 AND due <= ? ORDER BY due, id LIMIT ?", micros(now), max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("due feeds: %w", err)
	}
	return out, nil
}

// formerAddresses selects the earlier addresses of a feed, one a line (addresses contain
// no line breaks) and at most 20.
const formerAddresses = "coalesce((SELECT group_concat(url, char(10)) FROM (SELECT url FROM moved_feeds WHERE feed = feeds.id ORDER BY url LIMIT 20)), '')"

func (s *Store) subscriptions(ctx context.Context, which string, args ...any) (out []*subscription.Subscription, err error) {
	err = read(ctx, s.reader, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+feedColumns+", "+formerAddresses+" FROM feeds "+which, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			sub, err := scanFeed(rows)
			if err != nil {
				return err
			}
			out = append(out, sub)
		}
		return rows.Err()
	})
	return out, err
}

func scanFeed(rows *sql.Rows) (*subscription.Subscription, error) {
	var sub subscription.Subscription
	var added, interval, due, fetched, changed int64
	var warnings, former string
	err := rows.Scan(&sub.ID, &sub.URL, &sub.Title, &sub.Home, &sub.Group, &added, &sub.ETag, &sub.LastModified, &interval, &due, &fetched, &changed,
		&sub.Items, &sub.Failures, &sub.Error, &warnings, &sub.Gone, &former)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(warnings), &sub.Warnings); err != nil {
		return nil, fmt.Errorf("warnings of feed %d: %w", sub.ID, err)
	}
	if len(sub.Warnings) == 0 {
		sub.Warnings = nil
	}
	if former != "" {
		sub.FormerURLs = strings.Split(former, "\n")
	}
	sub.Interval = time.Duration(interval) * time.Microsecond
	sub.Added, sub.Due, sub.Fetched, sub.Changed = fromMicros(added), fromMicros(due), fromMicros(fetched), fromMicros(changed)
	return &sub, nil
}

// SaveSubscription stores the state of a feed; see subscription.Store. An empty title,
// home or group does not replace the stored one. If two feeds are merged, the known
// items of both are kept.
func (s *Store) SaveSubscription(ctx context.Context, sub *subscription.Subscription) (merged bool, err error) {
	if _, err := story.NormalizeURL(sub.URL); err != nil {
		return false, err
	}
	err = s.write(ctx, func(tx *sql.Tx) error {
		if err := keepFormerAddress(ctx, tx, sub); err != nil {
			return err
		}
		var other int64
		switch err := tx.QueryRowContext(ctx, "SELECT id FROM feeds WHERE url = ? AND id <> ?", sub.URL, sub.ID).Scan(&other); {
		case errors.Is(err, sql.ErrNoRows):
			return saveFeed(ctx, tx, sub)
		case err != nil:
			return err
		}
		merged = true
		return mergeFeeds(ctx, tx, sub.ID, other)
	})
	if err != nil {
		return false, fmt.Errorf("feed %s: %w", sub.URL, err)
	}
	return merged, nil
}

func saveFeed(ctx context.Context, tx *sql.Tx, sub *subscription.Subscription) error {
	state, err := feedState(sub)
	if err != nil {
		return err
	}
	return one(
		tx.ExecContext(
			ctx,
			`UPDATE feeds SET url = ?, title = coalesce(nullif(?, ''), title), home = coalesce(nullif(?, ''), home), folder = coalesce(nullif(?, ''), folder),
		etag = ?, last_modified = ?, interval = ?, due = ?, fetched = ?, changed = ?, items = ?, failures = ?, error = ?, warnings = ?, gone = ? WHERE id = ?`,
			append(state, sub.ID)...),
	)
}

// keepFormerAddress stores the previous address of a feed if its address has changed.
func keepFormerAddress(ctx context.Context, tx *sql.Tx, sub *subscription.Subscription) error {
	if _, err := tx.ExecContext(
		ctx,
		"INSERT OR REPLACE INTO moved_feeds (url, feed) SELECT url, id FROM feeds WHERE id = ? AND url <> ?",
		sub.ID,
		sub.URL,
	); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DELETE FROM moved_feeds WHERE url = ? AND feed = ?", sub.URL, sub.ID)
	return err
}

// mergeFeeds moves the known items and former addresses of the feed from to the feed
// into, and deletes from.
func mergeFeeds(ctx context.Context, tx *sql.Tx, from, into int64) error {
	if _, err := tx.ExecContext(ctx, "UPDATE moved_feeds SET feed = ? WHERE feed = ?", into, from); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO feed_items SELECT ?, key, digest, seen FROM feed_items WHERE feed = ?", into, from); err != nil {
		return err
	}
	return one(tx.ExecContext(ctx, "DELETE FROM feeds WHERE id = ?", from))
}

// write runs f in a transaction and commits it.
func (s *Store) write(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	if err = f(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return explain(cmp.Or(ctx.Err(), err))
	}
	return nil
}
