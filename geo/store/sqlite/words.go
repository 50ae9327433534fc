package sqlite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/text"
)

// spaced puts spaces around the characters of scripts that write words without
// spaces. FTS5 would take a whole sentence for one word, so these characters are
// indexed one by one and searched as phrases.
func spaced(s string) string {
	if strings.IndexFunc(s, text.IsUnspaced) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if text.IsUnspaced(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// match writes what a user typed as an FTS5 expression: each word and each
// quoted phrase becomes an FTS5 string, and all must occur. Nothing that the
// user types can act as an operator. It is empty if text holds no word.
func match(text string) string {
	var terms []string
	for _, piece := range pieces(text) {
		piece = spaced(piece)
		if strings.IndexFunc(piece, isWordRune) < 0 {
			continue
		}
		if term := `"` + piece + `"`; !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " ")
}

// pieces cuts text into words and quoted phrases, without their quotes. A quote
// that is never closed is passed over.
func pieces(text string) []string {
	var out []string
	for text != "" {
		start := strings.IndexFunc(text, isQuote)
		if start < 0 {
			return append(out, strings.Fields(text)...)
		}
		out = append(out, strings.Fields(text[:start])...)
		text = afterFirstRune(text[start:])
		if end := strings.IndexFunc(text, isQuote); end >= 0 {
			out = append(out, text[:end])
			text = afterFirstRune(text[end:])
		}
	}
	return out
}

func afterFirstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[n:]
}

func isQuote(r rune) bool { return r == '"' || r == '“' || r == '”' || r == '„' }

// isWordRune tells whether FTS5's unicode61 takes r for part of a word.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
