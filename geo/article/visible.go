package article

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// visible is the date and the byline that a page shows to readers.
type visible struct {
	published, changed time.Time
	byline             string
}

// dateClasses are words of class names that dates go by, bylineClasses those that
// authors do.
var dateClasses = wordSet(
	"date datetime dateline published publish pubdate posted timestamp time submitted datum fecha data erstellt veroffentlicht publicado " +
		"publie pubblicato updated modified meta metadata byline info infos details article-info entry-date post-date published-date story-date article-date",
)

//nolint:misspell // words of other languages
var bylineClasses = wordSet("byline author authors auteur autor autore writer contributor")

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// named reports whether a word of an element's names is in the set.
func named(n *html.Node, set map[string]bool) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "itemprop", "rel", "data-testid", "data-component", "property":
			if len(a.Val) > 300 {
				continue
			}
			for _, name := range strings.Fields(a.Val) {
				for _, w := range wordsOf(name) {
					if set[w] {
						return true
					}
				}
			}
		}
	}
	return false
}

// readVisible looks for the date and the byline in the head of the article: after its heading,
// or before it within the element that contains the article. It skips lists of other articles,
// comments, and sentences of the text.
func readVisible(doc *html.Node) *visible {
	v := &visibleReader{heading: headingOf(doc)}
	v.home = articleAround(v.heading)
	v.passed = v.heading == nil
	v.walk(doc)
	return &v.out
}

type visibleReader struct {
	out     visible
	heading *html.Node // nil if there is none
	home    *html.Node // element that contains the article, nil if unknown
	passed  bool       // the heading has been passed
	inside  bool       // of home
	lines   int        // blocks after the heading
	prose   int        // bytes of long paragraphs after it
}

// headingOf returns the first h1 that has text.
func headingOf(doc *html.Node) *html.Node {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.H1 && n.Type == html.ElementNode && utf8.RuneCountInString(textOf(n)) > 10 {
			return n
		}
	}
	return nil
}

func articleAround(n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Article || n.DataAtom == atom.Main || n.Type == html.ElementNode && strings.Contains(attr(n, "itemtype"), "Article") {
			return n
		}
	}
	return nil
}

func (v *visibleReader) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		if n == v.heading {
			v.passed = true
			return
		}
		if v.skips(n) {
			return
		}
		if v.passed || v.inside {
			v.look(n)
		}
	}
	if n == v.home {
		v.inside = true
		defer func() { v.inside = false }()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		v.walk(c)
	}
}

// skips reports whether n belongs to something other than the article.
func (v *visibleReader) skips(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Nav, atom.Aside, atom.Form, atom.Svg, atom.Figure, atom.Head:
		return true
	case atom.Footer:
		if !v.inside || v.prose >= maxProse {
			return true
		}
	}
	if isHidden(n) {
		return true
	}
	switch partOf(n) {
	case partBelow, partConsent, partGate:
		return v.heading == nil || !holds(n, v.heading)
	case partBeside:
		return !named(n, bylineClasses) && !named(n, dateClasses) && (v.heading == nil || !holds(n, v.heading))
	}
	return false
}

func holds(outer, inner *html.Node) bool {
	for n := inner; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// afterTitle reads what readVisible did not find from the first lines after the title: old
// pages separate them by line breaks only.
func afterTitle(lines []string, title string) (out visible) {
	const most = 6
	from := max(0, slices.Index(lines, title)+1)
	for _, l := range lines[from:min(len(lines), from+most)] {
		if utf8.RuneCountInString(l) > maxDateLine {
			break
		}
		if out.byline == "" && headByline.MatchString(l) {
			out.byline = bylineOf(l)
		}
		if t, changed, ok := writtenDate(l); ok && !changed && out.published.IsZero() {
			out.published = t
		}
	}
	return out
}

const (
	maxDateLine = 160 // code points of an element that is a date, with what goes with it
	maxLines    = 12  // blocks after the heading that may be one without saying so
	maxProse    = 400 // bytes of text after which only a labelled date counts
)

func (v *visibleReader) look(n *html.Node) {
	switch {
	case n.DataAtom == atom.Time:
		v.lookTime(n)
		return
	case n.FirstChild == nil, n.DataAtom == atom.Body, n.DataAtom == atom.Html, n.DataAtom == atom.Main, n.DataAtom == atom.Article:
		return
	}
	isByline, isDate := named(n, bylineClasses), named(n, dateClasses)
	block := !inline[n.DataAtom] && n.Type == html.ElementNode
	if !isByline && !isDate && !block {
		return
	}
	text := boundedText(n, 4*maxDateLine)
	length := utf8.RuneCountInString(text)
	if block && length > maxDateLine && v.passed && isLeaf(n) {
		v.prose += len(text)
	}
	if length == 0 || length > maxDateLine {
		return
	}
	if (isByline || v.passed && isLeaf(n) && v.prose < maxProse && headByline.MatchString(text)) && v.out.byline == "" {
		v.out.byline = bylineOf(text)
	}
	if block && v.passed && isLeaf(n) {
		v.lines++
	}
	if hasTime(n) {
		return // which is more reliable
	}
	if isDate || v.passed && isLeaf(n) && v.lines <= maxLines && v.prose < maxProse {
		v.take(writtenDate(text))
	}
}

// hasTime reports whether n contains a time element with a machine-readable date.
func hasTime(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Time && d.Type == html.ElementNode && attr(d, "datetime") != "" {
			return true
		}
	}
	return false
}

// isLeaf reports whether a block contains no other block.
func isLeaf(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && !inline[c.DataAtom] && c.DataAtom != atom.Br {
			return false
		}
	}
	return true
}

// lookTime reads a time element, unless it is in a sentence of the text.
func (v *visibleReader) lookTime(n *html.Node) {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type != html.ElementNode || inline[p.DataAtom] {
			continue
		}
		// The text around a date is short and not a sentence.
		const most = 80
		around := strings.Replace(boundedText(p, 4*maxDateLine), textOf(n), "", 1)
		if isLeaf(p) &&
			(utf8.RuneCountInString(around) > most || p.DataAtom == atom.P && strings.HasSuffix(strings.TrimSpace(around), ".") && strings.Count(around, " ") > 3) {
			return
		}
		break
	}
	before := ""
	if n.PrevSibling != nil && n.PrevSibling.Type == html.TextNode {
		before = line(n.PrevSibling.Data)
	}
	changed := changeIntro.MatchString(before) || changeIntro.MatchString(textOf(n)) || hasWord(n, "updated", "modified", "dateModified")
	for _, s := range []string{attr(n, "datetime"), attr(n, "content"), textOf(n)} {
		if t, err := ParseDate(strings.TrimSpace(s)); err == nil && plausible(t) {
			v.take(t, changed, true)
			return
		}
	}
}

func hasWord(n *html.Node, words ...string) bool {
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "itemprop" || a.Key == "property" {
			for _, w := range words {
				if strings.Contains(a.Val, w) {
					return true
				}
			}
		}
	}
	return false
}

func (v *visibleReader) take(t time.Time, changed, ok bool) {
	switch {
	case !ok:
	case changed && v.out.changed.IsZero():
		v.out.changed = t
	case !changed && v.out.published.IsZero():
		v.out.published = t
	}
}

func boundedText(n *html.Node, most int) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (d.DataAtom == atom.Br || !inline[d.DataAtom]) {
			b.WriteString(" | ")
		}
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			if d.PrevSibling != nil || d.Parent != n {
				b.WriteByte(' ') // inline elements may be separated by style only
			}
			b.WriteString(d.Data)
		}
		if b.Len() > most {
			break
		}
	}
	return line(b.String())
}

//nolint:misspell // words of other languages
var (
	publishIntro = regexp.MustCompile(
		`(?i)^((first |originally |date )?(published|posted|created|issued|submitted|release[d]?)( (by|on|at) )?|date( of publication)?|on|` +
			`veröffentlicht( am)?|erstellt( am)?|erschienen am|stand|datum|vom|publiée?( le)?|paru le|mis en ligne le|le|publicado( el| em| a)?|` +
			`fecha|publicada( el| em)?|data|pubblicato( il)?|gepubliceerd( op)?|geplaatst( op)?|opublikowano|data publikacji|опубликовано|дата|` +
			`yayınlanma( tarihi)?|yayın tarihi|publicerad|publisert|julkaistu|vydáno|publikováno)\s*:?\s*`,
	)
	changeIntro = regexp.MustCompile(
		`(?i)^[(\[]?((last |latest )?(updated?|modified|edited|revised)( on| at)?|aktualisiert( am)?|zuletzt (aktualisiert|geändert)( am)?|` +
			`geändert( am)?|mise? à jour( le)?|mis à jour( le)?|modifiée?( le)?|actualizado( el)?|última actualización|atualizado( em)?|aggiornato( ` +
			`il)?|ultimo aggiornamento|bijgewerkt( op)?|laatste update|aktualizacja|обновлено|güncelleme( tarihi)?|uppdaterad|oppdatert|opdateret|päivitetty)\s*:?\s*`,
	)
	changeInside = regexp.MustCompile(
		`(?i)\s[(\[]?((last )?updated|modified|aktualisiert|zuletzt|mise? à jour|actualizado|atualizado|aggiornato|bijgewerkt|обновлено|` +
			`güncelleme|uppdaterad|oppdatert)\b`,
	)
	separators  = regexp.MustCompile(`\s*[|•·∙●‧⋅/—–]\s+|\s+-\s+|\s{3,}`)
	bylineAhead = regexp.MustCompile(
		`^(?:(?i:(?:submitted|posted|written|created|published) by) .+? (?i:on|at) |(?i:by|von|par|por|di|door|av|af|autor:?|author:?|` +
			`text:)\s+\p{Lu}[^\d|]+?(?:[,|•·–—-]|\s(?i:on|am|le|el|em|il|op|,))\s*)`,
	)
)

// writtenDate reads a line of the head of an article that is a date, completely or between
// separators, and reports whether it is the date of a change rather than of publication.
func writtenDate(s string) (t time.Time, changed, ok bool) {
	if !strings.ContainsAny(s, "0123456789٠١٢٣٤٥٦٧٨٩") {
		return t, false, false
	}
	candidates := append([]string{s, bylineAhead.ReplaceAllString(s, "")}, separators.Split(s, 8)...)
	if at := changeInside.FindStringIndex(s); at != nil {
		candidates = append(candidates, s[:at[0]], s[at[0]:])
	}
	for _, c := range candidates {
		c = strings.Trim(c, " \t()[]|•·-–—,;")
		isChange := changeIntro.MatchString(c)
		if isChange {
			c = changeIntro.ReplaceAllString(c, "")
		} else {
			c = publishIntro.ReplaceAllString(c, "")
		}
		c = bylineAhead.ReplaceAllString(c, "")
		if d, err := ParseDate(strings.Trim(c, " :,()[]")); err == nil && plausible(d) {
			if !ok || changed && !isChange {
				t, changed, ok = d, isChange, true
			}
			if !isChange {
				return t, false, true
			}
		}
	}
	return t, changed, ok
}

// plausible reports whether a page can be from a time.
func plausible(t time.Time) bool { return t.Year() > 1600 && t.Year() < 2200 }

var bylineEnd = regexp.MustCompile(`\s*([|•·–—]|\s-\s|,\s|\d|\b(?i:published|posted|updated|on|am|veröffentlicht|publié|publicado)\b).*$`)

// bylineOf returns the names in a byline, or "" if there seem to be none.
func bylineOf(text string) string {
	text = regexpBy.ReplaceAllString(line(text), "")
	text = strings.Trim(bylineEnd.ReplaceAllString(text, ""), " .,;:|")
	if i := strings.LastIndexByte(text, ' '); i > 0 && len(text)-i > 5 && dateWords[foldDate(text[i+1:])] {
		text = strings.TrimSpace(text[:i]) // the weekday of a date that was cut off
	}
	if n := utf8.RuneCountInString(text); n < 3 || n > 80 || strings.ContainsAny(text, "@/") || isNobody(text) {
		return ""
	}
	return text
}

// isNobody reports whether an author is an account of the system.
func isNobody(name string) bool {
	switch strings.ToLower(line(name)) {
	case "admin", "administrator", "super user", "superuser", "root", "webmaster", "editor", "author", "user", "anonymous", "guest":
		return true
	}
	return false
}

//nolint:misspell // words of other languages
var regexpBy = regexp.MustCompile(`^[|\s]*(?i:(written |reported |posted |story |words )?by|von|par|por|di|door|autor(?:in)?|author|text|reporter)\b\s*:?\s*`)
