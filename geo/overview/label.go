package overview

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"newsmap/geo"
)

const (
	// labelWidth and labelHeight are the minimum distances between two labels on a map, in
	// pixels.
	labelWidth, labelHeight = 96, 32

	// maxLabels is the maximum number of labels. Those with the greatest weight are kept.
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

// Label is a large place whose name is on a map.
type Label struct {
	Kind  LabelKind
	Place geo.Place

	weight float64 // see newLabel
	x, y   float64 // in the Web Mercator plane, 0..1
}

// minWeight is the minimum weight of a label at each zoom. For a city, that is its population.
var minWeight = [...]float64{20e6, 15e6, 8e6, 4e6, 1.5e6, 500e3, 200e3, 80e3, 30e3, 10e3, 3e3, 0}

// countryZoom is the zoom at which countries have no label, as they fill the map, and above.
const countryZoom = 7

// listLabels returns the labels of all places that can have one, those with the greatest
// weight first.
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

// newLabel returns the label of a place, and whether the place can have one. The weight of a
// city is its population. That of a capital is four times its population and at least that
// of a large city. That of a country is a quarter of its population, so that countries do
// not displace all cities.
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

// Labels returns at most limit labels in a box for a map at a zoom (of 256-pixel tiles), the
// most important first. They do not overlap. The choice between two labels that would
// overlap does not depend on the box, so that labels stay when the map moves, except near
// its edge.
func (o *Overview) Labels(box geo.BBox, zoom float64, limit int) []Label {
	return chooseLabels(o.labels(), box, zoom, limit)
}

func chooseLabels(all []Label, box geo.BBox, zoom float64, limit int) []Label {
	var out []Label
	placed := labelGrid{worldWidth: 256 * math.Exp2(zoom), cells: map[[2]int][][2]float64{}}
	minimum := minWeight[min(int(zoom), len(minWeight)-1)]
	for i := range all {
		l := &all[i]
		if l.weight < minimum || len(out) == limit {
			break
		}
		if l.Kind == LabelCountry && zoom >= countryZoom || !box.Contains(l.Place.Point) || !placed.add(l.x, l.y) {
			continue
		}
		out = append(out, *l)
	}
	return out
}

// labelGrid contains the positions of labels, in cells of the size of a label.
type labelGrid struct {
	worldWidth float64                 // in pixels
	cells      map[[2]int][][2]float64 // by column and row: positions in units of cells
}

// add adds a label at a position in the Web Mercator plane, unless it would overlap another.
// It reports whether it was added.
func (g *labelGrid) add(x, y float64) bool {
	x, y = x*g.worldWidth/labelWidth, y*g.worldWidth/labelHeight
	column, row := int(x), int(y)
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, other := range g.cells[[2]int{column + dx, row + dy}] {
				if math.Abs(other[0]-x) < 1 && math.Abs(other[1]-y) < 1 {
					return false
				}
			}
		}
	}
	g.cells[[2]int{column, row}] = append(g.cells[[2]int{column, row}], [2]float64{x, y})
	return true
}
