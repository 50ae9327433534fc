package similarity

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"newsmap/geo/text"
)

// word is a word of a text prepared for comparison.
type word struct {
	hash   uint64
	fact   bool // looks like a name or a number
	quoted bool // is in a quotation
}

// maxWords is the number of words that are compared. Longer texts are not news.
const maxWords = 4_000

// maxQuote is the maximum number of words of a quotation. After that, its closing mark is
// assumed to be missing.
const maxQuote = 150

// The syllables of Hangul. NFKD would decompose them.
const firstHangul, lastHangul = 0xac00, 0xd7a3

// scanner splits a text into words.
type scanner struct {
	words  []word
	word   []byte // current word, case-folded
	quote  int    // number of words since the quotation began, plus 1; 0 outside quotations
	start  bool   // at the start of a sentence
	fact   bool   // the word has a capital inside a sentence
	digit  bool   // the word contains a digit
	single bool   // the word has only one letter since its start or its last full stop
	last   rune
}

// words returns the words of a text without punctuation, accents and case.
func words(text string) []word {
	s := scanner{start: true, last: ' '}
	for i, r := range text {
		if len(s.words) >= maxWords {
			return s.words
		}
		s.rune(r, text[i+utf8.RuneLen(validRune(r)):])
		s.last = r
	}
	s.end()
	return s.words
}

// validRune returns r, or a character of one byte in place of malformed UTF-8.
func validRune(r rune) rune {
	if r == utf8.RuneError {
		return 'x'
	}
	return r
}

func (s *scanner) rune(r rune, rest string) {
	switch {
	case text.IsUnspaced(r):
		if !unicode.IsMark(r) {
			s.end()
		}
		s.word = utf8.AppendRune(s.word, r)
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && len(s.word) > 0:
		s.add(r)
	case len(s.word) > 0 && s.joins(r, rest):
	default:
		s.end()
		s.punctuation(r, rest)
	}
}

// add adds a letter or number to the word.
func (s *scanner) add(r rune) {
	number := unicode.IsNumber(r)
	if len(s.word) == 0 {
		s.single, s.digit = true, false
		s.fact = unicode.IsUpper(r) && !s.start
	} else {
		s.single = s.last == '.'
	}
	s.digit = s.digit || number
	switch {
	case r < utf8.RuneSelf && 'A' <= r && r <= 'Z':
		s.word = append(s.word, byte(r)+'a'-'A')
	case r < utf8.RuneSelf:
		s.word = append(s.word, byte(r))
	case r >= 0x0370 && r < 0x1e00, r >= firstHangul && r <= lastHangul: // rarely decomposed
		if !unicode.IsMark(r) {
			s.word = utf8.AppendRune(s.word, unicode.ToLower(r))
		}
	default:
		for _, part := range norm.NFKD.String(string(unicode.ToLower(r))) {
			if !unicode.IsMark(part) {
				s.word = utf8.AppendRune(s.word, part)
			}
		}
	}
}

// joins reports whether a punctuation mark is part of a word and ignored, as in "don't",
// "1,000" and "U.S.". It keeps the decimal point in "4.5".
func (s *scanner) joins(r rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	switch r {
	case '\u00ad', '\u200b', '\u200c', '\u200d', '\u2060':
		return true
	case '\'', '\u2019', '\u02bc', '`':
		return unicode.IsLetter(next)
	case ',':
		return isDigit(s.last) && isDigit(next)
	case '.':
		if isDigit(s.last) && isDigit(next) {
			s.word = append(s.word, '.')
			return true
		}
		return s.single && unicode.IsLetter(next)
	}
	return false
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// end adds the current word to the words, if there is one.
func (s *scanner) end() {
	if len(s.word) == 0 {
		return
	}
	s.words = append(s.words, word{hash: hash(s.word), fact: s.fact || s.digit || isNumeral(s.word), quoted: s.quote > 0})
	s.word, s.start = s.word[:0], false
	if s.quote > 0 {
		if s.quote++; s.quote > maxQuote {
			s.quote = 0
		}
	}
}

// punctuation updates the state at the start or end of a sentence or a quotation.
func (s *scanner) punctuation(r rune, rest string) {
	switch r {
	case '.', '!', '?', ':', ';', '\n', '…', '。', '•':
		s.start = true
	case '“', '„', '«', '「', '»', '”', '」', '"':
		s.start = true
		next, _ := utf8.DecodeRuneInString(rest)
		opens := r == '„' || r == '「' || r == '“' && s.quote == 0 ||
			(r == '"' || r == '«' || r == '»') && s.quote == 0 && (unicode.IsLetter(next) || unicode.IsNumber(next))
		if opens {
			s.quote = 1
		} else {
			s.quote = 0
		}
	}
}

// isNumeral reports whether word is an English number word. Agencies spell out the numbers
// up to nine.
func isNumeral(word []byte) bool {
	switch string(word) {
	case "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen",
		"hundred", "thousand", "million", "billion", "first", "second", "third", "fourth", "fifth":
		return true
	}
	return false
}

// hash returns the FNV-1a hash of b with its bits mixed.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return mix(h)
}

// mix makes every bit of h depend on all others, by the finaliser of SplitMix64
// (https://doi.org/10.1145/2714064.2660195).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
