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

// mergeDistance is the distance in cells below which two neighbouring cells are merged, because
// their markers on a map would overlap. It is measured between the means of their points.
const mergeDistance = 0.6

// Cell is a square of the Web Mercator plane, or two neighbouring ones, with the features in
// it.
type Cell struct {
	Point    orb.Point // mean position of its features in the plane; lon, lat in degrees
	BBox     geo.BBox  // bounding box of its features, rounded outward; it contains no other features
	Features int
	Stories  int // number of stories with a feature in it
	Newest   time.Time
	Place    *story.PlaceSummary // place with the most features
	Places   int                 // number of different places
	Roles    map[geo.Role]int
}

// Area counts the features that name a country as a whole. Cells do not count them, because the
// point of a country is not where something happened.
type Area struct {
	Place      *story.PlaceSummary
	Features   int
	Stories    int
	Newest     time.Time
	Roles      map[geo.Role]int
	Confidence float64 // highest confidence of its features

	last int // number of the last story counted
}

// Grid counts features by the cells of a map. All features of a story must be added before those
// of the next story, as story.Aggregator returns them.
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

// NewGrid returns a grid for a zoom from 0 to MaxGridZoom; zooms out of that range are set to its
// ends. If bounds is not nil, the grid has only the cells that touch it, each with all its
// features, and Features and Stories count only features within bounds.
func NewGrid(zoom int, bounds *geo.BBox) *Grid {
	g := &Grid{zoom: min(max(zoom, 0), MaxGridZoom), index: map[*story.PlaceSummary]int32{}, areas: map[*story.PlaceSummary]*Area{}, last: -1, bounds: bounds}
	if bounds != nil {
		g.window = newWindow(*bounds, g.zoom+cellShift)
	}
	return g
}

// BBox returns the bounding box of the cells of the grid, or nil for the whole world. It is
// larger than the bounds of NewGrid. Callers add all features in it.
func (g *Grid) BBox() *geo.BBox {
	if g.window == nil {
		return nil
	}
	return g.window.box()
}

// Add adds a feature. It ignores a feature outside the cells of the grid.
func (g *Grid) Add(f *story.FeatureSummary) {
	if f.Place.Precision == geo.PrecisionCountry {
		g.addArea(f)
		return
	}
	i, ok := g.index[f.Place]
	if !ok {
		i = g.addPlace(f.Place)
	}
	if i < 0 {
		return
	}
	p := &g.places[i]
	p.features++
	if p.visible {
		g.countVisible(f)
	}
	g.features = append(g.features, gridFeature{f.Story.Time().Unix(), int32(f.Story.Number), i, f.Role})
}

// countVisible adds a feature within the bounds to the totals.
func (g *Grid) countVisible(f *story.FeatureSummary) {
	g.visible++
	if f.Story.Number != g.last {
		g.last = f.Story.Number
		g.stories++
	}
}

// addArea adds a feature of a country as a whole if its point is within the bounds.
func (g *Grid) addArea(f *story.FeatureSummary) {
	if g.bounds != nil && !g.bounds.Contains(f.Place.Point) {
		return
	}
	g.countVisible(f)
	a := g.areas[f.Place]
	if a == nil {
		a = &Area{Place: f.Place, Newest: f.Story.Time(), Roles: map[geo.Role]int{}, last: -1}
		for _, role := range roles {
			a.Roles[role] = 0
		}
		g.areas[f.Place] = a
	}
	a.Features++
	if a.last != f.Story.Number {
		a.last = f.Story.Number
		a.Stories++
	}
	if t := f.Story.Time(); t.After(a.Newest) {
		a.Newest = t
	}
	a.Roles[roles[roleNumber(f.Role)]]++
	a.Confidence = max(a.Confidence, f.Confidence)
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

// addPlace adds a place to the grid and returns its number, or -1 if it is outside the window.
func (g *Grid) addPlace(place *story.PlaceSummary) int32 {
	x, y := project(place.Point)
	n := int32(-1)
	if g.window == nil || g.window.contains(x, y) {
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

// Cells returns the cells that have features, those with the most features first. If there are
// more than maxCells, it uses the larger cells of a lower zoom. If merge is true, it merges
// neighbouring cells whose markers would overlap.
func (g *Grid) Cells(maxCells int, merge bool) []Cell {
	zoom := g.zoom
	for {
		cells := g.assignCells(zoom)
		if len(cells) <= maxCells || zoom == 0 {
			return g.newCells(g.mergeNeighbours(cells, zoom, merge))
		}
		zoom--
	}
}

// gridCell is a cell that is being counted.
type gridCell struct {
	column, row int32
	x, y        float64 // sums over features
	features    int
	mergedInto  int32 // number of the cell that it is merged into, or its own
}

// assignCells sets the cell of each place and returns the cells.
func (g *Grid) assignCells(zoom int) []gridCell {
	n := float64(int(1) << (zoom + cellShift))
	numbers := map[[2]int32]int32{}
	var cells []gridCell
	for i := range g.places {
		p := &g.places[i]
		key := [2]int32{cellOf(p.x, n), cellOf(p.y, n)}
		number, ok := numbers[key]
		if !ok {
			number = int32(len(cells))
			numbers[key] = number
			cells = append(cells, gridCell{column: key[0], row: key[1], mergedInto: number})
		}
		c := &cells[number]
		c.x, c.y, c.features = c.x+p.x*float64(p.features), c.y+p.y*float64(p.features), c.features+p.features
		p.cell = number
	}
	return cells
}

// cellOf returns the column or row of a position in a plane of n cells.
func cellOf(v, n float64) int32 { return int32(min(max(math.Floor(v*n), 0), n-1)) }

// mergeNeighbours merges pairs of neighbouring cells whose means are close, the closest first. The
// box around such a pair contains no point of a third cell.
func (g *Grid) mergeNeighbours(cells []gridCell, zoom int, merge bool) []gridCell {
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
			j, ok := at[next]
			if !ok {
				continue
			}
			d := &cells[j]
			distance := n * math.Hypot(c.x/float64(c.features)-d.x/float64(d.features), c.y/float64(c.features)-d.y/float64(d.features))
			if distance < mergeDistance {
				pairs = append(pairs, pair{int32(i), j, distance})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return compare(a.distance, b.distance) })
	paired := make([]bool, len(cells))
	for _, p := range pairs {
		if !paired[p.a] && !paired[p.b] {
			paired[p.a], paired[p.b] = true, true
			cells[p.b].mergedInto = p.a
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

// newCells returns a Cell for each of the cells that has features.
func (g *Grid) newCells(cells []gridCell) []Cell {
	out := make([]Cell, len(cells))
	sums := make([]gridCell, len(cells))
	best := make([]int32, len(cells)) // place with the most features
	for i := range best {
		best[i] = -1
	}
	for i := range g.places {
		p := &g.places[i]
		p.cell = cells[p.cell].mergedInto
		c, sum := &out[p.cell], &sums[p.cell]
		c.add(p)
		sum.x, sum.y = sum.x+p.x*float64(p.features), sum.y+p.y*float64(p.features)
		if b := best[p.cell]; b < 0 || p.features > g.places[b].features || p.features == g.places[b].features && p.ID < g.places[b].ID {
			best[p.cell], c.Place = int32(i), p.PlaceSummary
		}
	}
	g.countByStory(out)
	nonEmpty := out[:0]
	for i := range out {
		if c := out[i]; c.Features > 0 {
			if c.Places == 1 {
				c.Point = c.Place.Point
			} else {
				c.Point = unproject(sums[i].x/float64(c.Features), sums[i].y/float64(c.Features))
			}
			nonEmpty = append(nonEmpty, c)
		}
	}
	slices.SortStableFunc(nonEmpty, func(a, b Cell) int { return b.Features - a.Features })
	return nonEmpty
}

// add counts the features of a place and extends the bounding box to it.
func (c *Cell) add(p *gridPlace) {
	box := geo.BBox{MinLon: floor6(p.Point[0]), MinLat: floor6(p.Point[1]), MaxLon: ceil6(p.Point[0]), MaxLat: ceil6(p.Point[1])}
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
	c.Features += p.features
}

// floor6 and ceil6 round a coordinate to six decimals, as in the output.
func floor6(v float64) float64 { return max(math.Floor(v*1e6)/1e6, -180) }
func ceil6(v float64) float64  { return min(math.Ceil(v*1e6)/1e6, 180) }

// countByStory sets the counts of stories and roles and the newest times of cells.
func (g *Grid) countByStory(cells []Cell) {
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
		f := &g.features[i]
		cell := g.places[f.place].cell
		s := &states[cell]
		if s.last != f.story {
			s.last = f.story
			cells[cell].Stories++
		}
		s.newest = max(s.newest, f.time)
		s.roles[roleNumber(f.role)]++
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

// roleNumber returns the index of a role in roles.
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

// window is a rectangle of cells. If first > last, it crosses the antimeridian.
type window struct {
	n                        float64 // number of cells around the world
	first, last, top, bottom int32
	all                      bool // it contains all columns
}

// newWindow returns the window of the cells that touch b, of 2^exponent cells around the world.
func newWindow(b geo.BBox, exponent int) *window {
	w := &window{n: float64(int(1) << exponent)}
	minX, top := project(orb.Point{b.MinLon, b.MaxLat})
	maxX, bottom := project(orb.Point{b.MaxLon, b.MinLat})
	w.first, w.last, w.top, w.bottom = cellOf(minX, w.n), cellOf(maxX, w.n), cellOf(top, w.n), cellOf(bottom, w.n)
	w.all = b.MinLon > b.MaxLon && w.first <= w.last+1 // it goes all the way around the world
	return w
}

// contains reports whether a position in the plane is in the window.
func (w *window) contains(x, y float64) bool {
	column, row := cellOf(x, w.n), cellOf(y, w.n)
	if row < w.top || row > w.bottom {
		return false
	}
	if w.first > w.last {
		return w.all || column >= w.first || column <= w.last
	}
	return w.all || column >= w.first && column <= w.last
}

// box returns the bounding box of the window in degrees. The first and last rows extend to the
// poles, which the plane does not contain.
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
