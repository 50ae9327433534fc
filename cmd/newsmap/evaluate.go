package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"

	"github.com/spf13/cobra"
)

func newEvaluate() *cobra.Command {
	var details bool
	cmd := &cobra.Command{
		Use:   "evaluate CORPUS…",
		Short: "Measure accuracy on annotated corpora",
		Long: `Geoparse annotated corpora and print recognition, resolution and end-to-end
accuracy. A corpus has one JSON document a line: id, title, domain, url, date, text
and mentions with start, end, text, lat, lon, geonameid, name and fcode.`,
		Example: "  newsmap evaluate lgl.jsonl geovirus.jsonl\n  newsmap evaluate --details lgl.jsonl",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, corpora []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return evaluate(cmd, cfg, corpora, details)
		},
	}
	cmd.Flags().BoolVar(&details, "details", false, "also print the figures by feature class and by outlet")
	return cmd
}

func evaluate(cmd *cobra.Command, cfg *Config, corpora []string, details bool) error {
	index, err := openGazetteer(cfg)
	if err != nil {
		return err
	}
	defer index.Close()
	parser, err := newParser(index)
	if err != nil {
		return err
	}
	countries := evaluation.WithCountries(func(name string) bool {
		return index.Known(name).Classes.Has(gazetteer.ClassCountry)
	})
	var reports []*evaluation.Report
	for _, path := range corpora {
		docs, err := evaluation.ReadFile(path)
		if err != nil {
			if errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("there is no corpus %s", path)
			}
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		report, err := evaluation.Run(cmd.Context(), name, parser, docs, countries)
		if err != nil {
			return err
		}
		reports = append(reports, report)
	}
	if err := evaluation.Table(cmd.OutOrStdout(), reports...); err != nil {
		return err
	}
	if !details {
		return nil
	}
	for _, report := range reports {
		fmt.Fprintln(cmd.OutOrStdout())
		if err := report.Details(cmd.OutOrStdout()); err != nil {
			return err
		}
	}
	return nil
}
