package recognition

import (
	"context"
	"math"
	"testing"

	"newsmap/geo"
)

// TestExplainSpans checks that the contributions add up to the confidence that
// Recognize returns.
func TestExplainSpans(t *testing.T) {
	r := newTestRecognizer(t)
	doc := &geo.Document{Title: "Paris votes", Text: "Police in Paris, Texas, arrested a man on Monday."}
	found, err := r.Recognize(context.Background(), doc)
	if err != nil || len(found) < 2 {
		t.Fatalf("%v, %v", found, err)
	}
	explained, err := r.ExplainSpans(context.Background(), doc, found)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range explained {
		var sum float64
		for _, c := range w.Contributions {
			sum += c.Added()
		}
		if w.Of != found[i].Text || math.Abs(sum-w.Score) > 1e-3 || math.Abs(1/(1+math.Exp(-w.Score))-found[i].Confidence) > 1e-9 {
			t.Errorf("%s: %q has log odds %g, the contributions sum to %g, confidence %g", found[i].Text, w.Of, w.Score, sum, found[i].Confidence)
		}
	}
	// A longer span gets the explanation of a candidate inside it. No candidate
	// overlaps "arrested".
	explained, err = r.ExplainSpans(context.Background(), doc, []geo.Toponym{{Start: 7, End: 15}, {Start: 24, End: 32}, {Start: 10, End: 9000}})
	if err != nil || explained[0].Of != "Paris" || explained[1].Of != "" || explained[2].Of == "" {
		t.Errorf("%+v, %v", explained, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.ExplainSpans(ctx, doc, found); err == nil {
		t.Error("no error after the context was cancelled")
	}
}
