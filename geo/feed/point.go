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
	// maxSpan is how wide, in degrees, a line, box or polygon may be for its
	// middle to stand for it: about a hundred kilometres, a county or a city.
	maxSpan = 1
)

// pointsOf are the places that a publisher gives, in order, each once: GeoRSS
// Simple ("lat lon") points, lines, boxes, polygons and circles, the same in GML below
// georss:where, and W3C geo:lat and geo:long, bare or in a geo:Point. What is
// wider than maxSpan is not a place of a story but a region, and left out, and so is
// what is not on Earth. 0,0 counts as none: programs write it where they know
// nothing.
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
	for _, e := range basic["point"] { // not in the vocabulary, but written
		add(latLong(e.Children))
		add(latLon(e.Value))
	}
	add(latLong(basic))
	return out
}

// gml finds the first geometry below an element.
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
	// The order of a map would differ from one reading to the next.
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

// swapped makes "lat lon lat lon" of GML 2's "lon,lat lon,lat".
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

// latLon reads "lat lon" or "lat,lon" in degrees; a height behind it is passed
// over.
func latLon(s string) *geo.Coordinate {
	v := numbers(s, 3)
	if len(v) < 2 {
		return nil
	}
	return coordinate(v[0], v[1])
}

// middle is the centre of the bounds of "lat lon lat lon…", nil where they are
// wider than maxSpan.
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

// centre is that of a circle, "lat lon radius" with the radius in metres, nil where
// it is wider than maxSpan.
func centre(s string) *geo.Coordinate {
	const (
		parts  = 3
		widest = maxSpan * 111_000 / 2 // metres; a degree of latitude has some 111 km
	)
	v := numbers(s, parts)
	if len(v) != parts || !(v[2] >= 0 && v[2] <= widest) {
		return nil
	}
	return coordinate(v[0], v[1])
}

// stray is the first point of an item that is not on Earth, as it stands
// there, empty if none does: latitude and longitude may have changed places.
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

// numbers reads at most so many numbers; none where there are more, or
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

// coordinate is nil for what is not a place on Earth.
func coordinate(lat, lon float64) *geo.Coordinate {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &geo.Coordinate{Lon: lon, Lat: lat}
}

// dropOffice takes points away that say where the publisher sits, not where a
// story plays: those of the feed itself, and one that nearly all items with a point
// share.
func (r *reading) dropOffice() {
	const (
		least = 3   // items that must share a point
		share = 0.8 // of those that have one
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
		r.warn("%d of %d items carry the point %g,%g, which is taken for the publisher's own place", n, len(r.out.Items), p.Lat, p.Lon)
		for i := range r.out.Items {
			item := &r.out.Items[i]
			item.Points = slices.DeleteFunc(item.Points, func(q geo.Coordinate) bool { return q == p })
			item.setPoint()
		}
	}
}

// setPoint makes the first point the item's.
func (i *Item) setPoint() {
	if i.Point = nil; len(i.Points) > 0 {
		p := i.Points[0].Point()
		i.Point = &p
	} else {
		i.Points = nil
	}
}
