package geocode

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	lib "github.com/codingsince1985/geo-golang"
)

// photonEndpoint is the address of a Photon server
// (https://github.com/komoot/photon).
type photonEndpoint string

// GeocodeURL returns the address of the request for address, which is already escaped.
func (e photonEndpoint) GeocodeURL(address string) string {
	return string(e) + "/api?limit=" + maxResults + "&lang=en&q=" + address
}

// ReverseGeocodeURL returns the address of the request for the place at l.
func (e photonEndpoint) ReverseGeocodeURL(l lib.Location) string {
	return string(e) + fmt.Sprintf("/reverse?limit=1&lang=en&lat=%f&lon=%f", l.Lat, l.Lng)
}

// photonResponse is Photon's answer, a GeoJSON FeatureCollection.
type photonResponse struct {
	Features []struct {
		Geometry struct {
			Coordinates []json.Number `json:"coordinates"` // lon, lat
		} `json:"geometry"`
		Properties struct {
			OSMType     string      `json:"osm_type"`
			OSMID       json.Number `json:"osm_id"`
			OSMKey      string      `json:"osm_key"`
			OSMValue    string      `json:"osm_value"`
			Type        string      `json:"type"`
			Name        string      `json:"name"`
			City        string      `json:"city"`
			County      string      `json:"county"`
			State       string      `json:"state"`
			Country     string      `json:"country"`
			CountryCode string      `json:"countrycode"`
		} `json:"properties"`
	} `json:"features"`
}

// Location returns the location of the first result, nil if there is none.
func (r *photonResponse) Location() (*lib.Location, error) {
	if len(r.Features) == 0 {
		return nil, nil
	}
	c := r.Features[0].Geometry.Coordinates
	if len(c) < 2 {
		return nil, fmt.Errorf("answered with %d coordinates; expected 2", len(c))
	}
	point, err := readPoint(c[1].String(), c[0].String())
	if err != nil {
		return nil, err
	}
	return &lib.Location{Lat: point.Lat(), Lng: point.Lon()}, nil
}

// Address returns the address of the first result, nil if there is none.
func (r *photonResponse) Address() (*lib.Address, error) {
	if len(r.Features) == 0 {
		return nil, nil
	}
	p := r.Features[0].Properties
	a := &lib.Address{City: p.City, County: p.County, State: p.State, Country: p.Country, CountryCode: strings.ToUpper(p.CountryCode)}
	if a.City == "" && (p.Type == "city" || p.Type == "locality") {
		a.City = p.Name
	}
	var parts []string
	for _, part := range [...]string{p.Name, a.City, p.County, p.State, p.Country} {
		if part != "" && (len(parts) == 0 || parts[len(parts)-1] != part) {
			parts = append(parts, part)
		}
	}
	a.FormattedAddress = strings.Join(parts, ", ")
	return a, nil
}

func photonDetails(item json.RawMessage) (details, error) {
	var in photonResponse
	if err := json.Unmarshal(item, &in); err != nil || len(in.Features) == 0 {
		return details{}, err
	}
	p := in.Features[0].Properties
	f := details{id: osmID(p.OSMType, p.OSMID), name: p.Name, country: p.CountryCode, countryName: p.Country, admin1: p.State, admin2: p.County}
	if c := in.Features[0].Geometry.Coordinates; len(c) >= 2 {
		f.lon, f.lat = c[0].String(), c[1].String()
	}
	f.code, f.skip = osmKind(p.OSMKey, p.OSMValue, cmp.Or(map[string]string{"other": ""}[p.Type], p.Type))
	return f, nil
}
