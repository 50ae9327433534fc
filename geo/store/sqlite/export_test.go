package sqlite

import (
	"database/sql"
	"log/slog"
	"testing"

	"newsmap/geo/story"
)

// Pragma gives a setting of each pool.
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

// ReadOnly tells whether readers are refused a write.
func (s *Store) ReadOnly(t *testing.T) bool {
	_, reader := s.reader.ExecContext(t.Context(), "DELETE FROM stories")
	_, stream := s.stream.ExecContext(t.Context(), "DELETE FROM stories")
	return reader != nil && stream != nil
}

// Downgrade brings the file at path back to an earlier version of its schema.
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

// Planned tells which filter drives q under the given probe, and how many
// features are found so.
func (s *Store) Planned(t *testing.T, q story.Query, probe int) (driver string, features int) {
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

// ForgetOverview makes the next question read all anew.
func (s *Store) ForgetOverview() { s.overviews.current.Store(nil) }
