package store

import (
	"context"
	"log/slog"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// Store stores stories, the log of their changes, and the followed feeds. It may also
// implement story.AnswerStore, story.CatchUpStore and story.Aggregator.
type Store interface {
	story.Store
	story.ChangeLog
	subscription.Store
}

// Open opens the store at url (see [ParseURL]) and migrates its schema. It creates the
// file if it does not exist. The errors include those of ParseURL.
func Open(ctx context.Context, url string, logger *slog.Logger) (Store, error) {
	return open(ctx, url, sqlite.Options{Logger: logger})
}

// OpenToRead opens the store at url as Open does, or read-only if the file or its
// directory is not writable.
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
		return nil, err // returning s would make an interface that is not nil
	}
	return s, nil
}
