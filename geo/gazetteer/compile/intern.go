package compile

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"unsafe"
)

// interner keeps each of many strings once, in the form of the index's strings
// section, and names them by their offset in it. It holds no pointers, so tens of
// millions of strings cost the collector nothing.
type interner struct {
	blob    []byte
	offsets []uint32 // by number, in the order of their coming
	table   []uint32 // open addressing: number plus 1; 0 is free
	full    bool     // the blob has outgrown its offsets
	seed    maphash.Seed
}

func newInterner() *interner {
	return &interner{blob: []byte{0}, table: make([]uint32, 1<<10), seed: maphash.MakeSeed()}
}

// ref returns where s lies; the empty string is at 0.
func (t *interner) ref(s string) uint32 {
	if s == "" {
		return 0
	}
	n, ok := t.number(s)
	if !ok {
		return 0
	}
	return t.offsets[n]
}

// number returns the number of s, which is not empty, and false if there is no
// more room.
func (t *interner) number(s string) (uint32, bool) {
	if 4*len(t.offsets) >= 3*len(t.table) {
		t.grow()
	}
	slot := t.slot(s)
	if t.table[slot] == 0 {
		if int64(len(t.blob))+int64(len(s))+binary.MaxVarintLen64 > math.MaxUint32 {
			t.full = true
			return 0, false
		}
		t.offsets = append(t.offsets, uint32(len(t.blob)))
		t.blob = append(binary.AppendUvarint(t.blob, uint64(len(s))), s...)
		t.table[slot] = uint32(len(t.offsets))
	}
	return t.table[slot] - 1, true
}

// slot is where s stands in the table, or would.
func (t *interner) slot(s string) uint64 {
	mask := uint64(len(t.table) - 1)
	slot := maphash.String(t.seed, s) & mask
	for t.table[slot] != 0 && t.text(t.offsets[t.table[slot]-1]) != s {
		slot = (slot + 1) & mask
	}
	return slot
}

func (t *interner) grow() {
	old := t.table
	t.table = make([]uint32, 2*len(old))
	for _, n := range old {
		if n != 0 {
			t.table[t.slot(t.text(t.offsets[n-1]))] = n
		}
	}
}

// text returns the string at ref.
func (t *interner) text(ref uint32) string {
	if ref == 0 {
		return ""
	}
	n, used := binary.Uvarint(t.blob[ref:])
	return unsafe.String(&t.blob[int(ref)+used], int(n))
}
