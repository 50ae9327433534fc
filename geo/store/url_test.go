package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/store"
)

func TestParseURL(t *testing.T) {
	for raw, want := range map[string]string{"sqlite:news.db": "sqlite:news.db", "SQLite:/a/b c?.db": "sqlite:/a/b c?.db", "sqlite:a:b": "sqlite:a:b"} {
		if u, err := store.ParseURL(raw); err != nil || u.String() != want {
			t.Errorf("%q is parsed as %q, %v; want %q", raw, u, err, want)
		}
	}
	for raw, want := range map[string]string{
		"": "no scheme", "news.db": "no scheme", "sqlite:": "has no path", "mysql://u:secret@h/d": "unknown scheme", "postgres://u:secret@h/d": "only SQLite",
	} {
		u, err := store.ParseURL(raw)
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, error %q; want it to contain %q", raw, u, err, want)
		}
	}
}

func TestURLExists(t *testing.T) {
	u := store.SQLiteURL(filepath.Join(t.TempDir(), "news.db"))
	if u.Exists() {
		t.Errorf("%s exists", u)
	}
	if err := os.WriteFile(u.Path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !u.Exists() {
		t.Errorf("%s does not exist", u)
	}
}
