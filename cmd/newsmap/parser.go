package main

import (
	"errors"
	"fmt"
	"os"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/georss"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"

	"github.com/spf13/cobra"
)

// openGazetteer opens the configured gazetteer, or the embedded one, and adds the
// user's outlets.
func openGazetteer(cfg *Config) (*gazetteer.Index, error) {
	index, err := gazetteer.Default()
	if cfg.Gazetteer != "" {
		index, err = openIndex("--gazetteer", cfg.Gazetteer)
	}
	if err != nil || cfg.Outlets == "" {
		return index, err
	}
	outlets, err := readOutlets(cfg.Outlets, index)
	if err != nil {
		return nil, errors.Join(fileError("--outlets", err), index.Close())
	}
	return index.WithOutlets(outlets), nil
}

func readOutlets(path string, index *gazetteer.Index) ([]gazetteer.Outlet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return gazetteer.ReadOutlets(path, f, index)
}

// openIndex opens the gazetteer file that a flag names.
func openIndex(flag, path string) (*gazetteer.Index, error) {
	index, err := gazetteer.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w; newsmap gazetteer compile writes a gazetteer", fileError(flag, err))
	}
	return index, nil
}

// configuredGazetteer opens the gazetteer for commands that need no other setting.
func configuredGazetteer(cmd *cobra.Command) (*gazetteer.Index, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return nil, err
	}
	return openGazetteer(cfg)
}

// newParser returns a geoparser that uses index.
func newParser(index *gazetteer.Index, options ...recognition.Option) (*geo.Geoparser, error) {
	recognizer, err := recognition.New(index, options...)
	if err != nil {
		return nil, err
	}
	resolver, err := resolution.New(index)
	if err != nil {
		return nil, err
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: &georss.Resolver{Next: resolver, Gazetteer: index}}, nil
}
