package handlers

import (
	"context"
	"slices"
	"strings"

	"newsmap/geo/story"
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

// listCountries answers with how much under the filters lies in each country,
// most stories first. What spans several counts in each of them, as the filter
// "country" has it.
func (s *server) listCountries(c *gin.Context) {
	q, values, err := s.wholeQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerJSON(c, values, func(ctx context.Context) (any, error) {
		counts, err := s.countries(ctx, q)
		if err != nil {
			return nil, err
		}
		return countriesBody{counts}, nil
	})
}

func (s *server) countries(ctx context.Context, q story.Query) ([]countryBody, error) {
	type count struct {
		countryBody
		last int // story that was counted last
	}
	byCode := map[string]*count{}
	err := s.aggregator.FeatureSummaries(ctx, q, func(m *story.FeatureSummary) error {
		add := func(code string) {
			if len(q.Country) > 0 && !slices.Contains(q.Country, code) {
				return
			}
			n := byCode[code]
			if n == nil {
				n = &count{countryBody{Country: code, Name: locale.RegionName(code)}, -1}
				byCode[code] = n
			}
			n.Features++
			if n.last != m.Story.Number {
				n.last = m.Story.Number
				n.Stories++
			}
		}
		if m.Place.Country != "" {
			add(m.Place.Country)
		}
		for _, code := range m.Place.Countries {
			if code != m.Place.Country {
				add(code)
			}
		}
		return nil
	})
	out := make([]countryBody, 0, len(byCode))
	for _, n := range byCode {
		out = append(out, n.countryBody)
	}
	slices.SortFunc(out, func(a, b countryBody) int {
		if a.Stories != b.Stories {
			return b.Stories - a.Stories
		}
		return strings.Compare(a.Country, b.Country)
	})
	return out, err
}
