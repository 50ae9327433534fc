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
	Country     string    // ISO 3166-1 alpha-2, empty for what belongs to none or many
	CountryName string    // English short name, empty if Country is
	Countries   []string  // all countries of a feature that spans several
	Admin1Code  string    // GeoNames code without the country: "LA", "07"
	Admin1      string    // English name of the first-level division
	Admin2      string    // name of the second-level division
	Population  int64     // 0 if unknown
	Prominence  float64   // 0..1, how likely the name is to mean this place, all else equal
}

// Gazetteer answers which places a name may mean.
//
// Implementations are safe for concurrent use. Lookup returns candidates best
// first, at most limit of them (limit <= 0: all), and none, without error, for
// a name it does not know. Place returns ErrNotFound for an unknown id.
type Gazetteer interface {
	Lookup(name string, limit int) []Candidate
	Place(id string) (Place, error)
}

// MatchKind says how a name matched a gazetteer name.
type MatchKind uint8

// The kinds of match, strictest first.
const (
	MatchExact        MatchKind = iota // equal after case folding
	MatchFolded                        // equal after folding of diacritics, punctuation, Saint/St.
	MatchTolerant                      // equal after dropping articles and vowel variants of a romanisation
	MatchEdit                          // within a bounded edit distance
	MatchAbbreviation                  // a listed abbreviation: "Calif.", "U.K."
	MatchDemonym                       // a listed adjective or people name
)

var matchNames = [...]string{"exact", "folded", "tolerant", "edit", "abbreviation", "demonym"}

func (m MatchKind) String() string { return matchNames[m] }

// Candidate is a Place that a Toponym may mean.
type Candidate struct {
	Place Place
	Name  string    // the gazetteer name that matched
	Match MatchKind // how it matched
	Main  bool      // whether Name is the place's main name rather than an alias
	Score float64   // 0..1; from a Gazetteer the prior, from a Resolver the probability
}

// Precision says what a Place's point stands for.
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

// Precision derives what the place's point stands for from its feature code,
// by the classes of https://www.geonames.org/export/codes.html.
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
