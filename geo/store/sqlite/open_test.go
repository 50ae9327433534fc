package sqlite_test

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// execute runs SQL on the file at path, without the store.
func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	inDir := func(name string) string { return filepath.Join(dir, name) }
	writeFile := func(name, content string) string {
		if err := os.WriteFile(inDir(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return inDir(name)
	}
	makeStore := func(name string) string {
		s := open(t, inDir(name), nil)
		fill(t, s, 5, 10)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return inDir(name)
	}
	newer := makeStore("newer.db")
	execute(t, newer, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	foreign := inDir("foreign.db")
	execute(t, foreign, "CREATE TABLE bookmarks (a)")
	truncated := makeStore("truncated.db")
	if err := os.Truncate(truncated, 5000); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"empty path", "", "path is empty"},
		{"directory", dir, "is a directory"},
		{"no such directory", inDir("no/such/news.db"), "does not exist; create it first"},
		{"file as directory", filepath.Join(writeFile("plain.txt", "x"), "news.db"), "directory"},
		{"text", writeFile("text.db", strings.Repeat("This is not a database. ", 100)), "is not an SQLite database"},
		{"another program", foreign, "another program"},
		{"newer schema", newer, "version 99"},
		{"truncated", truncated, "is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := sqlite.Open(t.Context(), c.path, sqlite.Options{})
			if err == nil {
				s.Close()
				t.Fatal("opened; want an error")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("error %q; want it to contain the path and %q", err, c.want)
			}
		})
	}
	if content, _ := os.ReadFile(inDir("plain.txt")); string(content) != "x" {
		t.Errorf("the content of plain.txt was changed to %q", content)
	}
}

func TestOpenWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root can write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if s, err := sqlite.Open(t.Context(), filepath.Join(dir, "news.db"), sqlite.Options{}); err == nil {
		s.Close()
		t.Error("opened in a directory that is not writable; want an error")
	} else if !strings.Contains(err.Error(), "cannot be written") {
		t.Error(err)
	}
}

// TestReadOnly checks that a read-only store writes nothing, while another store has the
// file open and after.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "news.db")
	s := open(t, path, nil)
	fill(t, s, 20, 10)
	readOnly := func(name string, want int) {
		t.Helper()
		before := fileSizes(t, dir)
		r, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c, err := r.Count(t.Context(), story.Query{}); err != nil || c.Stories != want || c.Features != 2*want {
			t.Errorf("%s: counts %+v, %v; want %d stories", name, c, err, want)
		}
		if page, err := r.Stories(t.Context(), story.Query{Text: "word0"}); err != nil || len(page.Stories) == 0 {
			t.Errorf("%s: %d stories, %v", name, len(page.Stories), err)
		}
		if _, err := r.Put(t.Context(), &story.Story{ID: "a", Title: "A"}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("%s: Put: %v; want an error", name, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if after := fileSizes(t, dir); !maps.Equal(before, after) {
			t.Errorf("%s: file sizes have changed from %v to %v", name, before, after)
		}
	}
	readOnly("open elsewhere", 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	readOnly("closed", 20)
	sqlite.Downgrade(t, path, 6)
	if r, err := sqlite.Open(
		t.Context(),
		path,
		sqlite.Options{ReadOnly: true},
	); err == nil ||
		!strings.Contains(err.Error(), "make the file and its directory writable once") {
		t.Errorf("an older schema is opened: %v, %v", r, err)
	}
	for _, missing := range []string{filepath.Join(dir, "none.db"), dir, ""} {
		if _, err := sqlite.Open(t.Context(), missing, sqlite.Options{ReadOnly: true}); err == nil {
			t.Errorf("%q is opened; want an error", missing)
		}
	}
}

// fileSizes returns the sizes of the files in a directory, by name.
func fileSizes(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = info.Size()
	}
	return out
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	s := open(t, path, nil)
	fill(t, s, 20, 10)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path, nil)
	defer s.Close()
	second := open(t, path, nil) // as a second process would
	defer second.Close()
	fill(t, second, 30, 10)
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Stories != 30 || c.Features != 60 {
		t.Errorf("counts %+v, %v; want 30 stories and 60 features", c, err)
	}
}

// TestUpgrade opens a file with the first schema, which had no text source. The stories
// and their digests must not change.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	s := open(t, path, nil)
	given := &story.Story{Title: "Given", Text: "Text."}
	given.ID = story.Identify(given)
	if _, err := s.Put(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sqlite.Downgrade(t, path, 1)
	s = open(t, path, nil)
	defer s.Close()
	if got, err := s.Story(t.Context(), given.ID); err != nil || got.TextSource != "" || got.Title != "Given" {
		t.Errorf("story %+v, %v; want it unchanged", got, err)
	}
	if outcome, err := s.Put(t.Context(), given); err != nil || outcome != story.Unchanged {
		t.Errorf("Put again: %s, %v; want unchanged", outcome, err)
	}
}

// TestPragmas checks the settings of an open store.
func TestPragmas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	s := open(t, path, nil)
	defer s.Close()
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
		"application_id": "1852662128"} {
		for name, got := range s.Pragma(t, pragma) {
			if got != want {
				t.Errorf("%s: %s is %s, want %s", name, pragma, got, want)
			}
		}
	}
	if !s.ReadersCannotWrite(t) {
		t.Error("a reading connection can write")
	}
}

// TestCascade checks that deleting all stories leaves no rows in any table.
func TestCascade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	s := open(t, path, nil)
	fill(t, s, 10, 10)
	page, err := s.Stories(t.Context(), story.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range page.Stories {
		if err := s.Delete(t.Context(), st.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"stories", "texts", "locations", "details", "unlocated", "points", "words", "names", "titles", "prints"} {
		var n int
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil || n != 0 {
			t.Errorf("table %s has %d rows, %v; want none", table, n, err)
		}
	}
}

// TestPlan checks which index is the driver, and that the answer does not depend on it.
func TestPlan(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "news.db"), nil)
	defer s.Close()
	fill(t, s, 300, 20)
	box := &geo.BBox{MinLon: 10, MinLat: 10, MaxLon: 30, MaxLat: 30}
	world := &geo.BBox{MinLon: -180, MinLat: -90, MaxLon: 180, MaxLat: 90}
	for _, c := range []struct {
		name   string
		q      story.Query
		probe  int
		driver string
	}{
		{"no filter", story.Query{}, 50, ""},
		{"rare word", story.Query{Text: "word9000"}, 50, "q"},
		{"word in most", story.Query{Text: "word0"}, 50, ""},
		{"word in most, narrow box", story.Query{Text: "word0", BBox: box}, 50, "bbox"},
		{"word in most, world", story.Query{Text: "word0", BBox: world}, 50, ""},
		{"high probe", story.Query{Text: "word0", BBox: world}, 5_000, "q"},
		{"outlet", story.Query{Outlet: []string{"outlet7.example"}, Text: "word0"}, 50, "outlet"},
		{"place", story.Query{Place: []string{"geonames:1"}, BBox: world}, 50, "place"},
	} {
		t.Run(c.name, func(t *testing.T) {
			driver, got := s.Plan(t, c.q, c.probe)
			if driver != c.driver {
				t.Errorf("driver %q, want %q", driver, c.driver)
			}
			if _, want := s.Plan(t, c.q, -1); got != want {
				t.Errorf("%d features with driver %q, %d without one", got, driver, want)
			}
		})
	}
}
