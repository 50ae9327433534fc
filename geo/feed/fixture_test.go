package feed_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsmap/geo/feed"
)

var update = flag.Bool("update", false, "write the golden files")

// TestFixtures parses documents with the mistakes of real feeds, which were written for this
// test, and compares the result with the golden file next to each.
func TestFixtures(t *testing.T) {
	var names []string
	for _, pattern := range []string{"*.xml", "*.json"} {
		found, err := filepath.Glob(filepath.Join("testdata", pattern))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) < 35 {
		t.Fatalf("only %d fixtures", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := "kind: " + string(feed.Sniff(body)) + "\n"
			f, err := feed.Parse(t.Context(), body, "", address, now)
			if err != nil {
				got += err.Error() + "\n"
			} else {
				got += describe(f)
			}
			golden := strings.TrimSuffix(name, filepath.Ext(name)) + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// describe returns the fields of a feed, one a line.
func describe(f *feed.Feed) string {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(value, "\n", "⏎"))
		}
	}
	field("feed", f.Title)
	field("url", f.URL)
	field("home", f.Home)
	field("lang", f.Lang)
	if f.Every > 0 {
		field("every", f.Every.String())
	}
	if f.Skip != (feed.Skip{}) {
		field("skip", fmt.Sprint(f.Skip))
	}
	if f.Point != nil {
		field("point", fmt.Sprint(*f.Point))
	}
	for _, w := range f.Warnings {
		field("warning", w)
	}
	for _, i := range f.Items {
		b.WriteString("--\n")
		field("title", i.Title)
		field("id", i.ID)
		field("url", i.URL)
		field("byline", i.Byline)
		field("outlet", i.Outlet)
		field("lang", i.Lang)
		if !i.Published.IsZero() {
			field("published", i.Published.Format(time.RFC3339Nano))
		}
		if !i.Updated.IsZero() && !i.Updated.Equal(i.Published) {
			field("updated", i.Updated.Format(time.RFC3339Nano))
		}
		field("summary", i.Summary)
		field("content", i.Content)
		field("image", i.Image)
		if len(i.Points) > 0 {
			field("points", fmt.Sprint(i.Points))
		}
	}
	return b.String()
}
