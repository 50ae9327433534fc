package handlers

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// serveTile answers with a vector tile of the features that match the filters. At low zooms it
// contains counts by cell and country instead of features. The status is 204 if the tile is
// empty.
func (s *server) serveTile(c *gin.Context) {
	tile, err := parseTile(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	q, values, err := s.unpagedQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if q.BBox != nil {
		s.fail(c, geo.Invalid("bbox", "cannot be used for a tile, which has a box of its own; leave it out"))
		return
	}
	s.answer(c, feature.TileMediaType, values, func(ctx context.Context) ([]byte, error) {
		w := feature.NewTileWriter(tile, feature.Options{BaseURL: s.BaseURL})
		fill := s.fillFeatures
		if tile.Clustered() {
			fill = s.fillCells
		}
		if err := fill(ctx, q, tile, w); err != nil {
			return nil, err
		}
		return w.Bytes()
	})
}

func (s *server) fillCells(ctx context.Context, q story.Query, tile feature.Tile, w *feature.TileWriter) error {
	grid := tile.Grid()
	q.BBox = grid.BBox()
	err := s.aggregator.FeatureSummaries(ctx, q, func(f *story.FeatureSummary) error {
		grid.Add(f)
		return nil
	})
	if err != nil {
		return err
	}
	for _, cell := range grid.Cells(math.MaxInt, false) {
		w.WriteCell(&cell)
	}
	for _, area := range grid.Areas() {
		w.WriteArea(&area)
	}
	return nil
}

func (s *server) fillFeatures(ctx context.Context, q story.Query, tile feature.Tile, w *feature.TileWriter) error {
	box := tile.BBox()
	q.BBox, q.Limit = &box, feature.MaxTileFeatures
	_, err := s.Store.Features(ctx, q, w.Write)
	return err
}

// parseTile parses the address of a tile: z/x/y.mvt.
func parseTile(c *gin.Context) (tile feature.Tile, err error) {
	y, found := strings.CutSuffix(c.Param("y"), ".mvt")
	if !found {
		return tile, fmt.Errorf("tile %q: %w", c.Param("y"), geo.ErrNotFound)
	}
	for _, part := range [...]struct {
		name, text string
		into       *int
	}{{"z", c.Param("z"), &tile.Z}, {"x", c.Param("x"), &tile.X}, {"y", y, &tile.Y}} {
		n, err := strconv.ParseUint(part.text, 10, 31)
		if err != nil {
			return tile, geo.Invalid(part.name, "%q is not a whole number; write the address as /tiles/z/x/y.mvt", clip(strings.ToValidUTF8(part.text, "�")))
		}
		*part.into = int(n)
	}
	return tile, tile.Validate()
}
