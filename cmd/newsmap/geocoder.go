package main

import (
	"fmt"
	"log/slog"

	"newsmap/geo"
	"newsmap/geo/geocode"

	"github.com/spf13/pflag"
)

// addGeocoderFlag adds the flag of commands that may ask online geocoders.
func addGeocoderFlag(f *pflag.FlagSet) {
	f.String("geocoder", "", "ask online geocoders for names that the gazetteer lacks (`SPEC`: nominatim, photon=ADDRESS, opencage …, parted by commas; sends such names out)")
}

// withGeocoder gives a parser that asks the geocoders that the config names for
// what parser leaves without a place, and keeps their answers in cache, or in
// memory if that is nil. Without geocoders it gives parser itself.
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
