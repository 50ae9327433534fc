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

// applicationID marks a file as a newsmap store ("nmap" in ASCII; PRAGMA
// application_id), so that another program's database is never migrated.
const applicationID = 0x6e6d6170

// streams is how many Features calls may run at once; further ones wait. They
// have connections of their own, so that slow downloads never hold up a page.
const streams = 16

// Options are what a Store is given from outside. All have defaults.
type Options struct {
	Logger *slog.Logger     // nil: nothing is logged
	Clock  func() time.Time // nil: time.Now

	// ReadOnly opens the file for reading, as it is: nothing is made, migrated or
	// written, and what would write fails. Changes of other processes need not be seen.
	ReadOnly bool
}

// Store is a story.Store in a SQLite file. It is safe for concurrent use, by
// several processes too.
type Store struct {
	writer *sql.DB // one connection
	reader *sql.DB // short reads
	stream *sql.DB // reads that last as long as their client does
	put    statements
	probe  int // see newPlan
	logger *slog.Logger
	clock  func() time.Time

	overviews *overviews
}

var (
	_ story.Store        = (*Store)(nil)
	_ story.AnswerStore  = (*Store)(nil)
	_ story.CatchUpStore = (*Store)(nil)
)

// Open opens the store in the file at path, which is made if there is none,
// and migrates it. The error names the path.
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
	// The writer takes its lock when a transaction begins: taken later, a
	// transaction that has read could fail instead of waiting.
	if s.writer, err = connect(path, 1, "_txlock=immediate"); err != nil {
		return err
	}
	if err := migrate(ctx, s.writer, s.logger); err != nil {
		return err
	}
	if s.reader, err = connect(path, max(4, runtime.NumCPU()), "_query_only=1"); err != nil {
		return err
	}
	if s.stream, err = connect(path, streams, "_query_only=1"); err != nil {
		return err
	}
	return s.put.prepare(ctx, s.writer)
}

// connect opens a pool of at most n connections to a file in WAL mode.
func connect(path string, n int, extra string) (*sql.DB, error) {
	return dial(path, n, "_journal_mode=WAL&_synchronous=FULL&_pragma=journal_size_limit(67108864)&"+extra)
}

// dial opens a pool of at most n connections. The driver sets busy_timeout first,
// so that the pragmas behind it wait for another process too.
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

// checkPath says in words what SQLite would only give a number for.
func checkPath(path string, readOnly bool) error {
	if path == "" {
		return errors.New("the path is empty")
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist) && readOnly:
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(path))
	case err != nil:
		return errors.Unwrap(err)
	case info.IsDir():
		return errors.New("is a directory; expected a file")
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
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

func checkFolder(folder string) error {
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist", folder)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a directory", folder)
	}
	return nil
}

// explain puts the codes of SQLite that a user can mend into words.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case lib.SQLITE_NOTADB:
		return fmt.Errorf("is not an SQLite database: %w", err)
	case lib.SQLITE_CORRUPT:
		return fmt.Errorf("is damaged: %w", err)
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return fmt.Errorf("cannot be written (file or directory): %w", err)
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fmt.Errorf("is held by another program: %w", err)
	case lib.SQLITE_FULL:
		return fmt.Errorf("the disk is full: %w", err)
	}
	return err
}

// Ready tells whether the store answers.
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

// micros is t as it is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

// fromMicros is the stored time v, in UTC.
func fromMicros(v int64) time.Time { return time.UnixMicro(v).UTC() }
