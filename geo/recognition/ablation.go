package recognition

import (
	"slices"

	"newsmap/geo"
)

// signalGroups are the groups of signals that training can leave out, to measure
// what each contributes.
var signalGroups = map[string][]template{
	"gazetteer": {
		signalClass, signalPopulation, signalProminence, signalCount, signalMain, signalDemonym, signalClassRun, signalNameRun, signalMajor, signalNested,
	},
	"lists": {
		signalNameList, signalCalendar, signalTail, signalHead, signalPrevKind, signalNextKind, signalPrevNext, signalRunLeft, signalRunRight,
		signalRunFirst, signalRunLast, signalRunRightWord, signalRunLeftWord, signalOrgOf, signalCompass,
	},
	"words":   {signalPrev, signalPrev2, signalNext, signalNext2, signalHyphen, signalCommaAfter, signalCommaBefore},
	"letters": {signalCase, signalInitial, signalSuffix, signalLength, signalRun},
	"document": {
		signalJoined,
		signalLowercase,
		signalPerson,
		signalPrep,
		signalRegion,
		signalOccurs,
		signalScore,
		signalTagDocument,
		signalDateline,
		signalListed,
	},
	"home":   {signalHome, signalHomeOwn, signalHomePosition, signalHomeInitial},
	"tagger": {signalTagPlace, signalTagClass, signalTagSpan, signalTagPrev, signalTagNext, signalTagDocument},
}

// SignalGroups returns the names of the groups of signals that [Train] can leave
// out, sorted.
func SignalGroups() []string {
	var names []string
	for name := range signalGroups {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// templatesOf returns the templates of the named groups. The error wraps
// geo.ErrInvalid and names an unknown group.
func templatesOf(groups []string) (map[template]bool, error) {
	out := map[template]bool{}
	for _, name := range groups {
		templates, ok := signalGroups[name]
		if !ok {
			return nil, geo.Invalid("signal group", "%q is unknown; choose from %q", name, SignalGroups())
		}
		for _, t := range templates {
			out[t] = true
		}
	}
	return out, nil
}
