// Package georss corrects the places of a story by the points that its publisher attached to
// it (GeoRSS, W3C Basic Geo; geo.Document.Points). It owns one step after resolution,
// [Resolver]. It never reads feeds: package feed finds the points.
//
// A point is used in three ways. A name that may mean a place near the point means that place.
// A name that may mean an area that contains the point means that area, unless the result of
// resolution already agrees with the point. A point near which the text names no place adds a
// place to the story: the nearest populated place, or the point itself.
//
// Points that are 0,0 or out of range are ignored. A single document does not show whether a
// point is that of the publisher's office; package feed removes points that most items of a
// feed share.
package georss
