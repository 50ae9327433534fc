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

// explained is a parser that finds the same in every document, with the same explanation for
// every span and candidate.
type explained struct {
	fixed
	span       geo.Weighing
	candidates []geo.Weighing
	asked      []geo.Toponym // of spans
	err        error
}

func (e *explained) ExplainSpans(_ context.Context, _ *geo.Document, spans []geo.Toponym) ([]geo.Weighing, error) {
	e.asked = append(e.asked, spans...)
	return slices.Repeat([]geo.Weighing{e.span}, len(spans)), e.err
}

func (e *explained) ExplainChoices(_ context.Context, _ *geo.Document, toponyms []geo.Toponym) ([][]geo.Weighing, error) {
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

func TestExplanationsBelongToTheirErrors(t *testing.T) {
	docs, parser := mistaken()
	// Names in a title are explained too, and must not shift the others.
	title := at(0, 4, &orb.Point{})
	title.Toponym.Field = geo.FieldTitle
	parser["a"].Resolutions = append([]geo.Resolution{title}, parser["a"].Resolutions...)
	e := &explained{fixed: parser, span: weighing("x"), candidates: []geo.Weighing{{}}}
	report, err := Run(context.Background(), "made", e, docs, WithExplainer(e))
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
			t.Errorf("%s at %d has %+v", p.Outcome, e.asked[i].Start, got)
		}
	}
	if wrong != 4 || len(e.asked) != len(report.Pairs) {
		t.Errorf("%d errors, %d spans asked about", wrong, len(e.asked))
	}
	e.err = geo.ErrNotFound
	if _, err := Run(context.Background(), "made", e, docs, WithExplainer(e)); !errors.Is(err, geo.ErrNotFound) || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("got %v", err)
	}
}

// TestCompareSignals has two candidates: prior adds 2 and -1, gap adds 0.5 to one of them,
// main adds the same to both.
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
		"two":       {[]geo.Weighing{first, second}, "prior 3 [-1 0.5];gap 0.5 [0 0.5];"},
		"alike":     {[]geo.Weighing{first, first}, ""},
		"one":       {[]geo.Weighing{first}, "main 9 [1];prior 2 [-1];"},
		"none":      {nil, ""},
		"nothing":   {[]geo.Weighing{{}, {}}, ""},
		"one blank": {[]geo.Weighing{second, {}}, "main 9 [1 0];prior 1 [0.5 0];gap 0.5 [0.5 0];"},
	}
	for name, test := range tests {
		if got := names(compare(test.in)); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestHTMLOfFeatures(t *testing.T) {
	docs, parser := mistaken()
	var many []geo.Contribution
	for i := range 40 {
		many = append(many, geo.Contribution{Signal: fmt.Sprintf("f%02d", i), Value: 2, Weight: float64(40 - i)})
	}
	many[0].Signal = `</td><script>alert(1)</script>`
	e := &explained{fixed: parser, span: weighing("Paris", many...), candidates: []geo.Weighing{weighing("a", many...), weighing("b")}}
	got := htmlOf(t, docs, e, "made")
	checkPage(t, got)
	for _, words := range []string{
		"“Paris”, log odds &#43;0.50: &lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt; &#43;80.00; f01 &#43;78.00",
		"<summary>16 lesser signals</summary>", "16 more are not listed",
		`<tr><th scope="row">f07</th><td>33.00</td><td>&#43;66.00 (2.00)</td><td></td></tr>`,
	} {
		if !strings.Contains(got, words) {
			t.Errorf("no %q", words)
		}
	}
	if strings.Contains(got, "f24") {
		t.Error("lists more than 24 signals")
	}
	e.span = geo.Weighing{}
	if got := htmlOf(t, docs, e, "made"); !strings.Contains(got, "nothing here was thought of as a name") {
		t.Error("does not say that nothing was weighed")
	}
}
