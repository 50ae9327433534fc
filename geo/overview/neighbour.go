package overview

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

const (
	// maxNeighbours is the maximum number of neighbours of a place. minLarge is the number
	// of them that is reserved for large places, for readers who do not know the region.
	maxNeighbours = 8
	minLarge      = 2
	// neighbourKM is the maximum distance of a neighbour in kilometres.
	neighbourKM = 500
	// minNeighbourWeight is the minimum weight of the label of a large neighbour.
	minNeighbourWeight = 50_000
)

// Neighbour is a place near another one.
type Neighbour struct {
	ID, Name string
	Point    orb.Point // lon, lat in degrees
	KM       float64   // distance in kilometres, to a tenth
	Stories  int       // number of stories that name it
}

// Neighbours returns the nearest places that are named in the stories of d, and some large
// places, all within 500 km and nearest first.
func (o *Overview) Neighbours(d *Directory, p *geo.Place) []Neighbour {
	named := nearest(p, len(d.places), func(i int) (Neighbour, bool) {
		place := &d.places[i]
		switch place.Precision {
		case geo.PrecisionCountry, geo.PrecisionRegion, geo.PrecisionWater:
			return Neighbour{}, false
		}
		return Neighbour{ID: place.ID, Name: place.Name, Point: place.Point, Stories: place.stories}, true
	})
	out := named[:min(len(named), maxNeighbours-minLarge)]
	labels := o.labels()
	large := nearest(p, len(labels), func(i int) (Neighbour, bool) {
		l := &labels[i]
		isNamed := func(n Neighbour) bool { return n.ID == l.Place.ID }
		if l.Kind == LabelCountry || l.weight < minNeighbourWeight || slices.ContainsFunc(out, isNamed) {
			return Neighbour{}, false
		}
		return Neighbour{ID: l.Place.ID, Name: l.Place.Name, Point: l.Place.Point, Stories: d.stories[l.Place.ID]}, true
	})
	out = append(slices.Clip(out), large[:min(len(large), maxNeighbours-len(out))]...)
	slices.SortFunc(out, byDistance)
	return out
}

// nearest returns the places within neighbourKM of p, nearest first. at returns each of n
// places, and whether it can be a neighbour.
func nearest(p *geo.Place, n int, at func(int) (Neighbour, bool)) []Neighbour {
	const degreeKM = math.Pi * geo.EarthRadiusKM / 180
	var out []Neighbour
	for i := range n {
		neighbour, ok := at(i)
		if !ok || neighbour.ID == p.ID || math.Abs(neighbour.Point.Lat()-p.Point.Lat())*degreeKM > neighbourKM {
			continue
		}
		if neighbour.KM = math.Round(10*geo.DistanceKM(p.Point, neighbour.Point)) / 10; neighbour.KM <= neighbourKM {
			out = append(out, neighbour)
		}
	}
	slices.SortFunc(out, byDistance)
	return out
}

func byDistance(a, b Neighbour) int {
	return cmp.Or(cmp.Compare(a.KM, b.KM), strings.Compare(a.ID, b.ID))
}
