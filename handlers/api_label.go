package handlers

import (
	"context"

	"newsmap/geo"
	"newsmap/geo/overview"

	"github.com/gin-gonic/gin"
)

const (
	defaultLabels = 200
	maxLabels     = 1_000
)

type labelsBody struct {
	Places []labelBody `json:"places"`
}

type labelBody struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Lat         float64            `json:"lat"`
	Lon         float64            `json:"lon"`
	Kind        overview.LabelKind `json:"kind"`
	FeatureCode string             `json:"feature_code"`
	Country     string             `json:"country"`
	Population  int64              `json:"population"`
}

func newLabelBody(l *overview.Label) labelBody {
	p := &l.Place
	return labelBody{p.ID, p.Name, micro(p.Point.Lat()), micro(p.Point.Lon()), l.Kind, p.FeatureCode, p.Country, p.Population}
}

// listLabels answers with the large places that a map labels at a zoom.
func (s *server) listLabels(c *gin.Context) {
	values, err := onlyParams(c, "bbox", "zoom", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	box := geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}
	if text := values.Get("bbox"); text != "" {
		if box, err = geo.ParseBBox(text); err != nil {
			s.fail(c, err)
			return
		}
	}
	z, err := zoomParam(values)
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := intParam(values, "limit", 1, maxLabels, defaultLabels)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerAs(c, jsonType, s.tagOf("gazetteer", c.Request.URL.Path, values), func(context.Context) ([]byte, error) {
		body := labelsBody{[]labelBody{}}
		for _, l := range s.overview.Labels(box, z, limit) {
			body.Places = append(body.Places, newLabelBody(&l))
		}
		return encodeJSON(body)
	})
}
