package article

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// Article is the content of a page or a text, as plain text.
type Article struct {
	Title     string
	Byline    string
	Outlet    string    // name of the publication
	URL       string    // canonical address, else the page's own; empty if unknown
	Lang      string    // BCP 47, empty if unknown
	Published time.Time // UTC, zero if unknown
	Text      string    // paragraphs separated by blank lines
	Image     string    // address of the lead image, http or https; empty if unknown
	Also      []string  // other addresses of the same article that the page names, such as its AMP form; may be empty

	wall string // what the page shows instead of an article; see Wall
	asks bool   // the article ends with a request to subscribe
}

// maxTitle bounds a title, in code points.
const maxTitle = 300

// line returns s as one line without control characters.
func line(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' || r == '\u200b'
	}), " ")
}

// short returns s as one line of at most n code points.
func short(s string, n int) string {
	s = line(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// checkText returns an error if s is not text.
func checkText(name, s string) error {
	if !utf8.ValidString(s) {
		return geo.Invalid(name, "is not valid UTF-8")
	}
	if strings.ContainsRune(s, 0) {
		return geo.Invalid(name, "contains a NUL character, so it is not text")
	}
	if strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }) == "" {
		return geo.Invalid(name, "is empty")
	}
	return nil
}
