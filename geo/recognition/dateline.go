package recognition

import "strings"

const (
	// datelineReach is how far into a text, in bytes, a dateline is looked for:
	// a headline, a byline and a caption may stand before it.
	datelineReach = 1500
	// datelineLength bounds a dateline in tokens.
	datelineLength = 14
)

// markDatelines marks the candidates that stand in a line which says where the
// story was filed: "TROY, N.C. (AP) —", "BAGHDAD (Reuters) -", "Reuters/ Near
// Baghouz".
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

// datelineEnd gives the word where the dateline that opens s ends, -1 if s opens
// with none.
func (p *passage) datelineEnd(s Sentence) int {
	last := min(s.End, s.First+datelineLength)
	if p.creditLine(s) {
		return s.End
	}
	if !p.words[s.First].capital {
		return -1
	}
	name := p.placePart(s.First, last)
	if name == s.First {
		return -1
	}
	shouted := p.shouted(s.First)
	i := name
	if agency, end := p.agency(i, last); agency {
		return name
	} else if end > i {
		i = end
	}
	if i < last && shouted && p.dash(i) {
		return name
	}
	return -1
}

// shouted tells whether the run at word i is in capitals, as the town of a
// dateline is.
func (p *passage) shouted(i int) bool {
	letters := 0
	for k := i; k < p.words[i].runEnd; k++ {
		w := &p.words[k]
		if w.Kind != TokenWord {
			continue
		}
		if !w.upper && !strings.HasSuffix(w.text, ".") {
			return false
		}
		letters += len(w.text)
	}
	return letters >= 4
}

// placePart gives the end of "Town, State" and what else names the place and
// the day before an agency or a dash.
func (p *passage) placePart(first, last int) int {
	i := first
	for i < last {
		w := &p.words[i]
		switch {
		case w.capital && !w.lists.has(listAgency), w.text == ",", w.Kind == TokenNumber, isParticle(w.lower):
		case w.text == "-" && !w.Space && i+1 < last && !p.words[i+1].Space:
		default:
			return i
		}
		i++
	}
	return i
}

// agency tells whether an agency stands at word i, in brackets or alone before
// a dash, and gives the end of a bracket that may name one.
func (p *passage) agency(i, last int) (bool, int) {
	if i >= last {
		return false, i
	}
	if p.words[i].lists.has(listAgency) {
		return i+1 < last && p.dash(i+1), i + 1
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

func (p *passage) dash(i int) bool {
	switch p.words[i].text {
	case "—", "–", "-", "―", ":":
		return true
	}
	return false
}

// creditLine tells whether s is a line of its own that credits an agency and
// names a place ("Reuters/ Near Baghouz"), or says no more than "Near Baghouz".
func (p *passage) creditLine(s Sentence) bool {
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
		case w.Kind == TokenPunct && strings.Contains("/,|-–—", w.text), w.Kind == TokenNumber:
		default:
			return false
		}
	}
	return capital && (agency || near && s.First > 0)
}
