package article

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"

	"newsmap/geo"
)

// meta is what a page says of itself: Open Graph (https://ogp.me), the usual
// meta names, JSON-LD (https://schema.org/NewsArticle) and link elements.
type meta struct {
	title, author, outlet, address, lang string
	published                            time.Time
}

// Names of meta elements and properties, best first.
var (
	titleNames  = []string{"og:title", "twitter:title", "dc.title"}
	outletNames = []string{"og:site_name", "application-name", "dc.publisher"}
	authorNames = []string{"author", "parsely-author", "dc.creator", "sailthru.author"}
	dateNames   = []string{
		"article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created",
		"dc.date", "pubdate", "publishdate", "publish-date", "date", "citation_publication_date",
	}
)

// readMeta gathers from the whole tree; address is nil if unknown.
func readMeta(doc *html.Node, address *url.URL) *meta {
	g := gathered{names: map[string]string{}}
	g.walk(doc)
	m := &meta{
		title: g.first(titleNames...), author: first(g.first(authorNames...), g.ld.author), outlet: first(g.first(outletNames...), g.ld.outlet),
		lang: cleanLang(first(g.lang, g.first("og:locale", "content-language", "dc.language"))),
	}
	if strings.Contains(m.author, "://") {
		m.author = g.ld.author // Open Graph allows a profile's address
	}
	m.title = first(m.title, g.ld.headline, g.heading, g.title)
	m.published = firstDate(append([]string{g.ld.date}, append(g.all(dateNames...), g.times...)...)...)
	m.address = canonical(address, g.canonical, g.first("og:url"))
	return m
}

// gathered is what the elements of a page hold.
type gathered struct {
	names                           map[string]string // meta elements by lower-case name
	lang, canonical, title, heading string
	times                           []string // of time elements, machine-readable
	ld                              linkedData
}

func (g *gathered) walk(root *html.Node) {
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			g.lang = first(g.lang, attr(n, "lang"), attr(n, "xml:lang"))
		case atom.Meta:
			g.addName(n)
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") {
				g.canonical = first(g.canonical, attr(n, "href"))
			}
		case atom.Title:
			if n.Parent != nil && n.Parent.DataAtom == atom.Head {
				g.title = first(g.title, textOf(n))
			}
		case atom.H1:
			g.heading = first(g.heading, textOf(n))
		case atom.Time:
			if len(g.times) < 3 {
				g.times = append(g.times, attr(n, "datetime"))
			}
		case atom.Script:
			if strings.EqualFold(attr(n, "type"), "application/ld+json") && n.FirstChild != nil {
				g.ld.add(n.FirstChild.Data)
			}
		}
	}
}

func (g *gathered) addName(n *html.Node) {
	content := attr(n, "content")
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		name := strings.ToLower(attr(n, key))
		if _, known := g.names[name]; name != "" && !known && line(content) != "" {
			g.names[name] = content
		}
	}
}

func (g *gathered) all(names ...string) (out []string) {
	for _, name := range names {
		out = append(out, g.names[name])
	}
	return out
}

func (g *gathered) first(names ...string) string { return first(g.all(names...)...) }

// linkedData is what JSON-LD says of the article.
type linkedData struct{ headline, author, outlet, date string }

// add reads one block. Blocks that are not JSON are passed over, as browsers do.
func (d *linkedData) add(text string) {
	var v any
	if len(text) > 1<<20 || json.Unmarshal([]byte(text), &v) != nil {
		return
	}
	d.visit(v, 0)
}

func (d *linkedData) visit(v any, depth int) {
	const deepest = 4
	if depth > deepest {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			d.visit(item, depth+1)
		}
	case map[string]any:
		if isArticle(v["@type"]) {
			d.headline, d.date = first(d.headline, nameOf(v["headline"])), first(d.date, nameOf(v["datePublished"]))
			d.author, d.outlet = first(d.author, nameOf(v["author"])), first(d.outlet, nameOf(v["publisher"]))
		}
		d.visit(v["@graph"], depth+1)
	}
}

func isArticle(kind any) bool {
	switch kind := kind.(type) {
	case string:
		return strings.HasSuffix(kind, "Article") || kind == "BlogPosting" || kind == "Report"
	case []any:
		for _, k := range kind {
			if isArticle(k) {
				return true
			}
		}
	}
	return false
}

// nameOf reads a text, a thing with a name, or a list of either.
func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		name, _ := v["name"].(string)
		return name
	case []any:
		var names []string
		for _, item := range v {
			if m, ok := item.([]any); !ok || m == nil {
				if name := nameOf(item); name != "" {
					names = append(names, name)
				}
			}
		}
		return strings.Join(names, ", ")
	}
	return ""
}

func firstDate(values ...string) time.Time {
	for _, v := range values {
		if t, err := geo.ParseDate(v); err == nil && t.Year() > 1600 {
			return t
		}
	}
	return time.Time{}
}

func cleanLang(s string) string {
	tag, err := language.Parse(strings.ReplaceAll(line(s), "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// canonical is the address that the page gives for itself, if it is on the same
// site; a page must not pass for another's. Else it is where it was found.
func canonical(page *url.URL, given ...string) string {
	for _, g := range given {
		u, err := url.Parse(strings.TrimSpace(g))
		if g == "" || err != nil {
			continue
		}
		if page != nil {
			u = page.ResolveReference(u)
		}
		if (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && (page == nil || site(u) == site(page)) {
			return u.String()
		}
	}
	if page == nil {
		return ""
	}
	return page.String()
}

// site is the host without the prefixes of its mobile and other forms.
func site(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, prefix := range []string{"www.", "m.", "amp.", "mobile."} {
		host = strings.TrimPrefix(host, prefix)
	}
	return host
}
