package feature

import (
	"math"
	"strconv"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
)

// TileMediaType is the media type of vector tiles.
const TileMediaType = "application/vnd.mapbox-vector-tile"

const (
	// MaxTileZoom is the maximum zoom of a tile.
	MaxTileZoom = 22

	// MinTileFeatureZoom is the lowest zoom whose tiles contain features, in the layer
	// "features". Tiles of lower zooms contain cells in the layer "clusters" and, in the layer
	// "countries", the countries that stories name as a whole.
	MinTileFeatureZoom = 9

	// MaxTileFeatures is the maximum number of features of a tile, which are the newest ones.
	// Callers apply it.
	MaxTileFeatures = 5_000

	tileExtent = mvt.DefaultExtent
	tileBuffer = 64 // width of the buffer around a tile, in units; without it, symbols are cut at the edge
)

// Tile is a square of the Web Mercator plane: column X from the west and row Y from the north,
// each of 2^Z (https://github.com/mapbox/vector-tile-spec, version 2.1). It is 4096 units
// wide.
type Tile struct{ Z, X, Y int }

// Validate returns an error that wraps geo.ErrInvalid and names z, x or y if there is no such
// tile.
func (t Tile) Validate() error {
	if t.Z < 0 || t.Z > MaxTileZoom {
		return geo.Invalid("z", "%d is not a zoom; expected 0 to %d", t.Z, MaxTileZoom)
	}
	for _, c := range [...]struct {
		name  string
		value int
	}{{"x", t.X}, {"y", t.Y}} {
		if c.value < 0 || c.value >= 1<<t.Z {
			return geo.Invalid(c.name, "%d is out of range; expected 0 to %d at zoom %d", c.value, 1<<t.Z-1, t.Z)
		}
	}
	return nil
}

// Clustered reports whether the tile contains cells rather than features.
func (t Tile) Clustered() bool { return t.Z < MinTileFeatureZoom }

// BBox returns the box of the tile with its buffer. It may cross the antimeridian.
func (t Tile) BBox() geo.BBox {
	n := float64(int(1) << t.Z)
	const buffer = float64(tileBuffer) / tileExtent
	northWest := unproject((float64(t.X)-buffer)/n, (float64(t.Y)-buffer)/n)
	southEast := unproject((float64(t.X)+1+buffer)/n, (float64(t.Y)+1+buffer)/n)
	b := geo.BBox{MinLon: wrap(northWest[0]), MinLat: southEast[1], MaxLon: wrap(southEast[0]), MaxLat: northWest[1]}
	if t.Z == 0 {
		b.MinLon, b.MaxLon = -180, 180
	}
	if t.Y == 0 { // the plane does not extend to the poles
		b.MaxLat = 90
	}
	if t.Y == 1<<t.Z-1 {
		b.MinLat = -90
	}
	return b
}

// wrap returns the longitude in -180..180 degrees for one in -540..540.
func wrap(lon float64) float64 {
	switch {
	case lon < -180:
		return lon + 360
	case lon > 180:
		return lon - 360
	}
	return lon
}

// Grid returns the grid whose cells the tile contains. It has eight cells on each side; if
// tiles are 512 pixels wide, they are as large as those of a Grid for the zoom of the map.
func (t Tile) Grid() *Grid {
	box := t.BBox()
	return NewGrid(t.Z+1, &box)
}

// position returns the position of a point in units of the tile, and whether it is in the tile
// or its buffer.
func (t Tile) position(p orb.Point) (orb.Point, bool) {
	n := float64(int(1) << t.Z)
	x, y := project(p)
	x, y = x*n-float64(t.X), y*n-float64(t.Y)
	if t.Z > 0 { // the point may be on the other side of the antimeridian
		if x > n/2 {
			x -= n
		} else if x < -n/2 {
			x += n
		}
	}
	out := orb.Point{math.Floor(x * tileExtent), math.Floor(y * tileExtent)}
	within := func(v float64) bool { return v >= -tileBuffer && v <= tileExtent+tileBuffer }
	return out, within(out[0]) && within(out[1])
}

// TileWriter collects the contents of a tile.
type TileWriter struct {
	tile     Tile
	options  Options
	features []*geojson.Feature
	areas    []*geojson.Feature
}

// NewTileWriter returns a writer for a tile.
func NewTileWriter(tile Tile, options Options) *TileWriter {
	return &TileWriter{tile: tile, options: options}
}

// Write adds a feature if it is in the tile or its buffer. It has the properties of the GeoJSON
// format that are not empty.
func (w *TileWriter) Write(f *story.Feature) error {
	l := &f.Location
	point, within := w.tile.position(l.Place.Point)
	if !within {
		return nil
	}
	out := geojson.NewFeature(point)
	for name, value := range map[string]string{
		"story_id": f.StoryID, "title": f.Title, "url": f.URL, "story_url": storyURL(&w.options, f.StoryID), "outlet": f.Outlet, "published": formatTime(f.Published),
		"lang":     f.Lang,
		"place_id": l.Place.ID, "place": l.Place.Name, "country": l.Place.Country, "admin1": l.Place.Admin1, "feature_code": l.Place.FeatureCode,
		"precision": string(precision(l)), "role": string(l.Role), "evidence": evidence(l),
	} {
		if value != "" {
			out.Properties[name] = value
		}
	}
	out.Properties["confidence"] = math.Round(l.Confidence*1e6) / 1e6
	out.Properties["mentions"] = f.Mentions
	w.features = append(w.features, out)
	return nil
}

// WriteCell adds a cell if its point is in the tile or its buffer. It has the counts by role,
// the newest time, the place with the most features, and the box in the format of the bbox
// filter.
func (w *TileWriter) WriteCell(c *Cell) {
	point, within := w.tile.position(c.Point)
	if !within {
		return
	}
	out := geojson.NewFeature(point)
	out.Properties = geojson.Properties{
		"features": c.Features, "stories": c.Stories, "places": c.Places, "place_id": c.Place.ID, "place": c.Place.Name,
		"newest": c.Newest.Format(time.RFC3339), "bbox": boxText(c.BBox),
	}
	for role, n := range c.Roles {
		out.Properties[string(role)] = n
	}
	w.features = append(w.features, out)
}

// WriteArea adds a country that stories name as a whole, if its point is in the tile or its
// buffer. Maps join it to an outline by the country code.
func (w *TileWriter) WriteArea(a *Area) {
	point, within := w.tile.position(a.Place.Point)
	if !within {
		return
	}
	out := geojson.NewFeature(point)
	out.Properties = geojson.Properties{
		"features": a.Features, "stories": a.Stories, "place_id": a.Place.ID, "place": a.Place.Name, "country": a.Place.Country,
		"precision": string(a.Place.Precision), "newest": a.Newest.Format(time.RFC3339), "confidence": math.Round(a.Confidence*1e6) / 1e6,
	}
	for role, n := range a.Roles {
		out.Properties[string(role)] = n
	}
	w.areas = append(w.areas, out)
}

// boxText formats a box like the value of the bbox filter.
func boxText(b geo.BBox) string {
	var out []byte
	for i, v := range [...]float64{b.MinLon, b.MinLat, b.MaxLon, b.MaxLat} {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendFloat(out, v, 'f', -1, 64)
	}
	return string(out)
}

// Bytes returns the encoded tile. It is empty if the tile has no contents.
func (w *TileWriter) Bytes() ([]byte, error) {
	name := "features"
	if w.tile.Clustered() {
		name = "clusters"
	}
	var layers mvt.Layers
	for _, layer := range []*mvt.Layer{{Name: name, Features: w.features}, {Name: "countries", Features: w.areas}} {
		if len(layer.Features) > 0 {
			layer.Version, layer.Extent = 2, tileExtent
			layers = append(layers, layer)
		}
	}
	if len(layers) == 0 {
		return nil, nil
	}
	return mvt.Marshal(layers)
}
