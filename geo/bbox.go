package geo

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"newsmap/geo/text"
)

// BBox is a box in degrees of WGS 84. MinLon > MaxLon means that it crosses the
// antimeridian (RFC 7946, section 5.2).
type BBox struct {
	MinLon, MinLat, MaxLon, MaxLat float64
}

// ParseBBox reads "minlon,minlat,maxlon,maxlat" in degrees. The error wraps
// ErrInvalid and names "bbox".
func ParseBBox(s string) (BBox, error) {
	parts := strings.Split(s, ",")
	if len(parts) != 4 {
		return BBox{}, Invalid("bbox", "has %d numbers; expected minlon,minlat,maxlon,maxlat", len(parts))
	}
	var v [4]float64
	for i, p := range parts {
		f, err := strconv.ParseFloat(strings.TrimSpace(p), 64)
		// ParseFloat accepts Go's digit separators, which have no place in a URL.
		if err != nil || strings.Contains(p, "_") || math.IsNaN(f) || math.IsInf(f, 0) {
			return BBox{}, Invalid("bbox", "%q is not a number", text.Clip(p, maxEcho))
		}
		v[i] = f
	}
	b := BBox{v[0], v[1], v[2], v[3]}
	return b, b.Validate()
}

// Validate returns an error that wraps ErrInvalid if a longitude or latitude of b is out of range, or MinLat is above MaxLat.
func (b BBox) Validate() error {
	for _, lon := range [...]float64{b.MinLon, b.MaxLon} {
		if !(lon >= -180 && lon <= 180) {
			return Invalid("bbox", "longitude %g is not between -180 and 180", lon)
		}
	}
	for _, lat := range [...]float64{b.MinLat, b.MaxLat} {
		if !(lat >= -90 && lat <= 90) {
			return Invalid("bbox", "latitude %g is not between -90 and 90", lat)
		}
	}
	if b.MinLat > b.MaxLat {
		return Invalid("bbox", "the latitudes are reversed: %g is above %g", b.MinLat, b.MaxLat)
	}
	return nil
}

// Bounds returns b as one orb bound, or as two if it crosses the antimeridian.
func (b BBox) Bounds() []orb.Bound {
	if b.MinLon <= b.MaxLon {
		return []orb.Bound{{Min: orb.Point{b.MinLon, b.MinLat}, Max: orb.Point{b.MaxLon, b.MaxLat}}}
	}
	return []orb.Bound{
		{Min: orb.Point{b.MinLon, b.MinLat}, Max: orb.Point{180, b.MaxLat}},
		{Min: orb.Point{-180, b.MinLat}, Max: orb.Point{b.MaxLon, b.MaxLat}},
	}
}

// Contains reports whether p (lon, lat) is in b, borders included.
func (b BBox) Contains(p orb.Point) bool {
	for _, bound := range b.Bounds() {
		if bound.Contains(p) {
			return true
		}
	}
	return false
}

// String writes b in the form that ParseBBox reads.
func (b BBox) String() string {
	var sb strings.Builder
	for i, v := range [...]float64{b.MinLon, b.MinLat, b.MaxLon, b.MaxLat} {
		if i > 0 {
			sb.WriteByte(',')
		}
		sb.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return sb.String()
}

// maxEcho limits how much of a bad value an error message repeats, in code points.
const maxEcho = 40
