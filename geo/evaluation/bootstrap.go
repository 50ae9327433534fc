package evaluation

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"text/tabwriter"

	"newsmap/geo"
)

const (
	// resamples is the number of resamples. With 10,000, the first two digits of a p-value do
	// not depend on the seed.
	resamples     = 10000
	bootstrapSeed = 20190220
	// intervalTail is the share of the resamples on each side of the interval.
	intervalTail = 0.025
)

// Comparison is the difference between two Reports on the same corpus, with its confidence
// interval and p-value.
type Comparison struct {
	Baseline, Contender string // names of the two reports
	Documents           int

	Recognition Difference // of the F1 over overlapping spans
	Accuracy    Difference // of Acc@161
	EndToEnd    Difference // of the F1 end to end
}

// Difference is the difference of one figure, contender minus baseline.
type Difference struct {
	Baseline, Contender float64 // the figure of each report, 0..1
	Delta               float64
	Low, High           float64 // 95 % interval of Delta
	P                   float64 // two-sided p-value
}

// Compare compares two reports by a paired bootstrap over documents (Efron, "Bootstrap
// Methods", Annals of Statistics 1979; Berg-Kirkpatrick, Burkett and Klein, EMNLP 2012):
// documents are drawn with replacement, the same for both, and the figures are computed from
// them. The interval contains the middle 95 % of the differences. The p-value is two-sided:
// the share of resamples, including the measured difference, that are at least as far from the
// measured difference as that is from zero. The same reports result in the same numbers.
//
// With fewer than two documents, the interval is -1..1 and the p-value 1. The error wraps
// geo.ErrInvalid if the reports, which must be from [Run], do not have the same documents and
// mentions in the same order.
func Compare(baseline, contender *Report) (*Comparison, error) {
	if err := sameDocuments(baseline, contender); err != nil {
		return nil, err
	}
	a, b := baseline.counts(), contender.counts()
	c := &Comparison{Baseline: baseline.Name, Contender: contender.Name, Documents: len(a)}
	figures := [...]struct {
		of  func(counts) float64
		out *Difference
	}{
		{counts.recognition, &c.Recognition}, {counts.accuracy, &c.Accuracy}, {counts.endToEnd, &c.EndToEnd},
	}
	drawn := draw(a, b)
	for _, f := range figures {
		*f.out = difference(f.of, sum(a), sum(b), drawn)
	}
	return c, nil
}

// counts are the counts of one or more documents from which figures are computed.
type counts struct{ gold, predicted, matched, resolved, right int }

func (c counts) recognition() float64 { return rates(c.matched, c.predicted, c.gold).F1 }
func (c counts) accuracy() float64    { return ratio(c.right, c.resolved) }
func (c counts) endToEnd() float64    { return rates(c.right, c.predicted, c.gold).F1 }

func (c *counts) add(d *counts) {
	c.gold += d.gold
	c.predicted += d.predicted
	c.matched += d.matched
	c.resolved += d.resolved
	c.right += d.right
}

func sum(all []counts) counts {
	var total counts
	for i := range all {
		total.add(&all[i])
	}
	return total
}

// counts returns the counts of each document, as for the scores.
func (r *Report) counts() []counts {
	tallies := make(map[*Document]*tally, len(r.documents))
	for i := range r.Pairs {
		d := r.Pairs[i].Document
		if tallies[d] == nil {
			tallies[d] = &tally{}
		}
		tallies[d].add(&r.Pairs[i])
	}
	out := make([]counts, len(r.documents))
	for i := range r.documents {
		if t := tallies[&r.documents[i]]; t != nil {
			out[i] = counts{gold: t.gold, predicted: t.predicted, matched: t.matched, resolved: len(t.errors), right: t.right}
		}
	}
	return out
}

func sameDocuments(a, b *Report) error {
	if len(a.documents) != len(b.documents) {
		return geo.Invalid("comparison", "%s has %d documents, but %s has %d; compare reports on the same corpus", a.Name, len(a.documents), b.Name, len(b.documents))
	}
	for i := range a.documents {
		x, y := &a.documents[i], &b.documents[i]
		if x.ID != y.ID || x.Text != y.Text || !slices.EqualFunc(x.Mentions, y.Mentions, sameMention) {
			return geo.Invalid("comparison", "document %d is %q in %s and %q in %s, which differ; compare reports on the same corpus", i+1, x.ID, a.Name, y.ID, b.Name)
		}
	}
	return nil
}

func sameMention(a, b Mention) bool {
	samePoint := a.Point == b.Point || a.Point != nil && b.Point != nil && *a.Point == *b.Point
	return samePoint && a.Start == b.Start && a.End == b.End
}

// draw returns the sums of the counts of documents that are drawn with replacement, the same
// documents from a and b.
func draw(a, b []counts) [][2]counts {
	if len(a) < 2 {
		return nil
	}
	rng := rand.New(rand.NewPCG(bootstrapSeed, uint64(len(a))))
	drawn := make([][2]counts, resamples)
	for i := range drawn {
		for range a {
			k := rng.IntN(len(a))
			drawn[i][0].add(&a[k])
			drawn[i][1].add(&b[k])
		}
	}
	return drawn
}

func difference(figure func(counts) float64, a, b counts, drawn [][2]counts) Difference {
	d := Difference{Baseline: figure(a), Contender: figure(b), Low: -1, High: 1, P: 1}
	d.Delta = d.Contender - d.Baseline
	if len(drawn) == 0 {
		return d
	}
	const rounding = 1e-12 // smaller differences are due to rounding
	deltas := make([]float64, len(drawn))
	far := 0
	for i := range drawn {
		deltas[i] = figure(drawn[i][1]) - figure(drawn[i][0])
		if math.Abs(deltas[i]-d.Delta) >= math.Abs(d.Delta)-rounding {
			far++
		}
	}
	slices.Sort(deltas)
	d.Low, d.High = quantile(deltas, intervalTail), quantile(deltas, 1-intervalTail)
	d.P = float64(far+1) / float64(len(drawn)+1)
	return d
}

// quantile returns the value below which the share q of the sorted values is.
func quantile(sorted []float64, q float64) float64 {
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Table writes c as a text table with one figure a line.
func (c *Comparison) Table(w io.Writer) error {
	fmt.Fprintf(w, "%s against %s: paired bootstrap over %d documents\n", c.Contender, c.Baseline, c.Documents)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "figure\tbaseline\tcontender\tdifference\t95 % interval\tp\t")
	for _, f := range [...]struct {
		name string
		d    Difference
	}{{"recognition F1", c.Recognition}, {"Acc@161", c.Accuracy}, {"e2e F1", c.EndToEnd}} {
		fmt.Fprintf(tw, "%s\t%.3f\t%.3f\t%+.3f\t%+.3f..%+.3f\t%.4f\t\n",
			f.name, f.d.Baseline, f.d.Contender, thousandths(f.d.Delta), thousandths(f.d.Low), thousandths(f.d.High), f.d.P)
	}
	return tw.Flush()
}

// thousandths rounds v, and turns negative zero into zero.
func thousandths(v float64) float64 { return math.Round(v*1000)/1000 + 0 }
