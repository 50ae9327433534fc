package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/ingest"
	"newsmap/geo/ingest/queue"
	"newsmap/geo/store"
	"newsmap/geo/subscription"

	"github.com/spf13/pflag"
)

// addPollFlags adds the flags of serve that concern followed feeds.
func addPollFlags(f *pflag.FlagSet) {
	f.String("feeds", "", "`FILE` with feeds to follow from now on: an OPML list, or one address a line")
	f.Bool("poll", true, "poll the feeds that the store follows; --poll=false only serves")
	f.Duration("poll-min-interval", 5*time.Minute, "minimum time between two polls of a feed")
	f.Duration("poll-max-interval", 6*time.Hour, "maximum time between two polls of a feed that can be read")
	addFormerFlag(f, "poll-min-interval")
	addFormerFlag(f, "poll-max-interval")
}

// turnWait is how long a job waits for its host before it lets other jobs run.
const turnWait = 100 * time.Millisecond

// follower polls the feeds that a store follows and makes stories of their items.
type follower struct {
	store  store.Store
	queue  *queue.Queue
	poller *ingest.Poller
	worker *ingest.Worker
	logger *slog.Logger

	anonymous bool // there is no --contact
}

// newFollower returns a follower for the store at address. It fetches with a copy of
// web that gives up its turn when a host is busy.
func newFollower(
	ctx context.Context, cfg *Config, address store.URL, stories store.Store, web *ingest.Web, ingester *ingest.Ingester, logger *slog.Logger,
) (*follower, error) {
	jobs, err := queue.Open(ctx, address.JobsPath(), queue.Config{Logger: logger})
	if err != nil {
		return nil, err
	}
	webWithTimeout := *web
	webWithTimeout.Wait = turnWait
	return &follower{
		store: stories, queue: jobs, logger: logger, anonymous: cfg.Contact == "",
		poller: &ingest.Poller{
			Client: web.Client, Store: stories, Jobs: jobs, Schedule: cfg.schedule(), Wait: turnWait, Logger: logger, Clock: time.Now,
		},
		worker: &ingest.Worker{Web: &webWithTimeout, Ingester: ingester, Logger: logger},
	}, nil
}

// run polls and ingests until ctx ends.
func (f *follower) run(ctx context.Context) {
	err := f.queue.Work(ctx, queue.Handlers{Poll: f.poller.Poll, Ingest: f.worker.Ingest, Run: func(ctx context.Context) {
		f.announce(ctx)
		f.poller.Run(ctx)
	}})
	if err != nil {
		f.logger.ErrorContext(ctx, "feeds are not polled", "error", err)
	}
}

// announce logs what is polled.
func (f *follower) announce(ctx context.Context) {
	subs, err := f.store.Subscriptions(ctx)
	switch {
	case err != nil:
		f.logger.ErrorContext(ctx, "feeds cannot be listed", "error", err)
	case len(subs) == 0:
		f.logger.InfoContext(ctx, "no feeds are followed yet; to add one, also while this runs, use newsmap feeds add ADDRESS")
	default:
		f.logger.InfoContext(ctx, "polling feeds", "feeds", len(subs))
		if f.anonymous {
			f.logger.WarnContext(ctx, "sites cannot tell who runs this newsmap; set --contact to your address")
		}
	}
}

// readFeedList reads a list of feeds: OPML, or one address a line. Empty lines and
// lines that begin with # are skipped. It calls warn for each entry of an OPML list
// that cannot be followed. The error names the list.
func readFeedList(name string, body []byte, contentType string, warn func(string)) ([]feed.Outline, error) {
	if feed.Sniff(body) == feed.KindOPML {
		outlines, warnings, err := feed.ParseOPML(body, contentType)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, reason(err))
		}
		for _, w := range warnings {
			warn(w)
		}
		if len(outlines) == 0 {
			return nil, geo.Invalid(name, "lists no feeds; add an outline with an xmlUrl")
		}
		return outlines, nil
	}
	if !utf8.Valid(body) {
		return nil, geo.Invalid(name, "is neither an OPML list nor text; a list is OPML or has one address a line")
	}
	var out []feed.Outline
	n := 0
	for line := range strings.Lines(string(body)) {
		n++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !ingest.IsAddress(line) {
			return nil, geo.Invalid(fmt.Sprintf("%s:%d", name, n), "%.80q is not an http or https address; a list is OPML or has one address a line", line)
		}
		out = append(out, feed.Outline{URL: line})
	}
	if len(out) == 0 {
		return nil, geo.Invalid(name, "lists no feeds; write one address a line")
	}
	return out, nil
}

// reason returns err without the name of the invalid value.
func reason(err error) error {
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return errors.New(invalid.Reason)
	}
	return err
}

// subscribeAll follows the feeds of a list and returns how many are new.
func subscribeAll(ctx context.Context, subs subscription.Store, list []feed.Outline) (added int, err error) {
	for _, o := range list {
		isNew, err := subs.Subscribe(ctx, &subscription.Subscription{URL: o.URL, Title: o.Title, Home: o.Home, Group: o.Folder})
		if err != nil {
			return added, err
		}
		if isNew {
			added++
		}
	}
	return added, nil
}

// subscribeFile follows the feeds that --feeds lists.
func subscribeFile(ctx context.Context, cfg *Config, subs subscription.Store, logger *slog.Logger) error {
	if cfg.Feeds == "" {
		return nil
	}
	body, err := os.ReadFile(cfg.Feeds)
	if err != nil {
		return fileError("--feeds", err)
	}
	list, err := readFeedList(cfg.Feeds, body, "", func(warning string) {
		logger.WarnContext(ctx, "an entry of the list is skipped", "list", cfg.Feeds, "reason", warning)
	})
	if err != nil {
		return fmt.Errorf("--feeds: %w", err)
	}
	added, err := subscribeAll(ctx, subs, list)
	if err != nil {
		return fmt.Errorf("--feeds: %w", err)
	}
	logger.InfoContext(ctx, "feeds of the list are followed", "list", cfg.Feeds, "new", added, "known", len(list)-added)
	return nil
}
