package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/ingest"
	"newsmap/geo/store"
	"newsmap/geo/story"
	"newsmap/geo/subscription"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newFeeds() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "feeds",
		Short: "Follow feeds: add, list, remove and check them",
		Long: `Follow feeds. 'newsmap serve' polls the feeds that its store follows in the
background. A feed can be added or removed while it runs.`,
		Example: "  newsmap feeds add https://www.example.org/\n  newsmap feeds list",
	}
	cmd.AddCommand(newFeedsAdd(), newFeedsList(), newFeedsRemove(), newFeedsCheck())
	return cmd
}

// addStoreFlag adds the flag that names the store.
func addStoreFlag(f *pflag.FlagSet) {
	f.String("store", defaultStore, "`URL` of the store of stories and feeds: sqlite:PATH")
}

// needArgument requires at least one argument and asks for what it names.
func needArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(cmd, "the argument is missing; name %s", what)
		}
		return nil
	}
}

func newFeedsAdd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add URL|FILE|-…",
		Short: "Follow feeds",
		Long: `Follow feeds. An address may be that of a feed, of a page that links to one, or of
an OPML list. It is fetched first, and not added if it is none of these.

A file, or - for standard input, is an OPML list or has one address a line. Its
feeds are added without a check; 'newsmap feeds list' shows later which of them
cannot be read.

A feed that is already followed stays as it is, but one that was gone or failing is
polled again soon.`,
		Example: `  newsmap feeds add https://www.example.org/ https://news.example.com/rss.xml
  newsmap feeds add feeds.opml`,
		Args: needArgument("an address, a file with a list of feeds, or - for standard input"),
		RunE: func(cmd *cobra.Command, names []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return withStore(cmd, cfg, func(s store.Store) error { return addFeeds(cmd, cfg, s, names) })
		},
	}
	addStoreFlag(cmd.Flags())
	addFetchFlags(cmd.Flags())
	return cmd
}

// withStore calls work with the configured store, which is created if it is missing.
func withStore(cmd *cobra.Command, cfg *Config, work func(store.Store) error) (err error) {
	s, err := store.Open(cmd.Context(), cfg.Store, newLogger(cmd, cfg))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return work(s)
}

// withExistingStore is withStore for commands that have nothing to do without a store.
// It never creates one.
func withExistingStore(cmd *cobra.Command, cfg *Config, work func(store.Store) error) error {
	if err := requireFeedStore(cfg); err != nil {
		return err
	}
	return withStore(cmd, cfg, work)
}

// withReadOnlyStore is withExistingStore for commands that only read, also from a folder
// that cannot be written.
func withReadOnlyStore(cmd *cobra.Command, cfg *Config, work func(store.Store) error) (err error) {
	if err := requireFeedStore(cfg); err != nil {
		return err
	}
	s, err := store.OpenToRead(cmd.Context(), cfg.Store, newLogger(cmd, cfg))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return work(s)
}

func requireFeedStore(cfg *Config) error {
	u, err := store.ParseURL(cfg.Store)
	if err == nil && !u.Exists() {
		return fmt.Errorf("there is no store at %s; name another with --store, or create it with newsmap feeds add", u.Path)
	}
	return err
}

func addFeeds(cmd *cobra.Command, cfg *Config, s store.Store, names []string) error {
	web, err := newWeb(cfg, newLogger(cmd, cfg))
	if err != nil {
		return err
	}
	failed := false
	for _, name := range names {
		list, err := feedsAt(cmd, web.Client, name)
		if err == nil {
			err = addList(cmd, s, list)
		}
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %v\n", err)
			failed = true
		}
	}
	if failed {
		return errReported
	}
	return nil
}

// feedsAt returns the feeds that an argument means.
func feedsAt(cmd *cobra.Command, client ingest.Fetcher, name string) ([]feed.Outline, error) {
	if ingest.IsAddress(name) {
		return feedsAtAddress(cmd, client, name)
	}
	in := io.NopCloser(cmd.InOrStdin())
	if name == "-" {
		name = standardInput
	} else {
		f, err := openFeedList(name)
		if err != nil {
			return nil, err
		}
		in = f
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, feed.MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return readFeedList(name, body, "", func(warning string) { warnSkipped(cmd, name, warning) })
}

// openFeedList opens a file. A name of no file may have been meant as an address.
func openFeedList(name string) (*os.File, error) {
	f, err := os.Open(name)
	switch {
	case err == nil:
		return f, nil
	case name == "":
		return nil, errors.New("the argument \"\" is empty; name an address or a file")
	case errors.Is(err, os.ErrNotExist):
		return nil, geo.Invalid(name, "there is no such file; an address begins with http:// or https://")
	}
	return nil, err
}

// warnSkipped reports an entry of a list that is skipped.
func warnSkipped(cmd *cobra.Command, name, warning string) {
	fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %s: %s; skipped\n", name, warning)
}

// feedsAtAddress fetches an address and returns the feeds that it means. If its host
// is out of order, it is taken for a feed.
func feedsAtAddress(cmd *cobra.Command, client ingest.Fetcher, address string) ([]feed.Outline, error) {
	got, err := client.Fetch(cmd.Context(), fetch.Request{URL: address, MaxBody: feed.MaxBody})
	var out *fetch.Error
	switch {
	case errors.As(err, &out) && out.Temporary() && cmd.Context().Err() == nil:
		fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %v; it is followed nevertheless\n", err)
		return []feed.Outline{{URL: address}}, nil
	case errors.As(err, &out) && out.URL != address:
		return nil, fmt.Errorf("%s: redirects to %w", address, err)
	case err != nil:
		return nil, err
	}
	switch feed.Sniff(got.Body) {
	case feed.KindOPML:
		return readFeedList(address, got.Body, got.ContentType, func(warning string) { warnSkipped(cmd, address, warning) })
	case feed.KindHTML:
		if links := feed.Discover(got.Body, got.ContentType, got.URL); len(links) > 0 {
			return []feed.Outline{{URL: links[0].URL, Title: links[0].Title, Home: got.URL}}, nil
		}
		return nil, geo.Invalid(address, "is an HTML page that links to no feed; look for the address of the feed on the site")
	}
	f, err := feed.Parse(cmd.Context(), got.Body, got.ContentType, got.URL, time.Now())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, reason(err))
	}
	if got.Permanent != "" {
		address = got.Permanent
	}
	return []feed.Outline{{URL: address, Title: f.Title, Home: f.Home}}, nil
}

// addList follows feeds and prints each of them, or only their number if they are many.
func addList(cmd *cobra.Command, s subscription.Store, list []feed.Outline) error {
	const many = 20
	if len(list) > many {
		added, err := subscribeAll(cmd.Context(), s, list)
		if err == nil {
			fmt.Fprintf(cmd.OutOrStdout(), "%d feeds added, %d already followed\n", added, len(list)-added)
		}
		return err
	}
	for _, o := range list {
		added, err := subscribeAll(cmd.Context(), s, []feed.Outline{o})
		switch {
		case err != nil:
			return err
		case added == 0:
			fmt.Fprintf(cmd.OutOrStdout(), "already followed: %s\n", titled(o.URL, o.Title))
		default:
			fmt.Fprintf(cmd.OutOrStdout(), "added: %s\n", titled(o.URL, o.Title))
		}
	}
	return nil
}

func titled(address, title string) string {
	if title == "" {
		return address
	}
	return address + "  " + title
}

func newFeedsRemove() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove URL…",
		Short:   "Stop following feeds; their stories stay",
		Example: "  newsmap feeds remove https://news.example.com/rss.xml",
		Args:    needArgument("the address of a feed"),
		RunE: func(cmd *cobra.Command, addresses []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return withExistingStore(cmd, cfg, func(s store.Store) error { return removeFeeds(cmd, s, addresses) })
		},
	}
	addStoreFlag(cmd.Flags())
	return cmd
}

func removeFeeds(cmd *cobra.Command, s subscription.Store, addresses []string) error {
	failed := false
	for _, address := range addresses {
		found, err := findFeed(cmd.Context(), s, address)
		if err == nil {
			err = s.Unsubscribe(cmd.Context(), found)
		}
		switch {
		case errors.Is(err, geo.ErrNotFound):
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %s: is not followed; newsmap feeds list shows the feeds that are\n", address)
			failed = true
		case err != nil:
			return err
		default:
			fmt.Fprintf(cmd.OutOrStdout(), "removed: %s\n", found)
		}
	}
	if failed {
		return errReported
	}
	return nil
}

// findFeed returns the address under which a feed is followed: the given one, or one
// that is equal after normalization.
func findFeed(ctx context.Context, s subscription.Store, address string) (string, error) {
	subs, err := s.Subscriptions(ctx)
	if err != nil {
		return "", err
	}
	same := ""
	wanted, bad := story.NormalizeURL(address)
	for _, sub := range subs {
		if sub.URL == address {
			return address, nil
		}
		if n, err := story.NormalizeURL(sub.URL); err == nil && bad == nil && n == wanted {
			same = sub.URL
		}
	}
	if same == "" {
		return "", geo.ErrNotFound
	}
	return same, nil
}

func newFeedsList() *cobra.Command {
	var asJSON, asOPML bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the followed feeds with status and last error",
		Long: `List the followed feeds: their state, the number of items at the last poll, how
often they are polled, when they were and will be polled, and the last error or
warning. The states are

  new      not polled yet
  ok       read without an error
  waiting  the host asked newsmap to pause
  failing  the last polls failed
  gone     the host says that the feed does not exist any more (410)

--json writes all warnings of a feed.`,
		Example: "  newsmap feeds list\n  newsmap feeds list --opml > feeds.opml",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if asJSON && asOPML {
				return usage(cmd, "--json: cannot be combined with --opml; choose one of them")
			}
			return withReadOnlyStore(cmd, cfg, func(s store.Store) error {
				subs, err := s.Subscriptions(cmd.Context())
				switch {
				case err != nil:
					return err
				case asJSON:
					return feedsJSON(cmd.OutOrStdout(), subs)
				case asOPML:
					return feedsOPML(cmd.OutOrStdout(), subs)
				}
				return feedsTable(cmd.OutOrStdout(), subs, time.Now())
			})
		},
	}
	addStoreFlag(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, as one list")
	cmd.Flags().BoolVar(&asOPML, "opml", false, "write OPML, for other readers and for newsmap feeds add")
	return cmd
}

// feedState returns the state of a feed in one word.
func feedState(s *subscription.Subscription) string {
	switch {
	case s.Gone:
		return "gone"
	case s.Failures > 0:
		return "failing"
	case s.Error != "":
		return "waiting"
	case s.Fetched.IsZero():
		return "new"
	}
	return "ok"
}

func feedsTable(out io.Writer, subs []*subscription.Subscription, now time.Time) error {
	if len(subs) == 0 {
		_, err := fmt.Fprintln(out, "no feeds are followed; to add one, use newsmap feeds add ADDRESS")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "state\titems\tevery\tpolled\tnext\tfeed\t")
	for _, s := range subs {
		every, next := "-", "-"
		if s.Interval > 0 {
			every = ingest.FormatDuration(s.Interval)
		}
		if !s.Gone {
			next = relative(s.Due, now)
		}
		what := titled(s.URL, s.Title)
		if trouble := feedProblem(s); trouble != "" {
			what += "\t" + trouble
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", feedState(s), s.Items, every, relative(s.Fetched, now), next, what)
	}
	return w.Flush()
}

// feedProblem returns the last error of a feed, or the first of its warnings.
func feedProblem(s *subscription.Subscription) string {
	switch n := len(s.Warnings); {
	case s.Error != "" || n == 0:
		return s.Error
	case n == 1:
		return "warning: " + s.Warnings[0]
	default:
		return fmt.Sprintf("warning: %s; and %d more, see --json", s.Warnings[0], n-1)
	}
}

// relative returns how long ago, or how soon, t is.
func relative(t, now time.Time) string {
	const moment = 2 * time.Second
	switch d := t.Sub(now); {
	case t.IsZero() || t.Unix() <= 0:
		return "-"
	case d > moment:
		return "in " + ingest.FormatDuration(d)
	case d < -moment:
		return ingest.FormatDuration(-d) + " ago"
	}
	return "now"
}

// feedJSON is a followed feed as --json writes it.
type feedJSON struct {
	URL      string     `json:"url"`
	Title    string     `json:"title"`
	Home     string     `json:"home"`
	Group    string     `json:"group"`
	State    string     `json:"state"`
	Items    int        `json:"items"`
	Interval float64    `json:"interval_seconds"`
	Added    time.Time  `json:"added"`
	Fetched  *time.Time `json:"fetched"`
	Changed  *time.Time `json:"changed"`
	Due      *time.Time `json:"due"`
	Failures int        `json:"failures"`
	Error    string     `json:"error"`
	Warnings []string   `json:"warnings"`
}

func feedsJSON(out io.Writer, subs []*subscription.Subscription) error {
	list := []feedJSON{}
	for _, s := range subs {
		f := feedJSON{
			URL: s.URL, Title: s.Title, Home: s.Home, Group: s.Group, State: feedState(s), Items: s.Items, Interval: s.Interval.Seconds(),
			Added: s.Added, Fetched: unlessZero(s.Fetched), Changed: unlessZero(s.Changed), Failures: s.Failures, Error: s.Error, Warnings: s.Warnings,
		}
		if f.Warnings == nil {
			f.Warnings = []string{}
		}
		if !s.Gone {
			f.Due = unlessZero(s.Due)
		}
		list = append(list, f)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(list)
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func feedsOPML(out io.Writer, subs []*subscription.Subscription) error {
	list := make([]feed.Outline, len(subs))
	for i, s := range subs {
		list[i] = feed.Outline{Title: s.Title, URL: s.URL, Home: s.Home, Folder: s.Group}
	}
	return feed.WriteOPML(out, "Feeds of newsmap", list)
}

func newFeedsCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check URL…",
		Short: "Explain what newsmap makes of a feed",
		Long: `Fetch each address as 'newsmap serve' would (robots.txt, redirects, limits), read
it as a feed, and explain what it is, its errors and warnings, how often it changes
and what newsmap would do. Nothing is stored. The exit status is 1 if one of the
feeds cannot be used.`,
		Example: "  newsmap feeds check https://news.example.com/rss.xml",
		Args:    needArgument("the address of a feed"),
		RunE: func(cmd *cobra.Command, addresses []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return checkFeeds(cmd, cfg, addresses, asJSON)
		},
	}
	addFetchFlags(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON, one report a line")
	return cmd
}

func checkFeeds(cmd *cobra.Command, cfg *Config, addresses []string, asJSON bool) error {
	web, err := newWeb(cfg, newLogger(cmd, cfg))
	if err != nil {
		return err
	}
	checker := &ingest.Checker{Client: web.Client, Schedule: cfg.schedule()}
	failed := false
	for i, address := range addresses {
		report, err := checker.Check(cmd.Context(), address)
		if err != nil {
			return err
		}
		failed = failed || !report.Usable
		if asJSON {
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetEscapeHTML(false)
			err = e.Encode(report)
		} else {
			err = printReport(cmd.OutOrStdout(), report, i > 0)
		}
		if err != nil {
			return err
		}
	}
	if failed {
		return errReported
	}
	return nil
}

func printReport(out io.Writer, r *ingest.Report, more bool) error {
	var b strings.Builder
	if more {
		b.WriteByte('\n')
	}
	fmt.Fprintln(&b, r.URL)
	if r.Usable {
		items := "items"
		if r.Items == 1 {
			items = "item"
		}
		fmt.Fprintf(&b, "  can be used: %q, %d %s\n", r.Title, r.Items, items)
	} else {
		fmt.Fprintf(&b, "  cannot be used: %s\n", r.Fault)
	}
	for _, f := range r.Feeds {
		fmt.Fprintf(&b, "  links to the feed %s\n", f)
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "  - %s\n", f)
	}
	for _, o := range r.Warnings {
		fmt.Fprintf(&b, "  ! %s\n", o)
	}
	_, err := io.WriteString(out, b.String())
	return err
}
