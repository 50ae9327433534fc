package training

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/text"
)

const (
	// leastSmall is how often a word must stand small to be listed.
	leastSmall = 2
	// smallOdds is how many times more often it must stand small than with a
	// capital.
	smallOdds = 4
)

// SmallWords lists, in order, the words that the open corpora write small where
// letter case tells something: inside sentences that have both small words and
// capitals. Recognition's word list small_words is this.
func SmallWords(open *Open) []string {
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

// mixedCase tells whether a sentence has words with capitals, and not more of
// them than others.
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
