package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"newsmap/geo/gazetteer"
	"newsmap/geo/ingest"
	"newsmap/geo/store"
	"newsmap/geo/story"
	"newsmap/handlers"

	"github.com/spf13/cobra"
)

// shutdownGrace is how long open requests may take to end after a signal.
const shutdownGrace = 10 * time.Second

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the map and the API",
		Long: `Open the store, bring its schema up to date, and serve the map and the API until
SIGINT or SIGTERM. The feeds that the store follows are polled meanwhile, each in
its own rhythm; newsmap feeds adds and removes them, also while this runs, and so
does --feeds at the start. Every flag has an environment variable: NEWSMAP_LISTEN,
NEWSMAP_STORE and so on; the token may also stand in a file that
NEWSMAP_TOKEN_FILE names.`,
		Example: `  newsmap serve --demo
  newsmap serve --feeds feeds.opml --contact desk@example.org
  newsmap serve --store sqlite:/var/lib/newsmap/news.db --listen 0.0.0.0:8080 --base-url https://map.example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return serve(cmd, cfg)
		},
	}
	f := cmd.Flags()
	f.String("listen", "127.0.0.1:8080", "`HOST:PORT` to listen on; port 0 takes a free one")
	f.String("store", defaultStore, "where stories are kept: sqlite:`PATH`")
	f.String("base-url", "", "public `ADDRESS` of this server, for links in exports")
	f.String("tiles-url", "", "raster tiles to offer, with {z}, {x} and {y} (default: OpenStreetMap's)")
	f.String("tiles-attribution", "", "`TEXT` that credits the makers of the tiles at --tiles-url")
	f.String("basemap", "", "PMTiles `FILE` with a map of the world, drawn from this server alone")
	f.String("token", "", "bearer token that allows to add stories (better: NEWSMAP_TOKEN_FILE)")
	addFetchFlags(f)
	addPollFlags(f)
	addGeocoderFlag(f)
	f.Bool("demo", false, "load the bundled sample stories; without --store they are forgotten at the end")
	return cmd
}

const defaultStore = "sqlite:newsmap.db"

func serve(cmd *cobra.Command, cfg *Config) (err error) {
	logger := newLogger(cmd, cfg)
	index, err := openGazetteer(cfg)
	if err != nil {
		return err
	}
	defer index.Close()

	stories, address, closeStore, err := openServeStore(cmd, cfg, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	defer catchUp(cmd.Context(), stories, logger)()

	parser, err := newParser(index)
	if err != nil {
		return err
	}
	ingester := &ingest.Ingester{Parser: parser, Store: stories, Logger: logger, Clock: time.Now}
	if cfg.Demo {
		if err := loadDemo(cmd.Context(), ingester); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	// Only what is kept is asked for: anybody may try out any text on a page.
	if ingester.Parser, err = withGeocoder(parser, cfg, store.AnswersOf(stories), logger); err != nil {
		return err
	}
	web, err := newWeb(cfg, logger)
	if err != nil {
		return err
	}
	stopFollowing, err := follow(cmd.Context(), cfg, address, stories, web, ingester, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopFollowing()) }()
	handler, err := handlers.New(handlers.Config{
		Store: stories, Places: index, Parser: parser, Ingester: ingester, Fetcher: web, Logger: logger,
		BaseURL: cfg.BaseURL, TilesURL: cfg.TilesURL, TilesCredit: cfg.TilesCredit, Basemap: cfg.Basemap, Token: cfg.Token, Version: version(), Now: time.Now, Done: cmd.Context().Done(),
	})
	if err != nil {
		return err
	}
	go warm(cmd.Context(), stories)
	return listen(cmd, cfg, handler, logger, index)
}

// warm has the store read what answers about all stories need, so that who opens
// the map first need not wait for it.
func warm(ctx context.Context, stories story.Store) {
	if a, ok := stories.(story.Aggregator); ok {
		enough := errors.New("enough")
		_ = a.Briefs(ctx, story.Query{}, func(*story.StorySummary) error { return enough }) // a request would find out as well
	}
}

// follow subscribes to what --feeds lists and begins to poll. The returned function
// waits for the end of that, which comes with the end of ctx at the latest.
func follow(ctx context.Context, cfg *Config, address string, stories store.Store, web *ingest.Web, ingester *ingest.Ingester, logger *slog.Logger) (stop func() error, err error) {
	if err := subscribeFile(ctx, cfg, stories, logger); err != nil {
		return nil, err
	}
	if !cfg.Poll {
		logger.InfoContext(ctx, "feeds are not polled (--poll=false)")
		return func() error { return nil }, nil
	}
	f, err := newFollower(ctx, cfg, address, stories, web, ingester, logger)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(ctx)
	}()
	return func() error {
		cancel()
		<-done
		return f.queue.Close()
	}, nil
}

// openServeStore opens the configured store; a demo without one gets a store
// of its own that goes when the server does, so that trying leaves no file.
func openServeStore(cmd *cobra.Command, cfg *Config, logger *slog.Logger) (stories store.Store, address string, closeStore func() error, err error) {
	address, remove := cfg.Store, func() error { return nil }
	if cfg.Demo && cfg.Store == defaultStore && !cmd.Flags().Changed("store") {
		dir, err := os.MkdirTemp("", "newsmap-demo-")
		if err != nil {
			return nil, "", nil, err
		}
		address = "sqlite:" + filepath.Join(dir, "demo.db")
		remove = func() error { return os.RemoveAll(dir) }
	}
	stories, err = store.Open(cmd.Context(), address, logger)
	if err != nil {
		return nil, "", nil, errors.Join(err, remove())
	}
	return stories, address, func() error { return errors.Join(stories.Close(), remove()) }, nil
}

// listen serves until the command's context ends, then lets open requests end.
func listen(cmd *cobra.Command, cfg *Config, handler http.Handler, logger *slog.Logger, index *gazetteer.Index) error {
	ctx := cmd.Context()
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	server := handlers.NewServer(cfg.Listen, handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	logger.Info("serving", "version", version(), "places", index.Info().Places)
	fmt.Fprintf(cmd.OutOrStdout(), "newsmap is at http://%s/\n", browsable(listener.Addr()))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	logger.Info("stopping")
	graceful, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(graceful); err != nil {
		logger.Warn("requests cut off", "error", err)
		return server.Close()
	}
	return nil
}

// browsable is an address that a browser on this machine can open.
func browsable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
