package gazetteer

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFold is the maximum length of a folded name in bytes. Longer names are
// truncated, so that a malicious text does not take more time than others.
const maxFold = 160

// Fold returns the same form for different spellings of a name: in lower case,
// without diacritics, apostrophes and a leading "the", with single spaces instead
// of punctuation, "st" for "Saint", "Sainte", "St." and "Ste.", "mt" for "Mount",
// "ft" for "Fort", and "and" for "&". It removes periods inside initials ("U.S."
// becomes "us"). In scripts other than Latin it folds case and vowel signs. Invalid
// UTF-8 becomes spaces.
func Fold(s string) string {
	var f folder
	folded := f.fold(s)
	if string(folded) == s {
		return s
	}
	return string(folded)
}

// folder folds names one after another. Its buffer contains the folded name, which
// is therefore on the stack of the caller.
type folder struct {
	buf   [maxFold]byte
	n     int // bytes written
	start int // start of the current token
}

// fold returns Fold(s). The result is valid until the next call.
func (f *folder) fold(s string) []byte {
	f.n, f.start = 0, 0
	for i := 0; i < len(s) && f.n < maxFold-16; {
		c := s[i]
		if c < utf8.RuneSelf {
			f.ascii(c, s, i)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		f.rune(r, s[i:i+size])
		i += size
	}
	f.endToken()
	return f.finish()
}

func (f *folder) put(s string) { f.n += copy(f.buf[f.n:], s) }

func (f *folder) putByte(c byte) {
	f.buf[f.n] = c
	f.n++
}

func (f *folder) ascii(c byte, s string, i int) {
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		f.putByte(c)
	case c >= 'A' && c <= 'Z':
		f.putByte(c | 0x20)
	case c == '\'' || c == '`':
	case c == '.' && i+1 < len(s) && isLetter(s[i+1]) && !f.abbreviated():
		// a period inside initials: "U.S.", "W.Va."
	case c == '&':
		f.endToken()
		f.put("and")
		f.endToken()
	default:
		f.endToken()
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// abbreviated reports whether the current token is an abbreviation before a name,
// so that "St.Louis" is two tokens.
func (f *folder) abbreviated() bool {
	switch string(f.buf[f.start:f.n]) {
	case "st", "ste", "mt", "ft":
		return true
	}
	return false
}

func (f *folder) rune(r rune, encoded string) {
	if short, ok := foldSpecial(r); ok {
		f.put(short)
		return
	}
	if isFoldedMark(r) {
		return
	}
	base := r
	if d := norm.NFD.PropertiesString(encoded).Decomposition(); len(d) > 0 {
		if b, _ := utf8.DecodeRune(d); unicode.In(b, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew) {
			base = b
		}
	}
	if base < utf8.RuneSelf {
		f.putByte(byte(unicode.ToLower(base)))
		return
	}
	if base != r {
		if short, ok := foldSpecial(base); ok {
			f.put(short)
			return
		}
	}
	if base == utf8.RuneError || !(unicode.IsLetter(base) || unicode.IsMark(base) || unicode.IsDigit(base)) {
		f.endToken()
		return
	}
	f.n += utf8.EncodeRune(f.buf[f.n:], unicode.ToLower(base))
}

// isFoldedMark reports whether r is a mark that a name can do without: a Latin
// diacritic, an Arabic vowel sign or a Hebrew point. Marks of Indic and other
// scripts are vowels and remain.
func isFoldedMark(r rune) bool {
	return r >= 0x0300 && r <= 0x036F || r >= 0x064B && r <= 0x065F || r == 0x0670 || r == 0x0640 || r >= 0x0591 && r <= 0x05C7
}

// foldSpecial returns the folded form of letters that have no canonical
// decomposition, and of apostrophes and invisible characters, which it removes.
func foldSpecial(r rune) (string, bool) {
	switch r {
	case '’', '‘', 'ʼ', 'ʻ', 'ʾ', 'ʿ', 'ʹ', 'ʺ', '´', 'ˈ', '′', '‛', '\u00AD', '\u200B', '\u200C', '\u200D', '\u200E', '\u200F', '\uFEFF':
		return "", true
	case 'đ', 'Đ', 'ð', 'Ð', 'ɖ', 'Ɖ':
		return "d", true
	case 'ł', 'Ł':
		return "l", true
	case 'ø', 'Ø', 'ɔ', 'Ɔ':
		return "o", true
	case 'æ', 'Æ':
		return "ae", true
	case 'œ', 'Œ':
		return "oe", true
	case 'ß', 'ẞ':
		return "ss", true
	case 'ı', 'İ':
		return "i", true
	case 'þ', 'Þ':
		return "th", true
	case 'ə', 'Ə', 'ǝ', 'Ǝ':
		return "a", true
	case 'ħ', 'Ħ':
		return "h", true
	case 'ŋ', 'Ŋ':
		return "ng", true
	case 'ɛ', 'Ɛ':
		return "e", true
	case 'ɓ', 'Ɓ':
		return "b", true
	case 'ɗ', 'Ɗ':
		return "d", true
	case 'ƙ', 'Ƙ', 'ĸ':
		return "k", true
	case 'ŧ', 'Ŧ':
		return "t", true
	case 'ς':
		return "σ", true
	case 'أ', 'إ', 'آ', 'ٱ':
		return "ا", true
	case 'ة':
		return "ه", true
	case 'ى', 'ی', 'ې':
		return "ي", true
	case 'ک':
		return "ك", true
	}
	return "", false
}

// endToken ends the current token and replaces it with its short form.
func (f *folder) endToken() {
	if f.n == f.start {
		return
	}
	switch string(f.buf[f.start:f.n]) {
	case "saint", "sainte", "ste":
		f.rewrite("st")
	case "mount":
		f.rewrite("mt")
	case "fort":
		f.rewrite("ft")
	case "the":
		if f.start == 0 {
			// finish removes a leading article if a name follows.
			f.putByte(0)
			f.start = f.n
			return
		}
	}
	f.putByte(' ')
	f.start = f.n
}

// rewrite replaces the current token.
func (f *folder) rewrite(token string) {
	f.n = f.start
	f.put(token)
}

// finish removes the space after the last token and the leading article.
func (f *folder) finish() []byte {
	out := f.buf[:f.n]
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	const article = "the\x00"
	if len(out) < len(article) || string(out[:len(article)]) != article {
		return out
	}
	if len(out) == len(article) {
		return out[:len("the")]
	}
	return out[len(article):]
}
