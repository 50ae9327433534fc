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
	// maxEvidence bounds the sentence of a Location, in code points.
	maxEvidence = 240
	// leadLength is the distance from the beginning of a text, in code points, at which a
	// mention has lost half of its extra weight.
	leadLength = 350
)

// placeInText collects what a document says about one place.
type placeInText struct {
	place       *geo.Place
	resolutions []*geo.Resolution
	first       int
	named       float64 // how often it is named, weighted
	filed       float64 // the same for datelines of agencies
	salience    float64
	undated     int  // toponyms that are not part of a dateline
	atHead      bool // named in the title, the lead or a dateline
	told        bool // named elsewhere than in an agency's dateline
	inTitle     bool // named in the title
	inText      int  // where the text first names it, except in datelines and a repeated title

	// How many of its toponyms only say where another place is, name a people, say where
	// somebody is from, are after "in", and are before an office.
	behind, demonyms, asides, within, offices int
}

// assignRoles groups the resolutions by place, chooses the focus by the model and fills the
// locations of result, focus first. The outlet's home is a prior among the named places.
func assignRoles(doc *geo.Document, result *geo.Result, home *home, model *FocusModel) {
	fields := newFields(doc)
	placesInText := placesInTextOf(result, fields)
	for _, s := range placesInText {
		s.salience = s.weigh(placesInText)
	}
	focus := model.focus(placesInText, home)
	slices.SortStableFunc(placesInText, func(a, b *placeInText) int {
		return cmp.Or(compareBool(b == focus, a == focus), cmp.Compare(b.salience, a.salience), cmp.Compare(a.first, b.first))
	})
	for _, s := range placesInText {
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

func placesInTextOf(result *geo.Result, fields *fields) []*placeInText {
	byID := map[string]*placeInText{}
	var placesInText []*placeInText
	var before *geo.Resolution
	for i := range result.Resolutions {
		r := &result.Resolutions[i]
		if r.Place == nil {
			continue
		}
		s := byID[r.Place.ID]
		if s == nil {
			s = &placeInText{place: r.Place, first: math.MaxInt, inText: math.MaxInt}
			byID[r.Place.ID] = s
			placesInText = append(placesInText, s)
		}
		s.add(before, r, fields)
		before = r
	}
	for _, s := range placesInText {
		if !s.told {
			s.filed *= agencyWeight
		}
		s.named += s.filed
	}
	return placesInText
}

const (
	// A state after its town ("Troy, Ohio"), the name of a people, where somebody is from ("an
	// Ohio man", "the Denver-based company") and the reference of a distance ("20 miles west
	// of Toledo") say little about where a story happens. But local papers name the towns of
	// their own people.
	qualifierWeight = 0.25
	demonymWeight   = 0.3
	originWeight    = 0.3
	townsmanWeight  = 0.6
	// A paper's own dateline says where the story happened. The dateline of an agency or from
	// a capital only says where somebody wrote, unless the place is named again in the text.
	datelineWeight = 1.5
	agencyWeight   = 0.25
	titleBonus     = 3
)

// add adds a toponym that means the place; before is the toponym before it, or nil.
func (s *placeInText) add(before, r *geo.Resolution, fields *fields) {
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
		w += w / (1 + float64(t.Start)/leadLength)
	}
	s.inTitle = s.inTitle || repeated || t.Field == geo.FieldTitle
	if t.Field == geo.FieldText {
		s.first = min(s.first, t.Start)
		if !repeated {
			s.inText = min(s.inText, t.Start)
		}
	}
	s.atHead = s.atHead || s.first < leadLength
	s.named += w
}

// addDateline adds a dateline with weight w.
func (s *placeInText) addDateline(w float64, before, r *geo.Resolution, fields *fields) {
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

// qualifies reports whether r only says which place the one before it is: the state in "Troy,
// Ohio".
func qualifies(before, r *geo.Resolution) bool {
	return before != nil && before.Toponym.Field == r.Toponym.Field &&
		r.Toponym.Start-before.Toponym.End <= 2 && contains(r.Place, before.Place)
}

// weigh returns how much the document is about the place: by how often and where it is named,
// by the other places in it, and by its precision.
func (s *placeInText) weigh(all []*placeInText) float64 {
	return math.Log1p(s.named) * specificity(s.place) * (1 + 0.15*math.Log1p(float64(inner(s.place, all))))
}

// inner counts the other places inside p.
func inner(p *geo.Place, all []*placeInText) int {
	n := 0
	for _, other := range all[:min(len(all), maxContext)] {
		if holds(p, other.place) {
			n++
		}
	}
	return n
}

// specificity prefers the finer of places that are named equally often: the town to its state.
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

// holds reports whether inner is in the division outer, or is a quarter of the town outer. A
// town contains no other town.
func holds(outer, inner *geo.Place) bool {
	return contains(outer, inner) && (division(outer) || inner.FeatureCode == "PPLX" || inner.Precision() == geo.PrecisionPoint)
}

// division reports whether the place is a country or a part of one that contains towns.
func division(p *geo.Place) bool {
	return gazetteer.ClassOf(p.FeatureCode).Has(gazetteer.ClassCountry | gazetteer.ClassAdmin1 | gazetteer.ClassAdmin2)
}

func (s *placeInText) location(focus bool, in *fields) geo.Location {
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

// better prefers as evidence a toponym in the text outside of its dateline, then the more
// confident one, then the first.
func better(a, b *geo.Resolution) bool {
	inText := func(r *geo.Resolution) bool {
		return r.Toponym.Field == geo.FieldText && r.Toponym.Kind != geo.KindDateline
	}
	if inText(a) != inText(b) {
		return inText(a)
	}
	return a.Confidence > b.Confidence
}

// fields are the texts that contain the toponyms.
type fields struct {
	text, title text.Index
	repeated    int // length in bytes of the title that the text repeats at its beginning
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

// after returns the text after t, at most n bytes.
func (f *fields) after(t *geo.Toponym, n int) string {
	field, _, end := f.of(t)
	if end < 0 {
		return ""
	}
	return field[end:min(len(field), end+n)]
}

// before returns the text before t, at most n bytes.
func (f *fields) before(t *geo.Toponym, n int) string {
	field, start, _ := f.of(t)
	if start < 0 {
		return ""
	}
	return field[max(0, start-n):start]
}

// agency reports whether the dateline of t names an agency: "TROY, N.C. (AP) —".
func (f *fields) agency(t *geo.Toponym) bool {
	line := f.after(t, 40)
	if dash := strings.IndexAny(line, "-–—"); dash >= 0 {
		line = line[:dash]
	}
	return strings.Contains(line, "(")
}

// repeats reports whether t is in a title that the text repeats at its beginning.
func (f *fields) repeats(t *geo.Toponym) bool {
	if t.Field != geo.FieldText || t.End > f.repeated {
		return false
	}
	_, _, end := f.of(t)
	return end >= 0 && end <= f.repeated
}

// aside returns the weight of r if, by the words beside it, it only says where somebody is
// from or what another place is near, and otherwise 1.
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

// located reports whether the words before a place say that something is there.
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

// office reports whether the words after a place make it part of the name of an office:
// "Police", "City Council", "County Sheriff".
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

// measured reports whether the words before a place say how far another is from it: "45 miles
// southeast of", "outside".
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
