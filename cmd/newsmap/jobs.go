package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"newsmap/geo/ingest/queue"
	"newsmap/geo/store"

	"github.com/spf13/cobra"
)

func newJobs() *cobra.Command {
	var failed, asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "jobs",
		Short: "Show waiting, running and failed jobs",
		Long: `Show the jobs of 'newsmap serve', also while it runs: how many there are, and which
are running, waiting or failed. A job either polls a feed or makes a story of an
item. A job that fails is tried again, at growing intervals, and given up after
several attempts. Jobs that were given up are listed for a week with the reason.`,
		Example: "  newsmap jobs\n  newsmap jobs --failed --limit 100",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if limit < 1 {
				return usage(cmd, "--limit: %d is less than 1; give 1 or more", limit)
			}
			u, err := store.ParseURL(cfg.Store)
			if err != nil {
				return err
			}
			status, err := queue.ReadStatus(cmd.Context(), u.JobsPath(), limit)
			if err == nil {
				err = nameFeeds(cmd, cfg, status)
			}
			switch {
			case err != nil:
				return err
			case asJSON:
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				e.SetEscapeHTML(false)
				return e.Encode(status)
			}
			return printJobs(cmd.OutOrStdout(), status, failed, time.Now())
		},
	}
	addStoreFlag(cmd.Flags())
	f := cmd.Flags()
	f.BoolVar(&failed, "failed", false, "list only failed jobs")
	f.BoolVar(&asJSON, "json", false, "write JSON")
	f.IntVarP(&limit, "limit", "n", 10, "maximum `NUMBER` of running, of waiting and of failed jobs to list")
	return cmd
}

// nameFeeds adds the addresses of the feeds that jobs know only by number.
func nameFeeds(cmd *cobra.Command, cfg *Config, status *queue.Status) error {
	if len(status.Jobs) == 0 {
		return nil
	}
	return withReadOnlyStore(cmd, cfg, func(s store.Store) error {
		subs, err := s.Subscriptions(cmd.Context())
		addresses := map[int64]string{}
		for _, sub := range subs {
			addresses[sub.ID] = sub.URL
		}
		for i := range status.Jobs {
			if j := &status.Jobs[i]; j.Feed == "" {
				j.Feed = addresses[j.FeedID]
			}
		}
		return err
	})
}

// printActive lists the running and waiting jobs.
func printActive(w io.Writer, jobs []queue.Job, now time.Time) {
	fmt.Fprintln(w, "\nstate\tsince\tjob")
	for _, j := range jobs {
		subject := j.Subject
		switch {
		case subject == "" && j.Feed != "":
			subject = j.Feed
		case subject == "":
			subject = fmt.Sprintf("feed %d", j.FeedID)
		}
		fmt.Fprintf(w, "%s\t%s\t%s %s\n", j.State, relative(j.At, now), j.Kind, subject)
	}
}

func printJobs(out io.Writer, s *queue.Status, failedOnly bool, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if !failedOnly {
		fmt.Fprintln(w, "job\twaiting\trunning\tretrying\tgiven up\tjust done")
		for _, c := range s.Counts {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", c.Kind, c.Waiting, c.Running, c.Retrying, c.Failed, c.Done)
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if len(s.Jobs) > 0 {
			printActive(w, s.Jobs, now)
		}
		if err := w.Flush(); err != nil || len(s.Failures) == 0 {
			return err
		}
		fmt.Fprintln(out)
	}
	if len(s.Failures) == 0 {
		_, err := fmt.Fprintln(out, "no job has failed")
		return err
	}
	fmt.Fprintln(w, "failed\tattempts\tnext\tjob\treason")
	for _, f := range s.Failures {
		next := "given up"
		if !f.Next.IsZero() {
			next = relative(f.Next, now)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s %s\t%s\n", relative(f.At, now), f.Attempts, next, f.Kind, f.Subject, f.Reason)
	}
	return w.Flush()
}
