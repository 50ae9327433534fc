package geo

import (
	"maps"
	"slices"
	"strings"
)

// ReasonCode names a kind of [Reason]. The codes are part of the API.
type ReasonCode string

// The codes, each with the parameters of its reasons.
const (
	ReasonNamedBeside    ReasonCode = "named_beside"     // name: the place named next to it ("Paris, Texas")
	ReasonContainsOther  ReasonCode = "contains_other"   // none
	ReasonOutletHome     ReasonCode = "outlet_home"      // none
	ReasonNearOutletHome ReasonCode = "near_outlet_home" // none
	ReasonNearOutletName ReasonCode = "near_outlet_name" // none
	ReasonMostNamed      ReasonCode = "most_named"       // name: of the division or country; country: ISO 3166-1 alpha-2, for a country only
	ReasonNearOthers     ReasonCode = "near_others"      // none
	ReasonAbbreviation   ReasonCode = "abbreviation"     // none
	ReasonDemonym        ReasonCode = "demonym"          // none
	ReasonContext        ReasonCode = "context"          // none
	ReasonOnlyCandidate  ReasonCode = "only_candidate"   // none
	ReasonBestKnown      ReasonCode = "best_known"       // none
	ReasonCoordinates    ReasonCode = "coordinates"      // none
	ReasonPublisherPoint ReasonCode = "publisher_point"  // none
	ReasonNearestPlace   ReasonCode = "nearest_place"    // km: kilometres to the point, a whole number
	ReasonLocated        ReasonCode = "located"          // credit: the geocoder with its attribution and licence
	ReasonCountryLocated ReasonCode = "country_located"  // credit: the geocoder with its attribution and licence
	ReasonOther          ReasonCode = "other"            // text: a sentence of an earlier version that has no code
)

// reasonTexts are the English sentences of the codes, with {parameter} in place of a
// parameter. The message files of the page have the same sentences in each language.
var reasonTexts = map[ReasonCode]string{
	ReasonNamedBeside:    "{name} is named beside it",
	ReasonContainsOther:  "it contains another place in the text",
	ReasonOutletHome:     "it is the outlet's home",
	ReasonNearOutletHome: "it is near the outlet's home",
	ReasonNearOutletName: "it is near the place in the outlet's name",
	ReasonMostNamed:      "{name} is named most often",
	ReasonNearOthers:     "other places in the text are near it",
	ReasonAbbreviation:   "the name is a known abbreviation",
	ReasonDemonym:        "the text names its people",
	ReasonContext:        "the words beside the name fit",
	ReasonOnlyCandidate:  "it is the only place with this name",
	ReasonBestKnown:      "it is the best-known place with this name",
	ReasonCoordinates:    "the text gives its coordinates",
	ReasonPublisherPoint: "the publisher gives its coordinates",
	ReasonNearestPlace:   "it is the nearest place, {km} km away",
	ReasonLocated:        "it was located by {credit}",
	ReasonCountryLocated: "its country was located by {credit}",
	ReasonOther:          "{text}",
}

// ReasonCodes lists all codes, sorted.
func ReasonCodes() []ReasonCode { return slices.Sorted(maps.Keys(reasonTexts)) }

// Text returns the English sentence of the code, with {parameter} in place of a parameter. It
// is empty for an unknown code.
func (c ReasonCode) Text() string { return reasonTexts[c] }

// Reason is why a place was chosen: a code, and the parameters of its sentence. Params is nil
// if the code has none.
type Reason struct {
	Code   ReasonCode        `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

// NewReason returns a reason with parameters, given as name, value, name, value.
func NewReason(code ReasonCode, params ...string) Reason {
	r := Reason{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if r.Params == nil {
			r.Params = map[string]string{}
		}
		r.Params[params[i]] = params[i+1]
	}
	return r
}

// Equal reports whether both have the same code and parameters.
func (r Reason) Equal(other Reason) bool {
	return r.Code == other.Code && maps.Equal(r.Params, other.Params)
}

// String returns the reason as an English sentence without a full stop.
func (r Reason) String() string {
	text := r.Code.Text()
	if text == "" {
		return string(r.Code)
	}
	pairs := make([]string, 0, 2*len(r.Params))
	for name, value := range r.Params {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
