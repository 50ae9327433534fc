// Package georss corrects resolution with the points that a publisher gives with a story
// (GeoRSS, W3C Basic Geo; geo.Document.Points). It is a step after resolution, [Resolver].
// Package feed reads the points from feeds.
//
// A point is used in three ways. A name that may mean a place near the point means that place.
// A name that may mean an area that contains the point means that area, unless the result of
// resolution already agrees with the point. A point near which the text names no place is also
// a place of the story: the nearest populated place, or the point itself.
//
// Points that are 0,0 or not on Earth are ignored. A single document does not show whether a
// point is that of the publisher's office; package feed removes points that most items of a
// feed share.
package georss
