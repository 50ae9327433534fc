package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// Suggester gives the places whose names begin with a prefix, best first. A
// gazetteer that is one makes suggestions better.
type Suggester interface {
	Suggest(prefix string, limit int) []geo.Candidate
}

const (
	defaultSuggestions = 10
	mostSuggestions    = 50
	mostTyped          = 200 // bytes

	// suggestFrom is how many places are weighed: those with stories need not be
	// the most prominent.
	suggestFrom = 60
)

type suggestionsBody struct {
	Suggestions []suggestionBody `json:"suggestions"`
}

// suggestionBody is a filter that may be meant. What a kind does not have is null.
type suggestionBody struct {
	Kind        string            `json:"kind"` // place, country, outlet or text
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Label       string            `json:"label"`             // the name and where it lies
	Matched     *string           `json:"matched,omitempty"` // the name that was found, if it is another
	Lat         *float64          `json:"lat"`
	Lon         *float64          `json:"lon"`
	FeatureCode *string           `json:"feature_code"`
	Stories     *int              `json:"stories"`
	Value       map[string]string `json:"value"` // of the filter to set

	ownName    bool // begins as typed, rather than one of the other names
	prominence float64
}

// suggest answers with what the beginning of a word may mean: places and
// countries that bear such a name before those that have one in some language,
// and of each those with the most stories first; then outlets; then the words
// themselves.
func (s *server) suggest(c *gin.Context) {
	values, err := onlyQuery(c, "q", "limit")
	if err != nil {
		s.fail(c, err)
		return
	}
	typed := strings.TrimSpace(values.Get("q"))
	switch {
	case !values.Has("q"):
		err = geo.Invalid("q", "is missing: the beginning of a name")
	case len(typed) > mostTyped:
		err = geo.Invalid("q", "has %d bytes, more than %d", len(typed), mostTyped)
	case !utf8.ValidString(typed) || strings.ContainsRune(typed, 0):
		err = geo.Invalid("q", "is not valid UTF-8 text")
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	limit, err := intParam(values, "limit", 1, mostSuggestions, defaultSuggestions)
	if err != nil {
		s.fail(c, err)
		return
	}
	d, err := s.directories.get(c.Request.Context(), s.aggregator, s.Now())
	if err != nil {
		s.fail(c, err)
		return
	}
	tag := ""
	if d.version != "" {
		tag = s.tagOf(d.version, c.Request.URL.Path, values)
	}
	s.answerAs(c, jsonType, tag, func(context.Context) ([]byte, error) {
		return encodeJSON(suggestionsBody{s.suggestions(d, typed, limit)})
	})
}

func (s *server) suggestions(d *directory, typed string, limit int) []suggestionBody {
	if typed == "" {
		return []suggestionBody{}
	}
	folded := gazetteer.Fold(typed)
	out := s.suggestPlaces(d, typed, folded)
	slices.SortStableFunc(out, func(a, b suggestionBody) int {
		if a.ownName != b.ownName {
			if a.ownName {
				return -1
			}
			return 1
		}
		return cmp.Or(*b.Stories-*a.Stories, cmp.Compare(b.prominence, a.prominence))
	})
	outlets := d.outletsFrom(folded, typed, limit)
	words := min(limit-1, 1) // the words themselves, where there is room for more than one
	out = out[:min(len(out), limit-words-min(len(outlets), limit/4))]
	for _, o := range outlets[:min(len(outlets), limit-words-len(out))] {
		out = append(out, newOutletSuggestion(&o))
	}
	if len(out) < limit {
		out = append(out, suggestionBody{Kind: "text", Name: typed, Label: typed, Value: map[string]string{"q": typed}})
	}
	return out
}

func newOutletSuggestion(o *directoryOutlet) suggestionBody {
	name := cmp.Or(o.name, o.domain)
	label := name
	if o.domain != "" && o.domain != name {
		label += " · " + o.domain
	}
	return suggestionBody{Kind: "outlet", ID: o.filter(), Name: name, Label: label, Stories: &o.stories, Value: map[string]string{"outlet": o.filter()}}
}

// suggestPlaces gathers places and countries from the gazetteer and from the
// stories. A name that nothing begins with is looked up as a whole, so that slips
// and "Paris, Texas" find something too.
func (s *server) suggestPlaces(d *directory, typed, folded string) []suggestionBody {
	var found []geo.Candidate
	if suggester, ok := s.Places.(Suggester); ok {
		found = suggester.Suggest(typed, suggestFrom)
	}
	held := d.placesFrom(folded, suggestFrom)
	if folded == "" {
		held = nil
	}
	if len(found)+len(held) == 0 {
		found = s.Places.Lookup(typed, defaultSuggestions)
	}
	out := []suggestionBody{}
	seen := map[string]bool{}
	for i := range found {
		b := newSuggestion(&found[i].Place, found[i].Name, d)
		b.prominence = found[i].Score
		b.ownName = strings.HasPrefix(gazetteer.Fold(b.Name), folded) || gazetteer.Fold(found[i].Name) == folded
		if !seen[b.Kind+b.ID] {
			seen[b.Kind+b.ID], seen["place"+found[i].Place.ID] = true, true
			out = append(out, b)
		}
	}
	for _, h := range held {
		if seen["place"+h.ID] {
			continue
		}
		p, err := s.Places.Place(h.ID)
		if err != nil { // a store outlives the index that filled it
			p = geo.Place{ID: h.ID, Name: h.Name, Point: h.Point, FeatureCode: h.FeatureCode, Country: h.Country, Admin1: h.Admin1}
		}
		if b := newSuggestion(&p, h.Name, d); !seen[b.Kind+b.ID] {
			b.ownName = true
			seen[b.Kind+b.ID] = true
			out = append(out, b)
		}
	}
	return out
}

// newSuggestion is a country for what is one, since stories from all over it are
// meant, and else a place.
func newSuggestion(p *geo.Place, matched string, d *directory) suggestionBody {
	lat, lon := micro(p.Point.Lat()), micro(p.Point.Lon())
	b := suggestionBody{Kind: "place", ID: p.ID, Name: p.Name, Lat: &lat, Lon: &lon, FeatureCode: nullable(p.FeatureCode)}
	if !strings.EqualFold(matched, p.Name) {
		b.Matched = &matched
	}
	if p.Country != "" && p.Precision() == geo.PrecisionCountry {
		stories := d.countries[p.Country]
		b.Kind, b.ID, b.Label, b.Stories, b.Value = "country", p.Country, p.Name, &stories, map[string]string{"country": p.Country}
		return b
	}
	stories := d.stories[p.ID]
	b.Stories, b.Value = &stories, map[string]string{"place": p.ID}
	parts := []string{p.Name}
	for _, part := range [...]string{p.Admin1, locale.CountryName(p)} {
		if part != "" && part != parts[len(parts)-1] {
			parts = append(parts, part)
		}
	}
	b.Label = strings.Join(parts, ", ")
	return b
}
