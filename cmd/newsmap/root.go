package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot returns a new command tree, so that tests can run many in one process.
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
	root.PersistentFlags().String("gazetteer", "", "`FILE` written by newsmap gazetteer compile (default: the embedded gazetteer)")
	root.PersistentFlags().String("outlets", "", "`FILE` with outlets of your own; they take precedence over the built-in ones")
	root.PersistentFlags().String("log", "text", "`FORMAT` of log lines on stderr: text or json")
	root.AddCommand(
		newServe(), newGeoparse(), newIngest(), newFeeds(), newJobs(), newExport(), newGazetteer(), newEvaluate(), newTrain(), newVersion(), newMan(),
	)
	markUsageErrors(root)
	return root
}

// markUsageErrors makes wrong flags and arguments of every command a
// usageError, so that they end with status 2 and a pointer to the help.
func markUsageErrors(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &usageError{c.CommandPath(), flagError(err)}
	})
	args := cmd.Args
	if args == nil {
		args = cobra.ArbitraryArgs
	}
	if cmd.HasSubCommands() {
		cmd.RunE = func(c *cobra.Command, given []string) error {
			if len(given) > 0 {
				return &usageError{c.CommandPath(), fmt.Errorf("%q is not a command of %s; the commands are %s", given[0], c.CommandPath(), subcommands(c))}
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

// flagValues explains what the flags of each type take.
var flagValues = map[string]string{
	"bool":        "true or false",
	"duration":    "a duration such as 500ms, 2s or 1h30m",
	"int":         "a whole number such as 10",
	"string":      "a value",
	"stringArray": "a value",
	"stringSlice": "a value",
}

// flagError words the errors of the flag parser as the other errors are worded: the
// flag, what is wrong with it, and what it takes.
func flagError(err error) error {
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &invalid):
		return valueError("--"+invalid.GetFlag().Name, invalid.GetValue(), invalid.GetFlag().Value.Type())
	case errors.As(err, &missing):
		return fmt.Errorf("--%s: the value is missing; expected %s", missing.GetFlag().Name, flagValues[missing.GetFlag().Value.Type()])
	}
	return err
}

// valueError reports that a setting has no value of its type.
func valueError(setting, value, kind string) error {
	return fmt.Errorf("%s: %q is malformed; expected %s", setting, value, flagValues[kind])
}

// noArguments accepts flags only.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is not expected: %s takes flags only; write a flag's value as --flag=value", args[0], cmd.CommandPath())
	}
	return nil
}

// subcommands lists the names of the commands under cmd.
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

// newLogger returns a logger that writes to the command's stderr in the configured format.
func newLogger(cmd *cobra.Command, cfg *Config) *slog.Logger {
	if cfg.Log == "json" {
		return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
	}
	return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
}
