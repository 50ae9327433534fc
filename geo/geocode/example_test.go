package geocode_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"newsmap/geo/geocode"
)

// canned is a Doer that returns an answer of Nominatim without a network.
type canned struct{}

func (canned) Do(*http.Request) (*http.Response, error) {
	const body = `[{"osm_type":"node","osm_id":7,"lat":"34.46","lon":"40.95","category":"place","type":"village","name":"Baghuz",` +
		`"display_name":"Baghuz, Syria","address":{"country_code":"sy"}}]`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func ExampleOpen() {
	geocoder, err := geocode.Open("nominatim", geocode.Options{UserAgent: "newsmap (desk@example.org)", Client: canned{}})
	if err != nil {
		fmt.Println(err)
		return
	}
	places, err := geocoder.Geocode(context.Background(), "Baghuz", []string{"SY", "IQ"})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := places[0]
	fmt.Println(p.ID, p.Point.Lon(), p.Point.Lat(), p.CountryName)
	fmt.Println(p.Credit())
	// Output:
	// nominatim:node/7 40.95 34.46 Syria
	// located by Nominatim (© OpenStreetMap contributors, ODbL)
}
