package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence is the tokens of a sentence.
type Sentence struct {
	First, End int // indexes of tokens; End is exclusive
}

// Sentences splits the tokens of text into sentences. A sentence ends after a full stop,
// question mark or exclamation mark, including closing quotes or brackets; at an empty line;
// and after a short line, which is a headline or dateline.
func Sentences(text string, tokens []Token) []Sentence {
	var out []Sentence
	first, lineStart := 0, 0
	for i := range tokens {
		if tokens[i].Line {
			if i > first && endsAtLine(text, tokens, lineStart, i) {
				out = append(out, Sentence{First: first, End: i})
				first = i
			}
			lineStart = i
		}
		if i > first && endsSentence(text, tokens, i-1) && startsSentence(text, tokens, i) {
			out = append(out, Sentence{First: first, End: i})
			first = i
		}
	}
	if first < len(tokens) {
		out = append(out, Sentence{First: first, End: len(tokens)})
	}
	return out
}

// shortLine is the length in bytes below which a line is short. Lines of wrapped text are
// longer.
const shortLine = 55

// endsAtLine reports whether the line break before token i ends a sentence. The line before it
// begins with token lineStart.
func endsAtLine(text string, tokens []Token, lineStart, i int) bool {
	if tokens[i].Paragraph {
		return true
	}
	last := text[tokens[i-1].Start:tokens[i-1].End]
	if strings.ContainsAny(last, ".!?:;”\"") || tokens[i-1].End-tokens[lineStart].Start < shortLine {
		r, _ := utf8.DecodeRuneInString(text[tokens[i].Start:])
		return !unicode.IsLower(r)
	}
	return false
}

// endsSentence reports whether a sentence may end with token i: a full stop, question mark or
// exclamation mark, or quotes and brackets after one.
func endsSentence(text string, tokens []Token, i int) bool {
	for back := 0; i >= 0 && back < 4; back++ {
		t := tokens[i]
		if t.Kind == TokenWord {
			return back == 0 && isFinalAbbreviation(text[t.Start:t.End])
		}
		switch text[t.Start:t.End] {
		case ".", "!", "?", "…", "。", "！", "？":
			return true
		case "\"", "'", "”", "’", ")", "]", "»":
			i--
			continue
		}
		return false
	}
	return false
}

// isFinalAbbreviation reports whether word is an abbreviation that is often the last word of a
// sentence. Titles and initials never are.
func isFinalAbbreviation(word string) bool {
	if !strings.HasSuffix(word, ".") {
		return false
	}
	switch strings.ToLower(word) {
	case "a.m.", "p.m.", "u.s.", "u.k.", "u.n.", "e.u.", "d.c.", "inc.", "corp.", "co.", "ltd.", "jr.", "sr.":
		return true
	}
	return false
}

// startsSentence reports whether token i may start a sentence: it is capitalized, a number, or
// of a script without case, after quotes or brackets if there are any.
func startsSentence(text string, tokens []Token, i int) bool {
	if !tokens[i].Space {
		return tokens[i].Kind != TokenPunct && tokens[i-1].Kind == TokenPunct && isUpperAt(text, tokens[i].Start) &&
			text[tokens[i-1].Start:tokens[i-1].End] != "'" && text[tokens[i-1].Start:tokens[i-1].End] != ")"
	}
	for n := 0; i < len(tokens) && n < 3; n++ {
		r, _ := utf8.DecodeRuneInString(text[tokens[i].Start:])
		switch {
		case unicode.IsUpper(r) || unicode.IsDigit(r) || unicode.Is(unicode.Lo, r):
			return mayFollowWord(text, tokens, i)
		case strings.ContainsRune("\"'“‘(«[—–-", r):
			i++
			continue
		}
		return false
	}
	return false
}

// mayFollowWord reports whether token i may start a sentence if the token before it is a word,
// which is an abbreviation. Only a word that is usually in lower case may, so that "the U.S.
// Army" is not split.
func mayFollowWord(text string, tokens []Token, i int) bool {
	if i == 0 || tokens[i-1].Kind != TokenWord {
		return true
	}
	switch strings.ToLower(text[tokens[i].Start:tokens[i].End]) {
	case "the", "a", "an", "he", "she", "it", "they", "we", "i", "in", "on", "at", "but", "and", "his", "her", "their", "this", "that",
		"these", "those", "there", "when", "if", "as", "after", "for", "from", "with", "while", "what", "who", "no", "to", "by":
		return true
	}
	return false
}

func isUpperAt(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsUpper(r)
}
