package gazetteer

import (
	"newsmap/geo"

	"github.com/paulmach/orb"
)

// PlacePoint is where a place is and what kind of place it is.
type PlacePoint struct {
	Point   orb.Point // lon, lat in degrees
	Class   Class
	Country string // ISO 3166-1 alpha-2, empty if it has none
	Admin1  string // code of the first-level division, empty if it has none
}

// PlacePoints calls yield with the places whose folded name equals the folded
// name, best first and at most limit of them, until yield returns false. It
// leaves out demonyms, abbreviations and names with [NameAmbiguous]. It does not
// allocate memory.
func (x *Index) PlacePoints(name string, limit int, yield func(PlacePoint) bool) {
	var f folder
	found, ok := x.dict.find(f.fold(name))
	if !ok {
		return
	}
	for i := range min(found.count, uint32(max(limit, 0))) {
		_, r := x.posting(found.first + i)
		if r == nil {
			return
		}
		kind, ok := x.matchKind(name, r)
		place := x.placeRecord(get32(r[namePlace:]))
		if !ok || kind > geo.MatchFolded || place == nil || NameFlags(get16(r[nameFlags:]))&NameAmbiguous != 0 {
			continue
		}
		if !yield(x.placePoint(place)) {
			return
		}
	}
}

func (x *Index) placePoint(place []byte) PlacePoint {
	s := PlacePoint{Point: point(place[placeLon:]), Class: x.classOf(place)}
	if c := int(get16(place[placeCountry:])); c > 0 && c <= len(x.countries) {
		s.Country = x.countries[c-1].Alpha2
	}
	if d := get16(place[placeDivision:]); d > 0 {
		if div := x.record(SectionDivisions, uint32(d)-1, divisionSize); div != nil {
			s.Admin1 = x.str(get32(div[divisionCode:]))
		}
	}
	return s
}
