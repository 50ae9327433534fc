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
	"syscall"
	"time"

	"newsmap/geo/gazetteer"
	"newsmap/geo/ingest"
	"newsmap/geo/store"
	"newsmap/geo/story"
	"newsmap/handlers"

	"github.com/spf13/cobra"
)

// shutdownGrace is how long open requests may take after a signal.
const shutdownGrace = 10 * time.Second

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the map and the API",
		Long: `Open the store, bring its schema up to date, and serve the map and the API until
SIGINT or SIGTERM. Meanwhile, poll the feeds that the store follows. A feed that
changes often is polled often. To follow a feed, use 'newsmap feeds add', also while
this runs, or --feeds.

Every flag has an environment variable: NEWSMAP_LISTEN, NEWSMAP_STORE and so on.
The token can also be read from the file that NEWSMAP_TOKEN_FILE names.`,
		Example: `  newsmap serve --demo
  newsmap serve --feeds feeds.opml --contact desk@example.org
  newsmap serve --store sqlite:/var/lib/newsmap/news.db --listen 0.0.0.0:8080 --base-url https://map.example.org`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return serve(cmd, cfg)
		},
	}
	f := cmd.Flags()
	f.String("listen", "127.0.0.1:8080", "`HOST:PORT` to listen on; port 0 chooses a free one")
	addStoreFlag(f)
	f.String("base-url", "", "public `ADDRESS` of this server, for links in exports")
	f.String("tiles-url", "", "`ADDRESS` of raster tiles to offer, with {z}, {x} and {y} (default: OpenStreetMap's)")
	f.String("tiles-attribution", "", "`TEXT` that credits the makers of the tiles of --tiles-url")
	f.String("basemap", "", "PMTiles `FILE` with a base map, served by this server")
	f.String("token", "", "bearer `TOKEN` that allows clients to add stories (safer: NEWSMAP_TOKEN_FILE)")
	addFetchFlags(f)
	addPollFlags(f)
	addGeocoderFlag(f)
	f.Bool("demo", false, "load the bundled sample stories; without --store they are deleted at the end")
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
	// Only names in stored stories are sent to geocoders: anybody may try out any text on a page.
	if ingester.Parser, err = withGeocoder(parser, cfg, answersOf(stories), logger); err != nil {
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
		BaseURL: cfg.BaseURL, TilesURL: cfg.TilesURL, TilesCredit: cfg.TilesCredit, Basemap: cfg.Basemap, Token: cfg.Token,
		Version: version(), Now: time.Now, Done: cmd.Context().Done(),
	})
	if err != nil {
		return err
	}
	go warmUp(cmd.Context(), stories)
	return listen(cmd, cfg, handler, logger, index)
}

// warmUp makes the store read what it needs to answer for all stories, so that the
// first visitor of the map does not wait for it.
func warmUp(ctx context.Context, stories story.Store) {
	if a, ok := stories.(story.Aggregator); ok {
		enough := errors.New("enough")
		_ = a.StorySummaries(ctx, story.Query{}, func(*story.StorySummary) error { return enough }) // an error shows up in the next request, too
	}
}

// follow subscribes to the feeds that --feeds lists and starts to poll. The returned
// function stops polling and waits for its end; the end of ctx stops it, too.
func follow(
	ctx context.Context, cfg *Config, address store.URL, stories store.Store, web *ingest.Web, ingester *ingest.Ingester, logger *slog.Logger,
) (stop func() error, err error) {
	if err := subscribeFile(ctx, cfg, stories, logger); err != nil {
		return nil, err
	}
	if !cfg.Poll {
		logger.InfoContext(ctx, "feeds are not polled, because of --poll=false")
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

// openServeStore opens the configured store. A demo without one gets a temporary
// store, which closeStore deletes.
func openServeStore(cmd *cobra.Command, cfg *Config, logger *slog.Logger) (stories store.Store, address store.URL, closeStore func() error, err error) {
	raw, remove := cfg.Store, func() error { return nil }
	if cfg.Demo && cfg.Store == defaultStore && !cmd.Flags().Changed("store") {
		dir, err := os.MkdirTemp("", "newsmap-demo-")
		if err != nil {
			return nil, address, nil, err
		}
		raw = store.SQLiteURL(filepath.Join(dir, "demo.db")).String()
		remove = func() error { return os.RemoveAll(dir) }
	}
	if address, err = store.ParseURL(raw); err != nil {
		return nil, address, nil, errors.Join(err, remove())
	}
	if stories, err = store.Open(cmd.Context(), raw, logger); err != nil {
		return nil, address, nil, errors.Join(err, remove())
	}
	return stories, address, func() error { return errors.Join(stories.Close(), remove()) }, nil
}

// listen serves until the command's context ends, then waits for open requests.
func listen(cmd *cobra.Command, cfg *Config, handler http.Handler, logger *slog.Logger, index *gazetteer.Index) error {
	ctx := cmd.Context()
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return listenError(cfg.Listen, err)
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
		logger.Warn("open requests were cut off", "error", err)
		return server.Close()
	}
	return nil
}

// listenError explains why an address cannot be listened on.
func listenError(address string, err error) error {
	var operation *net.OpError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	var system *os.SyscallError
	if errors.As(err, &system) {
		err = system.Err
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("--listen: %s is in use by another program; choose another port, or port 0 for a free one", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("--listen: %s: permission denied; choose a port above 1023", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("--listen: %s is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for all its addresses", address)
	}
	return fmt.Errorf("--listen: %s: %w; choose another HOST:PORT, such as 127.0.0.1:8080", address, err)
}

// browsable returns the address as a browser on this machine can open it.
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
