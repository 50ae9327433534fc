package handlers

import (
	"context"
	"math"
	"time"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// maxCells is the maximum number of cells in one answer. If a view would need more, the cells
// are larger.
const maxCells = 2_000

type clustersBody struct {
	Cells    []cellBody `json:"cells"`
	Areas    []areaBody `json:"areas"`    // countries that stories name as a whole; cells do not count them
	Features int        `json:"features"` // within the bbox
	Stories  int        `json:"stories"`
	Cut      bool       `json:"cut"` // always false: cells become larger instead
}

type cellBody struct {
	Lon      float64          `json:"lon"`
	Lat      float64          `json:"lat"`
	Stories  int              `json:"stories"`
	Features int              `json:"features"`
	Newest   time.Time        `json:"newest"`
	Place    string           `json:"place"` // the most frequent
	PlaceID  string           `json:"place_id"`
	Places   int              `json:"places"` // number of different places
	BBox     [4]float64       `json:"bbox"`
	Roles    map[geo.Role]int `json:"role_counts"`

	// Set if the cell has only one place.
	Precision *geo.Precision `json:"precision,omitempty"`
	Country   *string        `json:"country,omitempty"`
}

type areaBody struct {
	PlaceID    string           `json:"place_id"`
	Place      string           `json:"place"`
	Country    *string          `json:"country"`
	Precision  geo.Precision    `json:"precision"`
	Lon        float64          `json:"lon"`
	Lat        float64          `json:"lat"`
	Stories    int              `json:"stories"`
	Features   int              `json:"features"`
	Newest     time.Time        `json:"newest"`
	Confidence float64          `json:"confidence"`
	Roles      map[geo.Role]int `json:"role_counts"`
}

// listClusters answers with the features that match the filters, counted by the cells of a
// map.
func (s *server) listClusters(c *gin.Context) {
	q, values, err := s.unpagedQuery(c, "zoom")
	if err != nil {
		s.fail(c, err)
		return
	}
	z, err := zoomParam(values)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerJSON(c, values, func(ctx context.Context) (any, error) {
		grid, err := s.grid(ctx, q, int(math.Floor(z)))
		if err != nil {
			return nil, err
		}
		body := clustersBody{Cells: []cellBody{}, Areas: []areaBody{}, Features: grid.Features(), Stories: grid.Stories()}
		for _, cell := range grid.Cells(maxCells, true) {
			body.Cells = append(body.Cells, newCellBody(&cell))
		}
		for _, area := range grid.Areas() {
			body.Areas = append(body.Areas, newAreaBody(&area))
		}
		return body, nil
	})
}

// grid counts the features that match the filters by cell. The box of the view is widened to
// whole cells.
func (s *server) grid(ctx context.Context, q story.Query, zoom int) (*feature.Grid, error) {
	grid := feature.NewGrid(zoom, q.BBox)
	q.BBox = grid.BBox()
	err := s.aggregator.FeatureSummaries(ctx, q, func(f *story.FeatureSummary) error {
		grid.Add(f)
		return nil
	})
	return grid, err
}

func newCellBody(c *feature.Cell) cellBody {
	body := cellBody{
		Lon: micro(c.Point.Lon()), Lat: micro(c.Point.Lat()), Stories: c.Stories, Features: c.Features, Newest: c.Newest,
		Place: c.Place.Name, PlaceID: c.Place.ID, Places: c.Places, Roles: c.Roles,
		BBox: [4]float64{c.BBox.MinLon, c.BBox.MinLat, c.BBox.MaxLon, c.BBox.MaxLat},
	}
	if c.Places == 1 {
		body.Precision, body.Country = &c.Place.Precision, nullable(c.Place.Country)
	}
	return body
}

func newAreaBody(a *feature.Area) areaBody {
	return areaBody{
		PlaceID: a.Place.ID, Place: a.Place.Name, Country: nullable(a.Place.Country), Precision: a.Place.Precision,
		Lon: micro(a.Place.Point.Lon()), Lat: micro(a.Place.Point.Lat()),
		Stories: a.Stories, Features: a.Features, Newest: a.Newest, Confidence: micro(a.Confidence), Roles: a.Roles,
	}
}

// micro rounds degrees to six decimals, as in the answers.
func micro(v float64) float64 { return math.Round(v*1e6) / 1e6 }
