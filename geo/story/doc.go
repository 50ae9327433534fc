// Package story holds an article as newsmap keeps it ([Story]), the filters by
// which stories are asked for ([Query]) and the contract that every store
// fulfils ([Store]).
//
// A story has one identity: the same story by another form of its address, by
// another name that its publisher gives it, or the same text without one, is the
// same story. The package knows nothing of SQL, HTTP handlers or how places are
// found.
package story
