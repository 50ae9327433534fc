package feed

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/text/language"

	"newsmap/geo"
	"newsmap/geo/article"
)

// Parse reads a feed or a news sitemap. contentType is the header of the
// response and may be empty; address is where the document was found, by which
// relative addresses are made absolute, and may be empty; now bounds dates. The
// error wraps geo.ErrInvalid, names "feed" and says what the document is instead.
func Parse(ctx context.Context, body []byte, contentType, address string, now time.Time) (*Feed, error) {
	text, err := decode(body, contentType)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &reading{sanitizer: newSanitizer(), now: now, base: parseBase(address)}
	kind := Sniff(text)
	switch kind {
	case KindFeed, KindSitemap:
		if text, err = r.begin(text); err != nil {
			return nil, err
		}
		if kind == KindSitemap {
			return r.sitemap(text)
		}
	case KindJSONFeed:
	default:
		return nil, refuse(kind)
	}
	f, err := parse(text)
	if err != nil {
		return nil, explain(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.feed(f), nil
}

// begin makes of a document what can be parsed.
func (r *reading) begin(text []byte) ([]byte, error) {
	text, junk := begin(text)
	if junk > 0 {
		r.warn("has %d bytes of something else before its beginning", junk)
	}
	if err := checkXML(text); err != nil {
		return nil, err
	}
	return bare(text)
}

// parse hands the document to the library.
func parse(text []byte) (f *gofeed.Feed, err error) {
	// The documents are hostile and the library is not ours: a panic in it is a
	// bad feed, not the end of the process.
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("cannot be read: %v", r)
		}
	}()
	p := gofeed.NewParser()
	p.MaxByteSize, p.KeepOriginalFeed = MaxBody, true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	return p.Parse(bytes.NewReader(text))
}

func explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return geo.Invalid("feed", "is cut off, in line %d", syntax.Line)
	case errors.As(err, &syntax):
		return geo.Invalid("feed", "is not well-formed in line %d: %s", syntax.Line, short(syntax.Msg, 120))
	}
	return geo.Invalid("feed", "cannot be read: %s", short(err.Error(), 160))
}

// reading is one parse on its way.
type reading struct {
	*sanitizer
	now  time.Time
	base *url.URL // nil if unknown
	out  Feed
	seen map[string]bool
}

func parseBase(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// address makes a link absolute; empty where it is none that newsmap shows.
func (r *reading) address(raw string) string {
	const longest = 2_048
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || strings.TrimSpace(raw) == "" {
		return ""
	}
	if r.base != nil {
		u = r.base.ResolveReference(u)
	}
	if out := u.String(); (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && len(out) <= longest {
		return out
	}
	return ""
}

func (r *reading) feed(f *gofeed.Feed) *Feed {
	r.out.Title, r.out.URL, r.out.Home, r.out.Lang = r.line(f.Title, MaxTitle), r.address(f.FeedLink), r.address(f.Link), lang(f.Language)
	if f.DublinCoreExt != nil && r.out.Lang == "" && len(f.DublinCoreExt.Language) > 0 {
		r.out.Lang = lang(f.DublinCoreExt.Language[0])
	}
	if points := pointsOf(f.Extensions); len(points) > 0 {
		p := points[0].Point()
		r.out.Point = &p
	}
	r.out.Every, r.out.Skip = rhythm(f)
	if r.base == nil {
		r.base = parseBase(r.out.Home)
	}
	for n, item := range f.Items {
		if n == MaxItems {
			r.warn("has %d items; those beyond the first %d are left out", len(f.Items), MaxItems)
			break
		}
		if item != nil {
			r.add(n, r.item(n, item, originOf(f, n)))
		}
	}
	r.dropOffice()
	r.dropShared()
	return &r.out
}

// mostWarnings bounds what is said of one feed.
const mostWarnings = 20

func (r *reading) warn(format string, args ...any) {
	if len(r.out.Warnings) < mostWarnings {
		r.out.Warnings = append(r.out.Warnings, fmt.Sprintf(format, args...))
	}
}

// add keeps an item that says something and was not there before. Many feeds
// give every item one id, so that the address counts too.
func (r *reading) add(n int, item Item) {
	if item.Title == "" && item.Summary == "" && item.Content == "" {
		r.warn("item %d has neither title nor text", n+1)
		return
	}
	key := item.ID + "\x00" + item.URL
	if item.ID == "" && item.URL == "" {
		key = "\x00\x00" + item.Title + "\x00" + item.Summary
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if r.seen[key] {
		r.warn("item %d repeats an earlier one", n+1)
		return
	}
	r.seen[key] = true
	r.out.Items = append(r.out.Items, item)
}

// dropShared takes ids away that several items have: they name none of them.
func (r *reading) dropShared() {
	counts := map[string]int{}
	for i := range r.out.Items {
		counts[r.out.Items[i].ID]++
	}
	told := false
	for i := range r.out.Items {
		item := &r.out.Items[i]
		if item.ID == "" || counts[item.ID] == 1 {
			continue
		}
		if !told {
			r.warn("%d items have the id %q, which names none of them; their addresses do", counts[item.ID], short(item.ID, 60))
			told = true
		}
		item.ID = item.URL
	}
}

// origin is what an item says that the library does not pass on.
type origin struct {
	noPermalink bool   // the guid is not an address
	plain       string // text that is not markup
	lang        string
	images      []string
}

func originOf(f *gofeed.Feed, n int) (o origin) {
	switch original := f.OriginalFeed().(type) {
	case *rss.Feed:
		if guid := original.Items[n].GUID; guid != nil {
			o.noPermalink = strings.EqualFold(strings.TrimSpace(guid.IsPermalink), "false")
		}
	case *atom.Feed:
		o.noPermalink = true
	case *jsonfeed.Feed:
		item := original.Items[n]
		o.noPermalink, o.lang, o.images = true, item.Language, []string{item.Image, item.BannerImage}
		if item.ContentHTML == "" {
			o.plain = item.ContentText
		}
	}
	return o
}

// title reads the title of an item, and says when it is too long for one.
func (r *reading) title(n int, raw string) string {
	title := r.line(raw, MaxTitle)
	if len(raw) > MaxTitle && strings.HasSuffix(title, "…") && !strings.HasSuffix(strings.TrimSpace(raw), "…") {
		r.warn("item %d has a title of more than %d letters; it is cut", n+1, MaxTitle)
	}
	return title
}

func (r *reading) item(n int, in *gofeed.Item, o origin) Item {
	item := Item{
		ID: short(in.GUID, maxName), URL: r.link(in, o), Title: r.title(n, in.Title), Byline: r.byline(in), Lang: r.out.Lang,
		Summary: r.text(in.Description), Points: pointsOf(in.Extensions), Image: r.image(in, o),
	}
	if item.Content = r.text(in.Content); o.plain != "" {
		item.Content = plain(o.plain)
	}
	item.Teaser = r.leadsOn(in.Content) || item.Content == "" && r.leadsOn(in.Description)
	item.setPoint()
	if point := stray(in.Extensions); point != "" {
		r.warn("item %d lies at %q (latitude, longitude), which is outside the world; the point is left out", n+1, short(point, 60))
	}
	for _, l := range append(dublinLanguages(in), o.lang) {
		if l := lang(l); l != "" {
			item.Lang = l
			break
		}
	}
	item.Published = r.date(n, "published", in.Published, in.PublishedParsed)
	item.Updated = r.date(n, "updated", in.Updated, in.UpdatedParsed)
	if item.Published.IsZero() && in.DublinCoreExt != nil && len(in.DublinCoreExt.Date) > 0 && in.DublinCoreExt.Date[0] != in.Published {
		item.Published = r.date(n, "dated", in.DublinCoreExt.Date[0], nil)
	}
	if item.Published.IsZero() {
		item.Published = item.Updated
	}
	if item.Summary == item.Content {
		item.Content = ""
	}
	item.Lang = article.LangOf(item.Lang, item.Title+"\n"+item.Summary+"\n"+item.Content)
	return item
}

func dublinLanguages(in *gofeed.Item) []string {
	if in.DublinCoreExt == nil {
		return nil
	}
	return in.DublinCoreExt.Language
}

// link is the address of an item: the original one where a counter stands before
// it, the link, or a guid that is an address.
func (r *reading) link(in *gofeed.Item, o origin) string {
	var candidates []string
	for _, prefix := range []string{"feedburner", "pheedo"} {
		for _, e := range in.Extensions[prefix]["origLink"] {
			candidates = append(candidates, e.Value)
		}
	}
	candidates = append(candidates, in.Link)
	candidates = append(candidates, in.Links...)
	if !o.noPermalink && strings.HasPrefix(in.GUID, "http") {
		candidates = append(candidates, in.GUID) // a guid is a permalink unless it says otherwise
	}
	for _, c := range candidates {
		if address := r.address(c); address != "" {
			return address
		}
	}
	return ""
}

func (r *reading) byline(in *gofeed.Item) string {
	var names []string
	for _, a := range in.Authors {
		if a == nil {
			continue
		}
		name := r.line(a.Name, maxName)
		if name != "" && !strings.Contains(name, "@") && len(names) < 6 {
			names = append(names, name)
		}
	}
	return short(strings.Join(names, ", "), maxName)
}

// earliest is the day before which no feed can have been written: RSS is of
// 1999, the web of 1990. Dates before it are zeros of some clock.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// date reads one date within its bounds; zero, with a warning, beyond them.
func (r *reading) date(n int, name, text string, parsed *time.Time) time.Time {
	text = strings.TrimSpace(text)
	if text == "" && parsed == nil {
		return time.Time{}
	}
	t, err := article.ParseDate(text)
	if seconds, ok := unixTime(text); ok {
		t, err = seconds, nil
	}
	switch {
	case err != nil && parsed == nil:
		r.warn("item %d is %s at %q, which is not in a known date format", n+1, name, short(text, 60))
		return time.Time{}
	case err != nil:
		t = parsed.UTC()
	}
	switch {
	case t.Before(earliest):
		r.warn("item %d is %s in %d, before there were feeds; the date is left out", n+1, name, t.Year())
		return time.Time{}
	case t.After(r.now.Add(24 * time.Hour)):
		r.warn("item %d is %s in the future, on %s; the date is left out", n+1, name, t.Format(time.DateOnly))
		return time.Time{}
	}
	return t.UTC()
}

// unixTime reads seconds or milliseconds since 1970 of this century.
func unixTime(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || len(s) != 10 && len(s) != 13:
		return time.Time{}, false
	case len(s) == 13:
		return time.UnixMilli(n).UTC(), true
	}
	return time.Unix(n, 0).UTC(), true
}

func lang(s string) string {
	tag, err := language.Parse(strings.ReplaceAll(short(s, 40), "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
