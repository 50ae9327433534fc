package handlers

import (
	"fmt"
	"net/http"
	"net/url"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

const geoJSONType = "application/geo+json"

// listFeatures streams the features under the filters as a FeatureCollection,
// holding one feature at a time.
func (s *server) listFeatures(c *gin.Context) {
	q, values, err := s.query(c, "download")
	if err != nil {
		s.fail(c, err)
		return
	}
	switch values.Get("download") {
	case "", "0":
	case "1":
		c.Header("Content-Disposition", fmt.Sprintf("attachment; filename=\"newsmap-%s.geojson\"", s.Now().UTC().Format("20060102-150405")))
	default:
		s.fail(c, geo.Invalid("download", "is neither 0 nor 1"))
		return
	}
	c.Header("Content-Type", geoJSONType)
	c.Header("Cache-Control", "no-cache")
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK)
		return
	}
	if err := s.streamFeatures(c, q, values); err != nil {
		s.fail(c, err)
	}
}

func (s *server) streamFeatures(c *gin.Context, q story.Query, values url.Values) error {
	writer, err := feature.NewWriter("geojson", c.Writer, feature.Options{BaseURL: s.BaseURL, BBox: q.BBox})
	if err != nil {
		return err
	}
	next, err := s.Store.Features(c.Request.Context(), q, writer.Write)
	if err != nil {
		return err
	}
	if next != "" {
		values.Set("cursor", next)
		feature.Next(writer, s.BaseURL+"/api/features.geojson?"+values.Encode())
	}
	return writer.Close()
}
