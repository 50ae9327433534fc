package overview

import (
	"cmp"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// SuggestionKind is the kind of filter of a suggestion.
type SuggestionKind string

// The kinds of suggestion.
const (
	SuggestPlace   SuggestionKind = "place"
	SuggestCountry SuggestionKind = "country"
	SuggestOutlet  SuggestionKind = "outlet"
	SuggestText    SuggestionKind = "text"
)

// Suggestion is a filter suggested for a typed text.
type Suggestion struct {
	Kind    SuggestionKind
	Place   *geo.Place // of a place or country
	Outlet  *Outlet
	Text    string // of a text
	Matched string // the name that begins as typed, of a place or country
	Stories int    // not of a text

	ownName    bool // the main name begins as typed, not one of the others
	prominence float64
}

const (
	// maxLookedUp is the maximum number of candidates for a complete name.
	maxLookedUp = 10
	// maxWeighed is the number of places that are compared, as those with stories may not be
	// the most prominent.
	maxWeighed = 60
)

// Suggest returns filters for the beginning of a word: places and countries whose main name
// begins with it before those with another such name, those with more stories first; then
// outlets; then the text itself, if there is room for it.
func (o *Overview) Suggest(d *Directory, typed string, limit int) []Suggestion {
	if typed == "" {
		return nil
	}
	folded := gazetteer.Fold(typed)
	out := o.suggestPlaces(d, typed, folded)
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		if a.ownName != b.ownName {
			if a.ownName {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Stories-a.Stories, cmp.Compare(b.prominence, a.prominence))
	})
	outlets := d.outletsWithPrefix(folded, typed, limit)
	texts := min(limit-1, 1) // the text itself, if there is room for more than one suggestion
	out = out[:min(len(out), limit-texts-min(len(outlets), limit/4))]
	for _, outlet := range outlets[:min(len(outlets), limit-texts-len(out))] {
		out = append(out, Suggestion{Kind: SuggestOutlet, Outlet: &outlet, Stories: outlet.Stories})
	}
	if len(out) < limit {
		out = append(out, Suggestion{Kind: SuggestText, Text: typed})
	}
	return out
}

// suggestPlaces returns places and countries from the gazetteer and from the stories. If
// no name begins as typed, the text is looked up as a complete name, so that misspellings
// and "Paris, Texas" find something too.
func (o *Overview) suggestPlaces(d *Directory, typed, folded string) []Suggestion {
	found := o.places.Suggest(typed, maxWeighed)
	inStories := d.placesWithPrefix(folded, maxWeighed)
	if folded == "" {
		inStories = nil
	}
	if len(found)+len(inStories) == 0 {
		found = o.places.Lookup(typed, maxLookedUp)
	}
	var out []Suggestion
	seen := map[string]bool{}
	for i := range found {
		s := d.suggestion(&found[i].Place, found[i].Name)
		s.prominence = found[i].Score
		s.ownName = strings.HasPrefix(gazetteer.Fold(s.Place.Name), folded) || gazetteer.Fold(found[i].Name) == folded
		if key := s.key(); !seen[key] {
			seen[key], seen["place "+found[i].Place.ID] = true, true
			out = append(out, s)
		}
	}
	for _, h := range inStories {
		if seen["place "+h.ID] {
			continue
		}
		place, err := o.places.Place(h.ID)
		if err != nil { // a store may be older than the gazetteer
			place = geo.Place{ID: h.ID, Name: h.Name, Point: h.Point, FeatureCode: h.FeatureCode, Country: h.Country, Admin1: h.Admin1}
		}
		if s := d.suggestion(&place, h.Name); !seen[s.key()] {
			s.ownName = true
			seen[s.key()] = true
			out = append(out, s)
		}
	}
	return out
}

// suggestion returns the suggestion of a place. For a country it is the filter for stories
// from all over the country.
func (d *Directory) suggestion(p *geo.Place, matched string) Suggestion {
	s := Suggestion{Kind: SuggestPlace, Place: p, Matched: matched, Stories: d.stories[p.ID]}
	if p.Country != "" && p.Precision() == geo.PrecisionCountry {
		s.Kind, s.Stories = SuggestCountry, d.countries[p.Country]
	}
	return s
}

// key identifies the filter of a place or country.
func (s *Suggestion) key() string {
	if s.Kind == SuggestCountry {
		return "country " + s.Place.Country
	}
	return "place " + s.Place.ID
}
