package wildweb

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/ingest/webtest"
)

// source is a feed.
type source struct {
	n        int
	host     *host
	title    string
	path     string
	format   webtest.Format
	encoding string // Content-Encoding; empty: none
	charset  string
	mode     mode
	ids      ids
	caching  caching
	fault    *fault
	moved    bool    // permanently to another address, from the second turn on
	last     int     // last turn, in which no server reports a wrong state
	twin     *source // another feed of the same outlet, whose articles this feed lists too; nil: none
	articles []*piece
	flood    int // number of items, all new in each turn, instead of articles
}

// formats are the formats of feeds, used in turn.
var formats = []webtest.Format{webtest.RSS, webtest.Atom, webtest.JSON, webtest.RDF, webtest.Loose, webtest.Sitemap, webtest.RSS091}

// mode is how much of its articles a feed contains.
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
	idsStable  ids = iota // permanent guid and address
	idsTracked            // other tracking parameters in the address each turn
	idsFresh              // another guid each turn
	idsSame               // all items have the same guid
	idsSlug               // another address with each version, permanent guid
	idsScheme             // alternately http and https
	idsNone               // no guid
	idsVariant            // alternately with a slash and a fragment
	idsKinds
)

// caching is how a feed's server answers conditional requests.
type caching int

const (
	cachingETag caching = iota
	cachingModified
	cachingNone
	cachingNewETag  // another ETag in each answer
	cachingSameETag // always the same ETag
	cachingWrong    // answers "not modified" wrongly every second turn
	cachingMaxAge
	cachingKinds
)

// full reports whether the feed has full texts.
func (s *source) full() bool {
	return s.mode == modeFull && hasGUIDs(s.format)
}

// summaries reports whether the feed has at least summaries.
func (s *source) summaries() bool { return s.mode != modeTitle && s.format != webtest.Sitemap }

// hasGUIDs reports whether a format has ids and full texts of items.
func hasGUIDs(f webtest.Format) bool {
	return f == webtest.RSS || f == webtest.Atom || f == webtest.JSON || f == webtest.Loose
}

// point returns the point of an article in its feed: lon, lat in degrees. The points of a feed
// differ, as a point that all items share counts as that of the publisher.
func (a *piece) point() geo.Coordinate {
	return geo.Coordinate{Lon: -45.25 + float64(a.n%1_000)/100, Lat: 12.5}
}

// window is the number of turns for which a feed lists a new or changed article.
const window = 3

// items returns the items at a turn, in an order that depends on the turn.
func (s *source) items(turn int, seed uint64) []webtest.Item {
	var out []webtest.Item
	for _, a := range s.listed(turn) {
		out = append(out, s.item(a, turn))
	}
	r := rand.New(rand.NewPCG(seed, uint64(s.n*1_000+turn)))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// listed returns the articles that the feed lists at a turn.
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

func (s *source) item(a *piece, turn int) webtest.Item {
	v, n := a.at(turn)
	it := webtest.Item{
		Title:     v.title,
		Link:      a.feed.host.base("http") + a.path(n),
		ID:        fmt.Sprintf("%s-%d", strings.Trim(s.path, "/"), a.n),
		Published: a.published,
		Date:      a.badDate,
	}
	switch s.ids {
	case idsTracked:
		it.Link += fmt.Sprintf("?utm_source=rss&utm_campaign=turn%d&fbclid=%d", turn, a.n*turn)
	case idsFresh:
		it.ID += fmt.Sprintf("-%d", turn)
	case idsSame:
		it.ID = "1"
	case idsScheme:
		it.Link = a.feed.host.base([]string{"http", "https"}[(turn+a.n)%2]) + a.path(n)
	case idsNone:
		it.ID = ""
	case idsVariant:
		it.Link += []string{"", "/", "#comments", "/#top"}[(turn+a.n)%4]
	}
	if s.mode != modeTitle {
		it.Summary = a.summary(turn)
	}
	if s.mode == modeFull {
		var b strings.Builder
		for _, p := range v.text {
			fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(p))
		}
		it.Content = b.String()
	}
	if a.n%5 == 0 {
		it.Point = fmt.Sprintf("%g %g", a.point().Lat, a.point().Lon)
	}
	return it
}

// floodItems returns the items of a turn in a feed with many items.
func (s *source) floodItems(turn int, seed uint64) []webtest.Item {
	r := rand.New(rand.NewPCG(seed, uint64(s.n*1_000+turn)))
	out := make([]webtest.Item, s.flood)
	for i := range out {
		town := pick(r, towns)
		text := strings.Join(paragraphs(r, town)[:3], "</p><p>")
		out[i] = webtest.Item{
			Title: headline(r, town), Link: fmt.Sprintf("%s/flood/%d-%d", s.host.base("http"), turn, i), ID: fmt.Sprintf("flood-%d-%d", turn, i),
			Content: "<p>" + text + "</p>", Published: started.Add(time.Duration(turn*s.flood+i) * time.Second),
		}
	}
	return out
}

// render returns the feed at a turn, in its format and encoding.
func (s *source) render(turn int, seed uint64) (body []byte, contentType string) {
	items := s.items(turn, seed)
	if s.flood > 0 {
		items = s.floodItems(turn, seed)
	}
	text, contentType := (&webtest.Feed{Format: s.format, Home: s.host.base("http"), Title: s.title, TTL: "60", Items: items}).Render()
	if s.format == webtest.JSON {
		return []byte(text), contentType
	}
	declared := fmt.Sprintf("<?xml version=\"1.0\" encoding=%q?>\n", s.charset)
	body = encode(declared+text, s.charset)
	if s.format == webtest.RSS && s.n%2 == 1 {
		body = bytes.Replace(body, []byte("</channel>"), []byte("<!-- \xff\xfe\x80 --></channel>"), 1)
	}
	return body, contentType
}

// serveFeed answers for a feed.
func (w *Web) serveFeed(rw http.ResponseWriter, r *http.Request, s *source) {
	turn := w.turn()
	if s.fault.occurs(turn) {
		s.fault.serve(w, rw, r, s)
		return
	}
	if s.moved && turn >= 2 && !strings.HasPrefix(r.URL.Path, "/moved") {
		http.Redirect(rw, r, "/moved"+r.URL.Path, http.StatusMovedPermanently)
		return
	}
	body, contentType := s.render(turn, w.cfg.Seed)
	if s.unchanged(rw, r, turn, body) {
		rw.WriteHeader(http.StatusNotModified)
		w.notModified.Add(1)
		return
	}
	if s.encoding == "" {
		webtest.Send(contentType, body)(rw, r)
		return
	}
	webtest.Compressed(contentType, s.encoding, body)(rw, r)
}

// unchanged sets the validators of the feed, and reports whether the client has it already.
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
	case cachingNewETag:
		rw.Header().Set("ETag", fmt.Sprintf(`W/"%d"`, time.Now().UnixNano()))
	case cachingSameETag:
		rw.Header().Set("ETag", `"1"`)
	case cachingWrong:
		rw.Header().Set("ETag", tag)
		return has == tag || has != "" && turn%2 == 0 && turn < s.last
	case cachingMaxAge:
		rw.Header().Set("Cache-Control", "public, max-age=7200")
		rw.Header().Set("ETag", tag)
		return has == tag
	}
	return false
}
