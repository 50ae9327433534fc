package sqlite

import (
	"encoding/json"
	"strings"

	"newsmap/geo"
)

// The first version stored the reasons of a location as English sentences. They are
// read here, and written for the digest alone, so that a story which did not change
// has the digest that it was stored with.

// oldReasons are the sentences by code. A parameter is between two texts.
var oldReasons = []struct {
	code          geo.ReasonCode
	before, after string
	param         string
}{
	{geo.ReasonNamedBeside, "", " named beside it", "name"},
	{geo.ReasonMostNamed, "", " named most often", "name"},
	{geo.ReasonNearestPlace, "the nearest place, ", " km away", "km"},
	{geo.ReasonCountryLocated, "its country located by ", "", "credit"},
	{geo.ReasonLocated, "located by ", "", "credit"},
	{geo.ReasonContainsOther, "named as what holds another place", "", ""},
	{geo.ReasonOutletHome, "outlet's home", "", ""},
	{geo.ReasonNearOutletHome, "near the outlet's home", "", ""},
	{geo.ReasonNearOutletName, "near where the outlet's name puts it", "", ""},
	{geo.ReasonNearOthers, "other places of the story lie near", "", ""},
	{geo.ReasonAbbreviation, "a listed abbreviation", "", ""},
	{geo.ReasonDemonym, "named by its people", "", ""},
	{geo.ReasonContext, "the words beside it fit", "", ""},
	{geo.ReasonOnlyCandidate, "the only place of that name", "", ""},
	{geo.ReasonBestKnown, "best known of that name", "", ""},
	{geo.ReasonCoordinates, "coordinates written in the text", "", ""},
	{geo.ReasonPublisherPoint, "the publisher's own point", "", ""},
}

// oldSentence returns the reason as the first version wrote it.
func oldSentence(r geo.Reason) string {
	for _, old := range oldReasons {
		if old.code == r.Code {
			return old.before + r.Params[old.param] + old.after
		}
	}
	return r.String()
}

// oldSentences returns the list of reasons in the JSON of the first version.
func oldSentences(reasons []geo.Reason) []byte {
	sentences := make([]string, len(reasons))
	for i, r := range reasons {
		sentences[i] = oldSentence(r)
	}
	b, err := json.Marshal(sentences)
	if err != nil {
		panic(err) // a list of strings always encodes
	}
	return b
}

// parseOldSentence reads a reason that the first version wrote. An unknown sentence
// becomes the text of a reason with the code "other".
func parseOldSentence(sentence string) geo.Reason {
	for _, old := range oldReasons {
		switch value, ok := between(sentence, old.before, old.after); {
		case ok && old.param != "" && value != "":
			return geo.NewReason(old.code, old.param, value)
		case ok && old.param == "" && value == "":
			return geo.NewReason(old.code)
		}
	}
	return geo.NewReason(geo.ReasonOther, "text", sentence)
}

// between returns what is between the beginning and the end of s.
func between(s, before, after string) (string, bool) {
	s, begins := strings.CutPrefix(s, before)
	s, ends := strings.CutSuffix(s, after)
	return s, begins && ends
}

// reasonJSON is a reason in the details table: an object, or a sentence of the first
// version.
type reasonJSON geo.Reason

// UnmarshalJSON reads both forms.
func (r *reasonJSON) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var sentence string
		if err := json.Unmarshal(b, &sentence); err != nil {
			return err
		}
		*r = reasonJSON(parseOldSentence(sentence))
		return nil
	}
	return json.Unmarshal(b, (*geo.Reason)(r))
}

func (r reasonJSON) decode() geo.Reason { return geo.Reason(r) }

func encodeReason(r geo.Reason) reasonJSON { return reasonJSON(r) }
