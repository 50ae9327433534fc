package geocode

import (
	"context"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// Geocoder finds places by name and by point. Implementations are safe for concurrent use. The
// error of both methods wraps geo.ErrNotFound if there is no such place, and is a [Fault] if
// the provider did not answer or its answer is malformed.
type Geocoder interface {
	// Geocode returns one or more places with a name, the most likely first. If countries (ISO
	// 3166-1 alpha-2) is not empty, it returns only places in one of them.
	Geocode(ctx context.Context, name string, countries []string) ([]Place, error)
	// Reverse returns the town, district or country that contains point (lon, lat in degrees).
	// The Place has that point.
	Reverse(ctx context.Context, point orb.Point) (Place, error)
}

// Place is a place with its source.
type Place struct {
	geo.Place
	Label       string  // full address according to the provider
	Confidence  float64 // 0..1, that the place has the requested name
	Provider    string  // "Nominatim"
	Attribution string  // "© OpenStreetMap contributors"
	Licence     string  // "ODbL"
}

// Credit returns the attribution that the licence requires.
func (p *Place) Credit() string {
	return "located by " + p.credit()
}

func (p *Place) credit() string {
	return p.Provider + " (" + p.Attribution + ", " + p.Licence + ")"
}
