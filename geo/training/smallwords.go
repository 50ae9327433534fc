package training

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/text"
)

const (
	// minLowerCase is the minimum number of times that a listed word is in lower case.
	minLowerCase = 2
	// minCaseRatio is the minimum ratio of these times to those with a capital.
	minCaseRatio = 4
)

// SmallWords returns, in order, the words that open corpora usually write in lower case. It
// ignores the first word of a sentence, and sentences that are mostly capitalized or have no
// capitals. They are the word list small_words of recognition.
func SmallWords(open *OpenCorpora) []string {
	lower, upper := map[string]int{}, map[string]int{}
	for i := range open.Taggings {
		countCases(open.Taggings[i].Document.Text, lower, upper)
	}
	var out []string
	for word, n := range lower {
		if n >= minLowerCase && n >= minCaseRatio*upper[word] {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out
}

// countCases counts the words of a text in lower case and with a capital.
func countCases(content string, lower, upper map[string]int) {
	tokens := text.Tokenize(content)
	for _, s := range text.Sentences(content, tokens) {
		if !mixedCase(content, tokens[s.First:s.End]) {
			continue
		}
		for _, t := range tokens[s.First+1 : s.End] {
			switch word := content[t.Start:t.End]; {
			case t.Kind != text.TokenWord:
			case startsUpper(word):
				upper[strings.ToLower(word)]++
			default:
				lower[word]++
			}
		}
	}
}

// mixedCase reports whether a sentence has capitalized words, and not more of them than
// others.
func mixedCase(content string, tokens []text.Token) bool {
	words, capitals := 0, 0
	for _, t := range tokens {
		if t.Kind != text.TokenWord {
			continue
		}
		words++
		if startsUpper(content[t.Start:t.End]) {
			capitals++
		}
	}
	return capitals > 0 && capitals*2 <= words
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}
