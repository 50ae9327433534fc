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
	// lead is how far into a text, in code points, what stands at its head has
	// lost half of what that is worth.
	lead = 350
)

// spot gathers what a document says of one place.
type spot struct {
	place       *geo.Place
	resolutions []*geo.Resolution
	first       int
	named       float64 // how often it is named, by weight
	filed       float64 // the same of agencies' datelines
	salience    float64
	atHead      bool // whether the title, the lead or a dateline names it
	undated     int  // toponyms that are not part of a dateline
	told        bool // whether anything but an agency's dateline names it
}

// assignRoles groups the resolutions by place, picks the focus and fills the
// locations of result, focus first.
func assignRoles(doc *geo.Document, result *geo.Result) {
	fields := newFields(doc)
	spots := spotsOf(result, fields)
	for _, s := range spots {
		s.salience = s.weigh(spots)
	}
	focus := focusOf(spots)
	slices.SortStableFunc(spots, func(a, b *spot) int {
		return cmp.Or(compareBool(b == focus, a == focus), cmp.Compare(b.salience, a.salience), cmp.Compare(a.first, b.first))
	})
	for _, s := range spots {
		result.Locations = append(result.Locations, s.location(s == focus, fields))
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

func spotsOf(result *geo.Result, fields *fields) []*spot {
	byID := map[string]*spot{}
	var spots []*spot
	var before *geo.Resolution
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
		s.add(before, r, fields)
		before = r
	}
	for _, s := range spots {
		if !s.told {
			s.filed *= agencyWeight
		}
		s.named += s.filed
	}
	return spots
}

const (
	// A state behind its town ("Troy, Ohio"), a people's name, where somebody
	// comes from ("an Ohio man", "the Denver-based company") and what another
	// place is measured from ("20 miles west of Toledo") say little of where a
	// story plays. A paper gives the towns of its own people, though.
	qualifierWeight = 0.25
	demonymWeight   = 0.3
	originWeight    = 0.3
	townsmanWeight  = 0.6
	// A paper's own dateline says where the story happened. An agency's, and that
	// of a country's capital, by itself says only where somebody wrote; with the
	// place named again below, it says as much.
	datelineWeight = 1.5
	agencyWeight   = 0.25
	titleBonus     = 3
)

// add has the spot hear of a further toponym that means it; before is the
// toponym ahead of it, nil if there is none.
func (s *spot) add(before, r *geo.Resolution, fields *fields) {
	t := &r.Toponym
	s.resolutions = append(s.resolutions, r)
	w := (1 + r.Confidence) / 2
	if t.Kind == geo.KindDateline {
		s.addDateline(w, before, r, fields)
		return
	}
	s.told = true
	s.undated++
	switch {
	case qualifies(before, r):
		w *= qualifierWeight
	case t.Kind == geo.KindDemonym:
		w *= demonymWeight
	default:
		w *= fields.aside(r)
	}
	repeated := fields.repeats(t)
	switch {
	case repeated && s.first < 0:
		w = 0
	case repeated || t.Field == geo.FieldTitle:
		s.first = -1
		w += titleBonus * w
	default:
		w += w / (1 + float64(t.Start)/lead)
	}
	if t.Field == geo.FieldText {
		s.first = min(s.first, t.Start)
	}
	s.atHead = s.atHead || s.first < lead
	s.named += w
}

// addDateline hears of a dateline of weight w.
func (s *spot) addDateline(w float64, before, r *geo.Resolution, fields *fields) {
	s.atHead = true
	w *= datelineWeight
	if qualifies(before, r) {
		w *= qualifierWeight
	}
	if r.Place.FeatureCode == "PPLC" || fields.agency(&r.Toponym) {
		s.filed += w
		return
	}
	s.told = true
	s.named += w
}

// qualifies tells whether r only says which place of its name the one before
// it is: the state in "Troy, Ohio".
func qualifies(before, r *geo.Resolution) bool {
	return before != nil && before.Toponym.Field == r.Toponym.Field &&
		r.Toponym.Start-before.Toponym.End <= 2 && contains(r.Place, before.Place)
}

// weigh is how much the document is about the place: how often it is named and
// where, how much it names that lies inside, and how precise the place is.
func (s *spot) weigh(all []*spot) float64 {
	return math.Log1p(s.named) * specificity(s.place) * (1 + 0.15*math.Log1p(float64(inner(s.place, all))))
}

// inner counts the other places that lie inside p.
func inner(p *geo.Place, all []*spot) int {
	n := 0
	for _, other := range all[:min(len(all), maxContext)] {
		if holds(p, other.place) {
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
	// Of a division the focus goes down to a place in it that is named at least
	// innerShare as much, and innerLead times as much as any other there; of a
	// country, which is named for the setting more often than a county is, to one
	// that is named countryShare as much and at the story's head.
	innerShare   = 0.6
	countryShare = 0.4
	innerLead    = 1.4
	// From a place that takes less than spreadShare of all that is named in its
	// division the focus goes up to the division.
	spreadShare = 0.4
)

// spreadOthers is how many other places of a division a story must name to be
// spread over it: the larger the division, the more.
func spreadOthers(division *geo.Place) int {
	switch division.Precision() {
	case geo.PrecisionAdmin2:
		return 2
	case geo.PrecisionAdmin1:
		return 3
	}
	return 6
}

// focusOf picks the most salient place, one that only an agency's dateline names
// only if there is nothing else. Where that is a country or division of which
// the story tells mostly about one town, it is the town; where it is one of many
// alike in a division, it is the division.
func focusOf(spots []*spot) *spot {
	var best *spot
	for _, s := range spots {
		if best == nil || compareFocus(s, best) > 0 {
			best = s
		}
	}
	if best == nil {
		return nil
	}
	if over := spreadOver(best, spots); over != nil {
		return over
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

// spreadOver gives the smallest named division over which the story is spread
// and of which s is but one place, nil if there is none.
func spreadOver(s *spot, spots []*spot) *spot {
	var over *spot
	for _, o := range spots {
		if !o.told || !division(o.place) || !holds(o.place, s.place) || over != nil && holds(o.place, over.place) {
			continue
		}
		others, sum := 0, s.named
		for _, other := range spots[:min(len(spots), maxContext)] {
			if other != s && holds(o.place, other.place) && !holds(other.place, s.place) && !holds(s.place, other.place) {
				others++
				sum += other.named
			}
		}
		if others >= spreadOthers(o.place) && s.named < spreadShare*sum {
			over = o
		}
	}
	return over
}

// holds tells whether outer is a division that inner lies in, or inner a quarter
// of the town outer. A town holds no other town.
func holds(outer, inner *geo.Place) bool {
	return contains(outer, inner) && (division(outer) || inner.FeatureCode == "PPLX" || inner.Precision() == geo.PrecisionPoint)
}

// division tells whether the place is a country or a part of one that holds
// towns.
func division(p *geo.Place) bool {
	return gazetteer.ClassOf(p.FeatureCode).Has(gazetteer.ClassCountry | gazetteer.ClassAdmin1 | gazetteer.ClassAdmin2)
}

// mostNamedWithin gives the place inside outer that the story is mostly about,
// nil if it is spread over outer.
func mostNamedWithin(outer *spot, spots []*spot) *spot {
	var first, second *spot
	for _, s := range spots {
		if s == outer || !s.told || !holds(outer.place, s.place) {
			continue
		}
		switch {
		case first == nil || s.named > first.named:
			first, second = s, first
		case second == nil || s.named > second.named:
			second = s
		}
	}
	if first == nil || !leads(first, outer) ||
		second != nil && !holds(first.place, second.place) && !holds(second.place, first.place) && first.named < innerLead*second.named {
		return nil
	}
	return first
}

// leads tells whether inner is named so much that a story about outer is really
// about it.
func leads(inner, outer *spot) bool {
	if outer.place.Precision() == geo.PrecisionCountry {
		return inner.atHead && inner.named >= countryShare*outer.named
	}
	return inner.named >= innerShare*outer.named
}

func compareFocus(a, b *spot) int {
	return cmp.Or(
		compareBool(a.told, b.told),
		cmp.Compare(a.salience, b.salience),
		cmp.Compare(b.first, a.first),
	)
}

func (s *spot) location(focus bool, in *fields) geo.Location {
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
	l.Evidence = in.sentence(best.Toponym)
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

// fields are the texts that toponyms stand in.
type fields struct {
	text, title ruler
	repeated    int // the bytes of the title that the text begins with again
}

func newFields(doc *geo.Document) *fields {
	f := &fields{text: newRuler(doc.Text), title: newRuler(doc.Title)}
	if strings.HasPrefix(doc.Text, doc.Title) {
		f.repeated = len(doc.Title)
	}
	return f
}

// of gives the field of t and the bytes in it where t begins and ends, negative
// if it does not lie in it.
func (f *fields) of(t *geo.Toponym) (text string, start, end int) {
	field := f.text
	if t.Field == geo.FieldTitle {
		field = f.title
	}
	start = field.byteOf(t.Start)
	return field.text, start, advance(field.text, start, t.End-t.Start)
}

// after gives the first bytes behind t, at most n.
func (f *fields) after(t *geo.Toponym, n int) string {
	text, _, end := f.of(t)
	if end < 0 {
		return ""
	}
	return text[end:min(len(text), end+n)]
}

// before gives the last bytes ahead of t, at most n.
func (f *fields) before(t *geo.Toponym, n int) string {
	text, start, _ := f.of(t)
	if start < 0 {
		return ""
	}
	return text[max(0, start-n):start]
}

// agency tells whether the dateline that t is part of names who filed the story:
// "TROY, N.C. (AP) —".
func (f *fields) agency(t *geo.Toponym) bool {
	line := f.after(t, 40)
	if dash := strings.IndexAny(line, "-–—"); dash >= 0 {
		line = line[:dash]
	}
	return strings.Contains(line, "(")
}

// repeats tells whether t stands in a title that the text begins with again.
func (f *fields) repeats(t *geo.Toponym) bool {
	if t.Field != geo.FieldText || t.End > f.repeated {
		return false
	}
	_, _, end := f.of(t)
	return end >= 0 && end <= f.repeated
}

// aside is how much r counts, by the words beside it, where it only tells where
// somebody comes from or what another place lies near; 1 where it does not.
func (f *fields) aside(r *geo.Resolution) float64 {
	after := f.after(&r.Toponym, 24)
	if strings.HasPrefix(after, "-based") || measured(f.before(&r.Toponym, 24)) {
		return originWeight
	}
	word, _, _ := strings.Cut(strings.TrimLeft(after, " "), " ")
	switch strings.Trim(word, ".,;:'’") {
	case "man", "men", "woman", "women", "couple", "boy", "girl", "teen", "teenager", "native", "resident", "residents", "family":
	default:
		return 1
	}
	switch r.Place.Precision() {
	case geo.PrecisionAdmin1, geo.PrecisionAdmin2, geo.PrecisionCountry:
		return originWeight
	}
	return townsmanWeight
}

// measured tells whether the words before a place measure another from it:
// "45 miles southeast of", "outside".
func measured(before string) bool {
	words := strings.Fields(strings.ToLower(before))
	n := len(words)
	switch {
	case n > 0 && words[n-1] == "outside":
		return true
	case n < 2 || words[n-1] != "of" && words[n-1] != "from":
		return false
	}
	switch word := words[n-2]; word {
	case "miles", "kilometers", "kilometres", "km":
		return true
	default:
		for _, end := range [...]string{"north", "south", "east", "west"} {
			if strings.HasSuffix(word, end) {
				return true
			}
		}
	}
	return false
}

// window is how far to either side a sentence is looked for, in bytes.
const window = 1200

// sentence gives the sentence around t, empty if t does not lie in its field.
func (f *fields) sentence(t geo.Toponym) string {
	text, start, end := f.of(&t)
	if start < 0 || end < 0 {
		return ""
	}
	from, to := sentenceStart(text, start), sentenceEnd(text, end)
	return clip(text, from, to, start, end)
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
