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
	// reachKM is the maximum distance between a place and its point. It is not small, as some
	// tools write the centre of the district, or a town near the village.
	reachKM = 25
	// unnamedKM is the maximum distance of the populated place that is used for a point near
	// which the text names no place.
	unnamedKM = 10
	// divisionKM is the maximum distance of the populated place whose country and divisions
	// are used for a point.
	divisionKM = 50
	// maxPoints is the maximum number of points of a document that are used.
	maxPoints = 20
	// maxCandidates is the maximum number of candidates of a name that are compared.
	maxCandidates = 200
	// confidence is the confidence of a place that was chosen by a publisher's point.
	confidence = 0.9
	// minConfidence is the minimum confidence of a toponym without a place that a point can
	// resolve.
	minConfidence = 0.3
)

// Gazetteer looks up names, and the populated places near points.
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
	points := r.usable(doc.Points)
	if len(points) == 0 {
		return result, nil
	}
	c := &correction{gazetteer: r.Gazetteer, doc: doc, result: result, points: points, candidates: map[string][]geo.Candidate{}}
	for i := range result.Resolutions {
		c.resolve(i)
	}
	c.focus()
	return result, nil
}

// pointContext is a point of the publisher with the populated place nearest to it.
type pointContext struct {
	point   orb.Point
	near    geo.Place // within divisionKM
	hasNear bool      // whether there is such a place
}

// usable returns the distinct valid points, of the first maxPoints.
func (r *Resolver) usable(points []geo.Coordinate) (out []*pointContext) {
	for _, p := range points[:min(len(points), maxPoints)] {
		if !(math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180) || p.Lat == 0 && p.Lon == 0 {
			continue
		}
		if slices.ContainsFunc(out, func(c *pointContext) bool { return c.point == p.Point() }) {
			continue
		}
		c := &pointContext{point: p.Point()}
		c.near, c.hasNear = r.Gazetteer.Nearest(c.point, divisionKM)
		out = append(out, c)
	}
	return out
}

// agreement is how well a place agrees with a point, best first.
type agreement int

const (
	withinReach    agreement = iota // within reachKM of the point
	sameDivision                    // farther away, in the same second-level division
	containingArea                  // an area that contains the point
	noAgreement
)

func (c *pointContext) agrees(p *geo.Place) agreement {
	switch p.Precision() {
	case geo.PrecisionAdmin2, geo.PrecisionAdmin1, geo.PrecisionCountry:
		if c.hasNear && gazetteer.Contains(*p, c.near) {
			return containingArea
		}
		return noAgreement
	case geo.PrecisionPoint, geo.PrecisionCity:
		if c.hasNear && p.Country == c.near.Country && p.Admin1Code == c.near.Admin1Code && p.Admin2 != "" && p.Admin2 == c.near.Admin2 &&
			geo.DistanceKM(c.point, p.Point) > reachKM {
			return sameDivision
		}
	}
	if geo.DistanceKM(c.point, p.Point) <= reachKM {
		return withinReach
	}
	return noAgreement
}

// correction corrects the result of one document.
type correction struct {
	gazetteer  Gazetteer
	doc        *geo.Document
	result     *geo.Result
	points     []*pointContext
	candidates map[string][]geo.Candidate // by name, so that each name is looked up once
}

func (c *correction) agrees(p *geo.Place) agreement {
	best := noAgreement
	for _, point := range c.points {
		best = min(best, point.agrees(p))
	}
	return best
}

// resolve corrects the place of one toponym, by its index.
func (c *correction) resolve(i int) {
	res := &c.result.Resolutions[i]
	if res.Toponym.Kind == geo.KindCoordinate {
		return
	}
	if res.Place != nil {
		if a := c.agrees(res.Place); a != noAgreement {
			if a == withinReach {
				c.confirm(res)
			}
			return
		}
	} else if res.Toponym.Confidence > 0 && res.Toponym.Confidence < minConfidence {
		return
	}
	best := c.best(res.Toponym.Text)
	if best == nil || c.excludedByText(i, &best.Place) {
		return
	}
	c.replacePlace(res, best)
}

// confirm raises the confidence of a place that agrees with a point.
func (c *correction) confirm(res *geo.Resolution) {
	res.Confidence = max(res.Confidence, confidenceOf(&res.Toponym))
	res.Reasons = withReason(res.Reasons)
	if l := c.location(res.Place.ID); l != nil {
		l.Confidence, l.Reasons = max(l.Confidence, res.Confidence), withReason(l.Reasons)
	}
}

// confidenceOf returns the confidence of a toponym's place that was chosen by a point.
func confidenceOf(t *geo.Toponym) float64 {
	if t.Confidence == 0 {
		return confidence
	}
	return confidence * max(t.Confidence, 0.5)
}

// withReason returns reasons with publisherPoint first, unless they contain it.
func withReason(reasons []geo.Reason) []geo.Reason {
	if slices.ContainsFunc(reasons, publisherPoint.Equal) {
		return reasons
	}
	return append([]geo.Reason{publisherPoint}, reasons...)
}

// best returns the candidate of a name that agrees best with a point, or nil if none agrees.
func (c *correction) best(name string) *geo.Candidate {
	candidates, ok := c.candidates[name]
	if !ok {
		candidates = c.gazetteer.Lookup(name, maxCandidates)
		c.candidates[name] = candidates
	}
	var best *geo.Candidate
	bestAgreement := noAgreement
	for i := range candidates {
		k := &candidates[i]
		if k.Match == geo.MatchEdit {
			continue
		}
		// The gazetteer returns the best-known place first, so the first of equals wins.
		if a := c.agrees(&k.Place); a < bestAgreement {
			best, bestAgreement = k, a
		}
	}
	return best
}

// excludedByText reports whether the name after toponym i excludes place: "Paris, France" is
// in France wherever the point is.
func (c *correction) excludedByText(i int, place *geo.Place) bool {
	if i+1 >= len(c.result.Resolutions) {
		return false
	}
	res, next := &c.result.Resolutions[i], &c.result.Resolutions[i+1]
	return res.Place != nil && next.Place != nil && res.Toponym.Field == next.Toponym.Field && next.Toponym.Start-res.Toponym.End <= 2 &&
		gazetteer.Contains(*next.Place, *res.Place) && !gazetteer.Contains(*next.Place, *place)
}

// replacePlace changes the place of a resolution, and moves its toponym to the location of the
// new place.
func (c *correction) replacePlace(res *geo.Resolution, to *geo.Candidate) {
	old, at := c.detach(res), len(c.result.Locations)
	if old.index >= 0 {
		at = old.index
	}
	place := to.Place
	res.Place, res.Confidence, res.Reasons = &place, confidenceOf(&res.Toponym), []geo.Reason{publisherPoint}
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
		Evidence: cmp.Or(old.sentence, sentence(c.doc, res.Toponym)), Reasons: []geo.Reason{publisherPoint}, Candidates: res.Candidates,
	})
}

func roleOf(t geo.Toponym) geo.Role {
	if t.Kind == geo.KindDateline {
		return geo.RoleDateline
	}
	return geo.RoleMention
}

// removedLocation is a location that was removed together with its last toponym.
type removedLocation struct {
	index    int    // its former index, or -1 if no location was removed
	sentence string // its Evidence
}

// detach removes the toponym of a resolution from its location, and the location if it has no
// other toponym.
func (c *correction) detach(res *geo.Resolution) removedLocation {
	if res.Place == nil {
		return removedLocation{index: -1}
	}
	for i := range c.result.Locations {
		l := &c.result.Locations[i]
		if l.Place.ID != res.Place.ID {
			continue
		}
		t := res.Toponym
		l.Toponyms = slices.DeleteFunc(slices.Clone(l.Toponyms), func(o geo.Toponym) bool { return o.Field == t.Field && o.Start == t.Start })
		if len(l.Toponyms) > 0 {
			return removedLocation{index: -1}
		}
		out := removedLocation{i, l.Evidence}
		c.result.Locations = slices.Delete(c.result.Locations, i, i+1)
		return out
	}
	return removedLocation{index: -1}
}

// location returns the location of a place by id, or nil if there is none.
func (c *correction) location(id string) *geo.Location {
	for i := range c.result.Locations {
		if c.result.Locations[i].Place.ID == id {
			return &c.result.Locations[i]
		}
	}
	return nil
}

// focus makes a place at a point the focus of the story: the present focus if it is at a point,
// otherwise the first named place at a point, otherwise the first point without a name. All
// points without a name get the role focus.
func (c *correction) focus() {
	var named, unnamed []string
	for _, point := range c.points {
		if l := c.nearest(point); l != nil {
			l.Reasons = withReason(l.Reasons)
			named = append(named, l.Place.ID)
			continue
		}
		l := c.unnamed(point)
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

// rank sorts the focus first, then the other locations with that role.
func rank(l *geo.Location, focus string) int {
	switch {
	case l.Place.ID == focus:
		return 0
	case l.Role == geo.RoleFocus:
		return 1
	}
	return 2
}

// nearest returns the named place that is nearest to a point, or nil if none is within reachKM.
func (c *correction) nearest(p *pointContext) (best *geo.Location) {
	bestKM := math.Inf(1)
	for i := range c.result.Locations {
		l := &c.result.Locations[i]
		switch l.Precision {
		case geo.PrecisionPoint, geo.PrecisionCity:
			if km := geo.DistanceKM(p.point, l.Place.Point); km <= reachKM && km < bestKM {
				best, bestKM = l, km
			}
		}
	}
	return best
}

// unnamed returns the location for a point near which the text names no place.
func (c *correction) unnamed(p *pointContext) geo.Location {
	l := geo.Location{
		Role:       geo.RoleFocus,
		Confidence: confidence,
		Reasons:    []geo.Reason{publisherPoint},
		Evidence:   text.Clip(text.OneLine(c.doc.Title), maxEvidence),
	}
	if near, ok := c.gazetteer.Nearest(p.point, unnamedKM); ok {
		l.Place = near
		l.Reasons = append(l.Reasons, geo.NewReason(geo.ReasonNearestPlace, "km", fmt.Sprintf("%.0f", geo.DistanceKM(p.point, near.Point))))
	} else {
		l.Place = geo.Place{ID: fmt.Sprintf("point:%.5f,%.5f", p.point.Lat(), p.point.Lon()), Name: pointName(p.point), Point: p.point}
		if p.hasNear {
			l.Place.Country, l.Place.CountryName = p.near.Country, p.near.CountryName
			l.Place.Admin1Code, l.Place.Admin1, l.Place.Admin2 = p.near.Admin1Code, p.near.Admin1, p.near.Admin2
		}
	}
	l.Precision = l.Place.Precision()
	return l
}

// pointName formats a point (lon, lat in degrees) for people: "18.14° S, 178.44° E".
func pointName(p orb.Point) string {
	ns, ew := "N", "E"
	if p.Lat() < 0 {
		ns = "S"
	}
	if p.Lon() < 0 {
		ew = "W"
	}
	return fmt.Sprintf("%.2f° %s, %.2f° %s", math.Abs(p.Lat()), ns, math.Abs(p.Lon()), ew)
}

// maxEvidence is the maximum length of a Location's Evidence in code points.
const maxEvidence = 240

// sentence returns the sentence around a toponym.
func sentence(doc *geo.Document, t geo.Toponym) string {
	field := doc.Text
	if t.Field == geo.FieldTitle {
		field = doc.Title
	}
	return text.NewIndex(field).Excerpt(t.Start, t.End, maxEvidence)
}
