package sqlite

import (
	"encoding/json"
	"strings"

	"newsmap/geo"
)

// The first version stored the reasons of a location as English sentences. This file
// reads them. It writes them only for the digest, so that a story that has not changed
// keeps its stored digest.

// oldReasons lists the sentence for each code: the text before a parameter, the
// parameter's name, and the text after it.
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

// oldSentence returns the sentence that the first version stored for r.
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

// parseOldSentence returns the reason for a sentence of the first version. An unknown
// sentence becomes the text of a reason with the code "other".
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

// between returns the part of s between the prefix before and the suffix after.
func between(s, before, after string) (string, bool) {
	s, begins := strings.CutPrefix(s, before)
	s, ends := strings.CutSuffix(s, after)
	return s, begins && ends
}

// reasonJSON is a reason in the table details: an object, or a sentence of the first
// version.
type reasonJSON geo.Reason

// UnmarshalJSON reads an object or a sentence.
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
