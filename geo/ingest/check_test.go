package ingest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"newsmap/geo/ingest"
	"newsmap/geo/ingest/webtest"
)

// TestCheck checks what a report says about feeds.
func TestCheck(t *testing.T) {
	const html, feedType = "text/html", "application/rss+xml"
	now := time.Now().UTC().Truncate(time.Second)
	rss := func(items string) string {
		return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>` +
			`Post</title><link>https://post.example/</link>` + items + `</channel></rss>`
	}
	item := func(n int, rest string) string {
		return fmt.Sprintf(`<item><title>Story %d</title><guid isPermaLink="false">%d</guid><link>https://post.example/%d</link>%s</item>`, n, n, n, rest)
	}
	dated := func(hours int) string {
		return "<pubDate>" + now.Add(-time.Duration(hours)*time.Hour).Format(time.RFC1123Z) + "</pubDate>"
	}
	full := "<content:encoded>" + strings.Repeat("The ferry left the port in the morning. ", 40) + "</content:encoded>"
	for name, c := range map[string]struct {
		kind, text string
		usable     bool
		want       []string // in fault, facts, warnings or feeds
	}{
		"good": {feedType, rss(item(1, dated(1)+full) + item(2, dated(3)+full) + item(3, dated(5)+full)), true,
			[]string{"contains full texts", "a new item about every 100 min", "would poll it about every 50 min", "304", "robots.txt allows it"}},
		"summaries": {feedType, rss(item(1, dated(1)+"<description>Short.</description>")), true, []string{"contains only summaries"}},
		"titles":    {feedType, rss(item(1, dated(1))), true, []string{"contains only titles"}},
		"some full": {feedType, rss(item(1, dated(1)+full) + item(2, dated(2))), true, []string{"the full text of 1 of 2 items"}},
		"page": {html, `<!doctype html><link rel="alternate" type="application/rss+xml" href="/rss"><body>Links`, false,
			[]string{"is an HTML page, not a feed", "/rss"}},
		"bare page": {html, `<!doctype html><body>Links`, false, []string{"is an HTML page, not a feed, and links to none"}},
		"sitemaps": {"application/xml", `<?xml version="1.0"?><sitemapindex><sitemap><loc>/sitemap-news.xml</loc></sitemap></sitemapindex>`, false,
			[]string{"is an index of sitemaps", "/sitemap-news.xml"}},
		"list":     {"text/x-opml", `<opml version="2.0"><body/></opml>`, false, []string{"newsmap feeds add follows all feeds in it"}},
		"one item": {feedType, rss(item(1, "")), true, []string{"its only item has no date"}},
		"cut":      {feedType, `<rss version="2.0"><channel><title>Post</title><item><title>x`, false, []string{"cut off"}},
		"laughs": {feedType, `<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel>` +
			`</rss>`, false, []string{"expand without limit"}},
		"no dates": {feedType, rss(item(1, "") + item(2, "")), true, []string{"all items have no date"}},
		"1970": {feedType, rss(item(1, "<pubDate>Thu, 01 Jan 1970 00:00:00 "+
			"GMT</pubDate>") + item(2, dated(1))), true, []string{"1970", "1 of 2 items has no date"}},
		"2099":     {feedType, rss(item(1, "<pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate>") + item(2, dated(1))), true, []string{"in the future"}},
		"stale":    {feedType, rss(item(1, dated(24*100)) + item(2, dated(24*101))), true, []string{"has had nothing new since"}},
		"one guid": {feedType, rss(strings.ReplaceAll(item(1, dated(1))+item(2, dated(2)), `false">2<`, `false">1<`)), true, []string{"have the same id"}},
		"relative": {feedType, rss(`<item><title>x</title><link>/story/1</link>` + dated(1) + `</item>`), true, []string{`relative links, such as "/story/1"`}},
		"encoding": {"application/rss+xml; charset=iso-8859-1", rss(item(1, dated(1))), true,
			[]string{"declares the encoding utf-8, but the server declares iso-8859-1"}},
		"not UTF-8": {feedType, rss(item(1, dated(1)+"<description>Caf\xe9 d\xe9j\xe0</description>")), true, []string{"is not valid UTF-8"}},
		"HTML type": {html, rss(item(1, dated(1))), true, []string{"sends the Content-Type text/html"}},
		"ampersand": {feedType, rss(item(1, dated(1)+"<description>Fish & chips</description>")), true, []string{"not well-formed XML in line 1"}},
		"empty":     {feedType, rss(""), true, []string{"has no items"}},
		"no links":  {feedType, rss(`<item><title>x</title>` + dated(1) + `</item>`), true, []string{"no link, so newsmap cannot read the page"}},
	} {
		t.Run(name, func(t *testing.T) {
			site := webtest.NewSite()
			defer site.Close()
			site.Set("/feed", c.kind, c.text)
			r, err := (&ingest.Checker{Client: newClient()}).Check(t.Context(), site.URL+"/feed")
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(slices.Concat([]string{r.Fault}, r.Facts, r.Warnings, r.Feeds), "\n")
			if r.Usable != c.usable || r.Usable != (r.Fault == "") || r.Usable != (r.Follow == site.URL+"/feed") {
				t.Errorf("usable: %t, follow %q\n%s", r.Usable, r.Follow, all)
			}
			for _, want := range c.want {
				if !strings.Contains(all, want) {
					t.Errorf("no %q in\n%s", want, all)
				}
			}
			if name == "good" && len(r.Warnings) > 0 {
				t.Errorf("warnings about a good feed: %q", r.Warnings)
			}
		})
	}
}

func TestCheckFetching(t *testing.T) {
	site := webtest.NewSite()
	defer site.Close()
	site.SetFeed("/feed", webtest.RSS, "Post", entries("a"))
	site.Set("/robots.txt", "text/plain", "User-agent: *\nDisallow: /secret\n")
	site.Break("/moved", webtest.Redirect(301, "/feed"))
	site.Break("/redirect", webtest.Redirect(302, "/feed"))
	site.Break("/down", webtest.Status(503, 60))
	site.Break("/flood", webtest.Flood("application/rss+xml"))
	site.Break("/ignores-etag", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		_, _ = w.Write([]byte(`<rss version="2.0"><channel><title>x</title><item><title>a</title><link>https://post.example/</link></item></channel></rss>`))
	})
	site.Break("/no-etag", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<rss version="2.0"><channel><title>x</title><item><title>a</title><link>https://post.example/</link></item></channel></rss>`))
	})
	for path, want := range map[string]string{
		"/moved":        "has moved permanently to " + site.URL + "/feed",
		"/redirect":     "redirects temporarily to " + site.URL + "/feed",
		"/down":         "newsmap would try again in 1m0s",
		"/secret":       "robots.txt does not allow it",
		"/absent":       "there is nothing at this address (404)",
		"/flood":        "more than 16 MiB, the limit for a feed",
		"/ignores-etag": "ignores If-None-Match",
		"/no-etag":      "sends neither ETag nor Last-Modified",
	} {
		r, err := (&ingest.Checker{Client: newClient()}).Check(t.Context(), site.URL+path)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(slices.Concat([]string{r.Fault}, r.Facts, r.Warnings), "\n"); !strings.Contains(all, want) {
			t.Errorf("%s: no %q in\n%s", path, want, all)
		}
	}
}
