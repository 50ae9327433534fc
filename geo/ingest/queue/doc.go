// Package queue keeps the work of ingest that is still to be done, and does it:
// polls of feeds and items that are to become stories, as jobs of River on SQLite.
// It owns retries, back-off and what is known of jobs; it fetches nothing and parses
// nothing itself.
//
// # Where jobs lie
//
// Jobs lie in a file of their own beside the store (news.db-jobs for news.db).
// SQLite has one writer a file: in the store's own file, each step of a job would
// wait for the story that is just stored and the other way round. On two cores,
// 4,000 jobs that each stored a small story passed 643 a second in one file, with
// half a second for the slowest story, and 1,076 a second in two files, with an eighth
// (BenchmarkShared). The file can be removed while no newsmap runs: what waited in it
// is lost, no more.
//
// # Crashes
//
// New items are written through to the disk before [Queue.AddNews] returns; the
// other steps are only safe from the end of the process, not from the end of the
// machine, which at worst repeats jobs. Jobs may be repeated, so that what they do
// must be fit for that, as storing a story is. Who works holds a lock on a file
// (news.db-worker) that ends with the process: whoever gets it knows that jobs which
// are said to run do not, and lets them start again at once. That one was cut off is
// no failure of a job: only failures use up its attempts.
//
// # The way of a job
//
//	AddPolls, AddNews -> waits -> runs -> done, kept for a minute
//	                      ^  ^     |
//	                      |  +-----+ the host's turn comes later: as long as that takes, not counted
//	                      +--------+ failed: again after a minute, 4 minutes, 16 …
//	                               +-> given up after some attempts: kept for a week with the reason
//
// River's driver for SQLite is young; what it is used for here is covered by tests
// of this package. Its notifications through the database are left out: they would be
// one more row for each job, and twenty queries a second; workers look four times a
// second, and at once when there was more than they could take.
package queue
