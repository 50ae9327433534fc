package gazetteer

import "newsmap/geo"

// Entry is a place with all its names in an index.
type Entry struct {
	Place geo.Place
	Names []EntryName // the main name first
}

// EntryName is one name of an Entry.
type EntryName struct {
	Text   string
	Flags  NameFlags
	Factor float64 // from 0 to 1; the score of the name is the place's prominence times Factor
}

// Entries calls yield for all places in the order of their ids until yield
// returns false. The slice of names is valid until yield returns.
func (x *Index) Entries(yield func(Entry) bool) {
	var names []EntryName
	for i := range x.placeCount() {
		p, _ := x.placeAt(i)
		names = names[:0]
		first, end := x.names(i)
		for n := first; n < end; n++ {
			r := x.record(SectionNames, n, nameSize)
			names = append(names, EntryName{x.str(get32(r[nameString:])), NameFlags(get16(r[nameFlags:])), fraction(r[nameFactor:])})
		}
		if !yield(Entry{p, names}) {
			return
		}
	}
}

// Countries returns all countries and dependencies in the order of their alpha-2
// codes. The caller must not change the slice.
func (x *Index) Countries() []CountryInfo { return x.countries }

// DivisionInfo is a first-level division.
type DivisionInfo struct {
	Country string // ISO 3166-1 alpha-2
	Code    string // GeoNames code without the country
	Name    string
	Postal  string // official short code, empty if it has none
	PlaceID string // id of its Place, empty if it has no point
}

// Divisions calls yield for all first-level divisions in the order of their
// country and code until yield returns false.
func (x *Index) Divisions(yield func(DivisionInfo) bool) {
	for i := uint32(0); ; i++ {
		r := x.record(SectionDivisions, i, divisionSize)
		if r == nil {
			return
		}
		d := DivisionInfo{
			Code: x.str(get32(r[divisionCode:])), Name: x.str(get32(r[divisionName:])),
			Postal: x.str(get32(r[divisionPostal:])), PlaceID: x.idOf(get32(r[divisionPlace:])),
		}
		if c := int(get32(r[divisionCountry:])); c > 0 && c <= len(x.countries) {
			d.Country = x.countries[c-1].Alpha2
		}
		if !yield(d) {
			return
		}
	}
}
