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

// Config says how to work. The zero value is a good one.
type Config struct {
	Logger   *slog.Logger  // nil: nothing is logged
	Polls    int           // that run at once; 0: 32
	News     int           // items that are worked on at once; 0: 32
	Attempts int           // to read the page of an item; 0: 6
	Backoff  time.Duration // after the first failure, four times as long after each further one; 0: 1 minute
	Timeout  time.Duration // of one attempt; 0: 4 minutes
	Grace    time.Duration // that running jobs have at the end, before they go back; 0: 5 s
}

func (c Config) withDefaults() Config {
	for _, n := range [...]struct {
		value *int
		unset int
	}{{&c.Polls, 32}, {&c.News, 32}, {&c.Attempts, 6}} {
		if *n.value == 0 {
			*n.value = n.unset
		}
	}
	for _, d := range [...]struct {
		value *time.Duration
		unset time.Duration
	}{{&c.Backoff, time.Minute}, {&c.Timeout, 4 * time.Minute}, {&c.Grace, 5 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.unset
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Handlers do the jobs. What they do may be repeated.
type Handlers struct {
	// Run, if not nil, runs beside the jobs: from when this process does them until
	// the context ends.
	Run func(ctx context.Context)

	Poll   func(ctx context.Context, feed int64) error
	Ingest func(ctx context.Context, n *ingest.FeedItem, first, last bool) error
}

// Queue keeps jobs and does them. It is safe for concurrent use, by several
// processes too, of which one works.
type Queue struct {
	cfg    Config
	path   string
	db     *sql.DB // one connection: River wants it so
	client *river.Client[*sql.Tx]

	mu       sync.Mutex
	handlers Handlers
	asked    map[int64]time.Duration // by job: how long its server asked to be left alone
}

// Open opens the jobs in the file at path, which is created if it does not exist.
func Open(ctx context.Context, path string, cfg Config) (*Queue, error) {
	q := &Queue{cfg: cfg.withDefaults(), path: path, asked: map[int64]time.Duration{}}
	if err := q.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("jobs %s: %w", path, err), q.Close())
	}
	return q, nil
}

func (q *Queue) open(ctx context.Context, path string) (err error) {
	// Only what must survive the end of the machine is written through; see AddNews.
	if q.db, err = connect(path, "_txlock=immediate&_synchronous=NORMAL"); err != nil {
		return err
	}
	q.db.SetMaxOpenConns(1)
	logger := slog.New(quiet{q.cfg.Logger.Handler()})
	migrator, err := rivermigrate.New(driver{riversqlite.New(q.db)}, &rivermigrate.Config{Logger: logger})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &pollWorker{queue: q})
	river.AddWorker(workers, &newsWorker{queue: q})
	const fetchCooldown, fetchInterval = 10 * time.Millisecond, 250 * time.Millisecond
	const keepDone, keepFailed = time.Minute, 7 * 24 * time.Hour
	q.client, err = river.NewClient(driver{riversqlite.New(q.db)}, &river.Config{
		Workers: workers, Logger: logger,
		Queues:        map[string]river.QueueConfig{kindPoll: {MaxWorkers: q.cfg.Polls}, kindNews: {MaxWorkers: q.cfg.News}},
		FetchCooldown: fetchCooldown, FetchPollInterval: fetchInterval, JobTimeout: q.cfg.Timeout, SoftStopTimeout: q.cfg.Grace,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepFailed, DiscardedJobRetentionPeriod: keepFailed,
		ReindexerIndexNames: []string{}, // indexes of SQLite need no rebuilding
		RetryPolicy:         &backoff{q},
	})
	return err
}

// connect opens a file. The driver sets busy_timeout first, so that the pragmas
// behind it wait for another process too.
func connect(path, extra string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}
	return sql.Open("sqlite", name.String()+"?_busy_timeout=10000&_journal_mode=WAL&_error_rc=1&_dqs=0&"+
		"_pragma=cache_size(-8192)&_pragma=temp_store(FILE)&_pragma=journal_size_limit(67108864)&"+extra)
}

// lockPath is the file that the working process holds a lock on. It is named for the
// store, as in the first version, so that processes of both exclude each other.
func (q *Queue) lockPath() string { return strings.TrimSuffix(q.path, "-jobs") + "-worker" }

// Close closes the file. Work must have ended.
func (q *Queue) Close() error {
	if q.db == nil {
		return nil
	}
	return q.db.Close()
}

// driver is River's without notifications through the database, which would be a
// row for each job and a query twenty times a second.
type driver struct{ *riversqlite.Driver }

func (driver) SupportsListener() bool     { return false }
func (driver) SupportsListenNotify() bool { return false }

// quiet passes on of River's log what is a fault: jobs' failures are logged here in
// our own words.
type quiet struct{ slog.Handler }

func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{h.Handler.WithAttrs(attrs)} }
func (h quiet) WithGroup(name string) slog.Handler       { return quiet{h.Handler.WithGroup(name)} }

// The kinds of job, which are queues of their own too, so that polls and items
// do not hold each other up.
const (
	kindPoll = "poll"
	kindNews = "item"
)

type pollArgs struct {
	Feed int64 `json:"feed" river:"unique"`
}

func (pollArgs) Kind() string { return kindPoll }

// newsArgs is unique by what tells an item from others, not by its form: two
// forms of one item never run side by side.
type newsArgs struct {
	Feed   int64           `json:"feed" river:"unique"`
	Key    string          `json:"key" river:"unique"`
	Digest string          `json:"digest"`
	News   ingest.FeedItem `json:"news"`
}

func (newsArgs) Kind() string { return kindNews }

// open jobs are those that are still to end; a job that has ended is not a hindrance
// to another.
var open = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// mostAttempts bounds how often a job is tried for which no page is to blame: a
// full disk may last.
const mostAttempts = 20

func options(kind string) *river.InsertOpts {
	return &river.InsertOpts{Queue: kind, MaxAttempts: mostAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: open}}
}

// batch is how many jobs are inserted by one statement.
const batch = 200

// AddPolls takes feeds that are to be polled; see ingest.Jobs.
func (q *Queue) AddPolls(ctx context.Context, feeds []int64) (taken []int64, err error) {
	for some := range slices.Chunk(feeds, batch) {
		params := make([]river.InsertManyParams, len(some))
		for i, id := range some {
			params[i] = river.InsertManyParams{Args: pollArgs{id}, InsertOpts: options(kindPoll)}
		}
		results, err := q.insert(ctx, params)
		if err != nil {
			return taken, fmt.Errorf("add polls: %w", err)
		}
		for i, r := range results {
			if !r.UniqueSkippedAsDuplicate || r.Job.State != rivertype.JobStateRunning {
				taken = append(taken, some[i])
			}
		}
	}
	return taken, nil
}

// insert inserts in a transaction, also because River's other way may race with
// its start.
func (q *Queue) insert(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error) {
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	results, err := q.client.InsertManyTx(ctx, tx, params)
	if err != nil {
		return nil, err
	}
	return results, tx.Commit()
}

// AddNews takes items that are to become stories; see ingest.Jobs.
func (q *Queue) AddNews(ctx context.Context, news []ingest.FeedItem) (taken []ingest.FeedItem, err error) {
	refused, err := q.addNews(ctx, latest(news))
	if err != nil {
		return nil, fmt.Errorf("add items: %w", err)
	}
	for _, n := range news {
		if !refused[n.Key] {
			taken = append(taken, n)
		}
	}
	return taken, nil
}

// latest leaves of several forms of one item the last.
func latest(news []ingest.FeedItem) (out []ingest.FeedItem) {
	at := map[string]int{}
	for _, n := range news {
		if i, known := at[n.Key]; known {
			out[i] = n
			continue
		}
		at[n.Key] = len(out)
		out = append(out, n)
	}
	return out
}

func (q *Queue) addNews(ctx context.Context, news []ingest.FeedItem) (refused map[string]bool, err error) {
	refused = map[string]bool{}
	for some := range slices.Chunk(news, batch) {
		// The one connection is given back in between: workers need it too.
		if err := q.addDurably(ctx, some, refused); err != nil {
			return nil, err
		}
	}
	return refused, nil
}

// addDurably adds items and writes them through to the disk.
func (q *Queue) addDurably(ctx context.Context, news []ingest.FeedItem, refused map[string]bool) (err error) {
	conn, err := q.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return err
	}
	defer func() {
		_, again := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
		err = errors.Join(err, again)
	}()
	return q.addBatch(ctx, conn, news, refused)
}

func (q *Queue) addBatch(ctx context.Context, conn *sql.Conn, news []ingest.FeedItem, refused map[string]bool) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	params := make([]river.InsertManyParams, len(news))
	for i, n := range news {
		params[i] = river.InsertManyParams{Args: newsArgs{n.Feed, n.Key, n.Digest, n}, InsertOpts: options(kindNews)}
	}
	results, err := q.client.InsertManyTx(ctx, tx, params)
	if err != nil {
		return err
	}
	for i, r := range results {
		if !r.UniqueSkippedAsDuplicate {
			continue
		}
		args := params[i].Args.(newsArgs)
		ok, err := replace(ctx, tx, r.Job, args)
		if err != nil {
			return err
		}
		if !ok {
			refused[args.Key] = true
		}
	}
	return tx.Commit()
}

// replace puts another form of an item in the place of one that waits; false if
// that is worked on at this moment.
func replace(ctx context.Context, tx *sql.Tx, job *rivertype.JobRow, args newsArgs) (bool, error) {
	var old newsArgs
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

// Work does jobs until ctx ends; then running jobs have some time to end before
// they go back. Where another process works on the same jobs, it waits for that to
// end.
func (q *Queue) Work(ctx context.Context, handlers Handlers) error {
	lock, err := q.waitForLock(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil // there was nothing to do
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
	// Stopping is River's: its context must not end before its jobs are put back.
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("jobs %s: %w", q.path, err)
	}
	var beside sync.WaitGroup
	if handlers.Run != nil {
		beside.Go(func() { handlers.Run(ctx) })
	}
	<-ctx.Done()
	beside.Wait()
	const margin = 5 * time.Second
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.cfg.Grace+margin)
	defer cancel()
	if err := q.client.Stop(stop); err != nil {
		return fmt.Errorf("jobs did not stop: %w", err)
	}
	return nil
}

// recover lets jobs start again that ran when a process ended without a word.
// River counted that they began; only failures are to count, so that no job is
// given up for what others or the machine did. The lock is held.
func (q *Queue) recover(ctx context.Context) error {
	result, err := q.db.ExecContext(ctx, "UPDATE river_job SET state = 'available', attempt = coalesce(json_array_length(errors), 0) WHERE state = 'running'")
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n > 0 {
		q.cfg.Logger.InfoContext(ctx, "jobs that were cut off start again", "jobs", n)
	}
	// Whoever led is gone; its term would go on for another quarter of a minute.
	_, err = q.db.ExecContext(ctx, "DELETE FROM river_leader")
	return err
}

// waitForLock gets the lock that says who works.
func (q *Queue) waitForLock(ctx context.Context) (*held, error) {
	const again = time.Second
	for told := false; ; told = true {
		lock, err := lock(ctx, q.lockPath())
		if err == nil || !isBusy(err) {
			return lock, err
		}
		if !told {
			q.cfg.Logger.InfoContext(ctx, "another process does the jobs of this store; this one waits for it to end")
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// held is a lock that is held.
type held struct {
	db   *sql.DB
	conn *sql.Conn
}

func (h *held) Close() error { return errors.Join(h.conn.Close(), h.db.Close()) }

// lock takes a lock that ends with the process: SQLite's on a database without
// content, which all systems have.
func lock(ctx context.Context, path string) (*held, error) {
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
	return &held{db, conn}, nil
}

func isBusy(err error) bool {
	var coded interface{ Code() int }
	const busy, locked = 5, 6 // SQLITE_BUSY, SQLITE_LOCKED
	return errors.As(err, &coded) && (coded.Code()&0xff == busy || coded.Code()&0xff == locked)
}

// oneLine makes what went wrong fit for a list.
func oneLine(s string) string {
	const most = 400
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
