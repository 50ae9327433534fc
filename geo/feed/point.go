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
			add(middle(e.Value))
		}
	}
	for _, e := range simple["circle"] {
		add(centre(e.Value))
	}
	for _, where := range [][]ext.Extension{simple["where"], extensions["gml"]["Point"]} {
		for _, e := range where {
			add(gml(&e, 0))
		}
	}
	for _, e := range basic["Point"] {
		add(latLong(e.Children))
	}
	for _, e := range basic["point"] { // not in the vocabulary, but used
		add(latLong(e.Children))
		add(latLon(e.Value))
	}
	add(latLong(basic))
	return out
}

// gml returns the first geometry in an element.
func gml(e *ext.Extension, depth int) *geo.Coordinate {
	const deepest = 8 // gml:MultiSurface, surfaceMember, Polygon, exterior, LinearRing, posList
	switch e.Name {
	case "pos":
		return latLon(e.Value)
	case "posList":
		return middle(e.Value)
	case "coordinates": // GML 2: lon,lat
		return middle(swapped(e.Value))
	case "Envelope":
		return middle(childValue(e, "lowerCorner") + " " + childValue(e, "upperCorner"))
	}
	if depth == deepest {
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
			if p := gml(&child, depth+1); p != nil {
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

// swapped converts "lon,lat lon,lat" of GML 2 to "lat lon lat lon".
func swapped(s string) string {
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

func latLong(elements map[string][]ext.Extension) *geo.Coordinate {
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

// middle returns the centre of the bounds of "lat lon lat lon…", or nil if they are wider than
// maxSpan.
func middle(s string) *geo.Coordinate {
	const most = 2 * 5_000
	v := numbers(s, most)
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

// centre returns the centre of a circle, "lat lon radius" with the radius in metres, or nil if
// it is wider than maxSpan.
func centre(s string) *geo.Coordinate {
	const (
		parts  = 3
		widest = maxSpan * 111_000 / 2 // metres; a degree of latitude is about 111 km
	)
	v := numbers(s, parts)
	if len(v) != parts || !(v[2] >= 0 && v[2] <= widest) {
		return nil
	}
	return coordinate(v[0], v[1])
}

// stray returns the first point of an item that is not on Earth, as it is written, or "" if
// there is none. Latitude and longitude may be swapped in it.
func stray(extensions ext.Extensions) string {
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
	const heights = 3
	for _, text := range written {
		if v := numbers(text, heights); len(v) >= 2 && !(math.Abs(v[0]) <= 90 && math.Abs(v[1]) <= 180) {
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

// numbers parses at most the given number of numbers. It returns nil if there are more or
// something else.
func numbers(s string, most int) (out []float64) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == ';' }) {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || len(out) == most {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// coordinate returns nil if the point is not on Earth.
func coordinate(lat, lon float64) *geo.Coordinate {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &geo.Coordinate{Lon: lon, Lat: lat}
}

// dropOffice removes points of the publisher's office rather than of a story: those of the
// feed itself, and a point that nearly all items with a point share.
func (r *reading) dropOffice() {
	const (
		least = 3   // minimum number of items that share a point
		share = 0.8 // minimum share of the items with a point
	)
	counts, located := map[geo.Coordinate]int{}, 0
	for i := range r.out.Items {
		for _, p := range r.out.Items[i].Points {
			counts[p]++
		}
		if len(r.out.Items[i].Points) > 0 {
			located++
		}
	}
	for p, n := range counts {
		own := r.out.Point != nil && geo.DistanceKM(*r.out.Point, p.Point()) < 0.1
		if !own && (n < least || float64(n) <= share*float64(located)) {
			continue
		}
		r.warn("%d of %d items have the point %g,%g; it is left out, as it is probably the publisher's own address", n, len(r.out.Items), p.Lat, p.Lon)
		for i := range r.out.Items {
			item := &r.out.Items[i]
			item.Points = slices.DeleteFunc(item.Points, func(q geo.Coordinate) bool { return q == p })
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
