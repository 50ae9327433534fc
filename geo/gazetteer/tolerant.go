package gazetteer

import (
	"bytes"
	"hash/crc32"
)

// Tolerant keys are for names of at least this many letters, and shorter keys
// than minTolerantKey say too little to be looked up.
const (
	minTolerantName = 5
	minTolerantKey  = 4
)

// Tolerant brings the romanisations of one name to one key: Arabic articles are
// dropped, kh, gh, dh, q and doubled letters are simplified, each run of vowels
// becomes one of two classes (rounded: o, u, w; unrounded: a, e, i, y), the
// Slavic endings -ov, -ev and -iv and a final vowel or h fall together. It is
// empty for a name that is too short, or not in Latin letters, to be treated so.
//
// Nearness of key is weak evidence. A Lookup that matches by it checks the
// spelling too, and says MatchTolerant.
func Tolerant(name string) string {
	var f folder
	var key [maxFold]byte
	return string(appendTolerant(key[:0], f.fold(name)))
}

// appendTolerant appends to dst the tolerant key of a folded name.
func appendTolerant(dst, folded []byte) []byte {
	var joined [maxFold]byte
	letters := joinTokens(joined[:0], folded)
	if len(letters) < minTolerantName {
		return dst
	}
	start := len(dst)
	for i := 0; i < len(letters); {
		if isVowel(letters[i]) {
			class, n := vowelRun(letters[i:])
			dst = append(dst, class)
			i += n
			continue
		}
		c, n := consonant(letters[i:])
		for _, b := range []byte(c) {
			if len(dst) == start || dst[len(dst)-1] != b {
				dst = append(dst, b)
			}
		}
		i += n
	}
	dst = trimEnding(dst, start)
	if len(dst)-start < minTolerantKey {
		return dst[:start]
	}
	return dst
}

// joinTokens appends the tokens of folded without spaces and without articles.
// It appends nothing if folded holds other than Latin letters.
func joinTokens(dst, folded []byte) []byte {
	start := len(dst)
	for rest := folded; len(rest) > 0; {
		token, tail, _ := bytes.Cut(rest, []byte{' '})
		if !(isArticle(token) && (len(dst) > start || len(tail) > 0)) {
			dst = append(dst, token...)
		}
		rest = tail
	}
	for _, c := range dst[start:] {
		if c < 'a' || c > 'z' {
			return dst[:start]
		}
	}
	return dst
}

func isArticle(token []byte) bool { return IsArticle(string(token)) }

// IsArticle reports whether a folded token is the Arabic article in one of its
// forms.
func IsArticle(token string) bool {
	switch token {
	case "al", "el", "ar", "er", "as", "es", "ash", "esh", "at", "et", "ad", "ed", "an", "en", "az", "ez", "adh", "ath", "ul", "il":
		return true
	}
	return false
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'w':
		return true
	}
	return false
}

// vowelRun returns the class of the vowels that letters begins with, and their
// number.
func vowelRun(letters []byte) (class byte, n int) {
	class = 'a'
	for n < len(letters) && isVowel(letters[n]) {
		switch letters[n] {
		case 'o', 'u', 'w':
			class = 'u'
		}
		n++
	}
	return class, n
}

// consonant returns the simplified form of the consonant that letters begins
// with, and how many letters it takes.
func consonant(letters []byte) (string, int) {
	switch {
	case bytes.HasPrefix(letters, []byte("tch")):
		return "C", 3
	case bytes.HasPrefix(letters, []byte("sch")):
		return "S", 3
	}
	if len(letters) > 1 {
		switch string(letters[:2]) {
		case "kh", "ck", "qu":
			return "k", 2
		case "gh":
			return "g", 2
		case "dh":
			return "d", 2
		case "th":
			return "t", 2
		case "ph":
			return "f", 2
		case "sh":
			return "S", 2
		case "ch":
			return "C", 2
		case "zh", "dj":
			return "j", 2
		case "tz", "ts":
			return "c", 2
		}
	}
	switch letters[0] {
	case 'q', 'c':
		return "k", 1
	case 'x':
		return "ks", 1
	}
	return string(letters[:1]), 1
}

// trimEnding drops a final h and a final unrounded vowel from dst[start:], and
// brings -uv and -av to one.
func trimEnding(dst []byte, start int) []byte {
	if n := len(dst); n > start && dst[n-1] == 'h' {
		dst = dst[:n-1]
	}
	if n := len(dst); n > start && dst[n-1] == 'a' {
		dst = dst[:n-1]
	}
	if n := len(dst); n-start > 2 && dst[n-1] == 'v' && dst[n-2] == 'u' {
		dst[n-2] = 'a'
	}
	return dst
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// hashKey is the hash that the tolerant section and the filter are keyed by.
func hashKey(key []byte) uint32 { return crc32.Checksum(key, castagnoli) }

// near reports whether two folded names of one tolerant key are also spelled
// alike, articles apart: at most four of ten letters differ.
func near(a, b []byte) bool {
	var bufA, bufB [maxFold]byte
	a, b = joinTokens(bufA[:0], a), joinTokens(bufB[:0], b)
	most := max(len(a), len(b)) * 4 / 10
	return editDistance(a, b, most) <= most
}

// editDistance is the Levenshtein distance of a and b in bytes, or most+1 if it
// is above most.
func editDistance(a, b []byte, most int) int {
	if abs(len(a)-len(b)) > most || len(b) >= maxFold {
		return most + 1
	}
	var rows [2][maxFold + 1]uint8
	prev, row := rows[0][:len(b)+1], rows[1][:len(b)+1]
	for j := range prev {
		prev[j] = uint8(j)
	}
	for i := range a {
		row[0] = uint8(i + 1)
		best := row[0]
		for j := range b {
			cost := prev[j]
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, prev[j+1]+1, row[j]+1)
			best = min(best, row[j+1])
		}
		if int(best) > most {
			return most + 1
		}
		prev, row = row, prev
	}
	return int(prev[len(b)])
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// TolerantHash is the hash of a folded name's tolerant key, by which the index
// sorts it; ok is false for a name that has none.
func TolerantHash(folded string) (hash uint32, ok bool) {
	key := appendTolerant(nil, []byte(folded))
	return hashKey(key), len(key) > 0
}
