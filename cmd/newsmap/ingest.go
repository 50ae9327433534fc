package main

import (
	"errors"
	"fmt"
	"time"

	"newsmap/geo/ingest"
	"newsmap/geo/store"

	"github.com/spf13/cobra"
)

func newIngest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ingest URL|FILE|-…",
		Short: "Geoparse and store stories from addresses and files",
		Long: `Read stories, find their places and store them. An address may be that of an
article, a feed (RSS, Atom, JSON Feed), a news sitemap or an OPML list of feeds; a
front page means the feed that it links to. A file may contain any of these, JSONL
(one document a line) or plain text; - is standard input.

Where a feed gives only a summary, the page is read. Where the page cannot be read,
the summary is stored, and the story says so. A story that is already stored is
updated, not stored twice. Malformed input is reported on stderr with its address or
its file and line and skipped, and the exit status is 1.

The limits are 2,000,000 bytes for a text, 4 MiB for a line of JSONL with all its
fields, 16 MiB for a feed and 8 MiB for a page.

newsmap obeys robots.txt and opens one connection to each host, with a pause of
--host-delay between requests. It refuses addresses of private networks unless
--allow-private names the network. --contact tells sites whom to ask.`,
		Example: `  newsmap ingest https://www.example.org/feed.xml feeds.opml --contact desk@example.org
  newsmap ingest stories.jsonl page.html
  pbpaste | newsmap ingest --store sqlite:my.db -`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) == 0 {
				return usage(cmd, "the argument is missing; name an address, a file, or - for standard input")
			}
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return ingestFiles(cmd, cfg, files)
		},
	}
	addStoreFlag(cmd.Flags())
	addFetchFlags(cmd.Flags())
	addGeocoderFlag(cmd.Flags())
	return cmd
}

func ingestFiles(cmd *cobra.Command, cfg *Config, files []string) (err error) {
	logger := newLogger(cmd, cfg)
	web, err := newWeb(cfg, logger)
	if err != nil {
		return err
	}
	index, err := openGazetteer(cfg)
	if err != nil {
		return err
	}
	defer index.Close()
	parser, err := newParser(index)
	if err != nil {
		return err
	}
	stories, err := store.Open(cmd.Context(), cfg.Store, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stories.Close()) }()
	defer catchUp(cmd.Context(), stories, logger)()
	if parser, err = withGeocoder(parser, cfg, answersOf(stories), logger); err != nil {
		return err
	}

	ingester := &ingest.Ingester{Parser: parser, Store: stories, Logger: logger, Clock: time.Now}
	total, err := ingestEach(cmd, web, ingester, files)
	fmt.Fprintf(cmd.OutOrStdout(), "%d new, %d updated, %d already known, %d failed\n",
		total.Created, total.Updated, total.Unchanged, total.Failed)
	if err == nil && total.Failed > 0 {
		return errReported
	}
	return err
}

// ingestEach ingests one file after another. It goes on after an error in one of them,
// but not after an interruption.
func ingestEach(cmd *cobra.Command, web *ingest.Web, ingester *ingest.Ingester, files []string) (total ingest.Tally, err error) {
	for _, file := range files {
		tally, err := ingestFile(cmd, web, ingester, file)
		total = ingest.Tally{
			Created: total.Created + tally.Created, Updated: total.Updated + tally.Updated,
			Unchanged: total.Unchanged + tally.Unchanged, Failed: total.Failed + tally.Failed,
		}
		switch {
		case cmd.Context().Err() != nil:
			return total, cmd.Context().Err()
		case err != nil:
			total.Failed++
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %v\n", err)
		}
	}
	return total, nil
}

func ingestFile(cmd *cobra.Command, web *ingest.Web, ingester *ingest.Ingester, file string) (ingest.Tally, error) {
	source, err := web.Open(cmd.Context(), file, cmd.InOrStdin())
	if err != nil {
		return ingest.Tally{}, err
	}
	defer source.Close()
	bar := newProgress(cmd.ErrOrStderr(), -1, file)
	defer func() { _ = bar.Finish() }()
	return ingester.IngestAll(cmd.Context(), source, 0, func(e ingest.Event) {
		_ = bar.Add(1)
		if e.Err != nil {
			_ = bar.Clear()
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: %v\n", e.Err)
		}
	})
}
