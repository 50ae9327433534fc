package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReach is the maximum distance from a span, in bytes, at which Excerpt looks for the ends
// of its sentence.
const maxReach = 1200

// Excerpt returns the sentence around the span start..end of the text on one line. start
// and end are in code points; end is exclusive. A sentence longer than limit code points
// is cut around the span, with an ellipsis for each part that is left out. Excerpt returns
// "" if the span is not in the text.
//
// It does not need tokens and reads only the surroundings of the span, so that it is fast
// for one span of a long text. [Sentences] is more exact.
func (x Index) Excerpt(start, end, limit int) string {
	first, last := x.Span(start, end)
	if first < 0 || last < 0 {
		return ""
	}
	from, to := excerptStart(x.text, first), excerptEnd(x.text, last)
	// The abbreviation in a dateline ("PARADISE, Calif. — Hardly") looks like the end
	// of a sentence.
	from += len(x.text[from:first]) - len(strings.TrimLeft(x.text[from:first], " –—-"))
	return clipAround(x.text, from, to, first, last, limit)
}

// excerptStart returns the start of the sentence at byte i.
func excerptStart(text string, i int) int {
	for k := i; k > max(0, i-maxReach); k-- {
		if text[k-1] == '\n' || k < i && text[k] == ' ' && separatesSentences(text, k) {
			return k
		}
	}
	if i <= maxReach {
		return 0
	}
	return runeStart(text, i-maxReach)
}

// excerptEnd returns the end of the sentence at byte i.
func excerptEnd(text string, i int) int {
	for k := i; k < min(len(text), i+maxReach); k++ {
		if text[k] == '\n' || text[k] == ' ' && separatesSentences(text, k) {
			return k
		}
	}
	return runeStart(text, min(len(text), i+maxReach))
}

// runeStart returns the start of the code point at byte i.
func runeStart(text string, i int) int {
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}

// separatesSentences reports whether the space at k separates two sentences: a full stop,
// question mark or exclamation mark is before it, and no lower-case letter is after it. A
// full stop after a short capitalized word does not count, as in "Mr.".
func separatesSentences(text string, k int) bool {
	before := strings.TrimRight(text[max(0, k-16):k], "\"'”’)")
	if before == "" || !strings.ContainsRune(".!?", rune(before[len(before)-1])) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[k:min(len(text), k+8)], " \"'“‘("))
	if unicode.IsLower(next) {
		return false
	}
	word := before[strings.LastIndexAny(before, " \n")+1:]
	if before[len(before)-1] != '.' || len(word) > 5 {
		return true
	}
	first, _ := utf8.DecodeRuneInString(word)
	return !unicode.IsUpper(first)
}

// clipAround cuts text[from:to] to limit code points around the span first..last.
func clipAround(text string, from, to, first, last, limit int) string {
	sentence := strings.ToValidUTF8(OneLine(text[from:to]), "\ufffd")
	if utf8.RuneCountInString(sentence) <= limit {
		return sentence
	}
	runes := []rune(sentence)
	head := utf8.RuneCountInString(OneLine(text[from:first]))
	if head+utf8.RuneCountInString(text[first:last])+2 < limit {
		return strings.TrimSpace(string(runes[:limit-1])) + "…"
	}
	begin := max(0, min(head-limit/3, len(runes)-limit+1))
	stop := min(len(runes), begin+limit-2)
	out := "…" + strings.TrimSpace(string(runes[begin:stop]))
	if stop < len(runes) {
		out += "…"
	}
	return out
}

// OneLine returns s with each run of white space replaced by one space, and without white
// space at its ends.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Clip returns s if it has at most limit code points, and otherwise its beginning and an
// ellipsis, limit code points in total.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n, cut := 0, 0 // code points, and the byte at which the ellipsis goes
	for i := range s {
		if n == limit-1 {
			cut = i
		}
		if n++; n > limit {
			return s[:cut] + "…"
		}
	}
	return s
}
