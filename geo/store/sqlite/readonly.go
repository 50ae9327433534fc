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

// NotWritable reports whether err, returned by Open, means that the file or its
// directory cannot be written. Open may still succeed with Options.ReadOnly.
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

// openReadOnly opens a file of this build's schema. It writes nothing, not even a file
// next to it.
func (s *Store) openReadOnly(ctx context.Context, path string) (err error) {
	extra := readOnlyMode(path)
	if s.writer, err = dial(path, 1, extra); err != nil {
		return err
	}
	if s.reader, err = dial(path, max(4, runtime.NumCPU()), extra); err != nil {
		return err
	}
	if s.stream, err = dial(path, maxStreams, extra); err != nil {
		return err
	}
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	return s.put.prepare(ctx, s.writer)
}

// readOnlyMode returns the parameters that open a file for reading. If there is a
// write-ahead log next to the file, SQLite must read that too. Otherwise the file is
// complete and no process is writing it, so it can be opened as immutable.
func readOnlyMode(path string) string {
	const mode = "mode=ro&_query_only=1"
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return mode
	}
	return mode + "&immutable=1"
}

// checkSchema returns an error if the file is not a store with this build's schema.
func (s *Store) checkSchema(ctx context.Context) error {
	var id int
	if err := s.reader.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id != applicationID {
		return errForeign
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
		return fmt.Errorf("its schema has version %d, but this newsmap needs %d; make the file and its directory writable once to upgrade it", current, target)
	}
	return nil
}
