package main

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// newRoot builds the command tree afresh, so that tests can run many.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "newsmap",
		Short: "Put the news on the map",
		Long: `newsmap reads articles, finds the place names in them, works out which place on
Earth each name means, and serves the stories as a map and as GeoJSON.`,
		Example: `  newsmap serve --demo
  echo "Flooding cut off Paris, Texas, on Monday." | newsmap geoparse`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.PersistentFlags().String("gazetteer", "", "`PATH` of a compiled gazetteer (default: the embedded one)")
	root.PersistentFlags().String("outlets", "", "`FILE` with outlets of your own, which come before the known ones")
	root.PersistentFlags().String("log", "text", "form of log lines on stderr: text or json")
	root.AddCommand(
		newServe(), newGeoparse(), newIngest(), newFeeds(), newJobs(), newExport(), newGazetteer(), newEvaluate(), newTrain(), newVersion(),
	)
	markUsageErrors(root)
	return root
}

// markUsageErrors makes wrong flags and arguments of every command a
// usageError, so that they end with status 2 and a pointer to the help.
func markUsageErrors(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{c.CommandPath(), err}
	})
	args := cmd.Args
	if args == nil {
		args = cobra.ArbitraryArgs
	}
	if cmd.HasSubCommands() {
		cmd.RunE = func(c *cobra.Command, given []string) error {
			if len(given) > 0 {
				return &usageError{c.CommandPath(), fmt.Errorf("%q is none of the commands %s", given[0], subcommands(c))}
			}
			return c.Help()
		}
	}
	cmd.Args = func(c *cobra.Command, given []string) error {
		if err := args(c, given); err != nil {
			return &usageError{c.CommandPath(), err}
		}
		return nil
	}
	for _, child := range cmd.Commands() {
		markUsageErrors(child)
	}
}

func subcommands(cmd *cobra.Command) string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return strings.Join(names, ", ")
}

// usage returns a usageError for cmd.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Errorf(format, args...)}
}

// newLogger writes to the command's stderr in the form that the config names.
func newLogger(cmd *cobra.Command, cfg *Config) *slog.Logger {
	if cfg.Log == "json" {
		return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
	}
	return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
}
