package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/store/storetest"
	"newsmap/geo/story"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, clock func() time.Time) story.Store {
		return open(t, filepath.Join(t.TempDir(), "news map?#100%.db"), clock)
	})
}

func open(t testing.TB, path string, clock func() time.Time) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
