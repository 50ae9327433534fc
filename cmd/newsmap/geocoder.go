package main

import (
	"fmt"
	"log/slog"

	"newsmap/geo"
	"newsmap/geo/geocode"
	"newsmap/geo/story"

	"github.com/spf13/pflag"
)

// addGeocoderFlag adds the flag of the commands that may ask online geocoders.
func addGeocoderFlag(f *pflag.FlagSet) {
	f.String("geocoder", "", "send names that the gazetteer lacks to online geocoders (`SPEC`: nominatim, photon=ADDRESS, opencage …, separated by commas)")
}

// answersOf returns where stories keeps the answers of geocoders, nil if it keeps none.
func answersOf(stories story.Store) geocode.Cache {
	if s, ok := stories.(story.AnswerStore); ok {
		return s.Answers()
	}
	return nil
}

// withGeocoder returns a parser that asks the configured geocoders for the names to
// which parser finds no place. It stores their answers in cache, or in memory if that
// is nil. Without configured geocoders it returns parser.
func withGeocoder(parser *geo.Geoparser, cfg *Config, cache geocode.Cache, logger *slog.Logger) (*geo.Geoparser, error) {
	if cfg.Geocoder == "" {
		return parser, nil
	}
	agent := "newsmap/" + version()
	if cfg.Contact != "" {
		agent += " (+" + cfg.Contact + ")"
	}
	geocoder, err := geocode.Open(cfg.Geocoder, geocode.Options{UserAgent: agent, Cache: cache, Logger: logger})
	if err != nil {
		return nil, fmt.Errorf("--%w", err)
	}
	return &geo.Geoparser{
		Recognizer: parser.Recognizer,
		Resolver:   &geocode.Resolver{Next: parser.Resolver, Geocoder: geocoder, Logger: logger},
	}, nil
}
