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

// begin returns the part of a document that can be parsed, with a warning if it is not all of it.
func (r *reading) begin(text []byte) ([]byte, error) {
	text, junk := begin(text)
	if junk > 0 {
		r.warn("begins with %d bytes that are not part of it", junk)
	}
	if err := checkXML(text); err != nil {
		return nil, err
	}
	return bare(text)
}

// parse parses a document with the library.
func parse(text []byte) (f *gofeed.Feed, err error) {
	// The documents are hostile and the library is not ours. A panic in it means that the feed
	// is malformed, and must not end the process.
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
		return geo.Invalid("feed", "was cut off in line %d", syntax.Line)
	case errors.As(err, &syntax):
		return geo.Invalid("feed", "is not well-formed in line %d: %s", syntax.Line, short(syntax.Msg, 120))
	}
	return geo.Invalid("feed", "cannot be read: %s", short(err.Error(), 160))
}

// reading is the state of a Parse.
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

// address makes a link absolute. It returns "" if it is not an http or https address.
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
			r.warn("has %d items; only the first %d are read", len(f.Items), MaxItems)
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

// maxWarnings is the maximum number of warnings for a feed.
const maxWarnings = 20

func (r *reading) warn(format string, args ...any) {
	if len(r.out.Warnings) < maxWarnings {
		r.out.Warnings = append(r.out.Warnings, fmt.Sprintf(format, args...))
	}
}

// add adds an item unless it is empty or repeated. Many feeds have the same id for all items,
// so the address is compared as well.
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

// dropShared removes ids that several items have, as they do not identify them.
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
			r.warn("%d items have the same id %q; they are distinguished by their addresses instead", counts[item.ID], short(item.ID, 60))
			told = true
		}
		item.ID = item.URL
	}
}

// origin has the data of an item that the library does not return.
type origin struct {
	noPermalink bool   // the guid is not an address
	plain       string // text without markup
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

// title returns the title of an item, with a warning if it is cut.
func (r *reading) title(n int, raw string) string {
	title := r.line(raw, MaxTitle)
	if len(raw) > MaxTitle && strings.HasSuffix(title, "…") && !strings.HasSuffix(strings.TrimSpace(raw), "…") {
		r.warn("item %d has a title of more than %d characters, which is cut", n+1, MaxTitle)
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
		r.warn("item %d has the point %q (latitude, longitude), which is not on Earth; the point is left out", n+1, short(point, 60))
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

// link returns the address of an item: the original one if the link leads through a tracker,
// the link, or a guid that is an address.
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
		candidates = append(candidates, in.GUID) // a guid is a permalink by default
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

// earliest is the first possible date of an item: the web began in 1990. Earlier dates are the
// zero value of some clock.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// date parses a date. It returns the zero time, with a warning, if the date is malformed, too early or in the future.
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
