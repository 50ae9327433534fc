package feed

import (
	"math"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/paulmach/orb"
)

// point is the place that an item's publisher gives: a GeoRSS Simple point
// ("lat lon"), a GML point in georss:where, or W3C geo:lat and geo:long, bare or in
// a geo:Point. It is nil where there is none or where it lies outside the world.
// 0,0 counts as none: programs write it where they know nothing.
func point(extensions ext.Extensions) *orb.Point {
	simple, basic := extensions["georss"], extensions["geo"]
	for _, e := range simple["point"] {
		if p := latLon(e.Value); p != nil {
			return p
		}
	}
	for _, where := range simple["where"] {
		for _, gml := range where.Children["Point"] {
			for _, pos := range gml.Children["pos"] {
				if p := latLon(pos.Value); p != nil {
					return p
				}
			}
		}
	}
	for _, e := range basic["Point"] {
		if p := latLong(e.Children); p != nil {
			return p
		}
	}
	return latLong(basic)
}

func latLong(elements map[string][]ext.Extension) *orb.Point {
	lats, lons := elements["lat"], elements["long"]
	if len(lons) == 0 {
		lons = elements["lon"]
	}
	if len(lats) == 0 || len(lons) == 0 {
		return nil
	}
	return latLon(lats[0].Value + " " + lons[0].Value)
}

// latLon reads "lat lon" or "lat,lon" in degrees.
func latLon(s string) *orb.Point {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if len(parts) < 2 || len(parts) > 3 {
		return nil
	}
	lat, err1 := strconv.ParseFloat(parts[0], 64)
	lon, err2 := strconv.ParseFloat(parts[1], 64)
	if err1 != nil || err2 != nil || !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) || lat == 0 && lon == 0 {
		return nil
	}
	return &orb.Point{lon, lat}
}
