package article

import (
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"
)

// meta is what a page says of itself: Open Graph (https://ogp.me), the usual
// meta names, JSON-LD (https://schema.org/NewsArticle) and link elements.
type meta struct {
	title, author, outlet, address, lang string
	image                                string
	also                                 []string
	body                                 string // the text of the article in JSON-LD
	closed                               bool   // JSON-LD says that the article is not free to read
	published                            time.Time
}

// Names of meta elements and properties, best first.
var (
	titleNames  = []string{"og:title", "twitter:title", "dc.title"}
	outletNames = []string{"og:site_name", "application-name", "dc.publisher"}
	authorNames = []string{"author", "parsely-author", "dc.creator", "sailthru.author", "article:author", "byl"}
	dateNames   = []string{
		"article:published_time",
		"og:article:published_time",
		"datepublished",
		"parsely-pub-date",
		"sailthru.date",
		"dc.date.issued",
		"dcterms.created",
		"dc.date",
		"pubdate",
		"publishdate",
		"publish-date",
		"publication_date",
		"date",
		"citation_publication_date",
		"rnews:datepublished",
		"vr:published_time",
		"article.published",
		"article:published",
		"cxenseparse:recs:publishtime",
	}
	changeNames = []string{"article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified"}
)

// titleMarks separate titles from the names of outlets.
var titleMarks = []string{" | ", " - ", " – ", " — ", " :: ", " » ", " • "}

// readMeta reads the metadata of the whole tree; address is nil if unknown.
func readMeta(doc *html.Node, address *url.URL) *meta {
	g := gathered{names: map[string]string{}}
	g.walk(doc)
	m := &meta{
		author: first(g.first(authorNames...), g.ld.author), outlet: first(g.first(outletNames...), g.ld.outlet),
		lang: cleanLang(first(g.lang, g.first("og:locale", "content-language", "dc.language"), g.ld.lang)), body: g.ld.body, closed: g.ld.closed,
	}
	if strings.Contains(m.author, "://") || strings.Contains(m.author, "@") {
		m.author = g.ld.author // Open Graph allows a profile's address
	}
	if isNobody(m.author) {
		m.author = ""
	}
	m.title = g.bestTitle(m.outlet)
	if m.outlet == "" {
		m.outlet = outletOf(g.title, m.title, g.heading)
	}
	m.published = firstDate(append([]string{g.ld.date}, g.all(dateNames...)...)...)
	seen := &visible{}
	if m.published.IsZero() || m.author == "" {
		seen = readVisible(doc)
	}
	m.author = first(m.author, seen.byline)
	for _, t := range []time.Time{seen.published, firstDate(g.ld.changed), firstDate(g.all(changeNames...)...), seen.changed} {
		if m.published.IsZero() {
			m.published = t
		}
	}
	base := address
	if b, err := url.Parse(strings.TrimSpace(g.base)); err == nil && g.base != "" && (b.IsAbs() || address != nil) {
		if base = b; address != nil {
			base = address.ResolveReference(b)
		}
	}
	m.address = canonical(address, g.canonical, g.first("og:url"))
	m.also = alternates(address, m.address, g.amp, g.first("og:url"))
	for _, raw := range append(append(g.all("og:image:secure_url", "og:image", "og:image:url"), g.ld.images...),
		append(g.all("twitter:image", "twitter:image:src", "thumbnail", "image"), g.imageSrc)...) {
		if m.image = ImageURL(base, raw); m.image != "" {
			break
		}
	}
	return m
}

// bestTitle returns the article's title. The name of the outlet alone is not a title.
func (g *gathered) bestTitle(outlet string) string {
	heading := g.heading
	if rest, ok := strings.CutPrefix(line(g.title), line(heading)); ok && strings.HasPrefix(rest, ": ") {
		heading = "" // the outlet's name, as on many weblogs
	}
	for _, t := range append(g.all(titleNames...), g.ld.headline, heading, g.title) {
		if line(t) != "" && !strings.EqualFold(line(t), line(outlet)) {
			return t
		}
	}
	return ""
}

// outletOf returns the name of the outlet from the end of the document's title, if the
// article's title is before it.
func outletOf(document, title, heading string) string {
	document = line(document)
	for _, t := range []string{line(title), line(heading)} {
		rest, ok := strings.CutPrefix(document, t)
		if t == "" || !ok {
			continue
		}
		for _, mark := range titleMarks {
			if i := strings.LastIndex(rest, mark); i >= 0 {
				if name := strings.TrimSpace(rest[i+len(mark):]); name != "" && len([]rune(name)) <= 40 {
					return name
				}
			}
		}
	}
	return ""
}

// alternates returns other addresses of the same article: where it was found, its AMP version,
// and the one of Open Graph if that has the same last part as the canonical one. Many sites
// give every page the Open Graph address of another page.
func alternates(page *url.URL, canonicalAddress, amp, openGraph string) (out []string) {
	add := func(raw string, trusted bool) {
		u, err := url.Parse(strings.TrimSpace(raw))
		if raw == "" || err != nil {
			return
		}
		if page != nil {
			u = page.ResolveReference(u)
		}
		known, err := url.Parse(canonicalAddress)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Host == "" || site(u) != site(known) || len(u.String()) > 2_048 {
			return
		}
		last := path.Base(u.Path)
		if address := u.String(); address != canonicalAddress && strings.Trim(u.Path, "/") != "" && (trusted || last == path.Base(known.Path)) &&
			!slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	if page != nil {
		add(page.String(), true)
	}
	add(amp, true)
	add(openGraph, false)
	return out
}

// gathered is the metadata in the elements of a page.
type gathered struct {
	names                           map[string]string // meta elements by lower-case name
	lang, canonical, title, heading string
	amp, base, imageSrc             string
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
			switch strings.ToLower(attr(n, "rel")) {
			case "canonical":
				g.canonical = first(g.canonical, attr(n, "href"))
			case "amphtml":
				g.amp = first(g.amp, attr(n, "href"))
			case "image_src":
				g.imageSrc = first(g.imageSrc, attr(n, "href"))
			}
		case atom.Base:
			g.base = first(g.base, attr(n, "href"))
		case atom.Title:
			if n.Parent != nil && n.Parent.DataAtom == atom.Head {
				g.title = first(g.title, textOf(n))
			}
		case atom.H1:
			g.heading = first(g.heading, textOf(n))
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

// linkedData is what JSON-LD says about the article.
type linkedData struct {
	headline, author, outlet, date, changed, lang, body string
	images                                              []string
	closed                                              bool
}

// add reads one block. Blocks that are not JSON even after common mistakes are corrected are
// ignored, as browsers do.
func (d *linkedData) add(text string) {
	var v any
	if len(text) > 1<<20 {
		return
	}
	if json.Unmarshal([]byte(text), &v) != nil && json.Unmarshal([]byte(mended(text)), &v) != nil {
		return
	}
	d.visit(v, 0)
}

var trailingComma = regexp.MustCompile(`,\s*([}\]])`)

// mended removes comments and CDATA marks around JSON, line breaks in its strings, and commas
// after the last member.
func mended(text string) string {
	text = strings.TrimSpace(text)
	for _, wrap := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"<![CDATA[", "]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}} {
		if strings.HasPrefix(text, wrap[0]) {
			text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, wrap[0]), wrap[1]))
		}
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.TrimSuffix(text, ";"))
	return trailingComma.ReplaceAllString(text, "$1")
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
			d.headline, d.date = first(
				d.headline,
				nameOf(v["headline"]),
				nameOf(v["name"]),
			), first(
				d.date,
				nameOf(v["datePublished"]),
				nameOf(v["dateCreated"]),
			)
			d.changed, d.lang = first(d.changed, nameOf(v["dateModified"])), first(d.lang, nameOf(v["inLanguage"]))
			d.author, d.outlet = first(d.author, nameOf(v["author"])), first(d.outlet, nameOf(v["publisher"]))
			d.body = first(d.body, nameOf(v["articleBody"]))
			d.images = append(d.images, addressesOf(v["image"])...)
			d.images = append(d.images, addressesOf(v["thumbnailUrl"])...)
			d.closed = d.closed || v["isAccessibleForFree"] == false || strings.EqualFold(nameOf(v["isAccessibleForFree"]), "false")
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			d.visit(v[key], depth+1)
		}
	}
}

// addressesOf reads addresses: texts, things with a url, or a list of either.
func addressesOf(v any) (out []string) {
	const most = 5
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		for _, key := range []string{"url", "contentUrl"} {
			if s, ok := v[key].(string); ok {
				return []string{s}
			}
		}
	case []any:
		for _, item := range v[:min(len(v), most)] {
			if _, list := item.([]any); !list {
				out = append(out, addressesOf(item)...)
			}
		}
	}
	return out
}

func isArticle(kind any) bool {
	switch kind := kind.(type) {
	case string:
		return strings.HasSuffix(kind, "Article") || strings.HasSuffix(kind, "BlogPosting") || kind == "Report"
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
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if t, err := ParseDate(v); err == nil && plausible(t) {
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

// canonical returns the address that the page states for itself, if it is on the same site: a
// page must not claim to be another site's. Otherwise it returns where the page was found.
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

// site returns the host without the prefixes of mobile and other versions.
func site(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, prefix := range []string{"www.", "m.", "amp.", "mobile."} {
		host = strings.TrimPrefix(host, prefix)
	}
	return host
}
