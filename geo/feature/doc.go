// Package feature writes the locations of stories in forms that maps and
// spreadsheets read: GeoJSON (RFC 7946), GeoJSON text sequences (RFC 8142), CSV
// (RFC 4180) and KML 2.2 (OGC 07-147r2). It owns the properties of a feature and
// their order. For maps of more features than a browser can draw it gathers them
// into the cells of a [Grid].
//
// Every writer holds one feature at a time and a small buffer, however many
// are written. The package never queries a store.
package feature
