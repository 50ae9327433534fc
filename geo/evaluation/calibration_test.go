package evaluation

import (
	"math"
	"slices"
	"testing"

	"newsmap/geo"
)

// predictions returns n predictions with the same confidence, of which some are right.
func predictions(n, right int, confidence float64) []judged {
	var out []judged
	for i := range n {
		out = append(out, judged{confidence, i < right})
	}
	return out
}

func TestCalibrate(t *testing.T) {
	one := predictions(1, 1, 0.75)
	for name, test := range map[string]struct {
		in   []judged
		want float64
		bins int
	}{
		"nothing":                     {nil, 0, 0},
		"one that is right":           {one, 0.25, 1},
		"one that is wrong":           {predictions(1, 0, 0.75), 0.75, 1},
		"confident and right":         {predictions(30, 30, 1), 0, 1},
		"confident and wrong":         {predictions(30, 0, 1), 1, 1},
		"calibrated":                  {predictions(10, 8, 0.8), 0, 1},
		"two bins, one of them wrong": {slices.Concat(predictions(10, 2, 0.2), predictions(10, 5, 0.9)), 0.2, 2}, // .5·0 + .5·.4
		"too low and too high":        {slices.Concat(predictions(5, 5, 0.6), predictions(15, 9, 0.8)), 0.25, 2}, // .25·.4 + .75·.2
		"below zero, above one":       {[]judged{{-3, false}, {7, true}}, 0, 2},
		"not a number":                {[]judged{{math.NaN(), false}}, 0, 1},
	} {
		got := calibrate(test.in)
		if math.Abs(got.Error-test.want) > 1e-12 || len(got.Bins) != test.bins {
			t.Errorf("%s: %.4f in %d bins, want %.4f in %d", name, got.Error, len(got.Bins), test.want, test.bins)
		}
		count := 0
		for _, b := range got.Bins {
			count += b.Count
			if b.Low > b.Confidence+1e-12 || b.High < b.Confidence-1e-12 {
				t.Errorf("%s: mean confidence %v is outside %v..%v", name, b.Confidence, b.Low, b.High)
			}
		}
		if count != len(test.in) {
			t.Errorf("%s: %d of %d predictions are in bins", name, count, len(test.in))
		}
	}
}

// TestCalibrateBins checks that bins have the same size, and that equal confidences are in one
// bin in any order.
func TestCalibrateBins(t *testing.T) {
	var in []judged
	for i := range 95 {
		in = append(in, judged{float64(i) / 100, i%2 == 0})
	}
	c := calibrate(in)
	if len(c.Bins) != calibrationBins {
		t.Fatalf("got %d bins, want %d", len(c.Bins), calibrationBins)
	}
	for _, b := range c.Bins {
		if b.Count < 9 || b.Count > 10 {
			t.Errorf("a bin has %d predictions, want 9 or 10", b.Count)
		}
	}
	ties := slices.Concat(predictions(50, 20, 0.5), predictions(10, 9, 0.9))
	reversed := slices.Clone(ties)
	slices.Reverse(reversed)
	a, b := calibrate(ties), calibrate(reversed)
	if a.Error != b.Error || !slices.Equal(a.Bins, b.Bins) || a.Bins[0].Count != 50 {
		t.Errorf("got %+v, and in reverse order %+v", a, b)
	}
}

// TestScoreECE checks that a prediction is right in recognition if it matches, and end to end if
// its place is right. Neutral predictions are ignored, and end to end those without a place.
func TestScoreECE(t *testing.T) {
	predicted := func(recognised, placed float64, place *geo.Place) *geo.Resolution {
		return &geo.Resolution{Toponym: geo.Toponym{Confidence: recognised}, Confidence: placed, Place: place}
	}
	place := &geo.Place{}
	var tally tally
	for _, p := range []Pair{
		{Predicted: predicted(1, 0.5, place), Gold: &Mention{}, Outcome: OutcomeRight},
		{Predicted: predicted(1, 0.5, place), Gold: &Mention{}, Outcome: OutcomeMisplaced},
		{Predicted: predicted(0.6, 0, nil), Gold: &Mention{}, Outcome: OutcomeUnresolved},
		{Predicted: predicted(0.6, 0.3, place), Outcome: OutcomeSpurious},
		{Predicted: predicted(0, 1, place), Gold: &Mention{}, Outcome: OutcomeNeutral},
		{Gold: &Mention{}, Outcome: OutcomeMissed},
	} {
		tally.add(&p)
	}
	s := tally.score()
	// Recognition: two of two at 1, one of two at .6. End to end: one of two at .5,
	// none of one at .3.
	if math.Abs(s.RecognitionECE-0.05) > 1e-12 || math.Abs(s.EndToEndECE-0.1) > 1e-12 {
		t.Errorf("recognition %.4f, end to end %.4f", s.RecognitionECE, s.EndToEndECE)
	}
}
