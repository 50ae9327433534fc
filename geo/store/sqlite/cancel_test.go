package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestCancelStopsSQLite checks that an endless query stops when its context ends, as it
// does when a reader moves the map.
func TestCancelStopsSQLite(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.RunEndlessQuery(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v; want context.DeadlineExceeded", err)
	}
}
