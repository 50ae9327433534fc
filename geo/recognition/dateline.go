package recognition

import (
	"strings"

	"newsmap/geo/text"
)

const (
	// datelineReach is how far into a text, in bytes, a dateline may start: after
	// a headline, a byline and a caption.
	datelineReach = 1500
	// datelineLength is the maximum length of a dateline in tokens.
	datelineLength = 14
)

// markDatelines marks the candidates in a dateline, which states where the story
// was filed: "TROY, N.C. (AP) —", "BAGHDAD (Reuters) -", "Reuters/ Near Baghouz".
func markDatelines(p *passage, cs []candidate) {
	for _, s := range p.sentences {
		if p.words[s.First].Start > datelineReach {
			return
		}
		end := p.datelineEnd(s)
		if end < 0 {
			continue
		}
		for i := range cs {
			c := &cs[i]
			if c.first >= s.First && c.end <= end && !p.words[c.first].lists.has(listAgency) {
				c.dateline = true
			}
		}
	}
}

// datelineEnd returns the word where the dateline at the start of s ends, or -1
// if s does not start with one.
func (p *passage) datelineEnd(s text.Sentence) int {
	last := min(s.End, s.First+datelineLength)
	if p.isCreditLine(s) {
		return s.End
	}
	if !p.words[s.First].capital {
		return -1
	}
	placeEnd := p.datelinePlaceEnd(s.First, last)
	if placeEnd == s.First {
		return -1
	}
	i := placeEnd
	if agency, end := p.agencyAt(i, last); agency {
		return placeEnd
	} else if end > i {
		i = end
	}
	if i < last && p.isUpperRun(s.First) && p.isDash(i) {
		return placeEnd
	}
	return -1
}

// isUpperRun reports whether the run at word i is written in capitals, like the
// town of a dateline.
func (p *passage) isUpperRun(i int) bool {
	letters := 0
	for k := i; k < p.words[i].runEnd; k++ {
		w := &p.words[k]
		if w.Kind != text.TokenWord {
			continue
		}
		if !w.upper && !strings.HasSuffix(w.text, ".") {
			return false
		}
		letters += len(w.text)
	}
	return letters >= 4
}

// datelinePlaceEnd returns the end of the words that name the place and the day,
// such as "Town, State", before an agency or a dash.
func (p *passage) datelinePlaceEnd(first, last int) int {
	i := first
	for i < last {
		w := &p.words[i]
		switch {
		case w.capital && !w.lists.has(listAgency), w.text == ",", w.Kind == text.TokenNumber, isParticle(w.lower):
		case w.text == "-" && !w.Space && i+1 < last && !p.words[i+1].Space:
		default:
			return i
		}
		i++
	}
	return i
}

// agencyAt reports whether an agency is at word i, in brackets or alone before a
// dash, and returns the end of the brackets or the agency.
func (p *passage) agencyAt(i, last int) (bool, int) {
	if i >= last {
		return false, i
	}
	if p.words[i].lists.has(listAgency) {
		return i+1 < last && p.isDash(i+1), i + 1
	}
	if p.words[i].text != "(" {
		return false, i
	}
	found := false
	for k := i + 1; k < last; k++ {
		found = found || p.words[k].lists.has(listAgency)
		if p.words[k].text == ")" {
			return found, k + 1
		}
	}
	return false, i
}

func (p *passage) isDash(i int) bool {
	switch p.words[i].text {
	case "—", "–", "-", "―", ":":
		return true
	}
	return false
}

// isCreditLine reports whether s is a separate line that credits an agency and
// names a place ("Reuters/ Near Baghouz"), or that only names a place after
// "near" or "outside" ("Near Baghouz").
func (p *passage) isCreditLine(s text.Sentence) bool {
	if s.End-s.First > 8 || s.First > 0 && !p.words[s.First].Line || s.End < len(p.words) && !p.words[s.End].Line {
		return false
	}
	agency, near, capital := false, false, false
	for i := s.First; i < s.End; i++ {
		w := &p.words[i]
		switch {
		case w.lists.has(listAgency):
			agency = true
		case i == s.First && (w.lower == "near" || w.lower == "outside"):
			near = true
		case w.lists.has(listPrep):
		case w.capital:
			capital = true
		case w.Kind == text.TokenPunct && strings.Contains("/,|-–—", w.text), w.Kind == text.TokenNumber:
		default:
			return false
		}
	}
	return capital && (agency || near && s.First > 0)
}
