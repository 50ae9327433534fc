package evaluation

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/clipperhouse/uax29/v2/sentences"

	"newsmap/geo"
)

// maxContext is the maximum length of the text shown on each side of a span, in code points.
const maxContext = 240

// mistake is a Pair that is not right, with its place in the text.
type mistake struct {
	*Pair
	class               string // feature class of its place
	before, span, after string // the sentence; the span keeps its own spaces
}

// mistakes returns the errors in the order of the corpus.
func (r *Report) mistakes() []mistake {
	var out []mistake
	var runes []rune
	var of *Document
	for i := range r.Pairs {
		p := &r.Pairs[i]
		if !p.wrong() {
			continue
		}
		if p.Document != of {
			of, runes = p.Document, []rune(p.Document.Text)
		}
		m := mistake{Pair: p, class: class(p)}
		m.before, m.span, m.after = sentence(runes, p)
		out = append(out, m)
	}
	return out
}

// bounds returns the span of a pair: that of the prediction if there is one, otherwise that of
// the mention.
func (p *Pair) bounds() (start, end int) {
	if p.Predicted != nil {
		return p.Predicted.Toponym.Start, p.Predicted.Toponym.End
	}
	return p.Gold.Start, p.Gold.End
}

// sentence returns the sentence of a pair's span in three parts. A span that a parser returned
// outside the text is limited to the text.
func sentence(text []rune, p *Pair) (before, span, after string) {
	start, end := p.bounds()
	start = min(max(start, 0), len(text))
	end = min(max(end, start), len(text))
	before = string(text[max(0, start-maxContext):start])
	span = string(text[start:min(end, start+maxContext)])
	after = string(text[end:min(len(text), end+maxContext)])
	// The span belongs to the sentence of its first letter.
	rest := span + after
	head, tail := 0, len(rest)
	seen := 0
	for s := sentences.FromString(before + rest); s.Next(); {
		next := seen + len(s.Value())
		if seen <= len(before) && len(before) < next {
			head, tail = seen, max(next-len(before), len(span))
		}
		seen = next
	}
	return strings.TrimLeft(before[min(head, len(before)):], " \n\t"), span, strings.TrimRight(rest[len(span):max(tail, len(span))], " \n\t")
}

// gold describes the annotators' place of the mention. It returns "" if there is none.
func (m *mistake) gold() string {
	if m.Gold == nil {
		return ""
	}
	s := fmt.Sprintf("%s %s", strings.ReplaceAll(m.Gold.Name, "_", " "), m.Gold.FeatureCode)
	if m.Predicted != nil && !m.Exact() {
		s += fmt.Sprintf(" (marked “%s”)", m.Gold.Text)
	}
	if m.Gold.Point != nil {
		s += fmt.Sprintf(" at %.4f, %.4f", m.Gold.Point.Lat, m.Gold.Point.Lon)
	}
	return strings.Join(strings.Fields(s), " ")
}

// describe returns the name, divisions, feature code and id of a place.
func describe(p *geo.Place) string {
	parts := []string{p.Name}
	for _, s := range [...]string{p.Admin2, p.Admin1, cmp.Or(p.CountryName, p.Country)} {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	return strings.TrimSpace(strings.Join(parts, ", ") + " " + p.FeatureCode)
}

// Errors writes a line for each error with its outcome, document, feature class,
// words around it, gold, prediction and distance, separated by tabs.
func (r *Report) Errors(w io.Writer) error {
	const context = 40
	for _, m := range r.mistakes() {
		found, km := "", ""
		if m.Predicted != nil {
			found = fmt.Sprintf("%s %.2f", m.Predicted.Toponym.Kind, m.Predicted.Toponym.Confidence)
			if p := m.Predicted.Place; p != nil {
				found = fmt.Sprintf("%s %s %.2f, %s; %s", describe(p), p.ID, m.Predicted.Confidence, found, joinReasons(m.Predicted.Reasons))
			}
		}
		if m.Outcome == OutcomeMisplaced {
			km = fmt.Sprintf("%.0f km", m.ErrorKM)
		}
		before, after := []rune(m.before), []rune(m.after)
		words := fmt.Sprintf("%s[%s]%s", string(before[max(0, len(before)-context):]), m.span, string(after[:min(context, len(after))]))
		line := []string{m.Outcome.String(), m.Document.ID, m.class, words, m.gold(), found, km}
		for i := range line {
			line[i] = strings.Join(strings.Fields(line[i]), " ")
		}
		if _, err := fmt.Fprintln(w, strings.Join(line, "\t")); err != nil {
			return err
		}
	}
	return nil
}

func joinReasons(reasons []geo.Reason) string {
	texts := make([]string, len(reasons))
	for i, reason := range reasons {
		texts[i] = reason.String()
	}
	return strings.Join(texts, "; ")
}
