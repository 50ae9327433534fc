package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsmap/geo/ingest/webtest/wildweb"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// wildEnv is the variable that asks for the full test.
const wildEnv = "NEWSMAP_WILD"

// wildSize is the size of a test.
type wildSize struct {
	web   wildweb.Config
	kills int
	wait  time.Duration // for a turn
}

func wildSizeOf() wildSize {
	const contact = "desk@wild.example"
	if os.Getenv(wildEnv) == "full" {
		return wildSize{wildweb.Config{Seed: 1, Feeds: 200, Pages: 5_000, Turns: 7, Contact: contact, Hang: true}, 12, 15 * time.Minute}
	}
	return wildSize{wildweb.Config{Seed: 1, Feeds: 42, Pages: 300, Turns: 3, Contact: contact}, 12, 5 * time.Minute}
}

// TestWildWeb follows feeds with all the faults of feeds in the wild. At the end, the
// store must contain each story exactly once, even if the program was killed twelve
// times. See package wildweb for how to run it in full.
func TestWildWeb(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	t.Parallel()
	size := wildSizeOf()
	t.Run("Calm", func(t *testing.T) {
		t.Parallel()
		proveWild(t, size, 0)
	})
	t.Run("Killed", func(t *testing.T) {
		t.Parallel()
		proveWild(t, size, size.kills)
	})
}

func proveWild(t *testing.T, size wildSize, kills int) {
	w, err := wildweb.New(size.web)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.SetStrict(kills == 0)
	r := newWildRun(t, w, size)
	for turn := range size.web.Turns {
		w.Turn()
		r.due()
		for range (kills*(turn+1))/size.web.Turns - kills*turn/size.web.Turns {
			r.start()
			time.Sleep(time.Duration(r.random.IntN(1_000)) * time.Millisecond)
			r.kill()
		}
		r.start()
		r.waitUntilDone()
		t.Logf("turn %d: %s", turn+1, r.took())
	}
	r.stop()
	r.check()
	r.quiet()
	for _, c := range w.Complaints() {
		t.Error(c)
	}
	asked, notModified := w.Requests()
	t.Logf("%d stories, %d requests (%d answered by 304), %d kills, at most %d MiB resident", len(w.Stories()), asked, notModified, r.kills, r.resident>>10)
}

// TestWildFlood measures the memory that it takes to follow feeds with 100,000 items.
func TestWildFlood(t *testing.T) {
	if os.Getenv(wildEnv) != "flood" {
		t.Skip("takes a quarter of an hour; " + wildEnv + "=flood runs it")
	}
	const feeds, hopeless, each, turns, maxKB = 25, 22, 500, 8, 300 << 10
	size := wildSize{wildweb.Config{Seed: 1, Feeds: feeds + hopeless, Flood: each, Turns: turns, Contact: "desk@wild.example"}, 0, 40 * time.Minute}
	w, err := wildweb.New(size.web)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r := newWildRun(t, w, size)
	for turn := range turns {
		w.Turn()
		r.due()
		r.start()
		r.waitUntilDone()
		t.Logf("turn %d: %s, at most %d MiB resident", turn+1, r.took(), r.resident>>10)
	}
	r.stop()
	store := r.open()
	defer store.Close()
	if n, err := store.Count(t.Context(), story.Query{}); err != nil || n.Stories != feeds*each*turns {
		t.Errorf("%+v, %v; want %d stories", n, err, feeds*each*turns)
	}
	if r.resident > maxKB {
		t.Errorf("%d KiB resident, more than %d", r.resident, maxKB)
	}
}

// wildRun is the real program that follows a wild web.
type wildRun struct {
	*testing.T
	web      *wildweb.Web
	size     wildSize
	path     string // of the store
	random   *rand.Rand
	program  *program // nil if it is not running
	begun    time.Time
	kills    int
	resident int // maximum resident memory so far, in KiB
}

func newWildRun(t *testing.T, w *wildweb.Web, size wildSize) *wildRun {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{"feeds.opml": w.OPML(), "ca.pem": w.CA()} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &wildRun{T: t, web: w, size: size, path: filepath.Join(dir, "news.db"), random: rand.New(rand.NewPCG(size.web.Seed, 2))}
}

// open opens the store next to the program.
func (r *wildRun) open() *sqlite.Store {
	r.Helper()
	store, err := sqlite.Open(r.Context(), r.path, sqlite.Options{})
	if err != nil {
		r.Fatal(err)
	}
	return store
}

// start starts the program unless it is running. It polls only after a call of due.
func (r *wildRun) start() {
	r.Helper()
	if r.program != nil {
		return
	}
	dir := filepath.Dir(r.path)
	certificates := []string{"SSL_CERT_FILE=" + filepath.Join(dir, "ca.pem")}
	r.program = startWith(r.T, certificates, "--store", "sqlite:"+r.path, "--feeds", filepath.Join(dir, "feeds.opml"), "--allow-private", r.web.Range(),
		"--host-delay", "0", "--contact", r.size.web.Contact, "--poll-min-interval", "1h", "--poll-max-interval", "2h", "--log", "json")
}

func (r *wildRun) kill() {
	r.Helper()
	if err := r.program.Process.Kill(); err != nil {
		r.Fatal(err)
	}
	_ = r.program.Wait()
	r.program = nil
	r.kills++
}

// stop ends the program by SIGTERM and checks its log.
func (r *wildRun) stop() {
	r.Helper()
	if err := r.program.Process.Signal(syscall.SIGTERM); err != nil {
		r.Fatal(err)
	}
	if err := r.program.Wait(); err != nil {
		r.Errorf("%v\n%s", err, r.program.stderr)
	}
	for line := range strings.Lines(r.program.stderr.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			r.Error(line)
		}
	}
	r.program = nil
}

// exec runs SQL on a database of the program, to make its work start now.
func (r *wildRun) exec(path, statement string, args ...any) {
	r.Helper()
	if _, err := os.Stat(path); err != nil {
		return
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_busy_timeout=20000")
	if err != nil {
		r.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(r.Context(), statement, args...); err != nil {
		r.Fatalf("%s: %v", statement, err)
	}
}

// due makes all feeds due for a poll.
func (r *wildRun) due() {
	r.Helper()
	r.begun = time.Now()
	r.exec(r.path, "UPDATE feeds SET due = 0 WHERE gone = 0")
}

// retry makes failed jobs due for another attempt.
func (r *wildRun) retry(jobs []int64) {
	r.Helper()
	for _, job := range jobs {
		r.exec(r.path+"-jobs", "UPDATE river_job SET state = 'available', scheduled_at = ? WHERE id = ? AND state = 'retryable'",
			time.Now().UTC().Format("2006-01-02 15:04:05.000"), job)
	}
}

func (r *wildRun) took() string { return time.Since(r.begun).Round(time.Millisecond).String() }

// waitUntilDone waits until all feeds were polled in this turn and no job is waiting, running
// or to be tried again.
func (r *wildRun) waitUntilDone() {
	r.Helper()
	store := r.open()
	defer store.Close()
	for end := time.Now().Add(r.size.wait); ; time.Sleep(200 * time.Millisecond) {
		r.resident = max(r.resident, peakKB(r, r.program.Process.Pid))
		unpolled, busy, retryable := r.left(store)
		if unpolled == 0 && busy == 0 && len(retryable) == 0 {
			return
		}
		if unpolled == 0 && busy == 0 {
			r.retry(retryable)
		}
		if time.Now().After(end) {
			_ = r.program.Process.Kill()
			_ = r.program.Wait()
			r.Fatalf("after %s, %d feeds are to be polled, %d jobs wait or run, %d are to be tried again\n%s",
				r.took(), unpolled, busy, len(retryable), tailOf(r.program.stderr.String()))
		}
	}
}

// peakKB returns the maximum resident memory of a process so far, in KiB, or 0 if the
// system does not tell.
func peakKB(t testing.TB, pid int) (n int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(rest, &n)
		}
	}
	return n
}

// tailOf returns the end of a log.
func tailOf(log string) string { return log[max(0, len(log)-8_000):] }

// left counts the feeds and jobs that are still to be done, and lists the jobs to be
// tried again.
func (r *wildRun) left(store *sqlite.Store) (unpolled, busy int, retryable []int64) {
	r.Helper()
	subs, err := store.Subscriptions(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	for _, sub := range subs {
		switch {
		case sub.Gone || r.web.AsksForPause(sub.URL):
		case sub.Fetched.Before(r.begun.Add(-time.Millisecond)):
			unpolled++
		case sub.Error != "" && !r.web.Failing(sub.URL): // the machine was too busy to answer in time
			unpolled++
			r.exec(r.path, "UPDATE feeds SET due = 0 WHERE id = ? AND due > ?", sub.ID, time.Now().UnixMicro())
		}
	}
	if len(subs) == 0 {
		unpolled = r.web.Feeds()
	}
	busy, retryable = r.jobs()
	return unpolled, busy, retryable
}

// jobs counts the jobs that wait or run, and lists those to be tried again. Jobs for
// pages that never answer do not count after the first attempt, because their stories
// are stored then.
func (r *wildRun) jobs() (busy int, retryable []int64) {
	r.Helper()
	db, err := sql.Open("sqlite", "file:"+r.path+"-jobs"+"?_busy_timeout=20000")
	if err != nil {
		r.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(r.Context(), `SELECT id, state, errors IS NOT NULL, coalesce(args ->> '$.news.item.URL', '')
		FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`)
	if err != nil {
		r.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var job int64
		var state, address string
		var failed bool
		if err := rows.Scan(&job, &state, &failed, &address); err != nil {
			r.Fatal(err)
		}
		switch {
		case failed && r.web.RetriedForever(address):
		case state == "retryable":
			retryable = append(retryable, job)
		default:
			busy++
		}
	}
	if err := rows.Err(); err != nil {
		r.Fatal(err)
	}
	return busy, retryable
}

// check compares the store with the wild web after the end of the program.
func (r *wildRun) check() {
	r.Helper()
	store := r.open()
	defer store.Close()
	complaints, err := r.web.Check(r.Context(), store)
	if err != nil {
		r.Fatal(err)
	}
	copies, err := r.web.CheckDuplicates(r.Context(), store)
	if err != nil {
		r.Fatal(err)
	}
	subs, err := store.Subscriptions(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	complaints = slices.Concat(complaints, copies, r.web.CheckFeeds(subs))
	const maxPrinted = 60
	for i, c := range complaints {
		if i == maxPrinted {
			r.Errorf("and %d more", len(complaints)-maxPrinted)
			break
		}
		r.Error(c)
	}
}

// quiet polls all feeds once more without news, after which no story may have changed.
func (r *wildRun) quiet() {
	r.Helper()
	before := r.revision()
	r.due()
	r.start()
	r.waitUntilDone()
	r.stop()
	store := r.open()
	defer store.Close()
	const maxChanges = 20
	changes, err := store.Changes(r.Context(), before, maxChanges)
	if err != nil {
		r.Fatal(err)
	}
	for _, c := range changes {
		s, err := store.Story(r.Context(), c.ID)
		if err != nil {
			r.Fatal(err)
		}
		r.Errorf("a turn without news: %s was %s", s.URL, c.Outcome)
	}
}

func (r *wildRun) revision() int64 {
	r.Helper()
	store := r.open()
	defer store.Close()
	n, err := store.Revision(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return n
}
