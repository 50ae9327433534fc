package compile

import "math/bits"

// idTable maps the numeric ids of places to their numbers. It is a hash table with open
// addressing and without pointers.
type idTable struct {
	ids     []uint64 // 0 is a free slot; no place has the id 0
	numbers []uint32
	count   int
}

func newIDTable() idTable {
	const start = 1 << 10
	return idTable{ids: make([]uint64, start), numbers: make([]uint32, start)}
}

func (t *idTable) put(id uint64, number uint32) {
	if 4*t.count >= 3*len(t.ids) {
		old := *t
		*t = idTable{ids: make([]uint64, 2*len(old.ids)), numbers: make([]uint32, 2*len(old.ids))}
		for i, have := range old.ids {
			if have != 0 {
				t.put(have, old.numbers[i])
			}
		}
	}
	slot := t.slot(id)
	if t.ids[slot] == 0 {
		t.count++
	}
	t.ids[slot], t.numbers[slot] = id, number
}

func (t *idTable) get(id uint64) (uint32, bool) {
	slot := t.slot(id)
	return t.numbers[slot], t.ids[slot] == id
}

func (t *idTable) slot(id uint64) uint64 {
	mask := uint64(len(t.ids) - 1)
	slot := bits.RotateLeft64(id*0x9E3779B97F4A7C15, 32) & mask
	for t.ids[slot] != 0 && t.ids[slot] != id {
		slot = (slot + 1) & mask
	}
	return slot
}

// nameTable finds places by country and folded name. It compares 64-bit hashes instead
// of names. Two names with the same hash are only confused if their places are close to
// each other in the same country.
type nameTable struct {
	heads   map[uint64]uint32 // in entries, plus 1
	entries []nameEntry
}

type nameEntry struct{ place, next uint32 }

func (t *nameTable) add(country, key string, place uint32) {
	if key == "" {
		return
	}
	hash := hashName(country, key)
	head := t.heads[hash]
	if head != 0 && t.entries[head-1].place == place {
		return
	}
	t.entries = append(t.entries, nameEntry{place, head})
	t.heads[hash] = uint32(len(t.entries))
}

func (t *nameTable) find(country, key string) []uint32 {
	var out []uint32
	if key == "" {
		return nil
	}
	for n := t.heads[hashName(country, key)]; n != 0; n = t.entries[n-1].next {
		out = append(out, t.entries[n-1].place)
	}
	return out
}

// hashName returns the FNV-1a hash of country and key.
func hashName(country, key string) uint64 {
	h := uint64(14695981039346656037)
	for _, s := range [...]string{country, "\x00", key} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}
