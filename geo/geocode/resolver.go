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

// Resolver is a geo.Resolver that uses a Geocoder for names that Next does not resolve. It
// only requests names that recognition is confident about and that the gazetteer does not have
// in a country of the document, and only if the document names a country. It only uses results
// in one of these countries. Names that it cannot resolve in time stay unresolved. Its errors
// are those of Next.
type Resolver struct {
	Next     geo.Resolver
	Geocoder Geocoder
	Logger   *slog.Logger  // nil: nothing is logged
	MaxNames int           // maximum number of requests for a document; 0: 5
	Timeout  time.Duration // for one document; 0: 20 seconds
}

var _ geo.Resolver = (*Resolver)(nil)

const (
	defaultMaxNames = 5
	defaultPatience = 20 * time.Second
	// surely is the minimum confidence of a toponym that is requested.
	surely = 0.7
	// named is the minimum confidence of a resolved place that counts as evidence for its country.
	named        = 0.5
	maxCountries = 5
	// oneSpotKM is the distance within which two places with the same name are one place.
	// supportKM is the distance within which another place of the document is evidence for a
	// place.
	oneSpotKM = 50
	supportKM = 150
)

// Resolve implements geo.Resolver.
func (r *Resolver) Resolve(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) (*geo.Result, error) {
	result, err := r.Next.Resolve(ctx, doc, toponyms)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, cmp.Or(r.Timeout, defaultPatience))
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

// ask completes the result. It stops at the first fault, as the next request would probably
// fail too.
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
			embed(result, res, &place)
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
			locate(doc, result, name, place)
		}
	}
	return nil
}

// embed adds the country and divisions around a point that is written in the text.
func embed(result *geo.Result, res *geo.Resolution, around *Place) {
	point := *res.Place
	point.Country, point.CountryName, point.Admin1, point.Admin2 = around.Country, around.CountryName, around.Admin1, around.Admin2
	reason := geo.NewReason(geo.ReasonCountryLocated, "credit", around.credit())
	res.Place, res.Reasons = &point, append(slices.Clip(res.Reasons), reason)
	for i := range result.Locations {
		if l := &result.Locations[i]; l.Place.ID == point.ID {
			l.Place, l.Reasons = point, append(slices.Clip(l.Reasons), reason)
		}
	}
}

// countriesOf returns the countries of the places of a result, the most frequent first.
func countriesOf(result *geo.Result) []string {
	weights := map[string]float64{}
	for _, res := range result.Resolutions {
		if res.Place != nil && res.Place.Country != "" && res.Confidence >= named {
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

// unplaced is a name without a place, and its resolutions.
type unplaced struct {
	text    string
	sure    bool // whether it is confident that the name is a place
	indexes []int
}

// namesOf returns the names to request, in the order of the document. A name that is certain
// once counts everywhere in the document.
func namesOf(result *geo.Result, countries []string, most int) []*unplaced {
	if len(countries) == 0 || most <= 0 {
		return nil
	}
	var out []*unplaced
	byName := map[string]*unplaced{}
	for i, res := range result.Resolutions {
		if !wanting(&res, countries) {
			continue
		}
		key := gazetteer.Fold(res.Toponym.Text)
		name := byName[key]
		if name == nil {
			name = &unplaced{text: res.Toponym.Text}
			byName[key], out = name, append(out, name)
		}
		name.sure = name.sure || res.Toponym.Confidence >= surely
		name.indexes = append(name.indexes, i)
	}
	out = slices.DeleteFunc(out, func(n *unplaced) bool { return !n.sure })
	return out[:min(len(out), most)]
}

func wanting(res *geo.Resolution, countries []string) bool {
	t := res.Toponym
	if res.Place != nil || t.Kind != geo.KindName || !askable(t.Text) {
		return false
	}
	// If the gazetteer has candidates in these countries, the resolver had a reason not to choose them.
	return !slices.ContainsFunc(res.Candidates, func(c geo.Candidate) bool {
		return c.Match <= geo.MatchFolded && slices.Contains(countries, c.Place.Country)
	})
}

// askable reports whether text may be a name.
func askable(text string) bool {
	letters := 0
	for _, c := range text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return utf8.ValidString(text) && letters >= 2 && utf8.RuneCountInString(text) <= maxName
}

// choose returns the place to use. It returns nil if none is in the countries, or if several
// far apart are and no other place of the document is evidence for one of them.
func choose(places []Place, countries []string, result *geo.Result) *Place {
	var fit []*Place
	for i := range places {
		p := &places[i]
		if slices.Contains(countries, p.Country) && p.Confidence >= leastConfidence && p.Precision() != geo.PrecisionCountry {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	best := fit[0]
	if !slices.ContainsFunc(fit, func(p *Place) bool {
		return p.Confidence == best.Confidence && geo.DistanceKM(p.Point, best.Point) > oneSpotKM
	}) {
		return best
	}
	var supported *Place
	for _, p := range fit {
		if p.Confidence < best.Confidence || !near(p.Point, result) {
			continue
		}
		if supported != nil && geo.DistanceKM(p.Point, supported.Point) > oneSpotKM {
			return nil
		}
		supported = cmp.Or(supported, p)
	}
	return supported
}

// near reports whether a place of the document other than a division is near p.
func near(p orb.Point, result *geo.Result) bool {
	return slices.ContainsFunc(result.Resolutions, func(res geo.Resolution) bool {
		if res.Place == nil || res.Confidence < named {
			return false
		}
		switch res.Place.Precision() {
		case geo.PrecisionPoint, geo.PrecisionCity, geo.PrecisionAdmin2:
			return geo.DistanceKM(p, res.Place.Point) <= supportKM
		}
		return false
	})
}

// locate adds place to the result for all toponyms of name.
func locate(doc *geo.Document, result *geo.Result, name *unplaced, place *Place) {
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

// maxEvidence is the maximum length of a Location's evidence in code points.
const maxEvidence = 240

// evidence returns the sentence of the first toponym in the text, or the title, followed by
// the attribution. Maps and exports show this sentence, and the licence requires the
// attribution there too.
func evidence(doc *geo.Document, toponyms []geo.Toponym, located string) string {
	t := toponyms[0]
	if i := slices.IndexFunc(toponyms, func(t geo.Toponym) bool { return t.Field == geo.FieldText }); i >= 0 {
		t = toponyms[i]
	}
	credit := []rune(" (" + located + ")")
	credit = credit[:min(len(credit), maxEvidence/2)]
	room := maxEvidence - len(credit)
	sentence := ""
	if t.Field == geo.FieldText {
		sentence = text.NewIndex(doc.Text).Excerpt(t.Start, t.End, room)
	}
	if sentence == "" {
		sentence = text.Clip(text.OneLine(strings.ToValidUTF8(doc.Title, "\ufffd")), room)
	}
	return sentence + string(credit)
}
