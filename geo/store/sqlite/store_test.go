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

func TestChanges(t *testing.T) {
	shared := sharedPath()
	storetest.RunChanges(t, func(t *testing.T, clock func() time.Time) storetest.LoggedStore { return open(t, shared(t), clock) })
}

func TestSubscriptions(t *testing.T) {
	shared := sharedPath()
	storetest.RunSubscriptions(t, func(t *testing.T, clock func() time.Time) storetest.SubscriptionStore {
		return open(t, shared(t), clock)
	})
}

// sharedPath returns a function that always returns the same path in the same test.
func sharedPath() func(t *testing.T) string {
	paths := map[string]string{}
	return func(t *testing.T) string {
		if paths[t.Name()] == "" {
			paths[t.Name()] = filepath.Join(t.TempDir(), "news.db")
		}
		return paths[t.Name()]
	}
}

func open(t testing.TB, path string, clock func() time.Time) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
