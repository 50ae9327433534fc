package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"newsmap/geo/geocode"
	"newsmap/geo/geocode/cachetest"
)

func TestAnswers(t *testing.T) {
	cachetest.Run(t, func(t *testing.T, clock func() time.Time) geocode.Cache {
		s := open(t, filepath.Join(t.TempDir(), "news.db"), clock)
		t.Cleanup(func() { s.Close() })
		return s.Answers()
	})
}

// TestAnswersPersist checks that answers remain after a restart and that expired ones
// are removed.
func TestAnswersPersist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := open(t, path, clock)
	for _, key := range []string{"a", "b", "c"} {
		if err := s.Answers().Put(t.Context(), key, []byte(key), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path, clock)
	if got, err := s.Answers().Get(t.Context(), "b"); err != nil || string(got) != "b" {
		t.Errorf("%q, %v", got, err)
	}
	now = now.Add(2 * time.Hour)
	if err := s.Answers().Put(t.Context(), "d", []byte("d"), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM answers").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows, %v; want 1", rows, err)
	}
}
