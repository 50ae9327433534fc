package gazetteer

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"newsmap/geo"
	"newsmap/geo/gazetteer/data"

	"github.com/paulmach/orb"
)

// Index is an open index. It is safe for concurrent use.
//
// The strings that its methods return point into the index. They are valid as long
// as the Index is open, and those of the default index forever.
type Index struct {
	name         string
	sections     [sectionEnd][]byte
	dict         dictionary
	info         Info
	features     []string
	classes      []Class
	countries    []CountryInfo
	byAlpha2     map[string]int
	extraOutlets map[string]Outlet // by domain; they replace those of the index, see WithOutlets
	unmap        func() error      // nil if the index is not memory-mapped
}

var openDefault = sync.OnceValues(func() (*Index, error) {
	s := data.Index()
	return read("embedded gazetteer", unsafe.Slice(unsafe.StringData(s), len(s)))
})

// Default returns the index that is embedded in the program. It is opened once,
// and its Close does nothing.
func Default() (*Index, error) { return openDefault() }

// Open maps the index file at path into memory. Nothing may write to the file while
// it is open. Errors name path, and wrap geo.ErrInvalid if the file is not an
// index, has another version, or was cut off or damaged.
func Open(path string) (*Index, error) {
	file, unmap, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("open gazetteer: %w", err)
	}
	x, err := readWithChecksum(path, file, func() (uint32, error) { return sumFile(path) })
	if err != nil {
		return nil, errors.Join(err, unmap())
	}
	x.unmap = unmap
	return x, nil
}

// Read opens an index in memory. name is used in errors. file must not change while
// the Index is in use.
func Read(name string, file []byte) (*Index, error) { return read(name, file) }

// Close unmaps the file. x and every string that it returned must not be used
// afterwards. Close does nothing for an index that was not opened from a file.
func (x *Index) Close() error {
	if x.unmap == nil {
		return nil
	}
	unmap := x.unmap
	*x = Index{}
	return unmap()
}

func read(name string, file []byte) (*Index, error) {
	return readWithChecksum(name, file, func() (uint32, error) { return crc32.Checksum(file[headerSize:], castagnoli), nil })
}

// sumFile returns the checksum of a file after its header. It reads the file
// instead of the memory map, because every page of the map that it touches would
// count as memory of this process.
func sumFile(path string) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if _, err := f.Seek(headerSize, io.SeekStart); err != nil {
		return 0, err
	}
	sum := crc32.New(castagnoli)
	_, err = io.CopyBuffer(sum, struct{ io.Reader }{f}, make([]byte, 1<<20))
	return sum.Sum32(), err
}

func readWithChecksum(name string, file []byte, sum func() (uint32, error)) (*Index, error) {
	sections, err := decode(name, file, sum)
	if err != nil {
		return nil, err
	}
	x := &Index{name: name, sections: sections}
	x.dict = dictionary{
		blocks: sections[SectionBlocks], keys: sections[SectionKeys], filter: sections[SectionFilter],
		postings: uint32(len(sections[SectionPostings]) / 4),
	}
	if err := json.Unmarshal(sections[SectionMeta], &x.info); err != nil {
		return nil, geo.Invalid(name, "section meta: %v", err)
	}
	x.info.Format, x.info.Checksum, x.info.Bytes = Version, get32(file[24:]), int64(len(file))
	x.readFeatures()
	x.readCountries()
	return x, nil
}

func (x *Index) readFeatures() {
	raw := x.sections[SectionFeatures]
	for ; len(raw) >= 4; raw = raw[4:] {
		code := x.str(get32(raw))
		x.features = append(x.features, code)
		x.classes = append(x.classes, ClassOf(code))
	}
}

func (x *Index) readCountries() {
	x.byAlpha2 = make(map[string]int, len(x.sections[SectionCountries])/countrySize)
	for i := 0; ; i++ {
		r := x.record(SectionCountries, uint32(i), countrySize)
		if r == nil {
			return
		}
		c := CountryInfo{
			Alpha2: x.str(get32(r[countryAlpha2:])), Alpha3: x.str(get32(r[countryAlpha3:])),
			Name: x.str(get32(r[countryName:])), Capital: x.str(get32(r[countryCapName:])),
			PlaceID: x.idOf(get32(r[countryPlace:])), CapitalID: x.idOf(get32(r[countryCapital:])),
			Continent: x.str(get32(r[countryContinent:])), Point: point(r[countryLon:]),
			Aliases:   splitList(x.str(get32(r[countryAliases:]))),
			Demonyms:  splitList(x.str(get32(r[countryDemonyms:]))),
			Languages: splitList(x.str(get32(r[countryLanguages:]))),
		}
		x.byAlpha2[c.Alpha2] = i
		x.countries = append(x.countries, c)
	}
}

// splitList splits a list separated by "|".
func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

// str returns the string at ref, or "" if the file is malformed there.
func (x *Index) str(ref uint32) string {
	blob := x.sections[SectionStrings]
	if ref == 0 || int64(ref) >= int64(len(blob)) {
		return ""
	}
	n, used := binary.Uvarint(blob[ref:])
	if used <= 0 || n > uint64(len(blob))-uint64(ref)-uint64(used) || n == 0 {
		return ""
	}
	return unsafe.String(&blob[int(ref)+used], int(n))
}

// record returns record i of a section, or nil if there is none.
func (x *Index) record(kind SectionKind, i uint32, size int) []byte {
	s := x.sections[kind]
	start := int64(i) * int64(size)
	if start+int64(size) > int64(len(s)) {
		return nil
	}
	return s[start : start+int64(size) : start+int64(size)]
}

func (x *Index) placeCount() uint32 { return uint32(len(x.sections[SectionPlaces]) / placeSize) }

func (x *Index) placeRecord(i uint32) []byte { return x.record(SectionPlaces, i, placeSize) }

func point(b []byte) orb.Point {
	return orb.Point{float64(int32(get32(b))) / degreeUnit, float64(int32(get32(b[4:]))) / degreeUnit}
}

func fraction(b []byte) float64 { return float64(get16(b)) / math.MaxUint16 }

// Fraction returns the stored form of v, a number from 0 to 1.
func Fraction(v float64) uint16 { return uint16(math.Round(min(max(v, 0), 1) * math.MaxUint16)) }

// Degrees returns the stored form of a coordinate in degrees.
func Degrees(v float64) uint32 { return uint32(int32(math.Round(v * degreeUnit))) }

// maxID is the maximum length of a numeric id in bytes.
const maxID = len("geonames:") + 20

// appendID appends the id of a place record to dst. If the id is a string of the
// file, it returns that string and does not append anything.
func (x *Index) appendID(dst []byte, r []byte) ([]byte, string) {
	id := get64(r[placeID:])
	if id&idString != 0 {
		return dst, x.str(uint32(id))
	}
	switch id >> idKindBits {
	case idCity:
		return appendGeohash(append(dst, "city:"...), id&idNumber), ""
	case idWOF:
		return strconv.AppendUint(append(dst, "wof:"...), id&idNumber, 10), ""
	}
	return strconv.AppendUint(append(dst, "geonames:"...), id&idNumber, 10), ""
}

// idOf returns the id of place number i, or "" if there is none.
func (x *Index) idOf(i uint32) string {
	r := x.placeRecord(i)
	if r == nil {
		return ""
	}
	b, s := x.appendID(nil, r)
	if s != "" {
		return s
	}
	return string(b)
}

// place returns the Place of record r without its id.
func (x *Index) place(r []byte) geo.Place {
	p := geo.Place{
		Name:       x.str(get32(r[placeName:])),
		Point:      point(r[placeLon:]),
		Population: int64(get64(r[placePopulation:]) &^ (1 << 63)),
		Prominence: fraction(r[placeProminence:]),
		Admin2:     x.str(get32(r[placeAdmin2:])),
		Countries:  splitList(x.str(get32(r[placeCountries:]))),
	}
	if f := int(get16(r[placeFeature:])); f < len(x.features) {
		p.FeatureCode = x.features[f]
	}
	if c := int(get16(r[placeCountry:])); c > 0 && c <= len(x.countries) {
		p.Country, p.CountryName = x.countries[c-1].Alpha2, x.countries[c-1].Name
	}
	if d := get16(r[placeDivision:]); d > 0 {
		if div := x.record(SectionDivisions, uint32(d)-1, divisionSize); div != nil {
			p.Admin1Code, p.Admin1 = x.str(get32(div[divisionCode:])), x.str(get32(div[divisionName:]))
		}
	}
	return p
}

// placeAt returns place number i.
func (x *Index) placeAt(i uint32) (geo.Place, bool) {
	r := x.placeRecord(i)
	if r == nil {
		return geo.Place{}, false
	}
	p := x.place(r)
	p.ID = x.idOf(i)
	return p, true
}

// Place returns the place with an id, or an error that wraps geo.ErrNotFound.
func (x *Index) Place(id string) (geo.Place, error) {
	if i, ok := x.find(id); ok {
		p, _ := x.placeAt(i)
		return p, nil
	}
	return geo.Place{}, fmt.Errorf("place %q: %w", id, geo.ErrNotFound)
}

// find returns the number of the place with an id.
func (x *Index) find(id string) (uint32, bool) {
	numeric, ok := ParseID(id)
	n := int(x.placeCount())
	i := sort.Search(n, func(i int) bool {
		have := get64(x.placeRecord(uint32(i))[placeID:])
		switch {
		case have&idString == 0:
			return ok && have >= numeric
		case ok:
			return true
		}
		return x.str(uint32(have)) >= id
	})
	if i == n {
		return 0, false
	}
	have := get64(x.placeRecord(uint32(i))[placeID:])
	if ok {
		return uint32(i), have == numeric
	}
	return uint32(i), have&idString != 0 && x.str(uint32(have)) == id
}

// ParseID returns the stored form of a numeric id, and false if id is not one.
func ParseID(id string) (uint64, bool) {
	if digits, ok := strings.CutPrefix(id, "geonames:"); ok {
		n, ok := parseNumber(digits)
		return idGeoNames<<idKindBits | n, ok
	}
	if digits, ok := strings.CutPrefix(id, "wof:"); ok {
		n, ok := parseNumber(digits)
		return idWOF<<idKindBits | n, ok
	}
	if hash, ok := strings.CutPrefix(id, "city:"); ok {
		n, ok := parseGeohash(hash)
		return idCity<<idKindBits | n, ok
	}
	return 0, false
}

// parseNumber parses the number of an id. A sign or a leading zero is not allowed.
func parseNumber(digits string) (uint64, bool) {
	if digits == "" || digits[0] == '0' || digits[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, idKindBits)
	return n, err == nil
}

// names returns the numbers of the names of place number i: first to end-1.
func (x *Index) names(i uint32) (first, end uint32) {
	r := x.placeRecord(i)
	if r == nil {
		return 0, 0
	}
	total := uint32(len(x.sections[SectionNames]) / nameSize)
	first, end = get32(r[placeFirstName:]), total
	if next := x.placeRecord(i + 1); next != nil {
		end = min(get32(next[placeFirstName:]), total)
	}
	return min(first, end), end
}

// Names returns all names of a place, the main one first, or nil if the index does
// not contain the id.
func (x *Index) Names(id string) []string {
	i, ok := x.find(id)
	if !ok {
		return nil
	}
	first, end := x.names(i)
	out := make([]string, 0, end-first)
	for n := first; n < end; n++ {
		out = append(out, x.str(get32(x.record(SectionNames, n, nameSize)[nameString:])))
	}
	return out
}

// Each calls yield for all places in the order of their ids until yield returns
// false.
func (x *Index) Each(yield func(geo.Place) bool) {
	for i := range x.placeCount() {
		p, _ := x.placeAt(i)
		if !yield(p) {
			return
		}
	}
}

// Info describes the contents of the index.
func (x *Index) Info() Info { return x.info }

// Verify reads the complete index and returns an error that wraps geo.ErrInvalid if
// a record points outside the index. Open already checks the checksum.
func (x *Index) Verify() error {
	places := x.placeCount()
	for n := uint32(0); ; n++ {
		r := x.record(SectionNames, n, nameSize)
		if r == nil {
			break
		}
		if get32(r[namePlace:]) >= places || x.str(get32(r[nameString:])) == "" {
			return geo.Invalid(x.name, "name %d points outside the index", n)
		}
	}
	names := uint32(len(x.sections[SectionNames]) / nameSize)
	keys, previous := 0, ""
	for c := x.dict.at(0); c.next(); keys++ {
		if keys > 0 && previous >= string(c.key()) {
			return geo.Invalid(x.name, "key %q is out of order", c.key())
		}
		previous = string(c.key())
	}
	if keys != x.info.Keys {
		return geo.Invalid(x.name, "index has %d keys, but its meta section says %d", keys, x.info.Keys)
	}
	for i := range x.dict.postings {
		if get32(x.sections[SectionPostings][4*i:]) >= names {
			return geo.Invalid(x.name, "posting %d points outside the index", i)
		}
	}
	return nil
}
