package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"newsmap/geo/story"
)

// applicationID is the PRAGMA application_id of a newsmap store ("nmap" in ASCII). It
// prevents the migration of another program's database.
const applicationID = 0x6e6d6170

// maxStreams is the number of Features calls that can run at the same time; further
// calls wait. They have their own connections, so that slow downloads do not delay
// pages.
const maxStreams = 16

// Options are the options of a Store. All have defaults.
type Options struct {
	Logger *slog.Logger     // nil: nothing is logged
	Clock  func() time.Time // nil: time.Now

	// ReadOnly opens the file only for reading. Nothing is created or migrated, and
	// all methods that write fail. Changes by other processes may be missing.
	ReadOnly bool
}

// Store is a story.Store in a SQLite file. It is safe for concurrent use, also by
// several processes.
type Store struct {
	writer *sql.DB // one connection
	reader *sql.DB // short reads
	stream *sql.DB // reads that take as long as a client's download
	put    statements
	probe  int // limit of the counts in newPlan
	logger *slog.Logger
	clock  func() time.Time

	overviews *overviews
}

var (
	_ story.Store        = (*Store)(nil)
	_ story.AnswerStore  = (*Store)(nil)
	_ story.CatchUpStore = (*Store)(nil)
)

// Open opens the store in the file at path and migrates it. It creates the file if it
// does not exist. The error contains the path.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	if err := checkPath(path, options.ReadOnly); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s := &Store{probe: defaultProbe, logger: options.Logger, clock: options.Clock, overviews: newOverviews()}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	open := s.open
	if options.ReadOnly {
		open = s.openReadOnly
	}
	if err := open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", path, explain(err)), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string) (err error) {
	// The writer locks the file when a transaction begins. With a later lock, a
	// transaction that has already read could fail instead of waiting.
	if s.writer, err = connect(path, 1, "_txlock=immediate"); err != nil {
		return err
	}
	if err := migrate(ctx, s.writer, s.logger); err != nil {
		return err
	}
	if s.reader, err = connect(path, max(4, runtime.NumCPU()), "_query_only=1"); err != nil {
		return err
	}
	if s.stream, err = connect(path, maxStreams, "_query_only=1"); err != nil {
		return err
	}
	return s.put.prepare(ctx, s.writer)
}

// connect opens a pool of at most n connections to a file in WAL mode.
func connect(path string, n int, extra string) (*sql.DB, error) {
	return dial(path, n, "_journal_mode=WAL&_synchronous=FULL&_pragma=journal_size_limit(67108864)&"+extra)
}

// dial opens a pool of at most n connections. The driver sets busy_timeout first, so
// that the other pragmas also wait for another process.
func dial(path string, n int, extra string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}
	db, err := sql.Open("sqlite", name.String()+
		"?_busy_timeout=10000&_foreign_keys=1&_error_rc=1&_dqs=0&_pragma=cache_size(-8192)&_pragma=temp_store(FILE)&"+extra)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(min(n, 4))
	return db, nil
}

// checkPath returns clear errors for paths where SQLite would only return a code.
func checkPath(path string, readOnly bool) error {
	if path == "" {
		return errors.New("the path is empty; name a file")
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return errors.New("the file does not exist")
	case errors.Is(err, fs.ErrNotExist):
		return checkDirectory(filepath.Dir(path))
	case err != nil:
		return errors.Unwrap(err)
	case info.IsDir():
		return errors.New("is a directory; expected a file")
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file; expected a file")
	}
	mode := os.O_RDWR
	if readOnly {
		mode = os.O_RDONLY
	}
	f, err := os.OpenFile(path, mode, 0)
	if err != nil {
		return errors.Unwrap(err)
	}
	return f.Close()
}

func checkDirectory(path string) error {
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist; create it first", path)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory; choose another path", path)
	}
	return nil
}

// explain adds a clear message to errors of SQLite that a user can fix.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return fmt.Errorf("is not an SQLite database; choose another path: %w", err)
	case lib.SQLITE_CORRUPT:
		return fmt.Errorf("is damaged; restore it from a backup, or choose another path: %w", err)
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return fmt.Errorf("cannot be written; check the permissions of the file and its directory: %w", err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("is locked by another program; close that program and try again: %w", err)
	case lib.SQLITE_FULL:
		return fmt.Errorf("the disk is full; free some space and try again: %w", err)
	}
	return err
}

// Ready returns an error if the store cannot answer.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.reader.QueryRowContext(ctx, "SELECT 1 FROM sqlite_schema LIMIT 1").Scan(&one); err != nil {
		return fmt.Errorf("store: %w", explain(err))
	}
	return nil
}

// Close waits for running writes and closes the file.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.stream, s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// micros returns t in the form in which it is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

// fromMicros returns the stored time v in UTC.
func fromMicros(v int64) time.Time { return time.UnixMicro(v).UTC() }
