package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"newsmap/geo/feature"
	"newsmap/geo/store"
	"newsmap/geo/story"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// filterHelp says what each filter takes; the names are the API's.
var filterHelp = map[string]string{
	"bbox":           "minlon,minlat,maxlon,maxlat in degrees; minlon above maxlon crosses the antimeridian",
	"datetime":       "RFC 3339 time, day, or interval from/to with .. for open",
	"received":       "when newsmap fetched the story, as --datetime",
	"q":              "words that the story must hold",
	"outlet":         "outlet names or domains, joined by commas",
	"country":        "two-letter country codes, joined by commas",
	"place":          "place ids, joined by commas",
	"role":           "focus, dateline or mention, joined by commas",
	"min_confidence": "least confidence of a location, 0 to 1",
	"lang":           "language tags, joined by commas",
	"located":        "true for stories that have a place, false for those that have none",
	"limit":          "most features to write (default: all)",
	"cursor":         "where to go on: the \"next\" of an answer that a limit cut",
}

func newExport() *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the stored stories' locations as " + strings.Join(feature.Formats, ", "),
		Long: `Write one feature for each place of each stored story. The filters are those of
the API, under the same names.`,
		Example: `  newsmap export --country SY --role focus -o syria.geojson
  newsmap export --format csv --datetime 2019-03-01/.. --bbox 35,29,49,38`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return export(cmd, format, output)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&format, "format", "f", "", "one of "+strings.Join(feature.Formats, ", ")+" (default: by the output's name, else geojson)")
	f.StringVarP(&output, "output", "o", "-", "`FILE` to write, - for standard output")
	f.String("store", defaultStore, "where the stories are kept: sqlite:PATH")
	f.String("base-url", "", "public `ADDRESS` of the server, for links to stories")
	for _, name := range story.Parameters {
		f.String(filterFlag(name), "", filterHelp[name])
	}
	return cmd
}

func filterFlag(parameter string) string { return strings.ReplaceAll(parameter, "_", "-") }

// filterQuery reads the filters from the flags.
func filterQuery(flags *pflag.FlagSet) (story.Query, error) {
	values := url.Values{}
	for _, name := range story.Parameters {
		if f := flags.Lookup(filterFlag(name)); f.Changed {
			values.Set(name, f.Value.String())
		}
	}
	return story.ParseQuery(values)
}

func export(cmd *cobra.Command, format, output string) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	query, err := filterQuery(cmd.Flags())
	if err != nil {
		return &usageError{cmd.CommandPath(), err}
	}
	if format == "" {
		format = formatOf(output)
	}
	if err := requireStore(cfg.Store); err != nil {
		return err
	}
	stories, err := store.OpenToRead(cmd.Context(), cfg.Store, newLogger(cmd, cfg))
	if err != nil {
		return err
	}
	defer stories.Close()

	return writeWhole(cmd, output, func(w io.Writer) error {
		writer, err := feature.NewWriter(format, w, feature.Options{BaseURL: cfg.BaseURL})
		if err != nil {
			return &usageError{cmd.CommandPath(), err}
		}
		bar := newProgress(cmd.ErrOrStderr(), -1, "features")
		next, err := stories.Features(cmd.Context(), query, func(f *story.Feature) error {
			_ = bar.Add(1)
			return writer.Write(f)
		})
		_ = bar.Finish()
		if err != nil {
			return err
		}
		if next != "" {
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: cut at the limit; go on with --cursor %s\n", next)
		}
		return writer.Close()
	})
}

// formatOf guesses the format from the name of the output.
func formatOf(output string) string {
	switch strings.ToLower(filepath.Ext(output)) {
	case ".csv":
		return "csv"
	case ".kml":
		return "kml"
	case ".geojsonl", ".geojsons", ".geojsonseq":
		return "geojsonseq"
	}
	return "geojson"
}

// requireStore refuses a store file that does not exist: reading from a store
// is no reason to make one.
func requireStore(address string) error {
	path, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return nil
	}
	path, _, _ = strings.Cut(path, "?")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("--store: there is no file %s; 'newsmap ingest' or 'newsmap serve' makes one", path)
	}
	return nil
}

// outputError names the output where the system names the file beside it.
func outputError(output string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("--output: %s: %w", output, err)
}

// writeWhole has fill write to output, or to standard output for "-". A file is
// written beside its place and renamed when whole.
func writeWhole(cmd *cobra.Command, output string, fill func(io.Writer) error) (err error) {
	if output == "-" {
		buffered := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
		if err := fill(buffered); err != nil {
			return err
		}
		return buffered.Flush()
	}
	temp, err := os.CreateTemp(filepath.Dir(output), "."+filepath.Base(output)+".*")
	if err != nil {
		return outputError(output, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, temp.Close(), os.Remove(temp.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(temp, 1<<20)
	if err := fill(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := temp.Chmod(0o644); err != nil {
		return err
	}
	if err := temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), output)
}
