package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestCancelStopsSQLite ends a request while SQLite works on an endless query, as
// when a reader moves the map on: the work must end with it.
func TestCancelStopsSQLite(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Endless(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
