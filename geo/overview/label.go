package overview

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"newsmap/geo"
)

const (
	// labelWidth and labelHeight are the size of the area of a map around a label, in pixels,
	// in which there is no other label.
	labelWidth, labelHeight = 96, 32

	// maxLabels is the maximum number of labels, those with the greatest weight.
	maxLabels = 60_000
)

// LabelKind is the kind of place that a label names.
type LabelKind string

// The kinds of label.
const (
	LabelCountry LabelKind = "country"
	LabelCapital LabelKind = "capital"
	LabelCity    LabelKind = "city"
)

// Label is the name of a large place on a map.
type Label struct {
	Kind  LabelKind
	Place geo.Place

	weight float64
	x, y   float64 // in the Web Mercator plane, 0..1
}

// minWeight is the weight that a label needs at each zoom: about the population of a city.
var minWeight = [...]float64{20e6, 15e6, 8e6, 4e6, 1.5e6, 500e3, 200e3, 80e3, 30e3, 10e3, 3e3, 0}

// countryZoom is the zoom from which on countries have no label: they fill the view.
const countryZoom = 7

// listLabels returns the names of large places, those with the greatest weight first.
func listLabels(places Places) []Label {
	var all []Label
	places.Each(func(p geo.Place) bool {
		if label, ok := newLabel(&p); ok {
			all = append(all, label)
		}
		return true
	})
	slices.SortFunc(all, func(a, b Label) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.Place.ID, b.Place.ID))
	})
	return slices.Clip(all[:min(len(all), maxLabels)])
}

// newLabel weighs a place: a city by its population, a capital as if it had four times
// as many people and at least as much as a large city, a country by a quarter of its
// own, because it has room for its name.
func newLabel(p *geo.Place) (Label, bool) {
	l := Label{Place: *p, weight: float64(p.Population), x: p.Point.Lon()/360 + 0.5, y: mercatorY(p.Point.Lat())}
	switch code := p.FeatureCode; {
	case code == "PPLC":
		l.Kind, l.weight = LabelCapital, max(4*l.weight, 600e3)
	case code == "PPL" || code == "PPLG" || strings.HasPrefix(code, "PPLA"):
		l.Kind = LabelCity
	case p.Precision() == geo.PrecisionCountry && p.Country != "":
		l.Kind, l.weight = LabelCountry, max(l.weight/4, 200e3)
	default:
		return l, false
	}
	return l, l.weight > 0
}

// mercatorY returns the position of a latitude in degrees in the Web Mercator plane, 0..1
// southward.
func mercatorY(lat float64) float64 {
	sin := math.Sin(lat * math.Pi / 180)
	return 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
}

// Labels returns the names of large places in a box for a map at a zoom, so few that they
// do not overlap, those with the greatest weight first. Which labels give way to each
// other does not depend on the box, so that they stay when the map moves, except near its
// edge.
func (o *Overview) Labels(box geo.BBox, zoom float64, limit int) []Label {
	return chooseLabels(o.labels(), box, zoom, limit)
}

func chooseLabels(all []Label, box geo.BBox, zoom float64, limit int) []Label {
	var out []Label
	taken := plane{world: 256 * math.Exp2(zoom), points: map[[2]int][][2]float64{}}
	least := minWeight[min(int(zoom), len(minWeight)-1)]
	for i := range all {
		l := &all[i]
		if l.weight < least || len(out) == limit {
			break
		}
		if l.Kind == LabelCountry && zoom >= countryZoom || !box.Contains(l.Place.Point) || !taken.place(l.x, l.y) {
			continue
		}
		out = append(out, *l)
	}
	return out
}

// plane has the positions of labels, by cells of the size of a label.
type plane struct {
	world  float64 // width in pixels
	points map[[2]int][][2]float64
}

// place puts a label at a position in the plane, unless another is in the way. It reports
// whether it did.
func (r *plane) place(x, y float64) bool {
	x, y = x*r.world/labelWidth, y*r.world/labelHeight
	column, row := int(x), int(y)
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, other := range r.points[[2]int{column + dx, row + dy}] {
				if math.Abs(other[0]-x) < 1 && math.Abs(other[1]-y) < 1 {
					return false
				}
			}
		}
	}
	r.points[[2]int{column, row}] = append(r.points[[2]int{column, row}], [2]float64{x, y})
	return true
}
