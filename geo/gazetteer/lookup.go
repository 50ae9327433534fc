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

// What a kind of match leaves of a prior.
const (
	classWordFactor = 0.97
	tolerantFactor  = 0.6
	editFactor      = 0.4
)

// maxTolerant bounds the keys of one tolerant key that a Lookup weighs.
const maxTolerant = 64

// Lookup returns the places that name may mean, best first and at most limit of
// them (limit <= 0: all). It looks for the folded name; if that is unknown, for
// the name before a comma within what is named after it ("Paris, Texas"); for the
// name without a word such as "province"; then by the tolerant key; then, for
// names of eight letters and more, by edit distance. The first of these that
// knows the name answers.
//
// Score is the place's prominence times a factor for the kind of name (main,
// alias, foreign) and of match; the scores for one name can be compared.
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
	if out := x.contained(name, limit); len(out) > 0 {
		return out
	}
	if out := x.classWord(key, limit); len(out) > 0 {
		return out
	}
	if out := x.tolerant(key, limit); len(out) > 0 {
		return out
	}
	return x.edit(key, limit)
}

// match is a name that a lookup found.
type match struct {
	place, name uint32
	score       float64
	kind        geo.MatchKind
}

// candidates builds the candidates of a run of postings, which are best first.
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
		if !ok || kind >= geo.MatchAbbreviation && has(matches, get32(r[namePlace:])) {
			continue // a place may have two abbreviations of one key: "La.", "LA"
		}
		matches = append(matches, match{get32(r[namePlace:]), n, x.score(r), kind})
	}
	return x.build(matches)
}

func has(matches []match, place uint32) bool {
	return slices.ContainsFunc(matches, func(m match) bool { return m.place == place })
}

// posting returns the name record of posting i and its number, nil if there is
// none.
func (x *Index) posting(i uint32) (uint32, []byte) {
	p := x.record(SectionPostings, i, 4)
	if p == nil {
		return 0, nil
	}
	n := get32(p)
	return n, x.record(SectionNames, n, nameSize)
}

// score is the prior of a name record.
func (x *Index) score(r []byte) float64 {
	place := x.placeRecord(get32(r[namePlace:]))
	if place == nil {
		return 0
	}
	return fraction(place[placeProminence:]) * fraction(r[nameFactor:])
}

// matchKind says how query matches the name of record r, which folds to the
// same key, and whether it does.
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

// sameAbbreviation compares letter for letter without periods and spaces, so
// that "us" is not "U.S.". Headlines write longer ones in capitals: "CALIF."
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

// nextLetter returns the first rune of s that is no period, space or comma, and
// the bytes up to its end; 0 at the end of s.
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

// build makes candidates of matches. The ids of all lie in one allocation.
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

// contained looks for what stands before the last comma of name within the
// countries and divisions that stand after it.
func (x *Index) contained(name string, limit int) []geo.Candidate {
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

// Contains reports whether a country or division has a place in it, by their
// codes and names. No place contains itself.
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

// classWord looks for a folded name without the word that says what the thing is:
// "Idlib province", "Province of Idlib".
func (x *Index) classWord(key []byte, limit int) []geo.Candidate {
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

// cutClassWord cuts the word that says what the thing is from a folded name, and
// returns the classes that it may be of; 0 if there is no such word.
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
	case "province", "governorate", "state", "oblast", "region", "prefecture", "emirate", "canton", "voivodeship", "krai", "republic", "wilayat", "muhafazah", "territory":
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

// tolerant looks for names with the tolerant key of a folded name.
func (x *Index) tolerant(key []byte, limit int) []geo.Candidate {
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
		if !x.dict.nth(get32(table[8*i+4:]), &c) || !bytes.Equal(appendTolerant(other[:0], c.key()), want) || !near(key, c.key()) {
			continue
		}
		matches = x.weaken(matches, c.span, tolerantFactor*similarity(key, c.key()), geo.MatchTolerant)
	}
	return x.build(best(matches, limit))
}

// similarity is 1 for equal folded names, less for each letter that differs.
func similarity(a, b []byte) float64 {
	longest := max(len(a), len(b))
	return 1 - float64(editDistance(a, b, longest))/float64(longest)
}

// edit looks for names within a bounded edit distance of a folded name.
func (x *Index) edit(key []byte, limit int) []geo.Candidate {
	most := 0
	switch n := utf8.RuneCount(key); {
	case n >= 12:
		most = 2
	case n >= 8:
		most = 1
	default:
		return nil
	}
	var matches []match
	least := most
	x.dict.within(key, most, func(c *cursor, distance int) {
		if distance < least {
			matches, least = matches[:0], distance
		}
		if distance == least {
			matches = x.weaken(matches, c.span, editFactor*(1-float64(distance)/float64(len(key))), geo.MatchEdit)
		}
	})
	return x.build(best(matches, limit))
}

// weaken appends the best names of a run of postings with their scores times
// factor. Abbreviations and demonyms match in their own spelling only.
func (x *Index) weaken(matches []match, found span, factor float64, kind geo.MatchKind) []match {
	const most = 8
	for i := range min(found.count, most) {
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

// best sorts matches by score, keeps the best of each place, and cuts the list.
func best(matches []match, limit int) []match {
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

// maxSummarized bounds the places that Summary weighs; they stand best first.
const maxSummarized = 64

// Summary tells what the index knows of a name by folded equality alone. It
// allocates nothing. Abbreviations count only in their own letter case, demonyms
// only with a capital, and names that are held back not at all: "Man" is the
// city in Ivory Coast, but not the thirty hamlets. Lookup gives these too.
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
		if !ok || place == nil || NameFlags(get16(r[nameFlags:]))&NameHeld != 0 {
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

// Suggest returns places whose names begin with prefix, best first, at most
// limit of them, one candidate a place.
func (x *Index) Suggest(prefix string, limit int) []geo.Candidate {
	var f folder
	want := f.fold(prefix)
	if len(want) == 0 || limit <= 0 {
		return nil
	}
	top := topMatches{most: limit * 4}
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
	return x.build(best(top.matches, limit))
}

// suggestKey offers the best names of the key under c.
func (x *Index) suggestKey(top *topMatches, c *cursor, whole bool) {
	const most = 10
	for i := range min(c.span.count, most) {
		n, r := x.posting(c.span.first + i)
		if r == nil {
			return
		}
		flags := NameFlags(get16(r[nameFlags:]))
		if flags&(NameAbbreviation|NameDemonym) != 0 && !whole {
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
			return // the rest of the key are worse still
		}
	}
}

// topMatches keeps roughly the best matches offered: it lets the list grow to
// twice most, then cuts it.
type topMatches struct {
	most    int
	floor   float64
	matches []match
}

func (t *topMatches) add(m match) bool {
	if m.score < t.floor {
		return false
	}
	t.matches = append(t.matches, m)
	if len(t.matches) >= 2*t.most {
		sort.SliceStable(t.matches, func(i, j int) bool { return t.matches[i].score > t.matches[j].score })
		t.matches = t.matches[:t.most]
		t.floor = t.matches[t.most-1].score
	}
	return true
}
