// Package overview computes what a map shows about all stories and places: suggestions for a
// typed text, the number of stories in each country, the neighbours of a place, and the place
// names that fit on a map.
//
// It reads summaries of stories and a gazetteer. It does not depend on HTTP, on the format of
// responses, or on a particular store.
package overview
