package ingest

import (
	"bytes"
	"cmp"
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
	Fault    string   `json:"fault"`    // why it cannot be used; empty if it can
	Title    string   `json:"title"`    // of the feed
	Items    int      `json:"items"`    // number of items
	Facts    []string `json:"facts"`    // what the feed contains and what newsmap would do
	Warnings []string `json:"warnings"` // problems that do not prevent reading it
	Feeds    []string `json:"feeds"`    // addresses of feeds to use instead
	Follow   string   `json:"follow"`   // the address to subscribe to; empty if none
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
		r.explainFetch(address, err)
		return r, nil
	}
	r.Follow = address
	r.addResponse(got, time.Since(began))
	f, err := feed.Parse(ctx, got.Body, got.ContentType, got.URL, c.now())
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		r.explainParse(err, got)
		return r, nil
	}
	r.Usable, r.Title, r.Items = true, f.Title, len(f.Items)
	r.addSyntax(got)
	r.addItems(f, c.now())
	r.addTexts(f)
	r.Warnings = append(r.Warnings, f.Warnings...)
	c.addInterval(r, f, got)
	return r, c.addConditional(ctx, r, got)
}

func (c *Checker) now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock()
}

// explainFetch explains why address could not be fetched.
func (r *Report) explainFetch(address string, err error) {
	r.Fault = faultText(address, err)
	var out *fetch.Error
	if !errors.As(err, &out) {
		return
	}
	switch {
	case out.Reason == fetch.ReasonSize:
		r.Fault += ", the limit for a feed"
	case out.RetryAfter > 0:
		r.fact("newsmap would try again in %s", out.RetryAfter.Round(time.Second))
	case out.Temporary():
		r.fact("newsmap would try again in a few minutes, and then at growing intervals")
	}
}

// addResponse adds facts about the response.
func (r *Report) addResponse(got *fetch.Result, took time.Duration) {
	switch {
	case got.Permanent != "":
		r.fact("has moved permanently to %s; newsmap would change the subscription to this address", got.Permanent)
	case got.URL != r.URL:
		r.fact("redirects temporarily to %s", got.URL)
	}
	r.fact("%s, fetched in %s; robots.txt allows it", formatSize(len(got.Body)), took.Round(time.Millisecond))
	if len(got.Body) > 2<<20 {
		r.warn("is large for a feed")
	}
}

func formatSize(n int) string {
	switch {
	case n < 10<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 10<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// explainParse explains why the document is not a feed, and adds the feeds that it links to.
func (r *Report) explainParse(err error, got *fetch.Result) {
	r.Fault, r.Follow = faultText(r.URL, err), ""
	switch feed.Sniff(got.Body) {
	case feed.KindOPML:
		r.Fault += "; newsmap feeds add follows all feeds in it"
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
		r.Fault += ", and links to none"
		return
	}
	r.Follow = r.Feeds[0]
}

var (
	xmlEncoding  = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)`)
	relativeLink = regexp.MustCompile(
		`(?i)<link>\s*(/[^/<\s][^<\s]*|\.{1,2}/[^<\s]*)\s*</link>|<link[^>]*\shref\s*=\s*["'](/[^/"'][^"']*|\.{1,2}/[^"']*)["']|"url"\s*:\s*"(\\?/[^/"\\][^"]*)"`,
	)
)

// addSyntax adds warnings about the type, the encoding and the syntax of the document.
func (r *Report) addSyntax(got *fetch.Result) {
	kind, params, _ := mime.ParseMediaType(got.ContentType)
	switch kind {
	case "":
		r.warn("the server sends no Content-Type")
	case "text/html", "text/plain", "application/octet-stream":
		r.warn("the server sends the Content-Type %s, which is not a type of feed", kind)
	}
	document := ""
	if m := xmlEncoding.FindSubmatch(got.Body[:min(len(got.Body), 1_024)]); m != nil {
		document = string(m[1])
	}
	header := params["charset"]
	switch {
	case document != "" && header != "" && encodingName(document) != encodingName(header):
		r.warn("declares the encoding %s, but the server declares %s", document, header)
	case !utf8.Valid(got.Body) && encodingName(cmp.Or(header, document, "utf-8")) == "utf-8":
		r.warn("is not valid UTF-8, although no other encoding is declared")
	}
	if m := relativeLink.FindSubmatch(got.Body); m != nil {
		r.warn("has relative links, such as %.80q; newsmap resolves them against the address of the feed", bytes.Join(m[1:], nil))
	}
	if line, reason := syntaxError(got.Body); reason != "" {
		r.warn("is not well-formed XML in line %d: %s; newsmap can read it nevertheless", line, reason)
	}
}

// encodingName returns the name of the encoding with a label, or the label if it is not known.
func encodingName(label string) string {
	if _, name := charset.Lookup(label); name != "" {
		return name
	}
	return strings.ToLower(label)
}

// syntaxError returns the first line in which a document is not well-formed XML, and why.
func syntaxError(body []byte) (line int, reason string) {
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

// addItems adds warnings about the fields of the items.
func (r *Report) addItems(f *feed.Feed, now time.Time) {
	if len(f.Items) == 0 {
		r.warn("has no items")
		return
	}
	var undated, unlinked, untitled, unidentified, foreign, located int
	links, dates := map[string]int{}, map[time.Time]int{}
	newest := time.Time{}
	for _, item := range f.Items {
		undated += oneIf(item.Published.IsZero())
		unlinked += oneIf(item.URL == "")
		untitled += oneIf(item.Title == "")
		unidentified += oneIf(item.ID == "" && item.URL == "")
		foreign += oneIf(item.URL != "" && f.Home != "" && hostOf(item.URL) != hostOf(f.Home))
		located += oneIf(item.Point != nil)
		links[item.URL]++
		dates[item.Published]++
		if item.Published.After(newest) {
			newest = item.Published
		}
	}
	all := len(f.Items)
	r.warnLack(undated, all, "no date; newsmap uses the time at which it reads the feed")
	r.warnLack(unlinked, all, "no link, so newsmap cannot read the page")
	r.warnLack(untitled, all, "no title")
	r.warnLack(unidentified, all, "neither an id nor a link; newsmap compares the text to find out what is new")
	if n := repeated(links); n > 0 {
		r.warn("%s have the same link as another item", countItems(n, all))
	}
	if n := dates[newest]; n == all && all > 2 && !newest.IsZero() {
		r.warn("all items have the same date")
	}
	if foreign == all {
		r.fact("all links of its items go to other sites")
	}
	if located > 0 {
		r.fact("%s %s a point (GeoRSS)", countItems(located, all), hasOrHave(located))
	}
	const stale = 60 * 24 * time.Hour
	if age := now.Sub(newest); !newest.IsZero() && age > stale {
		r.warn("has had nothing new since %s", newest.Format(time.DateOnly))
	}
}

// warnLack adds a warning about what n of all items lack.
func (r *Report) warnLack(n, all int, what string) {
	if n > 0 {
		r.warn("%s %s %s", countItems(n, all), hasOrHave(n), what)
	}
}

func countItems(n, all int) string {
	switch {
	case all == 1:
		return "its only item"
	case n == all:
		return "all items"
	}
	return fmt.Sprintf("%d of %d items", n, all)
}

// hasOrHave returns the form of the verb after countItems.
func hasOrHave(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func oneIf(condition bool) int {
	if condition {
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

// addTexts adds a fact about how much of the articles the feed contains.
func (r *Report) addTexts(f *feed.Feed) {
	full, summaries := 0, 0
	for i := range f.Items {
		text, isFull := f.Items[i].Text()
		full += oneIf(isFull)
		summaries += oneIf(text != "" && !isFull)
	}
	all := len(f.Items)
	switch {
	case all == 0:
	case full == all:
		r.fact("contains full texts; newsmap would fetch no pages")
	case full > 0:
		r.fact("contains the full text of %s; newsmap would fetch the pages of the others", countItems(full, all))
	case summaries > 0:
		r.fact("contains only summaries; newsmap would fetch the page of each new item")
	default:
		r.fact("contains only titles; newsmap would fetch the page of each new item")
	}
}

// addInterval adds facts about how often newsmap would poll.
func (c *Checker) addInterval(r *Report, f *feed.Feed, got *fetch.Result) {
	var times []time.Time
	for _, item := range f.Items {
		if !item.Published.IsZero() {
			times = append(times, item.Published)
		}
	}
	s := &subscription.Subscription{}
	c.Schedule.Succeed(s, subscription.PollResult{Changed: true, Published: times, Fresh: got.Fresh, Every: f.Every, Until: f.Skip.Until}, c.now())
	if gap, known := subscription.Gap(times, c.now()); known {
		r.fact("has a new item about every %s", FormatDuration(gap))
	}
	r.fact("newsmap would poll it about every %s at first, and adapt that to how often it changes", FormatDuration(s.Interval))
	if got.FreshKnown && got.Fresh > s.Interval {
		r.fact("the server declares its answer as fresh for %s (Cache-Control), which newsmap respects", FormatDuration(got.Fresh))
	}
	if f.Every > s.Interval {
		r.fact("the publisher says that it changes every %s (ttl), which newsmap respects", FormatDuration(f.Every))
	}
}

// FormatDuration returns a duration in one unit: seconds, minutes, hours or days.
func FormatDuration(d time.Duration) string {
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

// addConditional fetches the feed again with a conditional request, and adds the result.
func (c *Checker) addConditional(ctx context.Context, r *Report, got *fetch.Result) error {
	if got.ETag == "" && got.LastModified == "" {
		r.warn("the server sends neither ETag nor Last-Modified, so each poll transfers the entire feed")
		return nil
	}
	again, err := c.Client.Fetch(ctx, fetch.Request{URL: got.URL, ETag: got.ETag, LastModified: got.LastModified, MaxBody: feed.MaxBody})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.warn("fails when fetched again at once: %s", faultText(got.URL, err))
	case again.NotModified:
		r.fact("the server answers 304 if nothing is new, so a poll transfers little")
	default:
		r.warn("the server ignores If-None-Match and If-Modified-Since, so each poll transfers the entire feed")
	}
	return nil
}
