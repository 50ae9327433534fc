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

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/store"
	"newsmap/geo/story"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// filterHelp explains the value of each filter. The names are those of the API.
var filterHelp = map[string]string{
	"bbox":           "bounding box `BOX`: minlon,minlat,maxlon,maxlat in degrees; minlon > maxlon crosses the antimeridian",
	"datetime":       "publication `TIME`: RFC 3339 time, day, or interval from/to, where .. is open",
	"received":       "`TIME` when newsmap fetched the story, written as for --datetime",
	"q":              "`WORDS` that the story must contain",
	"outlet":         "outlet `NAMES` or domains, separated by commas",
	"country":        "two-letter country `CODES`, separated by commas",
	"place":          "place `IDS`, separated by commas",
	"role":           "`ROLES` of the place: focus, dateline or mention, separated by commas",
	"min_confidence": "minimum confidence of a location, a `NUMBER` from 0 to 1",
	"lang":           "language `TAGS`, separated by commas",
	"located":        "`BOOL`: true for stories with a place, false for stories without one",
	"limit":          "maximum `NUMBER` of features to write (default: all)",
	"cursor":         "`CURSOR` to continue from, as printed when --limit cut the output",
}

func newExport() *cobra.Command {
	var format, output string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the stored stories' locations as " + strings.Join(feature.FormatNames(), ", "),
		Long: `Write one feature for each place of each stored story. The filters are those of
the API and have the same names.`,
		Example: `  newsmap export --country SY --role focus -o syria.geojson
  newsmap export --format csv --datetime 2019-03-01/.. --bbox 35,29,49,38`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return export(cmd, format, output)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&format, "format", "f", "", "output `FORMAT`: "+strings.Join(feature.FormatNames(), ", ")+" (default: by the name of --output, else geojson)")
	f.StringVarP(&output, "output", "o", "-", "`FILE` to write, - for standard output")
	addStoreFlag(f)
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

// filterError names the flag where story.ParseQuery names the parameter.
func filterError(err error) error {
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return geo.Invalid("--"+filterFlag(invalid.Name), "%s", invalid.Reason)
	}
	return err
}

func export(cmd *cobra.Command, format, output string) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	query, err := filterQuery(cmd.Flags())
	if err != nil {
		return &usageError{cmd.CommandPath(), filterError(err)}
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

	return writeAtomically(cmd, output, func(w io.Writer) error {
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
			fmt.Fprintf(cmd.ErrOrStderr(), "newsmap: stopped at --limit; to continue, add --cursor %s\n", next)
		}
		return writer.Close()
	})
}

// formatOf guesses the format from the name of the output.
func formatOf(output string) string {
	if f, ok := feature.FormatOfFile(output); ok {
		return f.Name
	}
	return feature.GeoJSON
}

// requireStore refuses a store file that does not exist, because reading must not
// create one.
func requireStore(address string) error {
	u, err := store.ParseURL(address)
	if err == nil && !u.Exists() {
		return fmt.Errorf("--store: there is no file %s; create it with 'newsmap ingest' or 'newsmap serve'", u.Path)
	}
	return err
}

// outputError names the output where the system names the temporary file next to it.
func outputError(output string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("--output: %s: %w", output, err)
}

// writeAtomically calls fill to write to output, or to standard output if that is "-". A
// file is written under a temporary name in the same folder and renamed at the end.
func writeAtomically(cmd *cobra.Command, output string, fill func(io.Writer) error) (err error) {
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
