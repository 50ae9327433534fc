package recognition

import (
	"fmt"
	"slices"

	"newsmap/geo"
)

// featureGroups are the groups of features that training can leave out, to
// measure what each gives.
var featureGroups = map[string][]template{
	"gazetteer": {
		featClass, featPopulation, featProminence, featCount, featMain, featDemonym, featClassRun, featNameRun, featMajor, featNested,
	},
	"lists": {
		featNameList, featCalendar, featTail, featHead, featPrevKind, featNextKind, featPrevNext, featRunLeft, featRunRight,
		featRunFirst, featRunLast, featRunRightWord, featRunLeftWord, featOrgOf, featCompass,
	},
	"words":    {featPrev, featPrev2, featNext, featNext2, featHyphen, featCommaAfter, featCommaBefore},
	"letters":  {featCase, featInitial, featSuffix, featLength, featRun},
	"document": {featJoined, featSmall, featPerson, featPrep, featRegion, featOccurs, featScore, featTagDocument, featDateline, featListed},
	"home":     {featHome, featHomeOwn, featHomePosition, featHomeInitial},
	"tagger":   {featTagPlace, featTagClass, featTagSpan, featTagPrev, featTagNext, featTagDocument},
}

// FeatureGroups names the groups of features that [Train] can leave out.
func FeatureGroups() []string {
	var names []string
	for name := range featureGroups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// without gives the templates of the named groups. The error wraps
// geo.ErrInvalid and names a group that is not known.
func without(groups []string) (map[template]bool, error) {
	out := map[template]bool{}
	for _, name := range groups {
		templates, ok := featureGroups[name]
		if !ok {
			return nil, geo.Invalid("feature group", "%s", fmt.Sprintf("%q is none of %q", name, FeatureGroups()))
		}
		for _, t := range templates {
			out[t] = true
		}
	}
	return out, nil
}
