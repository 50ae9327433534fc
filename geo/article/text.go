package article

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// FromText reads a pasted or saved text. A short first line before a longer paragraph or a
// blank line is the title; lines after it that consist of a date or a byline are read as such.
// Hard-wrapped lines are joined, and a comment form at the end is removed. The error wraps
// geo.ErrInvalid and names "text".
func FromText(text string) (*Article, error) {
	if err := checkText("text", text); err != nil {
		return nil, err
	}
	lines := strings.Split(strings.NewReplacer("\ufeff", "", "\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(text), "\n")
	for i := range lines {
		lines[i] = line(lines[i])
	}
	a := &Article{}
	rest := a.takeHead(skipBlank(lines))
	a.Text = join(trim(paragraphs(rest)))
	if a.Text == "" && a.Title == "" {
		return nil, geo.Invalid("text", "contains no article")
	}
	return a, nil
}

func skipBlank(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

// takeHead takes title, date and byline from the first lines and returns the
// others.
func (a *Article) takeHead(lines []string) []string {
	if !titled(lines) {
		return lines
	}
	a.Title = lines[0]
	lines = skipBlank(lines[1:])
	for range 3 {
		if len(lines) == 0 {
			break
		}
		date, isDate := dateLine(lines[0])
		name := byline.FindStringSubmatch(lines[0])
		switch {
		case isDate && a.Published.IsZero():
			a.Published = date
		case name != nil && a.Byline == "":
			a.Byline = name[1]
		default:
			return lines
		}
		lines = skipBlank(lines[1:])
	}
	return lines
}

const (
	maxTitleLine = 160 // code points of a line that may be a title
	wrapColumn   = 90  // longer lines are not hard-wrapped
	minWrapped   = 45  // shorter lines are not in the middle of a hard-wrapped paragraph
)

// titled reports whether the first line is a title: short, not a sentence, and separate from
// what follows.
func titled(lines []string) bool {
	if len(lines) < 2 {
		return false
	}
	first := lines[0]
	n := utf8.RuneCountInString(first)
	if n > maxTitleLine || strings.HasSuffix(first, ".") || strings.HasSuffix(first, ",") || strings.Contains(first, ") —") {
		return false
	}
	next := lines[1]
	if _, isDate := dateLine(next); next == "" || isDate || byline.MatchString(next) {
		return len(skipBlank(lines[1:])) > 0
	}
	// Without a blank line, a title must be distinguished from a hard-wrapped sentence: after
	// a title comes a paragraph in one line that begins like one.
	r, _ := utf8.DecodeRuneInString(next)
	return !unicode.IsLower(r) && utf8.RuneCountInString(next) > max(n, wrapColumn)
}

var (
	byline     = regexp.MustCompile(`^(?i:by) (\p{Lu}[^.!?:;]{2,80}|\p{Lu}[^!?:;]{2,60}\pL)$`)
	dateIntro  = regexp.MustCompile(`(?i)^(published|posted|updated|last updated|date)( on| at)?:? *`)
	dateDigits = regexp.MustCompile(`\d{4}`)
)

// dateLine reads a line that consists of a date.
func dateLine(s string) (time.Time, bool) {
	if len(s) > 80 || !dateDigits.MatchString(s) {
		return time.Time{}, false
	}
	t, err := geo.ParseDate(dateIntro.ReplaceAllString(s, ""))
	return t, err == nil
}

// paragraphs splits lines at blank ones. A block of hard-wrapped lines is one paragraph; other
// lines are paragraphs of their own.
func paragraphs(lines []string) (out []string) {
	for len(lines) > 0 {
		end := slices.Index(lines, "")
		if end < 0 {
			end = len(lines)
		}
		if block := lines[:end]; wrapped(block) {
			out = append(out, strings.Join(block, " "))
		} else {
			out = append(out, block...)
		}
		lines = skipBlank(lines[end:])
	}
	return out
}

// wrapped reports whether lines were broken at a column.
func wrapped(lines []string) bool {
	if len(lines) < 2 {
		return false
	}
	for _, l := range lines[:len(lines)-1] {
		if n := utf8.RuneCountInString(l); n < minWrapped || n > wrapColumn {
			return false
		}
	}
	return utf8.RuneCountInString(lines[len(lines)-1]) <= wrapColumn
}
