package queue

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"newsmap/geo"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
)

type pollWorker struct {
	river.WorkerDefaults[pollArgs]
	queue *Queue
}

func (w *pollWorker) Work(ctx context.Context, job *river.Job[pollArgs]) error {
	return w.queue.result(ctx, job.JobRow, w.queue.currentHandlers().Poll(ctx, job.Args.Feed))
}

type itemWorker struct {
	river.WorkerDefaults[itemArgs]
	queue *Queue
}

func (w *itemWorker) Work(ctx context.Context, job *river.Job[itemArgs]) error {
	first, last := len(job.Errors) == 0, w.queue.isLast(job.JobRow)
	return w.queue.result(ctx, job.JobRow, w.queue.currentHandlers().Ingest(ctx, &job.Args.Item, first, last))
}

func (q *Queue) currentHandlers() Handlers {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.handlers
}

// isLast reports whether this is the last attempt of a job if it fails to fetch. Only
// failures count, not attempts that ended with the process.
func (q *Queue) isLast(job *rivertype.JobRow) bool { return len(job.Errors)+1 >= q.cfg.Attempts }

// result returns the error that tells River what to do with a job that returned err.
func (q *Queue) result(ctx context.Context, job *rivertype.JobRow, err error) error {
	var fetchErr *fetch.Error
	isFetchError := errors.As(err, &fetchErr)
	switch {
	case err == nil, errors.Is(ctx.Err(), context.Canceled):
		return err
	case isFetchError && fetchErr.Reason == fetch.ReasonBusy:
		return river.JobSnooze(max(fetchErr.RetryAfter, time.Millisecond))
	case errors.Is(err, geo.ErrInvalid), isFetchError && q.isLast(job):
		q.cfg.Logger.WarnContext(ctx, "job failed and is not retried", "kind", job.Kind, "job", job.ID, "attempts", len(job.Errors)+1, "reason", err)
		return river.JobCancel(err)
	}
	if isFetchError && fetchErr.RetryAfter > 0 {
		q.mu.Lock()
		q.retryAfter[job.ID] = fetchErr.RetryAfter
		q.mu.Unlock()
	}
	if !isFetchError {
		q.cfg.Logger.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err)
	}
	return err
}

// backoff determines when a failed job runs again.
type backoff struct{ queue *Queue }

// NextRetry returns the time of the next attempt. The wait is four times as long after
// each failure, at most six hours, or longer if the server asked for that, at most a day.
func (b *backoff) NextRetry(job *rivertype.JobRow) time.Time {
	const maxWait, maxRetryAfter = 6 * time.Hour, 24 * time.Hour
	wait := b.queue.cfg.Backoff
	for range job.Errors {
		if wait = min(4*wait, maxWait); wait == maxWait {
			break
		}
	}
	wait += time.Duration(rand.Int64N(int64(wait)/5 + 1))
	b.queue.mu.Lock()
	retryAfter := b.queue.retryAfter[job.ID]
	delete(b.queue.retryAfter, job.ID)
	b.queue.mu.Unlock()
	return time.Now().Add(max(wait, min(retryAfter, maxRetryAfter)))
}

var _ ingest.Jobs = (*Queue)(nil)
