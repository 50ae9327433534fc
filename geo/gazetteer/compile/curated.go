package compile

import (
	"cmp"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// addCountries inserts the rows of the countries table with their names in the main
// languages of the world's news.
func (b *builder) addCountries(t table) error {
	for _, r := range t.rows {
		alpha2 := r.text("alpha2")
		if len(alpha2) != 2 || alpha2 != strings.ToUpper(alpha2) {
			return r.invalid("alpha2 %q is malformed; expected two capital letters", alpha2)
		}
		if b.hasCountry(alpha2) {
			return r.invalid("country %q is in the table twice; remove one of them", alpha2)
		}
		p, err := b.curatedPlace(r, cmp.Or(r.text("feature_code"), "PCLI"))
		if err != nil {
			return err
		}
		p.country = alpha2
		population, err := r.number("population", 0)
		if err != nil {
			return err
		}
		p.population = int64(population)
		for _, alias := range r.list("aliases") {
			p.add(alias, gazetteer.NameCurated|abbreviationFlag(alias))
		}
		p.addAll(r.list("demonyms"), gazetteer.NameDemonym|gazetteer.NameCurated)
		if alpha3 := r.text("alpha3"); alpha3 != "" {
			p.add(alpha3, gazetteer.NameAbbreviation)
		}
		p.addAll(countryNames(alpha2), gazetteer.NameForeign)
		b.addCodeNames(p, alpha2)
		b.insert(p)
		b.index.add(p)
		b.countries = append(b.countries, country{place: p, info: gazetteer.CountryInfo{
			Alpha2: alpha2, Alpha3: r.text("alpha3"), Name: p.name, Continent: r.text("continent"), Capital: r.text("capital"), Point: p.point,
			Aliases: r.list("aliases"), Demonyms: r.list("demonyms"), Languages: r.list("languages"),
		}})
	}
	slices.SortFunc(b.countries, func(x, y country) int { return cmp.Compare(x.info.Alpha2, y.info.Alpha2) })
	return nil
}

func (b *builder) hasCountry(alpha2 string) bool {
	return slices.ContainsFunc(b.countries, func(c country) bool { return c.info.Alpha2 == alpha2 })
}

// abbreviationFlag returns NameAbbreviation for names that differ from words only by
// their letter case: short names in capitals and short names with periods.
func abbreviationFlag(s string) gazetteer.NameFlags {
	letters := strings.NewReplacer(".", "", " ", "").Replace(s)
	if len(letters) <= 5 && ascii(letters) && letters == strings.ToUpper(letters) && letters != strings.ToLower(letters) {
		return gazetteer.NameAbbreviation
	}
	if strings.HasSuffix(s, ".") && len(letters) <= 6 {
		return gazetteer.NameAbbreviation
	}
	return 0
}

// curatedPlace returns a place from the columns that all tables of places have. It
// does not insert the place.
func (b *builder) curatedPlace(r row, feature string) (*place, error) {
	p := &place{name: r.text("name"), feature: feature, weight: -1}
	if p.name == "" {
		return nil, r.invalid("name is empty; add a name")
	}
	if err := b.claimID(r.text("id"), r); err != nil {
		return nil, err
	}
	p.setID(r.text("id"))
	point, ok, err := r.point()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, r.invalid("lat and lon are empty; add the point in degrees")
	}
	p.point = point
	p.add(p.name, gazetteer.NameMain|gazetteer.NameCurated)
	return p, nil
}

// addPlaces inserts the rows of a table of places other than countries and divisions.
func (b *builder) addPlaces(t table) error {
	for _, r := range t.rows {
		feature := r.text("feature_code")
		if feature == "" {
			return r.invalid("feature_code is empty; add a GeoNames feature code")
		}
		p, err := b.curatedPlace(r, feature)
		if err != nil {
			return err
		}
		const maxWeight = 100
		if p.weight, err = r.number("weight", maxWeight/2); err != nil {
			return err
		}
		if p.weight > maxWeight {
			return r.invalid("weight %g is too large; expected 0 to %d", p.weight, maxWeight)
		}
		p.weight /= maxWeight
		p.countries = r.list("countries")
		for _, c := range p.countries {
			if len(b.countries) > 0 && !b.hasCountry(c) {
				return r.invalid("country %q is not in the countries table; correct the code or add the country", c)
			}
		}
		if len(p.countries) == 1 {
			p.country, p.countries = p.countries[0], nil
		}
		p.admin1 = b.divisionCode(p, r.text("admin1"))
		for _, alias := range r.list("aliases") {
			p.add(alias, gazetteer.NameCurated|abbreviationFlag(alias))
		}
		p.addAll(r.list("demonyms"), gazetteer.NameDemonym|gazetteer.NameCurated)
		b.merge(p)
	}
	return nil
}

// divisionCode returns the code of the first-level division of a place: the division
// with that code or name or, for towns and spots without one, the division of the
// nearest town.
func (b *builder) divisionCode(p *place, division string) string {
	if p.country == "" {
		return ""
	}
	if b.divisions[p.country+"."+division] != nil {
		return division
	}
	for _, d := range b.index[nameKey(p.country, division)] {
		if d.class() == gazetteer.ClassAdmin1 {
			return d.admin1
		}
	}
	if !p.class().Has(gazetteer.ClassPopulated | gazetteer.ClassSpot) {
		return ""
	}
	return b.towns.admin1(p)
}

// sameRegionKM is the maximum distance in km between the points of one region in two
// tables, because the middle of a large area is not well defined.
const sameRegionKM = 300

// merge inserts a curated place, or adds its names and weight to the town, division or
// country that is the same place.
func (b *builder) merge(p *place) {
	have := b.byNumber[p.number]
	if p.id != "" {
		have = nil
	}
	if have == nil && p.class() == gazetteer.ClassPopulated {
		have = b.index.nearest(p.country, p.name, p.point, joinKM, func(o *place) bool { return o.class() == gazetteer.ClassPopulated })
	}
	if have == nil && p.class() == gazetteer.ClassRegion {
		have = b.index.nearest(p.country, p.name, p.point, sameRegionKM, func(o *place) bool {
			return o.class().Has(gazetteer.ClassAdmin1 | gazetteer.ClassCountry)
		})
	}
	if have == nil {
		b.insert(p)
		b.index.add(p)
		return
	}
	have.weight = max(have.weight, p.weight)
	for _, n := range p.names {
		have.add(n.text, n.flags&^gazetteer.NameMain|gazetteer.NameCurated)
	}
	b.index.add(have)
}

// addSpellings adds names to existing places.
func (b *builder) addSpellings(t table) error {
	for _, r := range t.rows {
		point, ok, err := r.point()
		if err != nil {
			return err
		}
		if !ok {
			return r.invalid("lat and lon are empty; add the point in degrees")
		}
		p := b.findSpelling(r, point)
		if p == nil {
			return r.invalid("no place near lat %g, lon %g in %s has the name %q or one of its aliases; correct the name or the point",
				point[1], point[0], r.text("country"), r.text("name"))
		}
		p.add(r.text("name"), gazetteer.NameCurated|gazetteer.NameEnglish)
		for _, alias := range r.list("aliases") {
			p.add(alias, gazetteer.NameCurated|abbreviationFlag(alias))
		}
		b.index.add(p)
	}
	return nil
}

// findSpelling returns the place of a row of the spellings table, or nil.
func (b *builder) findSpelling(r row, point orb.Point) *place {
	const km = 30
	town := func(p *place) bool { return p.class() == gazetteer.ClassPopulated }
	other := func(p *place) bool { return p.class()&(gazetteer.ClassAdmin1|gazetteer.ClassCountry) == 0 }
	for _, keep := range []func(*place) bool{town, other} {
		for _, name := range append([]string{r.text("name")}, r.list("aliases")...) {
			if p := b.index.nearest(r.text("country"), name, point, km, keep); p != nil {
				return p
			}
		}
	}
	return b.largestNear(r.text("country"), gazetteer.TolerantKey(r.text("name")), point)
}

// largestNear returns the largest place near point that has a name with a tolerant
// key, or nil.
func (b *builder) largestNear(country, tolerant string, point orb.Point) *place {
	if tolerant == "" {
		return nil
	}
	const km = 10
	var best *place
	for _, p := range b.places {
		if p.country != country || geo.DistanceKM(p.point, point) > km || best != nil && p.population <= best.population {
			continue
		}
		if slices.ContainsFunc(p.names, func(n name) bool { return gazetteer.TolerantKey(n.text) == tolerant }) {
			best = p
		}
	}
	return best
}

// addOutlets reads the outlets table and finds the homes.
func (b *builder) addOutlets(t table) error {
	seen := map[string]bool{}
	for _, r := range t.rows {
		domain := strings.ToLower(r.text("domain"))
		switch {
		case domain == "" || strings.ContainsAny(domain, "/: ") || strings.HasPrefix(domain, "www."):
			return r.invalid("domain %q is malformed; expected a host name without www.", domain)
		case seen[domain]:
			return r.invalid("domain %q is in the table twice; remove one of them", domain)
		case r.text("country") != "" && len(b.countries) > 0 && !b.hasCountry(r.text("country")):
			return r.invalid("country %q is not in the countries table; correct the code or add the country", r.text("country"))
		}
		seen[domain] = true
		point, ok, err := r.point()
		if err != nil {
			return err
		}
		o := outlet{info: gazetteer.Outlet{
			Domain: domain, Name: cmp.Or(r.text("name"), domain), Country: r.text("country"), Admin1: r.text("admin1"),
			Home: r.text("home"), Point: point, Scope: r.text("scope"), Lang: r.text("lang"),
		}}
		if ok && o.info.Home != "" {
			o.home = b.findSpelling(r.withName("home"), point)
		}
		b.outlets = append(b.outlets, o)
	}
	slices.SortFunc(b.outlets, func(x, y outlet) int { return cmp.Compare(x.info.Domain, y.info.Domain) })
	return nil
}

// withName returns r with the name from another column.
func (r row) withName(column string) row {
	r.cells = map[string]string{"name": r.text(column), "country": r.text("country")}
	return r
}

// findCapitals sets the capitals of the countries.
func (b *builder) findCapitals() {
	for i := range b.countries {
		c := &b.countries[i]
		if p := b.capital(c.info); p != nil {
			c.capital = p
		}
	}
}

func (b *builder) capital(c gazetteer.CountryInfo) *place {
	var best *place
	better := func(p *place) bool {
		if best == nil {
			return true
		}
		if isCapital := p.feature == "PPLC"; isCapital != (best.feature == "PPLC") {
			return isCapital
		}
		return p.population > best.population
	}
	for _, p := range b.index[nameKey(c.Alpha2, c.Capital)] {
		if p.class() == gazetteer.ClassPopulated && better(p) {
			best = p
		}
	}
	if best != nil {
		return best
	}
	for _, p := range b.places {
		if p.country == c.Alpha2 && p.feature == "PPLC" {
			return p
		}
	}
	return nil
}
