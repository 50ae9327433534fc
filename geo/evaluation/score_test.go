package evaluation

import (
	"math"
	"testing"

	"newsmap/geo"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestRates(t *testing.T) {
	tests := map[string]struct {
		right, predicted, gold int
		want                   Rates
	}{
		"nothing":                 {0, 0, 0, Rates{}},
		"no predictions":          {0, 0, 4, Rates{}},
		"no mentions":             {0, 3, 0, Rates{}},
		"all wrong":               {0, 3, 4, Rates{}},
		"all right":               {4, 4, 4, Rates{1, 1, 1}},
		"half and three quarters": {3, 6, 4, Rates{0.5, 0.75, 0.6}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := rates(test.right, test.predicted, test.gold)
			if !near(got.Precision, test.want.Precision) || !near(got.Recall, test.want.Recall) || !near(got.F1, test.want.F1) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestErrorFigures(t *testing.T) {
	// ln(1+0)=0; ln(1+20039)/ln(1+20039)=1; the log of 140.5656... is half of it.
	half := math.Sqrt(1+FarthestKM) - 1
	tests := map[string]struct {
		sorted            []float64
		mean, median, auc float64
	}{
		"none":                     {nil, 0, 0, 0},
		"one":                      {[]float64{half}, half, half, 0.5},
		"all exact":                {[]float64{0, 0, 0}, 0, 0, 0},
		"all farthest":             {[]float64{FarthestKM, FarthestKM}, FarthestKM, FarthestKM, 1},
		"farther than the maximum": {[]float64{0, 3e4}, 15000, 15000, 0.5},
		"from best to worst":       {[]float64{0, FarthestKM}, FarthestKM / 2, FarthestKM / 2, 0.5},
		// trapezoids (0+.5)/2 and (.5+1)/2, over two steps
		"three": {[]float64{0, half, FarthestKM}, (half + FarthestKM) / 3, half, 0.5},
		// (0+0)/2, (0+0)/2, (0+1)/2 over three steps
		"one of four far": {[]float64{0, 0, 0, FarthestKM}, FarthestKM / 4, 0, 1.0 / 6},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := mean(test.sorted); !near(got, test.mean) {
				t.Errorf("mean %g, want %g", got, test.mean)
			}
			if got := median(test.sorted); !near(got, test.median) {
				t.Errorf("median %g, want %g", got, test.median)
			}
			if got := auc(test.sorted); !near(got, test.auc) {
				t.Errorf("AUC %g, want %g", got, test.auc)
			}
		})
	}
}

func TestTally(t *testing.T) {
	found := &geo.Resolution{Toponym: geo.Toponym{Start: 0, End: 5}}
	same, wider := &Mention{Start: 0, End: 5}, &Mention{Start: 0, End: 9}
	var tl tally
	for _, p := range []Pair{
		{Predicted: found, Gold: same, Outcome: OutcomeRight, ErrorKM: 1},
		{Predicted: found, Gold: wider, Outcome: OutcomeRight, ErrorKM: 3},
		{Predicted: found, Gold: same, Outcome: OutcomeMisplaced, ErrorKM: 5000},
		{Predicted: found, Gold: same, Outcome: OutcomeUnresolved},
		{Predicted: found, Outcome: OutcomeSpurious},
		{Gold: same, Outcome: OutcomeMissed},
		{Gold: same, Outcome: OutcomeMissed},
		{Gold: same, Outcome: OutcomeMissed},
		{Predicted: found, Gold: same, Outcome: OutcomeNeutral},
		{Predicted: found, Outcome: OutcomeNeutral},
	} {
		tl.add(&p)
	}
	s := tl.score()
	if s.Gold != 7 || s.Predicted != 5 || s.Matched != 4 || s.Resolved != 3 || s.Right != 2 {
		t.Errorf("counts %+v", s)
	}
	// Overlap 4 of 5 and of 7; exact 3; end to end 2; Acc@161 2 of 3.
	if !near(s.Overlap.Precision, 0.8) || !near(s.Overlap.Recall, 4.0/7) || !near(s.Overlap.F1, 2*0.8*(4.0/7)/(0.8+4.0/7)) {
		t.Errorf("overlap %+v", s.Overlap)
	}
	if !near(s.Exact.Precision, 0.6) || !near(s.Exact.Recall, 3.0/7) {
		t.Errorf("exact %+v", s.Exact)
	}
	if !near(s.EndToEnd.Precision, 0.4) || !near(s.EndToEnd.Recall, 2.0/7) || !near(s.EndToEnd.F1, 1.0/3) {
		t.Errorf("end to end %+v", s.EndToEnd)
	}
	if !near(s.Accuracy, 2.0/3) || !near(s.MeanKM, 5004.0/3) || !near(s.MedianKM, 3) {
		t.Errorf("resolution %+v", s)
	}
}
