package resolution

import (
	"fmt"
	"slices"

	"newsmap/geo"
)

// signalGroups are the groups of signals that training can leave out, to measure what each
// contributes.
var signalGroups = map[string][]signalID{
	"prior":       {signalPrior, signalPopulation, signalNoPopulation, signalTop, signalGap, signalMain},
	"containment": {signalInside, signalNotInside, signalHolds, signalNotHolds},
	"lists":       {signalListInside, signalListOutside, signalSiblingLevel, signalSiblingCountry},
	"hints":       {signalHintRight, signalHintWrong},
	"votes": {signalCountryVote, signalCountryMost, signalAdmin1Vote, signalAdmin1Most, signalCountryNamed, signalAdmin1Named,
		signalBigUnvoted, signalSmallUnvoted},
	"distance": {signalNear25, signalNear100, signalNear300, signalNear1000, signalDatelineNear, signalDatelineCountry},
	"outlet":   {signalHomeCountry, signalForeign, signalHomeAdmin1, signalHomeNear, signalHomeTown, signalHomeFar, signalNoHome},
	"masthead": {signalGuessCountry, signalGuessForeign, signalGuessAdmin1, signalGuessNear, signalGuessTown, signalGuessFar},
}

// SignalGroups returns the names of the groups of signals that [Train] can leave out. Without
// votes, distance and lists no place influences another, and the joint rounds change nothing.
func SignalGroups() []string {
	var names []string
	for name := range signalGroups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// without marks the signals of the named groups. The error wraps geo.ErrInvalid and names an
// unknown group.
func without(groups []string) ([signalCount]bool, error) {
	var out [signalCount]bool
	for _, name := range groups {
		ids, ok := signalGroups[name]
		if !ok {
			return out, geo.Invalid("signal group", "%s", fmt.Sprintf("%q is unknown; choose one of %q", name, SignalGroups()))
		}
		for _, id := range ids {
			out[id] = true
		}
	}
	return out, nil
}
