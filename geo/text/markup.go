package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTag is the maximum length in bytes of an HTML tag that was left in a text.
const maxTag = 512

// tagLen returns the length in bytes of the HTML tag or comment at the beginning of s, or 0 if
// there is none. block reports whether it is the tag of a block, such as a paragraph.
func tagLen(s string) (n int, block bool) {
	if len(s) < 3 || s[0] != '<' {
		return 0, false
	}
	name := strings.TrimPrefix(s[1:min(len(s), 16)], "/")
	if name == "" || name[0] != '!' && (name[0]|0x20 < 'a' || name[0]|0x20 > 'z') {
		return 0, false
	}
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "<>")
	if end < 0 || s[1+end] != '>' {
		return 0, false
	}
	// "if a <b and c> d" is not a tag, as no attribute follows the name.
	inside := strings.TrimSuffix(s[1:1+end], "/")
	if i := strings.IndexByte(inside, ' '); i >= 0 && name[0] != '!' && !strings.Contains(inside, "=") && strings.TrimSpace(inside[i:]) != "" {
		return 0, false
	}
	length := 0
	for length < len(name) && (name[length]|0x20 >= 'a' && name[length]|0x20 <= 'z' || name[length] >= '0' && name[length] <= '9') {
		length++
	}
	switch strings.ToLower(name[:length]) {
	case "p", "div", "br", "li", "ul", "ol", "td", "th", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
		"title", "section", "article", "blockquote", "figcaption":
		block = true
	}
	return end + 2, block
}

// spaceLen returns the length in bytes of the HTML character reference of a space at the
// beginning of s, or 0 if there is none.
func spaceLen(s string) int {
	for _, reference := range [...]string{"&nbsp;", "&#160;", "&ensp;", "&emsp;", "&thinsp;"} {
		if strings.HasPrefix(s, reference) {
			return len(reference)
		}
	}
	return 0
}

// addressLen returns the length in bytes of the web address at the beginning of s, or 0 if
// there is none.
func addressLen(s string) int {
	start := 0
	for _, prefix := range [...]string{"http://", "https://", "www."} {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			start = len(prefix)
		}
	}
	if start == 0 {
		return 0
	}
	end := start
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if unicode.IsSpace(r) || strings.ContainsRune("<>\"'()[]“”‘’", r) {
			break
		}
		end += size
	}
	if end == start {
		return 0
	}
	return len(strings.TrimRight(s[:end], ".,;:!?"))
}
