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

// Suggestion is a filter that is suggested for a typed text.
type Suggestion struct {
	Kind    SuggestionKind
	Place   *geo.Place // if Kind is SuggestPlace or SuggestCountry
	Outlet  *Outlet    // if Kind is SuggestOutlet
	Text    string     // if Kind is SuggestText
	Matched string     // the name of Place that begins with the typed text
	Stories int        // number of stories; 0 if Kind is SuggestText

	strongMatch bool // whether the main name begins with the typed text, or a name equals it
	prominence  float64
}

const (
	// maxCandidates is the maximum number of candidates for a complete name.
	maxCandidates = 10
	// maxCompared is the maximum number of places that are compared. It is greater than the
	// number of suggestions, as places with stories may not be the most prominent.
	maxCompared = 60
)

// Suggest returns at most limit filters for a typed text: places and countries with a name that
// begins with it, then outlets, then the text itself. Places whose main name begins with the
// text, or that have a name equal to it, are before other places. Among these, places with more
// stories are first.
func (o *Overview) Suggest(d *Directory, typed string, limit int) []Suggestion {
	if typed == "" {
		return nil
	}
	folded := gazetteer.Fold(typed)
	out := o.suggestPlaces(d, typed, folded)
	slices.SortStableFunc(out, func(a, b Suggestion) int {
		if a.strongMatch != b.strongMatch {
			if a.strongMatch {
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

// suggestPlaces returns places and countries from the gazetteer and from the stories. If no
// name begins with the typed text, it looks up the text as a complete name, which also finds
// misspelled names and "Paris, Texas".
func (o *Overview) suggestPlaces(d *Directory, typed, folded string) []Suggestion {
	found := o.places.Suggest(typed, maxCompared)
	inStories := d.placesWithPrefix(folded, maxCompared)
	if folded == "" {
		inStories = nil
	}
	if len(found)+len(inStories) == 0 {
		found = o.places.Lookup(typed, maxCandidates)
	}
	var out []Suggestion
	seen := map[string]bool{}
	for i := range found {
		s := d.suggestion(&found[i].Place, found[i].Name)
		s.prominence = found[i].Score
		s.strongMatch = strings.HasPrefix(gazetteer.Fold(s.Place.Name), folded) || gazetteer.Fold(found[i].Name) == folded
		if key := s.key(); !seen[key] {
			seen[key], seen["place "+found[i].Place.ID] = true, true
			out = append(out, s)
		}
	}
	for _, p := range inStories {
		if seen["place "+p.ID] {
			continue
		}
		place, err := o.places.Place(p.ID)
		if err != nil { // stories may have been located with another gazetteer
			place = geo.Place{ID: p.ID, Name: p.Name, Point: p.Point, FeatureCode: p.FeatureCode, Country: p.Country, Admin1: p.Admin1}
		}
		if s := d.suggestion(&place, p.Name); !seen[s.key()] {
			s.strongMatch = true
			seen[s.key()] = true
			out = append(out, s)
		}
	}
	return out
}

// suggestion returns the suggestion of a place. That of a country is the filter for the stories
// of all places in it.
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
