package gazetteer

import (
	"encoding/binary"
	"hash/crc32"
	"sync"

	"newsmap/geo"

	"github.com/klauspost/compress/zstd"
)

// The layout of the file. All numbers are little endian:
//
//	0   8  magic "newsgaz\n"
//	8   4  format version
//	12  4  number of sections
//	16  8  length of the file
//	24  4  CRC-32C of everything from byte 32 on
//	28  4  zero
//	32     section table: one row of 24 bytes for each section
//	       0 4 kind, 4 4 flags (1: zstd), 8 8 offset, 16 4 stored length, 20 4 raw length
//	...    the sections, in the order of the table, without gaps
//
// A reference to a string is its offset in the strings section, which contains a
// uvarint length and the bytes. Offset 0 is the empty string. Records have a fixed
// width: a section is an array that is read in place.
const (
	Magic   = "newsgaz\n"
	Version = 1

	headerSize  = 32
	tableRow    = 24
	flagZstd    = 1
	maxSections = 64
	maxSection  = 1 << 30 // bytes of a section that is compressed or built in memory
	maxRaw      = 1<<32 - 1

	// The unpacked length of a compressed section may be at most maxRatio times
	// its stored length, unless it is at most smallSection bytes. Otherwise a small
	// malicious file could make the program allocate much memory.
	maxRatio     = 200
	smallSection = 1 << 20
)

// SectionKind is the kind of a section of the file.
type SectionKind uint32

// The sections. The comments give the record width in bytes.
const (
	SectionMeta      SectionKind = iota + 1 // JSON: sources and counts
	SectionStrings                          // uvarint length and bytes each
	SectionFeatures                         // 4: string, a feature code
	SectionCountries                        // 48
	SectionDivisions                        // 20
	SectionPlaces                           // 48
	SectionNames                            // 12
	SectionBlocks                           // 4: offset in SectionKeys of a block of 16 keys
	SectionKeys                             // front-coded folded names, see keys.go
	SectionPostings                         // 4: number of a name; the best name of each key first
	SectionFilter                           // Bloom filter of the keys; its length is a power of two
	SectionTolerant                         // 8: hash of a tolerant key, number of a key
	SectionCells                            // 4: start in SectionGrid of each cell, see near.go
	SectionGrid                             // 4: number of a place
	SectionOutlets                          // 40
	sectionEnd
)

var sectionNames = [...]string{
	"", "meta", "strings", "features", "countries", "divisions", "places", "names", "blocks", "keys", "postings", "filter", "tolerant",
	"cells", "grid", "outlets",
}

func (k SectionKind) String() string { return sectionNames[k] }

// recordSize is the record width of each section, 0 if it varies.
var recordSize = [sectionEnd]int{
	SectionFeatures: 4, SectionCountries: countrySize, SectionDivisions: divisionSize, SectionPlaces: placeSize,
	SectionNames: nameSize, SectionBlocks: 4, SectionPostings: 4, SectionTolerant: 8, SectionCells: 4, SectionGrid: 4,
	SectionOutlets: outletSize,
}

const noRecord = ^uint32(0) // the record number for no record

// Place records are sorted by id: numeric ids by number, then string ids by their
// bytes.
const (
	placeID         = 0  // 8: kind in bits 56 to 62 and number; if bit 63 is set, a string in the low 32 bits
	placeLon        = 8  // 4: degrees times 1e5
	placeLat        = 12 // 4
	placePopulation = 16 // 8
	placeName       = 24 // 4: string
	placeFeature    = 28 // 2: number in SectionFeatures
	placeCountry    = 30 // 2: number in SectionCountries plus 1, 0 for none
	placeDivision   = 32 // 2: number in SectionDivisions plus 1, 0 for none
	placeProminence = 34 // 2: times 65535
	placeAdmin2     = 36 // 4: string
	placeCountries  = 40 // 4: string, alpha-2 codes separated by "|"
	placeFirstName  = 44 // 4: number of its first name; its names end before those of the next place
	placeSize       = 48

	idString   = 1 << 63
	idKindBits = 56
	idNumber   = 1<<idKindBits - 1
)

// The kinds of numeric id.
const (
	idGeoNames = 0 // "geonames:" and the GeoNames id
	idCity     = 1 // "city:" and a geohash of nine letters
	idWOF      = 2 // "wof:" and the Who's On First id
)

// NameFlags describe a name of a place.
type NameFlags uint16

// The flags of a name.
const (
	NameMain         NameFlags = 1 << iota // the main name, or the usual English one
	NameEnglish                            // used in English
	NameForeign                            // only used in other languages
	NameCurated                            // from a curated table
	NameAbbreviation                       // only matches in the same letter case
	NameDemonym
	NameShort     // the name without its class word, if a town has the same name: "DeKalb" for DeKalb County
	NameAmbiguous // not enough evidence for a place by itself; Summary ignores it
)

// Name records of one place are consecutive, the main name first.
const (
	nameString = 0  // 4: string
	namePlace  = 4  // 4: number of the place
	nameFlags  = 8  // 2
	nameFactor = 10 // 2: factor of the place's prominence, times 65535
	nameSize   = 12
)

// Country records are sorted by alpha-2 code.
const (
	countryAlpha2    = 0
	countryAlpha3    = 4
	countryName      = 8
	countryPlace     = 12 // number of a place or noRecord
	countryCapital   = 16 // number of a place or noRecord
	countryCapName   = 20
	countryContinent = 24
	countryAliases   = 28 // separated by "|"
	countryDemonyms  = 32
	countryLanguages = 36
	countryLon       = 40
	countryLat       = 44
	countrySize      = 48
)

// Division records are sorted by country and code.
const (
	divisionCountry = 0 // 4: number of the country plus 1
	divisionCode    = 4
	divisionName    = 8
	divisionPostal  = 12
	divisionPlace   = 16 // number of a place or noRecord
	divisionSize    = 20
)

// Outlet records are sorted by domain.
const (
	outletDomain  = 0
	outletName    = 4
	outletCountry = 8
	outletAdmin1  = 12
	outletHome    = 16
	outletScope   = 20
	outletLang    = 24
	outletPlace   = 28 // number of a place or noRecord
	outletLon     = 32
	outletLat     = 36
	outletSize    = 40
)

// degreeUnit is the number of units of a stored coordinate in a degree.
const degreeUnit = 1e5

// Section is a section of a file to be written.
type Section struct {
	Kind     SectionKind
	Data     []byte
	Compress bool
}

// Encode returns a file of the sections in the given order. The error wraps
// geo.ErrInvalid if a section is longer than 1 GiB.
func Encode(sections []Section) ([]byte, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
	if err != nil {
		return nil, err
	}
	defer encoder.Close()
	out := make([]byte, headerSize+tableRow*len(sections))
	for i, s := range sections {
		if len(s.Data) > maxSection {
			return nil, geo.Invalid("section "+s.Kind.String(), "has %d bytes; a section may have at most %d", len(s.Data), maxSection)
		}
		stored, flags := s.Data, uint32(0)
		if s.Compress {
			stored, flags = encoder.EncodeAll(s.Data, nil), flagZstd
			if exceedsRatio(len(s.Data), len(stored)) {
				stored, flags = s.Data, 0
			}
		}
		row := out[headerSize+tableRow*i:]
		put32(row, uint32(s.Kind))
		put32(row[4:], flags)
		put64(row[8:], uint64(len(out)))
		put32(row[16:], uint32(len(stored)))
		put32(row[20:], uint32(len(s.Data)))
		out = append(out, stored...)
	}
	put32(out[12:], uint32(len(sections)))
	fillHeader(out)
	return out, nil
}

// fillHeader fills in the header of a file except for the number of sections.
func fillHeader(file []byte) {
	copy(file, Magic)
	put32(file[8:], Version)
	put64(file[16:], uint64(len(file)))
	put32(file[24:], crc32.Checksum(file[headerSize:], castagnoli))
}

// decode checks the header, checksum and section table of a file and returns its
// unpacked sections. sum returns the checksum of the bytes after the header. name
// is used in errors.
func decode(name string, file []byte, sum func() (uint32, error)) ([sectionEnd][]byte, error) {
	var sections [sectionEnd][]byte
	if err := checkHeader(name, file, sum); err != nil {
		return sections, err
	}
	count := int(get32(file[12:]))
	var packed []packedSection
	for i := range count {
		row := file[headerSize+tableRow*i:]
		p := packedSection{kind: SectionKind(get32(row)), raw: int(get32(row[20:]))}
		offset, stored := get64(row[8:]), uint64(get32(row[16:]))
		if offset > uint64(len(file)) || stored > uint64(len(file))-offset {
			return sections, geo.Invalid(name, "section %d is outside the file; copy or compile the index again", i)
		}
		if p.kind == 0 || p.kind >= sectionEnd {
			continue // added by a later minor revision and not needed
		}
		p.data = file[offset : offset+stored]
		if get32(row[4:])&flagZstd == 0 {
			sections[p.kind] = p.data
			continue
		}
		if p.raw > maxSection || exceedsRatio(p.raw, int(stored)) {
			return sections, geo.Invalid(name, "section %s would unpack to %d bytes, which is too large; compile the index again", p.kind, p.raw)
		}
		packed = append(packed, p)
	}
	if err := unpack(name, packed, &sections); err != nil {
		return sections, err
	}
	return sections, checkSections(name, &sections)
}

func exceedsRatio(raw, stored int) bool { return raw > smallSection && raw > maxRatio*stored }

type packedSection struct {
	kind SectionKind
	raw  int
	data []byte
}

// unpack decompresses sections concurrently.
func unpack(name string, packed []packedSection, into *[sectionEnd][]byte) error {
	if len(packed) == 0 {
		return nil
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxSection), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return err
	}
	defer decoder.Close()
	errs := make([]error, len(packed))
	var wait sync.WaitGroup
	for i, p := range packed {
		wait.Go(func() {
			raw, err := decoder.DecodeAll(p.data, make([]byte, 0, p.raw))
			if err == nil && len(raw) != p.raw {
				err = geo.Invalid(name, "section %s unpacks to %d bytes; expected %d", p.kind, len(raw), p.raw)
			} else if err != nil {
				err = geo.Invalid(name, "cannot unpack section %s: %v", p.kind, err)
			}
			into[p.kind], errs[i] = raw, err
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkHeader(name string, file []byte, sum func() (uint32, error)) error {
	switch {
	case len(file) < headerSize || string(file[:len(Magic)]) != Magic:
		return geo.Invalid(name, "is not a gazetteer index; compile one with: newsmap gazetteer compile")
	case get32(file[8:]) != Version:
		return geo.Invalid(name, "index has format version %d; this program reads version %d: compile it again", get32(file[8:]), Version)
	case get64(file[16:]) != uint64(len(file)):
		return geo.Invalid(name, "index was cut off or extended: it has %d bytes, but its header says %d; copy or compile it again",
			len(file), get64(file[16:]))
	case get32(file[12:]) > maxSections || len(file) < headerSize+tableRow*int(get32(file[12:])):
		return geo.Invalid(name, "index has a malformed section table; copy or compile it again")
	}
	have, err := sum()
	if err == nil && have != get32(file[24:]) {
		err = geo.Invalid(name, "index is damaged: its checksum is %08x, but its header says %08x; copy or compile it again",
			have, get32(file[24:]))
	}
	return err
}

func checkSections(name string, sections *[sectionEnd][]byte) error {
	for kind := SectionMeta; kind < sectionEnd; kind++ {
		if size := recordSize[kind]; size > 0 && len(sections[kind])%size != 0 {
			return geo.Invalid(name, "section %s has %d bytes; expected a multiple of %d", kind, len(sections[kind]), size)
		}
	}
	if n := len(sections[SectionFilter]); n&(n-1) != 0 {
		return geo.Invalid(name, "section filter has %d bytes; expected a power of two", n)
	}
	if n := len(sections[SectionCells]); n != 0 && n != 4*(CellCount+1) {
		return geo.Invalid(name, "section cells has %d bytes; expected %d", n, 4*(CellCount+1))
	}
	return nil
}

func get16(b []byte) uint16    { return binary.LittleEndian.Uint16(b) }
func get32(b []byte) uint32    { return binary.LittleEndian.Uint32(b) }
func get64(b []byte) uint64    { return binary.LittleEndian.Uint64(b) }
func put32(b []byte, v uint32) { binary.LittleEndian.PutUint32(b, v) }
func put64(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }
