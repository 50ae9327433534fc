package compile

import (
	"math"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// dump builds an index from a base and a GeoNames dump. Unlike builder it stores places
// in records without pointers.
type dump struct {
	base     *gazetteer.Index
	progress func(float64, string)
	report   DumpReport
	info     gazetteer.Info
	total    int64 // bytes of all files
	done     int64 // bytes that were read
	newest   string
	codes    map[string]bool // feature codes, nil if there is no list of them

	text        *interner // becomes the strings section
	admin2Codes *interner // codes of second-level divisions, "US.LA.079"
	places      []dumpPlace
	names       []dumpName
	byID        idTable
	stringIDs   map[string]uint32 // places whose id is a string
	mergedIDs   map[uint64]uint32 // ids of places that were merged into others

	baseNames nameTable // the base's places by country and name
	countries []gazetteer.CountryInfo
	country   map[string]uint16 // number in countries, plus 1
	seat      []countryPlaces   // by number in countries
	divisions []dumpDivision
	divNumber map[string]uint16 // number in divisions, plus 1, by "US.LA"
	admin2    map[uint32]uint32 // name in text by code in admin2Codes
	features  []string
	feature   map[string]uint16
	outlets   []outletPlace
}

// dumpPlace is a place in 64 bytes.
type dumpPlace struct {
	id          uint64 // as stored in the index
	population  int64
	lon, lat    int32  // in units of the index
	name        uint32 // in text
	admin2      uint32 // a name in text if admin2Named, else a code in admin2Codes
	countries   uint32 // in text
	firstName   uint32 // in names, plus 1
	mergedInto  uint32 // the place that this one was merged into, plus 1
	prominence  float32
	country     uint16 // plus 1
	division    uint16 // plus 1
	feature     uint16
	fromBase    bool
	fromDump    bool
	admin2Named bool
	changed     bool // its prominence must be computed again
}

// dumpName is a name of a place in a linked list.
type dumpName struct {
	text   uint32
	place  uint32
	next   uint32 // plus 1
	flags  gazetteer.NameFlags
	factor uint16 // from the base; 0 for a name of the dump
}

type dumpDivision struct {
	country, code, name, postal string
	place                       uint32 // plus 1
}

// countryPlaces are the places of a country record.
type countryPlaces struct {
	place, capital uint32 // plus 1
	largest        int64  // population of its largest town in the base
}

type outletPlace struct {
	info gazetteer.Outlet
	home uint32 // plus 1
}

func newDump(base *gazetteer.Index, progress func(float64, string)) *dump {
	return &dump{
		base: base, progress: progress, text: newInterner(), admin2Codes: newInterner(), byID: newIDTable(),
		stringIDs: map[string]uint32{}, mergedIDs: map[uint64]uint32{}, baseNames: nameTable{heads: map[uint64]uint32{}},
		country: map[string]uint16{}, divNumber: map[string]uint16{}, admin2: map[uint32]uint32{}, feature: map[string]uint16{},
	}
}

func (d *dump) point(p *dumpPlace) orb.Point {
	const unit = 1e5
	return orb.Point{float64(p.lon) / unit, float64(p.lat) / unit}
}

func (d *dump) code(p *dumpPlace) string { return d.features[p.feature] }

func (d *dump) class(p *dumpPlace) gazetteer.Class { return gazetteer.ClassOf(d.code(p)) }

// featureNumber returns the number of a feature code.
func (d *dump) featureNumber(code string) uint16 {
	n, ok := d.feature[code]
	if !ok && len(d.features) < math.MaxUint16 {
		n = uint16(len(d.features))
		d.features = append(d.features, code)
		d.feature[code] = n
	}
	return n
}

// countryNumber returns the number of a country, plus 1, and adds the country if it is
// new. It returns 0 for no country.
func (d *dump) countryNumber(alpha2 string) uint16 {
	if alpha2 == "" {
		return 0
	}
	n, ok := d.country[alpha2]
	if !ok {
		d.countries = append(d.countries, gazetteer.CountryInfo{Alpha2: alpha2, Name: alpha2})
		d.seat = append(d.seat, countryPlaces{})
		n = uint16(len(d.countries))
		d.country[alpha2] = n
	}
	return n
}

// division returns the number of a first-level division, plus 1, and adds the division
// if it is new. It returns 0 for no division.
func (d *dump) division(country, code string) uint16 {
	if country == "" || code == "" {
		return 0
	}
	key := country + "." + code
	n, ok := d.divNumber[key]
	if !ok && len(d.divisions) < math.MaxUint16 {
		d.divisions = append(d.divisions, dumpDivision{country: country, code: code})
		n = uint16(len(d.divisions))
		d.divNumber[key] = n
	}
	return n
}

// insert adds a place and returns its number.
func (d *dump) insert(p dumpPlace, id string) uint32 {
	i := uint32(len(d.places))
	d.places = append(d.places, p)
	if id != "" {
		d.stringIDs[id] = i
	} else {
		d.byID.put(p.id, i)
	}
	return i
}

// find returns the place with a numeric id, or the place that it was merged into.
func (d *dump) find(id uint64) (uint32, bool) {
	i, ok := d.byID.get(id)
	if !ok {
		if i, ok = d.mergedIDs[id]; !ok {
			return 0, false
		}
	}
	for d.places[i].mergedInto != 0 {
		i = d.places[i].mergedInto - 1
	}
	return i, true
}

// findID returns the place with any id, plus 1, or 0 if there is none.
func (d *dump) findID(id string) uint32 {
	if number, ok := gazetteer.ParseID(id); ok {
		if i, ok := d.find(number); ok {
			return i + 1
		}
		return 0
	}
	if i, ok := d.stringIDs[id]; ok {
		return i + 1
	}
	return 0
}

// addName adds a name to a place, or flags to a name of the place.
func (d *dump) addName(place uint32, text string, flags gazetteer.NameFlags) {
	ref := d.text.ref(text)
	if ref == 0 {
		return
	}
	const special = gazetteer.NameAbbreviation | gazetteer.NameDemonym
	for n := d.places[place].firstName; n != 0; n = d.names[n-1].next {
		have := &d.names[n-1]
		if have.text == ref && (have.flags&special == flags&special || have.factor != 0) {
			if have.factor == 0 {
				have.flags |= flags
			}
			return
		}
	}
	d.pushName(place, dumpName{text: ref, flags: flags})
}

func (d *dump) pushName(place uint32, n dumpName) {
	p := &d.places[place]
	n.place, n.next = place, p.firstName
	d.names = append(d.names, n)
	p.firstName = uint32(len(d.names))
}

// addBase copies the contents of the base.
func (d *dump) addBase() {
	if d.base == nil {
		return
	}
	for _, c := range d.base.Countries() {
		d.country[c.Alpha2] = uint16(len(d.countries) + 1)
		d.countries = append(d.countries, c)
		d.seat = append(d.seat, countryPlaces{})
	}
	d.base.Divisions(func(info gazetteer.DivisionInfo) bool {
		if n := d.division(info.Country, info.Code); n > 0 {
			d.divisions[n-1].name, d.divisions[n-1].postal = info.Name, info.Postal
		}
		return true
	})
	d.base.Entries(func(e gazetteer.Entry) bool { d.addEntry(e); return true })
	for i, c := range d.countries {
		d.seat[i].place, d.seat[i].capital = d.findID(c.PlaceID), d.findID(c.CapitalID)
	}
	d.base.Divisions(func(info gazetteer.DivisionInfo) bool {
		if n := d.division(info.Country, info.Code); n > 0 {
			d.divisions[n-1].place = d.findID(info.PlaceID)
		}
		return true
	})
	d.base.Outlets(func(o gazetteer.Outlet) bool {
		d.outlets = append(d.outlets, outletPlace{o, d.findID(o.HomeID)})
		return true
	})
}

// addEntry copies a place of the base.
func (d *dump) addEntry(e gazetteer.Entry) {
	p := dumpPlace{
		population: e.Place.Population, lon: int32(gazetteer.Degrees(e.Place.Point[0])), lat: int32(gazetteer.Degrees(e.Place.Point[1])),
		name: d.text.ref(e.Place.Name), admin2: d.text.ref(e.Place.Admin2), admin2Named: true,
		countries: d.text.ref(strings.Join(e.Place.Countries, "|")), prominence: float32(e.Place.Prominence),
		country: d.countryNumber(e.Place.Country), division: d.division(e.Place.Country, e.Place.Admin1Code),
		feature: d.featureNumber(e.Place.FeatureCode), fromBase: true,
	}
	number, numeric := gazetteer.ParseID(e.Place.ID)
	id := ""
	if p.id = number; !numeric {
		id = e.Place.ID
		p.id = stringID | uint64(d.text.ref(id))
	}
	if p.admin2 == 0 {
		p.admin2Named = false
	}
	if code, ok := strings.CutPrefix(id, "adm2:"); ok {
		d.admin2[d.admin2Codes.ref(code)] = p.name
	}
	i := d.insert(p, id)
	for n := len(e.Names) - 1; n >= 0; n-- { // pushName adds at the front
		name := e.Names[n]
		d.pushName(i, dumpName{text: d.text.ref(name.Text), flags: name.Flags, factor: max(gazetteer.Fraction(name.Factor), 1)})
		if name.Flags&(gazetteer.NameAbbreviation|gazetteer.NameDemonym) != 0 {
			continue
		}
		key := gazetteer.Fold(name.Text)
		d.baseNames.add(e.Place.Country, key, i)
		for _, c := range e.Place.Countries {
			d.baseNames.add(c, key, i)
		}
	}
	if d.class(&p) == gazetteer.ClassPopulated && p.country > 0 {
		s := &d.seat[p.country-1]
		s.largest = max(s.largest, p.population)
	}
}

const stringID = 1 << 63

// addRow adds a row of the dump.
func (d *dump) addRow(r dumpRow) {
	if i, ok := d.find(r.id); ok {
		d.report.Merged++
		d.mergeRow(i, &r)
		return
	}
	if i, ok := d.findSame(&r); ok {
		d.report.Merged++
		d.linkID(i, &r)
		d.mergeRow(i, &r)
		return
	}
	p := dumpPlace{
		id: r.id, population: d.plausiblePopulation(&r), lon: int32(gazetteer.Degrees(r.point[0])), lat: int32(gazetteer.Degrees(r.point[1])),
		name: d.text.ref(r.name), country: d.countryNumber(r.country), division: d.division(r.country, r.admin1),
		feature: d.featureNumber(r.feature), fromDump: true, changed: true,
	}
	if len(r.countries) > 0 {
		p.countries = d.text.ref(strings.Join(r.countries, "|"))
	}
	if r.admin2 != "" {
		p.admin2 = d.admin2Codes.ref(r.country + "." + r.admin1 + "." + r.admin2)
	}
	i := d.insert(p, "")
	d.addName(i, r.name, gazetteer.NameMain)
	d.addNames(i, &r)
	d.register(i, &r)
}

// addNames adds the alternate names in the row itself, whose languages are unknown.
func (d *dump) addNames(i uint32, r *dumpRow) {
	if r.ascii != "" && r.ascii != r.name && gazetteer.Fold(r.ascii) != gazetteer.Fold(r.name) {
		d.addName(i, r.ascii, gazetteer.NameForeign)
	}
	for alternates := r.alternates; alternates != ""; {
		var one string
		one, alternates, _ = strings.Cut(alternates, ",")
		if one = tidy(one); usableName(one) {
			d.addName(i, one, gazetteer.NameForeign|abbreviationFlag(one))
		}
	}
}

// register sets the place of a country, division or capital.
func (d *dump) register(i uint32, r *dumpRow) {
	p := &d.places[i]
	switch r.feature {
	case "ADM1":
		if p.division > 0 && d.divisions[p.division-1].place == 0 {
			div := &d.divisions[p.division-1]
			div.place = i + 1
			if div.name == "" {
				div.name = r.name
			}
		}
	case "ADM2":
		if p.admin2 != 0 && !p.admin2Named && d.admin2[p.admin2] == 0 {
			d.admin2[p.admin2] = p.name
		}
	case "PCLI", "PCLD", "PCLF", "PCLS", "PCLIX", "TERR":
		if p.country > 0 && d.seat[p.country-1].place == 0 {
			d.seat[p.country-1].place = i + 1
			info := &d.countries[p.country-1]
			info.Name, info.Point = r.name, r.point
		}
	case "PPLC":
		if p.country > 0 && d.seat[p.country-1].capital == 0 {
			d.seat[p.country-1].capital = i + 1
			d.countries[p.country-1].Capital = r.name
		}
	}
}

// mergeRow adds the missing data and the names of a row to a place.
func (d *dump) mergeRow(i uint32, r *dumpRow) {
	p := &d.places[i]
	p.fromDump = true
	if p.population == 0 && d.class(p) == gazetteer.ClassOf(r.feature) {
		if p.population = d.plausiblePopulation(r); p.population > 0 {
			p.changed = true
		}
	}
	if code := d.code(p); isMoreSpecific(code, r.feature) {
		p.feature, p.changed = d.featureNumber(r.feature), true
	}
	if p.division == 0 && d.countryNumber(r.country) == p.country {
		p.division = d.division(r.country, r.admin1)
	}
	if p.admin2 == 0 && r.admin2 != "" {
		p.admin2 = d.admin2Codes.ref(r.country + "." + r.admin1 + "." + r.admin2)
	}
	d.addName(i, r.name, gazetteer.NameForeign|abbreviationFlag(r.name))
	d.addNames(i, r)
	d.register(i, r)
}

// linkID makes the id of a row an id of place i. It replaces the place's id if that was
// generated because there was no GeoNames id.
func (d *dump) linkID(i uint32, r *dumpRow) {
	p := &d.places[i]
	generated := p.id>>56 == cityKind
	if p.id&stringID != 0 {
		id := d.text.text(uint32(p.id))
		generated = strings.HasPrefix(id, "adm1:") || strings.HasPrefix(id, "adm2:")
	}
	if generated && r.id>>56 == 0 {
		p.id = r.id
		d.byID.put(r.id, i)
		return
	}
	d.mergedIDs[r.id] = i
}

// The kinds of numeric ids; see format.go of package gazetteer.
var (
	cityKind = gazetteer.CityID(0) >> 56
	wofKind  = gazetteer.WOFID(0) >> 56
)

// isMoreSpecific reports whether code is a more specific code of a populated place than
// have: a higher seat of government, or a settlement instead of a plain town.
func isMoreSpecific(have, code string) bool {
	rank, better := seatRank[have], seatRank[code]
	return gazetteer.ClassOf(have) == gazetteer.ClassPopulated && better > rank
}

// seatRank orders the codes of populated places from general to specific.
var seatRank = map[string]int{"PPLC": 8, "PPLG": 7, "PPLA": 6, "PPLA2": 5, "PPLA3": 4, "PPLA4": 3, "PPLA5": 2, "STLMT": 1}

// plausiblePopulation returns the population of a row, or 0 if it is not plausible: a
// population of more than two billion, that of a place larger than its country, or that
// of a new town larger than the country's largest town in the base.
func (d *dump) plausiblePopulation(r *dumpRow) int64 {
	const maxPopulation = 2_000_000_000
	if r.population > maxPopulation {
		return 0
	}
	n, ok := d.country[r.country]
	if !ok || d.base == nil {
		const largestCity = 45_000_000
		if gazetteer.ClassOf(r.feature) == gazetteer.ClassPopulated && r.population > largestCity {
			return 0
		}
		return r.population
	}
	seat := d.seat[n-1]
	switch gazetteer.ClassOf(r.feature) {
	case gazetteer.ClassCountry:
	case gazetteer.ClassPopulated:
		if seat.largest > 0 && r.population > seat.largest {
			return 0
		}
	default:
		if seat.place > 0 {
			if total := d.places[seat.place-1].population; total > 0 && r.population > total {
				return 0
			}
		}
	}
	return r.population
}

// mergeKM returns the maximum distance in km between the points of two records of the
// same place, by class. The middle of a large area is not well defined, and the point
// of a river may be anywhere along it.
func mergeKM(class gazetteer.Class, code string) float64 {
	switch class {
	case gazetteer.ClassCountry:
		return 3000
	case gazetteer.ClassAdmin1:
		return 300
	case gazetteer.ClassAdmin2:
		return 40
	case gazetteer.ClassRegion:
		return 150
	case gazetteer.ClassPhysical:
		return 40
	case gazetteer.ClassWater:
		switch code {
		case "OCN", "SEA":
			return 1500
		case "STM", "GULF":
			return 200
		}
		return 60
	}
	return 8
}

// geoNamesKM is the maximum distance in km between two records of the same town that
// both have GeoNames ids. Usually these are two places.
const geoNamesKM = 2

// findSame returns the place of the base that is the same as a row.
func (d *dump) findSame(r *dumpRow) (uint32, bool) {
	if d.base == nil {
		return 0, false
	}
	if i, ok := d.sameDivision(r); ok {
		return i, true
	}
	best, distance, found := uint32(0), math.Inf(1), false
	try := func(name string, main bool) {
		for _, i := range d.baseNames.find(r.country, gazetteer.Fold(name)) {
			if km, ok := d.matchesPlace(i, r, main); ok && (km < distance || km == distance && i < best) {
				best, distance, found = i, km, true
			}
		}
	}
	try(r.name, true)
	const maxAlternates = 20
	alternates := r.alternates
	for n := 0; !found && alternates != "" && n < maxAlternates; n++ {
		var one string
		one, alternates, _ = strings.Cut(alternates, ",")
		try(one, false)
	}
	return best, found
}

// sameDivision returns the division of the base with the code of a row.
func (d *dump) sameDivision(r *dumpRow) (uint32, bool) {
	place := uint32(0)
	switch r.feature {
	case "ADM1":
		if n := d.divNumber[r.country+"."+r.admin1]; n > 0 {
			place = d.divisions[n-1].place
		}
	case "ADM2":
		if r.admin2 != "" {
			place = d.findID("adm2:" + r.country + "." + r.admin1 + "." + r.admin2)
		}
	}
	if place == 0 {
		return 0, false
	}
	p := &d.places[place-1]
	return place - 1, !p.fromDump && p.fromBase && geo.DistanceKM(d.point(p), r.point) <= mergeKM(gazetteer.ClassOf(r.feature), r.feature)
}

// matchesPlace reports whether place i, which has the main name or an alternate name of
// the row, is the same place, and returns its distance in km.
func (d *dump) matchesPlace(i uint32, r *dumpRow, main bool) (float64, bool) {
	p := &d.places[i]
	if !d.compatible(p, r.feature) {
		return 0, false
	}
	limit := mergeKM(gazetteer.ClassOf(r.feature), r.feature)
	geoNames := p.id>>56 == 0 && r.id>>56 == 0
	switch populated := gazetteer.ClassOf(r.feature) == gazetteer.ClassPopulated; {
	case geoNames && (!main || p.fromDump):
		return 0, false
	case geoNames && populated:
		limit = geoNamesKM
	case !main:
		limit /= 2
	}
	km := geo.DistanceKM(d.point(p), r.point)
	return km, km <= limit
}

// compatible reports whether a place may be the same as a row with a feature code.
func (d *dump) compatible(p *dumpPlace, code string) bool {
	have := d.code(p)
	if have == code {
		return true
	}
	a, b := gazetteer.ClassOf(have), gazetteer.ClassOf(code)
	const settled = gazetteer.ClassPopulated | gazetteer.ClassSpot
	switch {
	case a != b:
		// A camp or battlefield in the tables may be a village in the dump.
		return p.id&stringID != 0 && a|b == settled && b == gazetteer.ClassPopulated
	case a == gazetteer.ClassAdmin2 || a == gazetteer.ClassAdmin1 || a == gazetteer.ClassSpot:
		return false // a division of another level, or another building
	}
	return true
}

// mergeForeign merges places without a GeoNames id with the same places of the dump
// that have one.
func (d *dump) mergeForeign() {
	foreign := nameTable{heads: map[uint64]uint32{}}
	for i := range d.places {
		if p := &d.places[i]; p.id&stringID == 0 && p.id>>56 == wofKind {
			foreign.add(d.alpha2(p), gazetteer.Fold(d.text.text(p.name)), uint32(i))
		}
	}
	if len(foreign.heads) == 0 {
		return
	}
	for i := range d.places {
		p := &d.places[i]
		if p.fromBase || p.id>>56 != 0 || p.mergedInto != 0 {
			continue
		}
		for _, f := range foreign.find(d.alpha2(p), gazetteer.Fold(d.text.text(p.name))) {
			other := &d.places[f]
			if other.mergedInto == 0 && d.compatible(p, d.code(other)) &&
				geo.DistanceKM(d.point(p), d.point(other)) <= mergeKM(d.class(p), d.code(p)) {
				d.mergePlace(f, uint32(i))
			}
		}
	}
}

// mergePlace merges place from into place into.
func (d *dump) mergePlace(from, into uint32) {
	f, p := &d.places[from], &d.places[into]
	d.report.Merged++
	f.mergedInto = into + 1
	if p.population == 0 {
		p.population = f.population
	}
	if isMoreSpecific(d.code(p), d.code(f)) {
		p.feature = f.feature
	}
	if p.division == 0 && p.country == f.country {
		p.division = f.division
	}
	for n := f.firstName; n != 0; {
		name := d.names[n-1]
		d.addName(into, d.text.text(name.text), name.flags&^gazetteer.NameMain|gazetteer.NameForeign)
		n = name.next
	}
	f.firstName = 0
}

func (d *dump) alpha2(p *dumpPlace) string {
	if p.country == 0 {
		return ""
	}
	return d.countries[p.country-1].Alpha2
}
