package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"newsmap/geo/story"
	"newsmap/geo/story/similarity"
)

// Pragma returns a setting of each connection pool.
func (s *Store) Pragma(t *testing.T, name string) map[string]string {
	out := map[string]string{}
	for pool, db := range map[string]*sql.DB{"writer": s.writer, "reader": s.reader, "stream": s.stream} {
		var value string
		if err := db.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&value); err != nil {
			t.Fatal(err)
		}
		out[pool] = value
	}
	return out
}

// DisableSync sets whether writes wait for the disk. Without waiting, tests are faster.
func (s *Store) DisableSync(t testing.TB, disable bool) {
	mode := "FULL"
	if disable {
		mode = "OFF"
	}
	if _, err := s.writer.ExecContext(t.Context(), "PRAGMA synchronous = "+mode); err != nil {
		t.Fatal(err)
	}
}

// ReadersCannotWrite reports whether writes on the reading pools fail.
func (s *Store) ReadersCannotWrite(t *testing.T) bool {
	_, reader := s.reader.ExecContext(t.Context(), "DELETE FROM stories")
	_, stream := s.stream.ExecContext(t.Context(), "DELETE FROM stories")
	return reader != nil && stream != nil
}

// Downgrade migrates the file at path down to an earlier version of its schema.
func Downgrade(t *testing.T, path string, version int64) {
	db, err := connect(path, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	provider, err := newProvider(db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.DownTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}

// Plan returns the driver of the plan for q with the given probe, and how many features
// the plan finds.
func (s *Store) Plan(t *testing.T, q story.Query, probe int) (driver string, features int) {
	err := read(t.Context(), s.reader, func(tx *sql.Tx) error {
		p, err := newPlan(t.Context(), tx, &q, probe)
		if err != nil {
			return err
		}
		driver = p.driver
		features, err = count(t.Context(), tx, p.selectLocations("count(*)"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return driver, features
}

// DropOverview makes the next query load the overview again.
func (s *Store) DropOverview() { s.overviews.current.Store(nil) }

// AddFingerprints adds random keys for n stories, spread evenly over days. Each story has
// four keys with 65,536 possible values, as those of a SimHash, and nine keys of
// passages.
func (s *Store) AddFingerprints(t testing.TB, n, days int, random *rand.Rand) {
	type row struct {
		key         int64
		hour, story int32
	}
	rows := make([]row, 0, 13*n)
	for story := range n {
		hour := int32(story * days * 24 / n)
		for _, key := range randomKeys(random) {
			rows = append(rows, row{int64(key), hour, int32(story + 1)})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.story, b.story)) })
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(t.Context(), "INSERT OR IGNORE INTO prints (key, hour, story) VALUES (?, ?, ?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, r := range rows {
			if _, err := insert.ExecContext(t.Context(), r.key, r.hour, r.story); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// randomKeys returns as many keys as a text of usual length has.
func randomKeys(random *rand.Rand) []similarity.Key {
	keys := make([]similarity.Key, 13)
	for k := range keys {
		keys[k] = similarity.Key(random.Int64N(1 << 40))
		if k < 4 {
			keys[k] = similarity.Key(int64(k)<<40 | random.Int64N(1<<16))
		}
	}
	return keys
}

// CountSharedKeys searches for random keys, as a search for duplicates does, and returns
// how many stories have one of them.
func (s *Store) CountSharedKeys(t testing.TB, hour int64, random *rand.Rand) (n int) {
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		found, err := (&dedup{t.Context(), tx, s}).sharedKeys(0, hour*time.Hour.Microseconds(), randomKeys(random))
		n = len(found)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// AddFingerprint adds the keys of one more story.
func (s *Store) AddFingerprint(t testing.TB, story, hour int64, random *rand.Rand) {
	err := s.write(t.Context(), func(tx *sql.Tx) error {
		return (&dedup{t.Context(), tx, s}).execKeys(s.put.addFingerprint, story, hour*time.Hour.Microseconds(), randomKeys(random))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// RunEndlessQuery runs a query that ends only when ctx does.
func (s *Store) RunEndlessQuery(ctx context.Context) error {
	return read(ctx, s.reader, func(tx *sql.Tx) error {
		_, err := count(ctx, tx, clause{sql: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"})
		return err
	})
}
