// Package compile writes a gazetteer index from its sources: the GeoNames city
// lists and divisions as npm packages carry them, names in other languages from
// Debian's libgeonames-common, county outlines of us-atlas, country names of
// golang.org/x/text, and tables kept by hand.
//
// It owns how the sources are joined into one list of places and how a place's
// prominence follows from its facts. The same sources give the same bytes. It
// never fetches anything and never reads a finished index.
package compile
