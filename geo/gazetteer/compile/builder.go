package compile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// builder joins the sources into places.
type builder struct {
	places    []*place
	byID      map[string]*place // by curated and generated ids
	byNumber  map[uint64]*place
	index     nameIndex
	towns     grid // of the city lists
	countries []country
	divisions map[string]*divisionRow // by "US.LA"
	admin2    map[string]string       // names by "US.LA.079"
	outlets   []outlet

	codeNames map[string][]localName // of countries and divisions
	idLines   map[string]string      // file and line of an id of a table, for errors
}

// country is a row of the countries table.
type country struct {
	info    gazetteer.CountryInfo
	place   *place
	capital *place // nil if the lists do not contain it
}

// divisionRow is a first-level division.
type divisionRow struct {
	country, code string
	name, postal  string
	place         *place // nil if it has no point
}

// outlet is a row of the outlets table.
type outlet struct {
	info gazetteer.Outlet
	home *place
}

func newBuilder() *builder {
	return &builder{
		byID: map[string]*place{}, byNumber: map[uint64]*place{}, index: nameIndex{},
		divisions: map[string]*divisionRow{}, admin2: map[string]string{}, codeNames: map[string][]localName{}, idLines: map[string]string{},
	}
}

func (b *builder) insert(p *place) {
	b.places = append(b.places, p)
	if p.id != "" {
		b.byID[p.id] = p
	} else {
		b.byNumber[p.number] = p
	}
}

// placeOf returns the place with an id, or nil if there is none.
func (b *builder) placeOf(id string) *place {
	if number, ok := gazetteer.ParseID(id); ok {
		return b.byNumber[number]
	}
	return b.byID[id]
}

// addCities inserts the list with GeoNames ids.
func (b *builder) addCities(cities []city) error {
	for i, c := range cities {
		if b.byNumber[c.id] != nil {
			return fmt.Errorf("cities: row %d: GeoNames id %d is in the list twice", i+1, c.id)
		}
		p := &place{
			number: c.id, name: c.name, point: orb.Point{c.lon, c.lat}, feature: cmp.Or(c.feature, "PPL"), country: c.country, admin1: c.admin1,
			population: c.population, weight: -1,
		}
		p.add(c.name, gazetteer.NameMain)
		b.insert(p)
	}
	return nil
}

// addLocales adds names in other languages to places, and returns how many it used.
func (b *builder) addLocales(names []localName) int {
	used := 0
	for _, n := range names {
		if !usableName(n.name) {
			continue
		}
		if n.code != "" {
			b.codeNames[n.code] = append(b.codeNames[n.code], n)
			used++
		} else if p := b.byNumber[n.id]; p != nil {
			p.add(n.name, n.flag())
			used++
		}
	}
	return used
}

// usableName reports whether s is a name. The locales also contain lists, notes in
// brackets and single letters.
func usableName(s string) bool {
	return utf8.RuneCountInString(s) > 1 && len(s) <= 100 && !strings.ContainsAny(s, "()[]{}|;=<>_0123456789")
}

// joinKM is the maximum distance in km between a row of the second city list and the
// place of that name.
const joinKM = 5

// joinCities joins the list with admin2 codes but without ids. Rows that match a
// place by country, name and point add their codes to it. Other rows become new
// places. It returns how many rows matched.
func (b *builder) joinCities(rows []city) (joined int) {
	for _, p := range b.places {
		b.index.add(p)
	}
	var rest []city
	for _, c := range rows {
		if p := b.index.nearest(c.country, c.name, orb.Point{c.lon, c.lat}, joinKM, func(p *place) bool { return !p.joined }); p != nil {
			joined++
			b.join(p, c)
			continue
		}
		rest = append(rest, c)
	}
	near := newGrid(b.places)
	for _, c := range rest {
		if p := near.findRespelled(c); p != nil {
			joined++
			b.join(p, c)
			p.add(c.name, gazetteer.NameEnglish)
			continue
		}
		p := &place{
			name: c.name, point: orb.Point{c.lon, c.lat}, feature: "PPL", country: c.country, admin1: c.admin1, admin2: c.admin2,
			weight: -1, joined: true,
		}
		p.number = gazetteer.CityID(gazetteer.Geohash(p.point))
		for b.byNumber[p.number] != nil {
			p.number++
		}
		p.add(c.name, gazetteer.NameMain)
		b.insert(p)
		b.index.add(p)
	}
	return joined
}

// join adds the codes and the name of a row of the newer list to a place.
func (b *builder) join(p *place, c city) {
	p.joined = true
	p.admin2 = c.admin2
	if c.admin1 != "" {
		p.admin1 = c.admin1
	}
	p.add(c.name, gazetteer.NameEnglish)
}

// grid finds places near a point.
type grid map[int][]*place

func newGrid(places []*place) grid {
	g := grid{}
	for _, p := range places {
		cell := gazetteer.Cell(p.point)
		g[cell] = append(g[cell], p)
	}
	return g
}

// admin1 returns the division code of the town nearest to p in its country.
func (g grid) admin1(p *place) string {
	const km = 60
	code, distance := "", float64(km)
	for dx := -1.0; dx <= 1; dx++ {
		for dy := -1.0; dy <= 1; dy++ {
			for _, town := range g[gazetteer.Cell(orb.Point{p.point[0] + dx, p.point[1] + dy})] {
				if d := geo.DistanceKM(p.point, town.point); town.country == p.country && d < distance {
					code, distance = town.admin1, d
				}
			}
		}
	}
	return code
}

// findRespelled returns the place at the point of a row whose name has the same
// tolerant key: the lists are from different years, and some spellings have changed.
func (g grid) findRespelled(c city) *place {
	const km = 1.5
	key := gazetteer.TolerantKey(c.name)
	if key == "" {
		return nil
	}
	var best *place
	distance := km
	for _, p := range g[gazetteer.Cell(orb.Point{c.lon, c.lat})] {
		if p.joined || p.country != c.country || gazetteer.TolerantKey(p.name) != key {
			continue
		}
		if d := geo.DistanceKM(p.point, orb.Point{c.lon, c.lat}); d <= distance {
			best, distance = p, d
		}
	}
	return best
}

// chooseNames makes the usual English name the main name if the locales contain one.
// The GeoNames name remains a main name too.
func (b *builder) chooseNames() {
	for _, p := range b.places {
		for _, n := range p.names {
			if n.flags&gazetteer.NameEnglish != 0 && n.flags&gazetteer.NameMain == 0 && preferEnglish(p, n.text) {
				p.name = n.text
				p.add(n.text, gazetteer.NameMain)
				break
			}
		}
	}
}

// dropArticles adds the names without the article to places of Arabic-speaking
// countries, as news articles write them: "Al Fallujah" is "Fallujah".
func (b *builder) dropArticles() {
	for _, p := range b.places {
		if !strings.Contains(arabicCountries, p.country) {
			continue
		}
		for _, n := range slices.Clone(p.names) {
			article, rest, ok := strings.Cut(gazetteer.Fold(n.text), " ")
			if !ok || n.flags&(gazetteer.NameMain|gazetteer.NameEnglish) == 0 || !gazetteer.IsArabicArticle(article) || len(rest) < 4 {
				continue
			}
			if _, short, ok := strings.Cut(strings.ReplaceAll(n.text, "-", " "), " "); ok {
				p.add(short, gazetteer.NameEnglish)
			}
		}
	}
}

const arabicCountries = "AE BH DZ EG EH IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE"

// preferEnglish reports whether an English name is a better main name than p's: it
// has plain letters instead of letters with marks, or is an exonym. Longer forms
// ("Puebla City"), respellings of the same name and old names of Chinese cities are
// not better.
func preferEnglish(p *place, english string) bool {
	if !ascii(english) || strings.Count(english, " ") > strings.Count(p.name, " ") || strings.ContainsAny(english, "'") {
		return false
	}
	if !ascii(p.name) {
		return true
	}
	return p.country != "CN" && gazetteer.TolerantKey(english) != gazetteer.TolerantKey(p.name)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// addDivisions inserts the first-level divisions. Their points come from the
// divisions table or, without a row there, from the places of the division.
func (b *builder) addDivisions(rows []division, table table) error {
	known := map[string]string{}
	for _, d := range rows {
		known[d.code] = d.name
	}
	curated := map[string]row{}
	for _, r := range table.rows {
		code := r.text("code")
		if _, duplicate := curated[code]; duplicate {
			return r.invalid("division %q is in the table twice; remove one of them", code)
		}
		if !strings.Contains(code, ".") {
			return r.invalid("code %q is malformed; expected one such as US.LA", code)
		}
		curated[code] = r
		if known[code] == "" {
			known[code] = r.text("name")
		}
	}
	members := b.members(func(p *place) string { return p.country + "." + p.admin1 })
	for _, code := range slices.Sorted(maps.Keys(known)) {
		if err := b.addDivision(code, known[code], curated[code], members[code]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) addDivision(code, listName string, r row, members []*place) error {
	cc, local, _ := strings.Cut(code, ".")
	d := &divisionRow{country: cc, code: local, name: listName}
	b.divisions[code] = d
	centre, ok := centreOf(members)
	p := &place{id: "adm1:" + code, name: listName, point: centre, feature: "ADM1", country: cc, admin1: local, weight: -1}
	for _, m := range members {
		p.size += m.population
	}
	if r.cells != nil {
		if name := r.text("name"); name != "" {
			p.add(listName, 0)
			p.name, d.name = name, name
		}
		curated, has, err := r.point()
		if err != nil {
			return err
		}
		if has {
			p.point, ok = curated, true
		}
		if err := b.curateDivision(p, d, r); err != nil {
			return err
		}
	}
	if !ok {
		return nil
	}
	p.add(p.name, gazetteer.NameMain)
	b.addCodeNames(p, code)
	if short := stripDivisionWord(p.name); short != "" {
		p.add(short, gazetteer.NameEnglish)
	}
	d.place = p
	b.nameSeat(r.text("capital"), members)
	b.insert(p)
	b.index.add(p)
	return nil
}

// nameSeat adds the English name of a division's seat in the table to the largest
// town of the division that has that name or a similar spelling.
func (b *builder) nameSeat(seat string, members []*place) {
	key, tolerant := gazetteer.Fold(seat), gazetteer.TolerantKey(seat)
	var best *place
	for _, p := range members {
		if best != nil && p.population <= best.population {
			continue
		}
		if slices.ContainsFunc(p.names, func(n name) bool {
			return gazetteer.Fold(n.text) == key || tolerant != "" && gazetteer.TolerantKey(n.text) == tolerant
		}) {
			best = p
		}
	}
	if best != nil && key != "" {
		best.add(seat, gazetteer.NameEnglish|gazetteer.NameCurated)
		b.index.add(best)
	}
}

// addCodeNames adds the names in other languages to a country or division.
func (b *builder) addCodeNames(p *place, code string) {
	for _, n := range b.codeNames[code] {
		p.add(n.name, n.flag())
	}
}

func (b *builder) curateDivision(p *place, d *divisionRow, r row) error {
	if id := r.text("id"); id != "" {
		if err := b.claimID(id, r); err != nil {
			return err
		}
		p.setID(id)
		if have := b.placeOf(id); have != nil {
			return r.invalid("id %q is already the id of %s; correct one of them", id, have.name)
		}
	}
	population, err := r.number("population", 0)
	if err != nil {
		return err
	}
	p.population = int64(population)
	p.feature = cmp.Or(r.text("feature_code"), p.feature)
	d.postal = r.text("postal")
	p.addAll(r.list("aliases"), gazetteer.NameCurated)
	p.addAll(r.list("demonyms"), gazetteer.NameDemonym|gazetteer.NameCurated)
	for _, short := range append(r.list("abbreviations"), r.list("postal")...) {
		p.add(short, gazetteer.NameAbbreviation|gazetteer.NameCurated)
	}
	return nil
}

// claimID records the id of a row, which no other row may have.
func (b *builder) claimID(id string, r row) error {
	if !strings.Contains(id, ":") {
		return r.invalid("id %q is malformed; expected newsmap:NAME or geonames:NUMBER", id)
	}
	if line, taken := b.idLines[id]; taken {
		return r.invalid("id %q is also at %s; ids must be unique", id, line)
	}
	b.idLines[id] = fmt.Sprintf("%s:%d", r.path, r.line)
	return nil
}

// members groups the places of the city lists by key.
func (b *builder) members(key func(*place) string) map[string][]*place {
	groups := map[string][]*place{}
	for _, p := range b.places {
		if p.class() == gazetteer.ClassPopulated {
			groups[key(p)] = append(groups[key(p)], p)
		}
	}
	return groups
}

// centreOf returns the median of the longitudes and latitudes of places, which a few
// wrong points do not move. It computes longitudes relative to the first place, so
// that a division may cross the antimeridian.
func centreOf(places []*place) (orb.Point, bool) {
	if len(places) == 0 {
		return orb.Point{}, false
	}
	base := places[0].point[0]
	lons, lats := make([]float64, len(places)), make([]float64, len(places))
	for i, p := range places {
		lons[i], lats[i] = wrap(p.point[0]-base), p.point[1]
	}
	slices.Sort(lons)
	slices.Sort(lats)
	return orb.Point{wrap(base + median(lons)), median(lats)}, true
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// wrap returns the equivalent longitude from -180 to 180 degrees.
func wrap(lon float64) float64 {
	for lon > 180 {
		lon -= 360
	}
	for lon < -180 {
		lon += 360
	}
	return lon
}

// addSecondLevel inserts the second-level divisions that contain places, and the
// counties of the United States at the centres of their outlines.
func (b *builder) addSecondLevel(rows []division, counties []county) {
	outline := map[string]county{}
	for _, c := range counties {
		outline[c.fips] = c
	}
	members := b.members(func(p *place) string { return p.country + "." + p.admin1 + "." + p.admin2 })
	byCode := slices.Clone(rows)
	slices.SortFunc(byCode, func(x, y division) int { return cmp.Compare(x.code, y.code) })
	for i, d := range byCode {
		b.admin2[d.code] = d.name
		parts := strings.SplitN(d.code, ".", 3)
		if len(parts) < 3 || i > 0 && byCode[i-1].code == d.code {
			continue
		}
		inside := members[d.code]
		point, ok := centreOf(inside)
		if c, has := outline[fips(parts)]; has && parts[0] == "US" {
			point, ok = c.point, true
		}
		short := stripDivisionWord(d.name)
		if !ok || !keepSecondLevel(parts[0], d.name, short, inside, point) {
			continue
		}
		p := &place{
			id: "adm2:" + d.code, name: d.name, point: point, feature: "ADM2", country: parts[0], admin1: parts[1], admin2: parts[2], weight: -1,
		}
		for _, m := range inside {
			p.size += m.population
		}
		p.add(d.name, gazetteer.NameMain)
		b.index.add(p)
		switch {
		case short == "":
		case len(b.index[nameKey(p.country, short)]) == 0:
			p.add(short, gazetteer.NameEnglish)
		case p.country == "US":
			p.add(short, gazetteer.NameShort)
		}
		b.insert(p)
	}
}

var stateFIPS = map[string]string{
	"AL": "01", "AK": "02", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10", "DC": "11", "FL": "12", "GA": "13", "HI": "15", "ID": "16",
	"IL": "17", "IN": "18", "IA": "19", "KS": "20", "KY": "21", "LA": "22", "ME": "23", "MD": "24", "MA": "25", "MI": "26", "MN": "27", "MS": "28", "MO": "29",
	"MT": "30", "NE": "31", "NV": "32", "NH": "33", "NJ": "34", "NM": "35", "NY": "36", "NC": "37", "ND": "38", "OH": "39", "OK": "40", "OR": "41", "PA": "42",
	"RI": "44", "SC": "45", "SD": "46", "TN": "47", "TX": "48", "UT": "49", "VT": "50", "VA": "51", "WA": "53", "WV": "54", "WI": "55", "WY": "56",
}

func fips(parts []string) string { return stateFIPS[parts[1]] + parts[2] }

// keepSecondLevel reports whether a division is a place of its own. It is not if one
// of its towns has the same name and is near the centre. Counties of the United
// States, Britain and Ireland always are.
func keepSecondLevel(country, name, short string, inside []*place, centre orb.Point) bool {
	switch country {
	case "US", "GB", "IE":
		return true
	}
	const sameTownKM = 20
	for _, p := range inside {
		if geo.DistanceKM(p.point, centre) > sameTownKM {
			continue
		}
		for _, n := range p.names {
			folded := gazetteer.Fold(n.text)
			if folded == gazetteer.Fold(name) || short != "" && folded == gazetteer.Fold(short) {
				return false
			}
		}
	}
	return true
}

// stripDivisionWord returns a division's name without its class word, or "" if there
// is none: "Maidan Wardak Province", "Kabupaten Bogor".
func stripDivisionWord(name string) string {
	for _, word := range divisionSuffixes {
		if short, ok := strings.CutSuffix(name, " "+word); ok {
			return short
		}
	}
	for _, word := range divisionPrefixes {
		if short, ok := strings.CutPrefix(name, word+" "); ok {
			return short
		}
	}
	return ""
}

var divisionSuffixes = []string{
	"Province", "County", "Region", "Department", "District", "Oblast", "State", "Atoll", "Parish", "Governorate", "Municipality",
	"Republic", "Division", "Krai", "Prefecture", "Rayon", "Raion", "İlçesi", "pagasts", "Kommun", "kommun", "Kommune", "Okrug", "Tumani",
	"Járás", "Aūdany", "vald", "Zone", "Borough", "Subregion", "Voivodeship", "Canton", "Emirate", "Territory",
	"Parish Council", "Census Area", "Shi", "Sum", "Oblast’", "Oblast'", "Shahri", "Municipal",
}

var divisionPrefixes = []string{
	"Municipality of", "Province of", "Provincia de", "Provincia di", "Departamento de", "Département de", "Département du",
	"Département des", "Provincia", "Departamento", "Département", "Opština", "Urban Municipality", "Comuna", "Municipio de", "Municipio",
	"Amphoe", "Huyện", "Kabupaten", "Kota", "Shahrestān-e", "Powiat", "Gemeente", "Obshtina", "Oraş", "Okres", "Partido de", "Muang",
	"Markaz", "Municipiul", "Grad", "Distrito de", "Distrito", "Politischer Bezirk", "Bezirk", "Općina", "Daïra de", "Bashkia",
	"Commune de", "Liwā’", "Nomós", "Province", "County of", "District of", "Gorodskoy Okrug", "City of", "Landkreis", "Kreis",
	"Kreisfreie Stadt", "Nohiyai", "Thành Phố", "Srŏk",
}
