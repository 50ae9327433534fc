package compile

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"unsafe"
)

// interner stores each string once, in the format of the index's strings section, and
// refers to it by its offset. It contains no pointers, so tens of millions of strings do
// not slow down the garbage collector.
type interner struct {
	blob    []byte
	offsets []uint32 // by number, in the order of insertion
	table   []uint32 // hash table with open addressing: number plus 1, 0 for a free slot
	full    bool     // the blob would exceed the range of an offset
	seed    maphash.Seed
}

func newInterner() *interner {
	return &interner{blob: []byte{0}, table: make([]uint32, 1<<10), seed: maphash.MakeSeed()}
}

// ref returns the offset of s, which is 0 for the empty string.
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

// number returns the number of s, which must not be empty, and false if the interner is
// full.
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

// slot returns the slot of s in the table, or the free slot for s.
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
