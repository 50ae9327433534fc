package training

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/text"
)

const (
	// leastSmall is the minimum number of times that a listed word is written in lower case.
	leastSmall = 2
	// smallOdds is the minimum ratio between the numbers of times that it is written in lower
	// case and with a capital.
	smallOdds = 4
)

// SmallWords returns, in order, the words that open corpora write in lower case inside
// sentences that have both lower-case and capitalized words. It makes the word list
// small_words of recognition.
func SmallWords(open *OpenCorpora) []string {
	small, capital := map[string]int{}, map[string]int{}
	for i := range open.Taggings {
		countCases(open.Taggings[i].Document.Text, small, capital)
	}
	var out []string
	for word, n := range small {
		if n >= leastSmall && n >= smallOdds*capital[word] {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out
}

func countCases(content string, small, capital map[string]int) {
	tokens := text.Tokenize(content)
	for _, s := range text.Sentences(content, tokens) {
		if !mixedCase(content, tokens[s.First:s.End]) {
			continue
		}
		for _, t := range tokens[s.First+1 : s.End] {
			switch word := content[t.Start:t.End]; {
			case t.Kind != text.TokenWord:
			case startsUpper(word):
				capital[strings.ToLower(word)]++
			default:
				small[word]++
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
