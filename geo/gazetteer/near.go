package gazetteer

import (
	"math"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// The grid contains the populated places. Its cells of one degree are numbered row by
// row from 180° W, 90° S eastwards.
const (
	gridWidth  = 360
	gridHeight = 180
	CellCount  = gridWidth * gridHeight
	degreeKM   = math.Pi / 180 * geo.EarthRadiusKM
)

// Cell returns the number of the grid cell of p (lon, lat in degrees).
func Cell(p orb.Point) int {
	col := int(math.Floor(p[0])) + 180
	row := min(max(int(math.Floor(p[1]))+90, 0), gridHeight-1)
	return row*gridWidth + ((col%gridWidth)+gridWidth)%gridWidth
}

// Nearest returns the populated place nearest to p (lon, lat in degrees) and at
// most maxKM kilometres away, and false if there is none.
func (x *Index) Nearest(p orb.Point, maxKM float64) (geo.Place, bool) {
	if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 && maxKM > 0) {
		return geo.Place{}, false
	}
	for radius := min(25, maxKM); ; radius = min(radius*4, maxKM) {
		if i, ok := x.nearest(p, radius); ok {
			return x.placeAt(i)
		}
		if radius == maxKM || radius > math.Pi*geo.EarthRadiusKM {
			return geo.Place{}, false
		}
	}
}

// nearest searches all cells that a circle with a radius in kilometres touches.
func (x *Index) nearest(p orb.Point, radius float64) (best uint32, found bool) {
	dLat := radius / degreeKM
	top := min(p[1]+dLat, 90)
	bottom := max(p[1]-dLat, -90)
	dLon := 180.0
	if widest := max(math.Abs(top), math.Abs(bottom)); widest < 89 {
		dLon = min(dLon, dLat/math.Cos(widest*math.Pi/180))
	}
	columns := min(int(math.Floor(p[0]+dLon))-int(math.Floor(p[0]-dLon))+1, gridWidth)
	distance := radius
	for lat := math.Floor(bottom); lat <= top; lat++ {
		for col := range columns {
			cell := Cell(orb.Point{math.Floor(p[0]-dLon) + float64(col), lat})
			for _, i := range x.cell(cell) {
				if d := geo.DistanceKM(p, point(x.placeRecord(i)[placeLon:])); d <= distance {
					best, distance, found = i, d, true
				}
			}
		}
	}
	return best, found
}

// cell returns the numbers of the places in a grid cell.
func (x *Index) cell(n int) []uint32 {
	from, to := x.record(SectionCells, uint32(n), 4), x.record(SectionCells, uint32(n)+1, 4)
	if from == nil || to == nil {
		return nil
	}
	var places []uint32
	for i := get32(from); i < get32(to); i++ {
		r := x.record(SectionGrid, i, 4)
		if r == nil {
			break
		}
		if place := get32(r); place < x.placeCount() {
			places = append(places, place)
		}
	}
	return places
}
