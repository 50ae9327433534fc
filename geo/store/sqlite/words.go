package sqlite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/text"
)

// spaceUnspaced puts spaces around the characters of scripts that are written without
// spaces between words. FTS5 would index a sentence as one word, so these characters
// are indexed one by one and searched as phrases.
func spaceUnspaced(s string) string {
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

// ftsExpression converts a user's search text to an FTS5 expression. Each word and each
// quoted phrase becomes an FTS5 string, and all of them must occur. Nothing in the text
// acts as an operator. The expression is empty if the text contains no word.
func ftsExpression(text string) string {
	var terms []string
	for _, phrase := range splitPhrases(text) {
		phrase = spaceUnspaced(phrase)
		if strings.IndexFunc(phrase, isWordRune) < 0 {
			continue
		}
		if term := `"` + phrase + `"`; !slices.Contains(terms, term) {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " ")
}

// splitPhrases splits text into words and quoted phrases, without the quotes. It
// ignores a quote that is not closed.
func splitPhrases(text string) []string {
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

// isWordRune reports whether FTS5's tokenizer unicode61 treats r as part of a word.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
