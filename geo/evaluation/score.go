package evaluation

import (
	"math"
	"slices"
)

const (
	// NearKM is the maximum distance, in kilometres, between a right prediction and the
	// annotator's point: 100 miles.
	NearKM = 161.0
	// FarthestKM is half the Earth's circumference in kilometres, the maximum error.
	FarthestKM = 20039.0
)

// Rates are precision, recall and their harmonic mean, each 0..1. A rate with the denominator
// 0 is 0.
type Rates struct {
	Precision, Recall, F1 float64
}

func rates(right, predicted, gold int) Rates {
	r := Rates{Precision: ratio(right, predicted), Recall: ratio(right, gold)}
	if r.Precision+r.Recall > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
	return r
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Score contains the figures of a set of documents, or of a part of their mentions.
type Score struct {
	Documents int
	Gold      int // mentions that are not neutral
	Predicted int // predictions that are not neutral
	Matched   int // predictions that match a mention
	Resolved  int // matched predictions with a point
	Right     int // those of them within NearKM

	Overlap  Rates // recognition: the spans share a code point
	Exact    Rates // recognition: the spans are the same
	EndToEnd Rates // matched and within NearKM, over all predictions and all mentions

	Accuracy float64 // Acc@161: Right / Resolved
	MeanKM   float64 // mean error of Resolved in km
	MedianKM float64 // median error of Resolved in km
	AUC      float64 // area under ln(1+error)/ln(1+FarthestKM), 0 (best) to 1

	// RecognitionECE and EndToEndECE are expected calibration errors, 0 (best) to 1. The first
	// is that of toponyms, which are right if they match a mention. The second is that of
	// places, which are right if they are also within NearKM; predictions without a place do
	// not count.
	RecognitionECE, EndToEndECE float64
}

// tally collects pairs for a Score.
type tally struct {
	documents, gold, predicted, matched, exact, right int

	errors []float64 // in km, of the matched predictions with a point

	recognised, placed []judged // predictions, and those of them with a place
}

func (t *tally) add(p *Pair) {
	if p.Outcome == OutcomeNeutral {
		return
	}
	if p.Gold != nil {
		t.gold++
	}
	if p.Predicted != nil {
		t.predicted++
		t.recognised = append(t.recognised, judged{p.Predicted.Toponym.Confidence, p.Gold != nil})
		if p.Predicted.Place != nil {
			t.placed = append(t.placed, judged{p.Predicted.Confidence, p.Outcome == OutcomeRight})
		}
	}
	if p.Gold == nil || p.Predicted == nil {
		return
	}
	t.matched++
	if p.Exact() {
		t.exact++
	}
	if p.Outcome == OutcomeUnresolved {
		return
	}
	t.errors = append(t.errors, p.ErrorKM)
	if p.Outcome == OutcomeRight {
		t.right++
	}
}

func (t *tally) score() Score {
	s := Score{
		Documents: t.documents, Gold: t.gold, Predicted: t.predicted,
		Matched: t.matched, Resolved: len(t.errors), Right: t.right,
		Overlap:  rates(t.matched, t.predicted, t.gold),
		Exact:    rates(t.exact, t.predicted, t.gold),
		EndToEnd: rates(t.right, t.predicted, t.gold),
		Accuracy: ratio(t.right, len(t.errors)),
	}
	sorted := slices.Clone(t.errors)
	slices.Sort(sorted)
	s.MeanKM, s.MedianKM, s.AUC = mean(sorted), median(sorted), auc(sorted)
	s.RecognitionECE, s.EndToEndECE = calibrate(t.recognised).Error, calibrate(t.placed).Error
	return s
}

func mean(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	var sum float64
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func median(sorted []float64) float64 {
	n := len(sorted)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// auc returns the area under the sorted log errors by the trapezoid rule (Jurgens et al.,
// "Geolocation Prediction in Twitter Using Social Networks", 2015). It is scaled so that it is
// 1 if every error is FarthestKM.
func auc(sorted []float64) float64 {
	logs := make([]float64, len(sorted))
	for i, km := range sorted {
		logs[i] = math.Log1p(min(km, FarthestKM)) / math.Log1p(FarthestKM)
	}
	switch len(logs) {
	case 0:
		return 0
	case 1:
		return logs[0]
	}
	var area float64
	for i := 1; i < len(logs); i++ {
		area += (logs[i-1] + logs[i]) / 2
	}
	return area / float64(len(logs)-1)
}
