package feed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"newsmap/geo"
	"newsmap/geo/feed"
	"newsmap/geo/growthtest"
)

var now = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

const address = "https://post.example/feeds/world.xml"

func parse(t *testing.T, body string) *feed.Feed {
	t.Helper()
	f, err := feed.Parse(t.Context(), []byte(body), "", address, now)
	if err != nil {
		t.Fatalf("%v in %.200s", err, body)
	}
	return f
}

func rss(items string) string {
	return `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" ` +
		`xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel><title>Post</title><link>https://post.example/</link><language>` +
		`en-gb</language>` + items + `</channel></rss>`
}

// TestFormats parses an item in each format of feeds.
func TestFormats(t *testing.T) {
	const date = "Thu, 16 May 2024 08:30:00 +0200"
	for name, body := range map[string]string{
		"RSS 0.91": `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">` +
			`<rss version="0.91"><channel><title>Post</title><link>https://post.example/</link><language>en</language>
			<item><title>Ferry leaves Suva</title><link>https://post.example/1</link><description>It left.</description>` +
			`<pubDate>` + date + `</pubDate></item></channel></rss>`,
		"RSS 0.92": `<rss version="0.92"><channel><title>Post</title><link>https://post.example/</link><item><title>Ferry leaves Suva</title>` +
			`<link>https://post.example/1</link><description>It left.</description><pubDate>` + date + `</pubDate></item></channel></rss>`,
		"RSS 2.0": rss(`<item><title>Ferry leaves Suva</title><link>https://post.example/1</link><description>It left.</description>` +
			`<pubDate>` + date + `</pubDate></item>`),
		"RSS 1.0": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" ` +
			`xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://post.example/"><title>Post</title><link>https://post.example/</link></channel>
			<item rdf:about="https://post.example/1"><title>Ferry leaves Suva</title><link>https://post.example/1</link><description>It ` +
			`left.</description><dc:date>2024-05-16T06:30:00Z</dc:date></item></rdf:RDF>`,
		"Atom 1.0": `<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><link href="https://post.example/"/><entry><title>Ferry leaves ` +
			`Suva</title><id>tag:1</id><link rel="alternate" href="https://post.example/1"/><summary>It left.</summary><published>` +
			`2024-05-16T08:30:00+02:00</published><updated>2024-05-16T09:00:00Z</updated></entry></feed>`,
		"Atom 0.3": `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Post</title><link rel="alternate" href="https://post.example/"/>` +
			`<entry><title>Ferry leaves Suva</title><id>tag:1</id><link rel="alternate" href="https://post.example/1"/><summary>It left.</summary>` +
			`<issued>2024-05-16T08:30:00+02:00</issued></entry></feed>`,
		"JSON": `{"version":"https://jsonfeed.org/version/1.1","title":"Post","home_page_url":"https://post.example/","items":[{"id":"1",` +
			`"url":"https://post.example/1","title":"Ferry leaves Suva","content_html":"<p>It left.</p>","date_published":"2024-05-16T08:30:00+02:00"}]}`,
		"relative": `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/"><title>Post</title><link href="/"/><entry><title>` +
			`Ferry leaves Suva</title><id>1</id><link href="1"/><summary>It left.</summary><published>2024-05-16T08:30:00+02:00</published></entry></feed>`,
		"news": `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url>` +
			`<loc>https://post.example/about</loc></url><url><loc>https://post.example/1</loc><news:news><news:publication><news:name>` +
			`Post</news:name><news:language>en</news:language></news:publication><news:publication_date>` +
			`2024-05-16T08:30:00+02:00</news:publication_date><news:title>Ferry leaves Suva</news:title></news:news></url></urlset>`,
	} {
		f := parse(t, body)
		if f.Title != "Post" || len(f.Items) != 1 {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		item := f.Items[0]
		text, full := item.Text()
		published := time.Date(2024, 5, 16, 6, 30, 0, 0, time.UTC)
		if item.URL != "https://post.example/1" || item.Title != "Ferry leaves Suva" || !item.Published.Equal(published) {
			t.Errorf("%s: %+v", name, item)
		}
		if full || text != "It left." && name != "news" {
			t.Errorf("%s: text %q, full %t", name, text, full)
		}
	}
}

// TestMistakes parses items with common mistakes of real feeds.
func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		item string
		want feed.Item
	}{
		"undeclared entities": {`<title>Caf&eacute;&nbsp;&mdash; open &copy; R&D</title><link>https://post.example/1?a=1&b=2</link>`,
			feed.Item{Title: "Café — open © R&D", URL: "https://post.example/1?a=1&b=2"}},
		"escaped twice": {`<title>AT&amp;amp;T &amp;quot;wins&amp;quot;</title><link>/1</link>`,
			feed.Item{Title: `AT&T "wins"`, URL: "https://post.example/1"}},
		"markup in the title": {`<title><![CDATA[<b>Bold</b><script>alert(1)</script> news]]></title>`, feed.Item{Title: "Bold news"}},
		"CDATA HTML": {`<title>x</title><description><![CDATA[<p onclick="x()">One &amp; two.</p><script>alert(1)</script><p>Three<br>` +
			`four<img src=x onerror=alert(1)>.</p>]]>` +
			`</description>`, feed.Item{Title: "x", Summary: "One & two.\n\nThree\n\nfour.", Image: "https://post.example/feeds/x"}},
		"escaped HTML": {`<title>x</title><description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>`,
			feed.Item{Title: "x", Summary: "One.\n\nTwo."}},
		"less than":  {`<title>5 &lt; 6</title>`, feed.Item{Title: "5 < 6"}},
		"no date":    {`<title>x</title>`, feed.Item{Title: "x"}},
		"a bad date": {`<title>x</title><pubDate>last Tuesday</pubDate>`, feed.Item{Title: "x"}},
		"in 1970":    {`<title>x</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>`, feed.Item{Title: "x"}},
		"in 2099":    {`<title>x</title><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate>`, feed.Item{Title: "x"}},
		"a date without zone": {`<title>x</title><pubDate>2024-05-16 08:30:00</pubDate>`,
			feed.Item{Title: "x", Published: time.Date(2024, 5, 16, 8, 30, 0, 0, time.UTC)}},
		"a script as link": {`<title>x</title><link>javascript:alert(1)</link>`, feed.Item{Title: "x"}},
		"a guid for a link": {`<title>x</title><guid>https://post.example/g</guid>`,
			feed.Item{Title: "x", ID: "https://post.example/g", URL: "https://post.example/g"}},
		"no link":            {`<title>x</title><guid isPermaLink="false">7</guid>`, feed.Item{Title: "x", ID: "7"}},
		"control characters": {"<title>a\x0bb\x00c</title>", feed.Item{Title: "abc"}},
		"an author":          {`<title>x</title><dc:creator>Ann Writer</dc:creator>`, feed.Item{Title: "x", Byline: "Ann Writer"}},
		"a mail address":     {`<title>x</title><author>ann@post.example (Ann Writer)</author>`, feed.Item{Title: "x", Byline: "Ann Writer"}},
		"GeoRSS":             {`<title>x</title><georss:point>-18.14 178.44</georss:point>`, feed.Item{Title: "x", Point: &orb.Point{178.44, -18.14}}},
		"GML": {`<title>x</title><georss:where><gml:Point><gml:pos>-18.14 178.44</gml:pos></gml:Point></georss:where>`,
			feed.Item{Title: "x", Point: &orb.Point{178.44, -18.14}}},
		"W3C": {`<title>x</title><geo:lat>-18.14</geo:lat><geo:long>178.44</geo:long>`, feed.Item{Title: "x", Point: &orb.Point{178.44, -18.14}}},
		"W3C point": {`<title>x</title><geo:Point><geo:lat>-18.14</geo:lat><geo:long>178.44</geo:long></geo:Point>`,
			feed.Item{Title: "x", Point: &orb.Point{178.44, -18.14}}},
		"circle":      {`<title>x</title><georss:circle>-18.14 178.44 500</georss:circle>`, feed.Item{Title: "x", Point: &orb.Point{178.44, -18.14}}},
		"wide circle": {`<title>x</title><georss:circle>-18.14 178.44 500000</georss:circle>`, feed.Item{Title: "x"}},
		"no circle":   {`<title>x</title><georss:circle>-18.14 178.44</georss:circle><georss:circle>1 2 -3</georss:circle>`, feed.Item{Title: "x"}},
		"no point":    {`<title>x</title><georss:point>0 0</georss:point><georss:point>NaN 5</georss:point><georss:point>95 5</georss:point>`, feed.Item{Title: "x"}},
	} {
		f := parse(t, rss("<item>"+c.item+"</item>"))
		if len(f.Items) != 1 {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		got := f.Items[0]
		c.want.Lang = "en-GB"
		if c.want.Point != nil {
			c.want.Points = []geo.Coordinate{{Lon: c.want.Point.Lon(), Lat: c.want.Point.Lat()}}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	f := parse(t, rss(`<item><title>x</title><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate></item><item><title>y</title><pubDate>0</pubDate></item>`))
	if len(f.Warnings) != 2 || !strings.Contains(f.Warnings[0], "item 1 is published in the future, on 2099-01-01") ||
		!strings.Contains(f.Warnings[1], "item 2") {
		t.Errorf("warnings %q", f.Warnings)
	}
	f = parse(t, rss(
		`<item><title>x</title><georss:point>178.44 -18.14 3</georss:point></item>`+
			`<item><title>y</title><geo:Point><geo:lat>91</geo:lat><geo:long>2</geo:long></geo:Point></item>`+
			`<item><title>z</title><geo:lat>1</geo:lat><geo:long>999</geo:long></item>`+
			`<item><title>none</title><georss:point>0 0</georss:point><georss:point></georss:point></item>`,
	))
	if len(f.Warnings) != 3 || !strings.Contains(f.Warnings[0], `item 1 has the point "178.44 -18.14 3"`) || !strings.Contains(f.Warnings[1], `"91 2"`) ||
		!strings.Contains(f.Warnings[2], `"1 999"`) {
		t.Errorf("warnings %q", f.Warnings)
	}
}

func TestDuplicates(t *testing.T) {
	f := parse(t, rss(strings.Repeat(`<item><guid>same</guid><title>One</title><link>https://post.example/1</link></item>`, 2)+
		`<item><guid>same</guid><title>Two</title><link>https://post.example/2</link></item>`+strings.Repeat(`<item><title>Bare</title></item>`, 3)+`<item></item>`))
	var titles []string
	for _, item := range f.Items {
		titles = append(titles, item.Title)
	}
	if strings.Join(titles, " ") != "One Two Bare" || len(f.Warnings) != 5 || f.Items[0].ID != f.Items[0].URL {
		t.Errorf("%q, %q", titles, f.Warnings)
	}
}

func TestMaxItems(t *testing.T) {
	for n, want := range map[int]int{0: 0, 2_000: 2_000, feed.MaxItems + 10: feed.MaxItems} {
		var items strings.Builder
		for i := range n {
			fmt.Fprintf(&items, "<item><guid>%d</guid><title>Story %d</title><link>/%d</link><description>Text<br>of it</description></item>", i, i, i)
		}
		f := parse(t, rss(items.String()))
		if len(f.Items) != want || (n > want) != (len(f.Warnings) == 1) {
			t.Errorf("%d items: %d, %q", n, len(f.Items), f.Warnings)
		}
	}
	f := parse(t, rss(`<item><title>`+strings.Repeat("long ", 2<<20)+`</title></item>`))
	if n := len([]rune(f.Items[0].Title)); n > feed.MaxTitle {
		t.Errorf("a title of %d code points", n)
	}
	if len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "item 1 has a title of") {
		t.Errorf("warnings %q", f.Warnings)
	}
}

func TestEncodings(t *testing.T) {
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, c := range map[string]struct {
		title    string
		as       encoding.Encoding
		declared string
		header   string
	}{
		"UTF-8":                          {"Zürich Москва", nil, "utf-8", ""},
		"windows-1251":                   {"Москва", charmap.Windows1251, "windows-1251", ""},
		"windows-1251 by header":         {"Москва", charmap.Windows1251, "", "text/xml; charset=windows-1251"},
		"ISO-8859-1":                     {"Zürich", charmap.ISO8859_1, "ISO-8859-1", ""},
		"ISO-8859-2":                     {"Łódź", charmap.ISO8859_2, "iso-8859-2", ""},
		"GBK":                            {"北京新闻", simplifiedchinese.GBK, "gbk", ""},
		"Shift_JIS":                      {"東京", japanese.ShiftJIS, "Shift_JIS", ""},
		"ISO-2022-JP":                    {"東京", japanese.ISO2022JP, "iso-2022-jp", ""},
		"UTF-16":                         {"Zürich", utf16, "utf-16", ""},
		"UTF-8 declared as ISO-8859-1":   {"Zürich", nil, "iso-8859-1", ""},
		"UTF-8, wrong header":            {"Zürich", nil, "utf-8", "text/xml; charset=iso-8859-1"},
		"windows-1252 declared as UTF-8": {"Zürich – ok", charmap.Windows1252, "utf-8", ""},
		"unknown encoding":               {"Zürich", charmap.Windows1252, "x-nonsense", ""},
	} {
		head := `<?xml version="1.0"?>`
		if c.declared != "" {
			head = `<?xml version="1.0" encoding="` + c.declared + `"?>`
		}
		body := []byte(strings.Replace(rss("<item><title>"+c.title+"</title></item>"), `<?xml version="1.0"?>`, head, 1))
		if c.as != nil {
			var err error
			if body, err = c.as.NewEncoder().Bytes(body); err != nil {
				t.Fatal(err)
			}
		}
		f, err := feed.Parse(t.Context(), body, c.header, address, now)
		if err != nil || len(f.Items) != 1 || f.Items[0].Title != c.title {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	f, err := feed.Parse(t.Context(), []byte(rss("<item><title>Zürich Köln \xff Łódź</title></item>")), "", address, now)
	if err != nil || f.Items[0].Title != "Zürich Köln \ufffd Łódź" {
		t.Errorf("an invalid byte: %+v, %v", f, err)
	}
}

func TestParseInvalid(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]><rss version="2.0"><channel>` +
		`<title>&lol2;</title></channel></rss>`
	for name, c := range map[string]struct{ body, want string }{
		"empty":           {"", "is empty"},
		"white space":     {"\ufeff \n", "is empty"},
		"a page":          {"<!DOCTYPE html><html><head><title>x</title></head></html>", "is an HTML page, not a feed"},
		"part of a page":  {"\n<div>Not found</div>", "is an HTML page"},
		"OPML":            {`<opml version="2.0"><body/></opml>`, "is an OPML list"},
		"JSON":            {`{"a":1}`, "is JSON, but not a JSON Feed"},
		"a list":          {`[1]`, "is JSON, but not a JSON Feed"},
		"broken JSON":     {`{"version":"https://jsonfeed.org/version/1","items":[`, "cannot be read"},
		"other XML":       {`<?xml version="1.0"?><svg/>`, "is XML, but neither"},
		"text":            {"Not found", "is neither XML nor JSON"},
		"an image":        {"\x89PNG\r\n\x1a\n\x00\x00", "is neither XML nor JSON"},
		"an index":        {`<sitemapindex><sitemap><loc>x</loc></sitemap></sitemapindex>`, "is an index of sitemaps"},
		"no news sitemap": {`<urlset><url><loc>https://post.example/1</loc></url></urlset>`, "is a sitemap of one address without news"},
		"nested entities": {laughs, "entities that contain other entities"},
		"expanding entity": {`<!DOCTYPE r [<!ENTITY x "` + strings.Repeat("x", 10_000) + `">]><rss version="2.0"><channel><title>` + strings.Repeat("&x;",
			10_000) + `</title></channel></rss>`, "expand to more than"},
		"external entity": {`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>`, "refers to a file"},
		"deep":            {`<rss version="2.0"><channel>` + strings.Repeat("<a>", 1<<20), "levels deep"},
		"cut":             {rss("<item><title>x")[:300], "was cut off"},
		"large":           {strings.Repeat(" ", feed.MaxBody+1), "is too large: 16777217 bytes"},
	} {
		_, err := feed.Parse(t.Context(), []byte(c.body), "", address, now)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "feed" || !strings.Contains(invalid.Reason, c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := feed.Parse(ctx, []byte(rss("")), "", address, now); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if f := parse(t, rss(strings.Repeat("<item><description>a<br>b<br>c</description><title>x</title></item>", 3))); len(f.Items) == 0 {
		t.Error("unclosed elements")
	}
	const doctype = `<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN" "x.ent"> %HTMLlat1; <!ENTITY co "Post">]>`
	parse(t, doctype+strings.TrimPrefix(rss(""), `<?xml version="1.0"?>`))
}

// TestHostile checks that hostile documents are read or refused in time that is
// proportional to their size.
func TestHostile(t *testing.T) {
	item := func(content string) string { return rss("<item><title>x</title>" + content + "</item>") }
	cdata := func(content string) string { return item("<description><![CDATA[" + content + "]]></description>") }
	for name, c := range map[string]struct {
		piece string
		whole func(pieces string) string
	}{
		"ampersands":      {"&", func(s string) string { return rss("<item><title>" + s + "</title></item>") }},
		"half references": {"&" + strings.Repeat("a", 70), func(s string) string { return rss("<item><title>" + s + "</title></item>") }},
		"references":      {"&#0;", func(s string) string { return rss("<item><title>" + s + "</title></item>") }},
		"CDATA":           {"<![CDATA[x]]>", func(s string) string { return rss("<item><title>" + s + "</title></item>") }},
		"open CDATA":      {"<![CDATA[", func(s string) string { return rss("<item><title>" + s) }},
		"comments":        {"-- ", func(s string) string { return "<!--" + s + "-->" + rss("") }},
		"open tags":       {"<x>", rss},
		"flat tags":       {"<x/>", func(s string) string { return rss("<item>" + s + "</item>") }},
		"attributes":      {"a='1' ", func(s string) string { return rss("<item " + s + "></item>") }},
		"markup":          {"<p><b><i>", cdata},
		"images":          {"<img src=/x>", cdata},
		"blank lines":     {"\n \n", func(s string) string { return item("<description>" + s + "x</description>") }},
		"doctype":         {"<!ENTITY a 'b'>", func(s string) string { return "<!DOCTYPE rss [" + s + "]>" + rss("") }},
		"points":          {"1 2 ", func(s string) string { return item("<georss:polygon>" + s + "</georss:polygon>") }},
		"junk":            {"x ", func(s string) string { return s + rss("") }},
		"JSON":            {"[", func(s string) string { return `{"version":"https://jsonfeed.org/version/1.1","items":` + s + "}" }},
		"JSON text": {`\n`, func(s string) string {
			return `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_text":"` + s + `x"}]}`
		}},
	} {
		t.Run(name, func(t *testing.T) {
			growthtest.Linear(t, 256<<10/len(c.piece),
				func(n int) []byte { return []byte(c.whole(strings.Repeat(c.piece, n))) },
				func(body []byte) {
					if _, err := feed.Parse(t.Context(), body, "", address, now); err != nil && !errors.Is(err, geo.ErrInvalid) {
						t.Error(err)
					}
				})
		})
	}
}

func TestItemText(t *testing.T) {
	long := strings.Repeat("A sentence of the story. ", 40)
	for name, c := range map[string]struct {
		item feed.Item
		full bool
	}{
		"content":        {feed.Item{Summary: "Short.", Content: long}, true},
		"teaser":         {feed.Item{Summary: "Short."}, false},
		"long summary":   {feed.Item{Summary: long + long}, true},
		"medium summary": {feed.Item{Summary: long}, false},
		"ellipsis":       {feed.Item{Content: long + " […]"}, false},
		"dots":           {feed.Item{Content: long + "and..."}, false},
		"read more":      {feed.Item{Content: long + "\n\nRead more »"}, false},
		"no text":        {feed.Item{}, false},
	} {
		if _, full := c.item.Text(); full != c.full {
			t.Errorf("%s: full is %v", name, full)
		}
	}
}

// TestTeaser checks that an item is still a teaser after the link at its end was removed.
func TestTeaser(t *testing.T) {
	long := strings.Repeat("<p>A sentence of the story, which is long.</p>", 30)
	for end, full := range map[string]bool{
		"": true, `<p><a class="more" href="/1">Read more &raquo;</a></p>`: false, "<p>Continue reading</p>": false, `<a href="/1">Weiterlesen …</a>`: false,
		"<p>They said: read more books in Suva.</p>":                                 true,
		`<p>The post <a href="/1">x</a> appeared first on <a href="/">Post</a>.</p>`: true,
	} {
		f := parse(t, rss(`<item><title>x</title><content:encoded><![CDATA[`+long+end+`]]></content:encoded></item>`))
		if text, got := f.Items[0].Text(); got != full || strings.Contains(text, "Weiterlesen") || strings.Contains(text, "Continue") {
			t.Errorf("%q: full is %v: %s", end, got, text)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(rss(`<item><title>x &eacute;</title><link>/1</link><description><![CDATA[<p>x</p>]]></description>`+
		`<pubDate>Thu, 16 May 2024 08:30:00 GMT</pubDate><georss:point>1 2</georss:point></item>`)), "")
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">x</title>`+
		`<content type="xhtml"><div>x</div></content></entry></feed>`), "text/xml; charset=gbk")
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"content_html":"<p>x"}]}`), "")
	f.Add([]byte(`<urlset><url><loc>https://post.example/1</loc><news><title>x</title></news></url></urlset>`), "")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		got, err := feed.Parse(t.Context(), body, contentType, address, now)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) || got != nil {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, item := range got.Items {
			if item.URL != "" && !strings.HasPrefix(item.URL, "http://") && !strings.HasPrefix(item.URL, "https://") {
				t.Errorf("address %q", item.URL)
			}
			if !item.Published.IsZero() && (item.Published.Year() < 1990 || item.Published.After(now.Add(24*time.Hour))) {
				t.Errorf("published %s", item.Published)
			}
			if strings.ContainsAny(item.Title, "\n\x00") || len([]rune(item.Title)) > feed.MaxTitle {
				t.Errorf("title %q", item.Title)
			}
		}
	})
}

func TestSitemaps(t *testing.T) {
	index := `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/pages.xml</loc></sitemap>` +
		`<sitemap><loc>javascript:x</loc></sitemap>` +
		`<sitemap><loc> https://post.example/news-1.xml </loc><lastmod>2024-05-16</lastmod></sitemap>` +
		strings.Repeat("<sitemap><loc>/more.xml</loc></sitemap>", 30) + `<sitemap><loc>/cut`
	got := feed.Sitemaps([]byte(index), "", "https://post.example/sitemap.xml")
	if len(got) != 10 || got[0] != "https://post.example/news-1.xml" || got[1] != "https://post.example/pages.xml" ||
		got[9] != "https://post.example/more.xml" {
		t.Errorf("%q", got)
	}
	if got := feed.Sitemaps([]byte("\x00<"), "", ""); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(`<url><loc>https://post.example/1</loc><lastmod>2024-05-16</lastmod><news:news><news:publication>` +
		`<news:name>Post</news:name><news:language>en</news:language></news:publication>` +
		`<news:publication_date>2024-05-16T08:30:00Z</news:publication_date><news:title>x &amp; y</news:title></news:news></url>`))
	f.Add([]byte(`<url><news><title/></news><loc>//x</loc></url></urlset><url>`))
	f.Fuzz(func(t *testing.T, entries []byte) {
		body := append([]byte(`<?xml version="1.0"?><urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`), entries...)
		got, err := feed.Parse(t.Context(), append(body, "</urlset>"...), "", address, now)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) || got != nil {
				t.Fatalf("%v", err)
			}
			return
		}
		for _, item := range got.Items {
			if item.URL != "" && !strings.HasPrefix(item.URL, "http") || strings.ContainsAny(item.Title, "\n\x00") ||
				item.Published.After(now.Add(24*time.Hour)) {
				t.Errorf("%+v", item)
			}
		}
	})
}

// TestPlainText checks that no field contains markup of a hostile feed.
func TestPlainText(t *testing.T) {
	hostile := `<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)><a href="javascript:alert(1)">x</a><iframe ` +
		`srcdoc="<script>1</script>"></iframe><math><mtext><style><img src=x onerror=alert(1)>`
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(hostile)
	body := `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>` + escaped + `</title><link>javascript:alert(1)</link>
<item><title><![CDATA[` + hostile + `]]></title><link>javascript:alert(1)</link><guid>data:text/html,x</guid><description>` + escaped +
		`</description><content:encoded><![CDATA[` + hostile + `]]></content:encoded><dc:creator><![CDATA[` + hostile +
		`]]></dc:creator><enclosure url="javascript:alert(1)" type="image/png"/></item>
<item><title>` + escaped + `</title><link>vbscript:x</link></item></channel></rss>`
	f := parse(t, body)
	for _, item := range f.Items {
		for name, value := range map[string]string{"feed": f.Title, "title": item.Title, "byline": item.Byline, "summary": item.Summary, "content": item.Content,
			"url": item.URL, "image": item.Image, "home": f.Home} {
			for _, bad := range []string{"<", "onerror", "alert(1)", "javascript:"} {
				if strings.Contains(value, bad) {
					t.Errorf("%s: %q", name, value)
				}
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	var items strings.Builder
	for i := range 100 {
		fmt.Fprintf(&items, "<item><guid>%d</guid><title>Story %[1]d</title><link>/%[1]d</link><description><![CDATA[<p>%[2]s</p>]]></description>"+
			"<pubDate>Thu, 16 May 2024 08:30:00 GMT</pubDate></item>", i, strings.Repeat("A sentence. ", 30))
	}
	body := []byte(rss(items.String()))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if f, err := feed.Parse(b.Context(), bytes.Clone(body), "", address, now); err != nil || len(f.Items) != 100 {
			b.Fatal(err)
		}
	}
}
