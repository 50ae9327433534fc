package handlers

import (
	"context"

	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

type countriesBody struct {
	Countries []countryBody `json:"countries"`
}

type countryBody struct {
	Country  string `json:"country"`
	Name     string `json:"name"`
	Stories  int    `json:"stories"`
	Features int    `json:"features"`
}

// listCountries answers with the number of stories and features in each country that match the
// filters, most stories first.
func (s *server) listCountries(c *gin.Context) {
	q, values, err := s.unpagedQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerJSON(c, values, func(ctx context.Context) (any, error) {
		counts, err := s.overview.Countries(ctx, q)
		if err != nil {
			return nil, err
		}
		body := countriesBody{[]countryBody{}}
		for _, n := range counts {
			body.Countries = append(body.Countries, countryBody{n.Code, locale.RegionName(n.Code), n.Stories, n.Features})
		}
		return body, nil
	})
}
