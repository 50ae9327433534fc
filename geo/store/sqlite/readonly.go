package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// NotWritable tells whether err, which Open gave, says that the file or its
// directory cannot be written; it may still be read, see Options.ReadOnly.
func NotWritable(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
			return true
		}
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// openReadOnly opens a file of this build's schema without a byte written, not
// even beside it.
func (s *Store) openReadOnly(ctx context.Context, path string) (err error) {
	extra := readOnlyMode(path)
	if s.writer, err = dial(path, 1, extra); err != nil {
		return err
	}
	if s.reader, err = dial(path, max(4, runtime.NumCPU()), extra); err != nil {
		return err
	}
	if s.stream, err = dial(path, streams, extra); err != nil {
		return err
	}
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	return s.put.prepare(ctx, s.writer)
}

// readOnlyMode is how a file is opened that is not to be written. With a log of
// changes (WAL) beside it, SQLite needs that and its index, which a running newsmap
// keeps; a file without is whole, and nobody is writing it.
func readOnlyMode(path string) string {
	const mode = "mode=ro&_query_only=1"
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return mode
	}
	return mode + "&immutable=1"
}

// checkSchema refuses what could only be read once it is migrated.
func (s *Store) checkSchema(ctx context.Context) error {
	var id int
	if err := s.reader.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id != applicationID {
		return errors.New("is a SQLite database of another application, not a newsmap store")
	}
	provider, err := newProvider(s.reader, slog.New(slog.DiscardHandler))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	var current, target int64
	for _, source := range provider.ListSources() {
		target = max(target, source.Version)
	}
	if err := s.reader.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&current); err != nil {
		return err
	}
	switch {
	case current > target:
		return newerError(current, target)
	case current < target:
		return fmt.Errorf("its schema has version %d, this newsmap needs %d: open it once where it can be written", current, target)
	}
	return nil
}
