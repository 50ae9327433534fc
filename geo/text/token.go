package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// TokenKind is the kind of a Token.
type TokenKind uint8

// The kinds of Token.
const (
	TokenWord   TokenKind = iota // letters, with inner apostrophes and the period of an abbreviation
	TokenNumber                  // begins with a digit
	TokenSuffix                  // a possessive: 's or ’s
	TokenPunct                   // a punctuation mark, a symbol or a web address
)

// Token is a piece of a text.
type Token struct {
	Start, End         int // bytes of the text; End is exclusive
	RuneStart, RuneEnd int // Unicode code points of the text; RuneEnd is exclusive
	Kind               TokenKind
	Space              bool // whether white space is before it
	Line               bool // whether a line break is before it
	Paragraph          bool // whether an empty line is before it
}

// Tokenize splits text into words, numbers, possessive suffixes and punctuation marks. Periods
// are part of initials and known abbreviations ("U.S.", "W.Va.", "Calif."). Hyphens are
// separate tokens, so that "Denver-based" has three. HTML tags that were left in the text count
// as spaces, and those of blocks as empty lines. An invalid byte counts as one code point, as
// in a Go range loop, so that offsets are exact for any bytes. The time is linear.
func Tokenize(text string) []Token {
	s := scanner{text: text, tokens: make([]Token, 0, len(text)/5+1)}
	for s.pos < len(text) {
		s.next()
	}
	return s.tokens
}

// maxToken is the maximum length of a token in bytes, so that very long words do not take more
// time than other text.
const maxToken = 128

type scanner struct {
	text   string
	pos    int  // byte
	rune   int  // the same position in code points
	breaks int  // line breaks since the last token
	space  bool // whether there is white space since the last token
	tokens []Token
}

// next adds the token at pos, or skips white space or markup.
func (s *scanner) next() {
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	switch {
	case r == '\n' || r == '\u2028' || r == '\u2029':
		s.breaks++
		s.skip(size)
	case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
		s.skip(size)
	case r == '<' && s.tag(), r == '&' && s.reference(), (r|0x20 == 'h' || r|0x20 == 'w') && s.address():
	case IsWordRune(r):
		s.emit(s.wordEnd(), TokenWord)
	case unicode.IsDigit(r):
		s.emit(s.numberEnd(), TokenNumber)
	default:
		if n := suffixLen(s.text[s.pos:]); n > 0 && s.afterWord() {
			s.emit(s.pos+n, TokenSuffix)
			return
		}
		s.emit(s.pos+size, TokenPunct)
	}
}

// tag skips an HTML tag at pos, if there is one.
func (s *scanner) tag() bool {
	n, block := tagLen(s.text[s.pos:])
	if n == 0 {
		return false
	}
	s.rune += utf8.RuneCountInString(s.text[s.pos : s.pos+n])
	s.pos += n
	if block {
		s.space = true
		s.breaks += 2
	}
	return true
}

// reference skips an HTML reference to a space at pos, if there is one.
func (s *scanner) reference() bool {
	n := spaceLen(s.text[s.pos:])
	if n == 0 {
		return false
	}
	s.pos, s.rune, s.space = s.pos+n, s.rune+n, true
	return true
}

// address makes a token of a web address at pos, if there is one.
func (s *scanner) address() bool {
	n := addressLen(s.text[s.pos:])
	if n > 0 {
		s.emit(s.pos+n, TokenPunct)
	}
	return n > 0
}

// skip skips one code point of white space, of size bytes.
func (s *scanner) skip(size int) {
	s.pos += size
	s.rune++
	s.space = true
}

// emit adds the token from pos to end.
func (s *scanner) emit(end int, kind TokenKind) {
	runes := utf8.RuneCountInString(s.text[s.pos:end])
	s.tokens = append(s.tokens, Token{
		Start: s.pos, End: end, RuneStart: s.rune, RuneEnd: s.rune + runes, Kind: kind,
		Space: s.space, Line: s.breaks > 0, Paragraph: s.breaks > 1,
	})
	s.pos, s.rune, s.space, s.breaks = end, s.rune+runes, false, 0
}

// afterWord reports whether pos is directly after a word or number.
func (s *scanner) afterWord() bool {
	n := len(s.tokens)
	return n > 0 && !s.space && s.tokens[n-1].Kind != TokenPunct
}

// IsWordRune reports whether r is part of a word: a letter or a combining mark.
func IsWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '‘' || r == '`' }

// suffixLen returns the length in bytes of a possessive 's at the beginning of s, or 0 if
// there is none.
func suffixLen(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if !isApostrophe(r) || len(s) <= size || s[size]|0x20 != 's' {
		return 0
	}
	if after, _ := utf8.DecodeRuneInString(s[size+1:]); IsWordRune(after) || unicode.IsDigit(after) {
		return 0
	}
	return size + 1
}

// wordEnd returns the end of the word at pos.
func (s *scanner) wordEnd() int {
	i := s.letters(s.pos)
	for i < len(s.text) && i-s.pos < maxToken {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case isApostrophe(r) && suffixLen(s.text[i:]) == 0 && s.wordAt(i+size):
			i = s.letters(i + size)
		case unicode.IsDigit(r):
			i += size
		case r == '.' && s.initials(i):
			i++
			if s.wordAt(i) {
				i = s.letters(i)
			}
		case r == '.' && isAbbreviation(s.text[s.pos:i]):
			return i + 1
		default:
			return i
		}
	}
	return i
}

// letters returns the end of the letters at i.
func (s *scanner) letters(i int) int {
	for i < len(s.text) && i-s.pos < maxToken {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if !IsWordRune(r) {
			break
		}
		i += size
	}
	return i
}

func (s *scanner) wordAt(i int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return i < len(s.text) && IsWordRune(r)
}

// initials reports whether the period at i belongs to initials: after one capital ("U." of
// "U.S."), or after a capital and at most two lower-case letters with another such group after
// it ("W.Va.", "Ph.D."). The last part of initials includes its period too.
func (s *scanner) initials(i int) bool {
	part := s.text[s.pos:i]
	inside := false
	if dot := strings.LastIndexByte(part, '.'); dot >= 0 {
		part, inside = part[dot+1:], true
	}
	first, size := utf8.DecodeRuneInString(part)
	if part == "" || !unicode.IsUpper(first) && !(inside && len(part) == 1) && !(len(part) == 1 && s.wordAt(i+1) && i+2 < len(s.text) && s.text[i+2] == '.') {
		return false
	}
	rest := utf8.RuneCountInString(part[size:])
	switch {
	case rest == 0:
		// "plan B." ends a sentence; "J. Smith" and "U.S." do not.
		return inside || s.wordAt(i+1) || s.nameFollows(i+1)
	case rest <= 2:
		return inside || s.wordAt(i+1) && s.text[i+1] >= 'A' && s.text[i+1] <= 'Z' && rest == 1
	}
	return false
}

// nameFollows reports whether there is a space and a capital at i, as after the initial of a
// person.
func (s *scanner) nameFollows(i int) bool {
	if i >= len(s.text) || s.text[i] != ' ' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s.text[i+1:])
	return unicode.IsUpper(r)
}

// numberEnd returns the end of a number: digits with separators, and the letters directly
// after it ("20th", "4pm").
func (s *scanner) numberEnd() int {
	i := s.pos
	for i < len(s.text) && i-s.pos < maxToken {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if (r == '.' || r == ',' || r == ':') && i+1 < len(s.text) && s.text[i+1] >= '0' && s.text[i+1] <= '9' {
			i++
			continue
		}
		if !unicode.IsDigit(r) && !IsWordRune(r) {
			break
		}
		i += size
	}
	return i
}

// isAbbreviation reports whether a period after word belongs to it and does not end a
// sentence.
func isAbbreviation(word string) bool {
	if len(word) > 6 {
		return false
	}
	_, ok := abbreviations[strings.ToLower(word)]
	return ok && word[0] < 'a'
}

// abbreviations are those of US states and Canadian provinces in AP style, and of titles,
// months, companies and streets.
var abbreviations = setOf(`ala ariz ark calif colo conn del fla ga ill ind kan kans ky la md mass mich minn miss mo mont
	neb nebr nev okla ore pa penn penna tenn tex va vt wash wis wisc wyo alta ont que sask man
	st ste mt mts ft pt dr mr mrs ms messrs mme mlle prof rev fr hon gov lt sgt capt cpt cmdr col maj gen adm brig cpl pvt sen rep reps sens
	pres supt det insp asst assoc dept atty co corp inc ltd bros jr sr no vs univ jan feb mar apr jun jul aug sept sep oct nov dec
	ave blvd rd hwy ln sq ctr is cnty twp`)

func setOf(words string) map[string]struct{} {
	set := map[string]struct{}{}
	for _, w := range strings.Fields(words) {
		set[w] = struct{}{}
	}
	return set
}
