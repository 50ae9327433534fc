package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the driver

	"newsmap/geo/ingest"
)

// Config is the configuration of a Queue. The zero value is ready to use.
type Config struct {
	Logger   *slog.Logger  // nil: nothing is logged
	MaxPolls int           // maximum number of polls that run at the same time; 0: 32
	MaxItems int           // maximum number of items that are processed at the same time; 0: 32
	Attempts int           // maximum number of attempts to fetch the page of an item; 0: 6
	Backoff  time.Duration // wait after the first failure; four times as long after each further one; 0: 1 minute
	Timeout  time.Duration // of one attempt; 0: 4 minutes
	Grace    time.Duration // time for running jobs to finish when Work stops, before they are interrupted; 0: 5 s
}

func (c Config) withDefaults() Config {
	for _, n := range [...]struct {
		value  *int
		preset int
	}{{&c.MaxPolls, 32}, {&c.MaxItems, 32}, {&c.Attempts, 6}} {
		if *n.value == 0 {
			*n.value = n.preset
		}
	}
	for _, d := range [...]struct {
		value  *time.Duration
		preset time.Duration
	}{{&c.Backoff, time.Minute}, {&c.Timeout, 4 * time.Minute}, {&c.Grace, 5 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.preset
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Handlers are the functions that do the jobs. A job may run several times.
type Handlers struct {
	// Run, if not nil, runs while this process does the jobs, until the context ends.
	Run func(ctx context.Context)

	// Poll polls the feed with the given id.
	Poll func(ctx context.Context, feed int64) error

	// Ingest makes a story from an item. first is true if no attempt has failed before,
	// last if there is no further attempt should fetching fail.
	Ingest func(ctx context.Context, item *ingest.FeedItem, first, last bool) error
}

// Queue stores and runs jobs. It is safe for concurrent use, also by several processes,
// of which only one runs the jobs.
type Queue struct {
	cfg    Config
	path   string
	db     *sql.DB // one connection, as River requires for SQLite
	client *river.Client[*sql.Tx]

	mu         sync.Mutex
	handlers   Handlers
	retryAfter map[int64]time.Duration // by job id: the time for which the server asked not to be polled
}

// Open opens the jobs in the file at path. It creates the file if it does not exist.
func Open(ctx context.Context, path string, cfg Config) (*Queue, error) {
	q := &Queue{cfg: cfg.withDefaults(), path: path, retryAfter: map[int64]time.Duration{}}
	if err := q.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("jobs %s: %w", path, err), q.Close())
	}
	return q, nil
}

func (q *Queue) open(ctx context.Context, path string) (err error) {
	// Only AddItems syncs to disk, because new items must survive a crash of the machine.
	if q.db, err = connect(path, "_txlock=immediate&_synchronous=NORMAL"); err != nil {
		return err
	}
	q.db.SetMaxOpenConns(1)
	logger := slog.New(errorsOnly{q.cfg.Logger.Handler()})
	migrator, err := rivermigrate.New(driver{riversqlite.New(q.db)}, &rivermigrate.Config{Logger: logger})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &pollWorker{queue: q})
	river.AddWorker(workers, &itemWorker{queue: q})
	const fetchCooldown, fetchInterval = 10 * time.Millisecond, 250 * time.Millisecond
	const keepDone, keepFailed = time.Minute, 7 * 24 * time.Hour
	q.client, err = river.NewClient(driver{riversqlite.New(q.db)}, &river.Config{
		Workers: workers, Logger: logger,
		Queues:        map[string]river.QueueConfig{kindPoll: {MaxWorkers: q.cfg.MaxPolls}, kindItem: {MaxWorkers: q.cfg.MaxItems}},
		FetchCooldown: fetchCooldown, FetchPollInterval: fetchInterval, JobTimeout: q.cfg.Timeout, SoftStopTimeout: q.cfg.Grace,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepFailed, DiscardedJobRetentionPeriod: keepFailed,
		ReindexerIndexNames: []string{}, // SQLite does not need to rebuild indexes
		RetryPolicy:         &backoff{q},
	})
	return err
}

// connect opens a file. The driver sets busy_timeout first, so that the other pragmas
// also wait for another process.
func connect(path, extra string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}
	return sql.Open("sqlite", name.String()+"?_busy_timeout=10000&_journal_mode=WAL&_error_rc=1&_dqs=0&"+
		"_pragma=cache_size(-8192)&_pragma=temp_store(FILE)&_pragma=journal_size_limit(67108864)&"+extra)
}

// lockPath returns the path of the file that the process locks that runs the jobs. It is
// the same as in the first version, so that processes of both versions exclude each other.
func (q *Queue) lockPath() string { return strings.TrimSuffix(q.path, "-jobs") + "-worker" }

// Close closes the file. Work must have returned.
func (q *Queue) Close() error {
	if q.db == nil {
		return nil
	}
	return q.db.Close()
}

// driver is River's driver without notifications through the database, which need a row
// for each job and twenty queries a second.
type driver struct{ *riversqlite.Driver }

func (driver) SupportsListener() bool     { return false }
func (driver) SupportsListenNotify() bool { return false }

// errorsOnly is a handler for River's log that only logs errors. This package logs failed
// jobs itself.
type errorsOnly struct{ slog.Handler }

func (h errorsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h errorsOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return errorsOnly{h.Handler.WithAttrs(attrs)}
}
func (h errorsOnly) WithGroup(name string) slog.Handler { return errorsOnly{h.Handler.WithGroup(name)} }

// The kinds of job. Each has its own queue, so that polls and items do not delay each
// other.
const (
	kindPoll = "poll"
	kindItem = "item"
)

type pollArgs struct {
	Feed int64 `json:"feed" river:"unique"`
}

func (pollArgs) Kind() string { return kindPoll }

// itemArgs are the arguments of the job of an item. They are unique by the identity of
// the item and not by its content, so that two versions of an item never run at the same
// time.
type itemArgs struct {
	Feed   int64           `json:"feed" river:"unique"`
	Key    string          `json:"key" river:"unique"`
	Digest string          `json:"digest"`
	Item   ingest.FeedItem `json:"news"`
}

func (itemArgs) Kind() string { return kindItem }

// unfinished are the states in which a job prevents another with the same arguments.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// maxAttempts is the maximum number of attempts if the reason is not the page, such as a
// full disk, which may last long.
const maxAttempts = 20

func options(kind string) *river.InsertOpts {
	return &river.InsertOpts{Queue: kind, MaxAttempts: maxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
}

// batchSize is the number of jobs inserted by one statement.
const batchSize = 200

// AddPolls adds polls of feeds; see ingest.Jobs.
func (q *Queue) AddPolls(ctx context.Context, feeds []int64) (taken []int64, err error) {
	for chunk := range slices.Chunk(feeds, batchSize) {
		params := make([]river.InsertManyParams, len(chunk))
		for i, id := range chunk {
			params[i] = river.InsertManyParams{Args: pollArgs{id}, InsertOpts: options(kindPoll)}
		}
		results, err := q.insert(ctx, params)
		if err != nil {
			return taken, fmt.Errorf("add polls: %w", err)
		}
		for i, r := range results {
			if !r.UniqueSkippedAsDuplicate || r.Job.State != rivertype.JobStateRunning {
				taken = append(taken, chunk[i])
			}
		}
	}
	return taken, nil
}

// insert inserts jobs in a transaction. InsertMany without one can race with the start of
// River's client.
func (q *Queue) insert(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error) {
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	results, err := q.client.InsertManyTx(ctx, tx, params)
	if err != nil {
		return nil, err
	}
	return results, tx.Commit()
}

// AddItems adds items that will become stories; see ingest.Jobs.
func (q *Queue) AddItems(ctx context.Context, items []ingest.FeedItem) (taken []ingest.FeedItem, err error) {
	rejected, err := q.addItems(ctx, lastVersions(items))
	if err != nil {
		return nil, fmt.Errorf("add items: %w", err)
	}
	for _, item := range items {
		if !rejected[item.Key] {
			taken = append(taken, item)
		}
	}
	return taken, nil
}

// lastVersions returns the items, with only the last version of each.
func lastVersions(items []ingest.FeedItem) (out []ingest.FeedItem) {
	index := map[string]int{}
	for _, item := range items {
		if i, known := index[item.Key]; known {
			out[i] = item
			continue
		}
		index[item.Key] = len(out)
		out = append(out, item)
	}
	return out
}

// addItems returns the keys of the items that it did not add.
func (q *Queue) addItems(ctx context.Context, items []ingest.FeedItem) (rejected map[string]bool, err error) {
	rejected = map[string]bool{}
	for chunk := range slices.Chunk(items, batchSize) {
		// Between chunks the connection is free for workers, which need it too.
		if err := q.addDurably(ctx, chunk, rejected); err != nil {
			return nil, err
		}
	}
	return rejected, nil
}

// addDurably adds items and syncs them to disk.
func (q *Queue) addDurably(ctx context.Context, items []ingest.FeedItem, rejected map[string]bool) (err error) {
	conn, err := q.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return err
	}
	defer func() {
		_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
		err = errors.Join(err, resetErr)
	}()
	return q.addBatch(ctx, conn, items, rejected)
}

func (q *Queue) addBatch(ctx context.Context, conn *sql.Conn, items []ingest.FeedItem, rejected map[string]bool) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	params := make([]river.InsertManyParams, len(items))
	for i, item := range items {
		params[i] = river.InsertManyParams{Args: itemArgs{item.Feed, item.Key, item.Digest, item}, InsertOpts: options(kindItem)}
	}
	results, err := q.client.InsertManyTx(ctx, tx, params)
	if err != nil {
		return err
	}
	for i, r := range results {
		if !r.UniqueSkippedAsDuplicate {
			continue
		}
		args := params[i].Args.(itemArgs)
		ok, err := replace(ctx, tx, r.Job, args)
		if err != nil {
			return err
		}
		if !ok {
			rejected[args.Key] = true
		}
	}
	return tx.Commit()
}

// replace replaces the arguments of a job by those of another version of its item. It
// returns false if the job is running.
func replace(ctx context.Context, tx *sql.Tx, job *rivertype.JobRow, args itemArgs) (bool, error) {
	var old itemArgs
	if err := json.Unmarshal(job.EncodedArgs, &old); err == nil && old.Digest == args.Digest {
		return true, nil
	}
	b, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	result, err := tx.ExecContext(ctx, `UPDATE river_job SET args = jsonb(?), attempt = 0, errors = NULL,
		state = CASE state WHEN 'retryable' THEN 'available' ELSE state END, scheduled_at = CASE state WHEN 'retryable' THEN created_at ELSE scheduled_at END
		WHERE id = ? AND state <> 'running'`, string(b), job.ID)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// Work runs jobs until ctx ends. Running jobs then have the time Config.Grace to finish;
// after that they are interrupted and run again later. If another process runs the same
// jobs, Work waits until that ends.
func (q *Queue) Work(ctx context.Context, handlers Handlers) error {
	lock, err := q.waitForLock(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // no job has started
		}
		return err
	}
	defer lock.Close()
	q.mu.Lock()
	q.handlers = handlers
	q.mu.Unlock()
	if err := q.recover(ctx); err != nil {
		return fmt.Errorf("jobs %s: %w", q.path, err)
	}
	// The context of the client must not end before Stop has made its jobs available again.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs %s: %w", q.path, err)
	}
	var running sync.WaitGroup
	if handlers.Run != nil {
		running.Go(func() { handlers.Run(ctx) })
	}
	<-ctx.Done()
	running.Wait()
	const margin = 5 * time.Second
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.cfg.Grace+margin)
	defer cancel()
	if err := q.client.Stop(stop); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// recover makes jobs available again that were running when a process crashed. River has
// counted their attempts. As only failures count, recover sets the number of attempts to
// the number of failures. The process must have the lock.
func (q *Queue) recover(ctx context.Context) error {
	result, err := q.db.ExecContext(ctx, "UPDATE river_job SET state = 'available', attempt = coalesce(json_array_length(errors), 0) WHERE state = 'running'")
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n > 0 {
		q.cfg.Logger.InfoContext(ctx, "restarting interrupted jobs", "jobs", n)
	}
	// River's leader was in that process. Without this, its term would last 15 more seconds.
	_, err = q.db.ExecContext(ctx, "DELETE FROM river_leader")
	return err
}

// waitForLock locks the file of the process that runs the jobs.
func (q *Queue) waitForLock(ctx context.Context) (*fileLock, error) {
	const retry = time.Second
	for logged := false; ; logged = true {
		lock, err := lock(ctx, q.lockPath())
		if err == nil || !isBusy(err) {
			return lock, err
		}
		if !logged {
			q.cfg.Logger.InfoContext(ctx, "another process runs the jobs of this store; waiting for it to end")
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// fileLock is a locked file.
type fileLock struct {
	db   *sql.DB
	conn *sql.Conn
}

func (l *fileLock) Close() error { return errors.Join(l.conn.Close(), l.db.Close()) }

// lock locks a file until the lock is closed or the process ends. It uses SQLite's lock on
// an empty database, which works on all systems.
func lock(ctx context.Context, path string) (*fileLock, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}
	db, err := sql.Open("sqlite", name.String()+"?_busy_timeout=0&_error_rc=1")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), conn.Close(), db.Close())
	}
	return &fileLock{db, conn}, nil
}

func isBusy(err error) bool {
	var coded interface{ Code() int }
	const busy, locked = 5, 6 // SQLITE_BUSY, SQLITE_LOCKED
	return errors.As(err, &coded) && (coded.Code()&0xff == busy || coded.Code()&0xff == locked)
}

// oneLine returns s as one line of at most 400 code points and an ellipsis.
func oneLine(s string) string {
	const maxLength = 400
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxLength {
		return string(r[:maxLength]) + "…"
	}
	return s
}
