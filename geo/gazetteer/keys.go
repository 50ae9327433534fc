package gazetteer

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// The keys section is a sorted array of distinct folded names, front-coded in
// blocks of blockKeys. A block contains
//
//	4        number of its first posting
//	then for each key
//	uvarint  number of bytes shared with the key before it, 0 for the first
//	uvarint  number of bytes that follow
//	...      those bytes
//	uvarint  number of its postings
//
// The keys are a sorted list instead of an automaton because a sorted list supports
// prefixes and bounded edit distance as well as equality, is read in place, and
// cannot make the reader loop, whatever its bytes are.
const blockKeys = 16

// dictionary reads the blocks, keys and filter sections.
type dictionary struct {
	blocks, keys, filter []byte
	postings             uint32 // number of postings
}

// span is a run of postings.
type span struct{ first, count uint32 }

// find returns the postings of key.
func (d dictionary) find(key []byte) (span, bool) {
	if len(key) == 0 || !d.mayContain(key) {
		return span{}, false
	}
	c := d.seek(key)
	for c.next() {
		switch bytes.Compare(c.key(), key) {
		case 0:
			return c.span, true
		case 1:
			return span{}, false
		}
	}
	return span{}, false
}

// mayContain reports whether the filter may contain key. If it returns false, the
// key is not in the dictionary.
func (d dictionary) mayContain(key []byte) bool {
	if len(d.filter) == 0 {
		return true
	}
	mask := uint64(len(d.filter))*8 - 1
	h1, h2 := filterHash(key)
	for range filterProbes {
		if bit := h1 & mask; d.filter[bit>>3]&(1<<(bit&7)) == 0 {
			return false
		}
		h1 += h2
	}
	return true
}

const filterProbes = 5

// filterHash returns the start and the step of a key's probes (Kirsch and
// Mitzenmacher, "Less Hashing, Same Performance", 2006), from FNV-1a.
func filterHash(key []byte) (start, step uint64) {
	h := uint64(14695981039346656037)
	for _, c := range key {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h ^ h>>29, bits.RotateLeft64(h, 32)*0x9E3779B97F4A7C15 | 1
}

func (d dictionary) blockCount() int { return len(d.blocks) / 4 }

// seek returns a cursor before the first key of the block where key would be.
func (d dictionary) seek(key []byte) cursor {
	low, high := 0, d.blockCount()
	for low < high {
		mid := int(uint(low+high) / 2)
		if bytes.Compare(d.firstKey(mid), key) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return d.at(max(low-1, 0))
}

// firstKey returns the first key of block i, or nil if the file is malformed there.
func (d dictionary) firstKey(i int) []byte {
	offset := uint64(get32(d.blocks[4*i:])) + 5
	if offset >= uint64(len(d.keys)) {
		return nil
	}
	n, used := binary.Uvarint(d.keys[offset:])
	if used <= 0 || n > uint64(len(d.keys))-offset-uint64(used) {
		return nil
	}
	start := offset + uint64(used)
	return d.keys[start : start+n]
}

// at returns a cursor before the first key of block i.
func (d dictionary) at(i int) cursor { return cursor{dict: d, block: i - 1, left: 0} }

// cursor iterates over the keys in order. If left is 0, next enters the block after
// c.block.
type cursor struct {
	dict   dictionary
	block  int
	left   int // keys left in the block
	pos    uint64
	shared int // number of bytes that the key shares with the one before it
	length int // of the key in buf; a slice of buf would be allocated on the heap
	buf    [maxFold]byte
	span   span
}

// key returns the current key. It is valid until the next call of next.
func (c *cursor) key() []byte { return c.buf[:c.length] }

// next moves to the next key and reports whether there is one. Malformed bytes end
// the iteration.
func (c *cursor) next() bool {
	entering := c.left == 0
	if entering && !c.enter() {
		return false
	}
	keys := c.dict.keys
	if c.pos >= uint64(len(keys)) {
		return false
	}
	shared, ok := c.uvarint()
	length, ok2 := c.uvarint()
	if !ok || !ok2 || shared > uint64(c.length) || length > maxFold-shared || length > uint64(len(keys))-c.pos {
		return false
	}
	copy(c.buf[shared:], keys[c.pos:c.pos+length])
	c.length = int(shared + length)
	c.pos += length
	c.shared = int(shared)
	count, ok := c.uvarint()
	if !ok {
		return false
	}
	first := c.span.first + c.span.count
	if first > c.dict.postings || count > uint64(c.dict.postings-first) {
		return false
	}
	c.span = span{first, uint32(count)}
	c.left--
	return true
}

// enter moves to the start of the next block.
func (c *cursor) enter() bool {
	c.block++
	if c.block >= c.dict.blockCount() {
		return false
	}
	c.pos = uint64(get32(c.dict.blocks[4*c.block:]))
	if c.pos+4 > uint64(len(c.dict.keys)) {
		return false
	}
	c.span = span{first: get32(c.dict.keys[c.pos:])}
	if c.span.first > c.dict.postings {
		return false
	}
	c.pos += 4
	c.left = blockKeys
	c.length = 0
	return true
}

func (c *cursor) uvarint() (uint64, bool) {
	if c.pos > uint64(len(c.dict.keys)) {
		return 0, false
	}
	// Nearly all numbers have one byte.
	if rest := c.dict.keys[c.pos:]; len(rest) > 0 && rest[0] < 0x80 {
		c.pos++
		return uint64(rest[0]), true
	}
	v, n := binary.Uvarint(c.dict.keys[c.pos:])
	if n <= 0 {
		return 0, false
	}
	c.pos += uint64(n)
	return v, true
}

// nth moves c to key number n and reports whether there is one.
func (d dictionary) nth(n uint32, c *cursor) bool {
	if int(n/blockKeys) >= d.blockCount() {
		return false
	}
	*c = d.at(int(n / blockKeys))
	for range n%blockKeys + 1 {
		if !c.next() {
			return false
		}
	}
	return true
}

// withinDistance calls yield for each key that has the same first byte as query and
// an edit distance of at most maxDistance from it.
//
// It iterates over the keys with that first byte and reuses the rows of the
// distance matrix for the bytes that consecutive keys share. If a prefix alone is
// too far away, it only reads the headers of the keys that share the prefix.
func (d dictionary) withinDistance(query []byte, maxDistance int, yield func(c *cursor, distance int)) {
	if len(query) == 0 || len(query) >= maxFold {
		return
	}
	var rows [maxFold + 1][maxFold + 1]uint8
	for j := range query {
		rows[0][j+1] = uint8(j + 1)
	}
	c := d.seek(query[:1])
	valid := 0        // rows[:valid+1] are valid for the current key
	tooFar := maxFold // length of a prefix that is already too far away
	for c.next() {
		key := c.key()
		if len(key) == 0 || key[0] < query[0] {
			valid, tooFar = 0, maxFold
			continue
		}
		if key[0] > query[0] {
			return
		}
		if c.shared >= tooFar {
			continue
		}
		valid, tooFar = min(valid, c.shared), maxFold
		for ; valid < len(key); valid++ {
			if nextRow(&rows[valid], &rows[valid+1], query, key[valid], valid) > maxDistance {
				tooFar = valid + 1
				break
			}
		}
		if tooFar == maxFold {
			if distance := int(rows[valid][len(query)]); distance <= maxDistance {
				yield(&c, distance)
			}
		}
	}
}

// nextRow fills the row after prev for one more byte of the key, and returns its
// smallest entry.
func nextRow(prev, row *[maxFold + 1]uint8, query []byte, b byte, i int) int {
	row[0] = uint8(i + 1)
	best := row[0]
	for j := range query {
		cost := prev[j]
		if query[j] != b {
			cost++
		}
		row[j+1] = min(cost, prev[j+1]+1, row[j]+1)
		best = min(best, row[j+1])
	}
	return int(best)
}

// DictionaryWriter builds the blocks, keys, postings and filter sections from keys
// in ascending order.
type DictionaryWriter struct {
	Blocks, Keys, Postings []byte
	hashes                 [][2]uint64
	last                   []byte
	count                  int
}

// Add appends a key, which must be greater than the previous one, and the numbers
// of its names.
func (w *DictionaryWriter) Add(key string, names []uint32) {
	shared := 0
	if w.count%blockKeys == 0 {
		w.Blocks = binary.LittleEndian.AppendUint32(w.Blocks, uint32(len(w.Keys)))
		w.Keys = binary.LittleEndian.AppendUint32(w.Keys, uint32(len(w.Postings)/4))
	} else {
		for shared < len(key) && shared < len(w.last) && key[shared] == w.last[shared] {
			shared++
		}
	}
	w.Keys = binary.AppendUvarint(w.Keys, uint64(shared))
	w.Keys = binary.AppendUvarint(w.Keys, uint64(len(key)-shared))
	w.Keys = append(w.Keys, key[shared:]...)
	w.Keys = binary.AppendUvarint(w.Keys, uint64(len(names)))
	for _, n := range names {
		w.Postings = binary.LittleEndian.AppendUint32(w.Postings, n)
	}
	start, step := filterHash([]byte(key))
	w.hashes = append(w.hashes, [2]uint64{start, step})
	w.last = append(w.last[:0], key...)
	w.count++
}

// Filter returns the filter section for the keys that were added.
func (w *DictionaryWriter) Filter() []byte {
	const bitsPerKey = 8
	size := 64
	for size*8 < len(w.hashes)*bitsPerKey {
		size *= 2
	}
	filter := make([]byte, size)
	mask := uint64(size)*8 - 1
	for _, h := range w.hashes {
		for range filterProbes {
			bit := h[0] & mask
			filter[bit>>3] |= 1 << (bit & 7)
			h[0] += h[1]
		}
	}
	return filter
}
