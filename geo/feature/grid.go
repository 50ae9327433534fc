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

// cellPixels is the side of a cell on a map whose world is 256 pixels wide at
// zoom 0. A power of two, so that cells never lie in two tiles.
const (
	cellPixels = 64
	cellShift  = 2 // log2(256 / cellPixels)
)

// MaxGridZoom is the finest zoom at which a Grid has cells of its own.
const MaxGridZoom = 22

// mergeWithin is how near, in cells, the middles of two cells side by side may be
// before they become one: nearer, and their marks on a map would overlap.
const mergeWithin = 0.6

// Cell is a square of the Web Mercator plane, or two side by side, with the
// features in it.
type Cell struct {
	Point    orb.Point // the mean of its features' points in the plane; lon, lat in degrees
	BBox     geo.BBox  // around its features, rounded outward; it holds no others
	Features int
	Stories  int // that have a feature in it, each counted once
	Newest   time.Time
	Place    *story.PlaceSummary // the one with the most features
	Places   int                 // different spots
	Roles    map[geo.Role]int
}

// Area is what a Grid holds of a country as a whole: the point of a country is
// where nothing has happened, so that no cell counts it.
type Area struct {
	Place      *story.PlaceSummary
	Features   int
	Stories    int
	Newest     time.Time
	Roles      map[geo.Role]int
	Confidence float64 // the highest among its features

	last int // number of the story that was counted last
}

// Grid gathers marks into the cells of a map. The marks of one story must be
// added one after another, as an Aggregator gives them.
type Grid struct {
	zoom    int
	window  *window // nil: the world
	spots   []gridSpot
	index   map[*story.PlaceSummary]int32
	marks   []gridMark
	areas   map[*story.PlaceSummary]*Area
	visible int // marks within bounds
	stories int // stories of visible marks
	last    int // number of the story that was counted last
	bounds  *geo.BBox
}

type gridSpot struct {
	*story.PlaceSummary
	x, y     float64 // in the plane, 0..1, y southward
	features int
	visible  bool
	cell     int32
}

type gridMark struct {
	time  int64 // seconds since 1970
	story int32
	spot  int32
	role  geo.Role
}

// NewGrid makes a grid for a zoom of 0 to MaxGridZoom. bounds, if there are any,
// are what is asked for: cells that they touch are whole, others are left out,
// and the totals count what lies within them.
func NewGrid(zoom int, bounds *geo.BBox) *Grid {
	g := &Grid{zoom: min(max(zoom, 0), MaxGridZoom), index: map[*story.PlaceSummary]int32{}, areas: map[*story.PlaceSummary]*Area{}, last: -1, bounds: bounds}
	if bounds != nil {
		g.window = newWindow(*bounds, g.zoom+cellShift)
	}
	return g
}

// Around is the box of all cells that the bounds touch, nil for the world: what a
// store is to be asked for.
func (g *Grid) Around() *geo.BBox {
	if g.window == nil {
		return nil
	}
	return g.window.box()
}

// Add takes a mark in.
func (g *Grid) Add(m *story.FeatureSummary) {
	if m.Place.Precision == geo.PrecisionCountry {
		g.addArea(m)
		return
	}
	i, known := g.index[m.Place]
	if !known {
		i = g.spot(m.Place)
	}
	if i < 0 {
		return
	}
	s := &g.spots[i]
	s.features++
	if s.visible {
		g.countVisible(m)
	}
	g.marks = append(g.marks, gridMark{m.Story.Time().Unix(), int32(m.Story.Number), i, m.Role})
}

// countVisible counts a mark within the bounds.
func (g *Grid) countVisible(m *story.FeatureSummary) {
	g.visible++
	if m.Story.Number != g.last {
		g.last = m.Story.Number
		g.stories++
	}
}

// addArea takes in a mark of a whole country, if its point lies within the bounds.
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

// Areas gives the countries that are named as a whole and whose points lie within
// the bounds, those with the most features first.
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

// spot numbers a spot, -1 if it is outside the window.
func (g *Grid) spot(spot *story.PlaceSummary) int32 {
	x, y := project(spot.Point)
	n := int32(-1)
	if g.window == nil || g.window.holds(x, y) {
		n = int32(len(g.spots))
		g.spots = append(g.spots, gridSpot{PlaceSummary: spot, x: x, y: y, visible: g.bounds == nil || g.bounds.Contains(spot.Point)})
	}
	g.index[spot] = n
	return n
}

// Features is how many marks lie within the bounds, in cells and of areas.
func (g *Grid) Features() int { return g.visible }

// Stories is how many stories have one of them.
func (g *Grid) Stories() int { return g.stories }

// Cells gives the cells that hold anything, those with the most features first.
// Where there would be more than most, cells are of a coarser zoom.
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

// gridCell is a cell while it is made.
type gridCell struct {
	column, row int32
	x, y        float64 // sums over features
	features    int
	into        int32 // number of the cell that it becomes part of
}

// assign tells each spot its cell.
func (g *Grid) assign(zoom int) []gridCell {
	n := float64(int(1) << (zoom + cellShift))
	numbers := map[[2]int32]int32{}
	var cells []gridCell
	for i := range g.spots {
		s := &g.spots[i]
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

// joined makes pairs of cells side by side one where their middles are near, the
// nearest first. The box around two such cells holds no point of a third.
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

// gather counts what is in each cell.
func (g *Grid) gather(cells []gridCell) []Cell {
	out := make([]Cell, len(cells))
	sums := make([]gridCell, len(cells))
	best := make([]int32, len(cells)) // spot with the most features
	for i := range best {
		best[i] = -1
	}
	for i := range g.spots {
		s := &g.spots[i]
		s.cell = cells[s.cell].into
		c, sum := &out[s.cell], &sums[s.cell]
		c.add(s)
		sum.x, sum.y = sum.x+s.x*float64(s.features), sum.y+s.y*float64(s.features)
		if b := best[s.cell]; b < 0 || s.features > g.spots[b].features || s.features == g.spots[b].features && s.ID < g.spots[b].ID {
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

// add makes room for a spot in the cell's box.
func (c *Cell) add(s *gridSpot) {
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

// floor6 and ceil6 round a coordinate to the six decimals that are written.
func floor6(v float64) float64 { return max(math.Floor(v*1e6)/1e6, -180) }
func ceil6(v float64) float64  { return min(math.Ceil(v*1e6)/1e6, 180) }

// count adds what only the marks tell.
func (g *Grid) count(cells []Cell) {
	type state struct {
		newest int64
		last   int32 // story counted last
		roles  [len(roles)]int
	}
	states := make([]state, len(cells))
	for i := range states {
		states[i].last, states[i].newest = -1, math.MinInt64
	}
	for i := range g.marks {
		m := &g.marks[i]
		cell := g.spots[m.spot].cell
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

// roles are those that cells count; what is none of them counts as a mention.
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

// project gives the place of a point in the Web Mercator plane: 0..1 eastward
// and southward (EPSG:3857). Latitudes beyond 85.0511 lie on its edge.
func project(p orb.Point) (x, y float64) {
	sin := math.Sin(p[1] * math.Pi / 180)
	y = 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	return min(max(p[0]/360+0.5, 0), 1), min(max(y, 0), 1)
}

// unproject gives the point (lon, lat in degrees) at a place in the plane.
func unproject(x, y float64) orb.Point {
	return orb.Point{(x - 0.5) * 360, math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi}
}

// window is a block of cells. first > last in columns means that it crosses the
// antimeridian.
type window struct {
	n                        float64 // cells across the world
	first, last, top, bottom int32
	all                      bool // of the columns
}

func newWindow(b geo.BBox, exponent int) *window {
	w := &window{n: float64(int(1) << exponent)}
	minX, top := project(orb.Point{b.MinLon, b.MaxLat})
	maxX, bottom := project(orb.Point{b.MaxLon, b.MinLat})
	w.first, w.last, w.top, w.bottom = cellOf(minX, w.n), cellOf(maxX, w.n), cellOf(top, w.n), cellOf(bottom, w.n)
	w.all = b.MinLon > b.MaxLon && w.first <= w.last+1 // it goes all the way round
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

// box is the window in degrees. Its first and last rows reach to the poles, where
// the plane does not.
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
