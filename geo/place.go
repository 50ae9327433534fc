package geo

import "github.com/paulmach/orb"

// Coordinate is a point written as lon, lat in degrees of WGS 84.
type Coordinate struct {
	Lon, Lat float64
}

// Point returns c as an orb point (lon, lat).
func (c Coordinate) Point() orb.Point { return orb.Point{c.Lon, c.Lat} }

// Place is a gazetteer entry.
type Place struct {
	ID          string    // "geonames:171943", "newsmap:sahel"
	Name        string    // main name
	Point       orb.Point // lon, lat in degrees
	FeatureCode string    // GeoNames feature code: PPL, ADM1, PCLI, STM ...
	Country     string    // ISO 3166-1 alpha-2, empty if the place is in no country or in several
	CountryName string    // English short name, empty if Country is empty
	Countries   []string  // all countries of a place that is in several
	Admin1Code  string    // GeoNames code without the country: "LA", "07"
	Admin1      string    // English name of the first-level division
	Admin2      string    // name of the second-level division
	Population  int64     // 0 if unknown
	Prominence  float64   // 0..1, how likely the name is to mean this place, all else being equal
}

// Gazetteer finds the places that a name may mean.
//
// Implementations are safe for concurrent use. Lookup returns at most limit candidates (all if
// limit <= 0), best first, and none for an unknown name. Place returns ErrNotFound for an
// unknown id.
type Gazetteer interface {
	Lookup(name string, limit int) []Candidate
	Place(id string) (Place, error)
}

// MatchKind is the way in which a name matched a gazetteer name.
type MatchKind uint8

// The kinds of match, strictest first.
const (
	MatchExact        MatchKind = iota // equal after case folding
	MatchFolded                        // equal after removal of diacritics and punctuation, and of Saint/St.
	MatchTolerant                      // equal after removal of articles and of vowels that romanisations differ in
	MatchEdit                          // within a bounded edit distance
	MatchAbbreviation                  // a known abbreviation: "Calif.", "U.K."
	MatchDemonym                       // a known adjective or name of a people
)

var matchNames = [...]string{"exact", "folded", "tolerant", "edit", "abbreviation", "demonym"}

func (m MatchKind) String() string { return matchNames[m] }

// Candidate is a Place that a Toponym may mean.
type Candidate struct {
	Place Place
	Name  string    // the gazetteer name that matched
	Match MatchKind // how it matched
	Main  bool      // whether Name is the place's main name rather than an alias
	Score float64   // 0..1; the prior from a Gazetteer, the probability from a Resolver
}

// Precision is the kind of area that a Place's point represents.
type Precision string

// The precisions, finest first.
const (
	PrecisionPoint   Precision = "point"
	PrecisionCity    Precision = "city"
	PrecisionAdmin2  Precision = "admin2"
	PrecisionAdmin1  Precision = "admin1"
	PrecisionCountry Precision = "country"
	PrecisionRegion  Precision = "region"
	PrecisionWater   Precision = "water"
)

// Precision returns the precision of the place's feature code, by the classes of
// https://www.geonames.org/export/codes.html.
func (p Place) Precision() Precision {
	code := p.FeatureCode
	if prec, ok := precisionByCode[code]; ok {
		return prec
	}
	switch {
	case hasPrefix(code, "PCL"):
		return PrecisionCountry
	case hasPrefix(code, "PPL"):
		return PrecisionCity
	}
	return PrecisionPoint
}

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

var precisionByCode = map[string]Precision{
	"PPLX": PrecisionPoint, "STLMT": PrecisionCity,
	"ADM1": PrecisionAdmin1, "ADM1H": PrecisionAdmin1,
	"ADM2": PrecisionAdmin2, "ADM2H": PrecisionAdmin2, "ADM3": PrecisionAdmin2, "ADM4": PrecisionAdmin2, "ADMD": PrecisionAdmin2,
	"TERR": PrecisionCountry,
	"CONT": PrecisionRegion, "RGN": PrecisionRegion, "RGNH": PrecisionRegion, "RGNE": PrecisionRegion, "AREA": PrecisionRegion, "ZN": PrecisionRegion,
	"DSRT": PrecisionRegion, "MTS": PrecisionRegion, "PLN": PrecisionRegion, "PLAT": PrecisionRegion, "PEN": PrecisionRegion,
	"ISLS": PrecisionRegion, "ISL": PrecisionRegion, "VAL": PrecisionRegion, "DLTA": PrecisionRegion, "FRST": PrecisionRegion,
	"OCN": PrecisionWater, "SEA": PrecisionWater, "GULF": PrecisionWater, "STRT": PrecisionWater, "BAY": PrecisionWater,
	"CHN": PrecisionWater, "CNL": PrecisionWater, "STM": PrecisionWater, "LK": PrecisionWater, "LKS": PrecisionWater, "RSV": PrecisionWater,
}
