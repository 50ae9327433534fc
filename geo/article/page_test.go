package article_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"newsmap/geo"
	"newsmap/geo/article"
)

// page is a news page as many are built. Its text is made up.
func page(head, body string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="en-us"><head><meta charset="utf-8"><title>Bridge opens in Mosul | The Tigris Times</title>` + head + `</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World desk menu</a></li></ul></nav>
<header><h1>Bridge opens in Mosul</h1></header><article>`)
	b.WriteString(body)
	for i := range 6 {
		fmt.Fprintf(&b, "<p>Paragraph %d tells of the river, the <b>old</b>&nbsp;town and the people who crossed it, one after another, on the first day of the new bridge.</p>\n", i)
	}
	b.WriteString(`<p>Advertisement</p><script>alert("never text")</script><div style="display: none">Hidden words</div></article>
<section id="comments"><p>There are no comments.</p><h3>LEAVE A COMMENT</h3><p>Your email address will not be published. Required fields are marked*</p></section>
<footer>© 2024 The Tigris Times. All rights reserved.</footer></body></html>`)
	return b.String()
}

func extract(t *testing.T, body, contentType, address string) *article.Article {
	t.Helper()
	a, err := article.Extract(t.Context(), []byte(body), contentType, address)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestExtract(t *testing.T) {
	head := `<link rel="canonical" href="/2024/bridge"><meta property="og:site_name" content="The Tigris Times"><meta property="og:title" content="Bridge opens in Mosul - The Tigris Times">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],"headline":"Other","datePublished":"2024-03-05T10:20:30+03:00","author":[{"@type":"Person","name":"Layla Example"},{"name":"Omar Example"}]}]}</script>`
	a := extract(t, page(head, `<figure><img src="x.jpg"><figcaption>People on the bridge in Mosul.</figcaption></figure>`), "text/html; charset=utf-8", "https://www.tigris.example/2024/bridge?utm_source=x")
	for name, c := range map[string][2]string{
		"title": {a.Title, "Bridge opens in Mosul"}, "outlet": {a.Outlet, "The Tigris Times"}, "url": {a.URL, "https://www.tigris.example/2024/bridge"},
		"lang": {a.Lang, "en-US"}, "byline": {a.Byline, "Layla Example, Omar Example"}, "published": {a.Published.Format(time.RFC3339), "2024-03-05T07:20:30Z"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %q, want %q", name, c[0], c[1])
		}
	}
	for i := range 6 {
		if want := fmt.Sprintf("Paragraph %d tells of the river, the old town and the people", i); strings.Count(a.Text, want) != 1 {
			t.Errorf("%q stands %d times in the text", want, strings.Count(a.Text, want))
		}
	}
	for _, bad := range []string{"never text", "Hidden words", "World desk menu", "no comments", "COMMENT", "email address", "Advertisement", "rights reserved", "<", "&nbsp;"} {
		if strings.Contains(a.Text, bad) {
			t.Errorf("the text holds %q:\n%s", bad, a.Text)
		}
	}
	if !strings.Contains(a.Text, "the new bridge.\n\nParagraph 1") {
		t.Errorf("paragraphs are not parted:\n%s", a.Text)
	}
}

func TestExtractDates(t *testing.T) {
	for name, c := range map[string][2]string{
		"open graph":       {`<meta property="article:published_time" content="2019-02-20T00:21:00Z">`, "2019-02-20T00:21:00Z"},
		"meta name":        {`<meta name="pubdate" content="February 20, 2019">`, "2019-02-20T00:00:00Z"},
		"bad, then good":   {`<meta name="date" content="soon"><meta name="parsely-pub-date" content="2019-02-20">`, "2019-02-20T00:00:00Z"},
		"broken JSON-LD":   {`<script type="application/ld+json">{"@type":"NewsArticle","datePublished":</script>`, "0001-01-01T00:00:00Z"},
		"other things":     {`<script type="application/ld+json">{"@type":"Event","datePublished":"2019-02-20"}</script>`, "0001-01-01T00:00:00Z"},
		"nothing":          {``, "0001-01-01T00:00:00Z"},
		"long before news": {`<meta name="date" content="0001-01-02">`, "0001-01-01T00:00:00Z"},
	} {
		if got := extract(t, page(c[0], ""), "", "").Published.Format(time.RFC3339); got != c[1] {
			t.Errorf("%s: %s, want %s", name, got, c[1])
		}
	}
	if got := extract(t, page("", `<time datetime="2019-02-20T00:21:00Z">yesterday</time>`), "", "").Published; got.IsZero() {
		t.Error("the time element was passed over")
	}
}

func TestExtractAddress(t *testing.T) {
	for name, c := range map[string]struct{ page, canonical, want string }{
		"own":            {"https://www.a.example/1?x=y", "https://a.example/1", "https://a.example/1"},
		"relative":       {"https://a.example/1/amp", "../1", "https://a.example/1"},
		"mobile":         {"https://m.a.example/1", "https://www.a.example/1", "https://www.a.example/1"},
		"another's":      {"https://a.example/1", "https://victim.example/1", "https://a.example/1"},
		"script":         {"https://a.example/1", "javascript:alert(1)", "https://a.example/1"},
		"with a user":    {"https://a.example/1", "https://x:y@a.example/1", "https://a.example/1"},
		"page unknown":   {"", "https://a.example/1", "https://a.example/1"},
		"script alone":   {"", "javascript:alert(1)", ""},
		"neither known":  {"", "", ""},
		"does not parse": {"https://a.example/1", "http://[::1", "https://a.example/1"},
	} {
		if got := extract(t, page(`<link rel="canonical" href="`+c.canonical+`">`, ""), "", c.page).URL; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestExtractEncodings(t *testing.T) {
	cyrillic, err := charmap.Windows1251.NewEncoder().String(strings.Repeat("<p>Мост в Мосуле открыт для движения, сообщили власти города.</p>", 5))
	if err != nil {
		t.Fatal(err)
	}
	kanji, err := japanese.ShiftJIS.NewEncoder().String(strings.Repeat("<p>モスルの橋が開通したと当局が発表した。市民は喜んでいる。</p>", 5))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ body, contentType, want string }{
		"header":        {cyrillic, "text/html; charset=windows-1251", "Мост в Мосуле"},
		"meta":          {`<meta charset="shift_jis">` + kanji, "text/html", "モスルの橋が開通"},
		"mark":          {"\ufeff<p>" + strings.Repeat("Überall läuten die Glocken. ", 10), "", "Überall läuten"},
		"latin unnamed": {"<p>" + strings.Repeat("Caf\xe9 de la Paix. ", 10), "", "Café de la Paix"},
		"broken UTF-8":  {"<p>" + strings.Repeat("A \xff byte. ", 10), "text/html; charset=utf-8", "A \ufffd byte."},
	} {
		a := extract(t, c.body, c.contentType, "")
		if !strings.Contains(a.Text, c.want) || !utf8.ValidString(a.Text) {
			t.Errorf("%s: %.80q, want %q", name, a.Text, c.want)
		}
	}
}

// TestExtractHostile checks that no page takes long, panics, or gets through
// cut.
func TestExtractHostile(t *testing.T) {
	for name, c := range map[string]struct {
		body    string
		refused bool
	}{
		"empty":               {"", true},
		"white space":         {" \n\t", true},
		"no text":             {"<html><body><script>1</script></body></html>", true},
		"too large":           {strings.Repeat("x", article.MaxPage+1), true},
		"too long a text":     {"<p>" + strings.Repeat("word ", 500_000), true},
		"deep":                {strings.Repeat("<div>", 100_000) + "x", true},
		"deep inline":         {strings.Repeat("<b>", 50_000) + "x", true},
		"many tags":           {strings.Repeat("<p>x", 200_000), true},
		"formatting soup":     {strings.Repeat("<a><b><i><p>", 10_000) + "x", true},
		"tables":              {strings.Repeat("<table><tr><td>", 10_000) + "x", true},
		"most paragraphs":     {strings.Repeat("<p>A word, and another.", 27_000), false},
		"most links":          {strings.Repeat("<a href=x>A word, and another.</a> ", 27_000), false},
		"most wrappers":       {strings.Repeat("<div><span>A word, and another.</span></div>", 13_000), false},
		"most line breaks":    {strings.Repeat("A word, and another.<br>", 27_000), false},
		"most cells":          {"<table>" + strings.Repeat("<tr><td>A word, and another.", 13_000), false},
		"misnested":           {strings.Repeat("<b><p>x</b>", 25_000) + "Text of a page.", true},
		"unclosed":            {"<article><p>Text that goes on <a href='", false},
		"NUL":                 {"<p>Te\x00xt of a page in Mosul.", false},
		"no markup":           {"Only words here.", false},
		"deep JSON-LD":        {`<script type="application/ld+json">` + strings.Repeat("[", 100_000) + `</script><p>Text of a page.`, false},
		"many attributes":     {"<p " + strings.Repeat("a=1 ", 200_000) + ">Text of a page.", false},
		"one long attribute":  {"<p title='" + strings.Repeat("a", 4<<20) + "'>Text of a page.", false},
		"comment never ended": {"<p>Text of a page.<!-- " + strings.Repeat("-", 1<<20), false},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			a, err := article.Extract(t.Context(), []byte(c.body), "text/html; charset=utf-8", "https://a.example/")
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if c.refused != (err != nil) || err != nil && !errors.Is(err, geo.ErrInvalid) {
				t.Errorf("%v, %v", a, err)
			}
			if err != nil && (len(err.Error()) > 200 || !strings.HasPrefix(err.Error(), "page: ")) {
				t.Errorf("error %v", err)
			}
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := article.Extract(gone, []byte(page("", "")), "", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := article.Extract(t.Context(), []byte(page("", "")), "", "::not an address"); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("bad address: %v", err)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(page(`<meta name="date" content="2019-02-20">`, "")), "text/html", "https://a.example/")
	f.Add([]byte("<table><b><p>x</table>\x00\xff<script type=application/ld+json>[{\"@type\":[[]]}]"), "text/html; charset=utf-16", "")
	f.Fuzz(func(t *testing.T, body []byte, contentType, address string) {
		a, err := article.Extract(t.Context(), body, contentType, address)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		for _, s := range []string{a.Title, a.Byline, a.Outlet, a.Lang, a.Text} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("%q", s)
			}
		}
		if a.URL != "" && !strings.HasPrefix(a.URL, "http") && a.URL != address && address == "" {
			t.Fatalf("address %q", a.URL)
		}
	})
}

func BenchmarkExtract(b *testing.B) {
	body := []byte(page(`<meta name="date" content="2019-02-20">`, strings.Repeat("<p>One more paragraph of the same length, so that the page is as long as pages are.</p>", 40)))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := article.Extract(b.Context(), body, "text/html; charset=utf-8", "https://a.example/1"); err != nil {
			b.Fatal(err)
		}
	}
}
