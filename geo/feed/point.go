package feed

import (
	"math"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/paulmach/orb"

	"newsmap/geo"
)

const (
	maxPoints = 10 // of one item
	// maxSpan is the maximum width, in degrees, of a line, box or polygon that is replaced by
	// its centre: about 100 km, as a county or a city.
	maxSpan = 1
)

// pointsOf returns the points given by the publisher, in order and each once: GeoRSS Simple
// ("lat lon") points, lines, boxes, polygons and circles, the same in GML inside georss:where,
// and W3C geo:lat and geo:long, with or without a geo:Point. It leaves out geometries wider
// than maxSpan, which are regions rather than places of a story, points that are not on Earth,
// and 0,0, which programs write if the point is unknown.
func pointsOf(extensions ext.Extensions) (out []geo.Coordinate) {
	add := func(p *geo.Coordinate) {
		if p != nil && len(out) < maxPoints && !slices.Contains(out, *p) {
			out = append(out, *p)
		}
	}
	simple, basic := extensions["georss"], extensions["geo"]
	for _, e := range simple["point"] {
		add(latLon(e.Value))
	}
	for _, name := range []string{"line", "box", "polygon"} {
		for _, e := range simple[name] {
			add(boundsCentre(e.Value))
		}
	}
	for _, e := range simple["circle"] {
		add(circleCentre(e.Value))
	}
	for _, where := range [][]ext.Extension{simple["where"], extensions["gml"]["Point"]} {
		for _, e := range where {
			add(gmlPoint(&e, 0))
		}
	}
	for _, e := range basic["Point"] {
		add(w3cPoint(e.Children))
	}
	for _, e := range basic["point"] { // not in the vocabulary, but used
		add(w3cPoint(e.Children))
		add(latLon(e.Value))
	}
	add(w3cPoint(basic))
	return out
}

// gmlPoint returns the first geometry in an element.
func gmlPoint(e *ext.Extension, depth int) *geo.Coordinate {
	const maxDepth = 8 // gml:MultiSurface, surfaceMember, Polygon, exterior, LinearRing, posList
	switch e.Name {
	case "pos":
		return latLon(e.Value)
	case "posList":
		return boundsCentre(e.Value)
	case "coordinates": // GML 2: lon,lat
		return boundsCentre(swapLonLat(e.Value))
	case "Envelope":
		return boundsCentre(childValue(e, "lowerCorner") + " " + childValue(e, "upperCorner"))
	}
	if depth == maxDepth {
		return nil
	}
	// The order of a map differs each time.
	names := make([]string, 0, len(e.Children))
	for name := range e.Children {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, child := range e.Children[name] {
			if p := gmlPoint(&child, depth+1); p != nil {
				return p
			}
		}
	}
	return nil
}

func childValue(e *ext.Extension, name string) string {
	if list := e.Children[name]; len(list) > 0 {
		return list[0].Value
	}
	return ""
}

// swapLonLat converts "lon,lat lon,lat" of GML 2 to "lat lon lat lon".
func swapLonLat(s string) string {
	var out []string
	for _, pair := range strings.Fields(s) {
		lon, lat, ok := strings.Cut(pair, ",")
		if !ok {
			return ""
		}
		lat, _, _ = strings.Cut(lat, ",")
		out = append(out, lat, lon)
	}
	return strings.Join(out, " ")
}

// w3cPoint returns the point in geo:lat and geo:long (or geo:lon) elements.
func w3cPoint(elements map[string][]ext.Extension) *geo.Coordinate {
	lats, lons := elements["lat"], elements["long"]
	if len(lons) == 0 {
		lons = elements["lon"]
	}
	if len(lats) == 0 || len(lons) == 0 {
		return nil
	}
	return latLon(lats[0].Value + " " + lons[0].Value)
}

// latLon parses "lat lon" or "lat,lon" in degrees, and ignores a height after it.
func latLon(s string) *geo.Coordinate {
	v := numbers(s, 3)
	if len(v) < 2 {
		return nil
	}
	return coordinate(v[0], v[1])
}

// boundsCentre returns the centre of the bounds of "lat lon lat lon…", or nil if they are wider
// than maxSpan.
func boundsCentre(s string) *geo.Coordinate {
	const maxNumbers = 2 * 5_000
	v := numbers(s, maxNumbers)
	if len(v) < 2 || len(v)%2 != 0 {
		return nil
	}
	bound := orb.Bound{Min: orb.Point{v[1], v[0]}, Max: orb.Point{v[1], v[0]}}
	for i := 2; i < len(v); i += 2 {
		bound = bound.Extend(orb.Point{v[i+1], v[i]})
	}
	if !(bound.Max[0]-bound.Min[0] <= maxSpan && bound.Max[1]-bound.Min[1] <= maxSpan) || coordinate(v[0], v[1]) == nil {
		return nil
	}
	c := bound.Center()
	return coordinate(c[1], c[0])
}

// circleCentre returns the centre of a circle, "lat lon radius" with the radius in metres, or
// nil if it is wider than maxSpan.
func circleCentre(s string) *geo.Coordinate {
	const maxRadius = maxSpan * 111_000 / 2 // metres; a degree of latitude is about 111 km
	v := numbers(s, 3)
	if len(v) != 3 || !(v[2] >= 0 && v[2] <= maxRadius) {
		return nil
	}
	return coordinate(v[0], v[1])
}

// pointOffEarth returns the first point of an item that is not on Earth, such as one with
// latitude and longitude swapped, as it is written, or "" if there is none.
func pointOffEarth(extensions ext.Extensions) string {
	simple, basic := extensions["georss"]["point"], extensions["geo"]
	var written []string
	for _, e := range simple {
		written = append(written, e.Value)
	}
	for _, elements := range append(children(basic["Point"]), basic) {
		if lats, lons := elements["lat"], slices.Concat(elements["long"], elements["lon"]); len(lats) > 0 && len(lons) > 0 {
			written = append(written, lats[0].Value+" "+lons[0].Value)
		}
	}
	for _, text := range written {
		if v := numbers(text, 3); len(v) >= 2 && !(math.Abs(v[0]) <= 90 && math.Abs(v[1]) <= 180) {
			return strings.Join(strings.Fields(text), " ")
		}
	}
	return ""
}

func children(list []ext.Extension) (out []map[string][]ext.Extension) {
	for _, e := range list {
		out = append(out, e.Children)
	}
	return out
}

// numbers parses a list of numbers. It returns nil if there are more than limit, or anything
// else.
func numbers(s string, limit int) (out []float64) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == ';' }) {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || len(out) == limit {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// coordinate returns a point in degrees, or nil if it is not on Earth or is 0,0.
func coordinate(lat, lon float64) *geo.Coordinate {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &geo.Coordinate{Lon: lon, Lat: lat}
}

// dropOfficePoints removes points that are probably of the publisher's office rather than of a
// story: the point of the feed itself, and a point that nearly all items with a point have.
func (p *parser) dropOfficePoints() {
	const (
		minItems = 3   // minimum number of items that share a point
		minShare = 0.8 // minimum share of the items with a point
	)
	counts, located := map[geo.Coordinate]int{}, 0
	for i := range p.out.Items {
		for _, point := range p.out.Items[i].Points {
			counts[point]++
		}
		if len(p.out.Items[i].Points) > 0 {
			located++
		}
	}
	for point, n := range counts {
		own := p.out.Point != nil && geo.DistanceKM(*p.out.Point, point.Point()) < 0.1
		if !own && (n < minItems || float64(n) <= minShare*float64(located)) {
			continue
		}
		p.warn("%d of %d items have the point %g,%g (latitude, longitude); it is left out, as it is probably the publisher's own address",
			n, len(p.out.Items), point.Lat, point.Lon)
		for i := range p.out.Items {
			item := &p.out.Items[i]
			item.Points = slices.DeleteFunc(item.Points, func(c geo.Coordinate) bool { return c == point })
			item.setPoint()
		}
	}
}

// setPoint sets Point to the first of Points.
func (i *Item) setPoint() {
	if i.Point = nil; len(i.Points) > 0 {
		p := i.Points[0].Point()
		i.Point = &p
	} else {
		i.Points = nil
	}
}
