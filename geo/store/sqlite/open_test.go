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

// execute runs SQL on the file at path behind the store's back.
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
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	write := func(name, content string) string {
		if err := os.WriteFile(at(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	store := func(name string) string {
		s := open(t, at(name), nil)
		fill(t, s, 5, 10)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return at(name)
	}
	newer := store("newer.db")
	execute(t, newer, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")
	foreign := at("foreign.db")
	execute(t, foreign, "CREATE TABLE bookmarks (a)")
	cut := store("cut.db")
	if err := os.Truncate(cut, 5000); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, want string }{
		{"empty path", "", "path is empty"},
		{"directory", folder, "is a directory"},
		{"no such directory", at("no/such/news.db"), "does not exist"},
		{"below a file", filepath.Join(write("plain.txt", "x"), "news.db"), "directory"},
		{"text", write("text.db", strings.Repeat("This is not a database. ", 100)), "is not an SQLite database"},
		{"another application's", foreign, "another application"},
		{"newer", newer, "version 99"},
		{"cut", cut, "is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := sqlite.Open(t.Context(), c.path, sqlite.Options{})
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("%v; want the path and %q", err, c.want)
			}
		})
	}
	if left, _ := os.ReadFile(at("plain.txt")); string(left) != "x" {
		t.Errorf("a refused file was changed to %q", left)
	}
}

func TestOpenWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser may write everywhere")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	if s, err := sqlite.Open(t.Context(), filepath.Join(folder, "news.db"), sqlite.Options{}); err == nil {
		s.Close()
		t.Error("opened in a folder that cannot be written")
	} else if !strings.Contains(err.Error(), "cannot be written") {
		t.Error(err)
	}
}

// TestReadOnly reads a file without writing a byte, while another process holds it
// and after.
func TestReadOnly(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "news.db")
	s := open(t, path, nil)
	fill(t, s, 20, 10)
	readOnly := func(name string, want int) {
		t.Helper()
		before := files(t, folder)
		r, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c, err := r.Count(t.Context(), story.Query{}); err != nil || c.Stories != want || c.Features != 2*want {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
		if page, err := r.Stories(t.Context(), story.Query{Text: "word0"}); err != nil || len(page.Stories) == 0 {
			t.Errorf("%s: %d stories, %v", name, len(page.Stories), err)
		}
		if _, err := r.Put(t.Context(), &story.Story{ID: "a", Title: "A"}); err == nil || !strings.Contains(err.Error(), "cannot be written") {
			t.Errorf("%s: put: %v", name, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if after := files(t, folder); !maps.Equal(before, after) {
			t.Errorf("%s: the files were %v, are %v", name, before, after)
		}
	}
	readOnly("held by another", 20)
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
		!strings.Contains(err.Error(), "open it once where it can be written") {
		t.Errorf("of an older schema: %v, %v", r, err)
	}
	for _, missing := range []string{filepath.Join(folder, "none.db"), folder, ""} {
		if _, err := sqlite.Open(t.Context(), missing, sqlite.Options{ReadOnly: true}); err == nil {
			t.Errorf("%q was opened", missing)
		}
	}
}

// files gives the sizes of the files in a folder, by name.
func files(t *testing.T, folder string) map[string]int64 {
	t.Helper()
	entries, err := os.ReadDir(folder)
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
	second := open(t, path, nil) // two processes, as it were
	defer second.Close()
	fill(t, second, 30, 10)
	if c, err := s.Count(t.Context(), story.Query{}); err != nil || c.Stories != 30 || c.Features != 60 {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestUpgrade opens a file from before stories said where their text is from:
// the stories stay as they are, and stay the same to Put.
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
		t.Errorf("%+v, %v", got, err)
	}
	if outcome, err := s.Put(t.Context(), given); err != nil || outcome != story.Unchanged {
		t.Errorf("put again: %s, %v", outcome, err)
	}
}

// TestPragmas looks at what the settings are on a live file.
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
	if !s.ReadOnly(t) {
		t.Error("a reader can write")
	}
}

// TestCascade checks that nothing is left in any table when stories go.
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
			t.Errorf("%s: %d rows, %v", table, n, err)
		}
	}
}

// TestPlan checks which index drives, and that every way gives the same answer.
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
		{"nothing asked", story.Query{}, 50, ""},
		{"rare word", story.Query{Text: "word9000"}, 50, "q"},
		{"word in most", story.Query{Text: "word0"}, 50, ""},
		{"word in most, narrow box", story.Query{Text: "word0", BBox: box}, 50, "bbox"},
		{"word in most, world", story.Query{Text: "word0", BBox: world}, 50, ""},
		{"few stories in all", story.Query{Text: "word0", BBox: world}, 5_000, "q"},
		{"outlet", story.Query{Outlet: []string{"outlet7.example"}, Text: "word0"}, 50, "outlet"},
		{"place", story.Query{Place: []string{"geonames:1"}, BBox: world}, 50, "place"},
	} {
		t.Run(c.name, func(t *testing.T) {
			driver, got := s.Planned(t, c.q, c.probe)
			if driver != c.driver {
				t.Errorf("driven by %q, want %q", driver, c.driver)
			}
			if _, walked := s.Planned(t, c.q, -1); got != walked {
				t.Errorf("%d features when driven by %q, %d in the walk", got, driver, walked)
			}
		})
	}
}
