package evaluation

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

var update = flag.Bool("update", false, "update the golden files")

// corpusWithErrors returns a corpus and predictions with one error of each kind.
func corpusWithErrors() ([]Document, fixed) {
	text := "Rain fell. Police in Paris, Texas, arrested a Turkish man. He was from Nowhere, Évry said.\nThe end."
	paris, texas := &orb.Point{-95.5555, 33.6609}, &orb.Point{-99.25, 31.25}
	span := func(name string) (int, int) {
		start := len([]rune(text[:strings.Index(text, name)]))
		return start, start + len([]rune(name))
	}
	mention := func(name, code string, point *orb.Point) Mention {
		start, end := span(name)
		m := gold(start, end, point)
		m.Text, m.Name, m.FeatureCode = name, strings.ReplaceAll(name, " ", "_"), code
		return m
	}
	found := func(name string, place *geo.Place, reasons ...geo.Reason) geo.Resolution {
		start, end := span(name)
		return geo.Resolution{
			Toponym: geo.Toponym{Start: start, End: end, Text: name, Confidence: 0.9}, Place: place, Confidence: 0.75, Reasons: reasons,
		}
	}
	french := geo.Place{
		ID:          "geonames:2988507",
		Name:        "Paris",
		Point:       orb.Point{2.3488, 48.8534},
		FeatureCode: "PPLC",
		Country:     "FR",
		CountryName: "France",
		Admin1:      "Île-de-France",
	}
	american := geo.Place{
		ID:          "geonames:4717560",
		Name:        "Paris",
		Point:       *paris,
		FeatureCode: "PPLA2",
		Country:     "US",
		CountryName: "United States",
		Admin1:      "Texas",
		Admin2:      "Lamar",
	}
	misplaced := found("Paris", &french, geo.NewReason(geo.ReasonBestKnown))
	misplaced.Candidates = []geo.Candidate{
		{Place: french, Name: "Paris", Score: 0.75, Match: geo.MatchExact}, {Place: american, Name: "Paris", Score: 0.25, Match: geo.MatchExact},
	}
	nowhere := found("Nowhere", nil)
	nowhere.Confidence = 0
	police := found("Police", &geo.Place{ID: "x:1", Name: "Police", FeatureCode: "PPL", Country: "PL", CountryName: "Poland"})
	docs := []Document{
		{
			Document: geo.Document{ID: "a", Domain: "paper.example", Text: text},
			Mentions: []Mention{
				mention("Paris", "PPLA2", paris),
				mention("Turkish", "PCLI", &orb.Point{35, 39}),
				mention("Nowhere", "PPL", texas),
				mention("Texas", "ADM1", texas),
			},
		},
	}
	right := found("Texas", &geo.Place{ID: "geonames:4736286", Name: "Texas", Point: *texas, FeatureCode: "ADM1"})
	return docs, fixed{"a": {Resolutions: []geo.Resolution{police, misplaced, right, nowhere}}}
}

func htmlOf(t *testing.T, docs []Document, parser Parser, name string) string {
	t.Helper()
	var options []Option
	if explainer, ok := parser.(Explainer); ok {
		options = append(options, WithExplainer(explainer))
	}
	report, err := Run(context.Background(), name, parser, docs, options...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := HTML(&b, report); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHTML(t *testing.T) {
	docs, parser := corpusWithErrors()
	got := htmlOf(t, docs, parser, "test")
	golden := filepath.Join("testdata", "report.golden.html")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the page differs from %s; if it should, run with -update\n%s", golden, got)
	}
	for _, words := range []string{
		"Police in <mark>Paris</mark>, Texas, arrested a Turkish man.</p>", "misplaced: populated place (1)", "missed: country (1)",
		"spurious: populated place (1)", "unresolved: populated place (1)", "it is the best-known place with this name", "<mark>Nowhere</mark>, Évry said.</p>",
		"Reliability of recognition: expected calibration error 0.", "end to end: share of right predictions (vertical) by confidence (horizontal)",
		`<tr class="near"><td>Paris, Lamar, Texas, United States PPLA2</td>`, "Turkish PCLI at 39.0000, 35.0000",
	} {
		if !strings.Contains(got, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if strings.Contains(got, "Rain fell") || strings.Contains(got, "<mark>Texas") {
		t.Error("the page shows another sentence, or a right prediction")
	}
	checkPage(t, got)
}

// checkPage fails if a page has scripts, loads files, or has a link in the index without a
// target.
func checkPage(t *testing.T, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]bool{}, []string{}
	allowed := map[string]bool{}
	for _, name := range strings.Fields(`html head meta title style body h1 h2 h3 section div table caption thead tbody tr th td a article ` +
		`header p mark dl dt dd figure figcaption details summary svg rect line polyline g circle`) {
		allowed[name] = true
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !allowed[n.Data] {
			t.Errorf("the page has <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style":
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href":
				links = append(links, a.Val)
			}
		}
	}
	for _, link := range links {
		if name, ok := strings.CutPrefix(link, "#"); !ok || !ids[name] {
			t.Errorf("the link %q has no target", link)
		}
	}
}

// TestHTMLOfHostileText checks that texts of a corpus or gazetteer do not become markup.
func TestHTMLOfHostileText(t *testing.T) {
	const hostile = `</p></style><script>alert(1)</script><img src=x onerror=alert(2)>"'&{{.}}` + "\x00\u202e\xff"
	docs := []Document{{
		Document: geo.Document{ID: hostile, Domain: hostile, Text: hostile + " Paris " + hostile},
		Mentions: []Mention{{Start: 1, End: 9, Text: hostile, Name: hostile, FeatureCode: hostile, Point: &geo.Coordinate{}}},
	}}
	place := geo.Place{ID: hostile, Name: hostile, Point: orb.Point{50, 50}, FeatureCode: hostile, CountryName: hostile, Admin1: hostile}
	parser := fixed{hostile: {Resolutions: []geo.Resolution{{
		Toponym: geo.Toponym{Start: 1, End: 9, Text: hostile}, Place: &place, Reasons: []geo.Reason{geo.NewReason(geo.ReasonOther, "text", hostile)},
		Candidates: []geo.Candidate{{Place: place, Name: hostile}},
	}, {Toponym: geo.Toponym{Start: 80, End: 9000}}}}}
	got := htmlOf(t, docs, parser, hostile)
	checkPage(t, got)
	if !strings.Contains(got, "&lt;script&gt;alert(1)") {
		t.Error("the page does not show the text")
	}
}

func TestHTMLIsBounded(t *testing.T) {
	const count = maxListed + 500
	long := strings.Repeat("Aaaa ", 100_000)
	doc := Document{Document: geo.Document{ID: "long", Text: long}}
	result := &geo.Result{}
	for i := range count {
		r := at(5*i, 5*i+4, &orb.Point{})
		r.Place.Name = long
		r.Reasons = make([]geo.Reason, 1000)
		result.Resolutions = append(result.Resolutions, r)
	}
	signals := make([]geo.Contribution, 50)
	for i := range signals {
		signals[i] = geo.Contribution{Signal: fmt.Sprint(i, long[:500]), Value: 1, Weight: 1}
	}
	parser := &explainingParser{fixed: fixed{"long": result}, span: weighing(long[:500], signals...), candidates: []geo.Weighing{weighing("a", signals...)}}
	got := htmlOf(t, []Document{doc}, parser, "long")
	if len(got) > maxListed*(2*maxContext+2000+2*maxSignals*(maxTextLength+60)) {
		t.Errorf("the page has %d bytes", len(got))
	}
	if !strings.Contains(got, "<p>500 more are not listed.</p>") || !strings.Contains(got, fmt.Sprintf("spurious: populated place (%d)", count)) {
		t.Error("the page does not say how many errors it leaves out")
	}
}

func TestHTMLOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b); err != nil || !strings.Contains(b.String(), "Nothing was measured") {
		t.Errorf("%v: %s", err, b.String())
	}
	checkPage(t, b.String())
	checkPage(t, htmlOf(t, nil, fixed{}, "empty"))
}

func TestSentence(t *testing.T) {
	tests := map[string]struct {
		text                string
		start, end          int
		before, span, after string
	}{
		"in the middle":    {"One is. Two Évry is. Three is.", 12, 16, "Two ", "Évry", " is."},
		"first":            {"Évry is.", 0, 4, "", "Évry", " is."},
		"last":             {"It is Évry", 6, 10, "It is ", "Évry", ""},
		"in two sentences": {"It is so. Yes it is. No.", 6, 13, "It is ", "so. Yes", ""},
		"line breaks":      {"Title\nParis burns\nEnd", 6, 11, "", "Paris", " burns"},
		"past the end":     {"abc", 2, 9, "ab", "c", ""},
		"outside the text": {"abc", 7, 9, "abc", "", ""},
		"reversed":         {"abc", 2, 1, "ab", "", "c"},
		"empty text":       {"", 0, 3, "", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := at(test.start, test.end, nil)
			before, span, after := sentence([]rune(test.text), &Pair{Predicted: &r})
			if before != test.before || span != test.span || after != test.after {
				t.Errorf("got %q, %q, %q", before, span, after)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	docs, parser := corpusWithErrors()
	report, err := Run(context.Background(), "test", parser, docs)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Errors(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 4 {
		t.Fatalf("got\n%s", b.String())
	}
	for i, outcome := range []string{"spurious", "misplaced", "unresolved", "missed"} {
		if fields := strings.Split(lines[i], "\t"); len(fields) != 7 || fields[0] != outcome || fields[1] != "a" {
			t.Errorf("line %d is %q", i+1, lines[i])
		}
	}
	if !strings.Contains(lines[1], "Police in [Paris], Texas") || !strings.HasSuffix(lines[1], " km") {
		t.Errorf("got %q", lines[1])
	}
}
