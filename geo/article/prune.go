package article

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// part is the kind of a part of a page, by its class names, ids and labels.
type part uint8

const (
	partNone    part = iota
	partByline       // who wrote the article and when
	partBeside       // what accompanies articles: related links, share buttons, author boxes; never large
	partBelow        // comments, which may be longer than the article
	partConsent      // what asks for consent
	partGate         // what asks to subscribe or register before reading on
)

// partOfWord maps words of class names, ids and labels to parts.
var partOfWord = partWords()

//nolint:misspell // words of other languages
func partWords() map[string]part {
	m := map[string]part{}
	for kind, words := range map[part]string{
		partBelow:   "comment comments commenting disqus respond livefyre coral viafoura commentaires kommentare comentarios commenti reacties",
		partByline:  "byline bylines author authors contributor contributors",
		partConsent: "cookie cookies consent gdpr ccpa onetrust didomi cookiebot usercentrics quantcast qc cmp truste cookiebanner cookieconsent euconsent",
		partGate:    "paywall regwall metered meter piano tp poool softwall hardwall subscribewall premiumwall registrationwall abowall paygate",
		partBeside: "related relateds recommended recommendation recommendations recirc recirculation readmore more-stories also-read readalso " +
			"most-read most-popular mostread trending popular outbrain taboola zergnet revcontent " +
			"newsletter newsletters nl-signup signup sign-up subscribe subscription subscriptions promo promos promotion promobox sponsored sponsor " +
			"advert advertisement advertising advertorial ads ad dfp adslot adsbygoogle " +
			"share sharing sharedaddy social socials addtoany addthis follow breadcrumb breadcrumbs tags tag-list tagcloud toolbar masthead topbar " +
			"sidebar skyscraper widget widgets ticker carousel teaser teasers " +
			"author-box authorbox author-bio about-author bio caption captions wp-caption-text cutline credit credits photo-credit imagecredit " +
			"copyright correction-link " +
			"modal popup lightbox login donate donation donations appeal membership feedback poll quiz navigation pagination pager prevnext " +
			"jump-links skip-link skip screen-reader-text sr-only visually-hidden visuallyhidden " +
			"article-info articleinfo hits relacionadas relacionados verwandt weiterlesen liens-lies alire correlati lees-ook",
	} {
		for _, word := range strings.Fields(words) {
			m[word] = kind
		}
	}
	return m
}

// partOfRole are the landmark roles of ARIA that contain no article.
var partOfRole = map[string]part{
	"complementary": partBeside,
	"navigation":    partBeside,
	"contentinfo":   partBeside,
	"search":        partBeside,
	"dialog":        partBeside,
	"alertdialog":   partBeside,
	"menu":          partBeside,
	"toolbar":       partBeside,
}

// partOfElement are elements, of AMP and others, that contain no article.
var partOfElement = map[string]part{
	"amp-sidebar":           partBeside,
	"amp-ad":                partBeside,
	"amp-embed":             partBeside,
	"amp-list":              partBeside,
	"amp-next-page":         partBeside,
	"amp-lightbox":          partBeside,
	"amp-social-share":      partBeside,
	"amp-carousel":          partBeside,
	"amp-consent":           partConsent,
	"amp-user-notification": partConsent,
	"figcaption":            partBeside,
}

// partOf returns the part that an element is, by its name, role, class and id.
func partOf(n *html.Node) part {
	if p := partOfElement[n.Data]; p != partNone {
		return p
	}
	best := partNone
	for _, a := range n.Attr {
		switch a.Key {
		case "role":
			best = max(best, partOfRole[strings.ToLower(strings.TrimSpace(a.Val))])
		case "class", "id", "data-component", "data-testid", "data-module", "aria-label":
			if len(a.Val) < 400 {
				best = max(best, partOfName(a.Val, a.Key == "aria-label"))
			}
		}
	}
	return best
}

// partOfName examines the words of a name, and those joined by hyphens.
func partOfName(names string, label bool) (best part) {
	for _, name := range strings.Fields(names) {
		words := wordsOf(name)
		if len(words) > 6 || strings.HasPrefix(name, "has-") || strings.HasPrefix(name, "no-") || strings.HasPrefix(name, "is-") ||
			strings.HasPrefix(name, "with") ||
			strings.HasPrefix(name, "category-") ||
			strings.HasPrefix(name, "tag-") {
			continue // states and topics of something else
		}
		for i, w := range words {
			p := partOfWord[w]
			if i+1 < len(words) {
				p = max(p, partOfWord[w+"-"+words[i+1]])
			}
			if i+2 < len(words) {
				p = max(p, partOfWord[w+"-"+words[i+1]+"-"+words[i+2]])
			}
			best = max(best, p)
		}
		if label {
			break // "Related stories" is a label, "Story about related matters" is not
		}
	}
	return best
}

// wordsOf splits "relatedLinks__list-2" into lower-case words.
func wordsOf(name string) (words []string) {
	from := 0
	cut := func(to int) {
		if to > from {
			words = append(words, strings.ToLower(name[from:to]))
		}
	}
	var before rune
	for i, r := range name {
		switch {
		case r == '-' || r == '_' || r == ':' || r == '.' || r == '/':
			cut(i)
			from = i + 1
		case unicode.IsUpper(r) && unicode.IsLower(before):
			cut(i)
			from = i
		}
		before = r
	}
	cut(len(name))
	return words
}

// pruned is what was removed from a page.
type pruned struct {
	gate    string // text of what asks to subscribe
	consent string // text of what asks for consent
}

// prune removes what surrounds the article of a page. Elements that contain the article's
// heading or body stay, whatever their names are, and so do elements with much of the page's
// text, unless they are comments or a request for consent.
func prune(doc *html.Node) (out pruned) {
	p := &pruner{sizes: map[*html.Node]int{}, holds: map[*html.Node]bool{}}
	total := p.measure(doc)
	p.visit(doc, total, &out)
	return out
}

type pruner struct {
	sizes map[*html.Node]int  // bytes of text below
	holds map[*html.Node]bool // the heading or the body of the article below
}

func (p *pruner) measure(n *html.Node) (size int) {
	switch {
	case n.Type == html.TextNode:
		return len(strings.TrimSpace(n.Data))
	case n.Type == html.ElementNode && (n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Noscript || n.DataAtom == atom.Template):
		return 0
	}
	holds := false
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		size += p.measure(c)
		holds = holds || p.holds[c]
	}
	if n.Type == html.ElementNode {
		p.holds[n] = holds || n.DataAtom == atom.H1 || n.DataAtom == atom.Main || n.DataAtom == atom.Article && !holds && size > 1_000 || isBody(n)
		p.sizes[n] = size
	}
	return size
}

// isBody reports whether an element is marked as the body of an article.
func isBody(n *html.Node) bool {
	return strings.EqualFold(attr(n, "itemprop"), "articleBody")
}

func (p *pruner) visit(n *html.Node, total int, out *pruned) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			if p.drops(c, total, out) {
				n.RemoveChild(c)
			} else {
				p.visit(c, total, out)
			}
		}
		c = next
	}
}

func (p *pruner) drops(n *html.Node, total int, out *pruned) bool {
	switch n.DataAtom {
	case atom.Html, atom.Head, atom.Body, atom.Main, atom.Script, atom.Title, atom.Meta, atom.Link:
		return false
	}
	if p.holds[n] {
		return false
	}
	const small = 0.3
	switch partOf(n) {
	case partBelow:
		return true
	case partConsent:
		out.consent += " " + textOf(n)
		return true
	case partGate:
		if float64(p.sizes[n]) > 0.5*float64(total) && p.sizes[n] > maxWall {
			return false // a wrapper around the paid article
		}
		out.gate += " " + textOf(n)
		return true
	case partBeside, partByline:
		return float64(p.sizes[n]) <= small*float64(total) || p.sizes[n] < 200 || n.Data == "figcaption"
	}
	return false
}
