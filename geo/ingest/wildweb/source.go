package wildweb

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"newsmap/geo"
)

// source is a feed.
type source struct {
	n        int
	host     *host
	title    string
	path     string
	format   format
	packing  string // Content-Encoding; empty: none
	charset  string
	mode     mode
	ids      ids
	caching  caching
	fault    *fault
	moved    bool    // to another address for good, from the second turn on
	last     int     // turn, in which no server lies
	twin     *source // whose articles it lists too, as a section of the same outlet
	articles []*piece
	flood    int // items, all new in each turn, in the place of articles
}

type format int

const (
	formatRSS format = iota
	formatAtom
	formatJSON
	formatRDF
	formatRSSLoose // as in the wild: entities undeclared, relative links, CDATA
	formatSitemap
	formatRSS091 // no guids, no dates
	formats
)

// mode is what a feed gives of its articles.
type mode int

const (
	modeSummary mode = iota
	modeFull
	modeTitle
	modes
)

// ids is how a feed identifies its items.
type ids int

const (
	idsStable  ids = iota // a guid for good, the address for good
	idsTracked            // other tracking parameters in the address with each turn
	idsFresh              // another guid with each turn
	idsSame               // all items have one guid
	idsSlug               // another address with each version, the guid for good
	idsScheme             // http and https by turns
	idsNone               // no guid
	idsVariant            // slash and fragment by turns
	idsKinds
)

// caching is what a feed's server says of its age.
type caching int

const (
	cachingETag caching = iota
	cachingModified
	cachingNone
	cachingUnsteady // another ETag with each answer
	cachingStuck    // one ETag for ever, with each answer
	cachingLies     // says "not modified" although it is, every second turn
	cachingMaxAge
	cachingKinds
)

// full tells whether the feed gives whole texts.
func (s *source) full() bool {
	return s.mode == modeFull && (s.format == formatRSS || s.format == formatAtom || s.format == formatJSON || s.format == formatRSSLoose)
}

// summaries tells whether it gives at least summaries.
func (s *source) summaries() bool { return s.mode != modeTitle && s.format != formatSitemap }

// guids tells whether the format has ids for items.
func (f format) guids() bool {
	return f == formatRSS || f == formatAtom || f == formatJSON || f == formatRSSLoose
}

// item is an entry as the feed gives it.
type item struct {
	title, link, guid, summary, content, date string
	point                                     string // GeoRSS; empty: none
}

// point is where an article happened, as its feed says: lon, lat in degrees. A
// point that all items of a feed share would be its publisher's.
func (a *piece) point() geo.Coordinate {
	return geo.Coordinate{Lon: -45.25 + float64(a.n%1_000)/100, Lat: 12.5}
}

// window is for how many turns a feed lists what is new or changed.
const window = 3

// items lists the entries at a turn, in an order of that turn.
func (s *source) items(turn int, seed uint64) []item {
	var out []item
	for _, a := range s.listed(turn) {
		out = append(out, s.item(a, turn))
	}
	r := rand.New(rand.NewPCG(seed, uint64(s.n*1_000+turn)))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func (s *source) listed(turn int) []*piece {
	articles := s.articles
	if s.twin != nil {
		articles = append(append([]*piece{}, articles...), s.twin.articles...)
	}
	var out []*piece
	for _, a := range articles {
		v, _ := a.at(turn)
		if a.first <= turn && (turn-v.turn < window || s.ids == idsSame) {
			out = append(out, a)
		}
	}
	return out
}

func (s *source) item(a *piece, turn int) item {
	v, n := a.at(turn)
	it := item{title: v.title, link: a.feed.host.base("http") + a.path(n), guid: fmt.Sprintf("%s-%d", strings.Trim(s.path, "/"), a.n), date: a.published.Format(time.RFC1123Z)}
	switch s.ids {
	case idsTracked:
		it.link += fmt.Sprintf("?utm_source=rss&utm_campaign=turn%d&fbclid=%d", turn, a.n*turn)
	case idsFresh:
		it.guid += fmt.Sprintf("-%d", turn)
	case idsSame:
		it.guid = "1"
	case idsScheme:
		it.link = a.feed.host.base([]string{"http", "https"}[(turn+a.n)%2]) + a.path(n)
	case idsNone:
		it.guid = ""
	case idsVariant:
		it.link += []string{"", "/", "#comments", "/#top"}[(turn+a.n)%4]
	}
	if s.mode != modeTitle {
		it.summary = a.summary(turn)
	}
	if s.mode == modeFull {
		var b strings.Builder
		for _, p := range v.text {
			fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(p))
		}
		it.content = b.String()
	}
	if a.odd != "" {
		it.date = a.odd
	}
	if a.n%5 == 0 {
		it.point = fmt.Sprintf("%g %g", a.point().Lat, a.point().Lon)
	}
	return it
}

// deluge makes the items of a turn in a feed that is a flood.
func (s *source) deluge(turn int, seed uint64) []item {
	r := rand.New(rand.NewPCG(seed, uint64(s.n*1_000+turn)))
	out := make([]item, s.flood)
	for i := range out {
		town := pick(r, towns)
		text := strings.Join(paragraphs(r, town)[:3], "</p><p>")
		out[i] = item{
			title: headline(r, town), link: fmt.Sprintf("%s/flood/%d-%d", s.host.base("http"), turn, i), guid: fmt.Sprintf("flood-%d-%d", turn, i),
			content: "<p>" + text + "</p>", date: started.Add(time.Duration(turn*s.flood+i) * time.Second).Format(time.RFC1123Z),
		}
	}
	return out
}

// render writes the feed at a turn, in its format and encoding.
func (s *source) render(turn int, seed uint64) (body []byte, contentType string) {
	items := s.items(turn, seed)
	if s.flood > 0 {
		items = s.deluge(turn, seed)
	}
	var text string
	switch s.format {
	case formatAtom:
		text, contentType = s.atom(items), "application/atom+xml"
	case formatJSON:
		return s.json(items), "application/feed+json"
	case formatRDF:
		text, contentType = s.rdf(items), "application/rdf+xml"
	case formatSitemap:
		text, contentType = s.sitemap(items), "application/xml"
	case formatRSS091:
		text, contentType = s.rss091(items), "text/xml"
	case formatRSSLoose:
		text, contentType = s.loose(items), "text/html" // a lie that is common
	default:
		text, contentType = s.rss(items), "application/rss+xml"
	}
	declared := fmt.Sprintf("<?xml version=\"1.0\" encoding=%q?>\n", s.charset)
	body = encode(declared+text, s.charset)
	if s.format == formatRSS && s.n%2 == 1 {
		body = bytes.Replace(body, []byte("</channel>"), []byte("<!-- \xff\xfe\x80 --></channel>"), 1)
	}
	return body, contentType
}

func esc(text string) string { return html.EscapeString(text) }

func (s *source) rss(items []item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:georss="http://www.georss.org/georss"><channel><title>%s</title><link>%s/</link><description>News</description><ttl>60</ttl>`, esc(s.title), s.host.base("http"))
	for _, it := range items {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link>", esc(it.title), esc(it.link))
		element(&b, "guid isPermaLink=\"false\"", esc(it.guid))
		element(&b, "pubDate", it.date)
		element(&b, "description", esc(it.summary))
		if it.content != "" {
			fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded>", it.content)
		}
		element(&b, "georss:point", it.point)
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

// element writes an element unless it is empty. name may hold attributes.
func element(b *strings.Builder, name, content string) {
	if content == "" {
		return
	}
	end, _, _ := strings.Cut(name, " ")
	fmt.Fprintf(b, "<%s>%s</%s>", name, content, end)
}

// loose is RSS as many systems write it.
func (s *source) loose(items []item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>%s &nbsp;</title><link>/</link><description>All &eacute;ditions &copy;</description>", esc(s.title))
	for _, it := range items {
		link := strings.TrimPrefix(it.link, s.host.base("http")) // relative, where it can be
		fmt.Fprintf(&b, "\n<item>\n  <title><![CDATA[%s]]></title>\n  <link>\n %s </link>", it.title, strings.ReplaceAll(link, "&", "&amp;"))
		element(&b, "guid isPermaLink=\"false\"", esc(it.guid))
		element(&b, "pubDate", it.date)
		if it.summary != "" {
			fmt.Fprintf(&b, "<description><![CDATA[<img src='/a.gif' width=1><div><b>%s</b><br clear=all></div>]]></description>", esc(it.summary))
		}
		if it.content != "" {
			fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded>", it.content)
		}
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (s *source) rss091(items []item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<rss version=\"0.91\"><channel><title>%s</title><link>%s/</link><description>News</description><language>en-us</language>", esc(s.title), s.host.base("http"))
	for _, it := range items {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link>", esc(it.title), esc(it.link))
		element(&b, "description", esc(it.summary))
		b.WriteString("</item>")
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func (s *source) rdf(items []item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="%[2]s/"><title>%[1]s</title><link>%[2]s/</link><description>News</description></channel>`, esc(s.title), s.host.base("http"))
	for _, it := range items {
		fmt.Fprintf(&b, "<item rdf:about=%q><title>%s</title><link>%s</link>", it.link, esc(it.title), esc(it.link))
		element(&b, "description", esc(it.summary))
		element(&b, "dc:date", iso(it.date))
		b.WriteString("</item>")
	}
	b.WriteString("</rdf:RDF>")
	return b.String()
}

// iso writes an RFC 1123 date as RFC 3339 has it; what is none stays.
func iso(date string) string {
	t, err := time.Parse(time.RFC1123Z, date)
	if err != nil {
		return date
	}
	return t.Format(time.RFC3339)
}

func (s *source) atom(items []item) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"><title type="html">%s</title><link href="%s/"/><id>%s</id>`, esc(s.title), s.host.base("http"), esc(s.title))
	for _, it := range items {
		fmt.Fprintf(&b, `<entry><title type="text">%s</title><link rel="alternate" href="%s"/>`, esc(it.title), esc(it.link))
		element(&b, "id", esc(it.guid))
		element(&b, "published", iso(it.date))
		element(&b, `summary type="text"`, esc(it.summary))
		element(&b, `content type="html"`, esc(it.content))
		element(&b, "georss:point", it.point)
		b.WriteString("</entry>")
	}
	b.WriteString("</feed>")
	return b.String()
}

func (s *source) json(items []item) []byte {
	type entry struct {
		ID        string `json:"id,omitempty"`
		URL       string `json:"url"`
		Title     string `json:"title"`
		Summary   string `json:"summary,omitempty"`
		Content   string `json:"content_html,omitempty"`
		Published string `json:"date_published"`
	}
	out := struct {
		Version string  `json:"version"`
		Title   string  `json:"title"`
		Home    string  `json:"home_page_url"`
		Items   []entry `json:"items"`
	}{"https://jsonfeed.org/version/1.1", s.title, s.host.base("http") + "/", []entry{}}
	for _, it := range items {
		out.Items = append(out.Items, entry{it.guid, it.link, it.title, it.summary, it.content, iso(it.date)})
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(fmt.Sprintf("wildweb: %v", err)) // text alone
	}
	return b
}

func (s *source) sitemap(items []item) string {
	var b strings.Builder
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, it := range items {
		fmt.Fprintf(&b, "<url><loc>%s</loc><news:news><news:publication><news:name>%s</news:name><news:language>en</news:language></news:publication><news:publication_date>%s</news:publication_date><news:title>%s</news:title></news:news></url>",
			esc(it.link), esc(s.title), iso(it.date), esc(it.title))
	}
	b.WriteString("</urlset>")
	return b.String()
}

// serveFeed answers for a feed.
func (w *Web) serveFeed(rw http.ResponseWriter, r *http.Request, s *source) {
	turn := w.turn()
	if s.fault.now(turn) {
		s.fault.serve(w, rw, r, s)
		return
	}
	if s.moved && turn >= 2 && !strings.HasPrefix(r.URL.Path, "/moved") {
		http.Redirect(rw, r, "/moved"+r.URL.Path, http.StatusMovedPermanently)
		return
	}
	body, kind := s.render(turn, w.cfg.Seed)
	if s.unchanged(rw, r, turn, body) {
		rw.WriteHeader(http.StatusNotModified)
		w.notModified.Add(1)
		return
	}
	switch s.packing {
	case "":
		send(rw, kind, body)
	default:
		sendPacked(rw, kind, body, s.packing)
	}
}

// unchanged says how old the feed is, and tells whether the client has it.
func (s *source) unchanged(rw http.ResponseWriter, r *http.Request, turn int, body []byte) bool {
	sum := sha256.Sum256(body)
	tag, has := fmt.Sprintf(`"%x"`, sum[:8]), r.Header.Get("If-None-Match")
	switch s.caching {
	case cachingETag:
		rw.Header().Set("ETag", tag)
		return has == tag
	case cachingModified:
		modified := started.Add(time.Duration(turn) * time.Hour).Format(http.TimeFormat)
		rw.Header().Set("Last-Modified", modified)
		return r.Header.Get("If-Modified-Since") == modified
	case cachingUnsteady:
		rw.Header().Set("ETag", fmt.Sprintf(`W/"%d"`, time.Now().UnixNano()))
	case cachingStuck:
		rw.Header().Set("ETag", `"1"`)
	case cachingLies:
		rw.Header().Set("ETag", tag)
		return has == tag || has != "" && turn%2 == 0 && turn < s.last
	case cachingMaxAge:
		rw.Header().Set("Cache-Control", "public, max-age=7200")
		rw.Header().Set("ETag", tag)
		return has == tag
	}
	return false
}
