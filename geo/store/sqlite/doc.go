// Package sqlite keeps stories in one SQLite file. It owns the schema, its
// migrations and the planning of queries; it never parses parameters, text or
// pages. It fulfils story.Store, by the suite in package storetest.
//
// One connection writes, a pool reads, and the file is in WAL mode, so that
// readers never wait for the writer. Places are found through an R*Tree,
// words through FTS5 (https://www.sqlite.org/rtree.html,
// https://www.sqlite.org/fts5.html). Which of the two, or which other index,
// drives a query is chosen by counting what each would yield; see plan.
//
// What is asked about all stories at once, by each movement of a map, is answered
// from a narrow copy of them in memory that follows the log of changes; see
// overview.
//
// Copies of a report are found by the keys of package similarity, which lie in a
// table, so that every process that writes finds them, and are told by their texts.
// All that follows from a story, its names, its folds and the number of the change,
// is written in the transaction that writes the story.
//
// Times are kept as microseconds since 1970, which reach back to the first
// newspapers where nanoseconds would not.
package sqlite
