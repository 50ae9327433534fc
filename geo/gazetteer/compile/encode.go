package compile

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

const noRecord = ^uint32(0) // the record number for no record

// encoder encodes places as the sections of an index.
type encoder struct {
	b        *builder
	strings  []byte
	refs     map[string]uint32
	features map[string]uint16
	codes    []string
	country  map[string]uint16 // number plus 1, by alpha-2 code
	division map[string]uint16 // number plus 1, by "US.LA"
	number   map[*place]uint32
	keys     map[string][]posting
	names    []byte
}

// posting is a name of a key.
type posting struct {
	name, place uint32
	score       float64
	flags       gazetteer.NameFlags
}

// encode returns the sections of the index and its info.
func (b *builder) encode(info gazetteer.Info, raw bool) ([]gazetteer.Section, gazetteer.Info, error) {
	slices.SortFunc(b.places, comparePlaces)
	b.setProminence()
	e := &encoder{
		b: b, strings: []byte{0}, refs: map[string]uint32{"": 0}, features: map[string]uint16{}, country: map[string]uint16{},
		division: map[string]uint16{}, number: map[*place]uint32{}, keys: map[string][]posting{},
	}
	for i, p := range b.places {
		e.number[p] = uint32(i)
	}
	for i, c := range b.countries {
		e.country[c.info.Alpha2] = uint16(i + 1)
	}
	divisions := e.encodeDivisions()
	places := e.encodePlaces()
	countries, outlets := e.encodeCountries(), e.encodeOutlets()
	var dict gazetteer.DictionaryWriter
	tolerant := e.encodeKeys(&dict)
	cells, grid := e.encodeGrid()
	info.Places, info.Names, info.Keys, info.Outlets = len(b.places), len(e.names)/12, len(e.keys), len(b.outlets)
	info.Features, info.Country = b.count()
	meta, err := json.Marshal(info)
	if err != nil {
		return nil, info, err
	}
	features := e.encodeFeatures()
	pack := !raw
	return []gazetteer.Section{
		{Kind: gazetteer.SectionMeta, Data: meta},
		{Kind: gazetteer.SectionFeatures, Data: features},
		{Kind: gazetteer.SectionCountries, Data: countries},
		{Kind: gazetteer.SectionDivisions, Data: divisions},
		{Kind: gazetteer.SectionOutlets, Data: outlets},
		{Kind: gazetteer.SectionFilter, Data: dict.Filter()},
		{Kind: gazetteer.SectionPlaces, Data: places, Compress: pack},
		{Kind: gazetteer.SectionNames, Data: e.names, Compress: pack},
		{Kind: gazetteer.SectionBlocks, Data: dict.Blocks, Compress: pack},
		{Kind: gazetteer.SectionKeys, Data: dict.Keys, Compress: pack},
		{Kind: gazetteer.SectionPostings, Data: dict.Postings, Compress: pack},
		{Kind: gazetteer.SectionTolerant, Data: tolerant, Compress: pack},
		{Kind: gazetteer.SectionCells, Data: cells, Compress: pack},
		{Kind: gazetteer.SectionGrid, Data: grid, Compress: pack},
		{Kind: gazetteer.SectionStrings, Data: e.strings, Compress: pack},
	}, info, nil
}

func (b *builder) count() (features, countries map[string]int) {
	features, countries = map[string]int{}, map[string]int{}
	for _, p := range b.places {
		features[p.feature]++
		if p.country != "" {
			countries[p.country]++
		}
	}
	return features, countries
}

// ref stores a string once and returns its offset.
func (e *encoder) ref(s string) uint32 {
	if at, ok := e.refs[s]; ok {
		return at
	}
	at := uint32(len(e.strings))
	e.strings = append(binary.AppendUvarint(e.strings, uint64(len(s))), s...)
	e.refs[s] = at
	return at
}

func (e *encoder) feature(code string) uint16 {
	n, ok := e.features[code]
	if !ok {
		n = uint16(len(e.codes))
		e.features[code] = n
		e.codes = append(e.codes, code)
	}
	return n
}

func (e *encoder) encodeFeatures() []byte {
	var out []byte
	for _, code := range e.codes {
		out = e.u32(out, e.ref(code))
	}
	return out
}

func (e *encoder) u32(out []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(out, v) }

func (e *encoder) u16(out []byte, v uint16) []byte { return binary.LittleEndian.AppendUint16(out, v) }

func (e *encoder) point(out []byte, p orb.Point) []byte {
	return e.u32(e.u32(out, gazetteer.Degrees(p[0])), gazetteer.Degrees(p[1]))
}

func (e *encoder) placeNumber(p *place) uint32 {
	if n, ok := e.number[p]; ok {
		return n
	}
	return noRecord
}

// encodeDivisions encodes the divisions of known countries by country and code.
func (e *encoder) encodeDivisions() []byte {
	var rows []*divisionRow
	for _, code := range slices.Sorted(maps.Keys(e.b.divisions)) {
		if d := e.b.divisions[code]; e.country[d.country] != 0 {
			rows = append(rows, d)
		}
	}
	slices.SortStableFunc(rows, func(x, y *divisionRow) int {
		return cmp.Or(cmp.Compare(x.country, y.country), cmp.Compare(x.code, y.code))
	})
	var out []byte
	for i, d := range rows {
		e.division[d.country+"."+d.code] = uint16(i + 1)
		out = e.u32(out, uint32(e.country[d.country]))
		out = e.u32(out, e.ref(d.code))
		out = e.u32(out, e.ref(d.name))
		out = e.u32(out, e.ref(d.postal))
		out = e.u32(out, e.placeNumber(d.place))
	}
	return out
}

func (e *encoder) encodePlaces() []byte {
	var out []byte
	for i, p := range e.b.places {
		id := p.number
		if p.id != "" {
			id = 1<<63 | uint64(e.ref(p.id))
		}
		out = binary.LittleEndian.AppendUint64(out, id)
		out = e.point(out, p.point)
		out = binary.LittleEndian.AppendUint64(out, uint64(p.population))
		out = e.u32(out, e.ref(p.name))
		out = e.u16(out, e.feature(p.feature))
		out = e.u16(out, e.country[p.country])
		out = e.u16(out, e.division[p.country+"."+p.admin1])
		out = e.u16(out, gazetteer.Fraction(p.prominence))
		out = e.u32(out, e.ref(e.admin2Name(p)))
		out = e.u32(out, e.ref(strings.Join(p.countries, "|")))
		out = e.u32(out, uint32(len(e.names)/12))
		e.encodeNames(uint32(i), p)
	}
	return out
}

func (e *encoder) admin2Name(p *place) string {
	if p.admin2 == "" || p.class() == gazetteer.ClassAdmin2 {
		return ""
	}
	return e.b.admin2[p.country+"."+p.admin1+"."+p.admin2]
}

// encodeNames encodes the names of place number i, the main one first and one for each
// key, and adds them to their keys.
func (e *encoder) encodeNames(i uint32, p *place) {
	names := slices.Clone(p.names)
	slices.SortStableFunc(names, func(x, y name) int {
		return cmp.Or(rank(p, x)-rank(p, y), -cmp.Compare(nameFactor(x), nameFactor(y)))
	})
	seen := map[string]bool{}
	for _, n := range names {
		key := gazetteer.Fold(n.text)
		const special = gazetteer.NameAbbreviation | gazetteer.NameDemonym
		identity := key
		if n.flags&special != 0 {
			identity = n.text + "\x00" // these also differ by their letter case
		}
		if key == "" || seen[identity] || seen[key] && n.flags&gazetteer.NameDemonym != 0 {
			continue
		}
		seen[identity] = true
		factor := nameFactor(n)
		if e.borrowed(p, n) {
			factor *= borrowedFactor
		}
		factor = min(factor, e.b.maxFactor(p, key))
		number := uint32(len(e.names) / 12)
		e.keys[key] = append(e.keys[key], posting{number, i, p.prominence * factor, n.flags})
		e.names = e.u32(e.names, e.ref(n.text))
		e.names = e.u32(e.names, i)
		e.names = e.u16(e.names, uint16(n.flags))
		e.names = e.u16(e.names, gazetteer.Fraction(factor))
	}
}

// borrowedFactor is the factor of a name that other languages use for a place after its
// best-known town: in many languages Tunisia is called "Tunis".
const borrowedFactor = 0.6

// borrowed reports whether a foreign name of p is the name of an important town of
// its country.
func (e *encoder) borrowed(p *place, n name) bool {
	if n.flags&^gazetteer.NameForeign != 0 || !latin(n.text) {
		return false
	}
	for _, o := range e.b.index[nameKey(p.country, n.text)] {
		if o != p && o.class() == gazetteer.ClassPopulated && o.prominence > 0.5 && o.factor(gazetteer.Fold(n.text)) > nameFactor(n) {
			return true
		}
	}
	return false
}

// rank orders names: the main name first, then ordinary names, then the others.
func rank(p *place, n name) int {
	switch {
	case n.text == p.name && n.flags&gazetteer.NameMain != 0:
		return 0
	case n.flags&(gazetteer.NameAbbreviation|gazetteer.NameDemonym) != 0:
		return 2
	}
	return 1
}

// encodeKeys fills the dictionary and returns the tolerant section.
func (e *encoder) encodeKeys(dict *gazetteer.DictionaryWriter) []byte {
	var tolerant []uint64
	for i, key := range slices.Sorted(maps.Keys(e.keys)) {
		list := e.keys[key]
		slices.SortFunc(list, func(x, y posting) int {
			return cmp.Or(-cmp.Compare(x.score, y.score), cmp.Compare(x.place, y.place), cmp.Compare(x.name, y.name))
		})
		numbers := make([]uint32, len(list))
		plain := false
		for j, p := range list {
			numbers[j] = p.name
			plain = plain || p.flags&(gazetteer.NameAbbreviation|gazetteer.NameDemonym) == 0
		}
		dict.Add(key, numbers)
		if hash, ok := gazetteer.TolerantHash(key); ok && plain {
			tolerant = append(tolerant, uint64(hash)<<32|uint64(i))
		}
	}
	slices.Sort(tolerant)
	var out []byte
	for _, t := range tolerant {
		out = e.u32(e.u32(out, uint32(t>>32)), uint32(t))
	}
	return out
}

// encodeGrid encodes the populated places by cell.
func (e *encoder) encodeGrid() (cells, grid []byte) {
	byCell := map[int][]uint32{}
	for i, p := range e.b.places {
		if p.class() == gazetteer.ClassPopulated {
			cell := gazetteer.Cell(p.point)
			byCell[cell] = append(byCell[cell], uint32(i))
		}
	}
	for cell := range gazetteer.CellCount {
		cells = e.u32(cells, uint32(len(grid)/4))
		for _, i := range byCell[cell] {
			grid = e.u32(grid, i)
		}
	}
	return e.u32(cells, uint32(len(grid)/4)), grid
}

func (e *encoder) encodeCountries() []byte {
	var out []byte
	for _, c := range e.b.countries {
		out = appendCountry(out, e.ref, c.info, e.placeNumber(c.place), e.placeNumber(c.capital))
	}
	return out
}

func (e *encoder) encodeOutlets() []byte {
	var out []byte
	for _, o := range e.b.outlets {
		out = appendOutlet(out, e.ref, o.info, e.placeNumber(o.home))
	}
	return out
}

// appendCountry appends a country's record. place and capital are numbers of places or
// noRecord.
func appendCountry(out []byte, ref func(string) uint32, i gazetteer.CountryInfo, place, capital uint32) []byte {
	for _, v := range [...]uint32{
		ref(i.Alpha2), ref(i.Alpha3), ref(i.Name), place, capital, ref(i.Capital), ref(i.Continent), ref(strings.Join(i.Aliases, "|")),
		ref(strings.Join(i.Demonyms, "|")), ref(strings.Join(i.Languages, "|")), gazetteer.Degrees(i.Point[0]), gazetteer.Degrees(i.Point[1]),
	} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// appendOutlet appends an outlet's record. home is the number of a place or noRecord.
func appendOutlet(out []byte, ref func(string) uint32, i gazetteer.Outlet, home uint32) []byte {
	for _, v := range [...]uint32{
		ref(i.Domain), ref(i.Name), ref(i.Country), ref(i.Admin1), ref(i.Home), ref(i.Scope), ref(i.Lang), home,
		gazetteer.Degrees(i.Point[0]), gazetteer.Degrees(i.Point[1]),
	} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}
