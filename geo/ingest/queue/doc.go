// Package queue runs the work of ingest as durable jobs: polls of feeds, and items that
// will become stories. The jobs are stored in SQLite by River. The package owns retries,
// backoff and the status of jobs. It does not fetch or parse anything itself.
//
// # The file of jobs
//
// Jobs are in a separate file next to the store (news.db-jobs for news.db), because a
// SQLite file allows only one writer at a time. In a shared file, each step of a job
// waits for the story that is being stored, and the story waits for the jobs. On two
// cores, 4,000 jobs that each store a small story run at 643 jobs a second in one file,
// where the slowest story takes half a second, and at 1,076 jobs a second in two files,
// where it takes an eighth of a second (BenchmarkShared). The file can be deleted while
// newsmap is not running; only the waiting jobs are lost.
//
// # Crashes
//
// New items are synced to disk before [Queue.AddItems] returns. The other steps survive a
// crash of the process, but not of the machine: after that, some jobs may run again. A job
// must therefore be safe to run several times, as storing a story is. The process that
// runs the jobs locks a file (news.db-worker). The lock ends with the process. The next
// process to lock it makes the jobs available again that are marked as running. An
// interrupted job has not failed: only failures count as attempts.
//
// # States of a job
//
//	AddPolls, AddItems -> waiting -> running -> done, kept for a minute
//	                       ^  ^      |
//	                       |  +------+ the host must not be asked yet: waits that long, not an attempt
//	                       +---------+ failed: again after 1 minute, 4 minutes, 16 minutes …
//	                                 +-> failed, no attempts left: kept for a week with the reason
//
// River's driver for SQLite is new, so the tests of this package cover the parts that it
// uses. It does not use notifications through the database, which need a row for each job
// and twenty queries a second. Instead, workers look for jobs four times a second, and at
// once if there were more than they could take.
package queue
