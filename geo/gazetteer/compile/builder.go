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
	byID      map[string]*place // curated and made ids
	byNumber  map[uint64]*place
	index     nameIndex
	towns     grid // of the city lists
	countries []country
	divisions map[string]*divisionRow // by "US.LA"
	admin2    map[string]string       // names by "US.LA.079"
	outlets   []outlet

	codeNames map[string][]localName // of countries and divisions
	idLines   map[string]string      // where an id of a table was written, for errors
}

// country is a row of the countries table.
type country struct {
	info    gazetteer.CountryInfo
	place   *place
	capital *place // nil if the lists lack it
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

// placeOf returns the place of an id, nil if there is none.
func (b *builder) placeOf(id string) *place {
	if number, ok := gazetteer.ParseID(id); ok {
		return b.byNumber[number]
	}
	return b.byID[id]
}

// addCities inserts the list that has GeoNames ids.
func (b *builder) addCities(cities []city) error {
	for i, c := range cities {
		if b.byNumber[c.id] != nil {
			return fmt.Errorf("cities: row %d: GeoNames id %d stands twice", i+1, c.id)
		}
		p := &place{
			number:     c.id,
			name:       c.name,
			point:      orb.Point{c.lon, c.lat},
			feature:    cmp.Or(c.feature, "PPL"),
			country:    c.country,
			admin1:     c.admin1,
			population: c.population,
			weight:     -1,
		}
		p.add(c.name, gazetteer.NameMain)
		b.insert(p)
	}
	return nil
}

// addLocales returns places their names in other languages.
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

// usableName leaves out what the locales have beside names: lists, notes in
// brackets and single letters.
func usableName(s string) bool {
	return utf8.RuneCountInString(s) > 1 && len(s) <= 100 && !strings.ContainsAny(s, "()[]{}|;=<>_0123456789")
}

// joinKM is how far a row of the second city list may lie from the place of that
// name that it is joined to.
const joinKM = 5

// joinCities joins the list that has admin2 codes and no ids: rows that fit a
// place by country, name and point give it their codes, the others are places of
// their own.
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
		if p := near.renamed(c); p != nil {
			joined++
			b.join(p, c)
			p.add(c.name, gazetteer.NameEnglish)
			continue
		}
		p := &place{
			name:    c.name,
			point:   orb.Point{c.lon, c.lat},
			feature: "PPL",
			country: c.country,
			admin1:  c.admin1,
			admin2:  c.admin2,
			weight:  -1,
			joined:  true,
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

// join takes over what the newer list knows better.
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
	code, least := "", float64(km)
	for dx := -1.0; dx <= 1; dx++ {
		for dy := -1.0; dy <= 1; dy++ {
			for _, town := range g[gazetteer.Cell(orb.Point{p.point[0] + dx, p.point[1] + dy})] {
				if d := geo.DistanceKM(p.point, town.point); town.country == p.country && d < least {
					code, least = town.admin1, d
				}
			}
		}
	}
	return code
}

// renamed returns the place that a row is by its point and a name of the same
// tolerant key: the lists are of different years, and some names changed their
// spelling.
func (g grid) renamed(c city) *place {
	const km = 1.5
	key := gazetteer.TolerantKey(c.name)
	if key == "" {
		return nil
	}
	var best *place
	least := km
	for _, p := range g[gazetteer.Cell(orb.Point{c.lon, c.lat})] {
		if p.joined || p.country != c.country || gazetteer.TolerantKey(p.name) != key {
			continue
		}
		if d := geo.DistanceKM(p.point, orb.Point{c.lon, c.lat}); d <= least {
			best, least = p, d
		}
	}
	return best
}

// chooseNames makes the usual English name the main one where the locales have
// one; the GeoNames name stays a main name beside it.
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

// dropArticles returns places of Arabic-speaking countries their names without
// the article, as news writes them: "Al Fallujah" is "Fallujah".
func (b *builder) dropArticles() {
	for _, p := range b.places {
		if !strings.Contains(arabic, p.country) {
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

const arabic = "AE BH DZ EG EH IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE"

// preferEnglish reports whether an English name reads better than the main one:
// plain letters for letters with marks, or an exonym. Longer forms ("Puebla
// City"), respellings of the same name and old names of Chinese cities do not.
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

// addDivisions inserts the first-level divisions and keeps the names of the
// second level. Points come from the divisions table, if it has been read, else
// from the places of a division.
func (b *builder) addDivisions(rows []division, table table) error {
	known := map[string]string{}
	for _, d := range rows {
		known[d.code] = d.name
	}
	curated := map[string]row{}
	for _, r := range table.rows {
		code := r.text("code")
		if _, twice := curated[code]; twice {
			return r.invalid("division %q stands twice", code)
		}
		if !strings.Contains(code, ".") {
			return r.invalid("code %q is not of the form US.LA", code)
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

func (b *builder) addDivision(code, given string, r row, members []*place) error {
	cc, local, _ := strings.Cut(code, ".")
	d := &divisionRow{country: cc, code: local, name: given}
	b.divisions[code] = d
	centre, ok := centreOf(members)
	p := &place{id: "adm1:" + code, name: given, point: centre, feature: "ADM1", country: cc, admin1: local, weight: -1}
	for _, m := range members {
		p.size += m.population
	}
	if r.cells != nil {
		if name := r.text("name"); name != "" {
			p.add(given, 0)
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

// nameSeat returns the seat of a division the English name that the table has for
// it, if one of the division's towns goes by that name or a spelling of it.
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

// addCodeNames returns a country or division its names in other languages.
func (b *builder) addCodeNames(p *place, code string) {
	for _, n := range b.codeNames[code] {
		p.add(n.name, n.flag())
	}
}

func (b *builder) curateDivision(p *place, d *divisionRow, r row) error {
	if id := r.text("id"); id != "" {
		if err := b.claim(id, r); err != nil {
			return err
		}
		p.setID(id)
		if have := b.placeOf(id); have != nil {
			return r.invalid("id %q is that of %s already", id, have.name)
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

// claim notes that a table uses an id, which no other row may.
func (b *builder) claim(id string, r row) error {
	if !strings.Contains(id, ":") {
		return r.invalid("id %q is not of the form newsmap:name or geonames:number", id)
	}
	if line, taken := b.idLines[id]; taken {
		return r.invalid("id %q stands at %s too", id, line)
	}
	b.idLines[id] = fmt.Sprintf("%s:%d", r.path, r.line)
	return nil
}

// members groups the places of the city lists.
func (b *builder) members(key func(*place) string) map[string][]*place {
	groups := map[string][]*place{}
	for _, p := range b.places {
		if p.class() == gazetteer.ClassPopulated {
			groups[key(p)] = append(groups[key(p)], p)
		}
	}
	return groups
}

// centreOf is the median of the places' longitudes and latitudes, which a few
// wrong points do not move. Longitudes are counted from the first place's, so
// that a division may lie across the antimeridian.
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

// wrap brings a longitude into -180..180.
func wrap(lon float64) float64 {
	for lon > 180 {
		lon -= 360
	}
	for lon < -180 {
		lon += 360
	}
	return lon
}

// addSecondLevel inserts second-level divisions that have places, and the
// counties of the United States with the centres of their outlines.
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
		p := &place{id: "adm2:" + d.code, name: d.name, point: point, feature: "ADM2", country: parts[0], admin1: parts[1], admin2: parts[2], weight: -1}
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

// keepSecondLevel leaves out a division that is the same thing as one of its
// towns. Counties of the United States, Britain and Ireland are places of their
// own even if a town has the name.
func keepSecondLevel(country, name, short string, inside []*place, centre orb.Point) bool {
	switch country {
	case "US", "GB", "IE":
		return true
	}
	const sameSpotKM = 20
	for _, p := range inside {
		if geo.DistanceKM(p.point, centre) > sameSpotKM {
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

// stripDivisionWord returns a division's name without the word that says what it
// is, empty if there is none: "Maidan Wardak Province", "Kabupaten Bogor".
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
	"Province",
	"County",
	"Region",
	"Department",
	"District",
	"Oblast",
	"State",
	"Atoll",
	"Parish",
	"Governorate",
	"Municipality",
	"Republic",
	"Division",
	"Krai",
	"Prefecture",
	"Rayon",
	"Raion",
	"İlçesi",
	"pagasts",
	"Kommun",
	"kommun",
	"Kommune",
	"Okrug",
	"Tumani",
	"Járás",
	"Aūdany",
	"vald",
	"Zone",
	"Borough",
	"Subregion",
	"Voivodeship",
	"Canton",
	"Emirate",
	"Territory",
	"Parish Council",
	"Census Area",
	"Shi",
	"Sum",
	"Oblast’",
	"Oblast'",
	"Shahri",
	"Municipal",
}

var divisionPrefixes = []string{
	"Municipality of",
	"Province of",
	"Provincia de",
	"Provincia di",
	"Departamento de",
	"Département de",
	"Département du",
	"Département des",
	"Provincia",
	"Departamento",
	"Département",
	"Opština",
	"Urban Municipality",
	"Comuna",
	"Municipio de",
	"Municipio",
	"Amphoe",
	"Huyện",
	"Kabupaten",
	"Kota",
	"Shahrestān-e",
	"Powiat",
	"Gemeente",
	"Obshtina",
	"Oraş",
	"Okres",
	"Partido de",
	"Muang",
	"Markaz",
	"Municipiul",
	"Grad",
	"Distrito de",
	"Distrito",
	"Politischer Bezirk",
	"Bezirk",
	"Općina",
	"Daïra de",
	"Bashkia",
	"Commune de",
	"Liwā’",
	"Nomós",
	"Province",
	"County of",
	"District of",
	"Gorodskoy Okrug",
	"City of",
	"Landkreis",
	"Kreis",
	"Kreisfreie Stadt",
	"Nohiyai",
	"Thành Phố",
	"Srŏk",
}
