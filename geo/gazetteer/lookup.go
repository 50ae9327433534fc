package gazetteer

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"newsmap/geo"
)

// The factors of the score of a candidate by its kind of match.
const (
	classWordFactor = 0.97
	tolerantFactor  = 0.6
	editFactor      = 0.4
)

// maxTolerant is the maximum number of names with one tolerant key that Lookup
// compares.
const maxTolerant = 64

// Lookup returns the places that name may mean, best first and at most limit of
// them, or all if limit is 0 or less. It tries these methods until one finds a
// place: the folded name; the name before a comma inside the country or division
// after it ("Paris, Texas"); the name without a word such as "province"; the
// tolerant key; and, for names of at least eight letters, the edit distance.
//
// The Score of a candidate is the place's prominence times factors for the kind of
// name (main, alias, foreign) and the kind of match. Scores are comparable within
// one lookup.
func (x *Index) Lookup(name string, limit int) []geo.Candidate {
	var f folder
	key := f.fold(name)
	if len(key) == 0 {
		return nil
	}
	if found, ok := x.dict.find(key); ok {
		if out := x.candidates(name, found, limit); len(out) > 0 {
			return out
		}
	}
	if out := x.lookupInside(name, limit); len(out) > 0 {
		return out
	}
	if out := x.lookupClassWord(key, limit); len(out) > 0 {
		return out
	}
	if out := x.lookupTolerant(key, limit); len(out) > 0 {
		return out
	}
	return x.lookupEdit(key, limit)
}

// match is a name that a lookup found.
type match struct {
	place, name uint32
	score       float64
	kind        geo.MatchKind
}

// candidates returns the candidates of a run of postings. The best are first.
func (x *Index) candidates(query string, found span, limit int) []geo.Candidate {
	if limit <= 0 || uint32(limit) > found.count {
		limit = int(found.count)
	}
	var few [16]match
	matches := few[:0]
	for i := uint32(0); i < found.count && len(matches) < limit; i++ {
		n, r := x.posting(found.first + i)
		if r == nil {
			break
		}
		kind, ok := x.matchKind(query, r)
		if !ok || kind >= geo.MatchAbbreviation && containsPlace(matches, get32(r[namePlace:])) {
			continue // a place may have two abbreviations with the same key: "La.", "LA"
		}
		matches = append(matches, match{get32(r[namePlace:]), n, x.score(r), kind})
	}
	return x.build(matches)
}

func containsPlace(matches []match, place uint32) bool {
	return slices.ContainsFunc(matches, func(m match) bool { return m.place == place })
}

// posting returns the number and the record of the name of posting i. The record is
// nil if there is none.
func (x *Index) posting(i uint32) (uint32, []byte) {
	p := x.record(SectionPostings, i, 4)
	if p == nil {
		return 0, nil
	}
	n := get32(p)
	return n, x.record(SectionNames, n, nameSize)
}

// score returns the prior score of a name record.
func (x *Index) score(r []byte) float64 {
	place := x.placeRecord(get32(r[namePlace:]))
	if place == nil {
		return 0
	}
	return fraction(place[placeProminence:]) * fraction(r[nameFactor:])
}

// matchKind returns how query matches the name of record r, which has the same
// folded form, and false if it does not match.
func (x *Index) matchKind(query string, r []byte) (geo.MatchKind, bool) {
	flags, name := NameFlags(get16(r[nameFlags:])), x.str(get32(r[nameString:]))
	switch {
	case flags&NameAbbreviation != 0:
		return geo.MatchAbbreviation, sameAbbreviation(query, name)
	case flags&NameDemonym != 0:
		return geo.MatchDemonym, hasUpper(query)
	case strings.EqualFold(query, name):
		return geo.MatchExact, true
	}
	return geo.MatchFolded, true
}

// sameAbbreviation compares abbreviations by their letters, ignoring periods, spaces
// and commas. Letter case matters ("us" is not "U.S."), except that headlines write
// longer abbreviations in capitals: "CALIF."
func sameAbbreviation(query, listed string) bool {
	exact, upper, letters := true, true, 0
	for {
		q, qn := nextLetter(query)
		l, ln := nextLetter(listed)
		query, listed = query[qn:], listed[ln:]
		if q == 0 || l == 0 {
			return q == l && (exact || upper && letters > 2)
		}
		letters++
		exact = exact && q == l
		upper = upper && q == unicode.ToUpper(l)
		if !exact && !upper {
			return false
		}
	}
}

// nextLetter returns the first rune of s that is not a period, space or comma, and
// the offset of its end. The rune is 0 at the end of s.
func nextLetter(s string) (rune, int) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r != '.' && r != ' ' && r != ',' && r != '\u00A0' {
			return r, i
		}
	}
	return 0, len(s)
}

func hasUpper(s string) bool {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return true
		}
		if s[i] >= utf8.RuneSelf {
			return strings.IndexFunc(s, unicode.IsUpper) >= 0 || !hasCase(s)
		}
	}
	return false
}

// hasCase reports whether s is in a script that has capitals.
func hasCase(s string) bool { return strings.IndexFunc(s, unicode.IsLower) >= 0 }

// build returns the candidates of matches. It allocates all their ids at once.
func (x *Index) build(matches []match) []geo.Candidate {
	if len(matches) == 0 {
		return nil
	}
	out := make([]geo.Candidate, 0, len(matches))
	ids := make([]byte, 0, len(matches)*maxID)
	for _, m := range matches {
		place, name := x.placeRecord(m.place), x.record(SectionNames, m.name, nameSize)
		if place == nil || name == nil {
			continue
		}
		p := x.place(place)
		start := len(ids)
		ids, p.ID = x.appendID(ids, place)
		if len(ids) > start {
			p.ID = unsafe.String(&ids[start], len(ids)-start)
		}
		out = append(out, geo.Candidate{
			Place: p,
			Name:  x.str(get32(name[nameString:])),
			Match: m.kind,
			Main:  NameFlags(get16(name[nameFlags:]))&NameMain != 0,
			Score: m.score,
		})
	}
	return out
}

// lookupInside looks for the part of name before the last comma inside the
// countries and divisions after it.
func (x *Index) lookupInside(name string, limit int) []geo.Candidate {
	comma := strings.LastIndexByte(name, ',')
	if comma <= 0 {
		return nil
	}
	const containers = 8
	outer := x.Lookup(name[comma+1:], containers)
	if len(outer) == 0 {
		return nil
	}
	var out []geo.Candidate
	for _, inner := range x.Lookup(name[:comma], 0) {
		if limit > 0 && len(out) == limit {
			break
		}
		if slices.ContainsFunc(outer, func(c geo.Candidate) bool { return c.Match != geo.MatchEdit && Contains(c.Place, inner.Place) }) {
			out = append(out, inner)
		}
	}
	return out
}

// Contains reports whether a country or division contains a place, by their codes
// and names. A place does not contain itself.
func Contains(outer, inner geo.Place) bool {
	if outer.Country == "" || outer.Country != inner.Country || outer.ID == inner.ID {
		return false
	}
	switch ClassOf(outer.FeatureCode) {
	case ClassCountry:
		return true
	case ClassAdmin1:
		return outer.Admin1Code != "" && outer.Admin1Code == inner.Admin1Code
	case ClassAdmin2:
		return outer.Name != "" && outer.Admin1Code == inner.Admin1Code && outer.Name == inner.Admin2
	}
	return false
}

// lookupClassWord looks for a folded name without its class word: "Idlib province",
// "Province of Idlib".
func (x *Index) lookupClassWord(key []byte, limit int) []geo.Candidate {
	rest, class := cutClassWord(key)
	if class == 0 {
		return nil
	}
	found, ok := x.dict.find(rest)
	if !ok {
		return nil
	}
	var matches []match
	for i := range found.count {
		n, r := x.posting(found.first + i)
		if r == nil {
			break
		}
		place := x.placeRecord(get32(r[namePlace:]))
		if place == nil || !x.classOf(place).Has(class) || NameFlags(get16(r[nameFlags:]))&(NameAbbreviation|NameDemonym) != 0 {
			continue
		}
		matches = append(matches, match{get32(r[namePlace:]), n, x.score(r) * classWordFactor, geo.MatchFolded})
		if limit > 0 && len(matches) == limit {
			break
		}
	}
	return x.build(matches)
}

func (x *Index) classOf(place []byte) Class {
	if f := int(get16(place[placeFeature:])); f < len(x.classes) {
		return x.classes[f]
	}
	return 0
}

// cutClassWord removes the class word from a folded name, and returns the classes
// that the word may mean, or 0 if there is no class word.
func cutClassWord(key []byte) ([]byte, Class) {
	if i := bytes.LastIndexByte(key, ' '); i > 0 {
		if class := classOfWord(key[i+1:]); class != 0 {
			return key[:i], class
		}
	}
	word, rest, ok := bytes.Cut(key, []byte{' '})
	if !ok {
		return nil, 0
	}
	class := classOfWord(word)
	if class == 0 {
		return nil, 0
	}
	rest = bytes.TrimPrefix(rest, []byte("of "))
	return bytes.TrimPrefix(rest, []byte("the ")), class
}

func classOfWord(word []byte) Class {
	const division = ClassAdmin1 | ClassAdmin2
	switch string(word) {
	case "province", "governorate", "state", "oblast", "region", "prefecture", "emirate", "canton", "voivodeship", "krai",
		"republic", "wilayat", "muhafazah", "territory":
		return division | ClassRegion
	case "county", "co", "parish", "borough", "district", "municipality", "department", "departement", "raion", "provincia":
		return division
	case "city", "town", "village", "township", "twp", "suburb", "camp":
		return ClassPopulated | ClassSpot
	case "river", "lake", "sea", "bay", "gulf", "strait", "canal", "reservoir":
		return ClassWater
	case "island", "islands", "isle", "desert", "peninsula":
		return ClassRegion
	case "mt", "mountain", "mountains", "valley", "volcano":
		return ClassPhysical
	}
	return 0
}

// lookupTolerant looks for names with the tolerant key of a folded name.
func (x *Index) lookupTolerant(key []byte, limit int) []geo.Candidate {
	var buf, other [maxFold]byte
	want := appendTolerant(buf[:0], key)
	if len(want) == 0 {
		return nil
	}
	table := x.sections[SectionTolerant]
	n, hash := len(table)/8, hashKey(want)
	first := sort.Search(n, func(i int) bool { return get32(table[8*i:]) >= hash })
	var matches []match
	var c cursor
	for i := first; i < n && i < first+maxTolerant && get32(table[8*i:]) == hash; i++ {
		if !x.dict.nth(get32(table[8*i+4:]), &c) || !bytes.Equal(appendTolerant(other[:0], c.key()), want) || !similarSpelling(key, c.key()) {
			continue
		}
		matches = x.appendScaled(matches, c.span, tolerantFactor*similarity(key, c.key()), geo.MatchTolerant)
	}
	return x.build(bestPerPlace(matches, limit))
}

// similarity returns 1 for equal folded names and less for each different letter.
func similarity(a, b []byte) float64 {
	longest := max(len(a), len(b))
	return 1 - float64(editDistance(a, b, longest))/float64(longest)
}

// lookupEdit looks for names within a small edit distance of a folded name.
func (x *Index) lookupEdit(key []byte, limit int) []geo.Candidate {
	maxDistance := 0
	switch n := utf8.RuneCount(key); {
	case n >= 12:
		maxDistance = 2
	case n >= 8:
		maxDistance = 1
	default:
		return nil
	}
	var matches []match
	minDistance := maxDistance
	x.dict.withinDistance(key, maxDistance, func(c *cursor, distance int) {
		if distance < minDistance {
			matches, minDistance = matches[:0], distance
		}
		if distance == minDistance {
			matches = x.appendScaled(matches, c.span, editFactor*(1-float64(distance)/float64(len(key))), geo.MatchEdit)
		}
	})
	return x.build(bestPerPlace(matches, limit))
}

// appendScaled appends the best names of a run of postings, with their scores times
// factor. It leaves out abbreviations and demonyms, which only match their exact
// spelling.
func (x *Index) appendScaled(matches []match, found span, factor float64, kind geo.MatchKind) []match {
	const maxNames = 8
	for i := range min(found.count, maxNames) {
		n, r := x.posting(found.first + i)
		if r == nil {
			break
		}
		if NameFlags(get16(r[nameFlags:]))&(NameAbbreviation|NameDemonym) == 0 {
			matches = append(matches, match{get32(r[namePlace:]), n, x.score(r) * factor, kind})
		}
	}
	return matches
}

// bestPerPlace sorts matches by score, keeps the best match of each place, and
// returns at most limit of them, or all if limit is 0 or less.
func bestPerPlace(matches []match, limit int) []match {
	sort.SliceStable(matches, func(i, j int) bool {
		if matches[i].score != matches[j].score {
			return matches[i].score > matches[j].score
		}
		return matches[i].place < matches[j].place
	})
	seen := make(map[uint32]bool, len(matches))
	out := matches[:0]
	for _, m := range matches {
		if !seen[m.place] {
			seen[m.place] = true
			out = append(out, m)
		}
	}
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}

// maxSummarized is the maximum number of places that Summary reads. The best are
// first.
const maxSummarized = 64

// Summary summarises the places whose folded name equals the folded name. It does
// not allocate memory. Abbreviations only match in the same letter case, demonyms
// only with a capital, and names with [NameAmbiguous] do not count: "Man" is the
// city in Ivory Coast, but not one of thirty hamlets. Lookup returns those too.
func (x *Index) Summary(name string) Summary {
	var f folder
	found, ok := x.dict.find(f.fold(name))
	if !ok {
		return Summary{}
	}
	var s Summary
	for i := range min(found.count, maxSummarized) {
		_, r := x.posting(found.first + i)
		if r == nil {
			break
		}
		kind, ok := x.matchKind(name, r)
		place := x.placeRecord(get32(r[namePlace:]))
		if !ok || place == nil || NameFlags(get16(r[nameFlags:]))&NameAmbiguous != 0 {
			continue
		}
		if s.Count == 0 {
			s.Prominence = fraction(place[placeProminence:]) * fraction(r[nameFactor:])
			if c := int(get16(place[placeCountry:])); c > 0 && c <= len(x.countries) {
				s.Country = x.countries[c-1].Alpha2
			}
		}
		s.Count++
		s.Classes |= x.classOf(place)
		switch kind {
		case geo.MatchAbbreviation:
			s.Classes |= ClassAbbreviation
		case geo.MatchDemonym:
			s.Classes |= ClassDemonym
		}
		s.Main = s.Main || NameFlags(get16(r[nameFlags:]))&NameMain != 0
		s.MaxPopulation = max(s.MaxPopulation, int64(get64(place[placePopulation:])&^(1<<63)))
	}
	if s.Count == maxSummarized {
		s.Count = int(found.count)
	}
	return s
}

// Suggest returns the places whose names begin with prefix, best first and at most
// limit of them, with one candidate for each place.
func (x *Index) Suggest(prefix string, limit int) []geo.Candidate {
	var f folder
	want := f.fold(prefix)
	if len(want) == 0 || limit <= 0 {
		return nil
	}
	top := topMatches{size: limit * 4}
	c := x.dict.seek(want)
	for c.next() {
		if !bytes.HasPrefix(c.key(), want) {
			if bytes.Compare(c.key(), want) > 0 {
				break
			}
			continue
		}
		x.suggestKey(&top, &c, len(c.key()) == len(want))
	}
	return x.build(bestPerPlace(top.matches, limit))
}

// suggestKey adds the best names of the key at c to top. complete reports whether
// the prefix is the complete key.
func (x *Index) suggestKey(top *topMatches, c *cursor, complete bool) {
	const maxNames = 10
	for i := range min(c.span.count, maxNames) {
		n, r := x.posting(c.span.first + i)
		if r == nil {
			return
		}
		flags := NameFlags(get16(r[nameFlags:]))
		if flags&(NameAbbreviation|NameDemonym) != 0 && !complete {
			continue
		}
		kind := geo.MatchFolded
		switch {
		case flags&NameAbbreviation != 0:
			kind = geo.MatchAbbreviation
		case flags&NameDemonym != 0:
			kind = geo.MatchDemonym
		}
		if !top.add(match{get32(r[namePlace:]), n, x.score(r), kind}) {
			return // the other names of the key are worse
		}
	}
}

// topMatches keeps approximately the best matches. When the list reaches twice its
// size, it is cut to its size.
type topMatches struct {
	size    int
	floor   float64 // minimum score
	matches []match
}

// add adds a match and reports whether its score reached the minimum.
func (t *topMatches) add(m match) bool {
	if m.score < t.floor {
		return false
	}
	t.matches = append(t.matches, m)
	if len(t.matches) >= 2*t.size {
		sort.SliceStable(t.matches, func(i, j int) bool { return t.matches[i].score > t.matches[j].score })
		t.matches = t.matches[:t.size]
		t.floor = t.matches[t.size-1].score
	}
	return true
}
