package sqlite_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// crashEnv is the environment variable with the seed and the store's path for a child
// process that will be killed.
const crashEnv = "NEWSMAP_STORE_CRASH_CHILD"

// TestMain runs the child process if crashEnv is set.
func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		fmt.Fprintln(os.Stderr, crashChild(spec))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const report = "Outlets print the report number %d of the agency with headlines of their own. The county of Place%d counted %d trees along its roads " +
	"this spring, and %d of them must be felled before the winter, the forester said on Monday. Schools will plant as many new ones in October, each with " +
	"the name of the class that looks after it. What it costs is not known yet, since the nurseries have raised their prices twice since March."

// crashChild stores, changes and deletes duplicates of a few stories without end. After
// each successful Put it remembers a feed item and prints its key.
func crashChild(spec string) error {
	var seed uint64
	var path string
	if _, err := fmt.Sscanf(spec, "%d %s", &seed, &path); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	feed := &subscription.Subscription{URL: "https://post.example/feed"}
	if _, err := s.Subscribe(ctx, feed); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(seed, 0))
	for i := 0; ; i++ {
		about, outlet := random.IntN(5), random.IntN(8)
		st := &story.Story{
			Title: fmt.Sprintf(
				"Trees must be felled in Place%d, says forester of outlet %d",
				about,
				outlet,
			),
			URL:     fmt.Sprintf("https://outlet%d.example/%d", outlet, random.IntN(6)),
			Text:    fmt.Sprintf(report, about, about, about*1000+7, about*100+3),
			Domain:  fmt.Sprintf("outlet%d.example", outlet),
			Aliases: []string{fmt.Sprintf("guid:%d", random.IntN(60))},
			Outlet:  fmt.Sprint("Outlet ", i),
		}
		st.ID = story.Identify(st)
		if random.IntN(6) == 0 {
			_ = s.Delete(ctx, st.ID) // it may not exist
			continue
		}
		if _, err := s.Put(ctx, st); err != nil {
			return err
		}
		item := subscription.Item{Key: fmt.Sprintf("%d-%d", seed, i), Digest: "1"}
		if err := s.Remember(ctx, feed.ID, []subscription.Item{item}, time.Now(), time.Hour); err != nil {
			return err
		}
		fmt.Println(item.Key)
	}
}

// TestCrash kills a process that groups, merges and deletes stories, at random moments,
// and checks that the tables are consistent and no successful write is lost.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for round := range 8 {
		keys := crash(t, path, round, time.Duration(30+random.IntN(200))*time.Millisecond)
		checkCrashed(t, path, keys)
		t.Logf("killed after %d successful puts", len(keys))
		if t.Failed() {
			return
		}
	}
}

// crash runs the child, kills it some time after its first output, and returns the items
// that it printed.
func crash(t *testing.T, path string, round int, after time.Duration) (keys []subscription.Item) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", crashEnv, round, path))
	var stderr strings.Builder
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if len(keys) == 0 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
		keys = append(keys, subscription.Item{Key: lines.Text(), Digest: "1"})
	}
	_ = child.Wait()
	if stderr.Len() > 0 {
		t.Errorf("the child failed: %s", stderr.String())
	}
	return keys
}

func checkCrashed(t *testing.T, path string, keys []subscription.Item) {
	t.Helper()
	if r, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true}); err != nil {
		t.Errorf("opened read-only after the crash: %v", err)
	} else {
		r.Close()
	}
	s := open(t, path, nil)
	defer s.Close()
	feeds, err := s.Subscriptions(t.Context())
	if err != nil || len(feeds) != 1 {
		t.Fatalf("%d feeds, %v", len(feeds), err)
	}
	if lost, err := s.Unknown(t.Context(), feeds[0].ID, keys); err != nil || len(lost) > 0 {
		t.Errorf("%d remembered items are lost, %v", len(lost), err)
	}
	checkTables(t, path)
}

// checkTables checks that the rows of the tables are consistent.
func checkTables(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{
		"PRAGMA integrity_check": "ok",
		"SELECT count(*) FROM stories c WHERE lead > 0 AND NOT EXISTS (SELECT 1 FROM stories l WHERE l.n = c.lead AND l.lead = 0)": "0",
		"SELECT count(*) FROM stories s WHERE copies <> (SELECT count(*) FROM stories c WHERE c.lead = s.n AND c.lead > 0)":        "0",
		"SELECT count(*) FROM prints WHERE story NOT IN (SELECT n FROM stories)":                                                   "0",
		"SELECT count(*) FROM stories WHERE n NOT IN (SELECT story FROM prints)":                                                   "0",
		"SELECT count(*) FROM names WHERE story NOT IN (SELECT n FROM stories) OR id IN (SELECT id FROM stories)":                  "0",
		"SELECT count(*) FROM stories, revision WHERE revision > number OR created > revision OR revision = 0":                     "0",
		"SELECT count(*) FROM deleted WHERE id IN (SELECT id FROM stories)":                                                        "0",
		"SELECT count(*) FROM stories WHERE n NOT IN (SELECT story FROM texts)":                                                    "0",
		"SELECT (SELECT count(*) FROM stories) - (SELECT count(*) FROM words WHERE words MATCH 'forester')":                        "0",
		"SELECT count(*) FROM pragma_foreign_key_check":                                                                            "0",
	} {
		var got string
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
}
