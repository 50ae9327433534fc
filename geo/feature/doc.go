// Package feature writes the locations of stories in formats for maps and spreadsheets:
// GeoJSON (RFC 7946), GeoJSON text sequences (RFC 8142), CSV (RFC 4180), KML 2.2 (OGC
// 07-147r2) and GPX 1.1. It defines the properties of a feature and their order. For maps with
// more features than a browser can draw, it counts them by the cells of a [Grid].
//
// Every writer keeps only one feature and a small buffer in memory. The package never reads
// from a store.
package feature
