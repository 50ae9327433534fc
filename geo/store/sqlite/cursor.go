package sqlite

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"newsmap/geo"
)

// cursorKind says what a cursor goes on with.
type cursorKind byte

const (
	storyCursor   cursorKind = 's'
	featureCursor cursorKind = 'f'
)

// cursorVersion is raised when the order or the form changes.
const cursorVersion = 1

// cursor is the key of the last row of a page. What is inserted between two
// pages does not shift it.
//
// Its text is base64url of: version, kind, ordered (8 bytes), seq (4 bytes), id,
// CRC-32 of all before. The sum guards against slips, not against malice: there
// is nothing to win by forging one.
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

// parseCursor reads a cursor of the given kind, nil for an empty text. The
// error wraps geo.ErrInvalid.
func parseCursor(kind cursorKind, text string) (*cursor, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no cursor is not an error
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) <= cursorFixed+4 {
		return nil, geo.Invalid("cursor", "is not one that this service gave out")
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum || body[0] != cursorVersion {
		return nil, geo.Invalid("cursor", "is not one that this service gave out, or is damaged")
	}
	if cursorKind(body[1]) != kind {
		return nil, geo.Invalid("cursor", "belongs to another kind of list")
	}
	return &cursor{
		kind:    kind,
		ordered: int64(binary.BigEndian.Uint64(body[2:10])),
		seq:     int(binary.BigEndian.Uint32(body[10:14])),
		id:      string(body[cursorFixed:]),
	}, nil
}
