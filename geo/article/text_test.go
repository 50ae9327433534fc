package article_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/article"
)

const long = "The first ferry in eleven years left the harbour of Suva at dawn, watched by hundreds of people on the quay."

func TestFromText(t *testing.T) {
	date := time.Date(2019, 2, 20, 0, 21, 0, 0, time.UTC)
	for _, c := range []struct {
		name, in string
		want     article.Article
	}{
		{"pasted page", "Ferry leaves again\nFebruary 20 2019 12:21 AM\n" + long + "\n\nReuters/ Suva\n\n" + long + "\n" + long + "\n\nThere are " +
			"no comments.\n\nLEAVE A COMMENT Your email address will not be published. Required fields are marked*\n",
			article.Article{Title: "Ferry leaves again", Published: date, Text: long + "\n\nReuters/ Suva\n\n" + long + "\n\n" + long}},
		{"byline and date", "Ferry leaves again\n\nBy Ana Example\nPublished: Feb. 20, 2019 at 12:21 a.m.\n\n" + long,
			article.Article{Title: "Ferry leaves again", Byline: "Ana Example", Published: date, Text: long}},
		{"title and blank line", "Ferry leaves again\n\n" + long, article.Article{Title: "Ferry leaves again", Text: long}},
		{"title and paragraph", "Ferry leaves again\r\n" + long, article.Article{Title: "Ferry leaves again", Text: long}},
		{"question", "Will the ferry leave?\n\n" + long, article.Article{Title: "Will the ferry leave?", Text: long}},
		{"no title: a sentence", "The ferry left.\n\n" + long, article.Article{Text: "The ferry left.\n\n" + long}},
		{"no title: long", long + " " + long + "\n\nShort end.", article.Article{Text: long + " " + long + "\n\nShort end."}},
		{"one line", "Ferry leaves Suva again", article.Article{Text: "Ferry leaves Suva again"}},
		{"one line, newlines around", "\n\nFerry leaves Suva again\n\n", article.Article{Text: "Ferry leaves Suva again"}},
		{"hard-wrapped", "SUVA, Fiji (AP) — The first ferry in eleven years left the harbour\nof Suva at dawn, watched by hundreds of " +
			"people.\n\nIt was full, and it carried flowers for all the villages along\nthe coast.",
			article.Article{Text: "SUVA, Fiji (AP) — The first ferry in eleven years left the harbour of Suva at dawn, watched by hundreds of " +
				"people.\n\nIt was full, and it carried flowers for all the villages along the coast."}},
		{"hard-wrapped, capital at the break", "The first ferry in eleven years left the harbour of the city of\nSuva at dawn, watched by " +
			"hundreds of people, said the mayor of\nthe town.",
			article.Article{Text: "The first ferry in eleven years left the harbour of the city of Suva at dawn, watched by hundreds of people, said " +
				"the mayor of the town."}},
		{"dateline is not a title", "TROY, N.C. (AP) —\n" + long, article.Article{Text: "TROY, N.C. (AP) —\n\n" + long}},
		{"comment form amid the text stays", "Leave a comment\n\nThere are no comments.\n\n" + long,
			article.Article{Title: "Leave a comment", Text: "There are no comments.\n\n" + long}},
		{"mark and odd spaces", "\ufeffFerry\u00a0leaves \t again\n\n" + long + "\u200b", article.Article{Title: "Ferry leaves again", Text: long}},
		{"date that is a sentence's", "Ferry leaves again\n\nFebruary 20 2019 was the day that all had waited for.",
			article.Article{Title: "Ferry leaves again", Text: "February 20 2019 was the day that all had waited for."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := article.FromText(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("got\n%+v\nwant\n%+v", *got, c.want)
			}
		})
	}
}

func TestFromTextRefused(t *testing.T) {
	for name, c := range map[string][2]string{
		"empty": {"", "text: is empty"}, "white": {" \n\ufeff\t", "text: is empty"}, "bytes": {"a\xffb", "text: is not valid UTF-8"},
		"binary": {"PK\x03\x04\x00\x00", "text: contains a NUL"}, "form only": {"There are no comments.", "text: contains no article"},
	} {
		if a, err := article.FromText(c[0]); !errors.Is(err, geo.ErrInvalid) || !strings.HasPrefix(err.Error(), c[1]) {
			t.Errorf("%s: %v, %v", name, a, err)
		}
	}
}

// TestSeed reads the sample in place; see DESIGN.md. It is not ours to copy.
func TestSeed(t *testing.T) {
	shared := os.Getenv("NEWSMAP_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(shared, "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("the sample article is not on this machine")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	a, err := article.FromText(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a.Title, "Air strikes") || strings.Contains(a.Title, "\n") || !a.Published.Equal(time.Date(2019, 2, 20, 0, 21, 0, 0, time.UTC)) {
		t.Errorf("title %q, published %v", a.Title, a.Published)
	}
	if strings.Contains(a.Text, "2019 12:21") || strings.Contains(a.Text, "COMMENT") || strings.Contains(a.Text, "no comments") {
		t.Error("the text holds the date line or the comment form")
	}
	if n := strings.Count(a.Text, "\n\n") + 1; n != 19 {
		t.Errorf("%d paragraphs, want 19", n)
	}
}

func FuzzFromText(f *testing.F) {
	f.Add("Ferry leaves again\nFebruary 20 2019 12:21 AM\n\nBy Ana Example\n" + long + "\n\nLEAVE A COMMENT")
	f.Add("\r\r\n\u2028a\n")
	f.Fuzz(func(t *testing.T, in string) {
		a, err := article.FromText(in)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(a.Text+a.Title) || a.Text == "" && a.Title == "" || strings.Contains(a.Text, "\n\n\n") ||
			strings.ContainsAny(a.Title+a.Byline, "\n\r") {
			t.Fatalf("%+v", a)
		}
	})
}

func ExampleFromText() {
	a, err := article.FromText("Ferry leaves again\nFebruary 20 2019 12:21 AM\n\nThe first ferry left Suva at dawn.\n\nThere are no comments.")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Title)
	fmt.Println(a.Published.Format(time.RFC3339))
	fmt.Println(a.Text)
	// Output:
	// Ferry leaves again
	// 2019-02-20T00:21:00Z
	// The first ferry left Suva at dawn.
}
