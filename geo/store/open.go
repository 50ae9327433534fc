package store

import (
	"context"
	"log/slog"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// Store keeps stories, lists what changed among them, and keeps the followed feeds. It may
// also implement story.AnswerStore and story.CatchUpStore.
type Store interface {
	story.Store
	story.ChangeLog
	subscription.Store
}

// Open opens the store at url (see [ParseURL]) and brings its schema up to date. A file
// that does not exist is created. The errors include those of ParseURL.
func Open(ctx context.Context, url string, logger *slog.Logger) (Store, error) {
	return open(ctx, url, sqlite.Options{Logger: logger})
}

// OpenToRead opens the store at url to read from it: as Open does if it can, and
// read-only where the file or its directory is not writable.
func OpenToRead(ctx context.Context, url string, logger *slog.Logger) (Store, error) {
	s, err := open(ctx, url, sqlite.Options{Logger: logger})
	if err == nil || !sqlite.NotWritable(err) {
		return s, err
	}
	return open(ctx, url, sqlite.Options{Logger: logger, ReadOnly: true})
}

func open(ctx context.Context, raw string, options sqlite.Options) (Store, error) {
	u, err := ParseURL(raw)
	if err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, u.Path, options)
	if err != nil {
		return nil, err // not s, which would be a typed nil in the interface
	}
	return s, nil
}
