package gazetteer

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"newsmap/geo"
)

// Country returns the country or dependency of an ISO 3166-1 alpha-2 code, in
// capitals.
func (x *Index) Country(alpha2 string) (CountryInfo, bool) {
	i, ok := x.byAlpha2[alpha2]
	if !ok {
		return CountryInfo{}, false
	}
	return x.countries[i], true
}

// Division returns the first-level division of a country (alpha-2) by its
// GeoNames code without the country: "LA", "07".
func (x *Index) Division(country, admin1Code string) (geo.Place, bool) {
	for i := x.firstDivision(country); ; i++ {
		r := x.division(i, country)
		if r == nil {
			return geo.Place{}, false
		}
		if x.str(get32(r[divisionCode:])) == admin1Code {
			return x.placeAt(get32(r[divisionPlace:]))
		}
	}
}

// DivisionByAbbreviation returns the first-level division of a country (alpha-2)
// by its postal or press abbreviation: "LA", "La.", "N.S.W.".
func (x *Index) DivisionByAbbreviation(country, short string) (geo.Place, bool) {
	for i := x.firstDivision(country); ; i++ {
		r := x.division(i, country)
		if r == nil {
			return geo.Place{}, false
		}
		place := get32(r[divisionPlace:])
		if x.str(get32(r[divisionPostal:])) == short || x.hasAbbreviation(place, short) {
			return x.placeAt(place)
		}
	}
}

// firstDivision returns the number of the first division of a country.
func (x *Index) firstDivision(country string) uint32 {
	want, ok := x.byAlpha2[country]
	if !ok {
		return noRecord
	}
	n := len(x.sections[SectionDivisions]) / divisionSize
	return uint32(sort.Search(n, func(i int) bool {
		return get32(x.record(SectionDivisions, uint32(i), divisionSize)[divisionCountry:]) > uint32(want)
	}))
}

// division returns division i, or nil if it does not belong to country.
func (x *Index) division(i uint32, country string) []byte {
	r := x.record(SectionDivisions, i, divisionSize)
	if want, ok := x.byAlpha2[country]; !ok || r == nil || get32(r[divisionCountry:]) != uint32(want)+1 {
		return nil
	}
	return r
}

func (x *Index) hasAbbreviation(place uint32, short string) bool {
	first, end := x.names(place)
	for n := first; n < end; n++ {
		r := x.record(SectionNames, n, nameSize)
		if NameFlags(get16(r[nameFlags:]))&NameAbbreviation != 0 && sameAbbreviation(short, x.str(get32(r[nameString:]))) {
			return true
		}
	}
	return false
}

// Outlet returns the outlet of a host name or, if it is unknown, of the nearest
// parent domain: "news.example.com" finds "example.com". It ignores letter case
// and a port.
func (x *Index) Outlet(domain string) (Outlet, bool) {
	domain, _, _ = strings.Cut(domain, ":")
	domain = strings.TrimSuffix(strings.ToLower(domain), ".")
	for domain != "" {
		if o, ok := x.extraOutlets[domain]; ok {
			return o, true
		}
		if o, ok := x.indexedOutlet(domain); ok {
			return o, true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return Outlet{}, false
}

// indexedOutlet returns the outlet of exactly this domain from the index file.
func (x *Index) indexedOutlet(domain string) (Outlet, bool) {
	n := len(x.sections[SectionOutlets]) / outletSize
	i := sort.Search(n, func(i int) bool {
		return x.str(get32(x.record(SectionOutlets, uint32(i), outletSize)[outletDomain:])) >= domain
	})
	if r := x.record(SectionOutlets, uint32(i), outletSize); r != nil && x.str(get32(r[outletDomain:])) == domain {
		return x.outlet(r), true
	}
	return Outlet{}, false
}

// Outlets calls yield for all outlets in the order of their domains until yield
// returns false.
func (x *Index) Outlets(yield func(Outlet) bool) {
	extra := slices.Sorted(maps.Keys(x.extraOutlets))
	for i := uint32(0); ; i++ {
		r := x.record(SectionOutlets, i, outletSize)
		var next Outlet
		if r != nil {
			next = x.outlet(r)
		}
		for len(extra) > 0 && (r == nil || extra[0] < next.Domain) {
			if !yield(x.extraOutlets[extra[0]]) {
				return
			}
			extra = extra[1:]
		}
		if r == nil {
			return
		}
		if len(extra) > 0 && extra[0] == next.Domain {
			next, extra = x.extraOutlets[next.Domain], extra[1:]
		}
		if !yield(next) {
			return
		}
	}
}

func (x *Index) outlet(r []byte) Outlet {
	return Outlet{
		Domain: x.str(get32(r[outletDomain:])), Name: x.str(get32(r[outletName:])),
		Country: x.str(get32(r[outletCountry:])), Admin1: x.str(get32(r[outletAdmin1:])),
		Home: x.str(get32(r[outletHome:])), HomeID: x.idOf(get32(r[outletPlace:])), Point: point(r[outletLon:]),
		Scope: x.str(get32(r[outletScope:])), Lang: x.str(get32(r[outletLang:])),
	}
}
