package geocode

import (
	"context"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// Geocoder finds places by name and by point. Implementations are safe for
// concurrent use. Both methods return an error that wraps geo.ErrNotFound if
// there is no such place, and a [Fault] if the provider did not answer in form.
type Geocoder interface {
	// Geocode returns the places of a name, likeliest first, never none. With
	// countries (ISO 3166-1 alpha-2), only places that lie in one of them count.
	Geocode(ctx context.Context, name string, countries []string) ([]Place, error)
	// Reverse returns the town, district or country that point (lon, lat in
	// degrees) lies in. The Place has that point.
	Reverse(ctx context.Context, point orb.Point) (Place, error)
}

// Place is a place with where it comes from.
type Place struct {
	geo.Place
	Label       string  // the provider's full address of it
	Confidence  float64 // 0..1, that it is a place of the name asked for
	Provider    string  // "Nominatim"
	Attribution string  // "© OpenStreetMap contributors"
	Licence     string  // "ODbL"
}

// Credit says who located the place, as its licence demands.
func (p *Place) Credit() string {
	return "located by " + p.credit()
}

func (p *Place) credit() string {
	return p.Provider + " (" + p.Attribution + ", " + p.Licence + ")"
}
