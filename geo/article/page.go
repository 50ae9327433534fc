package article

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsmap/geo"
	"newsmap/geo/encoding"
)

// Limits of a page. A page beyond them is refused, not cut: half an article would pass for a
// complete one.
const (
	MaxPage     = 8 << 20 // bytes of HTML as received
	maxElements = 30_000
	maxText     = 2_000_000 // bytes of extracted text
)

// Extract returns the article of a page. contentType is the header of the response, and
// pageURL the address of the page; both may be empty. The error wraps geo.ErrInvalid and names
// "page".
func Extract(ctx context.Context, body []byte, contentType, pageURL string) (*Article, error) {
	if len(body) > MaxPage {
		return nil, geo.Invalid("page", "is too large: %d bytes; the limit is %d", len(body), MaxPage)
	}
	address, err := parseAddress(pageURL)
	if err != nil {
		return nil, err
	}
	doc, err := parse(body, contentType)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Metadata is read first, because what follows changes the tree.
	m := readMeta(doc, address)
	needsScripts := isShell(doc)
	around := prune(doc)
	plain := blocks(doc)
	listed := isList(doc)
	a, err := readable(doc, address)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out, err := m.complete(a, plain)
	if err == nil && m.body == "" && (isList(a.Node) || listed && len(out.Text) < minText) {
		err = ErrNone
	}
	if err != nil {
		return nil, m.explain(err, needsScripts, &around)
	}
	out.wall = m.wallOf(out, needsScripts, &around)
	return out, nil
}

// isList reports whether nearly all text below a node is links, as on a front page or in a
// menu.
func isList(root *html.Node) bool {
	const most = 0.8
	all, linked := 0, 0
	if root == nil {
		return false
	}
	for n := range root.Descendants() {
		if n.Type != html.TextNode || unseen(n) {
			continue
		}
		size := len(strings.TrimSpace(n.Data))
		all += size
		for up := n.Parent; up != nil; up = up.Parent {
			if up.DataAtom == atom.A {
				linked += size
				break
			}
		}
	}
	return linked > 0 && float64(linked) > most*float64(all)
}

// unseen reports whether a text is where no page shows it.
func unseen(text *html.Node) bool {
	if text.Parent == nil {
		return false
	}
	switch text.Parent.DataAtom {
	case atom.Title, atom.Script, atom.Style, atom.Noscript, atom.Template:
		return true
	}
	return false
}

// explain says what a page without an article is instead, if that is clear.
func (m *meta) explain(err error, needsScripts bool, around *pruned) error {
	if what := m.wallOf(&Article{}, needsScripts, around); what != "" && errors.Is(err, ErrNone) {
		return geo.Invalid("page", "contains no article but %s", what)
	}
	return err
}

func parseAddress(pageURL string) (*url.URL, error) {
	if pageURL == "" {
		return nil, nil //nolint:nilnil // no address is not an error
	}
	u, err := url.Parse(pageURL)
	if err != nil || u.Host == "" {
		return nil, geo.Invalid("page", "was found at %.60q, which is not an address", pageURL)
	}
	return u, nil
}

// parse decodes and parses the page. The parser refuses deep nesting itself.
func parse(body []byte, contentType string) (*html.Node, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, geo.Invalid("page", "is empty")
	}
	text, _ := encoding.Decode(body, encoding.OfPage(body, contentType))
	if len(text) > 4*MaxPage {
		return nil, geo.Invalid("page", "has too much text: %d bytes; the limit is %d", len(text), 4*MaxPage)
	}
	if err := countTags(text); err != nil {
		return nil, err
	}
	doc, err := html.Parse(bytes.NewReader(bytes.ReplaceAll(text, []byte{0}, nil)))
	if err != nil {
		return nil, geo.Invalid("page", "cannot be parsed: %v", err)
	}
	return doc, nil
}

// countTags bounds the work of the parser, which grows with the square of the number of tags
// for some malformed pages.
func countTags(text []byte) error {
	if n := bytes.Count(text, []byte("<")); n > 2*maxElements {
		return geo.Invalid("page", "has too many tags: %d; the limit is %d", n, 2*maxElements)
	}
	return nil
}

// readable finds the body of the article, or nil if there is none.
func readable(doc *html.Node, address *url.URL) (a *readability.Article, err error) {
	// Pages are hostile and the library is not ours: a panic in it must not end the process.
	defer func() {
		if r := recover(); r != nil {
			a, err = nil, geo.Invalid("page", "cannot be read: %v", r)
		}
	}()
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxElements
	found, err := parser.ParseAndMutate(doc, address)
	switch {
	case errors.Is(err, geo.ErrInvalid):
		return nil, err
	case err != nil:
		return nil, geo.Invalid("page", "%v", err)
	}
	return &found, nil
}

// minText is the minimum size of the found body in bytes; otherwise the plain text of the
// whole page is better.
const minText = 140

// ErrNone is returned for a page that has no text other than that of links. It wraps
// geo.ErrInvalid.
var ErrNone error = geo.Invalid("page", "contains no article")

// complete joins the metadata of the page with the found text.
func (m *meta) complete(found *readability.Article, plain []string) (*Article, error) {
	a := &Article{
		Title: short(first(m.title, found.Title()), maxTitle), Byline: short(first(m.author, bylineOf(found.Byline())), 200),
		Outlet: short(first(m.outlet, found.SiteName()), 200), URL: m.address, Lang: m.lang, Published: m.published, Image: m.image, Also: m.also,
	}
	a.Byline = strings.TrimPrefix(strings.TrimPrefix(a.Byline, "By "), "by ")
	a.Title = withoutOutlet(a.Title, a.Outlet)
	a.takeShown(plain)
	shown := blocks(found.Node)
	end := slices.Clone(shown[max(0, len(shown)-lastLines):]) // because trim removes boilerplate
	body := leading(trim(shown), a.Title, a.Byline)
	if size(body) < minText {
		if all := leading(trim(plain), a.Title, a.Byline); size(all) > 2*size(body) {
			body = all
		}
	}
	a.Text = join(body)
	if said := FromFragment(strings.ReplaceAll(m.body, "\n", "<br>")); len(said) > 2*len(a.Text) && len(said) > minText {
		a.Text = said
	}
	switch {
	case len(a.Text) > maxText:
		return nil, geo.Invalid("page", "has too much text: %d bytes; the limit is %d", len(a.Text), maxText)
	case a.Text == "":
		return nil, ErrNone
	}
	a.asks = len(a.Text) < stub && asksToPay(end)
	a.Lang = LangOf(a.Lang, a.Title+"\n"+a.Text)
	return a, nil
}

// titleParts separate the names in a document's title.
var titleParts = regexp.MustCompile(`: | [|–—»•-] | :: `)

// takeShown takes from the visible lines what the metadata lacks: which part of the title is
// the article's, the byline and the date.
func (a *Article) takeShown(lines []string) {
	const least = 15 // bytes of a title
	if !slices.Contains(lines, a.Title) {
		parts := titleParts.Split(a.Title, 4)
		for i, part := range parts {
			if i > 0 && len(part) >= least && slices.Contains(lines, part) {
				a.Title, a.Outlet = part, first(a.Outlet, parts[0])
				break
			}
		}
	}
	if a.Byline != "" && !a.Published.IsZero() {
		return
	}
	shown := afterTitle(lines, a.Title)
	a.Byline = first(a.Byline, shown.byline)
	if a.Published.IsZero() {
		a.Published = shown.published
	}
}

func size(paragraphs []string) (n int) {
	for _, p := range paragraphs {
		n += len(p)
	}
	return n
}

func first(values ...string) string {
	for _, v := range values {
		if line(v) != "" {
			return v
		}
	}
	return ""
}

// withoutOutlet splits "Title | Outlet" and "Title - Outlet".
func withoutOutlet(title, outlet string) string {
	if outlet == "" {
		return title
	}
	for _, mark := range titleMarks {
		if cut, ok := strings.CutSuffix(title, mark+outlet); ok && cut != "" {
			return cut
		}
	}
	return title
}
