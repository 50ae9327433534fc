package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/url"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/article"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/story"
)

// Fetcher fetches addresses. *fetch.Client implements it.
type Fetcher interface {
	Fetch(ctx context.Context, req fetch.Request) (*fetch.Result, error)
}

// Web makes stories from the documents at addresses. It is safe for concurrent use.
type Web struct {
	Client Fetcher
	Logger *slog.Logger     // nil: nothing is logged
	Clock  func() time.Time // nil: time.Now
	Wait   time.Duration    // maximum time that a request for an item's page waits for its host; see fetch.Request
}

// IsAddress reports whether a name is an address rather than a file.
func IsAddress(name string) bool {
	scheme, _, ok := strings.Cut(name, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// Open opens an address, a file, or stdin if name is "-". An address may be a page, a feed, a
// news sitemap or an OPML list; a file may be any of these or in a format of [Open]. If a page
// has no article but a link to a feed, or is a site's front page, Open opens that feed. The
// error names the address and what is wrong with it.
func (w *Web) Open(ctx context.Context, name string, stdin io.Reader) (Source, error) {
	if !IsAddress(name) {
		return w.openFile(ctx, name, stdin)
	}
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: name, MaxBody: feed.MaxBody})
	if err != nil {
		return nil, addressErr(name, err)
	}
	switch kind := feed.Sniff(got.Body); kind {
	case feed.KindOPML:
		return w.list(ctx, name, got.Body, got.ContentType)
	case feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex:
		return w.feed(ctx, name, got)
	}
	return w.page(ctx, name, got)
}

// openFile opens a file, which may be an OPML list or a feed.
func (w *Web) openFile(ctx context.Context, name string, stdin io.Reader) (Source, error) {
	b, format, err := openBuffered(name, stdin)
	if err != nil {
		return nil, err
	}
	name = displayName(name)
	head, err := b.Peek(sniffLen)
	if err != nil && !errors.Is(err, io.EOF) {
		b.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	kind := feed.Sniff(head)
	switch kind {
	case feed.KindOPML, feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex:
	default:
		return Read(name, format, b)
	}
	defer b.Close()
	body, err := io.ReadAll(io.LimitReader(b, feed.MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if kind == feed.KindOPML {
		return w.list(ctx, name, body, "")
	}
	return w.feed(ctx, name, &fetch.Result{Body: body})
}

// page returns a source of a page, or of the feed that it links to.
func (w *Web) page(ctx context.Context, name string, got *fetch.Result) (Source, error) {
	links := feed.Discover(got.Body, got.ContentType, got.URL)
	var a *article.Article
	var err error
	if front := isFront(got.URL); !front || len(links) == 0 {
		if a, err = w.article(ctx, got); err == nil {
			return &pageSource{&Item{name, fromPage(a)}}, nil
		}
	}
	if errors.Is(err, article.ErrNone) && len(links) == 0 {
		return nil, addressErr(name, geo.Invalid("page", "contains no article and no link to a feed"))
	}
	var wall *wallError // the page has an article but does not show it; the feed of its site would be no substitute
	if ctx.Err() != nil || len(links) == 0 || errors.As(err, &wall) {
		return nil, addressErr(name, err)
	}
	w.log(ctx, slog.LevelInfo, "the address is a page; the feed that it links to is read instead", "page", name, "feed", links[0].URL)
	feedDocument, err := w.Client.Fetch(ctx, fetch.Request{URL: links[0].URL, MaxBody: feed.MaxBody})
	if err != nil {
		return nil, addressErr(name, err)
	}
	return w.feed(ctx, links[0].URL, feedDocument)
}

// isFront reports whether an address is a site's front page.
func isFront(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

// article extracts the article of a page. It returns a *wallError if the page shows something
// else instead, such as a paywall.
func (w *Web) article(ctx context.Context, got *fetch.Result) (*article.Article, error) {
	kind := mediaType(got)
	switch kind {
	case "text/plain":
		a, err := article.FromText(strings.ToValidUTF8(string(got.Body), "\ufffd"))
		if err == nil {
			a.URL = got.URL
		}
		return a, err
	case "", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/octet-stream":
	default:
		if feed.Sniff(got.Body) != feed.KindHTML { // some servers declare pages as another type
			return nil, geo.Invalid("page", "is %s, neither a page nor a feed", kind)
		}
	}
	// A page may begin with any element; then only the header declares it as HTML.
	if sniffed := feed.Sniff(got.Body); sniffed == feed.KindJSON || sniffed == feed.KindXML && kind != "text/html" {
		return nil, geo.Invalid("page", "is %s, neither a page nor a feed", sniffed)
	}
	a, err := article.Extract(ctx, got.Body, got.ContentType, got.URL)
	if err != nil {
		return nil, err
	}
	if what := a.Wall(); what != "" {
		return nil, &wallError{what}
	}
	if story.ValidateDate(a.Published, w.now()) != nil {
		a.Published = time.Time{} // a date in the future is wrong, but the page may still be news
	}
	return a, nil
}

// wallError says what a page shows instead of its article.
type wallError struct{ what string }

func (e *wallError) Error() string { return "shows " + e.what + " instead of an article" }

// mediaType returns the declared type of a response. HTML that is declared as plain text, or
// not at all, is HTML.
func mediaType(got *fetch.Result) string {
	kind, _, err := mime.ParseMediaType(got.ContentType)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(got.ContentType)), ";")
	}
	if kind == "text/plain" && feed.Sniff(got.Body) == feed.KindHTML {
		return "text/html"
	}
	return kind
}

func fromPage(a *article.Article) *story.Story {
	s := FromArticle(a)
	s.TextSource = story.SourcePage
	return s
}

// Fetch makes a story from the page at address. The error names the address and what is wrong
// with it.
func (w *Web) Fetch(ctx context.Context, address string) (*story.Story, error) {
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: address, MaxBody: article.MaxPage})
	if err != nil {
		return nil, addressErr(address, err)
	}
	switch feed.Sniff(got.Body) {
	case feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex, feed.KindOPML:
		return nil, addressErr(address, geo.Invalid("page", "is a feed or a list of feeds; use newsmap ingest for those"))
	}
	if isFront(got.URL) && len(feed.Discover(got.Body, got.ContentType, got.URL)) > 0 {
		return nil, addressErr(address, geo.Invalid("page", "is a site's front page; use newsmap ingest or newsmap feeds add for its feed"))
	}
	a, err := w.article(ctx, got)
	if err != nil {
		return nil, addressErr(address, err)
	}
	return fromPage(a), nil
}

// feed returns a source of the items of a feed.
func (w *Web) feed(ctx context.Context, name string, got *fetch.Result) (Source, error) {
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, w.now())
	if err != nil {
		return nil, addressErr(name, err)
	}
	for _, warning := range f.Warnings {
		w.log(ctx, slog.LevelWarn, "the feed has a problem", "feed", name, "warning", warning)
	}
	if got.Permanent != "" {
		w.log(ctx, slog.LevelWarn, "the feed has moved permanently", "feed", name, "to", got.Permanent)
	}
	return &feedSource{web: w, name: name, items: FeedItems(0, name, f, w.now())}, nil
}

// pageSource is a source of one page.
type pageSource struct{ item *Item }

func (s *pageSource) Next(ctx context.Context) (*Item, error) {
	item := s.item
	if s.item = nil; item == nil {
		return nil, io.EOF
	}
	return item, ctx.Err()
}

func (s *pageSource) Close() error { return nil }

// feedSource is a source of the items of a feed.
type feedSource struct {
	web      *Web
	name     string
	items    []FeedItem
	next     int
	failures int // number of pages in a row that could not be fetched for now
}

// maxFailures is the number of pages in a row that cannot be fetched after which the other
// pages of a feed are not fetched, as a slow host would take the full timeout for each.
const maxFailures = 3

func (s *feedSource) Next(ctx context.Context) (*Item, error) {
	if s.next == len(s.items) {
		return nil, io.EOF
	}
	n := &s.items[s.next]
	s.next++
	st := s.story(ctx, n)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	where := n.Item.URL
	if where == "" {
		where = fmt.Sprintf("item %d", s.next)
	}
	return &Item{s.name + ": " + where, st}, nil
}

// story makes a story from an item, and counts the pages that cannot be fetched.
func (s *feedSource) story(ctx context.Context, n *FeedItem) *story.Story {
	if s.failures >= maxFailures {
		st, _ := n.story()
		return st
	}
	st, err := s.web.Story(ctx, n)
	if err == nil || ctx.Err() != nil {
		s.failures = 0
		return st
	}
	s.web.log(ctx, slog.LevelInfo, "the page cannot be read; the text of the feed is used",
		"story", n.Item.URL, "text_source", st.TextSource, "reason", faultText(n.Item.URL, err))
	var out *fetch.Error
	if errors.As(err, &out) && out.Temporary() {
		s.failures++
	} else {
		s.failures = 0
	}
	return st
}

func (s *feedSource) Close() error { return nil }

func (w *Web) now() time.Time {
	if w.Clock == nil {
		return time.Now()
	}
	return w.Clock()
}

func (w *Web) log(ctx context.Context, level slog.Level, message string, args ...any) {
	if w.Logger != nil {
		w.Logger.Log(ctx, level, message, args...)
	}
}

// addressError is an error about one address. It wraps its cause and geo.ErrInvalid, so that
// it does not end a source.
type addressError struct {
	name string
	err  error
}

func (e *addressError) Error() string {
	var f *fetch.Error
	if errors.As(e.err, &f) && f.URL == e.name {
		return f.Error()
	}
	var invalid *geo.InvalidError
	if errors.As(e.err, &invalid) {
		return e.name + ": " + invalid.Reason
	}
	return e.name + ": " + e.err.Error()
}

func (e *addressError) Unwrap() []error { return []error{geo.ErrInvalid, e.err} }

func addressErr(name string, err error) error { return &addressError{name, err} }
