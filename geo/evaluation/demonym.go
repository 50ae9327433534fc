package evaluation

import (
	"fmt"

	"newsmap/geo"
)

const (
	// minMarkedShare is the minimum share of the predicted demonyms that match a mention if the
	// annotators of a corpus marked demonyms.
	minMarkedShare = 0.05
	// minDemonyms is the number of predicted demonyms that is needed to tell.
	minDemonyms = 20
)

// Demonyms counts the predicted demonyms ("Turkish") of a corpus. Annotation guidelines
// differ: in corpora whose annotators do not mark demonyms as toponyms, every predicted
// demonym counts as an error.
type Demonyms struct {
	Found  int // predicted demonyms, except neutral ones
	Marked int // those of them that match a mention
}

// Unmarked reports whether the annotators of the corpus did not mark demonyms: at least 20
// were predicted, and less than 5 % of them match a mention.
func (d Demonyms) Unmarked() bool {
	return d.Found >= minDemonyms && float64(d.Marked) < minMarkedShare*float64(d.Found)
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

// strayDemonym reports whether the pair is a predicted demonym that matches no mention.
func strayDemonym(p *Pair) bool {
	return p.Gold == nil && p.Predicted.Toponym.Kind == geo.KindDemonym
}

// asideName returns the name of the row without stray demonyms.
func (r *Report) asideName() string { return r.Name + ", demonyms aside" }

// asideNote explains that row. It returns "" if there is no such row.
func (r *Report) asideNote() string {
	if !r.Demonyms.Unmarked() {
		return ""
	}
	return fmt.Sprintf("%s: of %d demonyms found (“Turkish”) the corpus marks %d, under %.0f %%: its annotators do not mark demonyms. "+
		"The row ignores the %d that match no mention.",
		r.asideName(), r.Demonyms.Found, r.Demonyms.Marked, minMarkedShare*100, r.Demonyms.Found-r.Demonyms.Marked)
}
