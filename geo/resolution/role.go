package resolution

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

const (
	// maxEvidence bounds the sentence that goes with a Location, in code points.
	maxEvidence = 240
	// lead is how much of a text counts as its lead, in code points.
	lead = 350
)

// spot gathers what a document says of one place.
type spot struct {
	place       *geo.Place
	resolutions []*geo.Resolution
	first       int
	named       float64 // how often it is named, by weight
	salience    float64
	undated     int // toponyms that are not part of a dateline
}

// assignRoles groups the resolutions by place, picks the focus and fills the
// locations of result, focus first.
func assignRoles(doc *geo.Document, result *geo.Result) {
	spots := spotsOf(result)
	for _, s := range spots {
		s.salience = s.weigh(spots)
	}
	focus := focusOf(spots)
	slices.SortStableFunc(spots, func(a, b *spot) int {
		return cmp.Or(compareBool(b == focus, a == focus), cmp.Compare(b.salience, a.salience), cmp.Compare(a.first, b.first))
	})
	cutter := sentenceCutter{text: newRuler(doc.Text), title: newRuler(doc.Title)}
	for _, s := range spots {
		result.Locations = append(result.Locations, s.location(s == focus, &cutter))
	}
	if focus != nil {
		result.Focus = focus.place.ID
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func spotsOf(result *geo.Result) []*spot {
	byID := map[string]*spot{}
	var spots []*spot
	for i := range result.Resolutions {
		r := &result.Resolutions[i]
		if r.Place == nil {
			continue
		}
		s := byID[r.Place.ID]
		if s == nil {
			s = &spot{place: r.Place, first: math.MaxInt}
			byID[r.Place.ID] = s
			spots = append(spots, s)
		}
		s.resolutions = append(s.resolutions, r)
		if r.Toponym.Kind != geo.KindDateline {
			s.undated++
			if r.Toponym.Field == geo.FieldTitle {
				s.first = -1
			} else {
				s.first = min(s.first, r.Toponym.Start)
			}
		}
	}
	return spots
}

// weigh is how much the document is about the place: how often it is named and
// where, how sure that is, how much it names that lies inside, and how precise
// the place is. A dateline by itself says only where somebody wrote; with the
// place named again below, it says that the story happened there.
func (s *spot) weigh(all []*spot) float64 {
	s.named = 0
	for _, r := range s.resolutions {
		w := (1 + r.Confidence) / 2
		switch {
		case r.Toponym.Kind == geo.KindDateline && s.undated == 0:
			w *= 0.3
		case r.Toponym.Kind == geo.KindDemonym:
			w *= 0.3
		}
		s.named += w
		switch {
		case r.Toponym.Kind == geo.KindDateline:
		case r.Toponym.Field == geo.FieldTitle:
			s.named += 1.5 * w
		case r.Toponym.Start < lead:
			s.named += w * (1 - float64(r.Toponym.Start)/(2*lead))
		}
	}
	return math.Log1p(s.named) * specificity(s.place) * (1 + 0.15*math.Log1p(float64(inner(s.place, all))))
}

// inner counts the other places that lie inside p.
func inner(p *geo.Place, all []*spot) int {
	n := 0
	for _, other := range all[:min(len(all), maxContext)] {
		if contains(p, other.place) {
			n++
		}
	}
	return n
}

// specificity prefers the finer place of those named alike: the town to its
// state.
func specificity(p *geo.Place) float64 {
	switch p.Precision() {
	case geo.PrecisionPoint, geo.PrecisionCity:
		return 1
	case geo.PrecisionAdmin2:
		return 0.9
	case geo.PrecisionAdmin1:
		return 0.75
	case geo.PrecisionCountry:
		return 0.65
	}
	return 0.5
}

const (
	// Of a country or state the focus goes down to a place in it that is named at
	// least innerShare as much, and innerLead times as much as any other there.
	innerShare = 0.3
	innerLead  = 1.4
)

// focusOf picks the most salient place, of a dateline only if nothing else is
// named. Where that is a country or division of which the story tells mostly
// about one town, it is the town.
func focusOf(spots []*spot) *spot {
	var best *spot
	for _, s := range spots {
		if best == nil || compareFocus(s, best) > 0 {
			best = s
		}
	}
	for range 3 {
		within := mostNamedWithin(best, spots)
		if within == nil {
			break
		}
		best = within
	}
	return best
}

// mostNamedWithin gives the place inside outer that the story is mostly about,
// nil if it is spread over outer.
func mostNamedWithin(outer *spot, spots []*spot) *spot {
	if outer == nil {
		return nil
	}
	var first, second *spot
	for _, s := range spots {
		if s == outer || s.undated == 0 || !contains(outer.place, s.place) {
			continue
		}
		switch {
		case first == nil || s.named > first.named:
			first, second = s, first
		case second == nil || s.named > second.named:
			second = s
		}
	}
	switch {
	case first == nil || first.named < innerShare*outer.named:
		return nil
	case second != nil && !contains(first.place, second.place) && !contains(second.place, first.place) && first.named < innerLead*second.named:
		return nil
	}
	return first
}

func compareFocus(a, b *spot) int {
	return cmp.Or(
		compareBool(a.undated > 0, b.undated > 0),
		cmp.Compare(a.salience, b.salience),
		cmp.Compare(b.first, a.first),
	)
}

func (s *spot) location(focus bool, cutter *sentenceCutter) geo.Location {
	l := geo.Location{Place: *s.place, Role: geo.RoleMention, Precision: s.place.Precision()}
	if gazetteer.ClassOf(s.place.FeatureCode).Has(gazetteer.ClassRegion) && l.Precision == geo.PrecisionPoint && s.place.FeatureCode != "" {
		l.Precision = geo.PrecisionRegion
	}
	switch {
	case focus:
		l.Role = geo.RoleFocus
	case s.undated == 0:
		l.Role = geo.RoleDateline
	}
	best := s.resolutions[0]
	for _, r := range s.resolutions {
		l.Toponyms = append(l.Toponyms, r.Toponym)
		if better(r, best) {
			best = r
		}
	}
	l.Confidence, l.Reasons = best.Confidence, best.Evidence
	for _, c := range best.Candidates {
		if c.Place.ID != s.place.ID {
			l.Candidates = append(l.Candidates, c)
		}
	}
	l.Evidence = cutter.sentence(best.Toponym)
	return l
}

// better prefers for evidence what stands in the text and not in its dateline,
// then what is surer, then what comes first.
func better(a, b *geo.Resolution) bool {
	text := func(r *geo.Resolution) bool {
		return r.Toponym.Field == geo.FieldText && r.Toponym.Kind != geo.KindDateline
	}
	if text(a) != text(b) {
		return text(a)
	}
	return a.Confidence > b.Confidence
}

// ruler finds the bytes of code points without counting from the start.
type ruler struct {
	text  string
	marks []int // the byte of every rulerStep-th code point
}

const rulerStep = 256

func newRuler(text string) ruler {
	r := ruler{text: text}
	n := 0
	for i := range text {
		if n%rulerStep == 0 {
			r.marks = append(r.marks, i)
		}
		n++
	}
	return r
}

// byteOf gives the byte of code point n, -1 if the text ends before.
func (r ruler) byteOf(n int) int {
	if n < 0 || n/rulerStep >= len(r.marks) {
		return -1
	}
	return advance(r.text, r.marks[n/rulerStep], n%rulerStep)
}

// sentenceCutter finds the sentence around a toponym.
type sentenceCutter struct{ text, title ruler }

// window is how far to either side a sentence is looked for, in bytes.
const window = 1200

func (c *sentenceCutter) sentence(t geo.Toponym) string {
	field := c.text
	if t.Field == geo.FieldTitle {
		field = c.title
	}
	start := field.byteOf(t.Start)
	end := advance(field.text, start, t.End-t.Start)
	if start < 0 || end < 0 {
		return ""
	}
	from, to := sentenceStart(field.text, start), sentenceEnd(field.text, end)
	return clip(field.text, from, to, start, end)
}

func sentenceStart(text string, i int) int {
	for k := i; k > max(0, i-window); k-- {
		if text[k-1] == '\n' || k < i && text[k] == ' ' && endsSentence(text, k) {
			return k
		}
	}
	if i <= window {
		return 0
	}
	return runeStart(text, i-window)
}

func sentenceEnd(text string, i int) int {
	for k := i; k < min(len(text), i+window); k++ {
		if text[k] == '\n' || text[k] == ' ' && endsSentence(text, k) {
			return k
		}
	}
	return runeStart(text, min(len(text), i+window))
}

func runeStart(text string, i int) int {
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// endsSentence tells whether the space at k parts two sentences: a stop before
// it that ends no short capitalised word, and no small letter after it.
func endsSentence(text string, k int) bool {
	before := strings.TrimRight(text[max(0, k-16):k], "\"'”’)")
	if before == "" || !strings.ContainsRune(".!?", rune(before[len(before)-1])) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[k:min(len(text), k+8)], " \"'“‘("))
	if unicode.IsLower(next) {
		return false
	}
	word := before[strings.LastIndexAny(before, " \n")+1:]
	if before[len(before)-1] != '.' || len(word) > 5 {
		return true
	}
	first, _ := utf8.DecodeRuneInString(word)
	return !unicode.IsUpper(first)
}

// clip cuts text[from:to] to maxEvidence code points around the toponym at
// start..end, with an ellipsis where something is left out.
func clip(text string, from, to, start, end int) string {
	sentence := strings.ToValidUTF8(strings.Join(strings.Fields(text[from:to]), " "), "\ufffd")
	if utf8.RuneCountInString(sentence) <= maxEvidence {
		return sentence
	}
	runes := []rune(sentence)
	head := utf8.RuneCountInString(strings.Join(strings.Fields(text[from:start]), " "))
	if head+utf8.RuneCountInString(text[start:end])+2 < maxEvidence {
		return strings.TrimSpace(string(runes[:maxEvidence-1])) + "…"
	}
	begin := max(0, min(head-maxEvidence/3, len(runes)-maxEvidence+1))
	stop := min(len(runes), begin+maxEvidence-2)
	out := "…" + strings.TrimSpace(string(runes[begin:stop]))
	if stop < len(runes) {
		out += "…"
	}
	return out
}
