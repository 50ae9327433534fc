package recognition

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
)

// coordinateSpan is a point written in a text.
type coordinateSpan struct {
	start, end int // bytes; end is exclusive
	point      geo.Coordinate
}

// angle is the latitude or longitude of a point as it is written.
type angle struct {
	degrees    float64
	axis       byte // 'y' for N and S, 'x' for E and W, 0 without a letter
	marked     bool // has a degree sign
	decimals   int
	start, end int // bytes
}

// maxAngle is the maximum length of an angle in bytes.
const maxAngle = 40

// findCoordinates finds the points written in text, such as "34.46 N 40.95 E",
// "34°27′36″N, 40°57′00″E", "N 34.46, E 40.95" or, with at least three decimals
// each, "34.4612, 40.9514" (latitude first). Points are in WGS 84 degrees.
func findCoordinates(text string) []coordinateSpan {
	var out []coordinateSpan
	for i := 0; i < len(text); {
		if !startsAngle(text, i) {
			i++
			continue
		}
		span, ok := coordinateAt(text, i)
		if !ok {
			i = skipNumber(text, i)
			continue
		}
		out = append(out, span)
		i = span.end
	}
	return out
}

// startsAngle reports whether an angle may start at byte i: with a digit, or with
// a sign or hemisphere before a digit, outside a word or number.
func startsAngle(text string, i int) bool {
	c := text[i]
	if i > 0 {
		if before := text[i-1]; isWordByte(before) || before == '.' || before == '-' {
			return false
		}
	}
	switch {
	case c >= '0' && c <= '9':
		return true
	case c == '-' || c == '+':
		return i+1 < len(text) && isDigit(text[i+1])
	case c == 'N' || c == 'S':
		return i+1 < len(text) && isDigit(text[i+1]) || i+2 < len(text) && text[i+1] == ' ' && isDigit(text[i+2])
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWordByte(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// skipNumber returns the offset after the number or letter at i.
func skipNumber(text string, i int) int {
	i++
	for i < len(text) && (isDigit(text[i]) || text[i] == '.') {
		i++
	}
	return i
}

func coordinateAt(text string, i int) (coordinateSpan, bool) {
	a, ok := parseAngle(text, i)
	if !ok {
		return coordinateSpan{}, false
	}
	j, comma := separator(text, a.end)
	if j < 0 {
		return coordinateSpan{}, false
	}
	b, ok := parseAngle(text, j)
	if !ok || b.end < len(text) && isWordByte(text[b.end]) {
		return coordinateSpan{}, false
	}
	point, ok := pointOf(a, b, comma)
	return coordinateSpan{start: i, end: b.end, point: point}, ok
}

// separator returns the offset where the second angle may start, or -1, and
// whether a comma, semicolon or slash comes before it.
func separator(text string, i int) (int, bool) {
	comma := false
	for n := 0; i < len(text) && n < 6; n++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t':
		case (c == ',' || c == ';' || c == '/') && !comma:
			comma = true
		case strings.HasPrefix(text[i:], "and ") && n > 0:
			i += 3
		case strings.HasPrefix(text[i:], "\u00a0"):
			i++
		default:
			return i, comma
		}
		i++
	}
	return -1, false
}

// pointOf makes a point of two angles. Letters distinguish latitude from
// longitude. Without letters latitude comes first, and both angles need three
// decimals or a degree sign, so that scores and prices do not count as points.
func pointOf(a, b angle, comma bool) (geo.Coordinate, bool) {
	switch {
	case !a.marked && a.decimals == 0 || !b.marked && b.decimals == 0:
		// "50 N 30 E" is a street corner.
		return geo.Coordinate{}, false
	case a.axis == 'y' && b.axis == 'x':
		return validCoordinate(b.degrees, a.degrees)
	case a.axis == 'x' && b.axis == 'y':
		return validCoordinate(a.degrees, b.degrees)
	case a.axis != 0 || b.axis != 0:
		return geo.Coordinate{}, false
	case comma && (a.decimals >= 3 && b.decimals >= 3 || a.marked && b.marked && a.decimals > 0 && b.decimals > 0):
		return validCoordinate(b.degrees, a.degrees)
	}
	return geo.Coordinate{}, false
}

func validCoordinate(lon, lat float64) (geo.Coordinate, bool) {
	ok := lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
	return geo.Coordinate{Lon: lon, Lat: lat}, ok
}

// parseAngle reads one angle at byte i: an optional hemisphere or sign, degrees,
// optional minutes and seconds, an optional hemisphere.
func parseAngle(text string, i int) (angle, bool) {
	p := angleParser{text: text, pos: i, limit: min(len(text), i+maxAngle)}
	a := angle{start: i}
	sign, axis := p.hemisphere(false)
	negative := p.sign()
	value, decimals, ok := p.number()
	if !ok || value > 180 {
		return a, false
	}
	a.degrees, a.decimals, a.marked = value, decimals, p.unit("°", "º", "˚", "deg ")
	if a.marked && decimals == 0 {
		p.minutes(&a)
	}
	if axis == 0 {
		sign, axis = p.hemisphere(true)
	}
	if negative {
		if axis != 0 {
			return a, false
		}
		sign = -1
	}
	if sign < 0 {
		a.degrees = -a.degrees
	}
	a.axis, a.end = axis, p.pos
	return a, true
}

type angleParser struct {
	text       string
	pos, limit int
}

func (p *angleParser) spaces() {
	for p.pos < p.limit && p.text[p.pos] == ' ' {
		p.pos++
	}
}

// hemisphere reads N, S, E or W after spaces, unless a word starts with it. The
// sign is -1 for S and W.
func (p *angleParser) hemisphere(after bool) (sign int, axis byte) {
	start := p.pos
	p.spaces()
	if p.pos < p.limit {
		next := p.pos + 1
		alone := next >= len(p.text) || !isWordByte(p.text[next]) || !after && isDigit(p.text[next])
		if sign, axis = axisOf(p.text[p.pos]); axis != 0 && alone {
			p.pos++
			if !after {
				p.spaces()
			}
			return sign, axis
		}
	}
	p.pos = start
	return 1, 0
}

func axisOf(c byte) (int, byte) {
	switch c {
	case 'N':
		return 1, 'y'
	case 'S':
		return -1, 'y'
	case 'E':
		return 1, 'x'
	case 'W':
		return -1, 'x'
	}
	return 1, 0
}

func (p *angleParser) sign() bool {
	if p.pos < p.limit && (p.text[p.pos] == '-' || p.text[p.pos] == '+') {
		p.pos++
		return p.text[p.pos-1] == '-'
	}
	if strings.HasPrefix(p.text[p.pos:], "−") {
		p.pos += len("−")
		return true
	}
	return false
}

// number reads digits with an optional decimal part.
func (p *angleParser) number() (value float64, decimals int, ok bool) {
	start := p.pos
	for p.pos < p.limit && isDigit(p.text[p.pos]) {
		p.pos++
	}
	if p.pos == start || p.pos-start > 3 {
		return 0, 0, false
	}
	if p.pos+1 < p.limit && p.text[p.pos] == '.' && isDigit(p.text[p.pos+1]) {
		p.pos++
		for p.pos < p.limit && isDigit(p.text[p.pos]) {
			p.pos++
			decimals++
		}
	}
	value, err := strconv.ParseFloat(p.text[start:p.pos], 64)
	return value, decimals, err == nil
}

// unit reads one of the signs that end a part of an angle.
func (p *angleParser) unit(signs ...string) bool {
	start := p.pos
	p.spaces()
	for _, s := range signs {
		if strings.HasPrefix(p.text[p.pos:], s) {
			p.pos += len(s)
			return true
		}
	}
	p.pos = start
	return false
}

// minutes reads the minutes and seconds of arc that may follow.
func (p *angleParser) minutes(a *angle) {
	for _, part := range [...]struct {
		scale float64
		signs []string
	}{{60, []string{"′", "'", "’", "´", "min"}}, {3600, []string{"″", "\"", "”", "''", "′′", "’’", "sec"}}} {
		start := p.pos
		p.spaces()
		value, decimals, ok := p.number()
		if !ok || value >= 60 || !p.unit(part.signs...) {
			p.pos = start
			return
		}
		a.degrees += value / part.scale
		a.decimals = max(a.decimals, decimals)
		if decimals > 0 {
			return
		}
	}
}

// withCoordinates adds the points written in a passage to its toponyms, in
// order. A point replaces a name that it overlaps.
func withCoordinates(p *passage, toponyms []geo.Toponym) []geo.Toponym {
	spans := findCoordinates(p.text)
	if len(spans) == 0 {
		return toponyms
	}
	var out []geo.Toponym
	k, pos, runes := 0, 0, 0
	for _, s := range spans {
		start := runes + utf8.RuneCountInString(p.text[pos:s.start])
		end := start + utf8.RuneCountInString(p.text[s.start:s.end])
		pos, runes = s.end, end
		for k < len(toponyms) && toponyms[k].End <= start {
			out = append(out, toponyms[k])
			k++
		}
		for k < len(toponyms) && toponyms[k].Start < end {
			k++
		}
		point := s.point
		out = append(out, geo.Toponym{
			Start: start, End: end, Text: p.text[s.start:s.end], Field: p.field,
			Kind: geo.KindCoordinate, Confidence: 1, Coordinate: &point,
		})
	}
	return append(out, toponyms[k:]...)
}
