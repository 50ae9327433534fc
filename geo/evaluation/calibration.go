package evaluation

import (
	"cmp"
	"math"
	"slices"
)

// calibrationBins is into how many bins of equal mass predictions are put.
const calibrationBins = 10

// Calibration says how far the confidence of predictions can be taken at its
// word: of those held to be right at .8, eight in ten should be.
type Calibration struct {
	// Error is the expected calibration error, 0..1: the distance between mean
	// confidence and share right in each bin, averaged by how many predictions the
	// bin holds; 0 where there are none.
	Error float64
	// Bins are in order of confidence. There are ten of as nearly as may be the
	// same size, fewer where predictions are few or of equal confidence: those
	// stand in one bin, so that the order in which they came changes nothing.
	Bins []CalibrationBin
}

// CalibrationBin is a range of confidence.
type CalibrationBin struct {
	Low, High  float64 // least and greatest confidence in it, 0..1
	Confidence float64 // the mean
	Right      float64 // the share of its predictions that are right
	Count      int     // predictions
}

// said is the confidence of a prediction and whether it is right.
type said struct {
	confidence float64
	right      bool
}

// calibrate sorts predictions into bins of equal mass and measures how far each
// is off. Confidences outside 0..1 count as the nearer end, NaN as 0.
func calibrate(predictions []said) Calibration {
	sorted := slices.Clone(predictions)
	for i := range sorted {
		c := sorted[i].confidence
		if math.IsNaN(c) {
			c = 0
		}
		sorted[i].confidence = min(max(c, 0), 1)
	}
	slices.SortStableFunc(sorted, func(a, b said) int { return cmp.Compare(a.confidence, b.confidence) })
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

func binOf(in []said) CalibrationBin {
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
