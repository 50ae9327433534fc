package training

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo/recognition"
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

func countCases(text string, small, capital map[string]int) {
	tokens := recognition.Tokenize(text)
	for _, s := range recognition.Sentences(text, tokens) {
		if !mixedCase(text, tokens[s.First:s.End]) {
			continue
		}
		for _, t := range tokens[s.First+1 : s.End] {
			switch word := text[t.Start:t.End]; {
			case t.Kind != recognition.TokenWord:
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
func mixedCase(text string, tokens []recognition.Token) bool {
	words, capitals := 0, 0
	for _, t := range tokens {
		if t.Kind != recognition.TokenWord {
			continue
		}
		words++
		if startsUpper(text[t.Start:t.End]) {
			capitals++
		}
	}
	return capitals > 0 && capitals*2 <= words
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}
