package geocode

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/text"

	"github.com/paulmach/orb"
)

// Resolver is a geo.Resolver that asks a Geocoder for the names to which Next finds no
// place. It asks only if the document names a country, and only for names that very
// likely are place names and that the gazetteer does not have in the countries of the
// document. It accepts only places in those countries. Names that the Geocoder does not
// find, or not in time, stay without a place. Resolve returns only errors of Next and
// of its context.
type Resolver struct {
	Next     geo.Resolver
	Geocoder Geocoder
	Logger   *slog.Logger  // nil: nothing is logged
	MaxNames int           // maximum number of requests for one document; 0: 5
	Timeout  time.Duration // of all requests for one document; 0: 20 seconds
}

var _ geo.Resolver = (*Resolver)(nil)

const (
	defaultMaxNames        = 5
	defaultResolverTimeout = 20 * time.Second
	// minToponymConfidence is the least confidence of a toponym, that it names a place
	// at all, for which the Geocoder is asked.
	minToponymConfidence = 0.7
	// minPlaceConfidence is the least confidence of a resolved place whose country counts
	// as a country of the document.
	minPlaceConfidence = 0.5
	maxCountries       = 5
	// Two places with the same name count as one up to samePlaceKM kilometres apart. A
	// place of the document supports an ambiguous place up to supportKM kilometres away.
	samePlaceKM = 50
	supportKM   = 150
)

// Resolve implements geo.Resolver.
func (r *Resolver) Resolve(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) (*geo.Result, error) {
	result, err := r.Next.Resolve(ctx, doc, toponyms)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, cmp.Or(r.Timeout, defaultResolverTimeout))
	defer cancel()
	if err := r.ask(within, doc, result); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if r.Logger != nil {
			r.Logger.WarnContext(ctx, "online geocoder failed", "error", err)
		}
	}
	return result, nil
}

// ask adds the places that the Geocoder finds to the result. It stops at the first
// failure, because the requests after it would probably fail as well.
func (r *Resolver) ask(ctx context.Context, doc *geo.Document, result *geo.Result) error {
	left := cmp.Or(r.MaxNames, defaultMaxNames)
	for i := range result.Resolutions {
		res := &result.Resolutions[i]
		if res.Toponym.Kind != geo.KindCoordinate || res.Place == nil || res.Place.Country != "" || left == 0 {
			continue
		}
		left--
		place, err := r.Geocoder.Reverse(ctx, res.Place.Point)
		switch {
		case err == nil:
			addCountry(result, res, &place)
		case !errors.Is(err, geo.ErrNotFound):
			return err
		}
	}
	countries := countriesOf(result)
	for _, name := range namesOf(result, countries, left) {
		places, err := r.Geocoder.Geocode(ctx, name.text, countries)
		switch {
		case errors.Is(err, geo.ErrNotFound), errors.Is(err, geo.ErrInvalid):
			continue
		case err != nil:
			return err
		}
		if place := choose(places, countries, result); place != nil {
			addPlace(doc, result, name, place)
		}
	}
	return nil
}

// addCountry adds the country and the divisions of surrounding to the place of res, which
// is a pair of coordinates in the text.
func addCountry(result *geo.Result, res *geo.Resolution, surrounding *Place) {
	point := *res.Place
	point.Country, point.CountryName, point.Admin1, point.Admin2 = surrounding.Country, surrounding.CountryName, surrounding.Admin1, surrounding.Admin2
	reason := geo.NewReason(geo.ReasonCountryLocated, "credit", surrounding.credit())
	res.Place, res.Reasons = &point, append(slices.Clip(res.Reasons), reason)
	for i := range result.Locations {
		if l := &result.Locations[i]; l.Place.ID == point.ID {
			l.Place, l.Reasons = point, append(slices.Clip(l.Reasons), reason)
		}
	}
}

// countriesOf returns the countries of the places of a result, at most maxCountries, by
// decreasing total confidence of their places.
func countriesOf(result *geo.Result) []string {
	weights := map[string]float64{}
	for _, res := range result.Resolutions {
		if res.Place != nil && res.Place.Country != "" && res.Confidence >= minPlaceConfidence {
			weights[res.Place.Country] += res.Confidence
		}
	}
	var out []string
	for country := range weights {
		out = append(out, country)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b)) })
	return out[:min(len(out), maxCountries)]
}

// unresolvedName is a name without a place and the indexes of its resolutions.
type unresolvedName struct {
	text    string
	sure    bool // it very likely is a place name
	indexes []int
}

// namesOf returns the names to ask for, at most limit, in the order of the document. If
// one occurrence of a name very likely is a place name, all its occurrences are included.
func namesOf(result *geo.Result, countries []string, limit int) []*unresolvedName {
	if len(countries) == 0 || limit <= 0 {
		return nil
	}
	var out []*unresolvedName
	byName := map[string]*unresolvedName{}
	for i, res := range result.Resolutions {
		if !needsGeocoding(&res, countries) {
			continue
		}
		key := gazetteer.Fold(res.Toponym.Text)
		name := byName[key]
		if name == nil {
			name = &unresolvedName{text: res.Toponym.Text}
			byName[key], out = name, append(out, name)
		}
		name.sure = name.sure || res.Toponym.Confidence >= minToponymConfidence
		name.indexes = append(name.indexes, i)
	}
	out = slices.DeleteFunc(out, func(n *unresolvedName) bool { return !n.sure })
	return out[:min(len(out), limit)]
}

// needsGeocoding reports whether res is a name without a place that the gazetteer does
// not have in countries.
func needsGeocoding(res *geo.Resolution, countries []string) bool {
	t := res.Toponym
	if res.Place != nil || t.Kind != geo.KindName || !plausibleName(t.Text) {
		return false
	}
	// If the gazetteer has the name there, the resolver had a reason to reject it.
	return !slices.ContainsFunc(res.Candidates, func(c geo.Candidate) bool {
		return c.Match <= geo.MatchFolded && slices.Contains(countries, c.Place.Country)
	})
}

// plausibleName reports whether text can be a place name.
func plausibleName(text string) bool {
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return utf8.ValidString(text) && letters >= 2 && utf8.RuneCountInString(text) <= maxName
}

// choose returns the place to accept. It returns nil if no place is in countries, or if
// several that are far apart are and no other place of the document supports just one.
func choose(places []Place, countries []string, result *geo.Result) *Place {
	var acceptable []*Place
	for i := range places {
		p := &places[i]
		if slices.Contains(countries, p.Country) && p.Confidence >= minConfidence && p.Precision() != geo.PrecisionCountry {
			acceptable = append(acceptable, p)
		}
	}
	if len(acceptable) == 0 {
		return nil
	}
	best := acceptable[0]
	if !slices.ContainsFunc(acceptable, func(p *Place) bool {
		return p.Confidence == best.Confidence && geo.DistanceKM(p.Point, best.Point) > samePlaceKM
	}) {
		return best
	}
	var supported *Place
	for _, p := range acceptable {
		if p.Confidence < best.Confidence || !nearResolved(p.Point, result) {
			continue
		}
		if supported != nil && geo.DistanceKM(p.Point, supported.Point) > samePlaceKM {
			return nil
		}
		supported = cmp.Or(supported, p)
	}
	return supported
}

// nearResolved reports whether p is within supportKM of a place of the document that is
// smaller than a first-level division.
func nearResolved(p orb.Point, result *geo.Result) bool {
	return slices.ContainsFunc(result.Resolutions, func(res geo.Resolution) bool {
		if res.Place == nil || res.Confidence < minPlaceConfidence {
			return false
		}
		switch res.Place.Precision() {
		case geo.PrecisionPoint, geo.PrecisionCity, geo.PrecisionAdmin2:
			return geo.DistanceKM(p, res.Place.Point) <= supportKM
		}
		return false
	})
}

// addPlace sets the place of all toponyms of name and adds it to the locations.
func addPlace(doc *geo.Document, result *geo.Result, name *unresolvedName, place *Place) {
	reason := geo.NewReason(geo.ReasonLocated, "credit", place.credit())
	var toponyms []geo.Toponym
	var confidence float64
	for _, i := range name.indexes {
		res := &result.Resolutions[i]
		own := place.Place
		res.Place, res.Confidence, res.Reasons = &own, place.Confidence*res.Toponym.Confidence, []geo.Reason{reason}
		confidence = max(confidence, res.Confidence)
		toponyms = append(toponyms, res.Toponym)
	}
	for i := range result.Locations {
		l := &result.Locations[i]
		if l.Place.ID == place.ID {
			l.Toponyms = append(l.Toponyms, toponyms...)
			l.Confidence = max(l.Confidence, confidence)
			return
		}
	}
	result.Locations = append(result.Locations, geo.Location{
		Place: place.Place, Role: geo.RoleMention, Precision: place.Precision(), Confidence: confidence,
		Toponyms: toponyms, Evidence: evidence(doc, toponyms, place.Credit()), Reasons: []geo.Reason{reason},
	})
}

// maxEvidence is the maximum length of the evidence of a Location, in code points.
const maxEvidence = 240

// evidence returns the sentence with the first toponym in the text, or the title if no
// toponym is in the text, followed by credit in parentheses. Maps and exports show the
// evidence, and the licence requires the credit there too.
func evidence(doc *geo.Document, toponyms []geo.Toponym, credit string) string {
	t := toponyms[0]
	if i := slices.IndexFunc(toponyms, func(t geo.Toponym) bool { return t.Field == geo.FieldText }); i >= 0 {
		t = toponyms[i]
	}
	suffix := []rune(" (" + credit + ")")
	suffix = suffix[:min(len(suffix), maxEvidence/2)]
	room := maxEvidence - len(suffix)
	sentence := ""
	if t.Field == geo.FieldText {
		sentence = text.NewIndex(doc.Text).Excerpt(t.Start, t.End, room)
	}
	if sentence == "" {
		sentence = text.Clip(text.OneLine(strings.ToValidUTF8(doc.Title, "\ufffd")), room)
	}
	return sentence + string(suffix)
}
