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
		Long: `Read stories, find their places and store them. An address may hold an article, a
feed (RSS, Atom, JSON Feed), a news sitemap or an OPML list of feeds; a front page
stands for the feed that it names. A file may hold any of these too, JSONL (one
document a line) or plain text; - is standard input. Where a feed gives only a
summary, the page is read; where that cannot be, the summary is kept and the story
says so. The same story again is the same story. What is out of form is named on
stderr with its address or its file and line, the rest goes on, and the exit
status is 1. A text may have two million bytes, a line of JSONL with all its fields
four MiB, a feed 16 MiB, a page 8 MiB.

Sites are asked politely: robots.txt is heeded, each host has one connection and a
second's pause. Addresses of private networks are refused unless --allow-private
names the network. --contact tells sites whom to ask.`,
		Example: `  newsmap ingest https://www.example.org/feed.xml feeds.opml --contact desk@example.org
  newsmap ingest stories.jsonl page.html
  pbpaste | newsmap ingest --store sqlite:my.db -`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) == 0 {
				return usage(cmd, "name an address, a file, or - for standard input")
			}
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return ingestFiles(cmd, cfg, files)
		},
	}
	cmd.Flags().String("store", defaultStore, "where to keep the stories: sqlite:`PATH`")
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
	if parser, err = withGeocoder(parser, cfg, store.AnswersOf(stories), logger); err != nil {
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

// ingestEach ingests one file after another. What is wrong with one does not keep
// the others from it; an interruption does.
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
