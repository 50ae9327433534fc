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
	return w.queue.outcome(ctx, job.JobRow, w.queue.work().Poll(ctx, job.Args.Feed))
}

type newsWorker struct {
	river.WorkerDefaults[newsArgs]
	queue *Queue
}

func (w *newsWorker) Work(ctx context.Context, job *river.Job[newsArgs]) error {
	first, last := len(job.Errors) == 0, w.queue.isLast(job.JobRow)
	return w.queue.outcome(ctx, job.JobRow, w.queue.work().Ingest(ctx, &job.Args.News, first, last))
}

func (q *Queue) work() Handlers {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.handlers
}

// isLast tells whether a job that fails to fetch is given up. Failures count, not
// starts: one that ended with the process, at no page's fault, has read nothing.
func (q *Queue) isLast(job *rivertype.JobRow) bool { return len(job.Errors)+1 >= q.cfg.Attempts }

// outcome tells River what to do with a job that has returned err.
func (q *Queue) outcome(ctx context.Context, job *rivertype.JobRow, err error) error {
	var out *fetch.Error
	fetched := errors.As(err, &out)
	switch {
	case err == nil, errors.Is(ctx.Err(), context.Canceled):
		return err
	case fetched && out.Reason == fetch.ReasonBusy:
		return river.JobSnooze(max(out.RetryAfter, time.Millisecond))
	case errors.Is(err, geo.ErrInvalid), fetched && q.isLast(job):
		q.cfg.Logger.WarnContext(ctx, "job given up", "kind", job.Kind, "job", job.ID, "attempts", len(job.Errors)+1, "reason", err)
		return river.JobCancel(err)
	}
	if fetched && out.RetryAfter > 0 {
		q.mu.Lock()
		q.asked[job.ID] = out.RetryAfter
		q.mu.Unlock()
	}
	if !fetched {
		q.cfg.Logger.ErrorContext(ctx, "job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err)
	}
	return err
}

// backoff says when a job is tried again.
type backoff struct{ queue *Queue }

// NextRetry is four times as long with each attempt, at most six hours, and not
// before the server asked to.
func (b *backoff) NextRetry(job *rivertype.JobRow) time.Time {
	const longest, longestAsked = 6 * time.Hour, 24 * time.Hour
	wait := b.queue.cfg.Backoff
	for range job.Errors {
		if wait = min(4*wait, longest); wait == longest {
			break
		}
	}
	wait += time.Duration(rand.Int64N(int64(wait)/5 + 1))
	b.queue.mu.Lock()
	asked := b.queue.asked[job.ID]
	delete(b.queue.asked, job.ID)
	b.queue.mu.Unlock()
	return time.Now().Add(max(wait, min(asked, longestAsked)))
}

var _ ingest.Jobs = (*Queue)(nil)
