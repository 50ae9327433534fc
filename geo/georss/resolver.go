package georss

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/text"
)

// publisherPoint is the reason for a place that was chosen by a publisher's point.
var publisherPoint = geo.NewReason(geo.ReasonPublisherPoint)

const (
	// reachKM is the maximum distance of a place from its point, as tools write the centre of
	// a district, or of a town near the village.
	reachKM = 25
	// spotKM is the maximum distance of the populated place that is used for a point near
	// which the text names no place.
	spotKM = 10
	// aroundKM is the maximum distance of the place whose country is used for a point.
	aroundKM = 50
	// maxPoints is the maximum number of points of a document that are used.
	maxPoints = 20
	// maxCandidates is the maximum number of candidates of a name that are compared.
	maxCandidates = 200
	// confidence is the confidence of a place that was chosen by a publisher's point.
	confidence = 0.9
	// unsure is the confidence below which a toponym that was not resolved stays unresolved.
	unsure = 0.3
)

// Gazetteer finds the places near points.
type Gazetteer interface {
	geo.Gazetteer
	// Nearest returns the populated place nearest to p (lon, lat in degrees) within maxKM
	// kilometres, and whether there is one.
	Nearest(p orb.Point, maxKM float64) (geo.Place, bool)
}

// Resolver is a geo.Resolver that corrects the result of Next with the points of a document.
// It does not change documents without points. It is safe for concurrent use if Next and the
// gazetteer are.
type Resolver struct {
	Next      geo.Resolver
	Gazetteer Gazetteer
}

var _ geo.Resolver = (*Resolver)(nil)

// Resolve implements geo.Resolver. Its errors are those of Next.
func (r *Resolver) Resolve(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) (*geo.Result, error) {
	result, err := r.Next.Resolve(ctx, doc, toponyms)
	if err != nil || len(doc.Points) == 0 {
		return result, err
	}
	spots := r.spots(doc.Points)
	if len(spots) == 0 {
		return result, nil
	}
	c := &correction{gazetteer: r.Gazetteer, doc: doc, result: result, spots: spots, known: map[string][]geo.Candidate{}}
	for i := range result.Resolutions {
		c.resolve(i)
	}
	c.focus()
	return result, nil
}

// spot is a point of the publisher and its surroundings.
type spot struct {
	point  orb.Point
	near   geo.Place // populated place within aroundKM
	inside bool      // whether there is such a place
}

// spots returns the points that are used.
func (r *Resolver) spots(points []geo.Coordinate) (out []*spot) {
	for _, p := range points[:min(len(points), maxPoints)] {
		if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) || p.Lat == 0 && p.Lon == 0 {
			continue
		}
		if slices.ContainsFunc(out, func(s *spot) bool { return s.point == p.Point() }) {
			continue
		}
		s := &spot{point: p.Point()}
		s.near, s.inside = r.Gazetteer.Nearest(s.point, aroundKM)
		out = append(out, s)
	}
	return out
}

// agreement is how well a place agrees with a point, best first.
type agreement int

const (
	within agreement = iota // within reachKM of the point
	beside                  // in the same second-level division
	around                  // an area that contains it
	none
)

func (s *spot) agrees(p *geo.Place) agreement {
	switch p.Precision() {
	case geo.PrecisionAdmin2, geo.PrecisionAdmin1, geo.PrecisionCountry:
		if s.inside && gazetteer.Contains(*p, s.near) {
			return around
		}
		return none
	case geo.PrecisionPoint, geo.PrecisionCity:
		if s.inside && p.Country == s.near.Country && p.Admin1Code == s.near.Admin1Code && p.Admin2 != "" && p.Admin2 == s.near.Admin2 &&
			geo.DistanceKM(s.point, p.Point) > reachKM {
			return beside
		}
	}
	if geo.DistanceKM(s.point, p.Point) <= reachKM {
		return within
	}
	return none
}

// correction is the state of correcting a document.
type correction struct {
	gazetteer Gazetteer
	doc       *geo.Document
	result    *geo.Result
	spots     []*spot
	known     map[string][]geo.Candidate // by name
}

func (c *correction) agrees(p *geo.Place) agreement {
	best := none
	for _, s := range c.spots {
		best = min(best, s.agrees(p))
	}
	return best
}

// resolve corrects one toponym.
func (c *correction) resolve(i int) {
	res := &c.result.Resolutions[i]
	if res.Toponym.Kind == geo.KindCoordinate {
		return
	}
	if res.Place != nil {
		if how := c.agrees(res.Place); how != none {
			if how == within {
				c.confirm(res)
			}
			return
		}
	} else if res.Toponym.Confidence > 0 && res.Toponym.Confidence < unsure {
		return
	}
	best := c.best(res.Toponym.Text)
	if best == nil || c.qualified(i, &best.Place) {
		return
	}
	c.move(res, best)
}

// confirm raises the confidence of a place that agrees with a point.
func (c *correction) confirm(res *geo.Resolution) {
	res.Confidence = max(res.Confidence, trust(&res.Toponym))
	res.Reasons = withReason(res.Reasons)
	if l := c.location(res.Place.ID); l != nil {
		l.Confidence, l.Reasons = max(l.Confidence, res.Confidence), withReason(l.Reasons)
	}
}

// trust returns the confidence of a toponym's place that was chosen by a point.
func trust(t *geo.Toponym) float64 {
	if t.Confidence == 0 {
		return confidence
	}
	return confidence * max(t.Confidence, 0.5)
}

func withReason(reasons []geo.Reason) []geo.Reason {
	if slices.ContainsFunc(reasons, publisherPoint.Equal) {
		return reasons
	}
	return append([]geo.Reason{publisherPoint}, reasons...)
}

// best returns the candidate of a name that agrees best with a point, or nil if none agrees.
func (c *correction) best(name string) *geo.Candidate {
	candidates, looked := c.known[name]
	if !looked {
		candidates = c.gazetteer.Lookup(name, maxCandidates)
		c.known[name] = candidates
	}
	var best *geo.Candidate
	least := none
	for i := range candidates {
		k := &candidates[i]
		if k.Match == geo.MatchEdit {
			continue
		}
		// The gazetteer returns the best known first, which is preferred among equals.
		if how := c.agrees(&k.Place); how < least {
			best, least = k, how
		}
	}
	return best
}

// qualified reports whether the text after the toponym says that it is not place: "Paris,
// France" is in France wherever the point is.
func (c *correction) qualified(i int, place *geo.Place) bool {
	if i+1 >= len(c.result.Resolutions) {
		return false
	}
	res, next := &c.result.Resolutions[i], &c.result.Resolutions[i+1]
	return res.Place != nil && next.Place != nil && res.Toponym.Field == next.Toponym.Field && next.Toponym.Start-res.Toponym.End <= 2 &&
		gazetteer.Contains(*next.Place, *res.Place) && !gazetteer.Contains(*next.Place, *place)
}

// move changes the place of a toponym.
func (c *correction) move(res *geo.Resolution, to *geo.Candidate) {
	evidence, at := c.take(res), len(c.result.Locations)
	if evidence.at >= 0 {
		at = evidence.at
	}
	place := to.Place
	res.Place, res.Confidence, res.Reasons = &place, trust(&res.Toponym), []geo.Reason{publisherPoint}
	chosen := *to
	chosen.Score = res.Confidence
	res.Candidates = slices.Insert(slices.DeleteFunc(slices.Clone(res.Candidates), func(k geo.Candidate) bool { return k.Place.ID == place.ID }), 0, chosen)
	if l := c.location(place.ID); l != nil {
		l.Toponyms = append(l.Toponyms, res.Toponym)
		l.Confidence, l.Reasons = max(l.Confidence, res.Confidence), withReason(l.Reasons)
		return
	}
	c.result.Locations = slices.Insert(c.result.Locations, at, geo.Location{
		Place: place, Role: roleOf(res.Toponym), Precision: place.Precision(), Confidence: res.Confidence, Toponyms: []geo.Toponym{res.Toponym},
		Evidence: cmp.Or(evidence.sentence, sentence(c.doc, res.Toponym)), Reasons: []geo.Reason{publisherPoint}, Candidates: res.Candidates,
	})
}

func roleOf(t geo.Toponym) geo.Role {
	if t.Kind == geo.KindDateline {
		return geo.RoleDateline
	}
	return geo.RoleMention
}

// taken is a location from which a toponym was removed.
type taken struct {
	at       int // its former index if it was removed from the list, otherwise -1
	sentence string
}

// take removes a toponym from its location.
func (c *correction) take(res *geo.Resolution) taken {
	if res.Place == nil {
		return taken{at: -1}
	}
	for i := range c.result.Locations {
		l := &c.result.Locations[i]
		if l.Place.ID != res.Place.ID {
			continue
		}
		t := res.Toponym
		l.Toponyms = slices.DeleteFunc(slices.Clone(l.Toponyms), func(o geo.Toponym) bool { return o.Field == t.Field && o.Start == t.Start })
		if len(l.Toponyms) > 0 {
			return taken{at: -1}
		}
		out := taken{i, l.Evidence}
		c.result.Locations = slices.Delete(c.result.Locations, i, i+1)
		return out
	}
	return taken{at: -1}
}

func (c *correction) location(id string) *geo.Location {
	for i := range c.result.Locations {
		if c.result.Locations[i].Place.ID == id {
			return &c.result.Locations[i]
		}
	}
	return nil
}

// focus makes the places at the points the focus: the named place that was the focus before,
// or the first named place, and the points without a name.
func (c *correction) focus() {
	var named, unnamed []string
	for _, s := range c.spots {
		if l := c.nearest(s); l != nil {
			l.Reasons = withReason(l.Reasons)
			named = append(named, l.Place.ID)
			continue
		}
		l := c.unnamed(s)
		unnamed = append(unnamed, l.Place.ID)
		c.result.Locations = append(c.result.Locations, l)
	}
	focus := c.result.Focus
	if len(named) == 0 {
		focus = unnamed[0]
	} else if !slices.Contains(named, focus) {
		i := slices.IndexFunc(c.result.Locations, func(l geo.Location) bool { return slices.Contains(named, l.Place.ID) })
		focus = c.result.Locations[i].Place.ID
	}
	c.result.Focus = focus
	for i := range c.result.Locations {
		l := &c.result.Locations[i]
		switch {
		case l.Place.ID == focus || slices.Contains(unnamed, l.Place.ID):
			l.Role = geo.RoleFocus
		case l.Role == geo.RoleFocus:
			l.Role = geo.RoleMention
			if !slices.ContainsFunc(l.Toponyms, func(t geo.Toponym) bool { return t.Kind != geo.KindDateline }) {
				l.Role = geo.RoleDateline
			}
		}
	}
	slices.SortStableFunc(c.result.Locations, func(a, b geo.Location) int { return cmp.Compare(rank(&a, focus), rank(&b, focus)) })
}

func rank(l *geo.Location, focus string) int {
	switch {
	case l.Place.ID == focus:
		return 0
	case l.Role == geo.RoleFocus:
		return 1
	}
	return 2
}

// nearest returns the named place that is nearest to a point, or nil if none is near.
func (c *correction) nearest(s *spot) (best *geo.Location) {
	least := math.Inf(1)
	for i := range c.result.Locations {
		l := &c.result.Locations[i]
		switch l.Precision {
		case geo.PrecisionPoint, geo.PrecisionCity:
			if km := geo.DistanceKM(s.point, l.Place.Point); km <= reachKM && km < least {
				best, least = l, km
			}
		}
	}
	return best
}

// unnamed returns the location for a point near which the text names no place.
func (c *correction) unnamed(s *spot) geo.Location {
	l := geo.Location{
		Role:       geo.RoleFocus,
		Confidence: confidence,
		Reasons:    []geo.Reason{publisherPoint},
		Evidence:   text.Clip(text.OneLine(c.doc.Title), maxEvidence),
	}
	if near, ok := c.gazetteer.Nearest(s.point, spotKM); ok {
		l.Place = near
		l.Reasons = append(l.Reasons, geo.NewReason(geo.ReasonNearestPlace, "km", fmt.Sprintf("%.0f", geo.DistanceKM(s.point, near.Point))))
	} else {
		l.Place = geo.Place{ID: fmt.Sprintf("point:%.5f,%.5f", s.point.Lat(), s.point.Lon()), Name: written(s.point), Point: s.point}
		if s.inside {
			l.Place.Country, l.Place.CountryName = s.near.Country, s.near.CountryName
			l.Place.Admin1Code, l.Place.Admin1, l.Place.Admin2 = s.near.Admin1Code, s.near.Admin1, s.near.Admin2
		}
	}
	l.Precision = l.Place.Precision()
	return l
}

// written formats a point for people: "18.14° S, 178.44° E".
func written(p orb.Point) string {
	ns, ew := "N", "E"
	if p.Lat() < 0 {
		ns = "S"
	}
	if p.Lon() < 0 {
		ew = "W"
	}
	return fmt.Sprintf("%.2f° %s, %.2f° %s", math.Abs(p.Lat()), ns, math.Abs(p.Lon()), ew)
}

// maxEvidence is the maximum length of a Location's evidence in code points.
const maxEvidence = 240

// sentence returns the sentence around a toponym.
func sentence(doc *geo.Document, t geo.Toponym) string {
	field := doc.Text
	if t.Field == geo.FieldTitle {
		field = doc.Title
	}
	return text.NewIndex(field).Excerpt(t.Start, t.End, maxEvidence)
}
