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
	"newsmap/geo/growthtest"
)

// page is a news page as many are built. Its text is made up.
func page(head, body string) string {
	var b strings.Builder
	b.WriteString(
		`<!doctype html><html lang="en-us"><head><meta charset="utf-8"><title>Bridge opens in Mosul | The Tigris Times</title>` + head + `</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World desk menu</a></li></ul></nav>
<header><h1>Bridge opens in Mosul</h1></header><article>`,
	)
	b.WriteString(body)
	for i := range 6 {
		fmt.Fprintf(
			&b,
			"<p>Paragraph %d tells of the river, the <b>old</b>&nbsp;town and the people who crossed it, one after another, on the first day of the new bridge.</p>\n",
			i,
		)
	}
	b.WriteString(`<p>Advertisement</p><script>alert("never text")</script><div style="display: none">Hidden words</div></article>
<section id="comments"><p>There are no comments.</p><h3>LEAVE A COMMENT</h3><p>Your email address will not be published. Required fields ` +
		`are marked*</p></section>
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
	head := `<link rel="canonical" href="/2024/bridge"><meta property="og:site_name" content="The Tigris Times"><meta property="og:title" ` +
		`content="Bridge opens in Mosul - The Tigris Times">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],` +
		`"headline":"Other","datePublished":"2024-03-05T10:20:30+03:00","author":[{"@type":"Person","name":"Layla Example"},{"name":"Omar Example"}]}]}</script>`
	a := extract(
		t,
		page(head, `<figure><img src="x.jpg"><figcaption>People on the bridge in Mosul.</figcaption></figure>`),
		"text/html; charset=utf-8",
		"https://www.tigris.example/2024/bridge?utm_source=x",
	)
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
	for _, bad := range []string{"never text", "Hidden words", "World desk menu", "no comments", "COMMENT", "email address", "Advertisement",
		"rights reserved", "<", "&nbsp;"} {
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
		t.Error("the time element was ignored")
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

// TestExtractGrowth checks that hostile pages take time in proportion to their size.
func TestExtractGrowth(t *testing.T) {
	for name, piece := range map[string]string{
		"deep":            "<div>",
		"deep inline":     "<b>",
		"many tags":       "<p>x",
		"formatting soup": "<a><b><i><p>",
		"tables":          "<table><tr><td>",
		"paragraphs":      "<p>A word, and another.",
		"links":           "<a href=x>A word, and another.</a> A word without a link. ",
		"wrappers":        "<div><span>A word, and another.</span></div>",
		"line breaks":     "A word, and another.<br>",
		"misnested":       "<b><p>x</b>",
		"attributes":      "<p a=1 b=2 c=3>x",
		"dashes":          "<!-- --",
	} {
		t.Run(name, func(t *testing.T) {
			growthtest.Linear(t, 64<<10/len(piece),
				func(n int) []byte { return []byte(strings.Repeat(piece, n) + "Text of a page in Mosul.") },
				func(body []byte) {
					_, err := article.Extract(t.Context(), body, "text/html; charset=utf-8", "https://a.example/")
					if err != nil && !errors.Is(err, geo.ErrInvalid) {
						t.Error(err)
					}
				})
		})
	}
}

// TestExtractHostile checks that no page causes a panic or is accepted in part.
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
		"most links":          {strings.Repeat("<a href=x>A word, and another.</a> A word without a link. ", 27_000), false},
		"links alone":         {strings.Repeat("<a href=x>A word, and another.</a> ", 27_000), true},
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
			a, err := article.Extract(t.Context(), []byte(c.body), "text/html; charset=utf-8", "https://a.example/")
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

// TestExtractPlain checks that no markup of a hostile page gets out of any field.
func TestExtractPlain(t *testing.T) {
	hostile := `<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)><a href="javascript:alert(1)">x</a></svg><iframe ` +
		`srcdoc="<script>alert(1)</script>"></iframe><math><mtext><style><img src=x onerror=alert(1)></style></mtext></math><noscript><p ` +
		`title="</noscript><img src=x onerror=alert(1)>"></noscript>`
	head := `<link rel="canonical" href="javascript:alert(1)"><meta property="og:url" content="data:text/html,<script>alert(1)</script>"><meta ` +
		`property="og:image" content="javascript:alert(1)"><meta name="twitter:image" content="data:image/png;base64,x"><link rel="amphtml" ` +
		`href="javascript:alert(1)">
<script type="application/ld+json">{"@type":"NewsArticle","image":"javascript:alert(1)","articleBody":"<img src=x onerror=alert(1)>"}</script>`
	a := extract(t, page(head, hostile), "", "https://a.example/1")
	for name, value := range map[string]string{"title": a.Title, "byline": a.Byline, "outlet": a.Outlet, "lang": a.Lang, "text": a.Text, "url": a.URL,
		"image": a.Image, "also": strings.Join(a.Also, " ")} {
		for _, bad := range []string{"<", "onerror", "alert(1)", "javascript:", "data:"} {
			if strings.Contains(value, bad) {
				t.Errorf("%s holds %q: %.200q", name, bad, value)
			}
		}
	}
	if a.URL != "https://a.example/1" || a.Image != "" || len(a.Also) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestExtractImage(t *testing.T) {
	for name, c := range map[string][2]string{
		"Open Graph": {`<meta property="og:image" content="https://cdn.example/a.jpg"><meta name="twitter:image" ` +
			`content="https://cdn.example/b.jpg">`, "https://cdn.example/a.jpg"},
		"relative":         {`<meta property="og:image" content="/img/a.jpg?w=1&amp;h=2">`, "https://a.example/img/a.jpg?w=1&h=2"},
		"by base":          {`<base href="https://cdn.example/x/"><meta property="og:image" content="a.jpg">`, "https://cdn.example/x/a.jpg"},
		"without a scheme": {`<meta property="og:image" content="//cdn.example/a.jpg">`, "https://cdn.example/a.jpg"},
		"logo, then LD": {`<meta property="og:image" content="/img/logo.png"><script type="application/ld+json">{"@type":"NewsArticle",` +
			`"image":[{"@type":"ImageObject","url":"/a.jpg"}]}</script>`, "https://a.example/a.jpg"},
		"LD list of texts": {`<script type="application/ld+json">[{"@type":"NewsArticle","image":["/a.jpg","/b.jpg"]}]</script>`, "https://a.example/a.jpg"},
		"placeholder": {`<meta property="og:image" content="/img/placeholder-16x9.jpg"><meta name="twitter:image:src" ` +
			`content="/b.jpg">`, "https://a.example/b.jpg"},
		"pixel":             {`<meta property="og:image" content="https://pixel.wp.com/g.gif">`, ""},
		"svg":               {`<meta property="og:image" content="/a.svg">`, ""},
		"script":            {`<meta property="og:image" content="javascript:alert(1)">`, ""},
		"with a password":   {`<meta property="og:image" content="https://u:p@cdn.example/a.jpg">`, ""},
		"link":              {`<link rel="image_src" href="/a.jpg">`, "https://a.example/a.jpg"},
		"a story of logos":  {`<meta property="og:image" content="/img/new-logotype-of-suva.jpg">`, "https://a.example/img/new-logotype-of-suva.jpg"},
		"of another's page": {`<script type="application/ld+json">{"@type":"Organization","image":"/a.jpg"}</script>`, ""},
	} {
		if got := extract(t, page(c[0], ""), "", "https://a.example/1").Image; got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}

// TestExtractList takes pages of links for no articles, and articles with links for
// what they are.
func TestExtractList(t *testing.T) {
	links := strings.Repeat(`<li><a href="/1">The mayor of Suva opens the new bridge, and says that more are to come before winter</a></li>`, 40)
	prose := "<p>" + strings.Repeat(
		`The <a href="/ferry">first ferry</a> left the harbour of <a href="/suva">Suva</a> at dawn, and hundreds had come to see it. `,
		3,
	) + "</p>"
	for name, c := range map[string]struct {
		body    string
		article bool
	}{
		"one link":            {`<ul><li><a href="/1">One</a></ul>`, false},
		"front page":          {"<h1>News</h1><ul>" + links + "</ul>", false},
		"front page in parts": {"<main><section><h2>World</h2><ul>" + links + "</ul></section><section><h2>Sport</h2><ul>" + links + "</ul></section></main>", false},
		"article with links":  {"<h1>The ferry leaves</h1>" + strings.Repeat(prose, 3), true},
		"article and a menu":  {"<ul>" + links + "</ul><article><h1>The ferry leaves</h1>" + strings.Repeat(prose, 3) + "</article>", true},
		"short":               {"<h1>The ferry leaves</h1><p>It left.</p>", true},
	} {
		_, err := article.Extract(
			t.Context(),
			[]byte("<!doctype html><html><head><title>A title</title></head><body>"+c.body+"</body></html>"),
			"text/html; charset=utf-8",
			"",
		)
		if (err == nil) != c.article || err != nil && !errors.Is(err, article.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestExtractVisibleDates checks which dates of the page's text are the article's.
func TestExtractVisibleDates(t *testing.T) {
	const day, minute, none = "2024-05-16T00:00:00Z", "2024-05-16T08:30:00Z", "0001-01-01T00:00:00Z"
	body := strings.Repeat(
		"<p>The first ferry left the harbour of Suva at dawn, and hundreds of people had come to see it off from the quay, in spite of the rain.</p>",
		4,
	)
	for name, c := range map[string][2]string{
		"class":                 {`<h1>The ferry leaves again</h1><span class="date">May 16, 2024</span>`, day},
		"no class":              {`<h1>The ferry leaves again</h1><div>May 16, 2024 8:30 AM</div>`, minute},
		"with a byline":         {`<h1>The ferry leaves again</h1><p>By Ann Writer | May 16, 2024</p>`, day},
		"byline and comma":      {`<h1>The ferry leaves again</h1><p>By Ann Writer, May 16, 2024</p>`, day},
		"published and updated": {`<h1>The ferry leaves again</h1><p>Updated: May 18, 2024 | Published: May 16, 2024</p>`, day},
		"updated alone":         {`<h1>The ferry leaves again</h1><p>Last updated on May 16, 2024</p>`, day},
		"updated above":         {`<h1>The ferry leaves again</h1><p class="updated">Updated May 18, 2024</p><p class="published">May 16, 2024</p>`, day},
		"German":                {`<h1>Die Fähre fährt wieder</h1><p>Veröffentlicht am 16. Mai 2024 um 08:30 Uhr</p>`, minute},
		"German, Stand":         {`<h1>Die Fähre fährt wieder</h1><p>Stand: 16.05.2024 08:30 Uhr</p>`, minute},
		"French":                {`<h1>Le ferry est de retour</h1><p>Publié le 16/05/2024 à 08h30, mis à jour le 17/05/2024 à 10h00</p>`, minute},
		"Spanish":               {`<h1>Vuelve el transbordador</h1><p>Publicado el 16 de mayo de 2024 a las 08:30</p>`, minute},
		"Portuguese":            {`<h1>A balsa está de volta</h1><p>Publicado em 16 de maio de 2024 às 08h30</p>`, minute},
		"Italian":               {`<h1>Torna il traghetto per</h1><p>Pubblicato il 16 maggio 2024 alle 08:30</p>`, minute},
		"time with attribute":   {`<h1>The ferry leaves again</h1><time datetime="2024-05-16T08:30:00Z">yesterday</time>`, minute},
		"time with words":       {`<h1>The ferry leaves again</h1><time>16 May 2024, 08:30</time>`, minute},
		"before the heading":    {`<article><div class="kicker">Travel</div><time datetime="2024-05-16">x</time><h1>The ferry leaves again</h1></article>`, day},
		"masthead":              {`<div class="date">Thursday, May 23, 2024</div><main><h1>The ferry leaves again</h1></main>`, none},
		"related":               {`<h1>The ferry leaves again</h1><div class="related"><span class="date">May 16, 2024</span></div>`, none},
		"comment":               {`<h1>The ferry leaves again</h1><div class="comments"><time datetime="2024-05-16">x</time></div>`, none},
		"prose":                 {`<h1>The ferry leaves again</h1><p>On May 16, 2024, the ferry came back.</p><p>16 May 2024 was a day of joy.</p>`, none},
		"time in prose": {`<h1>The ferry leaves again</h1><p>It had last run on <time datetime="1999-05-16">16 May 1999</time>, before ` +
			`the storm.</p>`, none},
		"ambiguous":              {`<h1>The ferry leaves again</h1><p class="date">05/06/2024</p>`, none},
		"hidden":                 {`<h1>The ferry leaves again</h1><p class="date" style="display:none">May 16, 2024</p>`, none},
		"footer of the page":     {`<h1>The ferry leaves again</h1><footer><p class="date">May 16, 2024</p></footer>`, none},
		"meta before the text's": {`<meta name="date" content="2024-05-16"><h1>The ferry leaves again</h1><p class="date">May 18, 2024</p>`, day},
		"LD before meta": {`<meta name="date" content="2024-05-18"><script type="application/ld+json">{"@type":"NewsArticle",` +
			`"datePublished":"2024-05-16"}</script><h1>The ferry leaves again</h1>`, day},
	} {
		a := extract(t, "<html><body>"+c[0]+"<div>"+body+"</div></body></html>", "text/html; charset=utf-8", "")
		if got := a.Published.Format(time.RFC3339); got != c[1] {
			t.Errorf("%s: %s, want %s", name, got, c[1])
		}
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
	body := []byte(
		page(
			`<meta name="date" content="2019-02-20">`,
			strings.Repeat("<p>One more paragraph of the same length, so that the page is as long as pages are.</p>", 40),
		),
	)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := article.Extract(b.Context(), body, "text/html; charset=utf-8", "https://a.example/1"); err != nil {
			b.Fatal(err)
		}
	}
}
