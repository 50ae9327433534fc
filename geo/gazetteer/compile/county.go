package compile

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// county is a county of the United States or an equivalent, such as a parish.
type county struct {
	fips  string // five digits: state and county
	name  string // "Rapides", without "Parish"
	point orb.Point
}

// topology is the part of a TopoJSON file (TopoJSON specification 1.0) for county
// outlines.
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Objects   struct {
		Counties struct {
			Geometries []struct {
				Type       string
				Arcs       json.RawMessage
				ID         string
				Properties struct{ Name string }
			}
		}
	}
	Arcs [][][2]int
}

// readCounties reads county outlines and computes the centre of each county.
func readCounties(path string) ([]county, error) {
	var t topology
	if err := readJSON(path, &t); err != nil {
		return nil, err
	}
	var out []county
	for i, g := range t.Objects.Counties.Geometries {
		var polygons [][][]int
		var err error
		switch g.Type {
		case "Polygon":
			polygons = make([][][]int, 1)
			err = json.Unmarshal(g.Arcs, &polygons[0])
		case "MultiPolygon":
			err = json.Unmarshal(g.Arcs, &polygons)
		default:
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: county %d (%s): %w", path, i+1, g.Properties.Name, err)
		}
		centre, err := t.centre(polygons)
		if err != nil {
			return nil, fmt.Errorf("%s: county %d (%s): %w", path, i+1, g.Properties.Name, err)
		}
		out = append(out, county{g.ID, g.Properties.Name, centre})
	}
	return out, nil
}

// centre returns the area-weighted mean of the centroids of the outer rings. Counties
// are small enough for plane geometry. The scale of longitudes cancels out.
func (t *topology) centre(polygons [][][]int) (orb.Point, error) {
	var sumX, sumY, sumArea float64
	var points []orb.Point
	for _, rings := range polygons {
		if len(rings) == 0 {
			continue
		}
		ring, err := t.ring(rings[0])
		if err != nil {
			return orb.Point{}, err
		}
		points = append(points, ring...)
		x, y, area := centroid(ring)
		sumX, sumY, sumArea = sumX+x*area, sumY+y*area, sumArea+area
	}
	if len(points) == 0 {
		return orb.Point{}, fmt.Errorf("the outline has no points")
	}
	if sumArea == 0 { // simplification has flattened a small outline
		for _, p := range points {
			sumX, sumY, sumArea = sumX+p[0], sumY+p[1], sumArea+1
		}
	}
	lon, lat := sumX/sumArea, sumY/sumArea
	if lon < -180 {
		lon += 360
	}
	return orb.Point{lon, lat}, nil
}

// ring joins arcs into one ring. A negative number is a reversed arc. Longitudes west
// of the antimeridian, such as those of the Aleutians, are below -180.
func (t *topology) ring(arcs []int) ([]orb.Point, error) {
	var out []orb.Point
	for _, n := range arcs {
		reverse := n < 0
		if reverse {
			n = ^n
		}
		if n >= len(t.Arcs) {
			return nil, fmt.Errorf("arc %d does not exist", n)
		}
		var x, y int
		start := len(out)
		for _, d := range t.Arcs[n] {
			x, y = x+d[0], y+d[1]
			lon := float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0]
			if lon > 100 {
				lon -= 360
			}
			out = append(out, orb.Point{lon, float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1]})
		}
		if reverse {
			for i, j := start, len(out)-1; i < j; i, j = i+1, j-1 {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out, nil
}

// centroid returns the centroid of a ring by the shoelace formula, and its area
// without sign.
func centroid(ring []orb.Point) (x, y, area float64) {
	var twice float64
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		cross := a[0]*b[1] - b[0]*a[1]
		twice += cross
		x += (a[0] + b[0]) * cross
		y += (a[1] + b[1]) * cross
	}
	if twice == 0 {
		return 0, 0, 0
	}
	return x / (3 * twice), y / (3 * twice), math.Abs(twice / 2)
}
