package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokenize(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"empty":              {"", ""},
		"spaces only":        {" \n\t ", ""},
		"possessive":         {"Syria's town", "Syria|'s|town"},
		"curly possessive":   {"State’s end", "State|’s|end"},
		"plural possessive":  {"militants' end", "militants|'|end"},
		"inner apostrophe":   {"O'Brien of Sana'a", "O'Brien|of|Sana'a"},
		"hyphen":             {"Denver-based", "Denver|-|based"},
		"initials":           {"the U.S. Army in N.C. and W.Va. today", "the|U.S.|Army|in|N.C.|and|W.Va.|today"},
		"press abbreviation": {"Lexington, Neb. (AP)", "Lexington|,|Neb.|(|AP|)"},
		"end of sentence":    {"He lives in Miss. He", "He|lives|in|Miss.|He"},
		"full stop":          {"in Paris. He", "in|Paris|.|He"},
		"initial of a name":  {"George R. Chesnut", "George|R.|Chesnut"},
		"number":             {"1,935 people at 4:45, 20th", "1,935|people|at|4:45|,|20th"},
		"abbreviations":      {"St. Louis and Mt. Hood", "St.|Louis|and|Mt.|Hood"},
		"time":               {"5 p.m. Monday", "5|p.m.|Monday"},
		"other scripts":      {"в Москве, 北京", "в|Москве|,|北京"},
		"combining marks":    {"Şanlıurfa e\u0301t", "Şanlıurfa|e\u0301t"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, tok := range Tokenize(test.text) {
				got = append(got, test.text[tok.Start:tok.End])
			}
			if strings.Join(got, "|") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), test.want)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"plain":        {"He left. She stayed.", []string{"He left.", "She stayed."}},
		"abbreviation": {"He met Mr. Jones in St. Paul, Minn. on Monday.", []string{"He met Mr. Jones in St. Paul, Minn. on Monday."}},
		"initials":     {"The U.S. Army left. It was late.", []string{"The U.S. Army left.", "It was late."}},
		"after U.S.":   {"It is in the U.S. The rest is not.", []string{"It is in the U.S.", "The rest is not."}},
		"quote":        {"\"We go.\" He went.", []string{"\"We go.\"", "He went."}},
		"paragraphs":   {"yesterday.\n\nReuters/ Near Baghouz\n\nAir strikes", []string{"yesterday.", "Reuters/ Near Baghouz", "Air strikes"}},
		"headline":     {"Storm hits coast\nThe storm came.", []string{"Storm hits coast", "The storm came."}},
		"wrapped line": {
			"The quick brown fox that lives by the river of that name and\nBrown County is at home.",
			[]string{"The quick brown fox that lives by the river of that name and\nBrown County is at home."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			tokens := Tokenize(test.text)
			var got []string
			for _, s := range Sentences(test.text, tokens) {
				got = append(got, test.text[tokens[s.First].Start:tokens[s.End-1].End])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// checkTokens fails the test unless the offsets of tokens are in order, in the text, and the same
// in bytes and code points.
func checkTokens(t *testing.T, text string, tokens []Token) {
	t.Helper()
	pos, runes := 0, 0
	for i, tok := range tokens {
		if tok.Start < pos || tok.End <= tok.Start || tok.End > len(text) {
			t.Fatalf("token %d: bytes %d..%d are not in %d..%d", i, tok.Start, tok.End, pos, len(text))
		}
		runes += utf8.RuneCountInString(text[pos:tok.Start])
		if runes != tok.RuneStart {
			t.Fatalf("token %d starts at code point %d, but has %d", i, runes, tok.RuneStart)
		}
		runes += utf8.RuneCountInString(text[tok.Start:tok.End])
		if runes != tok.RuneEnd {
			t.Fatalf("token %d ends at code point %d, but has %d", i, runes, tok.RuneEnd)
		}
		pos = tok.End
	}
}

// FuzzTokenize checks that the offsets of tokens are exact for any bytes, and that every token is
// in one sentence.
func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"", "TROY, N.C. (AP) — Syria’s", "\xff\xfe'\xf0\x9f", "a.b.c.d.", "é'é''s", strings.Repeat("A.", 300), "1.2.3,4", "’s’s’s",
		"e\u0301\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := Tokenize(text)
		checkTokens(t, text, tokens)
		next := 0
		for _, s := range Sentences(text, tokens) {
			if s.First != next || s.End <= s.First || s.End > len(tokens) {
				t.Fatalf("sentence %d..%d, want one from %d", s.First, s.End, next)
			}
			next = s.End
		}
		if next != len(tokens) {
			t.Fatalf("the sentences contain %d of %d tokens", next, len(tokens))
		}
	})
}
