package handlers

import (
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"
)

// run is a part of a text: plain text, the name of a place, or a recognized name that was not
// resolved.
type run struct {
	Text       string
	PlaceID    string
	PlaceName  string
	Class      string  // style class: the place's role
	Confidence float64 // that the place is meant, 0..1
	First      bool    // whether it is the first run of its place on the page
	Unlocated  bool
}

// doubtBelow is the confidence below which a place is shown as doubtful, as on the map.
const doubtBelow = 0.5

// Doubt reports whether the place is doubtful.
func (r run) Doubt() bool { return r.Confidence < doubtBelow }

// span is a toponym with the location that it was resolved to.
type span struct {
	start, end int // code points of the field's text; end is exclusive
	location   *geo.Location
}

// spansOf returns the toponyms of one field in order. It leaves out those that overlap an
// earlier one or are outside the text of n code points, as offsets from the store may be wrong
// and must not break the page.
func spansOf(st *story.Story, field geo.Field, n int) []span {
	var spans []span
	for i := range st.Locations {
		for _, t := range st.Locations[i].Toponyms {
			if t.Field == field {
				spans = append(spans, span{t.Start, t.End, &st.Locations[i]})
			}
		}
	}
	for _, t := range st.Unlocated {
		if t.Field == field {
			spans = append(spans, span{t.Start, t.End, nil})
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	kept, last := spans[:0], 0
	for _, sp := range spans {
		if sp.start >= last && sp.end > sp.start && sp.end <= n {
			kept, last = append(kept, sp), sp.end
		}
	}
	return kept
}

// runsOf splits the code points from..to of a text at its spans.
func runsOf(text []rune, from, to int, spans []span) []run {
	var runs []run
	at := from
	for _, sp := range spans {
		if sp.end <= from || sp.start >= to {
			continue
		}
		start, end := max(sp.start, from), min(sp.end, to)
		if start > at {
			runs = append(runs, run{Text: string(text[at:start])})
		}
		piece := run{Text: string(text[start:end]), Unlocated: sp.location == nil}
		if l := sp.location; l != nil {
			piece.PlaceID, piece.PlaceName, piece.Class, piece.Confidence = l.Place.ID, l.Place.Name, roleClass(l.Role), l.Confidence
		}
		runs = append(runs, piece)
		at = end
	}
	if at < to {
		runs = append(runs, run{Text: string(text[at:to])})
	}
	return runs
}

// titleRuns returns the title with its place names marked.
func titleRuns(st *story.Story) []run {
	title := []rune(st.Title)
	return runsOf(title, 0, len(title), spansOf(st, geo.FieldTitle, len(title)))
}

// paragraphs returns the text with its place names marked, split at line breaks.
func paragraphs(st *story.Story) [][]run {
	text := []rune(st.Text)
	spans := spansOf(st, geo.FieldText, len(text))
	var out [][]run
	first := 0 // index of the first span that may be in the paragraph
	for from := 0; from < len(text); {
		to := from
		for to < len(text) && text[to] != '\n' {
			to++
		}
		for first < len(spans) && spans[first].end <= from {
			first++
		}
		if strings.TrimSpace(string(text[from:to])) != "" {
			out = append(out, runsOf(text, from, to, upTo(spans[first:], to)))
		}
		from = to + 1
	}
	return out
}

// markFirst marks the first run of each place, which is the target of links to the place.
func markFirst(paragraphs ...[]run) {
	seen := map[string]bool{}
	for _, runs := range paragraphs {
		for i := range runs {
			if id := runs[i].PlaceID; id != "" && !seen[id] {
				seen[id], runs[i].First = true, true
			}
		}
	}
}

// upTo returns the spans that begin before code point end.
func upTo(spans []span, end int) []span {
	for i, sp := range spans {
		if sp.start >= end {
			return spans[:i]
		}
	}
	return spans
}
