package store

import (
	"context"
	"log/slog"
	"strings"

	"newsmap/geo"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// schemes are the forms of URL that Open knows.
var schemes = []string{"sqlite:PATH"}

// Store keeps stories, tells what changed among them, and keeps the feeds that
// are followed.
type Store interface {
	story.Store
	story.ChangeLog
	subscription.Store
}

// Open opens the store at url, "sqlite:PATH", and brings its schema up to date.
// The file is made if there is none. The error wraps geo.ErrInvalid, and names
// "store", if the URL is of no form that this build knows; it never repeats the
// URL, which may hold a password.
func Open(ctx context.Context, url string, logger *slog.Logger) (Store, error) {
	return open(ctx, url, sqlite.Options{Logger: logger})
}

// OpenToRead opens the store at url to read from it: as Open does if it can, and
// otherwise, where the file or its directory may not be written, without changing
// anything, so that only reading works.
func OpenToRead(ctx context.Context, url string, logger *slog.Logger) (Store, error) {
	s, err := open(ctx, url, sqlite.Options{Logger: logger})
	if err == nil || !sqlite.NotWritable(err) {
		return s, err
	}
	return open(ctx, url, sqlite.Options{Logger: logger, ReadOnly: true})
}

func open(ctx context.Context, url string, options sqlite.Options) (Store, error) {
	scheme, rest, found := strings.Cut(url, ":")
	if !found {
		return nil, geo.Invalid("store", "has no scheme; known are %s", strings.Join(schemes, ", "))
	}
	switch strings.ToLower(scheme) {
	case "sqlite":
		s, err := sqlite.Open(ctx, rest, options)
		if err != nil {
			return nil, err // and no typed nil in the interface
		}
		return s, nil
	case "postgres", "postgresql":
		return nil, geo.Invalid("store", "%s: this build keeps stories in SQLite only; use %s", strings.ToLower(scheme), strings.Join(schemes, ", "))
	}
	return nil, geo.Invalid("store", "has a scheme that is not known; known are %s", strings.Join(schemes, ", "))
}
