package feed

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

	"newsmap/geo/article"
)

// sanitizer converts markup to plain text. It is safe for concurrent use.
type sanitizer struct {
	title *bluemonday.Policy // removes all elements
	body  *bluemonday.Policy // keeps elements that separate paragraphs
}

func newSanitizer() *sanitizer {
	body := bluemonday.NewPolicy()
	body.AllowElements("p", "br", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "tr", "td", "th", "pre", "hr",
		"section", "article")
	body.AddSpaceWhenStrippingTag(false)
	return &sanitizer{bluemonday.StrictPolicy(), body}
}

// line converts the markup of a title or name to one line.
func (s *sanitizer) line(markup string, limit int) string {
	markup = clipBytes(markup, 8*limit)
	if strings.ContainsAny(markup, "<&") {
		markup = html.UnescapeString(s.title.Sanitize(markup))
		if strings.Contains(markup, "&") {
			markup = html.UnescapeString(markup) // escaped twice, as many feeds do
		}
	}
	return short(markup, limit)
}

// text converts markup to paragraphs.
func (s *sanitizer) text(markup string) string {
	markup = clipBytes(markup, maxText)
	if !strings.ContainsAny(markup, "<&") {
		return plain(markup)
	}
	return article.FromFragment(s.body.Sanitize(markup))
}

var blankLine = regexp.MustCompile(`(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*`)

// plain splits a text without markup into paragraphs.
func plain(text string) string {
	text = blankLine.ReplaceAllString(strings.TrimSpace(clipBytes(text, maxText)), "\x00")
	return article.FromFragment("<p>" + strings.ReplaceAll(html.EscapeString(text), "\x00", "</p><p>"))
}

// clipBytes cuts s to at most limit bytes, not within a code point.
func clipBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// short returns s as one line of at most n code points.
func short(s string, n int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' || r == '\u200b'
	}), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

var teaserEnd = regexp.MustCompile(
	`(?i)(…|\.\.\.|\[\s*(…|\.\.\.|&hellip;|\+\d+ chars)\s*\]|(continue|keep) reading\W*|read (more|on)\W*|(read|see) (the )?(full|whole|rest) ` +
		`.{0,60}|the post .{1,200} appeared first on .{1,120})\s*$`,
)

var readMore = regexp.MustCompile(
	`(?i)((continue|keep) reading|read (more|on|(the )?(full|whole|rest)\b.*)|weiterlesen|lire la suite|seguir leyendo|leer más|leia mais|` +
		`continua a leggere|leggi tutto|lees (meer|verder)|читать далее)[^\pL]*$`,
)

// endsInReadMore reports whether markup ends in a link to the rest of the text.
func (s *sanitizer) endsInReadMore(markup string) bool {
	const end = 1_000
	if from := len(markup) - end; from > 0 {
		markup = strings.ToValidUTF8(markup[from:], "")
		if _, rest, ok := strings.Cut(markup, ">"); ok { // a tag may have been cut
			markup = rest
		}
	}
	return readMore.MatchString(s.line(markup, end))
}

// truncated reports whether a text ends like a teaser. The line "appeared first on", with
// which some programs also end full posts, counts too, as the text before it may be a teaser.
func truncated(text string) bool {
	const end = 400
	return teaserEnd.MatchString(text[max(0, len(text)-end):])
}
