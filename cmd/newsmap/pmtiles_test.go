package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"math/bits"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

// world is an earth with a lake, a border and names, in the layers of Protomaps'
// maps.
func world() map[string]*geojson.FeatureCollection {
	return map[string]*geojson.FeatureCollection{
		"earth":      layerOf(shapeOf(orb.Polygon{{{-25, -35}, {60, -35}, {60, 70}, {-25, 70}, {-25, -35}}}, map[string]any{"kind": "earth"})),
		"water":      layerOf(shapeOf(orb.Polygon{{{5, 20}, {20, 20}, {20, 30}, {5, 30}, {5, 20}}}, map[string]any{"kind": "lake"})),
		"boundaries": layerOf(shapeOf(orb.LineString{{-25, 10}, {60, 45}}, map[string]any{"kind": "country", "kind_detail": 2})),
		"places": layerOf(
			shapeOf(orb.Point{30, 5}, map[string]any{"kind": "country", "name": "Testland", "name:en": "Testland"}),
			shapeOf(orb.Point{35, 40}, map[string]any{"kind": "locality", "name": "Probe", "name:de": "Probestadt", "min_zoom": 1}),
		),
	}
}

// writeBasemap writes a PMTiles file of vector tiles.
func writeBasemap(t *testing.T, maxZoom maptile.Zoom) string {
	t.Helper()
	const gzipped, vector = 2, 1
	return writePMTiles(t, maxZoom, gzipped, vector, func(at maptile.Tile) ([]byte, error) {
		made := mvt.NewLayers(world()) // anew, as projecting changes it in place
		for _, layer := range made {
			layer.Version = 2
		}
		made.ProjectToTile(at)
		made.Clip(mvt.MapboxGLDefaultExtentBound)
		return mvt.MarshalGzipped(made)
	})
}

// writePictures writes a PMTiles file of pictures, each of one colour.
func writePictures(t *testing.T, maxZoom maptile.Zoom) string {
	t.Helper()
	const plain, pictures = 1, 2
	return writePMTiles(t, maxZoom, plain, pictures, func(at maptile.Tile) ([]byte, error) {
		picture := image.NewPaletted(image.Rect(0, 0, 256, 256), color.Palette{color.NRGBA{200, uint8(20 * at.X), uint8(20 * at.Y), 255}})
		var out bytes.Buffer
		err := png.Encode(&out, picture)
		return out.Bytes(), err
	})
}

// writePMTiles writes a PMTiles file, version 3, of the whole world at the zooms 0
// to maxZoom.
func writePMTiles(t *testing.T, maxZoom maptile.Zoom, compression, kind byte, draw func(maptile.Tile) ([]byte, error)) string {
	t.Helper()
	var tiles, entries [][]byte
	for z := maptile.Zoom(0); z <= maxZoom; z++ {
		for id := range uint64(1) << (2 * z) {
			x, y := hilbert(uint32(z), id)
			tile, err := draw(maptile.New(x, y, z))
			if err != nil {
				t.Fatal(err)
			}
			tiles = append(tiles, tile)
		}
	}
	// Tiles are numbered through all zooms along Hilbert curves. The directory
	// holds, column by column: steps of the numbers, run lengths, lengths, and
	// offsets, of which 0 means "directly after the one before".
	var directory []byte
	directory = binary.AppendUvarint(directory, uint64(len(tiles)))
	for i := range tiles {
		directory = binary.AppendUvarint(directory, uint64(min(i, 1)))
	}
	for range tiles {
		directory = binary.AppendUvarint(directory, 1)
	}
	for _, tile := range tiles {
		directory = binary.AppendUvarint(directory, uint64(len(tile)))
	}
	for i := range tiles {
		directory = binary.AppendUvarint(directory, uint64(1-min(i, 1)))
	}
	metadata := []byte(`{"name":"Probe","attribution":"<a href=\"https://example.org/\">Example mapmakers</a>"}`)
	entries = append(entries, directory, metadata, bytes.Join(tiles, nil))

	const headerSize, plain = 127, 1
	head := make([]byte, headerSize)
	copy(head, "PMTiles\x03")
	put := func(at int, v uint64) { binary.LittleEndian.PutUint64(head[at:], v) }
	root, meta, data := uint64(headerSize), uint64(headerSize+len(directory)), uint64(headerSize+len(directory)+len(metadata))
	for i, v := range []uint64{root, uint64(len(directory)), meta, uint64(len(metadata)), data, 0, data, uint64(len(entries[2])), uint64(len(tiles)),
		uint64(len(tiles)), uint64(len(tiles))} {
		put(8+8*i, v)
	}
	head[96], head[97], head[98], head[99], head[100], head[101] = 1, plain, compression, kind, 0, byte(maxZoom)
	for i, v := range []int32{-1_800_000_000, -850_511_287, 1_800_000_000, 850_511_287} {
		binary.LittleEndian.PutUint32(head[102+4*i:], uint32(v))
	}
	path := filepath.Join(t.TempDir(), "world.pmtiles")
	if err := os.WriteFile(path, bytes.Join(append([][]byte{head}, entries...), nil), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func layerOf(features ...*geojson.Feature) *geojson.FeatureCollection {
	c := geojson.NewFeatureCollection()
	c.Features = features
	return c
}

func shapeOf(shape orb.Geometry, properties map[string]any) *geojson.Feature {
	f := geojson.NewFeature(shape)
	f.Properties = properties
	return f
}

// hilbert is the tile at a place along the Hilbert curve of a zoom.
func hilbert(zoom uint32, d uint64) (x, y uint32) {
	for s := uint32(1); s < 1<<zoom; s <<= 1 {
		rx := uint32(d>>1) & 1
		ry := uint32(d) & 1
		ry ^= rx
		if ry == 0 {
			if rx == 1 {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
		x, y = x+s*rx, y+s*ry
		d >>= 2
	}
	return x, y
}

func TestHilbert(t *testing.T) {
	// From the specification: the curve of zoom 1 goes up the left side and down
	// the right one.
	for d, want := range [][2]uint32{{0, 0}, {0, 1}, {1, 1}, {1, 0}} {
		if x, y := hilbert(1, uint64(d)); x != want[0] || y != want[1] {
			t.Errorf("%d: %d,%d, want %v", d, x, y, want)
		}
	}
	seen := map[[2]uint32]bool{}
	px, py := hilbert(5, 0)
	for d := range uint64(1 << 10) {
		x, y := hilbert(5, d)
		seen[[2]uint32{x, y}] = true
		if d > 0 && bits.Len32((x-px)*(x-px)+(y-py)*(y-py)) != 1 {
			t.Fatalf("step %d leads from %d,%d to %d,%d", d, px, py, x, y)
		}
		px, py = x, y
	}
	if len(seen) != 1<<10 {
		t.Errorf("%d tiles, want %d", len(seen), 1<<10)
	}
}
