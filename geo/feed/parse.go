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

// Parse parses a feed or a news sitemap. contentType is the header of the response. address is
// the address of the document, to which relative addresses refer. Both may be empty. Dates
// after now are left out. The error wraps geo.ErrInvalid, names "feed" and says what the
// document is instead.
func Parse(ctx context.Context, body []byte, contentType, address string, now time.Time) (*Feed, error) {
	text, err := decode(body, contentType)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &parser{sanitizer: newSanitizer(), now: now, base: parseBase(address)}
	kind := Sniff(text)
	switch kind {
	case KindFeed, KindSitemap:
		if text, err = p.prepare(text); err != nil {
			return nil, err
		}
		if kind == KindSitemap {
			return p.sitemap(text)
		}
	case KindJSONFeed:
	default:
		return nil, notFeedError(kind)
	}
	f, err := parse(text)
	if err != nil {
		return nil, explain(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.feed(f), nil
}

// prepare returns the document without its declarations and anything before it, in a form that
// parsers can read. It warns if something else than blank space precedes the document.
func (p *parser) prepare(text []byte) ([]byte, error) {
	text, junk := skipJunk(text)
	if junk > 0 {
		p.warn("begins with %d bytes that are not part of the feed and are ignored", junk)
	}
	if err := checkXML(text); err != nil {
		return nil, err
	}
	return normalizeXML(text)
}

// parse parses a document with gofeed.
func parse(text []byte) (f *gofeed.Feed, err error) {
	// Documents may be hostile. If the library panics, the feed is malformed; the process must
	// not end.
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

// explain returns the error for a document that a parser cannot read.
func explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return geo.Invalid("feed", "was cut off in line %d", syntax.Line)
	case errors.As(err, &syntax):
		return geo.Invalid("feed", "is not well-formed in line %d: %s", syntax.Line, short(syntax.Msg, 120))
	}
	return geo.Invalid("feed", "cannot be read: %s", short(err.Error(), 160))
}

// parser is the state of a call of Parse.
type parser struct {
	*sanitizer
	now  time.Time
	base *url.URL // to which relative addresses refer; nil if unknown
	out  Feed
	seen map[string]bool // keys of the items in out
}

func parseBase(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// address returns an absolute address, or "" if raw is not an http or https address.
func (p *parser) address(raw string) string {
	const maxLength = 2_048
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || strings.TrimSpace(raw) == "" {
		return ""
	}
	if p.base != nil {
		u = p.base.ResolveReference(u)
	}
	if out := u.String(); (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && len(out) <= maxLength {
		return out
	}
	return ""
}

func (p *parser) feed(f *gofeed.Feed) *Feed {
	p.out.Title, p.out.URL, p.out.Home, p.out.Lang = p.line(f.Title, MaxTitle), p.address(f.FeedLink), p.address(f.Link), lang(f.Language)
	if f.DublinCoreExt != nil && p.out.Lang == "" && len(f.DublinCoreExt.Language) > 0 {
		p.out.Lang = lang(f.DublinCoreExt.Language[0])
	}
	if points := pointsOf(f.Extensions); len(points) > 0 {
		point := points[0].Point()
		p.out.Point = &point
	}
	p.out.Every, p.out.Skip = updateInterval(f)
	if p.base == nil {
		p.base = parseBase(p.out.Home)
	}
	for n, item := range f.Items {
		if n == MaxItems {
			p.warn("has %d items; only the first %d are read", len(f.Items), MaxItems)
			break
		}
		if item != nil {
			p.add(n, p.item(n, item, extrasOf(f, n)))
		}
	}
	p.dropOfficePoints()
	p.dropSharedIDs()
	return &p.out
}

// maxWarnings is the maximum number of warnings for a feed.
const maxWarnings = 20

func (p *parser) warn(format string, args ...any) {
	if len(p.out.Warnings) < maxWarnings {
		p.out.Warnings = append(p.out.Warnings, fmt.Sprintf(format, args...))
	}
}

// add adds an item unless it is empty or repeated. Many feeds have the same id for all items,
// so the address is compared as well.
func (p *parser) add(n int, item Item) {
	if item.Title == "" && item.Summary == "" && item.Content == "" {
		p.warn("item %d has neither title nor text", n+1)
		return
	}
	key := item.ID + "\x00" + item.URL
	if item.ID == "" && item.URL == "" {
		key = "\x00\x00" + item.Title + "\x00" + item.Summary
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	if p.seen[key] {
		p.warn("item %d repeats an earlier one", n+1)
		return
	}
	p.seen[key] = true
	p.out.Items = append(p.out.Items, item)
}

// dropSharedIDs removes ids that several items have, as they do not identify them.
func (p *parser) dropSharedIDs() {
	counts := map[string]int{}
	for i := range p.out.Items {
		counts[p.out.Items[i].ID]++
	}
	warned := false
	for i := range p.out.Items {
		item := &p.out.Items[i]
		if item.ID == "" || counts[item.ID] == 1 {
			continue
		}
		if !warned {
			p.warn("%d items have the same id %q; they are distinguished by their addresses instead", counts[item.ID], short(item.ID, 60))
			warned = true
		}
		item.ID = item.URL
	}
}

// extras is the data of an item that the library returns only in the original feed.
type extras struct {
	noPermalink bool   // the guid is not an address
	plain       string // text without markup
	lang        string
	images      []string
}

func extrasOf(f *gofeed.Feed, n int) (x extras) {
	switch original := f.OriginalFeed().(type) {
	case *rss.Feed:
		if guid := original.Items[n].GUID; guid != nil {
			x.noPermalink = strings.EqualFold(strings.TrimSpace(guid.IsPermalink), "false")
		}
	case *atom.Feed:
		x.noPermalink = true
	case *jsonfeed.Feed:
		item := original.Items[n]
		x.noPermalink, x.lang, x.images = true, item.Language, []string{item.Image, item.BannerImage}
		if item.ContentHTML == "" {
			x.plain = item.ContentText
		}
	}
	return x
}

// title returns the title of an item, with a warning if it is cut.
func (p *parser) title(n int, raw string) string {
	title := p.line(raw, MaxTitle)
	if len(raw) > MaxTitle && strings.HasSuffix(title, "…") && !strings.HasSuffix(strings.TrimSpace(raw), "…") {
		p.warn("item %d has a title of more than %d characters, which is cut", n+1, MaxTitle)
	}
	return title
}

func (p *parser) item(n int, in *gofeed.Item, x extras) Item {
	item := Item{
		ID: short(in.GUID, maxName), URL: p.link(in, x), Title: p.title(n, in.Title), Byline: p.byline(in), Lang: p.out.Lang,
		Summary: p.text(in.Description), Points: pointsOf(in.Extensions), Image: p.image(in, x),
	}
	if item.Content = p.text(in.Content); x.plain != "" {
		item.Content = plain(x.plain)
	}
	item.Teaser = p.endsInReadMore(in.Content) || item.Content == "" && p.endsInReadMore(in.Description)
	item.setPoint()
	if point := pointOffEarth(in.Extensions); point != "" {
		p.warn("item %d has the point %q (latitude, longitude), which is not on Earth; the point is left out", n+1, short(point, 60))
	}
	for _, l := range append(dublinLanguages(in), x.lang) {
		if l := lang(l); l != "" {
			item.Lang = l
			break
		}
	}
	item.Published = p.date(n, "published", in.Published, in.PublishedParsed)
	item.Updated = p.date(n, "updated", in.Updated, in.UpdatedParsed)
	if item.Published.IsZero() && in.DublinCoreExt != nil && len(in.DublinCoreExt.Date) > 0 && in.DublinCoreExt.Date[0] != in.Published {
		item.Published = p.date(n, "dated", in.DublinCoreExt.Date[0], nil)
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

// link returns the address of an item: the original one if the link leads through a tracker,
// the link, or a guid that is an address.
func (p *parser) link(in *gofeed.Item, x extras) string {
	var candidates []string
	for _, prefix := range []string{"feedburner", "pheedo"} {
		for _, e := range in.Extensions[prefix]["origLink"] {
			candidates = append(candidates, e.Value)
		}
	}
	candidates = append(candidates, in.Link)
	candidates = append(candidates, in.Links...)
	if !x.noPermalink && strings.HasPrefix(in.GUID, "http") {
		candidates = append(candidates, in.GUID) // a guid is a permalink by default
	}
	for _, c := range candidates {
		if address := p.address(c); address != "" {
			return address
		}
	}
	return ""
}

func (p *parser) byline(in *gofeed.Item) string {
	var names []string
	for _, a := range in.Authors {
		if a == nil {
			continue
		}
		name := p.line(a.Name, maxName)
		if name != "" && !strings.Contains(name, "@") && len(names) < 6 {
			names = append(names, name)
		}
	}
	return short(strings.Join(names, ", "), maxName)
}

// earliest is the first possible date of an item: the web began in 1990. Earlier dates are the
// zero value of some clock.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// date parses a date. It returns the zero time, with a warning, if the date is malformed, too early or in the future.
func (p *parser) date(n int, name, text string, parsed *time.Time) time.Time {
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
		p.warn("item %d is %s at %q, which is not in a known date format", n+1, name, short(text, 60))
		return time.Time{}
	case err != nil:
		t = parsed.UTC()
	}
	switch {
	case t.Before(earliest):
		p.warn("item %d is %s in %d, before there were feeds; the date is left out", n+1, name, t.Year())
		return time.Time{}
	case t.After(p.now.Add(24 * time.Hour)):
		p.warn("item %d is %s in the future, on %s; the date is left out", n+1, name, t.Format(time.DateOnly))
		return time.Time{}
	}
	return t.UTC()
}

// unixTime parses a time of this century in seconds or milliseconds since 1970.
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
