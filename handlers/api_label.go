package handlers

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// Lister gives all places until yield returns false. A gazetteer that is one
// makes labels for maps.
type Lister interface {
	Each(yield func(geo.Place) bool)
}

const (
	defaultLabels = 200
	mostLabels    = 1_000

	// So much of a map, in pixels, a label has for itself.
	labelWidth, labelHeight = 96, 32

	// labelsHeld is how many labels are kept, those of most weight.
	labelsHeld = 60_000
)

type labelsBody struct {
	Places []labelBody `json:"places"`
}

type labelBody struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Lat         float64 `json:"lat"`
	Lon         float64 `json:"lon"`
	Kind        string  `json:"kind"` // country, capital or city
	FeatureCode string  `json:"feature_code"`
	Country     string  `json:"country"`
	Population  int64   `json:"population"`

	weight float64
	x, y   float64 // in the Web Mercator plane, 0..1
}

// leastWeight is what a label needs at each zoom: about the population of a city.
var leastWeight = [...]float64{20e6, 15e6, 8e6, 4e6, 1.5e6, 500e3, 200e3, 80e3, 30e3, 10e3, 3e3, 0}

// labels are the names of large places, those of most weight first. They are
// gathered at the first question.
type labels struct {
	once sync.Once
	all  []labelBody
}

func (l *labels) list(places geo.Gazetteer) []labelBody {
	l.once.Do(func() {
		lister, ok := places.(Lister)
		if !ok {
			return
		}
		lister.Each(func(p geo.Place) bool {
			if label, ok := newLabel(&p); ok {
				l.all = append(l.all, label)
			}
			return true
		})
		slices.SortFunc(l.all, func(a, b labelBody) int {
			if a.weight != b.weight {
				return compareFloats(b.weight, a.weight)
			}
			return strings.Compare(a.ID, b.ID)
		})
		l.all = slices.Clip(l.all[:min(len(l.all), labelsHeld)])
	})
	return l.all
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// newLabel weighs a place: a city by its population, a capital as if it had four
// times as many people and no less than a large city, a country by a tenth of its
// own, as it has room for its name.
func newLabel(p *geo.Place) (labelBody, bool) {
	l := labelBody{
		ID: p.ID, Name: p.Name, Lat: micro(p.Point.Lat()), Lon: micro(p.Point.Lon()), FeatureCode: p.FeatureCode, Country: p.Country, Population: p.Population,
		weight: float64(p.Population), x: p.Point.Lon()/360 + 0.5, y: mercatorY(p.Point.Lat()),
	}
	switch code := p.FeatureCode; {
	case code == "PPLC":
		l.Kind, l.weight = "capital", max(4*l.weight, 600e3)
	case code == "PPL" || code == "PPLG" || strings.HasPrefix(code, "PPLA"):
		l.Kind = "city"
	case p.Precision() == geo.PrecisionCountry && p.Country != "":
		l.Kind, l.weight = "country", max(l.weight/4, 200e3)
	default:
		return l, false
	}
	return l, l.weight > 0
}

// mercatorY is the place of a latitude in the Web Mercator plane, 0..1 southward.
func mercatorY(lat float64) float64 {
	sin := math.Sin(lat * math.Pi / 180)
	return 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
}

// listLabels answers with the names of large places for the labels of a map at a
// zoom, so few that they do not cover each other.
func (s *server) listLabels(c *gin.Context) {
	values, err := onlyQuery(c, "bbox", "zoom", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	box := geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}
	if text := values.Get("bbox"); text != "" {
		if box, err = geo.ParseBBox(text); err != nil {
			s.fail(c, err)
			return
		}
	}
	z, err := zoomParam(values)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := intParam(values, "limit", 1, mostLabels, defaultLabels)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerAs(c, jsonType, s.tagOf("gazetteer", c.Request.URL.Path, values), func(context.Context) ([]byte, error) {
		return encodeJSON(labelsBody{choose(s.labels.list(s.Places), box, z, limit)})
	})
}

// choose takes labels by weight where there is room. Which labels are in the way
// of each other does not depend on the box, so that they stay when the map moves,
// but near its edge.
func choose(all []labelBody, box geo.BBox, zoom float64, limit int) []labelBody {
	out := []labelBody{}
	room := room{world: 256 * math.Exp2(zoom), taken: map[[2]int][][2]float64{}}
	least := leastWeight[min(int(zoom), len(leastWeight)-1)]
	for i := range all {
		l := &all[i]
		if l.weight < least || len(out) == limit {
			break
		}
		if l.Kind == "country" && zoom >= 7 || !box.Contains([2]float64{l.Lon, l.Lat}) || !room.take(l.x, l.y) {
			continue
		}
		out = append(out, *l)
	}
	return out
}

// room knows where labels are, by cells of the size of one.
type room struct {
	world float64 // width in pixels
	taken map[[2]int][][2]float64
}

// take puts a label at a place in the plane, if no other is in its way.
func (r *room) take(x, y float64) bool {
	x, y = x*r.world/labelWidth, y*r.world/labelHeight
	column, row := int(x), int(y)
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, other := range r.taken[[2]int{column + dx, row + dy}] {
				if math.Abs(other[0]-x) < 1 && math.Abs(other[1]-y) < 1 {
					return false
				}
			}
		}
	}
	r.taken[[2]int{column, row}] = append(r.taken[[2]int{column, row}], [2]float64{x, y})
	return true
}
