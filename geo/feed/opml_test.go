package feed_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/feed"
)

const list = `<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="World"><outline title="Asia"><outline text="Post &amp; Co" type="rss" xmlUrl="https://post.example/feed" ` +
	`htmlUrl="https://post.example/"/></outline>
<outline type="rss" text="Twice" xmlurl="https://post.example/feed"/><outline text="Unknown scheme" xmlUrl="feed://post.example/x"/></outline>
<outline text="Bare" xmlUrl=" http://bare.example/rss "/><outline text="Note"/>
</body></opml>`

func TestOPML(t *testing.T) {
	got, warnings, err := feed.ParseOPML([]byte(list), "")
	want := []feed.Outline{
		{Title: "Post & Co", URL: "https://post.example/feed", Home: "https://post.example/", Folder: "World/Asia"},
		{Title: "Bare", URL: "http://bare.example/rss"},
	}
	if err != nil || !reflect.DeepEqual(got, want) || len(warnings) != 1 || !strings.Contains(warnings[0], "feed://post.example/x") {
		t.Fatalf("%+v, %q, %v", got, warnings, err)
	}
	var out bytes.Buffer
	if err := feed.WriteOPML(&out, "Mine", got); err != nil {
		t.Fatal(err)
	}
	again, _, err := feed.ParseOPML(out.Bytes(), "")
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("%+v, %v of %s", again, err, out.String())
	}
}

// TestOPMLRoundTrip writes lists and reads them again.
func TestOPMLRoundTrip(t *testing.T) {
	for name, list := range map[string][]feed.Outline{
		"empty":    nil,
		"no title": {{URL: "https://post.example/feed?a=1&b=2"}},
		"quotes":   {{Title: `"Post" & Co 5 < 6 'n’ Söhne 新聞`, URL: "https://post.example/feed", Home: "https://post.example/?x=\"y\""}},
		"folders": {{Title: "A", URL: "https://a.example/", Folder: "World"}, {Title: "B", URL: "https://b.example/", Folder: "World"},
			{Title: "C", URL: "https://c.example/", Folder: "World/Asia"}, {Title: "D", URL: "https://d.example/"}},
		"quotes in a folder": {{Title: "A", URL: "https://a.example/", Folder: "R&D < x"}},
	} {
		var out bytes.Buffer
		if err := feed.WriteOPML(&out, `My "list" & more`, list); err != nil {
			t.Fatal(err)
		}
		if kind := feed.Sniff(out.Bytes()); kind != feed.KindOPML {
			t.Errorf("%s: %s", name, kind)
		}
		got, warnings, err := feed.ParseOPML(out.Bytes(), "")
		if err != nil || len(warnings) > 0 || !reflect.DeepEqual(got, list) {
			t.Errorf("%s: %+v, %q, %v of\n%s", name, got, warnings, err, out.String())
		}
	}
}

func TestOPMLInvalid(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a feed": {rss(""), "is a single feed, not"},
		"a page": {"<html></html>", "is an HTML page, not"},
		"empty":  {"", "is empty"},
		"cut":    {list[:300], "cut off"},
		"text":   {"x", "is not an OPML list of feeds"},
		"deep":   {"<opml><body>" + strings.Repeat("<outline>", 20_000), "levels deep"},
		"laughs": {`<!DOCTYPE o [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><opml/>`, "entities"},
	} {
		_, _, err := feed.ParseOPML([]byte(c.body), "")
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "opml" || !strings.Contains(invalid.Reason, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDiscover(t *testing.T) {
	page := `<!doctype html><html><head><base href="https://cdn.post.example/x/"><link rel=stylesheet href=a.css>
<link rel="alternate" type="application/rss+xml" title="Comments" href="https://post.example/comments/feed"><LINK REL="Alternate Home" ` +
		`TYPE="application/atom+xml; charset=utf-8" TITLE="News &amp; more" HREF="atom.xml">
<link rel="alternate" type="text/html" hreflang="de" href="/de"><link rel="alternate" type="application/rss+xml" href="javascript:x"></head>` +
		`<body><link rel="alternate" type="application/rss+xml" href="/late"></body>`
	got := feed.Discover([]byte(page), "text/html", "https://post.example/page")
	want := []feed.Link{{"News & more", "https://cdn.post.example/x/atom.xml"}, {"Comments", "https://post.example/comments/feed"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(list))
	f.Add([]byte("<opml><body><outline xmlUrl='//x'></outline></outline><outline xmlUrl='http://a/&#0;'/>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, _, err := feed.ParseOPML(body, "")
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		var out bytes.Buffer
		if err := feed.WriteOPML(&out, "x", got); err != nil {
			t.Fatal(err)
		}
		again, _, err := feed.ParseOPML(out.Bytes(), "")
		if err != nil || len(again) != len(got) {
			t.Errorf("%d feeds became %d: %v", len(got), len(again), err)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Thu, 16 May 2024 08:30:00 +0200", "2024-05-16T08:30:00Z", "1970-01-01", "2099", "16 mai 2024", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, date string) {
		body := `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"x","date_published":` + quote(date) + `}]}`
		got, err := feed.Parse(t.Context(), []byte(body), "", address, now)
		if err != nil {
			t.Fatal(err)
		}
		if p := got.Items[0].Published; !p.IsZero() && (p.Year() < 1990 || p.After(now.AddDate(0, 0, 1))) {
			t.Errorf("%q is %s", date, p)
		}
	})
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
