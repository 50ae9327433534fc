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

// Count is how many jobs of a kind there are.
type Count struct {
	Kind     string `json:"kind"`     // "poll" or "item"
	Waiting  int    `json:"waiting"`  // for a worker or their host's turn
	Running  int    `json:"running"`  //
	Retrying int    `json:"retrying"` // failed, and wait for another attempt
	Failed   int    `json:"failed"`   // given up within the last week
	Done     int    `json:"done"`     // within the last minute or so
}

// Job is one that runs or waits.
type Job struct {
	Job     int64     `json:"job"`
	Kind    string    `json:"kind"`
	State   string    `json:"state"`   // "running" or "waiting"
	Subject string    `json:"subject"` // address or title of the item; empty for a poll
	FeedID  int64     `json:"feed_id"`
	Feed    string    `json:"feed"` // its address; empty if unknown
	At      time.Time `json:"at"`   // when it began to run, or may begin
}

// Failure is a job that has failed, and whether it is tried again.
type Failure struct {
	Job      int64     `json:"job"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"` // address of the item or number of the feed
	Feed     string    `json:"feed"`    // its address; empty if unknown
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at"`   // of the last attempt
	Next     time.Time `json:"next"` // of the next; zero: given up
	Reason   string    `json:"reason"`
}

// Status is what is to know of the jobs of a store.
type Status struct {
	Counts   []Count   `json:"counts"`
	Jobs     []Job     `json:"jobs"`     // those that run, the longest first, then those that wait, the next first
	Failures []Failure `json:"failures"` // latest first
}

// ReadStatus returns the status of the jobs in the file at path, with at most limit
// running jobs, as many waiting ones, and as many failures. Another process may work on
// them meanwhile. If the file does not exist, all counts are zero.
func ReadStatus(ctx context.Context, path string, limit int) (*Status, error) {
	out := &Status{Counts: []Count{{Kind: kindPoll}, {Kind: kindNews}}, Jobs: []Job{}, Failures: []Failure{}}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	db, err := connect(path, "_query_only=1")
	if err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	defer db.Close()
	if err := out.count(ctx, db); err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	for _, state := range []string{"running", "waiting"} {
		if err := out.jobs(ctx, db, state, limit); err != nil {
			return nil, fmt.Errorf("jobs %s: %w", path, err)
		}
	}
	if err := out.list(ctx, db, limit); err != nil {
		return nil, fmt.Errorf("jobs %s: %w", path, err)
	}
	return out, nil
}

func (s *Status) count(ctx context.Context, db *sql.DB) error {
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

// jobs lists what runs or waits. What has failed and waits to be tried again is
// among the failures.
func (s *Status) jobs(ctx context.Context, db *sql.DB, state string, limit int) error {
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

func (s *Status) list(ctx context.Context, db *sql.DB, limit int) error {
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
			f.Reason = strings.TrimPrefix(f.Reason, f.Subject+": ") // which stands beside it
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

// parseTime reads a time as River writes it.
func parseTime(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05.999", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// MarshalJSON leaves out the next attempt where there is none.
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
