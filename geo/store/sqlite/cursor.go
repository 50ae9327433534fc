package sqlite

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"newsmap/geo"
)

// cursorKind is the kind of list that a cursor continues.
type cursorKind byte

const (
	storyCursor   cursorKind = 's'
	featureCursor cursorKind = 'f'
)

// cursorVersion is increased when the order of lists or the encoding changes.
const cursorVersion = 1

// cursor is the sort key of the last row of a page. Rows inserted between two requests
// do not shift the next page.
//
// As text it is base64url of: version, kind, ordered (8 bytes), seq (4 bytes), id, and
// the CRC-32 of all of these. The checksum detects mistakes, not forgery: a forged
// cursor gains nothing.
type cursor struct {
	kind    cursorKind
	ordered int64 // microseconds since 1970
	id      string
	seq     int // of the location, for features
}

const cursorFixed = 1 + 1 + 8 + 4

func (c cursor) String() string {
	b := make([]byte, 0, cursorFixed+len(c.id)+4)
	b = append(b, cursorVersion, byte(c.kind))
	b = binary.BigEndian.AppendUint64(b, uint64(c.ordered))
	b = binary.BigEndian.AppendUint32(b, uint32(c.seq))
	b = append(b, c.id...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor of the given kind. It returns nil for an empty text. The
// error wraps geo.ErrInvalid and names "cursor".
func parseCursor(kind cursorKind, text string) (*cursor, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is not an error
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) <= cursorFixed+4 {
		return nil, geo.Invalid("cursor", "is malformed; use the next cursor of an earlier answer")
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum || body[0] != cursorVersion {
		return nil, geo.Invalid("cursor", "is malformed or of another version; use the next cursor of an earlier answer")
	}
	if cursorKind(body[1]) != kind {
		return nil, geo.Invalid("cursor", "belongs to another kind of list; use the next cursor of the same list")
	}
	return &cursor{
		kind:    kind,
		ordered: int64(binary.BigEndian.Uint64(body[2:10])),
		seq:     int(binary.BigEndian.Uint32(body[10:14])),
		id:      string(body[cursorFixed:]),
	}, nil
}
