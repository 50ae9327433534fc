package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"io"

	"newsmap/geo/ingest"
)

// demoStories are the bundled sample stories, one JSON document a line. They were
// written for newsmap and report past events.
//
//go:embed demo/stories.jsonl
var demoStories []byte

// loadDemo stores the bundled stories.
func loadDemo(ctx context.Context, ingester *ingest.Ingester) error {
	source, err := ingest.Read("demo/stories.jsonl", ingest.FormatJSONL, io.NopCloser(bytes.NewReader(demoStories)))
	if err != nil {
		return err
	}
	defer source.Close()
	var failed error
	_, err = ingester.IngestAll(ctx, source, 0, func(e ingest.Event) { failed = errors.Join(failed, e.Err) })
	return errors.Join(err, failed)
}
