// Package georss has the points that a publisher gives with a story (GeoRSS,
// W3C Basic Geo; geo.Document.Points) decide where the text alone would guess. It
// owns a step behind resolution only, [Resolver]; reading points out of feeds is
// package feed's work.
//
// A point is evidence of three kinds. A name that may mean a place within reach of
// it means that place. A name that may mean an area that holds it means that area,
// unless our own guess agrees with the point already. And a point at which the text
// names nothing is a place of the story all the same: the nearest populated place,
// or the bare point.
//
// A point that is 0,0 or is not on Earth is none. Points that say where the
// publisher sits cannot be told from one document: package feed drops those that a
// whole feed shares.
package georss
