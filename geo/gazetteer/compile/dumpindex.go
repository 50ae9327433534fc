package compile

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// indexedName is a name of the index with its key.
type indexedName struct {
	text, place, key uint32
	flags            gazetteer.NameFlags
	factor           uint16
	base             bool
}

// dumpIndex encodes a dump as the sections of an index.
type dumpIndex struct {
	*dump
	order     []uint32 // numbers in places by number in the index
	number    []uint32 // numbers in the index by number in places
	names     []indexedName
	first     []uint32 // number of the first name of each place in order
	keys      *interner
	dict      gazetteer.DictionaryWriter
	tolerant  []tolerantKey
	division  []uint16 // number in the index, plus 1, by number in divisions
	cells     []uint32
	grid      []uint32
	countryNo []uint16 // number in the index, plus 1, by number in countries
	english   *pairModel
	letters   []*pairModel // by number in countries
}

// tolerantKey is a row of the tolerant section. The best keys of a hash are first,
// because a reader compares a limited number of them.
type tolerantKey struct {
	hash, key uint32
	score     float32
}

// write encodes and writes the index.
func (d *dump) write(w io.WriteSeeker) error {
	x := &dumpIndex{dump: d, keys: newInterner()}
	x.sortPlaces()
	countries, divisions, outlets := x.encodeTables()
	d.baseNames, d.byID, d.mergedIDs, d.stringIDs = nameTable{}, idTable{}, nil, nil // free memory
	d.progress(readShare+0.05, "sorting names")
	x.collectNames()
	x.indexKeys()
	x.fillGrid()
	features := make([]byte, 0, 4*len(d.features))
	for _, code := range d.features {
		features = binary.LittleEndian.AppendUint32(features, d.text.ref(code))
	}
	if d.text.full || x.keys.full || d.admin2Codes.full {
		return geo.Invalid("names", "are longer than 4 GiB in total, the maximum of an index; compile fewer files")
	}
	d.count(x)
	meta, err := json.Marshal(d.info)
	if err != nil {
		return err
	}
	d.progress(readShare+0.2, "writing the index")
	bytes, err := gazetteer.WriteStreams(w, []gazetteer.Stream{
		bytesSection(gazetteer.SectionMeta, meta),
		bytesSection(gazetteer.SectionFeatures, features),
		bytesSection(gazetteer.SectionCountries, countries),
		bytesSection(gazetteer.SectionDivisions, divisions),
		bytesSection(gazetteer.SectionOutlets, outlets),
		bytesSection(gazetteer.SectionFilter, x.dict.Filter()),
		recordsSection(gazetteer.SectionPlaces, len(x.order), 48, x.appendPlace),
		recordsSection(gazetteer.SectionNames, len(x.names), 12, x.appendName),
		bytesSection(gazetteer.SectionBlocks, x.dict.Blocks),
		bytesSection(gazetteer.SectionKeys, x.dict.Keys),
		bytesSection(gazetteer.SectionPostings, x.dict.Postings),
		recordsSection(gazetteer.SectionTolerant, len(x.tolerant), 8, func(out []byte, i int) []byte {
			return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out, x.tolerant[i].hash), x.tolerant[i].key)
		}),
		numbersSection(gazetteer.SectionCells, x.cells),
		numbersSection(gazetteer.SectionGrid, x.grid),
		bytesSection(gazetteer.SectionStrings, d.text.blob),
	})
	d.info.Format, d.info.Bytes = gazetteer.Version, bytes
	d.report.Info = d.info
	return err
}

func bytesSection(kind gazetteer.SectionKind, data []byte) gazetteer.Stream {
	return gazetteer.Stream{Kind: kind, Size: int64(len(data)), Write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}
}

// recordsSection returns a section of n records of a width, computed while writing.
func recordsSection(kind gazetteer.SectionKind, n, width int, appendRecord func(out []byte, i int) []byte) gazetteer.Stream {
	return gazetteer.Stream{Kind: kind, Size: int64(n) * int64(width), Write: func(w io.Writer) error {
		out := make([]byte, 0, width)
		for i := range n {
			out = appendRecord(out[:0], i)
			if _, err := w.Write(out); err != nil {
				return err
			}
		}
		return nil
	}}
}

func numbersSection(kind gazetteer.SectionKind, list []uint32) gazetteer.Stream {
	return recordsSection(kind, len(list), 4, func(out []byte, i int) []byte { return binary.LittleEndian.AppendUint32(out, list[i]) })
}

func (d *dump) count(x *dumpIndex) {
	d.info.Places, d.info.Names, d.info.Outlets = len(x.order), len(x.names), len(d.outlets)
	d.info.Features, d.info.Country = map[string]int{}, map[string]int{}
	for _, i := range x.order {
		p := &d.places[i]
		d.info.Features[d.code(p)]++
		if p.country > 0 {
			d.info.Country[d.countries[p.country-1].Alpha2]++
		}
	}
}

// sortPlaces numbers the places in the order of the index: by id, numeric ids first.
func (x *dumpIndex) sortPlaces() {
	x.order = make([]uint32, 0, len(x.places))
	for i := range x.places {
		if x.places[i].mergedInto == 0 {
			x.order = append(x.order, uint32(i))
		}
	}
	slices.SortFunc(x.order, func(a, b uint32) int {
		p, q := x.places[a].id, x.places[b].id
		if p&q&stringID != 0 {
			return cmp.Compare(x.text.text(uint32(p)), x.text.text(uint32(q)))
		}
		return cmp.Compare(p, q)
	})
	x.number = make([]uint32, len(x.places))
	for n, i := range x.order {
		x.number[i] = uint32(n)
	}
}

// placeNumber returns the number in the index of the place plusOne-1, or noRecord if
// plusOne is 0.
func (x *dumpIndex) placeNumber(plusOne uint32) uint32 {
	if plusOne == 0 {
		return noRecord
	}
	i := plusOne - 1
	for x.places[i].mergedInto != 0 {
		i = x.places[i].mergedInto - 1
	}
	return x.number[i]
}

// encodeTables returns the sections of countries, divisions and outlets, and numbers
// the countries and divisions in their order.
func (x *dumpIndex) encodeTables() (countries, divisions, outlets []byte) {
	byCode := sortedNumbers(len(x.countries), func(a, b int) int { return cmp.Compare(x.countries[a].Alpha2, x.countries[b].Alpha2) })
	x.countryNo = make([]uint16, len(byCode))
	for n, i := range byCode {
		x.countryNo[i] = uint16(n + 1)
		s := x.seat[i]
		countries = appendCountry(countries, x.text.ref, x.countries[i], x.placeNumber(s.place), x.placeNumber(s.capital))
	}
	x.division = make([]uint16, len(x.divisions))
	n := uint16(0)
	for _, i := range sortedNumbers(len(x.divisions), func(a, b int) int {
		p, q := &x.divisions[a], &x.divisions[b]
		return cmp.Or(cmp.Compare(p.country, q.country), cmp.Compare(p.code, q.code))
	}) {
		v := &x.divisions[i]
		country := x.country[v.country]
		if v.name == "" || country == 0 {
			continue // an unknown code
		}
		n++
		x.division[i] = n
		for _, field := range [...]uint32{
			uint32(x.countryNo[country-1]), x.text.ref(v.code), x.text.ref(v.name), x.text.ref(v.postal), x.placeNumber(v.place),
		} {
			divisions = binary.LittleEndian.AppendUint32(divisions, field)
		}
	}
	for _, o := range x.outlets {
		outlets = appendOutlet(outlets, x.text.ref, o.info, x.placeNumber(o.home))
	}
	return countries, divisions, outlets
}

func sortedNumbers(n int, compare func(a, b int) int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, compare)
	return out
}

// collectNames collects the names of each place, the main one first and one for each
// key.
func (x *dumpIndex) collectNames() {
	x.first = make([]uint32, len(x.order))
	x.names = make([]indexedName, 0, len(x.dump.names))
	var list []indexedName
	for n, i := range x.order {
		p := &x.places[i]
		list = list[:0]
		for at := p.firstName; at != 0; at = x.dump.names[at-1].next {
			list = x.appendIndexed(list, uint32(n), &x.dump.names[at-1])
		}
		slices.SortStableFunc(list, func(a, b indexedName) int {
			return cmp.Or(x.rank(p, &a)-x.rank(p, &b), -cmp.Compare(a.factor, b.factor), cmp.Compare(a.text, b.text))
		})
		x.first[n] = uint32(len(x.names))
		list = dropBaseNames(list)
		for j := range list {
			if !repeated(list[:j], &list[j]) {
				x.names = append(x.names, list[j])
			}
		}
	}
	x.dump.names = nil
}

func (x *dumpIndex) appendIndexed(list []indexedName, place uint32, n *dumpName) []indexedName {
	text := x.text.text(n.text)
	folded := gazetteer.Fold(text)
	if folded == "" {
		return list
	}
	key, ok := x.keys.number(folded)
	if !ok {
		return list
	}
	factor := n.factor
	if factor == 0 {
		factor = gazetteer.Fraction(nameFactor(name{text: text, flags: n.flags}))
	}
	return append(list, indexedName{text: n.text, place: place, key: key, flags: n.flags, factor: factor, base: n.factor != 0})
}

// rank orders names like the function rank: the main name, ordinary names, the others.
func (x *dumpIndex) rank(p *dumpPlace, n *indexedName) int {
	switch {
	case n.text == p.name && n.flags&gazetteer.NameMain != 0:
		return 0
	case n.flags&(gazetteer.NameAbbreviation|gazetteer.NameDemonym) != 0:
		return 2
	}
	return 1
}

// dropBaseNames removes the names of the dump that the base also has for the place,
// because the flags of the base are better: "Kenyan" is a demonym in the base.
func dropBaseNames(list []indexedName) []indexedName {
	return slices.DeleteFunc(list, func(n indexedName) bool {
		return !n.base && slices.ContainsFunc(list, func(o indexedName) bool { return o.base && o.key == n.key })
	})
}

// repeated reports whether a name before n has the same key. Abbreviations and demonyms
// also differ by their letter case.
func repeated(before []indexedName, n *indexedName) bool {
	const special = gazetteer.NameAbbreviation | gazetteer.NameDemonym
	for i := range before {
		have := &before[i]
		if have.key != n.key {
			continue
		}
		ordinary := have.flags&special == 0
		if n.flags&special == 0 && ordinary || n.flags&special != 0 && have.text == n.text || n.flags&gazetteer.NameDemonym != 0 && ordinary {
			return true
		}
	}
	return false
}

// indexKeys fills the dictionary and the tolerant section, and marks ambiguous names.
func (x *dumpIndex) indexKeys() {
	model := newChanceModel()
	for _, at := range x.keys.offsets {
		model.add(x.keys.text(at))
	}
	x.learnLetters()
	weak := 0
	for i := range x.names {
		if x.weak(&x.names[i]) {
			weak++
		}
	}
	starts, postings := x.groupByKey()
	for number, key := range x.sortedKeys() {
		list := postings[starts[key]:starts[key+1]]
		text := x.keys.text(x.keys.offsets[key])
		x.markAmbiguous(list, text, model.probability(text)*float64(weak))
		slices.SortFunc(list, func(a, b uint32) int { return cmp.Or(-cmp.Compare(x.score(a), x.score(b)), cmp.Compare(a, b)) })
		x.dict.Add(text, list)
		x.addTolerant(uint32(number), text, list)
	}
	x.info.Keys = len(x.keys.offsets)
	slices.SortFunc(x.tolerant, func(a, b tolerantKey) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), -cmp.Compare(a.score, b.score), cmp.Compare(a.key, b.key))
	})
}

// groupByKey returns the numbers of the names by key: those of key k are
// postings[starts[k]:starts[k+1]].
func (x *dumpIndex) groupByKey() (starts, postings []uint32) {
	starts = make([]uint32, len(x.keys.offsets)+2)
	for i := range x.names {
		starts[x.names[i].key+2]++
	}
	for k := 2; k < len(starts); k++ {
		starts[k] += starts[k-1]
	}
	postings = make([]uint32, len(x.names))
	for i := range x.names {
		key := x.names[i].key
		postings[starts[key+1]] = uint32(i)
		starts[key+1]++
	}
	return starts[:len(starts)-1], postings
}

// sortedKeys returns the numbers of the keys in the order of their bytes.
func (x *dumpIndex) sortedKeys() []uint32 {
	type head struct {
		bytes uint64 // the first eight bytes, which decide most comparisons
		key   uint32
	}
	heads := make([]head, len(x.keys.offsets))
	for k, at := range x.keys.offsets {
		var first [8]byte
		copy(first[:], x.keys.text(at))
		heads[k] = head{binary.BigEndian.Uint64(first[:]), uint32(k)}
	}
	slices.SortFunc(heads, func(a, b head) int {
		if a.bytes != b.bytes {
			return cmp.Compare(a.bytes, b.bytes)
		}
		return strings.Compare(x.keys.text(x.keys.offsets[a.key]), x.keys.text(x.keys.offsets[b.key]))
	})
	out := make([]uint32, len(heads))
	for i, h := range heads {
		out[i] = h.key
	}
	return out
}

// score returns the prior score of name i from its stored values.
func (x *dumpIndex) score(i uint32) float64 {
	n := &x.names[i]
	return float64(gazetteer.Fraction(float64(x.places[x.order[n.place]].prominence))) * float64(n.factor)
}

// weak reports whether there is little evidence that a name means its place.
func (x *dumpIndex) weak(n *indexedName) bool {
	if n.base {
		return false
	}
	p := &x.places[x.order[n.place]]
	const usual = gazetteer.NameMain | gazetteer.NameEnglish
	return p.fromBase || n.flags&usual == 0 || p.prominence < smallTownProminence
}

// smallTownProminence is the prominence of a town of a thousand people, the smallest
// in the city lists.
const smallTownProminence = 0.39

// markAmbiguous marks the ambiguous names of one key and reduces their factors. chance
// is the expected number of weak names that have this key by chance.
func (x *dumpIndex) markAmbiguous(list []uint32, text string, chance float64) {
	all := chance * hamletPopulation
	var important []*indexedName
	for _, i := range list {
		n := &x.names[i]
		p := &x.places[x.order[n.place]]
		if x.weak(n) {
			all += weight(p.population)
		}
		if p.prominence > 0.5 {
			important = append(important, n)
		}
	}
	for _, i := range list {
		n := &x.names[i]
		if n.base {
			continue
		}
		if n.flags == gazetteer.NameForeign && x.borrowedFrom(important, n) {
			n.factor = uint16(float64(n.factor) * borrowedFactor)
		}
		if !x.weak(n) {
			continue
		}
		p := &x.places[x.order[n.place]]
		own := float64(hamletPopulation) // the size of a place is only evidence for its main name
		if n.flags&gazetteer.NameMain != 0 && !p.fromBase {
			own = weight(p.population)
		}
		if own < minShare*all || x.looksEnglish(p, text) {
			n.flags |= gazetteer.NameAmbiguous
			n.factor /= 2
			x.report.Ambiguous++
		}
	}
}

// learnLetters trains the letter models of each country's names and of English names,
// from the main names of places in the country and in English-speaking countries.
func (x *dumpIndex) learnLetters() {
	x.letters = make([]*pairModel, len(x.countries))
	english := map[uint16]bool{}
	for i, c := range x.countries {
		x.letters[i] = &pairModel{}
		english[uint16(i+1)] = slices.Contains([]string{"US", "GB", "CA", "AU", "NZ", "IE"}, c.Alpha2)
	}
	x.english = &pairModel{}
	for i := range x.names {
		n := &x.names[i]
		p := &x.places[x.order[n.place]]
		if n.flags&gazetteer.NameMain == 0 || p.country == 0 {
			continue
		}
		key := x.keys.text(x.keys.offsets[n.key])
		x.letters[p.country-1].add(key)
		if english[p.country] {
			x.english.add(key)
		}
	}
}

// looksEnglish reports whether a folded name looks English in a country whose names do
// not.
func (x *dumpIndex) looksEnglish(p *dumpPlace, text string) bool {
	if p.country == 0 {
		return false
	}
	own := x.letters[p.country-1]
	return min(own.names, x.english.names) >= minModelNames && x.english.odds(own, text) >= math.Log(englishOdds)
}

// borrowedFrom is like encoder.borrowed. important are the important places with the
// name.
func (x *dumpIndex) borrowedFrom(important []*indexedName, n *indexedName) bool {
	p := &x.places[x.order[n.place]]
	for _, o := range important {
		if o.place != n.place && x.places[x.order[o.place]].country == p.country && o.factor > n.factor {
			return latin(x.text.text(n.text))
		}
	}
	return false
}

func (x *dumpIndex) addTolerant(number uint32, text string, list []uint32) {
	const special = gazetteer.NameAbbreviation | gazetteer.NameDemonym | gazetteer.NameAmbiguous
	for _, i := range list {
		if x.names[i].flags&special == 0 {
			if hash, ok := gazetteer.TolerantHash(text); ok {
				x.tolerant = append(x.tolerant, tolerantKey{hash, number, float32(x.score(i))})
			}
			return
		}
	}
}

func (x *dumpIndex) fillGrid() {
	counts := make([]uint32, gazetteer.CellCount+2)
	populated := func(yield func(number uint32, cell int)) {
		for n, i := range x.order {
			if p := &x.places[i]; x.class(p) == gazetteer.ClassPopulated {
				yield(uint32(n), gazetteer.Cell(x.point(p)))
			}
		}
	}
	total := 0
	populated(func(_ uint32, cell int) { counts[cell+2]++; total++ })
	for c := 2; c < len(counts); c++ {
		counts[c] += counts[c-1]
	}
	x.grid = make([]uint32, total)
	populated(func(n uint32, cell int) {
		x.grid[counts[cell+1]] = n
		counts[cell+1]++
	})
	x.cells = counts[:gazetteer.CellCount+1]
}

// appendPlace appends the record of place number n; see format.go of package
// gazetteer.
func (x *dumpIndex) appendPlace(out []byte, n int) []byte {
	p := &x.places[x.order[n]]
	var country, division uint16
	if p.country > 0 {
		country = x.countryNo[p.country-1]
	}
	if p.division > 0 {
		division = x.division[p.division-1]
	}
	u16, u32, u64 := binary.LittleEndian.AppendUint16, binary.LittleEndian.AppendUint32, binary.LittleEndian.AppendUint64
	out = u64(out, p.id)
	out = u32(u32(out, uint32(p.lon)), uint32(p.lat))
	out = u64(out, uint64(p.population))
	out = u32(out, p.name)
	out = u16(u16(u16(out, p.feature), country), division)
	out = u16(out, gazetteer.Fraction(float64(p.prominence)))
	out = u32(u32(out, x.admin2Name(p)), p.countries)
	return u32(out, x.first[n])
}

func (x *dumpIndex) admin2Name(p *dumpPlace) uint32 {
	switch {
	case strings.HasPrefix(x.code(p), "ADM2") || x.class(p).Has(gazetteer.ClassCountry|gazetteer.ClassAdmin1):
		return 0
	case p.admin2Named:
		return p.admin2
	}
	return x.admin2[p.admin2]
}

func (x *dumpIndex) appendName(out []byte, i int) []byte {
	n := &x.names[i]
	out = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out, n.text), n.place)
	return binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(out, uint16(n.flags)), n.factor)
}
