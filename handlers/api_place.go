package handlers

import (
	"strings"

	"newsmap/geo"
	"newsmap/geo/overview"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// maxNames is the maximum number of names of a place in an answer.
const maxNames = 200

// placeAnswer describes a place. Its stories are found by the filter "place".
type placeAnswer struct {
	Place       placeBody       `json:"place"`
	Label       string          `json:"label"` // the name with its division and country
	CountryName *string         `json:"country_name"`
	Admin2      *string         `json:"admin2"`
	Precision   geo.Precision   `json:"precision"`
	Population  *int64          `json:"population"`
	Names       []string        `json:"names"`   // other names, in all languages
	Stories     int             `json:"stories"` // number of stories that name it
	Neighbours  []neighbourBody `json:"neighbours"`
}

// neighbourBody is a place near another.
type neighbourBody struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Lat     float64 `json:"lat"`
	Lon     float64 `json:"lon"`
	KM      float64 `json:"km"`
	Stories int     `json:"stories"`
}

// getPlace answers with one place.
func (s *server) getPlace(c *gin.Context) {
	if err := noParams(c.Request); err != nil {
		s.fail(c, err)
		return
	}
	place, err := s.place(c.Request.Context(), c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerFromDirectory(c, nil, func(d *overview.Directory) any { return s.placeAnswer(&place, d) })
}

func (s *server) placeAnswer(p *geo.Place, d *overview.Directory) placeAnswer {
	out := placeAnswer{
		Place: newPlaceBody(p), Label: labelOf(p), CountryName: nullable(locale.CountryName(p)), Admin2: nullable(p.Admin2), Precision: p.Precision(),
		Names: []string{}, Stories: d.Stories(p.ID), Neighbours: []neighbourBody{},
	}
	if p.Population > 0 {
		out.Population = &p.Population
	}
	seen := map[string]bool{strings.ToLower(p.Name): true}
	for _, name := range s.Places.Names(p.ID) {
		if key := strings.ToLower(name); !seen[key] && len(out.Names) < maxNames {
			seen[key] = true
			out.Names = append(out.Names, name)
		}
	}
	for _, n := range s.overview.Neighbours(d, p) {
		out.Neighbours = append(out.Neighbours, neighbourBody{n.ID, n.Name, micro(n.Point.Lat()), micro(n.Point.Lon()), n.KM, n.Stories})
	}
	return out
}
