package overview

import "newsmap/geo"

// Division is a division or country that a place is in.
type Division struct {
	Name string
	ID   string // of its place; empty if the gazetteer does not have it
	// Country reports whether it is a country.
	Country bool
}

// Divisions returns the divisions and the country that a place is in, the smallest first.
// countryName is the English name of the country.
func (o *Overview) Divisions(p *geo.Place, countryName string) []Division {
	var out []Division
	add := func(name string, country bool, matches func(*geo.Place) bool) {
		if name == "" {
			return
		}
		division := Division{Name: name, Country: country}
		for _, c := range o.places.Lookup(name, 0) {
			if c.Place.ID != p.ID && c.Place.Country == p.Country && matches(&c.Place) {
				division.ID = c.Place.ID
				break
			}
		}
		out = append(out, division)
	}
	precision := p.Precision()
	if precision == geo.PrecisionCountry {
		return nil
	}
	if precision != geo.PrecisionAdmin1 {
		if p.Admin2 != p.Name && precision != geo.PrecisionAdmin2 {
			add(p.Admin2, false, func(q *geo.Place) bool { return q.Precision() == geo.PrecisionAdmin2 && q.Admin1Code == p.Admin1Code })
		}
		add(p.Admin1, false, func(q *geo.Place) bool { return q.Precision() == geo.PrecisionAdmin1 && q.Admin1Code == p.Admin1Code })
	}
	if p.Country != "" {
		add(countryName, true, func(q *geo.Place) bool { return q.Precision() == geo.PrecisionCountry })
	}
	return out
}
