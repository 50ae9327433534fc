package recognition

import (
	"testing"

	"newsmap/geo"
)

func TestCasing(t *testing.T) {
	r := newTestRecognizer(t)
	for name, test := range map[string]struct {
		title, text string
		style       style
		want        string // words of the title that may belong to a name
	}{
		"capitals":                 {"RAIN FELL IN MOMBO", "It rained.", styleUppercase, "MOMBO"},
		"no capitals":              {"rain fell in mombo", "", styleLowercase, "mombo"},
		"lower case in the text":   {"RAIN FELL ON MOMBO", "They saw a mombo there.", styleUppercase, ""},
		"capital in the text":      {"RAIN FELL ON POLICE", "They saw Police there.", styleUppercase, "POLICE"},
		"name in the gazetteer":    {"RAIN FELL ON THE ISLE OF MAN", "An isle for a man.", styleUppercase, "ISLE MAN"},
		"heads and compass points": {"RAIN FELL IN NORTH MOMBO", "", styleUppercase, "NORTH MOMBO"},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.analyse(&geo.Document{Title: test.title, Text: test.text})
			p := a.passages[0]
			if p.styles[0] != test.style {
				t.Errorf("style %d, want %d", p.styles[0], test.style)
			}
			got := ""
			for i := range p.words {
				if w := &p.words[i]; w.joinsRun {
					if got != "" {
						got += " "
					}
					got += w.text
				}
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStems(t *testing.T) {
	lex := lexicon{"overturn": listLowercase, "close": listLowercase, "glass": listLowercase}
	for word, want := range map[string]bool{"overturned": true, "closing": true, "closed": true, "closes": true, "glasses": true, "lagos": false, "s": false} {
		if got := lex.hasLowercaseStem(word); got != want {
			t.Errorf("%s: got %t", word, got)
		}
	}
}
