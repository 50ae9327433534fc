package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// Count is the number of jobs of a kind in each state.
type Count struct {
	Kind     string `json:"kind"`    // "poll" or "item"
	Waiting  int    `json:"waiting"` // for a worker, or until the host can be asked again
	Running  int    `json:"running"`
	Retrying int    `json:"retrying"` // failed and waiting for another attempt
	Failed   int    `json:"failed"`   // failed, without another attempt, within the last week
	Done     int    `json:"done"`     // within the last minute
}

// Job is a job that is running or waiting.
type Job struct {
	Job     int64     `json:"job"`
	Kind    string    `json:"kind"`
	State   string    `json:"state"`   // "running" or "waiting"
	Subject string    `json:"subject"` // address or title of the item; empty for a poll
	FeedID  int64     `json:"feed_id"`
	Feed    string    `json:"feed"` // address of the feed; empty if unknown
	At      time.Time `json:"at"`   // when it started to run, or the earliest time to start
}

// Failure is a job whose last attempt has failed.
type Failure struct {
	Job      int64     `json:"job"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"` // address or title of the item, or the number of the feed
	Feed     string    `json:"feed"`    // address of the feed; empty if unknown
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`   // time of the last attempt
	Next     time.Time `json:"next"` // time of the next attempt; zero: there is none
	Reason   string    `json:"reason"`
}

// Status is the status of the jobs of a store.
type Status struct {
	Counts   []Count   `json:"counts"`
	Jobs     []Job     `json:"jobs"`     // running jobs, the longest running first, then waiting jobs, the next first
	Failures []Failure `json:"failures"` // latest first
}

// ReadStatus returns the status of the jobs in the file at path, with at most limit
// running jobs, limit waiting jobs and limit failures. Another process may run the jobs
// meanwhile. If the file does not exist, all counts are zero.
func ReadStatus(ctx context.Context, path string, limit int) (*Status, error) {
	out := &Status{Counts: []Count{{Kind: kindPoll}, {Kind: kindItem}}, Jobs: []Job{}, Failures: []Failure{}}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	db, err := connect(path, "_query_only=1")
	if err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	defer db.Close()
	if err := out.readCounts(ctx, db); err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	for _, state := range []string{"running", "waiting"} {
		if err := out.readJobs(ctx, db, state, limit); err != nil {
			return nil, fmt.Errorf("jobs %s: %w", path, err)
		}
	}
	if err := out.readFailures(ctx, db, limit); err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	return out, nil
}

func (s *Status) readCounts(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT kind, CASE WHEN state = 'available' AND errors IS NOT NULL THEN 'retryable' ELSE state END AS stage, count(*)
		FROM river_job GROUP BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind, state string
		var n int
		if err := rows.Scan(&kind, &state, &n); err != nil {
			return err
		}
		for i := range s.Counts {
			if s.Counts[i].Kind == kind {
				s.Counts[i].add(state, n)
			}
		}
	}
	return rows.Err()
}

func (c *Count) add(state string, n int) {
	switch state {
	case "available", "scheduled", "pending":
		c.Waiting += n
	case "running":
		c.Running += n
	case "retryable":
		c.Retrying += n
	case "discarded", "cancelled":
		c.Failed += n
	case "completed":
		c.Done += n
	}
}

// readJobs lists the running or waiting jobs. Jobs that wait for another attempt are
// listed as failures.
func (s *Status) readJobs(ctx context.Context, db *sql.DB, state string, limit int) error {
	which := "state = 'running' ORDER BY attempted_at, id"
	if state == "waiting" {
		which = "state IN ('available', 'scheduled', 'pending') AND errors IS NULL ORDER BY scheduled_at, priority, id"
	}
	rows, err := db.QueryContext(
		ctx,
		`SELECT id, kind, coalesce(args ->> '$.news.item.URL', ''), coalesce(args ->> '$.news.item.Title', ''), coalesce(args ->> '$.feed', 0),
			coalesce(args ->> '$.news.url', ''), CAST(CASE state WHEN 'running' THEN attempted_at ELSE scheduled_at END AS TEXT)
		FROM river_job WHERE `+which+` LIMIT ?`,
		limit,
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		j := Job{State: state}
		var title string
		var at sql.NullString
		if err := rows.Scan(&j.Job, &j.Kind, &j.Subject, &title, &j.FeedID, &j.Feed, &at); err != nil {
			return err
		}
		if j.Subject == "" {
			j.Subject = title
		}
		j.At = parseTime(at.String)
		s.Jobs = append(s.Jobs, j)
	}
	return rows.Err()
}

func (s *Status) readFailures(ctx context.Context, db *sql.DB, limit int) error {
	rows, err := db.QueryContext(
		ctx,
		`SELECT id, kind, state, attempt, json_array_length(errors), errors ->> '$[#-1].error', errors ->> '$[#-1].at', CAST(scheduled_at AS TEXT),
			coalesce(args ->> '$.news.item.URL', ''), coalesce(args ->> '$.news.item.Title', ''), coalesce(args ->> '$.news.url', ''), coalesce(args ->> '$.feed', 0)
		FROM river_job WHERE errors IS NOT NULL AND state <> 'completed' ORDER BY errors ->> '$[#-1].at' DESC, id DESC LIMIT ?`,
		limit,
	)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var f Failure
		var state, title, at, next string
		var attempt, feed int64
		var reason sql.NullString
		if err := rows.Scan(&f.Job, &f.Kind, &state, &attempt, &f.Attempts, &reason, &at, &next, &f.Subject, &title, &f.Feed, &feed); err != nil {
			return err
		}
		f.Reason = oneLine(strings.TrimPrefix(reason.String, "JobCancelError: "))
		if f.Subject != "" {
			f.Reason = strings.TrimPrefix(f.Reason, f.Subject+": ") // already in Subject
		}
		f.At, _ = time.Parse(time.RFC3339Nano, at)
		if state != "discarded" && state != "cancelled" {
			f.Next = parseTime(next)
		}
		if f.Subject == "" {
			f.Subject = title
		}
		if f.Subject == "" {
			f.Subject = fmt.Sprintf("feed %d", feed)
		}
		s.Failures = append(s.Failures, f)
	}
	return rows.Err()
}

// parseTime parses a time in River's formats.
func parseTime(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// MarshalJSON writes a zero Next as null.
func (f Failure) MarshalJSON() ([]byte, error) {
	type plain Failure
	out := struct {
		plain
		Next *time.Time `json:"next"`
	}{plain: plain(f)}
	if !f.Next.IsZero() {
		out.Next = &f.Next
	}
	return json.Marshal(out)
}
