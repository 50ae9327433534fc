package article_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/article"
)

var update = flag.Bool("update", false, "write the golden files")

// golden is what is read of a page, in the form of its golden file.
type golden struct {
	Title, Byline, Outlet, URL, Lang string
	Published                        string   `json:",omitempty"`
	Image                            string   `json:",omitempty"`
	Also                             []string `json:",omitempty"`
	Wall                             string   `json:",omitempty"`
	Error                            string   `json:",omitempty"`
	Text                             []string
}

// trap is a place that all that surrounds the articles of the fixtures names, and
// none of the articles.
var trap = regexp.MustCompile(`(?i)reykjavik`)

var canonical = regexp.MustCompile(`rel="canonical" href="(https://[^"]+)"`)

var wanted = regexp.MustCompile(`<!-- paragraphs: (\d+) -->`)

func fixtures(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "pages", "*.html"))
	if err != nil || len(names) < 40 {
		t.Fatalf("%d pages, %v", len(names), err)
	}
	return names
}

func readGolden(t *testing.T, name string, body []byte) golden {
	t.Helper()
	found := "https://www.post.example/found/here?utm_source=x"
	if m := canonical.FindSubmatch(body); m != nil {
		found = string(m[1]) + "?utm_source=x"
	}
	a, err := article.Extract(t.Context(), body, "text/html", found)
	if err != nil {
		if !errors.Is(err, geo.ErrInvalid) {
			t.Fatal(err)
		}
		return golden{Error: err.Error()}
	}
	g := golden{
		Title:  a.Title,
		Byline: a.Byline,
		Outlet: a.Outlet,
		URL:    a.URL,
		Lang:   a.Lang,
		Image:  a.Image,
		Also:   a.Also,
		Wall:   a.Wall(),
		Text:   strings.Split(a.Text, "\n\n"),
	}
	if !a.Published.IsZero() {
		g.Published = a.Published.Format(time.RFC3339)
	}
	return g
}

// compareGolden compares a page with its golden file, and returns it as JSON.
func compareGolden(t *testing.T, file string, got golden) (text []byte) {
	t.Helper()
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.TrimSpace(string(want)) != string(text) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	return text
}

// TestPages reads pages in the shape of the common systems, written for this test.
// Beside the golden file, three things hold of all: what surrounds an article does
// not get into it, none of its paragraphs is lost, and walls are known, without false
// alarms.
func TestPages(t *testing.T) {
	walls, alarms, articles := 0, 0, 0
	for _, name := range fixtures(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".html"), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := readGolden(t, name, body)
			text := compareGolden(t, strings.TrimSuffix(name, ".html")+".json", got)
			if strings.HasPrefix(filepath.Base(name), "wall-") {
				walls++
				if got.Wall == "" && !strings.Contains(got.Error, "contains no article but a ") {
					t.Errorf("no wall: %s", text)
				}
				return
			}
			articles++
			if got.Wall != "" || got.Error != "" {
				alarms++
				t.Errorf("false alarm: %s%s", got.Wall, got.Error)
			}
			checkPage(t, body, &got)
		})
	}
	t.Logf("%d articles with %d false alarms, %d walls", articles, alarms, walls)
}

func checkPage(t *testing.T, body []byte, got *golden) {
	t.Helper()
	for _, s := range append([]string{got.Title, got.Byline}, got.Text...) {
		if trap.MatchString(s) {
			t.Errorf("text from around the article is in %q", s)
		}
	}
	m := wanted.FindSubmatch([]byte(strings.ReplaceAll(string(body), "\x00", "")))
	if m == nil {
		t.Fatal("the fixture does not say how many paragraphs it has")
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	if n > 0 && len(got.Text) != n {
		t.Errorf("%d paragraphs, want %d:\n%s", len(got.Text), n, strings.Join(got.Text, "\n"))
	}
}
