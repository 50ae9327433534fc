package feature

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
)

// cellPixels is the width of a cell on a map whose world is 256 pixels wide at zoom 0. It is a
// power of two, so that no cell is in two tiles.
const (
	cellPixels = 64
	cellShift  = 2 // log2(256 / cellPixels)
)

// MaxGridZoom is the maximum zoom of a Grid.
const MaxGridZoom = 22

// mergeWithin is the distance, in cells, between the means of two neighbouring cells below
// which they are merged, as their markers on a map would overlap.
const mergeWithin = 0.6

// Cell is a square of the Web Mercator plane, or two neighbouring ones, with the features in
// it.
type Cell struct {
	Point    orb.Point // mean of the points of its features in the plane; lon, lat in degrees
	BBox     geo.BBox  // around its features, rounded outward; it contains no others
	Features int
	Stories  int // number of stories with a feature in it
	Newest   time.Time
	Place    *story.PlaceSummary // place with the most features
	Places   int                 // number of different places
	Roles    map[geo.Role]int
}

// Area counts the features of a country as a whole. Cells do not count them, as the point of a
// country is not where something happened.
type Area struct {
	Place      *story.PlaceSummary
	Features   int
	Stories    int
	Newest     time.Time
	Roles      map[geo.Role]int
	Confidence float64 // maximum of its features

	last int // number of the last story counted
}

// Grid counts features by the cells of a map. The features of a story must be added one after
// another, in the order of a story.Aggregator.
type Grid struct {
	zoom     int
	window   *window // nil: the whole world
	places   []gridPlace
	index    map[*story.PlaceSummary]int32
	features []gridFeature
	areas    map[*story.PlaceSummary]*Area
	visible  int // features within bounds
	stories  int // stories with such a feature
	last     int // number of the last story counted
	bounds   *geo.BBox
}

type gridPlace struct {
	*story.PlaceSummary
	x, y     float64 // in the plane, 0..1; y is southward
	features int
	visible  bool
	cell     int32
}

type gridFeature struct {
	time  int64 // seconds since 1970
	story int32
	place int32
	role  geo.Role
}

// NewGrid returns a grid for a zoom from 0 to MaxGridZoom. If bounds is not nil, the grid has
// only the cells that touch it, each with all its features, and the totals only count features
// within bounds.
func NewGrid(zoom int, bounds *geo.BBox) *Grid {
	g := &Grid{zoom: min(max(zoom, 0), MaxGridZoom), index: map[*story.PlaceSummary]int32{}, areas: map[*story.PlaceSummary]*Area{}, last: -1, bounds: bounds}
	if bounds != nil {
		g.window = newWindow(*bounds, g.zoom+cellShift)
	}
	return g
}

// Around returns the box of all cells of the grid, or nil for the whole world. The features in
// it must be added.
func (g *Grid) Around() *geo.BBox {
	if g.window == nil {
		return nil
	}
	return g.window.box()
}

// Add adds a feature.
func (g *Grid) Add(m *story.FeatureSummary) {
	if m.Place.Precision == geo.PrecisionCountry {
		g.addArea(m)
		return
	}
	i, known := g.index[m.Place]
	if !known {
		i = g.placeNumber(m.Place)
	}
	if i < 0 {
		return
	}
	s := &g.places[i]
	s.features++
	if s.visible {
		g.countVisible(m)
	}
	g.features = append(g.features, gridFeature{m.Story.Time().Unix(), int32(m.Story.Number), i, m.Role})
}

// countVisible adds a feature within the bounds to the totals.
func (g *Grid) countVisible(m *story.FeatureSummary) {
	g.visible++
	if m.Story.Number != g.last {
		g.last = m.Story.Number
		g.stories++
	}
}

// addArea adds a feature of a country as a whole if its point is within the bounds.
func (g *Grid) addArea(m *story.FeatureSummary) {
	if g.bounds != nil && !g.bounds.Contains(m.Place.Point) {
		return
	}
	g.countVisible(m)
	a := g.areas[m.Place]
	if a == nil {
		a = &Area{Place: m.Place, Newest: m.Story.Time(), Roles: map[geo.Role]int{}, last: -1}
		for _, role := range roles {
			a.Roles[role] = 0
		}
		g.areas[m.Place] = a
	}
	a.Features++
	if a.last != m.Story.Number {
		a.last = m.Story.Number
		a.Stories++
	}
	if t := m.Story.Time(); t.After(a.Newest) {
		a.Newest = t
	}
	a.Roles[roles[roleNumber(m.Role)]]++
	a.Confidence = max(a.Confidence, m.Confidence)
}

// Areas returns the countries that stories name as a whole and whose points are within the
// bounds, those with the most features first.
func (g *Grid) Areas() []Area {
	out := make([]Area, 0, len(g.areas))
	for _, a := range g.areas {
		out = append(out, *a)
	}
	slices.SortFunc(out, func(a, b Area) int {
		return cmp.Or(b.Features-a.Features, strings.Compare(a.Place.ID, b.Place.ID), strings.Compare(a.Place.Name, b.Place.Name))
	})
	return out
}

// placeNumber returns the number of a place in the grid, or -1 if it is outside the window.
func (g *Grid) placeNumber(place *story.PlaceSummary) int32 {
	x, y := project(place.Point)
	n := int32(-1)
	if g.window == nil || g.window.holds(x, y) {
		n = int32(len(g.places))
		g.places = append(g.places, gridPlace{PlaceSummary: place, x: x, y: y, visible: g.bounds == nil || g.bounds.Contains(place.Point)})
	}
	g.index[place] = n
	return n
}

// Features returns the number of features within the bounds, in cells and areas.
func (g *Grid) Features() int { return g.visible }

// Stories returns the number of stories with a feature within the bounds.
func (g *Grid) Stories() int { return g.stories }

// Cells returns the cells that have features, those with the most features first. If there
// would be more than most cells, they are those of a lower zoom. merge joins neighbouring
// cells whose markers would overlap.
func (g *Grid) Cells(most int, merge bool) []Cell {
	zoom := g.zoom
	for {
		places := g.assign(zoom)
		if len(places) <= most || zoom == 0 {
			return g.gather(g.joined(places, zoom, merge))
		}
		zoom--
	}
}

// gridCell is a cell that is being counted.
type gridCell struct {
	column, row int32
	x, y        float64 // sums over features
	features    int
	into        int32 // number of the cell that it is merged into
}

// assign sets the cell of each place.
func (g *Grid) assign(zoom int) []gridCell {
	n := float64(int(1) << (zoom + cellShift))
	numbers := map[[2]int32]int32{}
	var cells []gridCell
	for i := range g.places {
		s := &g.places[i]
		key := [2]int32{cellOf(s.x, n), cellOf(s.y, n)}
		number, known := numbers[key]
		if !known {
			number = int32(len(cells))
			numbers[key] = number
			cells = append(cells, gridCell{column: key[0], row: key[1], into: number})
		}
		c := &cells[number]
		c.x, c.y, c.features = c.x+s.x*float64(s.features), c.y+s.y*float64(s.features), c.features+s.features
		s.cell = number
	}
	return cells
}

func cellOf(v, n float64) int32 { return int32(min(max(math.Floor(v*n), 0), n-1)) }

// joined merges pairs of neighbouring cells whose means are close, the closest first. The box
// around two such cells contains no point of a third.
func (g *Grid) joined(cells []gridCell, zoom int, merge bool) []gridCell {
	if !merge {
		return cells
	}
	n := float64(int(1) << (zoom + cellShift))
	at := make(map[[2]int32]int32, len(cells))
	for i, c := range cells {
		at[[2]int32{c.column, c.row}] = int32(i)
	}
	type pair struct {
		a, b     int32
		distance float64
	}
	var pairs []pair
	for i, c := range cells {
		for _, next := range [...][2]int32{{c.column + 1, c.row}, {c.column, c.row + 1}} {
			j, there := at[next]
			if !there {
				continue
			}
			d := &cells[j]
			distance := n * math.Hypot(c.x/float64(c.features)-d.x/float64(d.features), c.y/float64(c.features)-d.y/float64(d.features))
			if distance < mergeWithin {
				pairs = append(pairs, pair{int32(i), j, distance})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return compare(a.distance, b.distance) })
	paired := make([]bool, len(cells))
	for _, p := range pairs {
		if !paired[p.a] && !paired[p.b] {
			paired[p.a], paired[p.b] = true, true
			cells[p.b].into = p.a
		}
	}
	return cells
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// gather counts the features of each cell.
func (g *Grid) gather(cells []gridCell) []Cell {
	out := make([]Cell, len(cells))
	sums := make([]gridCell, len(cells))
	best := make([]int32, len(cells)) // place with the most features
	for i := range best {
		best[i] = -1
	}
	for i := range g.places {
		s := &g.places[i]
		s.cell = cells[s.cell].into
		c, sum := &out[s.cell], &sums[s.cell]
		c.add(s)
		sum.x, sum.y = sum.x+s.x*float64(s.features), sum.y+s.y*float64(s.features)
		if b := best[s.cell]; b < 0 || s.features > g.places[b].features || s.features == g.places[b].features && s.ID < g.places[b].ID {
			best[s.cell], c.Place = int32(i), s.PlaceSummary
		}
	}
	g.count(out)
	kept := out[:0]
	for i := range out {
		if c := out[i]; c.Features > 0 {
			if c.Places == 1 {
				c.Point = c.Place.Point
			} else {
				c.Point = unproject(sums[i].x/float64(c.Features), sums[i].y/float64(c.Features))
			}
			kept = append(kept, c)
		}
	}
	slices.SortStableFunc(kept, func(a, b Cell) int { return b.Features - a.Features })
	return kept
}

// add extends the box of the cell to a place.
func (c *Cell) add(s *gridPlace) {
	box := geo.BBox{MinLon: floor6(s.Point[0]), MinLat: floor6(s.Point[1]), MaxLon: ceil6(s.Point[0]), MaxLat: ceil6(s.Point[1])}
	if c.Places > 0 {
		box = geo.BBox{
			MinLon: min(c.BBox.MinLon, box.MinLon),
			MinLat: min(c.BBox.MinLat, box.MinLat),
			MaxLon: max(c.BBox.MaxLon, box.MaxLon),
			MaxLat: max(c.BBox.MaxLat, box.MaxLat),
		}
	}
	c.BBox = box
	c.Places++
	c.Features += s.features
}

// floor6 and ceil6 round a coordinate to six decimals, as in the output.
func floor6(v float64) float64 { return max(math.Floor(v*1e6)/1e6, -180) }
func ceil6(v float64) float64  { return min(math.Ceil(v*1e6)/1e6, 180) }

// count adds the counts of stories and roles and the times, which places do not have.
func (g *Grid) count(cells []Cell) {
	type state struct {
		newest int64
		last   int32 // last story counted
		roles  [len(roles)]int
	}
	states := make([]state, len(cells))
	for i := range states {
		states[i].last, states[i].newest = -1, math.MinInt64
	}
	for i := range g.features {
		m := &g.features[i]
		cell := g.places[m.place].cell
		s := &states[cell]
		if s.last != m.story {
			s.last = m.story
			cells[cell].Stories++
		}
		s.newest = max(s.newest, m.time)
		s.roles[roleNumber(m.role)]++
	}
	for i := range cells {
		if cells[i].Features == 0 {
			continue
		}
		cells[i].Newest = time.Unix(states[i].newest, 0).UTC()
		cells[i].Roles = map[geo.Role]int{}
		for n, role := range roles {
			cells[i].Roles[role] = states[i].roles[n]
		}
	}
}

// roles are the roles that cells count. Any other role counts as a mention.
var roles = [...]geo.Role{geo.RoleFocus, geo.RoleDateline, geo.RoleMention}

func roleNumber(r geo.Role) int {
	switch r {
	case geo.RoleFocus:
		return 0
	case geo.RoleDateline:
		return 1
	}
	return 2
}

// project returns the position of a point in the Web Mercator plane (EPSG:3857): 0..1 eastward
// and southward. Latitudes beyond 85.0511 degrees are on its edge.
func project(p orb.Point) (x, y float64) {
	sin := math.Sin(p[1] * math.Pi / 180)
	y = 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	return min(max(p[0]/360+0.5, 0), 1), min(max(y, 0), 1)
}

// unproject returns the point (lon, lat in degrees) at a position in the plane.
func unproject(x, y float64) orb.Point {
	return orb.Point{(x - 0.5) * 360, math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi}
}

// window is a block of cells. If first > last, it crosses the antimeridian.
type window struct {
	n                        float64 // number of cells around the world
	first, last, top, bottom int32
	all                      bool // whether it has all columns
}

func newWindow(b geo.BBox, exponent int) *window {
	w := &window{n: float64(int(1) << exponent)}
	minX, top := project(orb.Point{b.MinLon, b.MaxLat})
	maxX, bottom := project(orb.Point{b.MaxLon, b.MinLat})
	w.first, w.last, w.top, w.bottom = cellOf(minX, w.n), cellOf(maxX, w.n), cellOf(top, w.n), cellOf(bottom, w.n)
	w.all = b.MinLon > b.MaxLon && w.first <= w.last+1 // it goes all the way around the world
	return w
}

func (w *window) holds(x, y float64) bool {
	column, row := cellOf(x, w.n), cellOf(y, w.n)
	if row < w.top || row > w.bottom {
		return false
	}
	if w.first > w.last {
		return w.all || column >= w.first || column <= w.last
	}
	return w.all || column >= w.first && column <= w.last
}

// box returns the window in degrees. The first and last rows extend to the poles, unlike the
// plane.
func (w *window) box() *geo.BBox {
	northWest := unproject(float64(w.first)/w.n, float64(w.top)/w.n)
	southEast := unproject(float64(w.last+1)/w.n, float64(w.bottom+1)/w.n)
	b := &geo.BBox{MinLon: northWest[0], MinLat: southEast[1], MaxLon: southEast[0], MaxLat: northWest[1]}
	if w.all {
		b.MinLon, b.MaxLon = -180, 180
	}
	if w.top == 0 {
		b.MaxLat = 90
	}
	if float64(w.bottom) == w.n-1 {
		b.MinLat = -90
	}
	return b
}
