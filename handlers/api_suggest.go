package handlers

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/overview"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

const (
	defaultSuggestions = 10
	maxSuggestions     = 50
	maxTyped           = 200 // bytes
)

type suggestionsBody struct {
	Suggestions []suggestionBody `json:"suggestions"`
}

// suggestionBody is a suggested filter. Fields that a kind does not have are null.
type suggestionBody struct {
	Kind        string            `json:"kind"` // place, country, outlet or text
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Label       string            `json:"label"`             // the name with its division and country
	Matched     *string           `json:"matched,omitempty"` // the name that matched, if it is not Name
	Lat         *float64          `json:"lat"`
	Lon         *float64          `json:"lon"`
	FeatureCode *string           `json:"feature_code"`
	Stories     *int              `json:"stories"`
	Value       map[string]string `json:"value"` // parameters of the filter
}

// suggest answers with filters for the beginning of a word; see overview.Suggest.
func (s *server) suggest(c *gin.Context) {
	values, err := onlyParams(c, "q", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	typed := strings.TrimSpace(values.Get("q"))
	switch {
	case !values.Has("q"):
		err = geo.Invalid("q", "is missing; set it to the beginning of a name")
	case len(typed) > maxTyped:
		err = geo.Invalid("q", "is too long: %d bytes; the limit is %d", len(typed), maxTyped)
	case !utf8.ValidString(typed) || strings.ContainsRune(typed, 0):
		err = geo.Invalid("q", "is not valid UTF-8 text; send UTF-8 without NUL characters")
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := intParam(values, "limit", 1, maxSuggestions, defaultSuggestions)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerFromDirectory(c, values, func(d *overview.Directory) any {
		body := suggestionsBody{[]suggestionBody{}}
		for _, suggestion := range s.overview.Suggest(d, typed, limit) {
			body.Suggestions = append(body.Suggestions, newSuggestionBody(&suggestion))
		}
		return body
	})
}

// answerFromDirectory answers with what produce returns for the directory of all stories.
func (s *server) answerFromDirectory(c *gin.Context, values url.Values, produce func(*overview.Directory) any) {
	d, err := s.overview.Directory(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	tag := ""
	if d.Version() != "" {
		tag = s.tagOf(d.Version(), c.Request.URL.Path, values)
	}
	s.answerAs(c, jsonType, tag, func(context.Context) ([]byte, error) { return encodeJSON(produce(d)) })
}

func newSuggestionBody(s *overview.Suggestion) suggestionBody {
	b := suggestionBody{Kind: string(s.Kind), Stories: &s.Stories}
	switch s.Kind {
	case overview.SuggestText:
		b.Name, b.Label, b.Value, b.Stories = s.Text, s.Text, map[string]string{"q": s.Text}, nil
		return b
	case overview.SuggestOutlet:
		o := s.Outlet
		b.ID, b.Name, b.Value = o.Filter(), cmp.Or(o.Name, o.Domain), map[string]string{"outlet": o.Filter()}
		if b.Label = b.Name; o.Domain != "" && o.Domain != b.Name {
			b.Label += " · " + o.Domain
		}
		return b
	}
	p := s.Place
	lat, lon := micro(p.Point.Lat()), micro(p.Point.Lon())
	b.ID, b.Name, b.Label, b.Lat, b.Lon, b.FeatureCode = p.ID, p.Name, labelOf(p), &lat, &lon, nullable(p.FeatureCode)
	b.Value = map[string]string{"place": p.ID}
	if !strings.EqualFold(s.Matched, p.Name) {
		b.Matched = &s.Matched
	}
	if s.Kind == overview.SuggestCountry {
		b.ID, b.Label, b.Value = p.Country, p.Name, map[string]string{"country": p.Country}
	}
	return b
}

// labelOf returns the name of a place with its division and country.
func labelOf(p *geo.Place) string {
	if p.Country != "" && p.Precision() == geo.PrecisionCountry {
		return p.Name
	}
	parts := []string{p.Name}
	for _, part := range [...]string{p.Admin1, locale.CountryName(p)} {
		if part != "" && part != parts[len(parts)-1] {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
