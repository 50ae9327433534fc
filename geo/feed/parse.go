package feed

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/language"

	"newsmap/geo"
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
		if err := checkXML(text); err != nil {
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
	p.MaxByteSize = MaxBody
	return p.Parse(bytes.NewReader(text))
}

func explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax) && strings.Contains(syntax.Msg, "unexpected EOF"):
		return geo.Invalid("feed", "breaks off before its end, in line %d", syntax.Line)
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
	r.out = Feed{Title: r.line(f.Title, MaxTitle), URL: r.address(f.FeedLink), Home: r.address(f.Link), Lang: lang(f.Language)}
	if r.base == nil {
		r.base = parseBase(r.out.Home)
	}
	for n, item := range f.Items {
		if n == MaxItems {
			r.warn("has %d items; those beyond the first %d are left out", len(f.Items), MaxItems)
			break
		}
		if item != nil {
			r.add(n, r.item(n, item))
		}
	}
	r.dropOffice()
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

func (r *reading) item(n int, in *gofeed.Item) Item {
	item := Item{
		ID: short(in.GUID, maxName), URL: r.address(in.Link), Title: r.line(in.Title, MaxTitle), Byline: r.byline(in), Lang: r.out.Lang,
		Summary: r.text(in.Description), Content: r.text(in.Content), Points: pointsOf(in.Extensions),
	}
	item.setPoint()
	if item.URL == "" && strings.HasPrefix(in.GUID, "http") {
		item.URL = r.address(in.GUID) // a guid is a permalink unless it says otherwise
	}
	if in.DublinCoreExt != nil && len(in.DublinCoreExt.Language) > 0 {
		if l := lang(in.DublinCoreExt.Language[0]); l != "" {
			item.Lang = l
		}
	}
	item.Published = r.date(n, "published", in.Published, in.PublishedParsed)
	item.Updated = r.date(n, "updated", in.Updated, in.UpdatedParsed)
	if item.Published.IsZero() && in.DublinCoreExt != nil && len(in.DublinCoreExt.Date) > 0 {
		item.Published = r.date(n, "dated", in.DublinCoreExt.Date[0], nil)
	}
	if item.Published.IsZero() {
		item.Published = item.Updated
	}
	if item.Summary == item.Content {
		item.Content = ""
	}
	return item
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
	t, err := geo.ParseDate(text)
	switch {
	case err != nil && parsed == nil:
		r.warn("item %d is %s at %q, which is no date that is known here", n+1, name, short(text, 60))
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

func lang(s string) string {
	tag, err := language.Parse(strings.ReplaceAll(short(s, 40), "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
