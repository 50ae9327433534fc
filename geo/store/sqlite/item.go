package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"newsmap/geo/subscription"
)

// itemHash is what is stored of an item: hashes of its key and its digest. Their size
// does not depend on the feed.
type itemHash [2]string

func hashItem(item subscription.Item) itemHash {
	return itemHash{hashString(item.Key), hashString(item.Digest)}
}

// hashString returns the first half of the SHA-256 hash of s, in hexadecimal.
func hashString(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// hashItems returns the hashes of the items, also as a JSON list, which is one SQL
// parameter for any number of items.
func hashItems(items []subscription.Item) (list string, hashes []itemHash, err error) {
	hashes = make([]itemHash, len(items))
	for i, item := range items {
		hashes[i] = hashItem(item)
	}
	b, err := json.Marshal(hashes)
	return string(b), hashes, err
}

// Unknown returns the items that are new or have changed; see subscription.Store. It
// returns identical items once.
func (s *Store) Unknown(ctx context.Context, feed int64, items []subscription.Item) ([]subscription.Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	list, hashes, err := hashItems(items)
	if err != nil {
		return nil, err
	}
	known := make(map[itemHash]bool, len(items))
	if err := read(ctx, s.reader, func(tx *sql.Tx) error { return loadKnown(ctx, tx, feed, list, known) }); err != nil {
		return nil, fmt.Errorf("items of feed %d: %w", feed, err)
	}
	var out []subscription.Item
	for i, hash := range hashes {
		if !known[hash] {
			known[hash] = true
			out = append(out, items[i])
		}
	}
	return out, nil
}

// loadKnown adds the stored items in the list to known.
func loadKnown(ctx context.Context, tx *sql.Tx, feed int64, list string, known map[itemHash]bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT j.value ->> 0, j.value ->> 1 FROM json_each(?2) j
		CROSS JOIN feed_items i ON i.feed = ?1 AND i.key = unhex(j.value ->> 0) AND i.digest = unhex(j.value ->> 1)`, feed, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var hash itemHash
		if err := rows.Scan(&hash[0], &hash[1]); err != nil {
			return err
		}
		known[hash] = true
	}
	return rows.Err()
}

// Remember marks items as known; see subscription.Store. The items of one fetch may be
// remembered in several calls with the same now. The error wraps geo.ErrNotFound if the
// feed does not exist.
func (s *Store) Remember(ctx context.Context, feed int64, items []subscription.Item, now time.Time, keep time.Duration) error {
	list, _, err := hashItems(items)
	if err != nil {
		return err
	}
	if err := s.write(ctx, func(tx *sql.Tx) error { return remember(ctx, tx, feed, list, now, keep) }); err != nil {
		return fmt.Errorf("items of feed %d: %w", feed, err)
	}
	return nil
}

// remember removes the digests that the items had in earlier fetches: an item that
// returns to one of them has changed again.
func remember(ctx context.Context, tx *sql.Tx, feed int64, list string, now time.Time, keep time.Duration) error {
	if err := one(tx.ExecContext(ctx, "UPDATE feeds SET id = id WHERE id = ?", feed)); err != nil {
		return err
	}
	for _, c := range []clause{
		{`INSERT INTO feed_items (feed, key, digest, seen) SELECT ?1, unhex(value ->> 0), unhex(value ->> 1), ?3 FROM json_each(?2) WHERE true
			ON CONFLICT DO UPDATE SET seen = excluded.seen`, []any{feed, list, micros(now)}},
		{`DELETE FROM feed_items WHERE feed = ?1 AND key IN (SELECT unhex(value ->> 0) FROM json_each(?2)) AND seen < ?3`, []any{feed, list, micros(now)}},
		{`DELETE FROM feed_items WHERE feed = ? AND seen < ?`, []any{feed, micros(now.Add(-keep))}},
	} {
		if _, err := tx.ExecContext(ctx, c.sql, c.args...); err != nil {
			return err
		}
	}
	return nil
}
