package handlers

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
	"github.com/microcosm-cc/bluemonday"
)

// basemapPath is the address of the base map's file.
const basemapPath = "/basemap.pmtiles"

// basemap is a PMTiles file with a map of the world, which browsers read by byte ranges.
type basemap struct {
	file *os.File
	size int64
	time time.Time
	tag  string
	basemapBody
}

// basemapBody describes the base map for the page.
type basemapBody struct {
	URL         string     `json:"url"`
	Name        string     `json:"name"`
	Type        string     `json:"type"` // mvt, png, jpeg, webp or avif
	MinZoom     int        `json:"min_zoom"`
	MaxZoom     int        `json:"max_zoom"`
	BBox        [4]float64 `json:"bbox"`
	Attribution string     `json:"attribution"` // HTML of text and links
}

// A PMTiles file, version 3, begins with a header of 127 bytes whose numbers are little-endian
// (https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md). Most of the constants are
// positions in it.
const (
	pmtilesHeader      = 127 // bytes
	pmtilesMagic       = "PMTiles"
	pmtilesVersion     = 7
	pmtilesMetadata    = 24 // offset and length
	pmtilesCompression = 97 // of directories and metadata
	pmtilesType        = 99
	pmtilesZooms       = 100
	pmtilesBounds      = 102 // four numbers in units of 1e-7 degrees

	maxMetadata = 4 << 20 // bytes
)

var tileTypes = [...]string{"unknown", "mvt", "png", "jpeg", "webp", "avif"}

// openBasemap opens a PMTiles file and reads its header and metadata. The error names
// "basemap".
func openBasemap(path string) (*basemap, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("basemap: %w", err)
	}
	b, err := readBasemap(file, path)
	if err != nil {
		file.Close()
		return nil, err
	}
	return b, nil
}

func readBasemap(file *os.File, path string) (*basemap, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("basemap: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, geo.Invalid("basemap", "%s is not a regular file; expected a PMTiles file", path)
	}
	header := make([]byte, pmtilesHeader)
	if _, err := file.ReadAt(header, 0); err != nil || string(header[:len(pmtilesMagic)]) != pmtilesMagic {
		return nil, geo.Invalid("basemap", "%s is not a PMTiles file: it does not begin with %q and a header; expected version 3 of the format", path, pmtilesMagic)
	}
	if v := header[pmtilesVersion]; v != 3 {
		return nil, geo.Invalid("basemap", "%s is PMTiles of version %d; expected version 3: convert it with 'pmtiles convert'", path, v)
	}
	b := &basemap{file: file, size: info.Size(), time: info.ModTime()}
	b.tag = fmt.Sprintf(`"%x-%x"`, b.size, b.time.UnixNano())
	b.basemapBody = basemapBody{URL: basemapPath, Type: tileTypes[0], MinZoom: int(header[pmtilesZooms]), MaxZoom: int(header[pmtilesZooms+1])}
	if t := int(header[pmtilesType]); t < len(tileTypes) {
		b.Type = tileTypes[t]
	}
	for i := range b.BBox {
		b.BBox[i] = float64(int32(binary.LittleEndian.Uint32(header[pmtilesBounds+4*i:]))) / 1e7
	}
	return b, b.readMetadata(header, path)
}

// readMetadata reads the name and the attribution from the metadata of the file.
func (b *basemap) readMetadata(header []byte, path string) error {
	offset, length := binary.LittleEndian.Uint64(header[pmtilesMetadata:]), binary.LittleEndian.Uint64(header[pmtilesMetadata+8:])
	if length == 0 {
		return nil
	}
	if offset > uint64(b.size) || length > uint64(b.size)-offset || length > maxMetadata {
		return geo.Invalid("basemap", "%s was cut off or damaged: its metadata is outside it; download it again", path)
	}
	raw := make([]byte, length)
	if _, err := b.file.ReadAt(raw, int64(offset)); err != nil {
		return fmt.Errorf("basemap: %w", err)
	}
	const plain, gzipped = 1, 2
	switch c := header[pmtilesCompression]; c {
	case plain:
	case gzipped:
		reader, err := gzip.NewReader(bytes.NewReader(raw))
		if err == nil {
			raw, err = io.ReadAll(io.LimitReader(reader, maxMetadata))
		}
		if err != nil {
			return geo.Invalid("basemap", "%s is damaged: its metadata cannot be decompressed; download it again", path)
		}
	default:
		return nil // the base map works without its name and attribution
	}
	var about struct{ Name, Attribution string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return geo.Invalid("basemap", "%s is damaged: its metadata is not a JSON object; download it again", path)
	}
	links := bluemonday.NewPolicy()
	links.AllowAttrs("href").OnElements("a")
	links.AllowURLSchemes("http", "https")
	links.RequireNoFollowOnLinks(false)
	links.RequireNoReferrerOnLinks(true)
	b.Name, b.Attribution = about.Name, links.Sanitize(about.Attribution)
	return nil
}

// serveBasemap serves the file or byte ranges of it.
func (s *server) serveBasemap(c *gin.Context) {
	c.Header("Content-Type", "application/vnd.pmtiles")
	c.Header("ETag", s.basemap.tag)
	c.Header("Cache-Control", "no-cache")
	http.ServeContent(c.Writer, c.Request, "", s.basemap.time, io.NewSectionReader(s.basemap.file, 0, s.basemap.size))
}

type configBody struct {
	Version  string       `json:"version"`
	TilesURL *string      `json:"tiles_url"` // raster tiles with {z}, {x} and {y}; null: OpenStreetMap's
	Basemap  *basemapBody `json:"basemap"`   // null if the server has none
	CanAdd   bool         `json:"can_add"`   // whether stories can be added with the token
	Live     bool         `json:"live"`      // whether /api/events exists
}

// config answers with what this server offers to the page.
func (s *server) config(c *gin.Context) {
	if err := noParams(c.Request); err != nil {
		s.fail(c, err)
		return
	}
	body := configBody{Version: s.Version, TilesURL: nullable(s.TilesURL), CanAdd: s.Token != "" && s.Ingester != nil, Live: s.live != nil}
	if s.basemap != nil {
		body.Basemap = &s.basemap.basemapBody
	}
	c.Header("Cache-Control", "no-cache")
	s.json(c, http.StatusOK, body)
}
