package ingest_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/ingest"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// crashEnv is set in a child process that will be killed. Its value is the path of the store
// and the version of the stories that the child stores.
const crashEnv = "NEWSMAP_CRASH_CHILD"

// TestMain runs the child process if crashEnv is set.
func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		version, path, _ := strings.Cut(spec, " ")
		fmt.Fprintln(os.Stderr, crashChild(path, version))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// countedLocations is a Parser that returns as many locations as the text says, each with the
// text as its evidence.
type countedLocations struct{}

func (countedLocations) Parse(_ context.Context, doc *geo.Document) (*geo.Result, error) {
	var i, version, locations int
	if _, err := fmt.Sscanf(doc.Text, "Story %d version %d with %d locations", &i, &version, &locations); err != nil {
		return nil, err
	}
	r := &geo.Result{}
	for k := range locations {
		place := geo.Place{ID: fmt.Sprintf("newsmap:%d-%d", version, k), Name: "Place", Point: [2]float64{float64(k), float64(version)}}
		r.Locations = append(r.Locations, geo.Location{Place: place, Role: geo.RoleMention, Evidence: doc.Text, Toponyms: []geo.Toponym{{Text: "Place"}}})
	}
	return r, nil
}

// crashChild ingests stories without end and prints the id of each when it is stored.
func crashChild(path, version string) error {
	store, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return err
	}
	// It replaces some stories of the earlier version, then adds new ones.
	var first int
	if _, err := fmt.Sscan(version, &first); err != nil {
		return err
	}
	first *= 15
	r, w := io.Pipe()
	go func() {
		for i := first; ; i++ {
			fmt.Fprintf(w, "{\"url\":\"https://post.example/%d\",\"text\":\"Story %d version %s with %d locations\"}\n", i, i, version, i%7)
		}
	}()
	source, err := ingest.Read("pipe", ingest.FormatJSONL, r)
	if err != nil {
		return err
	}
	g := &ingest.Ingester{Parser: countedLocations{}, Store: store}
	_, err = g.IngestAll(context.Background(), source, 2, func(e ingest.Event) {
		if e.Err != nil {
			fmt.Fprintln(os.Stderr, e.Err)
			os.Exit(1)
		}
		fmt.Println(e.Story.ID, version) // one write, so that a kill cannot cut it
	})
	return err
}

// TestCrash kills a process that ingests stories, at random times. Every story that it
// acknowledged must be stored, and no story may be stored in part.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	acknowledged := map[string]int{} // id -> version
	for version := 1; version <= 8; version++ {
		n := crash(t, path, version, time.Duration(30+random.IntN(250))*time.Millisecond, acknowledged)
		checkStories(t, path, acknowledged)
		checkFile(t, path)
		t.Logf("killed after %d acknowledged stories, %d in all", n, len(acknowledged))
		if t.Failed() {
			return
		}
	}
	if len(acknowledged) < 10 {
		t.Errorf("only %d stories were stored before the kill: too few for a test", len(acknowledged))
	}
}

// crash runs the child and kills it some time after its first story. It adds the stories that
// the child acknowledged, and returns their number.
func crash(t *testing.T, path string, version int, after time.Duration, acknowledged map[string]int) (n int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", crashEnv, version, path))
	var stderr strings.Builder
	child.Stderr = &stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for ; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if n == 0 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() })
		}
		var id string
		var v int
		if _, err := fmt.Sscan(line, &id, &v); err != nil || v != version {
			t.Errorf("the child printed %q", line)
		}
		acknowledged[id] = version
	}
	_ = child.Wait()
	if stderr.Len() > 0 {
		t.Errorf("the child wrote to stderr: %s", stderr.String())
	}
	return n
}

// checkStories reads the stories from the store. Those that were acknowledged must be in it,
// and none may mix two versions.
func checkStories(t *testing.T, path string, acknowledged map[string]int) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatalf("the store does not open after a crash: %v", err)
	}
	defer store.Close()
	page, err := store.Stories(t.Context(), story.Query{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]int{} // id -> version
	for _, s := range page.Stories {
		var i, version, locations int
		if _, err := fmt.Sscanf(s.Text, "Story %d version %d with %d locations", &i, &version, &locations); err != nil {
			t.Errorf("story %s has the text %q", s.ID, s.Text)
		}
		stored[s.ID] = version
		if len(s.Locations) != locations {
			t.Errorf("story %s has %d locations, want %d", s.ID, len(s.Locations), locations)
		}
		for _, l := range s.Locations {
			if l.Evidence != s.Text || len(l.Toponyms) != 1 {
				t.Errorf("story %s mixes versions: %q in %q", s.ID, l.Evidence, s.Text)
			}
		}
	}
	for id, version := range acknowledged {
		if stored[id] < version {
			t.Errorf("acknowledged story %s is stored in version %d, want %d", id, stored[id], version)
		}
	}
}

// checkFile checks the tables and indexes of the file.
func checkFile(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{
		"PRAGMA integrity_check": "ok",
		"SELECT count(*) FROM stories s WHERE located <> (SELECT count(*) FROM locations l WHERE l.story = s.n)": "0",
		"SELECT count(*) FROM stories WHERE n NOT IN (SELECT story FROM texts)":                                  "0",
		"SELECT (SELECT count(*) FROM locations) - (SELECT count(*) FROM points)":                                "0",
		"SELECT (SELECT count(*) FROM locations) - (SELECT count(*) FROM details)":                               "0",
		"SELECT (SELECT count(*) FROM stories) - (SELECT count(*) FROM words WHERE words MATCH 'story')":         "0",
		"SELECT count(*) FROM pragma_foreign_key_check":                                                          "0",
	} {
		var got string
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
}
