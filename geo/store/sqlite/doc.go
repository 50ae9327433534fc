// Package sqlite stores stories in one SQLite file. It owns the schema, its migrations
// and the planning of queries. It implements story.Store and passes the tests of
// package storetest. It does not parse parameters, text or pages.
//
// One connection writes and a pool of connections reads. The file is in WAL mode, so
// that readers never wait for the writer. An R*Tree finds places, FTS5 finds words
// (https://www.sqlite.org/rtree.html, https://www.sqlite.org/fts5.html). A query uses
// the index that counts the fewest matches; see plan.
//
// Questions about all stories, which each movement of a map asks, are answered from
// a small copy of the stories in memory. It is updated from the log of changes; see
// overview.
//
// Duplicates are found by the keys of package similarity, which are in a table, so that
// every process finds them, and confirmed by comparing the texts; see dedup. All that
// depends on a story, such as its ids, its group and the revision, is written in the
// same transaction as the story.
//
// Times are stored in microseconds since 1970. Nanoseconds would not reach back to the
// first newspapers.
package sqlite
