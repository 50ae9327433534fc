package main

import (
	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/georss"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"

	"github.com/spf13/cobra"
)

// openGazetteer opens the index that the config names, else the embedded one.
func openGazetteer(cfg *Config) (*gazetteer.Index, error) {
	if cfg.Gazetteer != "" {
		return gazetteer.Open(cfg.Gazetteer)
	}
	return gazetteer.Default()
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
