package encoding

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Claims are what a document and the header of the response declare. Each may be empty.
type Claims struct {
	ContentType string // Content-Type of the response, which may have a charset
	Document    string // label of the encoding in the document
	Lang        string // BCP 47, language of the document; it suggests an encoding
}

// Decode converts body to UTF-8 without a byte order mark, and returns the name of its
// encoding. Invalid bytes become U+FFFD.
//
// A byte order mark takes precedence. Text that is valid UTF-8 is UTF-8, as text in another
// encoding is hardly ever valid by chance. Otherwise the claims decide, unless a guess results
// in much better text.
func Decode(body []byte, c Claims) (text []byte, name string) {
	if e, name, skip := byteOrderMark(body); e != nil {
		return convert(body[skip:], e), name
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	claims := distinct(lookup(labelOf(c.ContentType)), lookup(c.Document))
	if utf8.Valid(body) && !stateful(body) {
		return body, "utf-8"
	}
	if mostlyUTF8(body) && !stateful(body) {
		return bytes.ToValidUTF8(body, []byte("\ufffd")), "utf-8"
	}
	best := choose(body, claims, c.Lang, isUTF8(labelOf(c.ContentType)) || isUTF8(c.Document))
	return convert(body, best.encoding), best.name
}

// claim is an encoding that a document is said to have.
type claim struct {
	encoding encoding.Encoding
	name     string
}

// lookup returns the encoding with a label. It returns the zero claim for UTF-8 and UTF-16,
// which Decode recognizes by the bytes, for unknown labels, and for encodings that the standard
// does not support any more.
func lookup(label string) claim {
	e, name := charset.Lookup(strings.TrimSpace(label))
	if e == nil || name == "utf-8" || name == "replacement" || name == "x-user-defined" || strings.HasPrefix(name, "utf-16") {
		return claim{}
	}
	return claim{e, name}
}

func isUTF8(label string) bool {
	_, name := charset.Lookup(strings.TrimSpace(label))
	return name == "utf-8"
}

// distinct returns the claims with an encoding, each encoding once.
func distinct(all ...claim) (out []claim) {
	for _, c := range all {
		if c.encoding != nil && (len(out) == 0 || out[0].name != c.name) {
			out = append(out, c)
		}
	}
	return out
}

// labelOf returns the charset of a content type.
func labelOf(contentType string) string {
	_, label, ok := strings.Cut(strings.ToLower(contentType), "charset")
	if !ok {
		return ""
	}
	label, ok = strings.CutPrefix(strings.TrimSpace(label), "=")
	if !ok {
		return ""
	}
	label, _, _ = strings.Cut(label, ";")
	label, _, _ = strings.Cut(label, ",")
	return strings.Trim(label, " \t\"'")
}

// byteOrderMark returns the encoding that follows from a byte order mark, or UTF-16 for markup in it
// without a mark, and the length of the mark in bytes.
func byteOrderMark(body []byte) (encoding.Encoding, string, int) {
	switch {
	case bytes.HasPrefix(body, []byte{0xff, 0xfe, 0, 0}):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "utf-32le", 4
	case bytes.HasPrefix(body, []byte{0, 0, 0xfe, 0xff}):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "utf-32be", 4
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be", 2
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le", 2
	}
	// Markup begins with ASCII. If every other byte is zero, it is UTF-16.
	if len(body) >= 4 {
		switch even, odd := zeroPattern(body); {
		case even && !odd:
			return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be", 0
		case odd && !even:
			return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le", 0
		}
	}
	return nil, "", 0
}

// zeroPattern reports whether the first two even bytes, and the first two odd ones, are 0.
func zeroPattern(body []byte) (even, odd bool) {
	return body[0] == 0 && body[2] == 0 && body[1] != 0 && body[3] != 0, body[1] == 0 && body[3] == 0 && body[0] != 0 && body[2] != 0
}

// stateful reports whether ASCII bytes encode other characters, as in ISO-2022-JP.
func stateful(body []byte) bool {
	return bytes.Contains(body, []byte("\x1b$B")) || bytes.Contains(body, []byte("\x1b$@"))
}

// convert decodes body without its byte order mark. Invalid bytes become U+FFFD.
func convert(body []byte, e encoding.Encoding) []byte {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(out, []byte("\ufeff")), []byte("\ufffd"))
}

// mostlyUTF8 reports whether body is UTF-8 with some invalid bytes, such as a text that was cut
// within a character. In text in another encoding, few bytes are valid UTF-8 by chance.
func mostlyUTF8(body []byte) bool {
	invalid, multibyte := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			invalid++
		} else {
			multibyte++
		}
		i += size
	}
	return invalid <= multibyte
}

var metaCharset = regexp.MustCompile(`(?i)<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([a-z0-9._:-]{2,40})`)

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{2,40})\s*["']`)

var htmlLang = regexp.MustCompile(`(?i)<html\s[^>]{0,500}?\blang\s*=\s*["']?([a-z]{2,3})\b`)

// OfPage returns the claims of an HTML page, from its meta element or its XML declaration.
func OfPage(body []byte, contentType string) Claims {
	const maxHead = 8 << 10 // the standard reads 1 KiB, but many pages have more before the element
	head := body[:min(len(body), maxHead)]
	c := Claims{ContentType: contentType}
	if m := metaCharset.FindSubmatch(head); m != nil {
		c.Document = string(m[1])
	} else if m := xmlEncoding.FindSubmatch(head); m != nil {
		c.Document = string(m[1])
	}
	if m := htmlLang.FindSubmatch(head); m != nil {
		c.Lang = strings.ToLower(string(m[1]))
	}
	return c
}

var feedLang = regexp.MustCompile(`(?i)(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*["'])([a-z]{2,3})\b`)

// OfFeed returns the claims of an XML document.
func OfFeed(body []byte, contentType string) Claims {
	const maxHead = 8 << 10
	head := body[:min(len(body), maxHead)]
	c := Claims{ContentType: contentType}
	if m := xmlEncoding.FindSubmatch(bytes.TrimPrefix(head, []byte("\ufeff"))); m != nil {
		c.Document = string(m[1])
	}
	if m := feedLang.FindSubmatch(head); m != nil {
		c.Lang = strings.ToLower(string(m[1]))
	}
	return c
}
