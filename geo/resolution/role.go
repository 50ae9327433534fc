package resolution

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/text"
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
	undated     int  // toponyms that are not part of a dateline
	atHead      bool // whether the title, the lead or a dateline names it
	told        bool // whether anything but an agency's dateline names it
	inTitle     bool // whether the title names it
	inText      int  // where the text first names it, datelines and a repeated title apart

	// How many of its toponyms only say where another place lies, name a people,
	// tell where somebody is from, stand behind "in" and before an office.
	behind, demonyms, asides, within, offices int
}

// assignRoles groups the resolutions by place, picks the focus by the model and
// fills the locations of result, focus first. The outlet's home is a prior among
// the places that are named.
func assignRoles(doc *geo.Document, result *geo.Result, home *home, model *FocusModel) {
	fields := newFields(doc)
	spots := spotsOf(result, fields)
	for _, s := range spots {
		s.salience = s.weigh(spots)
	}
	focus := model.focus(spots, home)
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
			s = &spot{place: r.Place, first: math.MaxInt, inText: math.MaxInt}
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
		s.behind++
		w *= qualifierWeight
	case t.Kind == geo.KindDemonym:
		s.demonyms++
		w *= demonymWeight
	default:
		aside := fields.aside(r)
		s.asides += bit(aside < 1)
		w *= aside
	}
	s.within += bit(located(fields.before(t, 16)))
	s.offices += bit(office(fields.after(t, 32)))
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
	s.inTitle = s.inTitle || repeated || t.Field == geo.FieldTitle
	if t.Field == geo.FieldText {
		s.first = min(s.first, t.Start)
		if !repeated {
			s.inText = min(s.inText, t.Start)
		}
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
	l.Confidence, l.Reasons = best.Confidence, best.Reasons
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
	inText := func(r *geo.Resolution) bool {
		return r.Toponym.Field == geo.FieldText && r.Toponym.Kind != geo.KindDateline
	}
	if inText(a) != inText(b) {
		return inText(a)
	}
	return a.Confidence > b.Confidence
}

// fields are the texts that toponyms stand in.
type fields struct {
	text, title text.Index
	repeated    int // the bytes of the title that the text begins with again
}

func newFields(doc *geo.Document) *fields {
	f := &fields{text: text.NewIndex(doc.Text), title: text.NewIndex(doc.Title)}
	if strings.HasPrefix(doc.Text, doc.Title) {
		f.repeated = len(doc.Title)
	}
	return f
}

// index returns the index of the field of t.
func (f *fields) index(t *geo.Toponym) text.Index {
	if t.Field == geo.FieldTitle {
		return f.title
	}
	return f.text
}

// of returns the field of t and where t starts and ends in it, in bytes; negative
// if t is not in it.
func (f *fields) of(t *geo.Toponym) (field string, start, end int) {
	x := f.index(t)
	start, end = x.Span(t.Start, t.End)
	return x.Text(), start, end
}

// after gives the first bytes behind t, at most n.
func (f *fields) after(t *geo.Toponym, n int) string {
	field, _, end := f.of(t)
	if end < 0 {
		return ""
	}
	return field[end:min(len(field), end+n)]
}

// before gives the last bytes ahead of t, at most n.
func (f *fields) before(t *geo.Toponym, n int) string {
	field, start, _ := f.of(t)
	if start < 0 {
		return ""
	}
	return field[max(0, start-n):start]
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

// located tells whether the words before a place put something there.
func located(before string) bool {
	words := strings.Fields(before)
	if len(words) == 0 {
		return false
	}
	switch strings.ToLower(words[len(words)-1]) {
	case "in", "at", "near", "into", "around", "throughout", "across", "through":
		return true
	}
	return false
}

// office tells whether the words after a place make it part of the name of those
// who run it: "Police", "City Council", "County Sheriff".
func office(after string) bool {
	words := strings.Fields(after)
	for _, word := range words[:min(len(words), 2)] {
		switch strings.Trim(word, ".,;:'’s") {
		case "Police", "police", "City", "Council", "County", "Sheriff", "Mayor", "mayor", "Fire", "School", "High",
			"Board", "officer", "Town", "Township", "District", "Court", "Parish":
			return true
		}
	}
	return false
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

// sentence returns the sentence around t, or "" if t is not in its field.
func (f *fields) sentence(t geo.Toponym) string {
	return f.index(&t).Excerpt(t.Start, t.End, maxEvidence)
}
