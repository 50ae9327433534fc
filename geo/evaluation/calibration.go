package evaluation

import (
	"cmp"
	"math"
	"slices"
)

// calibrationBins is the number of bins, which have the same number of predictions.
const calibrationBins = 10

// Calibration is how well the confidence of predictions agrees with the share that is right.
// Of predictions with a confidence of 0.8, eight in ten should be right.
type Calibration struct {
	// Error is the expected calibration error, 0..1: the mean over all predictions of the
	// distance between the mean confidence of their bin and its share of right predictions. It
	// is 0 if there are no predictions.
	Error float64
	// Bins are in ascending order of confidence. There are ten of nearly the same size, or
	// fewer if there are few predictions or many with equal confidence. Equal confidences are in one
	// bin, so that the order of predictions does not matter.
	Bins []CalibrationBin
}

// CalibrationBin is a range of confidence.
type CalibrationBin struct {
	Low, High  float64 // minimum and maximum confidence in it, 0..1
	Confidence float64 // mean confidence
	Right      float64 // share of right predictions
	Count      int     // number of predictions
}

// judged is a prediction: its confidence, and whether it is right.
type judged struct {
	confidence float64
	right      bool
}

// calibrate sorts predictions into bins and computes the error. Confidences outside 0..1 count
// as 0 or 1, and NaN as 0.
func calibrate(predictions []judged) Calibration {
	sorted := slices.Clone(predictions)
	for i := range sorted {
		c := sorted[i].confidence
		if math.IsNaN(c) {
			c = 0
		}
		sorted[i].confidence = min(max(c, 0), 1)
	}
	slices.SortStableFunc(sorted, func(a, b judged) int { return cmp.Compare(a.confidence, b.confidence) })
	var c Calibration
	start := 0
	for bin := 1; bin <= calibrationBins; bin++ {
		end := bin * len(sorted) / calibrationBins
		for end > start && end < len(sorted) && sorted[end].confidence == sorted[end-1].confidence {
			end++
		}
		if end <= start {
			continue
		}
		b := binOf(sorted[start:end])
		c.Error += math.Abs(b.Confidence-b.Right) * ratio(b.Count, len(sorted))
		c.Bins = append(c.Bins, b)
		start = end
	}
	return c
}

// binOf returns the bin of predictions in ascending order of confidence.
func binOf(in []judged) CalibrationBin {
	b := CalibrationBin{Low: in[0].confidence, High: in[len(in)-1].confidence, Count: len(in)}
	right := 0
	for _, p := range in {
		b.Confidence += p.confidence / float64(len(in))
		if p.right {
			right++
		}
	}
	b.Right = ratio(right, len(in))
	return b
}
