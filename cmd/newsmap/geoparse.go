package main

import (
	"context"
	"errors"
	"slices"

	"newsmap/geo"
	"newsmap/geo/pipeline"
	"newsmap/geo/recognition"

	"github.com/spf13/cobra"
)

// The formats that geoparse writes.
const (
	formatText    = "text"
	formatJSONL   = "jsonl"
	formatGeoJSON = "geojson"
)

func newGeoparse() *cobra.Command {
	var format string
	demonyms := true
	cmd := &cobra.Command{
		Use:   "geoparse [FILE…]",
		Short: "Find the places in documents",
		Long: `Read documents and write the toponyms in them with the places that they mean.
Without a FILE, or with -, read standard input. A file may be plain text, HTML, or
JSONL with one document a line: {"id","text"} and, optionally, "title", "domain",
"url", "date" and "lang".

With --format jsonl, standard input is JSONL, too, and there is one line of output
for each document, in the same order. A line that is not a document is reported on
stderr and skipped, and the exit status is 1.`,
		Example: `  echo "Flooding cut off Paris, Texas, on Monday." | newsmap geoparse
  newsmap geoparse --format jsonl < documents.jsonl > mentions.jsonl
  newsmap geoparse --format geojson article.html > article.geojson`,
		RunE: func(cmd *cobra.Command, files []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if format == "" {
				format = formatJSONL
				if isTerminal(cmd.OutOrStdout()) {
					format = formatText
				}
			}
			if !slices.Contains([]string{formatText, formatJSONL, formatGeoJSON}, format) {
				return usage(cmd, "--format: %q is not a format; expected text, jsonl or geojson", format)
			}
			return geoparse(cmd, cfg, format, files, recognition.WithDemonyms(demonyms))
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "", "output `FORMAT`: text, jsonl or geojson (default: text on a terminal, else jsonl)")
	cmd.Flags().BoolVar(&demonyms, "demonyms", true, "find demonyms, too, such as Turkish or Texans")
	addGeocoderFlag(cmd.Flags())
	return cmd
}

// parsed is a document with what was found in it.
type parsed struct {
	doc    *geo.Document
	result *geo.Result
}

func geoparse(cmd *cobra.Command, cfg *Config, format string, files []string, options ...recognition.Option) error {
	index, err := openGazetteer(cfg)
	if err != nil {
		return err
	}
	defer index.Close()
	parser, err := newParser(index, options...)
	if err != nil {
		return err
	}
	if parser, err = withGeocoder(parser, cfg, nil, newLogger(cmd, cfg)); err != nil {
		return err
	}
	source := newDocumentSource(cmd, files, format == formatJSONL && cmd.Flags().Changed("format"))
	defer source.Close()

	out, err := newParsedWriter(format, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	err = pipeline.Ordered(cmd.Context(), 0,
		func(context.Context) (*geo.Document, bool, error) { return source.next() },
		func(ctx context.Context, doc *geo.Document) (parsed, error) {
			result, err := parser.Parse(ctx, doc)
			return parsed{doc, result}, err
		},
		func(_ context.Context, p parsed) error { return out.write(p) })
	if err := errors.Join(err, out.close()); err != nil {
		return err
	}
	if source.failed {
		return errReported
	}
	return nil
}
