package resolution

import (
	"context"
	"errors"
	"math"
	"testing"

	"newsmap/geo"
)

// TestExplainChoices compares the contributions with the probabilities that Resolve
// gives: two candidates' odds are those of their sums.
func TestExplainChoices(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	doc, toponyms := document(t, "", "Police of [Dallas] met in [Paris] with others from [Springfield] and [Nowhereville].")
	doc.Domain = "sj-r.com"
	result, err := r.Resolve(context.Background(), doc, toponyms)
	if err != nil {
		t.Fatal(err)
	}
	explained, err := r.ExplainChoices(context.Background(), doc, toponyms)
	if err != nil || len(explained) != len(toponyms) {
		t.Fatalf("%d explanations, %v", len(explained), err)
	}
	compared := 0
	for i, weighed := range explained {
		candidates := result.Resolutions[i].Candidates
		if len(weighed) != len(candidates) {
			t.Fatalf("%s: %d weighings of %d candidates", toponyms[i].Text, len(weighed), len(candidates))
		}
		for k := range weighed {
			if weighed[k].Of != candidates[k].Place.Name || math.Abs(weighed[k].Score-candidates[k].Score) > 1e-9 {
				t.Errorf("%s: %q %g, want %q %g", toponyms[i].Text, weighed[k].Of, weighed[k].Score, candidates[k].Place.Name, candidates[k].Score)
			}
			if want := math.Exp(total(weighed[k]) - total(weighed[0])); math.Abs(weighed[k].Score/weighed[0].Score-want) > 1e-6 {
				t.Errorf("%s: odds %g, want %g", toponyms[i].Text, weighed[k].Score/weighed[0].Score, want)
			}
			for n, c := range weighed[k].Contributions {
				if c.Added() == 0 || n > 0 && math.Abs(c.Added()) > math.Abs(weighed[k].Contributions[n-1].Added()) {
					t.Errorf("%s: %+v is out of order", toponyms[i].Text, c)
				}
			}
			compared++
		}
	}
	if compared < 4 {
		t.Errorf("only %d candidates", compared)
	}
	toponyms[0].End = 9999
	if _, err := r.ExplainChoices(context.Background(), doc, toponyms); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func total(w geo.Weighing) float64 {
	var sum float64
	for _, c := range w.Contributions {
		sum += c.Added()
	}
	return sum
}
