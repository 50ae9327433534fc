package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is for .packaging/build.sh.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the man pages",
		Long:   "Write one man page for each command to DIR. SOURCE_DATE_EPOCH sets their date.",
		Hidden: true,
		Args:   needArgument("a folder to write to"),
		RunE: func(cmd *cobra.Command, args []string) error {
			seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
			if err != nil {
				return errors.New("SOURCE_DATE_EPOCH: is missing or malformed; set it to a Unix time in seconds")
			}
			date := time.Unix(seconds, 0).UTC()
			header := &doc.GenManHeader{Section: "1", Date: &date, Source: "newsmap " + version(), Manual: "newsmap"}
			cmd.Root().DisableAutoGenTag = true
			if err := doc.GenManTree(cmd.Root(), header, args[0]); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return nil
		},
	}
}
