package evaluation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// explainingParser is a parser with fixed results and the same explanation for every span and
// candidate.
type explainingParser struct {
	fixed
	span       geo.Weighing
	candidates []geo.Weighing
	spans      []geo.Toponym // spans that were to be explained
	err        error
}

func (e *explainingParser) ExplainSpans(_ context.Context, _ *geo.Document, spans []geo.Toponym) ([]geo.Weighing, error) {
	e.spans = append(e.spans, spans...)
	return slices.Repeat([]geo.Weighing{e.span}, len(spans)), e.err
}

func (e *explainingParser) ExplainChoices(_ context.Context, _ *geo.Document, toponyms []geo.Toponym) ([][]geo.Weighing, error) {
	out := make([][]geo.Weighing, len(toponyms))
	for i := range out {
		out[i] = slices.Clone(e.candidates)
		for k := range out[i] {
			out[i][k].Of = fmt.Sprint(toponyms[i].Start, "/", k)
		}
	}
	return out, nil
}

func weighing(of string, signals ...geo.Contribution) geo.Weighing {
	return geo.Weighing{Of: of, Score: 0.5, Contributions: signals}
}

func TestExplanationsOfErrors(t *testing.T) {
	docs, parser := corpusWithErrors()
	// Names in a title are explained too, and must not shift the others.
	title := at(0, 4, &orb.Point{})
	title.Toponym.Field = geo.FieldTitle
	parser["a"].Resolutions = append([]geo.Resolution{title}, parser["a"].Resolutions...)
	e := &explainingParser{fixed: parser, span: weighing("x"), candidates: []geo.Weighing{{}}}
	report, err := Run(context.Background(), "test", e, docs, WithExplainer(e))
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i := range report.Pairs {
		p := &report.Pairs[i]
		if (p.Explanation != nil) != p.wrong() {
			t.Errorf("%s has %+v", p.Outcome, p.Explanation)
		}
		if !p.wrong() {
			continue
		}
		wrong++
		want := 0
		if p.Predicted != nil {
			want = 1
		}
		if got := p.Explanation.Candidates; len(got) != want || want == 1 && got[0].Of != fmt.Sprint(p.Predicted.Toponym.Start, "/0") {
			t.Errorf("%s at %d has %+v", p.Outcome, e.spans[i].Start, got)
		}
	}
	if wrong != 4 || len(e.spans) != len(report.Pairs) {
		t.Errorf("%d errors and %d explained spans, want 4 and one for each pair", wrong, len(e.spans))
	}
	e.err = geo.ErrNotFound
	if _, err := Run(context.Background(), "test", e, docs, WithExplainer(e)); !errors.Is(err, geo.ErrNotFound) || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("got %v", err)
	}
}

// TestCompareSignals compares two candidates: prior adds 2 and -1, gap adds 0.5 to one of them,
// and main adds the same to both.
func TestCompareSignals(t *testing.T) {
	first := weighing("a", geo.Contribution{Signal: "main", Value: 1, Weight: 9}, geo.Contribution{Signal: "prior", Value: -1, Weight: -2})
	second := weighing(
		"b",
		geo.Contribution{Signal: "main", Value: 1, Weight: 9},
		geo.Contribution{Signal: "prior", Value: 0.5, Weight: -2},
		geo.Contribution{Signal: "gap", Value: 0.5, Weight: 1},
	)
	names := func(rows []compared) string {
		s := ""
		for _, r := range rows {
			s += fmt.Sprintf("%s %g %v;", r.signal, r.spread, r.values)
		}
		return s
	}
	tests := map[string]struct {
		in   []geo.Weighing
		want string
	}{
		"two candidates":      {[]geo.Weighing{first, second}, "prior 3 [-1 0.5];gap 0.5 [0 0.5];"},
		"equal":               {[]geo.Weighing{first, first}, ""},
		"one candidate":       {[]geo.Weighing{first}, "main 9 [1];prior 2 [-1];"},
		"no candidates":       {nil, ""},
		"no signals":          {[]geo.Weighing{{}, {}}, ""},
		"one without signals": {[]geo.Weighing{second, {}}, "main 9 [1 0];prior 1 [0.5 0];gap 0.5 [0.5 0];"},
	}
	for name, test := range tests {
		if got := names(compare(test.in)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestHTMLOfSignals(t *testing.T) {
	docs, parser := corpusWithErrors()
	var many []geo.Contribution
	for i := range 40 {
		many = append(many, geo.Contribution{Signal: fmt.Sprintf("f%02d", i), Value: 2, Weight: float64(40 - i)})
	}
	many[0].Signal = `</td><script>alert(1)</script>`
	e := &explainingParser{fixed: parser, span: weighing("Paris", many...), candidates: []geo.Weighing{weighing("a", many...), weighing("b")}}
	got := htmlOf(t, docs, e, "test")
	checkPage(t, got)
	for _, words := range []string{
		"“Paris”, log odds &#43;0.50: &lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt; &#43;80.00; f01 &#43;78.00",
		"<summary>16 weaker signals</summary>", "16 more are not listed",
		`<tr><th scope="row">f07</th><td>33.00</td><td>&#43;66.00 (2.00)</td><td></td></tr>`,
	} {
		if !strings.Contains(got, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if strings.Contains(got, "f24") {
		t.Error("the page lists more than 24 signals")
	}
	e.span = geo.Weighing{}
	if got := htmlOf(t, docs, e, "test"); !strings.Contains(got, "no name was considered here") {
		t.Error("the page does not say that no name was considered")
	}
}
