package recognition

import (
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
)

// found returns the candidates of text as "name" or "name/pattern". Those in a
// dateline start with a star.
func found(t *testing.T, text string) []string {
	t.Helper()
	r := newTestRecognizer(t)
	r.tagger = nil // the candidates that it adds depend on its training
	a := r.analyse(&geo.Document{Text: text})
	var out []string
	for _, c := range a.candidates[0] {
		s := c.name
		if c.pattern != patternNone {
			s += "/" + patternNames[c.pattern]
		}
		if c.dateline {
			s = "*" + s
		}
		out = append(out, s)
	}
	return out
}

func TestCandidates(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"in the gazetteer, nested": {"He is in New York now.", []string{"New York", "York"}},
		"lower case":               {"A man in paris", nil},
		"text without capitals":    {"a girl in new york", []string{"new york", "york"}},
		"text in capitals":         {"THREE GIRLS IN NEW YORK", []string{"NEW YORK", "YORK"}},
		"a headline":               {"Three Girls Found in New York", []string{"New York", "York"}},
		"money":                    {"worth US$ 5m", nil},
		"not a place":              {"a Peking duck and Brussels sprouts", nil},
		"a language":               {"He speaks French and German.", nil},
		"HTML tag":                 {"in <b class=\"Paris\">Paris</b> now", []string{"Paris"}},
		"an address":               {"see https://paris.example/Paris now", nil},
		"of inside a name":         {"on the Isle of Man today", []string{"Isle of Man", "Man"}},
		"hyphens":                  {"near Stratford-upon-Avon", []string{"Stratford-upon-Avon"}},
		"with an article":          {"near al-Bab yesterday", []string{"al-Bab"}},
		"possessive inside":        {"on Martha's Vineyard", []string{"Martha's Vineyard"}},
		"possessive at the end":    {"in St. John's today", []string{"St. John/head", "St. John's"}},
		"possessive after":         {"in Syria's east", []string{"Syria"}},
		"before a hyphen":          {"a Paris-based firm", []string{"Paris"}},
		"unknown county":           {"in Rapides Parish now", []string{"Rapides Parish/tail"}},
		"unknown lake":             {"on Lake Itasca now", []string{"Lake Itasca/head"}},
		"village of":               {"in the village of Sussa today", []string{"Sussa/noun"}},
		"with a state":             {"from Kountze, Texas", []string{"Kountze/comma", "Texas"}},
		"not across a comma":       {"in New, York", []string{"York"}},
		"not across a line break":  {"a thing in New\nYork is", []string{"York"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := found(t, test.text); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDatelines(t *testing.T) {
	tests := map[string]struct {
		text string
		want []string
	}{
		"wire report":     {"TROY, N.C. (AP) — A man died.", []string{"*TROY", "*N.C."}},
		"agency":          {"BAGHDAD (Reuters) - Troops left Paris.", []string{"*BAGHDAD", "Paris"}},
		"only a dash":     {"NEW YORK — Shares fell in Paris.", []string{"*NEW YORK", "*YORK", "Paris"}},
		"with a date":     {"Paris, March 5 (AFP) - Trains stopped.", []string{"*Paris"}},
		"after a title":   {"Jail moves three. LEXINGTON, Neb. (AP)  Three escaped.", []string{"*LEXINGTON", "*Neb."}},
		"credit line":     {"They won, yesterday.\n\nReuters/ Near Baghouz\n\nAir strikes in Syria.", []string{"*Baghouz", "Syria"}},
		"only near":       {"They won, yesterday.\n\nNear Baghouz\n\nAir strikes.", []string{"*Baghouz"}},
		"agency and town": {"AFP, Baghdad\n\nAir strikes in Syria went on.", []string{"*Baghdad", "Syria"}},
		"plain sentence":  {"Paris is big - very big.", []string{"Paris"}},
		"aside":           {"Syria (the country) - is at war.", []string{"Syria"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := found(t, test.text); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestEvidenceOfPersons(t *testing.T) {
	r := newTestRecognizer(t)
	tests := map[string]struct {
		text, name string
		want       bool
	}{
		"after a title":    {"Mayor Paris spoke.", "paris", true},
		"lower-case title": {"The plan of president Jordan failed.", "jordan", true},
		"after a name":     {"It was Michael Jordan who won.", "jordan", true},
		"a place":          {"He went to Jordan.", "jordan", false},
		"an organisation":  {"It was Michael Jordan University.", "university", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ps := []*passage{textPassage(test.text, r.lexicon)}
			e := newEvidence(ps, casingOf(r.lexicon, ps))
			if got := e.persons[test.name] > 0; got != test.want {
				t.Errorf("is a person: %v, want %v", got, test.want)
			}
		})
	}
}

func TestChoose(t *testing.T) {
	c := func(first, end int, score float64) candidate {
		return candidate{first: first, end: end, score: score, name: strings.Repeat("x", end-first)}
	}
	tests := map[string]struct {
		in   []candidate
		want []int // first words of the chosen candidates
	}{
		"none":                  {nil, nil},
		"below the threshold":   {[]candidate{c(0, 1, -1)}, nil},
		"longer candidate wins": {[]candidate{c(0, 2, 3), c(1, 2, 2)}, []int{0}},
		"two beat one":          {[]candidate{c(0, 3, 3), c(0, 1, 2), c(2, 3, 2)}, []int{0, 2}},
		"one beats two":         {[]candidate{c(0, 3, 5), c(0, 1, 2), c(2, 3, 2)}, []int{0}},
		"adjacent":              {[]candidate{c(0, 1, 1), c(1, 2, 1)}, []int{0, 1}},
		"chain of overlaps":     {[]candidate{c(0, 2, 2), c(1, 3, 3), c(2, 4, 2)}, []int{0, 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []int
			for _, k := range choose((&Recognizer{demonyms: true}).aboveThreshold(test.in)) {
				got = append(got, k.first)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
