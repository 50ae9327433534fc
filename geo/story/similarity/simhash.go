package similarity

import "slices"

// Key is what an index finds texts by: part of a SimHash, and which part. Copies
// share at least one key, most of them many; other texts rarely do.
type Key int64

// The layout of keys. The whole text's SimHash is cut into bands, so that texts
// whose hashes differ in up to three bits share one: that finds those printed
// whole. Passages find those that were cut or mixed; so short, they are mostly as
// they were, and their SimHash is one band.
const (
	bands        = 4
	passageWords = 16
	apart        = 10  // passages begin where no shingle so many words around has a lower hash
	beginning    = 200 // words in which passages begin: few outlets leave all of that out
	maxPassages  = 12
)

// SimHash is the 64-bit SimHash of the whole text, 0 if it is too short for one.
func (t *Text) SimHash() uint64 { return simHash(t.shingles) }

// simHash gives each bit the value that most features have, each counted once.
func simHash(features []uint64) (h uint64) {
	if len(features) == 0 {
		return 0
	}
	var votes [64]int32
	seen := make(map[uint64]struct{}, len(features))
	for _, f := range features {
		if _, repeated := seen[f]; repeated {
			continue
		}
		seen[f] = struct{}{}
		for bit := range votes {
			votes[bit] += int32(f >> bit & 1)
		}
	}
	for bit, n := range votes {
		if 2*int(n) > len(seen) {
			h |= 1 << bit
		}
	}
	return h
}

// Keys are those under which an index keeps the text, without repetition; none if
// it is too short to be told from others.
func (t *Text) Keys() []Key {
	if len(t.words) < MinWords {
		return nil
	}
	keys := make([]Key, 0, bands+maxPassages)
	h := t.SimHash()
	for i := range bands {
		keys = append(keys, newKey(i+1, h>>(i*64/bands)&(1<<(64/bands)-1)))
	}
	var features [passageWords]uint64
	for _, at := range t.passages() {
		n := 0
		for _, w := range t.words[at:min(at+passageWords, len(t.words))] {
			features[n], n = w.hash, n+1
		}
		if key := newKey(0, simHash(features[:n])); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// passages chooses where passages begin by the words alone, so that what stands
// before or behind makes no difference (S. Schleimer, D. Wilkerson, A. Aiken,
// "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003).
func (t *Text) passages() (out []int) {
	hashes := t.shingles[:min(beginning, len(t.shingles))]
	for i, h := range hashes {
		if len(out) < maxPassages && h == slices.Min(hashes[max(0, i-apart):min(len(hashes), i+apart+1)]) {
			out = append(out, i)
		}
	}
	return out
}

// newKey makes a key of a kind and the bits of a hash.
func newKey(kind int, h uint64) Key {
	return Key(mix(h^mix(uint64(kind)+1)) >> keyShift)
}

// keyShift leaves 40 bits, which SQLite keeps in six bytes: among a billion keys
// one in a thousand is shared by chance, and the second step notices.
const keyShift = 24
