package article_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/article"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

func geoparser(t testing.TB) *geo.Geoparser {
	t.Helper()
	index, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	recognizer, err := recognition.New(index)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(index)
	if err != nil {
		t.Fatal(err)
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}
}

// TestPagesPlaces checks that what surrounds the articles of the fixtures does
// not become places, and that the articles do.
func TestPagesPlaces(t *testing.T) {
	parser := geoparser(t)
	for _, name := range fixtures(t) {
		base := strings.TrimSuffix(filepath.Base(name), ".html")
		if strings.HasPrefix(base, "wall-") {
			continue
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := article.Extract(t.Context(), body, "text/html", "")
		if err != nil {
			t.Fatal(err)
		}
		result, err := parser.Parse(t.Context(), &geo.Document{Title: a.Title, Text: a.Text, Lang: a.Lang, Date: a.Published})
		if err != nil {
			t.Fatal(err)
		}
		suva := false
		for _, r := range result.Resolutions {
			if trap.MatchString(r.Toponym.Text) || r.Place != nil && r.Place.Country == "IS" {
				t.Errorf("%s: %s", base, r.Toponym.Text)
			}
			suva = suva || r.Place != nil && r.Place.Name == "Suva"
		}
		if strings.Contains(a.Text, "harbour of Suva") && !suva {
			t.Errorf("%s: Suva was not found", base)
		}
	}
}

// newspage is a page of the length of those of papers: some 90 KB of markup with
// 40 paragraphs.
func newspage(tb testing.TB) []byte {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "pages", "arc.html"))
	if err != nil {
		tb.Fatal(err)
	}
	var more bytes.Buffer
	for i := range 35 {
		more.WriteString(`<p class="c-paragraph">` + []string{
			"The ministry in Suva said that the road from Nadi to Sigatoka would be closed on Monday, and that the buses to Lautoka would take the old one.",
			"“We have seen this before,” said a farmer from Rakiraki, whose brother lives in Auckland. “They come from Canberra, they look, and they go home again.”",
			"A report that was read in Wellington last week says that prices rose by four per cent, more than in Tonga and Samoa, and less than in Vanuatu.",
			"The court has yet to decide on the matter. Its judges meet in Labasa on Friday, and lawyers of both sides said that they would wait for what it says.",
		}[i%4] + "</p>\n")
	}
	filler := strings.Repeat(
		`<div class="c-card"><a class="c-card__link" href="/news/2024/05/15/another-story/"><img src="/resizer/x.jpg" loading="lazy" alt=""><h3 `+
			`class="c-card__headline">Another story of the day</h3></a><span class="c-card__date">May 15, 2024</span></div>`+"\n",
		250,
	)
	body = bytes.Replace(body, []byte(`<div class="b-author-bio">`), append(more.Bytes(), []byte(`<div class="b-author-bio">`)...), 1)
	return bytes.Replace(body, []byte("</main>"), []byte(`<section class="c-results-list related">`+filler+"</section></main>"), 1)
}

// BenchmarkPage extracts a page and geoparses its article: the work of one core for
// one story.
func BenchmarkPage(b *testing.B) {
	parser, body := geoparser(b), newspage(b)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		a, err := article.Extract(b.Context(), body, "text/html; charset=utf-8", "https://reef.example/1")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := parser.Parse(
			b.Context(),
			&geo.Document{Title: a.Title, Text: a.Text, Lang: a.Lang, Date: a.Published, Domain: "reef.example"},
		); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPageExtract is the first half of BenchmarkPage.
func BenchmarkPageExtract(b *testing.B) {
	body := newspage(b)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := article.Extract(b.Context(), body, "text/html; charset=utf-8", "https://reef.example/1"); err != nil {
			b.Fatal(err)
		}
	}
}
