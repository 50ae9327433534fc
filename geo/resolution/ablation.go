package resolution

import (
	"fmt"
	"slices"

	"newsmap/geo"
)

// featureGroups are the groups of features that training can leave out, to
// measure what each gives.
var featureGroups = map[string][]featureID{
	"prior":       {featPrior, featPopulation, featNoPopulation, featTop, featGap, featMain},
	"containment": {featInside, featNotInside, featHolds, featNotHolds},
	"lists":       {featListInside, featListOutside, featSiblingLevel, featSiblingCountry},
	"hints":       {featHintRight, featHintWrong},
	"votes":       {featCountryVote, featCountryMost, featAdmin1Vote, featAdmin1Most, featCountryNamed, featAdmin1Named, featBigUnvoted, featSmallUnvoted},
	"distance":    {featNear25, featNear100, featNear300, featNear1000, featDatelineNear, featDatelineCountry},
	"outlet":      {featHomeCountry, featForeign, featHomeAdmin1, featHomeNear, featHomeTown, featHomeFar, featNoHome},
	"masthead":    {featGuessCountry, featGuessForeign, featGuessAdmin1, featGuessNear, featGuessTown, featGuessFar},
}

// FeatureGroups names the groups of features that [Train] can leave out. Without
// votes, distance and lists no place weighs on another: the joint rounds are idle.
func FeatureGroups() []string {
	var names []string
	for name := range featureGroups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// without marks the features of the named groups. The error wraps
// geo.ErrInvalid and names a group that is not known.
func without(groups []string) ([featureCount]bool, error) {
	var out [featureCount]bool
	for _, name := range groups {
		ids, ok := featureGroups[name]
		if !ok {
			return out, geo.Invalid("feature group", "%s", fmt.Sprintf("%q is none of %q", name, FeatureGroups()))
		}
		for _, id := range ids {
			out[id] = true
		}
	}
	return out, nil
}
