package gazetteer

import (
	"bytes"
	"hash/crc32"
)

// Names with fewer letters than minTolerantName and keys shorter than minTolerantKey
// are too ambiguous for tolerant keys.
const (
	minTolerantName = 5
	minTolerantKey  = 4
)

// TolerantKey returns the same key for different romanisations of a name: it removes
// Arabic articles, simplifies kh, gh, dh, q and doubled letters, replaces each run of
// vowels with one of two classes (rounded: o, u, w; unrounded: a, e, i, y), and
// ignores a final vowel or h and the difference between the Slavic endings -ov, -ev
// and -iv. It returns "" for a name that is too short or not in Latin letters.
//
// An equal key is weak evidence. Lookup also compares the spelling, and marks such
// candidates with geo.MatchTolerant.
func TolerantKey(name string) string {
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

// joinTokens appends the tokens of folded without spaces and articles. It appends
// nothing if folded contains anything but Latin letters.
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

func isArticle(token []byte) bool { return IsArabicArticle(string(token)) }

// IsArabicArticle reports whether a folded token is a form of the Arabic article.
func IsArabicArticle(token string) bool {
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

// vowelRun returns the class and the number of the vowels at the start of letters.
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

// consonant returns the simplified form of the consonant at the start of letters,
// and its number of letters.
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

// trimEnding removes a final h and a final unrounded vowel from dst[start:], and
// replaces -uv with -av.
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

// hashKey returns the hash of a tolerant key in the tolerant section.
func hashKey(key []byte) uint32 { return crc32.Checksum(key, castagnoli) }

// similarSpelling reports whether two folded names with the same tolerant key also
// have a similar spelling without articles: at most four of ten letters differ.
func similarSpelling(a, b []byte) bool {
	var bufA, bufB [maxFold]byte
	a, b = joinTokens(bufA[:0], a), joinTokens(bufB[:0], b)
	limit := max(len(a), len(b)) * 4 / 10
	return editDistance(a, b, limit) <= limit
}

// editDistance returns the Levenshtein distance of a and b in bytes, or limit+1 if
// it is above limit.
func editDistance(a, b []byte, limit int) int {
	if abs(len(a)-len(b)) > limit || len(b) >= maxFold {
		return limit + 1
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
		if int(best) > limit {
			return limit + 1
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

// TolerantHash returns the hash of the tolerant key of a folded name, by which the
// index sorts the name. ok is false for a name without a tolerant key.
func TolerantHash(folded string) (hash uint32, ok bool) {
	key := appendTolerant(nil, []byte(folded))
	return hashKey(key), len(key) > 0
}
