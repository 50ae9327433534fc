package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"newsmap/geo/gazetteer"

	"github.com/spf13/cobra"
)

// A release build sets these by -ldflags "-X main.release=0.1.0 -X main.commit=…".
var release, commit string

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of newsmap and its gazetteer",
		Long: `Print the version and commit of newsmap, the Go release that it was built with, and
the size, checksum and sources of its gazetteer.`,
		Example: "  newsmap version",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			index, err := openGazetteer(cfg)
			if err != nil {
				return err
			}
			defer index.Close()
			return printVersion(cmd.OutOrStdout(), cmp.Or(cfg.Gazetteer, embeddedName), index.Info())
		},
	}
}

func printVersion(out io.Writer, gazetteerName string, info gazetteer.Info) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "newsmap\t%s\n", version())
	fmt.Fprintf(w, "commit\t%s\n", cmp.Or(commit, vcsCommit(), "unknown"))
	fmt.Fprintf(w, "go\t%s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "gazetteer\t%s, %d places, %d names, checksum %08x\n", gazetteerName, info.Places, info.Names, info.Checksum)
	var data []string
	for _, s := range info.Sources {
		if s.Version != "" { // the curated tables have none
			data = append(data, s.Name+" "+s.Version)
		}
	}
	if len(data) > 0 {
		fmt.Fprintf(w, "data\t%s\n", strings.Join(data, ", "))
	}
	return w.Flush()
}

// version returns the release, or else the module's version or the commit that the
// program was built from.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return cmp.Or(commit, vcsCommit(), "devel")
}

// vcsCommit returns the commit that the go command recorded, or "" if it recorded
// none. It ends in "+dirty" if there were local changes.
func vcsCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	hash, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			hash = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if hash == "" {
		return ""
	}
	return hash + dirty
}
