package overview

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"newsmap/geo/story"
)

// Country is the number of stories and features in a country that match a query.
type Country struct {
	Code              string // ISO 3166-1 alpha-2
	Stories, Features int
}

// Countries returns the number of stories and features that match q in each country, the
// country with the most stories first. A place in several countries counts in each of them, as
// in the filter "country". Limit and Cursor of q are ignored. The error is that of the store.
func (o *Overview) Countries(ctx context.Context, q story.Query) ([]Country, error) {
	type count struct {
		Country
		last int // number of the last story that was counted
	}
	byCode := map[string]*count{}
	err := o.stories.FeatureSummaries(ctx, q, func(f *story.FeatureSummary) error {
		add := func(code string) {
			if len(q.Country) > 0 && !slices.Contains(q.Country, code) {
				return
			}
			n := byCode[code]
			if n == nil {
				n = &count{Country{Code: code}, -1}
				byCode[code] = n
			}
			n.Features++
			if n.last != f.Story.Number {
				n.last = f.Story.Number
				n.Stories++
			}
		}
		if f.Place.Country != "" {
			add(f.Place.Country)
		}
		for _, code := range f.Place.Countries {
			if code != f.Place.Country {
				add(code)
			}
		}
		return nil
	})
	out := make([]Country, 0, len(byCode))
	for _, n := range byCode {
		out = append(out, n.Country)
	}
	slices.SortFunc(out, func(a, b Country) int { return cmp.Or(b.Stories-a.Stories, strings.Compare(a.Code, b.Code)) })
	return out, err
}
