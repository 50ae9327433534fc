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

// publisherPoint is the reason for a place that a publisher's point decided on.
var publisherPoint = geo.NewReason(geo.ReasonPublisherPoint)

const (
	// reachKM is how far from a point a place may lie that it stands for: tools
	// give the middle of a district, or a town's for a village beside it.
	reachKM = 25
	// spotKM is how near a populated place must be to stand for a point at which
	// the text names nothing.
	spotKM = 10
	// aroundKM is how far the place may be that tells the country of a point.
	aroundKM = 50
	// maxPoints bounds the points of one document that are looked at.
	maxPoints = 20
	// maxCandidates bounds the candidates of a name that are looked at.
	maxCandidates = 200
	// confidence is that of a place which the publisher's point decided on.
	confidence = 0.9
	// unsure is the confidence, that it names a place at all, below which a
	// toponym that resolution left alone stays alone.
	unsure = 0.3
)

// Gazetteer is what the points are looked up in.
type Gazetteer interface {
	geo.Gazetteer
	// Nearest gives the populated place nearest to p (lon, lat in degrees)
	// within maxKM kilometres, and whether there is one.
	Nearest(p orb.Point, maxKM float64) (geo.Place, bool)
}

// Resolver is a geo.Resolver that has the points of a document correct what Next
// makes of it. A document without points passes it by. It is safe for concurrent
// use if Next and the gazetteer are.
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

// spot is one point of the publisher and what lies around it.
type spot struct {
	point  orb.Point
	near   geo.Place // populated place within aroundKM
	inside bool      // whether there is one
}

// spots are the points that are evidence.
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

// agreement is how well a place fits a point, best first.
type agreement int

const (
	within agreement = iota // reach of the point
	beside                  // in the same second-level division
	around                  // an area that holds it
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

// correction is one document on its way.
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

// resolve lets the points decide on one toponym.
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

// confirm says that the guess is the publisher's too.
func (c *correction) confirm(res *geo.Resolution) {
	res.Confidence = max(res.Confidence, trust(&res.Toponym))
	res.Reasons = withReason(res.Reasons)
	if l := c.location(res.Place.ID); l != nil {
		l.Confidence, l.Reasons = max(l.Confidence, res.Confidence), withReason(l.Reasons)
	}
}

// trust is the confidence of a toponym's place that a point decided on.
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

// best is the candidate of a name that agrees best with a point, nil if none does.
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
		// The gazetteer gives the best known first, which stays among equals.
		if how := c.agrees(&k.Place); how < least {
			best, least = k, how
		}
	}
	return best
}

// qualified tells whether the text says behind the toponym that it lies elsewhere
// than place: "Paris, France" stays there wherever the point is.
func (c *correction) qualified(i int, place *geo.Place) bool {
	if i+1 >= len(c.result.Resolutions) {
		return false
	}
	res, next := &c.result.Resolutions[i], &c.result.Resolutions[i+1]
	return res.Place != nil && next.Place != nil && res.Toponym.Field == next.Toponym.Field && next.Toponym.Start-res.Toponym.End <= 2 &&
		gazetteer.Contains(*next.Place, *res.Place) && !gazetteer.Contains(*next.Place, *place)
}

// move gives a toponym another place.
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

// taken is what is left of a location whose last toponym went.
type taken struct {
	at       int // its place in the list, -1 if it still stands
	sentence string
}

// take removes a toponym from the location that it had.
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

// focus makes what lies at the points what the story is about: the named place
// that was so before, else the first named there, and whatever no name stands for.
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

// nearest is the named place that a point stands for, nil if there is none.
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

// unnamed is the location of a point at which the text names nothing.
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

// written writes a point as people do: "18.14° S, 178.44° E".
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

// maxEvidence bounds a Location's evidence, in code points.
const maxEvidence = 240

// sentence returns the sentence around a toponym.
func sentence(doc *geo.Document, t geo.Toponym) string {
	field := doc.Text
	if t.Field == geo.FieldTitle {
		field = doc.Title
	}
	return text.NewIndex(field).Excerpt(t.Start, t.End, maxEvidence)
}
