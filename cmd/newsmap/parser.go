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

// openGazetteer opens the index that the config names, else the embedded one,
// with the user's outlets if there are any.
func openGazetteer(cfg *Config) (*gazetteer.Index, error) {
	index, err := gazetteer.Default()
	if cfg.Gazetteer != "" {
		index, err = gazetteer.Open(cfg.Gazetteer)
	}
	if err != nil || cfg.Outlets == "" {
		return index, err
	}
	outlets, err := readOutlets(cfg.Outlets, index)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("--outlets: %w", err), index.Close())
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

// configuredGazetteer opens the index for commands that need no other setting.
func configuredGazetteer(cmd *cobra.Command) (*gazetteer.Index, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return nil, err
	}
	return openGazetteer(cfg)
}

// newParser composes the geoparser over an index.
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
