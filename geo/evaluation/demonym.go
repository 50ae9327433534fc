package evaluation

import (
	"fmt"

	"newsmap/geo"
)

const (
	// leastMarked is the share of the demonyms found that a corpus must have marked
	// to count as one whose annotators mark them.
	leastMarked = 0.05
	// leastDemonyms is how many must have been found for a corpus to be judged.
	leastDemonyms = 20
)

// Demonyms says what a corpus makes of the demonyms ("Turkish") that were found
// in its texts. Guidelines differ: some have them marked as toponyms, and some
// have none marked, so that whoever finds them is counted wrong.
type Demonyms struct {
	Found  int // predictions of demonyms, without neutral ones
	Marked int // of these, those that match a mention
}

// Unmarked tells whether the corpus has demonyms that its annotators did not
// mark: at least 20 were found, and under 5 % of them match a mention.
func (d Demonyms) Unmarked() bool {
	return d.Found >= leastDemonyms && float64(d.Marked) < leastMarked*float64(d.Found)
}

func (d *Demonyms) add(p *Pair) {
	if p.Outcome == OutcomeNeutral || p.Predicted == nil || p.Predicted.Toponym.Kind != geo.KindDemonym {
		return
	}
	d.Found++
	if p.Gold != nil {
		d.Marked++
	}
}

// strayDemonym tells whether the pair is a demonym that matches no mention.
func strayDemonym(p *Pair) bool {
	return p.Gold == nil && p.Predicted.Toponym.Kind == geo.KindDemonym
}

// asideName names the row with stray demonyms left aside.
func (r *Report) asideName() string { return r.Name + ", demonyms aside" }

// asideNote says why that row is there; empty if it is not.
func (r *Report) asideNote() string {
	if !r.Demonyms.Unmarked() {
		return ""
	}
	return fmt.Sprintf("%s: of %d demonyms found (“Turkish”) the corpus marks %d, under %.0f %%: its annotators do not mark demonyms. "+
		"The row leaves aside the %d that match no mention; all else counts.",
		r.asideName(), r.Demonyms.Found, r.Demonyms.Marked, leastMarked*100, r.Demonyms.Found-r.Demonyms.Marked)
}
