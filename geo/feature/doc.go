// Package feature writes the locations of stories in forms that maps and
// spreadsheets read: GeoJSON (RFC 7946), GeoJSON text sequences (RFC 8142) and
// CSV (RFC 4180). It owns the properties of a feature and their order.
//
// Every writer holds one feature at a time and a small buffer, however many
// are written. The package never queries a store.
package feature
