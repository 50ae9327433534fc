package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/store"
	"newsmap/geo/story"
)

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	for _, url := range []string{"sqlite:" + path, "SQLite:" + path} {
		s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		name, url, want string
		invalid         bool
	}{
		{"empty", "", "no scheme", true},
		{"no scheme", "news.db", "sqlite:PATH", true},
		{"postgres", "postgres://user:secret@host/db", "this build supports only SQLite", true},
		{"unknown", "mysql://user:secret@host/db", "unknown scheme", true},
		{"no path", "sqlite:", "has no path", true},
		{"directory", "sqlite:" + t.TempDir(), "is a directory", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), c.url, nil)
			if err == nil || s != nil {
				t.Fatalf("opened %v; want an error", s)
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || errors.Is(err, geo.ErrInvalid) != c.invalid {
				t.Errorf("error %q; want it to contain %q", err, c.want)
			}
		})
	}
}

func ExampleOpen() {
	folder, err := os.MkdirTemp("", "newsmap")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(folder, "news.db"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	outcome, err := s.Put(ctx, &story.Story{ID: "a", Title: "Bridge opens in Mosul"})
	fmt.Println(outcome, err)
	// Output: created <nil>
}
