package similarity

import "slices"

// Key is a key by which an index finds texts: a hash of a part of a SimHash and the number
// of that part. Duplicates have at least one key in common, usually many; other texts
// rarely do.
type Key int64

// The SimHash of the complete text is split into bands. Texts whose hashes differ in up to
// three bits have at least one band in common, which finds complete duplicates. The
// SimHashes of passages find shortened or extended duplicates. As most passages are
// unchanged, their SimHash is not split.
const (
	bands           = 4
	passageWords    = 16
	passageDistance = 10  // a passage begins at a shingle that has the lowest hash of all up to this many words away
	passageRange    = 200 // words in which passages begin: few outlets leave out all of them
	maxPassages     = 12
)

// SimHash returns the 64-bit SimHash of the text, or 0 if it has fewer than three words.
func (t *Text) SimHash() uint64 { return simHash(t.shingles) }

// simHash sets each bit to the value that it has in most of the hashes. A repeated hash
// counts once.
func simHash(hashes []uint64) (h uint64) {
	if len(hashes) == 0 {
		return 0
	}
	var votes [64]int32
	seen := make(map[uint64]struct{}, len(hashes))
	for _, hash := range hashes {
		if _, repeated := seen[hash]; repeated {
			continue
		}
		seen[hash] = struct{}{}
		for bit := range votes {
			votes[bit] += int32(hash >> bit & 1)
		}
	}
	for bit, n := range votes {
		if 2*int(n) > len(seen) {
			h |= 1 << bit
		}
	}
	return h
}

// Keys returns the keys of the text without repetition, or none if it has fewer than
// MinWords words.
func (t *Text) Keys() []Key {
	if len(t.words) < MinWords {
		return nil
	}
	keys := make([]Key, 0, bands+maxPassages)
	h := t.SimHash()
	for i := range bands {
		keys = append(keys, newKey(i+1, h>>(i*64/bands)&(1<<(64/bands)-1)))
	}
	var hashes [passageWords]uint64
	for _, first := range t.passages() {
		n := 0
		for _, w := range t.words[first:min(first+passageWords, len(t.words))] {
			hashes[n], n = w.hash, n+1
		}
		if key := newKey(0, simHash(hashes[:n])); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// passages returns the indexes at which passages begin. They depend only on the words
// nearby, so that changes in the rest of the text do not matter (S. Schleimer, D.
// Wilkerson, A. Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD
// 2003).
func (t *Text) passages() (out []int) {
	hashes := t.shingles[:min(passageRange, len(t.shingles))]
	for i, h := range hashes {
		if len(out) < maxPassages && h == slices.Min(hashes[max(0, i-passageDistance):min(len(hashes), i+passageDistance+1)]) {
			out = append(out, i)
		}
	}
	return out
}

// newKey returns the key for part of a text and the bits of its hash. Part 0 are passages,
// parts 1 to 4 are the bands.
func newKey(part int, h uint64) Key {
	return Key(mix(h^mix(uint64(part)+1)) >> keyShift)
}

// keyShift leaves 40 bits, which SQLite stores in six bytes. Among a billion keys, one in a
// thousand is equal to another by chance, which the second step detects.
const keyShift = 24
