package geocode

import (
	"context"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// Geocoder finds places by name and by point. Implementations are safe for
// concurrent use. Both methods return an error that wraps geo.ErrNotFound if there is
// no such place, one that wraps geo.ErrInvalid if the argument is malformed, and an
// [Error] if the provider does not answer or its answer is malformed.
type Geocoder interface {
	// Geocode returns the places with a name, the most likely first; at least one if
	// the error is nil. If countries (ISO 3166-1 alpha-2) is not empty, it returns only
	// places in one of them.
	Geocode(ctx context.Context, name string, countries []string) ([]Place, error)
	// Reverse returns the town, district or country that contains point (lon, lat in
	// degrees). The Point of the Place is point.
	Reverse(ctx context.Context, point orb.Point) (Place, error)
}

// Place is a place and its source.
type Place struct {
	geo.Place
	Label       string  // the full address, as the provider writes it
	Confidence  float64 // 0..1, that the place has the requested name
	Provider    string  // "Nominatim"
	Attribution string  // "© OpenStreetMap contributors"
	Licence     string  // "ODbL"
}

// Credit returns a phrase that names who located the place, as its licence requires.
func (p *Place) Credit() string {
	return "located by " + p.credit()
}

func (p *Place) credit() string {
	return p.Provider + " (" + p.Attribution + ", " + p.Licence + ")"
}
