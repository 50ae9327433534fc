// Package overview computes what a map shows about all stories and places: places and outlets
// that begin with a text, the number of stories in each country, neighbours of a place, and
// place names that fit on a map.
//
// It reads summaries of stories and a gazetteer. It does not depend on HTTP, the format of
// answers, or a particular store.
package overview
