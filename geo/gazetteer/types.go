package gazetteer

import (
	"newsmap/geo"

	"github.com/paulmach/orb"
)

// Class is a set of kinds of places and names.
type Class uint16

// The classes. A name may have several: "Georgia" has ClassCountry and ClassAdmin1.
const (
	ClassPopulated    Class = 1 << iota // PPL, PPLA, PPLC, STLMT ...
	ClassCountry                        // PCLI, PCLD, TERR ...
	ClassAdmin1                         // ADM1
	ClassAdmin2                         // ADM2 and below
	ClassRegion                         // continents, macro-regions, deserts, islands
	ClassPhysical                       // mountains, capes, valleys
	ClassWater                          // oceans, seas, rivers, lakes
	ClassSpot                           // camps, plants, bases, crossings, battlefields
	ClassDemonym                        // the name is a demonym
	ClassAbbreviation                   // the name is a listed abbreviation
)

// Has reports whether c and other share a class.
func (c Class) Has(other Class) bool { return c&other != 0 }

// Summary summarises the places that a name may mean.
type Summary struct {
	Count         int     // number of places that the name may mean, 0 if it is unknown
	MaxPopulation int64   // the largest population among them
	Prominence    float64 // score of the best of them, from 0 to 1
	Classes       Class   // of all of them
	Country       string  // alpha-2 code of the best of them, empty if it has none
	Main          bool    // the name is the main name of at least one of them
}

// CountryInfo is a country or dependency.
type CountryInfo struct {
	Alpha2    string // ISO 3166-1
	Alpha3    string
	Name      string    // English short name
	PlaceID   string    // id of its Place
	CapitalID string    // id of its capital's Place, empty if it has none
	Capital   string    // name of its capital
	Continent string    // GeoNames code: AF, AN, AS, EU, NA, OC or SA
	Point     orb.Point // lon, lat in degrees
	Aliases   []string  // including abbreviations
	Demonyms  []string
	Languages []string // BCP 47, the most spoken first
}

// Outlet is a publisher of news with its home town.
type Outlet struct {
	Domain  string // host name without "www."
	Name    string
	Country string    // ISO 3166-1 alpha-2, empty if it covers several countries
	Admin1  string    // GeoNames code of the division without the country
	Home    string    // name of its home town, empty for national and world outlets
	HomeID  string    // id of the town's Place, empty if the gazetteer does not contain it
	Point   orb.Point // of the town (lon, lat in degrees), zero if Home is empty
	Scope   string    // "local", "regional", "national", "agency" or "world"
	Lang    string    // BCP 47
}

// Source is one input of an index.
type Source struct {
	Name        string `json:"name"`
	Version     string `json:"version,omitempty"`
	Licence     string `json:"licence,omitempty"`
	Attribution string `json:"attribution,omitempty"`
	Rows        int    `json:"rows"` // number of rows used
}

// Info describes the contents of an index.
type Info struct {
	Format   int            `json:"format"`   // version of the format
	Checksum uint32         `json:"checksum"` // CRC-32C of the file after its header
	Bytes    int64          `json:"bytes"`    // length of the file
	Sources  []Source       `json:"sources"`
	Places   int            `json:"places"`
	Names    int            `json:"names"` // sum of the numbers of names of all places
	Keys     int            `json:"keys"`  // distinct names after folding
	Outlets  int            `json:"outlets"`
	Features map[string]int `json:"features"`  // number of places by feature code
	Country  map[string]int `json:"countries"` // number of places by alpha-2 code
}

var _ geo.Gazetteer = (*Index)(nil)
