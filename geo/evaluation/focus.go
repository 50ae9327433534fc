package evaluation

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"

	"golang.org/x/sync/errgroup"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// twinKM is the maximum distance, in kilometres, between two entries of one place. Gazetteers
// compiled from several sources have two ids for some towns.
const twinKM = 15.0

// FocusLabel is the focus of a document according to a reader.
type FocusLabel struct {
	Document string   // its id
	Places   []string // ids, any of which is right
}

// ReadFocus reads tab-separated labels after a header: the id of a document, place ids
// separated by "|", and a name for people, which is ignored. The error wraps geo.ErrInvalid
// and names the line.
func ReadFocus(r io.Reader) ([]FocusLabel, error) {
	sc := bufio.NewScanner(r)
	var labels []FocusLabel
	seen := map[string]bool{}
	line := 0
	for sc.Scan() {
		line++
		if line == 1 || sc.Text() == "" {
			continue
		}
		label, err := focusLabel(sc.Text())
		if err == nil && seen[label.Document] {
			err = fmt.Errorf("document %q has a second label; keep one", label.Document)
		}
		if err != nil {
			return nil, geo.Invalid(fmt.Sprintf("line %d", line), "%v", err)
		}
		seen[label.Document] = true
		labels = append(labels, label)
	}
	switch err := sc.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, geo.Invalid(fmt.Sprintf("line %d", line+1), "is longer than %d KiB", bufio.MaxScanTokenSize>>10)
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", line+1, err)
	}
	return labels, nil
}

func focusLabel(line string) (FocusLabel, error) {
	fields := strings.Split(line, "\t")
	if len(fields) < 2 || fields[0] == "" {
		return FocusLabel{}, errors.New("expected the id of a document, a tab and place ids")
	}
	label := FocusLabel{Document: fields[0], Places: strings.Split(fields[1], "|")}
	for _, id := range label.Places {
		if id == "" {
			return FocusLabel{}, errors.New("a place id is empty; remove the extra \"|\"")
		}
	}
	return label, nil
}

// FocusOutcome is the result of comparing a focus with its label, best first.
type FocusOutcome uint8

// The outcomes.
const (
	FocusSame  FocusOutcome = iota // one of the label's places
	FocusTwin                      // another gazetteer entry of one of them: same name, level and division, within 15 km
	FocusNear                      // another place of the same level, within NearKM
	FocusOther                     // anything else
	FocusNone                      // the document has no focus
)

var focusNames = [...]string{"same", "twin", "near", "other", "none"}

func (o FocusOutcome) String() string { return focusNames[o] }

// FocusPair is the predicted focus of a document with its label.
type FocusPair struct {
	Document *Document
	Found    *geo.Place // nil if there is none
	Labelled []geo.Place
	Named    bool // whether a place of the label, or its twin, was found in the document
	Outcome  FocusOutcome
}

// FocusReport is the result of a Parser on labelled documents.
type FocusReport struct {
	Name  string
	Pairs []FocusPair // in the order of the labels
}

// Count returns the number of documents with an outcome.
func (r *FocusReport) Count(o FocusOutcome) int {
	n := 0
	for i := range r.Pairs {
		if r.Pairs[i].Outcome == o {
			n++
		}
	}
	return n
}

// Agreement returns the share of the labelled documents, 0..1, whose focus is a place of the
// label or its twin. It returns 0 if there are no documents.
func (r *FocusReport) Agreement() float64 {
	return ratio(r.Count(FocusSame)+r.Count(FocusTwin), len(r.Pairs))
}

// Nearby returns the share of the labelled documents, 0..1, whose focus agrees or is another
// place of the same level within NearKM.
func (r *FocusReport) Nearby() float64 {
	return ratio(r.Count(FocusSame)+r.Count(FocusTwin)+r.Count(FocusNear), len(r.Pairs))
}

// Named returns the number of documents in which a place of the label was found, as the focus
// or not. It is the maximum that a choice among the found places can reach.
func (r *FocusReport) Named() int {
	n := 0
	for i := range r.Pairs {
		if r.Pairs[i].Named {
			n++
		}
	}
	return n
}

// Chosen returns the share of the Named documents, 0..1, whose focus agrees. It returns 0 if
// there are none.
func (r *FocusReport) Chosen() float64 {
	return ratio(r.Count(FocusSame)+r.Count(FocusTwin), r.Named())
}

// Part returns a report with the pairs from (inclusive) to to (exclusive) and another name.
func (r *FocusReport) Part(name string, from, to int) *FocusReport {
	return &FocusReport{Name: name, Pairs: r.Pairs[from:to]}
}

// Places looks up places by id. geo.Gazetteer implements it.
type Places interface {
	// Place returns the place with an id. The error wraps geo.ErrNotFound if there is none.
	Place(id string) (geo.Place, error)
}

// RunFocus parses every labelled document and compares its focus with its label. The error is
// that of the parser, or wraps geo.ErrNotFound for a label whose document is not in docs or
// whose place is not in places. It names the document.
func RunFocus(ctx context.Context, name string, parser Parser, places Places, docs []Document, labels []FocusLabel) (*FocusReport, error) {
	byID := make(map[string]*Document, len(docs))
	for i := range docs {
		byID[docs[i].ID] = &docs[i]
	}
	report := &FocusReport{Name: name, Pairs: make([]FocusPair, len(labels))}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range labels {
		group.Go(func() error {
			pair, err := focusPair(ctx, parser, places, byID[labels[i].Document], &labels[i])
			if err != nil {
				return fmt.Errorf("document %q: %w", labels[i].Document, err)
			}
			report.Pairs[i] = pair
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return report, nil
}

func focusPair(ctx context.Context, parser Parser, places Places, doc *Document, label *FocusLabel) (FocusPair, error) {
	if doc == nil {
		return FocusPair{}, fmt.Errorf("not in the corpus: %w", geo.ErrNotFound)
	}
	pair := FocusPair{Document: doc}
	for _, id := range label.Places {
		place, err := places.Place(id)
		if err != nil {
			return FocusPair{}, fmt.Errorf("label %s: %w", id, err)
		}
		pair.Labelled = append(pair.Labelled, place)
	}
	result, err := parser.Parse(ctx, &doc.Document)
	if err != nil {
		return FocusPair{}, err
	}
	pair.judge(result)
	return pair, nil
}

func (p *FocusPair) judge(result *geo.Result) {
	p.Outcome = FocusNone
	for i := range result.Locations {
		place := &result.Locations[i].Place
		outcome := p.outcome(place)
		p.Named = p.Named || outcome <= FocusTwin
		if place.ID == result.Focus {
			p.Found, p.Outcome = place, outcome
		}
	}
}

func (p *FocusPair) outcome(found *geo.Place) FocusOutcome {
	best := FocusOther
	for i := range p.Labelled {
		best = min(best, compareFocus(found, &p.Labelled[i]))
	}
	return best
}

// AgreesWithFocus reports whether a place is one of the labelled places or its twin, as in
// [FocusReport.Agreement].
func AgreesWithFocus(found *geo.Place, labelled []geo.Place) bool {
	for i := range labelled {
		if compareFocus(found, &labelled[i]) <= FocusTwin {
			return true
		}
	}
	return false
}

// compareFocus compares a focus with a place of a label. Twins must also be in the same country
// and division, so that the two Kansas Cities are two places.
func compareFocus(found, labelled *geo.Place) FocusOutcome {
	km := geo.DistanceKM(found.Point, labelled.Point)
	sameLevel := found.Precision() == labelled.Precision()
	switch {
	case found.ID == labelled.ID:
		return FocusSame
	case sameLevel && km <= twinKM && gazetteer.Fold(found.Name) == gazetteer.Fold(labelled.Name) &&
		found.Country == labelled.Country && found.Admin1Code == labelled.Admin1Code:
		return FocusTwin
	case sameLevel && km <= NearKM:
		return FocusNear
	}
	return FocusOther
}

// FocusTable writes the figures of reports as a text table.
func FocusTable(w io.Writer, reports ...*FocusReport) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "focus\tdocs\tsame\ttwin\tnear\tother\tnone\tagree\twithin 161 km\tnamed\tagree of named\t")
	for _, r := range reports {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%d\t%.3f\t\n", r.Name, len(r.Pairs),
			r.Count(FocusSame), r.Count(FocusTwin), r.Count(FocusNear), r.Count(FocusOther), r.Count(FocusNone),
			r.Agreement(), r.Nearby(), r.Named(), r.Chosen())
	}
	return tw.Flush()
}

// Errors writes a line for each document whose focus does not agree: its id, the outcome, the
// focus and the label.
func (r *FocusReport) Errors(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if p.Outcome <= FocusTwin {
			continue
		}
		found := "nothing"
		if p.Found != nil {
			found = focusName(p.Found)
		}
		var labelled []string
		for k := range p.Labelled {
			labelled = append(labelled, focusName(&p.Labelled[k]))
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\tnot %s\n", p.Document.ID, p.Outcome, found, strings.Join(labelled, " or "))
	}
	return tw.Flush()
}

// focusName returns a name that distinguishes places with the same name.
func focusName(p *geo.Place) string {
	parts := []string{p.Name}
	for _, outer := range []string{p.Admin1, p.CountryName} {
		if outer != "" && outer != p.Name {
			parts = append(parts, outer)
		}
	}
	return strings.Join(parts, ", ")
}
