package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of newsmap and of its gazetteer",
		Example: "  newsmap version",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			index, err := configuredGazetteer(cmd)
			if err != nil {
				return err
			}
			defer index.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "newsmap %s %s/%s %s\ngazetteer %08x\n",
				version(), runtime.GOOS, runtime.GOARCH, runtime.Version(), index.Info().Checksum)
			return nil
		},
	}
}

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "devel"
}
