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

// form is an item as it is remembered: the beginnings of the SHA-256 sums of its
// key and its digest, in hexadecimal. They stay small whatever a feed gives.
type form [2]string

func formOf(item subscription.Item) form { return form{sumOf(item.Key), sumOf(item.Digest)} }

func sumOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// formList is the JSON list of the items' forms, which takes the place of any
// number of parameters.
func formList(items []subscription.Item) (string, []form, error) {
	forms := make([]form, len(items))
	for i, item := range items {
		forms[i] = formOf(item)
	}
	b, err := json.Marshal(forms)
	return string(b), forms, err
}

// Unknown returns the items that are new or changed; see subscription.Store. An
// item that comes twice in the same form is returned once.
func (s *Store) Unknown(ctx context.Context, feed int64, items []subscription.Item) ([]subscription.Item, error) {
	if len(items) == 0 {
		return nil, nil
	}
	list, forms, err := formList(items)
	if err != nil {
		return nil, err
	}
	known := make(map[form]bool, len(items))
	if err := read(ctx, s.reader, func(tx *sql.Tx) error { return knownForms(ctx, tx, feed, list, known) }); err != nil {
		return nil, fmt.Errorf("items of feed %d: %w", feed, err)
	}
	var out []subscription.Item
	for i, f := range forms {
		if !known[f] {
			known[f] = true
			out = append(out, items[i])
		}
	}
	return out, nil
}

func knownForms(ctx context.Context, tx *sql.Tx, feed int64, list string, known map[form]bool) error {
	rows, err := tx.QueryContext(ctx, `SELECT j.value ->> 0, j.value ->> 1 FROM json_each(?2) j
		CROSS JOIN feed_items i ON i.feed = ?1 AND i.key = unhex(j.value ->> 0) AND i.digest = unhex(j.value ->> 1)`, feed, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f form
		if err := rows.Scan(&f[0], &f[1]); err != nil {
			return err
		}
		known[f] = true
	}
	return rows.Err()
}

// Remember marks items as known; see subscription.Store. A reading may be
// remembered in parts, with the same now. The error wraps geo.ErrNotFound if
// there is no such feed.
func (s *Store) Remember(ctx context.Context, feed int64, items []subscription.Item, now time.Time, keep time.Duration) error {
	list, _, err := formList(items)
	if err != nil {
		return err
	}
	if err := s.write(ctx, func(tx *sql.Tx) error { return remember(ctx, tx, feed, list, now, keep) }); err != nil {
		return fmt.Errorf("items of feed %d: %w", feed, err)
	}
	return nil
}

// remember drops the forms that an item had in earlier readings: what goes back
// to one of them has changed again.
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
