package evaluation

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// testReport returns a report on documents with one mention each. Each letter of found is the
// result for one document: 'r' the right place, 'w' a wrong place, 'u' a name without a place,
// 's' a spurious name instead of the mention, '-' nothing.
func testReport(t testing.TB, name, found string) *Report {
	t.Helper()
	here, far := &orb.Point{2.35, 48.85}, &orb.Point{-95.5, 33.6}
	var docs []Document
	parser := fixed{}
	for i, letter := range found {
		id := strconv.Itoa(i)
		docs = append(docs, Document{Document: geo.Document{ID: id}, Mentions: []Mention{gold(0, 5, here)}})
		result := &geo.Result{}
		switch letter {
		case 'r':
			result.Resolutions = []geo.Resolution{at(0, 5, here)}
		case 'w':
			result.Resolutions = []geo.Resolution{at(0, 5, far)}
		case 'u':
			result.Resolutions = []geo.Resolution{at(0, 5, nil)}
		case 's':
			result.Resolutions = []geo.Resolution{at(10, 15, here)}
		}
		parser[id] = result
	}
	report, err := Run(context.Background(), name, parser, docs)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestCompare(t *testing.T) {
	tests := map[string]struct {
		baseline, contender             string
		recognition, accuracy, endToEnd Difference
	}{
		// The resamples of two documents are 11, 12, 21 and 22 with equal probability. F1 of
		// the contender in them: 1, 2/3, 2/3, 0. Only the last is 2/3 away from 2/3.
		"two documents": {
			"--", "r-",
			Difference{0, 2.0 / 3, 2.0 / 3, 0, 1, 0.25},
			Difference{0, 1, 1, 0, 1, 0.25},
			Difference{0, 2.0 / 3, 2.0 / 3, 0, 1, 0.25},
		},
		// The contender is better in every document: all resamples have the measured difference.
		"better everywhere": {
			"wwww", "rrrr",
			Difference{1, 1, 0, 0, 0, 1},
			Difference{0, 1, 1, 1, 1, 0},
			Difference{0, 1, 1, 1, 1, 0},
		},
		// One document is better and one worse: the difference is zero, so the p-value is 1.
		"one better, one worse": {
			"rw", "wr",
			Difference{1, 1, 0, 0, 0, 1},
			Difference{0.5, 0.5, 0, -1, 1, 1},
			Difference{0.5, 0.5, 0, -1, 1, 1},
		},
		// Of five mentions and four predictions, three match; two of them have a place, and
		// one the right one.
		"equal reports": {
			"rwus-",
			"rwus-",
			Difference{2.0 / 3, 2.0 / 3, 0, 0, 0, 1},
			Difference{0.5, 0.5, 0, 0, 0, 1},
			Difference{2.0 / 9, 2.0 / 9, 0, 0, 0, 1},
		},
		"nothing found":              {"---", "---", Difference{0, 0, 0, 0, 0, 1}, Difference{0, 0, 0, 0, 0, 1}, Difference{0, 0, 0, 0, 0, 1}},
		"one document":               {"w", "r", Difference{1, 1, 0, -1, 1, 1}, Difference{0, 1, 1, -1, 1, 1}, Difference{0, 1, 1, -1, 1, 1}},
		"an empty corpus":            {"", "", Difference{0, 0, 0, -1, 1, 1}, Difference{0, 0, 0, -1, 1, 1}, Difference{0, 0, 0, -1, 1, 1}},
		"unresolved in the baseline": {"uu", "rr", Difference{1, 1, 0, 0, 0, 1}, Difference{0, 1, 1, 1, 1, 0}, Difference{0, 1, 1, 1, 1, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := Compare(testReport(t, "a", test.baseline), testReport(t, "b", test.contender))
			if err != nil {
				t.Fatal(err)
			}
			if c.Documents != len(test.baseline) || c.Baseline != "a" || c.Contender != "b" {
				t.Errorf("got %+v", c)
			}
			checkDifference(t, "recognition", c.Recognition, test.recognition)
			checkDifference(t, "Acc@161", c.Accuracy, test.accuracy)
			checkDifference(t, "end to end", c.EndToEnd, test.endToEnd)
		})
	}
}

// checkDifference fails the test if two differences are not nearly equal.
func checkDifference(t *testing.T, name string, got, want Difference) {
	t.Helper()
	if !near(got.Baseline, want.Baseline) || !near(got.Contender, want.Contender) || !near(got.Delta, want.Delta) ||
		!near(got.Low, want.Low) || !near(got.High, want.High) || math.Abs(got.P-want.P) > 0.015 {
		t.Errorf("%s: got %+v, want %+v", name, got, want)
	}
}

func TestCompareIsAntisymmetricAndDeterministic(t *testing.T) {
	a, b := testReport(t, "a", "rrwwu-s-rw"), testReport(t, "b", "rrrwwr-srr")
	one, err := Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Compare(a, b); err != nil || *again != *one {
		t.Errorf("got %+v, then %+v", one, again)
	}
	back, err := Compare(b, a)
	if err != nil || back.EndToEnd.Delta != -one.EndToEnd.Delta || math.Abs(back.EndToEnd.P-one.EndToEnd.P) > 1e-9 {
		t.Errorf("%+v against %+v", back, one)
	}
	if one.EndToEnd.Low >= one.EndToEnd.Delta || one.EndToEnd.High <= one.EndToEnd.Delta || one.EndToEnd.P <= 0 || one.EndToEnd.P >= 1 {
		t.Errorf("end to end %+v", one.EndToEnd)
	}
}

// TestCompareCountsEmptyDocuments checks that a document without mentions and predictions is
// resampled too.
func TestCompareCountsEmptyDocuments(t *testing.T) {
	a, b := testReport(t, "a", "-"), testReport(t, "b", "r")
	for _, r := range []*Report{a, b} {
		docs := append([]Document{{Document: geo.Document{ID: "empty"}}}, r.documents...)
		for i := range r.Pairs {
			r.Pairs[i].Document = &docs[1]
		}
		r.documents = docs
	}
	c, err := Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	// The document with a mention is missing in one resample of four.
	checkDifference(t, "end to end", c.EndToEnd, Difference{0, 1, 1, 0, 1, 0.25})
}

func TestCompareRefuses(t *testing.T) {
	a := testReport(t, "a", "rr")
	id, text, span, point := testReport(t, "b", "rr"), testReport(t, "b", "rr"), testReport(t, "b", "rr"), testReport(t, "b", "rr")
	id.documents[1].ID = "other"
	text.documents[0].Text = "other"
	span.documents[0].Mentions[0].End++
	point.documents[1].Mentions[0].Point = nil
	for name, b := range map[string]*Report{
		"more documents": testReport(t, "b", "rrr"), "another id": id, "another text": text, "another span": span, "no point": point,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Compare(a, b); !errors.Is(err, geo.ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestComparisonTable(t *testing.T) {
	c, err := Compare(testReport(t, "small", "ww"), testReport(t, "big", "rr"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := c.Table(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"big against small", "2 documents", "recognition F1", "Acc@161", "+1.000..+1.000"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	one, other := testReport(b, "a", strings.Repeat("rw-us", 100)), testReport(b, "b", strings.Repeat("rrwus", 100))
	for b.Loop() {
		if _, err := Compare(one, other); err != nil {
			b.Fatal(err)
		}
	}
}
