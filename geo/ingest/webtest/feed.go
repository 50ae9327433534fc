package webtest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"time"
)

// Format is a format of feeds.
type Format string

// The formats.
const (
	RSS     Format = "rss"
	Atom    Format = "atom"
	JSON    Format = "json"
	RDF     Format = "rdf"     // RSS 1.0: no ids, no full texts
	RSS091  Format = "rss-091" // no ids, no dates, no full texts
	Loose   Format = "loose"   // RSS with common mistakes: undeclared entities, relative links, declared as HTML
	Sitemap Format = "sitemap" // news sitemap: only addresses, titles and dates
)

// Item is an entry of a feed.
type Item struct {
	ID        string // empty: none
	Link      string // as written in the feed; a path is relative to the site
	Title     string
	Summary   string
	Content   string    // full text as HTML, if the feed has it
	Published time.Time // zero: none
	Date      string    // written as it is instead of Published
	Point     string    // GeoRSS: lat, lon in degrees, separated by a space; empty: none; only in RSS and Atom
}

// formatDate returns Published in a layout of package time, or Date if that is set.
func (i *Item) formatDate(layout string) string {
	if i.Date != "" || i.Published.IsZero() {
		return i.Date
	}
	return i.Published.UTC().Format(layout)
}

// Feed is a feed of a site.
type Feed struct {
	Format Format
	Home   string // address of the site, without a slash at the end
	Title  string
	TTL    string // in minutes; empty: none; only in RSS
	Items  []Item
}

// Render returns the feed in its format, without an XML declaration, and the usual media type
// of such feeds.
func (f *Feed) Render() (text, contentType string) {
	switch f.Format {
	case Atom:
		return f.atom(), "application/atom+xml"
	case JSON:
		return f.json(), "application/feed+json"
	case RDF:
		return f.rdf(), "application/rdf+xml"
	case RSS091:
		return f.rss091(), "text/xml"
	case Loose:
		return f.loose(), "text/html" // wrong, but common
	case Sitemap:
		return f.sitemap(), "application/xml"
	default:
		return f.rss(), "application/rss+xml"
	}
}

func escape(text string) string { return html.EscapeString(text) }

// element writes an element unless it is empty. name may include attributes, content is
// markup.
func element(b *strings.Builder, name, content string) {
	if content == "" {
		return
	}
	end, _, _ := strings.Cut(name, " ")
	fmt.Fprintf(b, "<%s>%s</%s>", name, content, end)
}

// cdata returns content as a CDATA section, or "" if it is empty.
func cdata(content string) string {
	if content == "" {
		return ""
	}
	return "<![CDATA[" + strings.ReplaceAll(content, "]]>", "]]]]><![CDATA[>") + "]]>"
}

func (f *Feed) rss() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:georss="http://www.georss.org/georss"><channel><title>`+
		`%s</title><link>%s/</link><description>News</description>`, escape(f.Title), f.Home)
	element(&b, "ttl", f.TTL)
	for n := range f.Items {
		i := &f.Items[n]
		b.WriteString("<item>")
		element(&b, "title", escape(i.Title))
		element(&b, "link", escape(i.Link))
		element(&b, `guid isPermaLink="false"`, escape(i.ID))
		element(&b, "pubDate", i.formatDate(time.RFC1123Z))
		element(&b, "description", escape(i.Summary))
		element(&b, "content:encoded", cdata(i.Content))
		element(&b, "georss:point", i.Point)
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (f *Feed) loose() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>%s &nbsp;</title><link>/</link><description>"+
		"All &eacute;ditions &copy;</description>", escape(f.Title))
	for n := range f.Items {
		i := &f.Items[n]
		link := strings.TrimPrefix(i.Link, f.Home) // relative if possible
		fmt.Fprintf(&b, "\n<item>\n  <title>%s</title>\n  <link>\n %s </link>", cdata(i.Title), strings.ReplaceAll(link, "&", "&amp;"))
		element(&b, `guid isPermaLink="false"`, escape(i.ID))
		element(&b, "pubDate", i.formatDate(time.RFC1123Z))
		if i.Summary != "" {
			element(&b, "description", cdata("<img src='/a.gif' width=1><div><b>"+escape(i.Summary)+"</b><br clear=all></div>"))
		}
		element(&b, "content:encoded", cdata(i.Content))
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (f *Feed) rss091() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<rss version=\"0.91\"><channel><title>%s</title><link>%s/</link><description>News</description><language>en-us</language>",
		escape(f.Title), f.Home)
	for _, i := range f.Items {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link>", escape(i.Title), escape(i.Link))
		element(&b, "description", escape(i.Summary))
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (f *Feed) rdf() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" `+
		`xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="%[2]s/"><title>%[1]s</title><link>%[2]s/</link><description>News</description></channel>`,
		escape(f.Title), f.Home)
	for n := range f.Items {
		i := &f.Items[n]
		fmt.Fprintf(&b, `<item rdf:about="%[2]s"><title>%[1]s</title><link>%[2]s</link>`, escape(i.Title), escape(i.Link))
		element(&b, "description", escape(i.Summary))
		element(&b, "dc:date", i.formatDate(time.RFC3339))
		b.WriteString("</item>")
	}
	b.WriteString("</rdf:RDF>")
	return b.String()
}

func (f *Feed) atom() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"><title>%s</title><link href="%s/"/><id>%s</id>`,
		escape(f.Title), f.Home, escape(f.Title))
	for n := range f.Items {
		i := &f.Items[n]
		b.WriteString("<entry>")
		element(&b, "title", escape(i.Title))
		if i.Link != "" {
			fmt.Fprintf(&b, `<link rel="alternate" href="%s"/>`, escape(i.Link))
		}
		element(&b, "id", escape(i.ID))
		element(&b, "published", i.formatDate(time.RFC3339))
		element(&b, "summary", escape(i.Summary))
		element(&b, `content type="html"`, escape(i.Content))
		element(&b, "georss:point", i.Point)
		b.WriteString("</entry>")
	}
	b.WriteString("</feed>")
	return b.String()
}

func (f *Feed) json() string {
	type entry struct {
		ID        string `json:"id,omitempty"`
		URL       string `json:"url,omitempty"`
		Title     string `json:"title,omitempty"`
		Summary   string `json:"summary,omitempty"`
		Content   string `json:"content_html,omitempty"`
		Published string `json:"date_published,omitempty"`
	}
	entries := make([]entry, len(f.Items))
	for n := range f.Items {
		i := &f.Items[n]
		entries[n] = entry{i.ID, i.Link, i.Title, i.Summary, i.Content, i.formatDate(time.RFC3339)}
	}
	b, err := json.Marshal(map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": f.Title, "home_page_url": f.Home + "/", "items": entries})
	if err != nil {
		panic(fmt.Sprintf("webtest: %v", err)) // text never fails
	}
	return string(b)
}

func (f *Feed) sitemap() string {
	var b strings.Builder
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for n := range f.Items {
		i := &f.Items[n]
		fmt.Fprintf(&b, "<url><loc>%s</loc><news:news><news:publication><news:name>%s</news:name><news:language>en</news:language></news:publication>",
			escape(i.Link), escape(f.Title))
		element(&b, "news:publication_date", i.formatDate(time.RFC3339))
		element(&b, "news:title", escape(i.Title))
		b.WriteString("</news:news></url>")
	}
	b.WriteString("</urlset>")
	return b.String()
}

// OPML returns an OPML list of feeds.
func OPML(feeds ...Outline) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><head><title>Feeds</title></head><body>\n")
	for _, f := range feeds {
		b.WriteString("<outline type=\"rss\" text=\"")
		_ = xml.EscapeText(&b, []byte(f.Title))
		fmt.Fprintf(&b, "\" xmlUrl=\"%s\"/>\n", f.URL)
	}
	b.WriteString("</body></opml>\n")
	return []byte(b.String())
}

// Outline is a feed in a list.
type Outline struct{ Title, URL string }
