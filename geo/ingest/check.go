package ingest

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/subscription"
)

// Report explains what newsmap finds at a feed's address.
type Report struct {
	URL      string   `json:"url"`
	Usable   bool     `json:"usable"`
	Fault    string   `json:"fault"`  // why it cannot be used; empty if it can
	Title    string   `json:"title"`  // of the feed
	Items    int      `json:"items"`  //
	Facts    []string `json:"facts"`  // what the feed contains and what newsmap would do
	Warnings []string `json:"odd"`    // problems that do not prevent reading it
	Feeds    []string `json:"feeds"`  // addresses of feeds to use instead
	Follow   string   `json:"follow"` // the address to subscribe to; empty if none
}

func (r *Report) fact(format string, args ...any) {
	r.Facts = append(r.Facts, fmt.Sprintf(format, args...))
}

func (r *Report) warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// Checker checks feeds.
type Checker struct {
	Client   Fetcher
	Schedule subscription.Schedule
	Clock    func() time.Time // nil: time.Now
}

// Check fetches address and explains what it is and what is wrong with it. The error is that
// of ctx.
func (c *Checker) Check(ctx context.Context, address string) (*Report, error) {
	r := &Report{URL: address, Facts: []string{}, Warnings: []string{}, Feeds: []string{}}
	began := time.Now()
	got, err := c.Client.Fetch(ctx, fetch.Request{URL: address, MaxBody: feed.MaxBody})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.unfetched(address, err)
		return r, nil
	}
	r.Follow = address
	r.fetched(got, time.Since(began))
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, c.now())
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.unread(err, got)
		return r, nil
	}
	r.Usable, r.Title, r.Items = true, f.Title, len(f.Items)
	r.form(got)
	r.items(f, c.now())
	r.texts(f)
	r.Warnings = append(r.Warnings, f.Warnings...)
	c.rhythm(r, f, got)
	return r, c.conditional(ctx, r, got)
}

func (c *Checker) now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock()
}

func (r *Report) unfetched(address string, err error) {
	r.Fault = words(address, err)
	var out *fetch.Error
	if !errors.As(err, &out) {
		return
	}
	switch {
	case out.Reason == fetch.ReasonSize:
		r.Fault += ", which is too much for a feed"
	case out.RetryAfter > 0:
		r.fact("newsmap would come again in %s", out.RetryAfter.Round(time.Second))
	case out.Temporary():
		r.fact("newsmap would try again, after some minutes first and then less and less often")
	}
}

// fetched adds facts about the response.
func (r *Report) fetched(got *fetch.Result, took time.Duration) {
	switch {
	case got.Permanent != "":
		r.fact("has moved for good to %s; a subscription moves along", got.Permanent)
	case got.URL != r.URL:
		r.fact("redirects, for now, to %s", got.URL)
	}
	r.fact("%s, fetched in %s; robots.txt allows it", bytesWords(len(got.Body)), took.Round(time.Millisecond))
	if len(got.Body) > 2<<20 {
		r.warn("is large for a feed")
	}
}

func bytesWords(n int) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// unread explains why the document is not a feed.
func (r *Report) unread(err error, got *fetch.Result) {
	r.Fault, r.Follow = words(r.URL, err), ""
	switch feed.Sniff(got.Body) {
	case feed.KindOPML:
		r.Fault += "; newsmap feeds add follows all that it lists"
		return
	case feed.KindSitemapIndex:
		r.Feeds = append(r.Feeds, feed.Sitemaps(got.Body, got.ContentType, got.URL)...)
		return
	case feed.KindHTML:
	default:
		return
	}
	for _, l := range feed.Discover(got.Body, got.ContentType, got.URL) {
		r.Feeds = append(r.Feeds, l.URL)
	}
	if len(r.Feeds) == 0 {
		r.Fault += ", and it names none"
		return
	}
	r.Follow = r.Feeds[0]
}

var (
	declared = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)`)
	relative = regexp.MustCompile(
		`(?i)<link>\s*(/[^/<\s][^<\s]*|\.{1,2}/[^<\s]*)\s*</link>|<link[^>]*\shref\s*=\s*["'](/[^/"'][^"']*|\.{1,2}/[^"']*)["']|"url"\s*:\s*"(\\?/[^/"\\][^"]*)"`,
	)
)

// form checks the encoding and the syntax of the document.
func (r *Report) form(got *fetch.Result) {
	kind, params, _ := mime.ParseMediaType(got.ContentType)
	switch kind {
	case "":
		r.warn("the server does not declare its type (no Content-Type)")
	case "text/html", "text/plain", "application/octet-stream":
		r.warn("the server declares it as %s, which is not a type of feed", kind)
	}
	inside := ""
	if m := declared.FindSubmatch(got.Body[:min(len(got.Body), 1_024)]); m != nil {
		inside = string(m[1])
	}
	header := params["charset"]
	isUTF8 := utf8.Valid(got.Body)
	switch {
	case inside != "" && header != "" && canonical(inside) != canonical(header):
		r.warn("declares the encoding %s, while the server declares %s", inside, header)
	case !isUTF8 && canonical(firstOf(header, inside, "utf-8")) == "utf-8":
		r.warn("is not valid UTF-8, although it is declared as UTF-8")
	}
	if m := relative.FindSubmatch(got.Body); m != nil {
		r.warn("has relative links, such as %.80q; they are resolved with its own address", bytes.Join(m[1:], nil))
	}
	if line, reason := malformed(got.Body); reason != "" {
		r.warn("is not well-formed XML in line %d: %s; newsmap can read it nevertheless", line, reason)
	}
}

func canonical(label string) string {
	if _, name := charset.Lookup(label); name != "" {
		return name
	}
	return strings.ToLower(label)
}

// malformed returns the first line in which a document is not well-formed XML, and why.
func malformed(body []byte) (line int, reason string) {
	switch feed.Sniff(body) {
	case feed.KindFeed, feed.KindSitemap:
	default:
		return 0, ""
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = charset.NewReaderLabel
	for {
		_, err := d.RawToken()
		var syntax *xml.SyntaxError
		switch {
		case errors.Is(err, io.EOF):
			return 0, ""
		case errors.As(err, &syntax):
			return syntax.Line, oneLine(syntax.Msg)
		case err != nil:
			return 0, ""
		}
	}
}

func oneLine(s string) string {
	const most = 160
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// items checks the fields of the items.
func (r *Report) items(f *feed.Feed, now time.Time) {
	if len(f.Items) == 0 {
		r.warn("has no items")
		return
	}
	var undated, unlinked, untitled, unnamed, foreign, pointed int
	links, days := map[string]int{}, map[time.Time]int{}
	newest := time.Time{}
	for _, item := range f.Items {
		undated += one(item.Published.IsZero())
		unlinked += one(item.URL == "")
		untitled += one(item.Title == "")
		unnamed += one(item.ID == "" && item.URL == "")
		foreign += one(item.URL != "" && f.Home != "" && hostOf(item.URL) != hostOf(f.Home))
		pointed += one(item.Point != nil)
		links[item.URL]++
		days[item.Published]++
		if item.Published.After(newest) {
			newest = item.Published
		}
	}
	all := len(f.Items)
	r.share(undated, all, "no date; newsmap uses the time at which it reads the feed")
	r.share(unlinked, all, "no link, so that no page can be read")
	r.share(untitled, all, "no title")
	r.share(unnamed, all, "neither id nor link, only words to be known again by")
	if n := repeated(links); n > 0 {
		r.warn("%s share their links with others", itemWords(n, all))
	}
	if n := days[newest]; n == all && all > 2 && !newest.IsZero() {
		r.warn("all items have the same date")
	}
	if foreign == all {
		r.fact("its items lead to other sites than its own")
	}
	if pointed > 0 {
		r.fact("%s %s where it happened (GeoRSS)", itemWords(pointed, all), verb(pointed, "says", "say"))
	}
	const stale = 60 * 24 * time.Hour
	if age := now.Sub(newest); !newest.IsZero() && age > stale {
		r.warn("has had nothing new since %s", newest.Format(time.DateOnly))
	}
}

// share adds a warning about n of all items.
func (r *Report) share(n, all int, what string) {
	if n > 0 {
		r.warn("%s %s %s", itemWords(n, all), verb(n, "has", "have"), what)
	}
}

func itemWords(n, all int) string {
	switch {
	case all == 1:
		return "its only item"
	case n == all:
		return "all items"
	}
	return fmt.Sprintf("%d of %d items", n, all)
}

// verb returns the form of a verb that agrees with itemWords.
func verb(n int, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// repeated returns the number of items that share their value with others.
func repeated(uses map[string]int) (n int) {
	for value, count := range uses {
		if value != "" && count > 1 {
			n += count
		}
	}
	return n
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// texts adds a fact about how much of the articles the feed contains.
func (r *Report) texts(f *feed.Feed) {
	full, some := 0, 0
	for i := range f.Items {
		text, whole := f.Items[i].Text()
		full += one(whole)
		some += one(text != "" && !whole)
	}
	all := len(f.Items)
	switch {
	case all == 0:
	case full == all:
		r.fact("gives whole texts; newsmap would fetch no pages")
	case full > 0:
		r.fact("gives the whole text of %s; newsmap would fetch the pages of the others", itemWords(full, all))
	case some > 0:
		r.fact("gives summaries only; newsmap would fetch the page of each new item")
	default:
		r.fact("gives titles only; newsmap would fetch the page of each new item")
	}
}

// rhythm adds a fact about how often newsmap would poll.
func (c *Checker) rhythm(r *Report, f *feed.Feed, got *fetch.Result) {
	var times []time.Time
	for _, item := range f.Items {
		if !item.Published.IsZero() {
			times = append(times, item.Published)
		}
	}
	s := &subscription.Subscription{}
	c.Schedule.Succeed(s, subscription.PollResult{Changed: true, Published: times, Fresh: got.Fresh, Every: f.Every, Until: f.Skip.Until}, c.now())
	if gap, known := subscription.Gap(times, c.now()); known {
		r.fact("brings an item about every %s", Span(gap))
	}
	r.fact("newsmap would ask about every %s at first, and learn", Span(s.Interval))
	if got.FreshKnown && got.Fresh > s.Interval {
		r.fact("the server says that an answer serves for %s (Cache-Control), which newsmap heeds", Span(got.Fresh))
	}
	if f.Every > s.Interval {
		r.fact("the publisher says that it changes every %s (ttl), which newsmap heeds", Span(f.Every))
	}
}

// Span returns a duration in words.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 2*day:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// conditional fetches again with a conditional request.
func (c *Checker) conditional(ctx context.Context, r *Report, got *fetch.Result) error {
	if got.ETag == "" && got.LastModified == "" {
		r.warn("the server sends neither ETag nor Last-Modified: each poll transfers all of it")
		return nil
	}
	again, err := c.Client.Fetch(ctx, fetch.Request{URL: got.URL, ETag: got.ETag, LastModified: got.LastModified, MaxBody: feed.MaxBody})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.warn("fails when fetched again at once: %s", words(got.URL, err))
	case again.NotModified:
		r.fact("answers briefly when nothing is new (304)")
	default:
		r.warn("transfers all of it although nothing is new: the server ignores If-None-Match and If-Modified-Since")
	}
	return nil
}
