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
		return nil, failed(name, err)
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
	b, form, err := openBuffered(name, stdin)
	if err != nil {
		return nil, err
	}
	name = displayName(name)
	head, err := b.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		b.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	kind := feed.Sniff(head)
	switch kind {
	case feed.KindOPML, feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex:
	default:
		return Read(name, form, b)
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
			return &single{&Item{name, fromPage(a)}}, nil
		}
	}
	if errors.Is(err, article.ErrNone) && len(links) == 0 {
		return nil, failed(name, geo.Invalid("page", "contains no article and no link to a feed"))
	}
	var wall *wallError // there is an article that is not shown: the feed of its site is not what the user wants
	if ctx.Err() != nil || len(links) == 0 || errors.As(err, &wall) {
		return nil, failed(name, err)
	}
	w.log(ctx, slog.LevelInfo, "the page stands for its feed", "page", name, "feed", links[0].URL)
	found, err := w.Client.Fetch(ctx, fetch.Request{URL: links[0].URL, MaxBody: feed.MaxBody})
	if err != nil {
		return nil, failed(name, err)
	}
	return w.feed(ctx, links[0].URL, found)
}

// isFront reports whether an address is a site's front page.
func isFront(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

// article extracts the article of a page. It returns an error if the page shows a paywall or
// the like instead.
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
	if looks := feed.Sniff(got.Body); looks == feed.KindJSON || looks == feed.KindXML && kind != "text/html" {
		return nil, geo.Invalid("page", "is %s, neither a page nor a feed", looks)
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
		return nil, failed(address, err)
	}
	switch feed.Sniff(got.Body) {
	case feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex, feed.KindOPML:
		return nil, failed(address, geo.Invalid("page", "is a feed or a list of feeds; use newsmap ingest for those"))
	}
	if isFront(got.URL) && len(feed.Discover(got.Body, got.ContentType, got.URL)) > 0 {
		return nil, failed(address, geo.Invalid("page", "is a site's front page; use newsmap ingest or newsmap feeds add for its feed"))
	}
	a, err := w.article(ctx, got)
	if err != nil {
		return nil, failed(address, err)
	}
	return fromPage(a), nil
}

// feed returns a source of the items of a feed.
func (w *Web) feed(ctx context.Context, name string, got *fetch.Result) (Source, error) {
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, w.now())
	if err != nil {
		return nil, failed(name, err)
	}
	for _, warning := range f.Warnings {
		w.log(ctx, slog.LevelWarn, "feed", "feed", name, "warning", warning)
	}
	if got.Permanent != "" {
		w.log(ctx, slog.LevelWarn, "the feed has moved for good", "feed", name, "to", got.Permanent)
	}
	return &items{web: w, name: name, news: FeedItems(0, name, f, w.now())}, nil
}

// single is a source of one item.
type single struct{ item *Item }

func (s *single) Next(ctx context.Context) (*Item, error) {
	item := s.item
	if s.item = nil; item == nil {
		return nil, io.EOF
	}
	return item, ctx.Err()
}

func (s *single) Close() error { return nil }

// items is a source of the items of a feed.
type items struct {
	web  *Web
	name string
	news []FeedItem
	next int
	lost int // number of pages in a row that could not be fetched
}

// maxLost is the number of pages in a row that cannot be fetched after which the other pages
// of a feed are not fetched, as a slow host would take the full timeout for each.
const maxLost = 3

func (s *items) Next(ctx context.Context) (*Item, error) {
	if s.next == len(s.news) {
		return nil, io.EOF
	}
	n := &s.news[s.next]
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
func (s *items) story(ctx context.Context, n *FeedItem) *story.Story {
	if s.lost >= maxLost {
		st, _ := n.story()
		return st
	}
	st, err := s.web.Story(ctx, n)
	if err == nil || ctx.Err() != nil {
		s.lost = 0
		return st
	}
	s.web.log(ctx, slog.LevelInfo, "the feed's text is kept", "story", n.Item.URL, "text_source", st.TextSource, "reason", words(n.Item.URL, err))
	var out *fetch.Error
	if errors.As(err, &out) && out.Temporary() {
		s.lost++
	} else {
		s.lost = 0
	}
	return st
}

func (s *items) Close() error { return nil }

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

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

func failed(name string, err error) error { return &addressError{name, err} }
