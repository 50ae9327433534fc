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

// Fetcher gets addresses; *fetch.Client is one.
type Fetcher interface {
	Fetch(ctx context.Context, req fetch.Request) (*fetch.Result, error)
}

// Web makes stories of what stands at addresses. It is safe for concurrent use.
type Web struct {
	Client Fetcher
	Logger *slog.Logger     // nil: nothing is logged
	Clock  func() time.Time // nil: time.Now
	Wait   time.Duration    // how long a request for an item's page may wait for its host; see fetch.Request
}

// IsAddress tells addresses from files.
func IsAddress(name string) bool {
	scheme, _, ok := strings.Cut(name, "://")
	return ok && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// Open opens an address, a file, or "-" for stdin. An address may hold a page, a
// feed, a news sitemap or an OPML list, a file also all that [Open] takes. A page
// without an article that names a feed stands for it, and so does a site's front
// page. The error names the address and what is wrong with it.
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

// openFile opens a file, which may be a list or a saved feed.
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

// page makes a source of a page, or of the feed that it stands for.
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
		return nil, failed(name, geo.Invalid("page", "contains no article and names no feed"))
	}
	var wall *wallError // there is an article, which is not shown: its site's news is not what was asked for
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

// isFront tells whether an address is a whole site's.
func isFront(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

// article extracts what a page says; a wall in the place of an article is an
// error.
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
		if feed.Sniff(got.Body) != feed.KindHTML { // some servers call pages by other names
			return nil, geo.Invalid("page", "is %s, neither a page nor a feed", kind)
		}
	}
	// Pages may begin with any element, and say what they are in the header then.
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
		a.Published = time.Time{} // pages of the future have a wrong date, and may be news
	}
	return a, nil
}

// wallError says what a page shows in the place of its article.
type wallError struct{ what string }

func (e *wallError) Error() string { return "shows " + e.what + " in the place of an article" }

// mediaType is what a response says it is; HTML that says it is plain text, or
// nothing, is HTML.
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

// Fetch makes a story of one page's address. The error names the address and
// what is wrong with it.
func (w *Web) Fetch(ctx context.Context, address string) (*story.Story, error) {
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: address, MaxBody: article.MaxPage})
	if err != nil {
		return nil, failed(address, err)
	}
	switch feed.Sniff(got.Body) {
	case feed.KindFeed, feed.KindJSONFeed, feed.KindSitemap, feed.KindSitemapIndex, feed.KindOPML:
		return nil, failed(address, geo.Invalid("page", "is a feed or a list of feeds; newsmap ingest takes those"))
	}
	if isFront(got.URL) && len(feed.Discover(got.Body, got.ContentType, got.URL)) > 0 {
		return nil, failed(address, geo.Invalid("page", "is a site's front page; newsmap ingest and newsmap feeds add take the feed that it names"))
	}
	a, err := w.article(ctx, got)
	if err != nil {
		return nil, failed(address, err)
	}
	return fromPage(a), nil
}

// feed makes a source of a feed's items.
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
	return &items{web: w, name: name, news: NewsOf(0, name, f, w.now())}, nil
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

// items is a source of a feed's items.
type items struct {
	web  *Web
	name string
	news []FeedItem
	next int
	lost int // pages in a row that were not to be had for now
}

// mostLost is how many pages in a row may be lost before a feed's other pages
// are not asked for: a host that answers slowly or not at all would cost its
// timeout for each.
const mostLost = 3

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

// story makes a story of an item, and counts the pages that were not to be had.
func (s *items) story(ctx context.Context, n *FeedItem) *story.Story {
	if s.lost >= mostLost {
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

// addressError is what is wrong with one address. It wraps geo.ErrInvalid, so
// that it ends no source, and its cause.
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
