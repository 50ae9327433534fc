// Package story defines an article as newsmap stores it ([Story]), the filters that
// select stories ([Query]) and the interface that every store implements ([Store]).
//
// A story has one identity. A second article is the same story if it has a variant of
// the same address, the same guid, or no address and the same text. The package does
// not depend on SQL, HTTP handlers or geoparsing.
package story
