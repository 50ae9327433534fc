package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestWebScript runs the scripts that fetch, each with a news site of its own
// on loopback, whose address is $SITE.
func TestWebScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/web", Setup: func(e *testscript.Env) error {
		site := newsSite()
		e.Setenv("SITE", site.URL)
		e.Defer(site.Close)
		return nil
	}})
}

const siteParagraph = "The river left its bed in Piura, in the north of Peru, on Friday night and filled the main square, and by the " +
	"morning boats were the only way to reach the market, the mayor said. "

func sitePage(title, text string) string {
	return `<!doctype html><html lang="en"><head><title>` + title + `</title><meta property="og:site_name" content="Loop Post"><link ` +
		`rel="alternate" type="application/rss+xml" href="/feed.xml"></head>` +
		`<body><article><h1>` + title + `</h1><p>` + text + `</p></article></body></html>`
}

// newsSite is a small site with feeds, pages and misbehaviour.
func newsSite() *httptest.Server {
	pages := map[string]string{
		"/robots.txt": "User-agent: *\nDisallow: /secret\n",
		"/":           sitePage("Front page", "Links."),
		"/flood":      sitePage("Rain floods Piura", siteParagraph+siteParagraph),
		"/kobe":       sitePage("Before you continue", "We use cookies. Accept all."),
		"/secret":     sitePage("Secret", siteParagraph),
		"/feed.xml": `<rss version="2.0"><channel><title>Loop Post</title><link>/</link><item><title>Rain floods Piura</title><link>/flood</link>` +
			`<description>Rain.</description><pubDate>Fri, 17 May 2024 06:00:00 GMT</pubDate></item>
			<item><title>Quake shakes Kobe</title><link>/kobe</link><description>A strong earthquake shook Kobe and Awaji Island in western Japan ` +
			`early on Saturday.</description></item></channel></rss>`,
		"/atom.xml": `<feed xmlns="http://www.w3.org/2005/Atom"><title>Two</title><entry><id>1</id><title>Fog closes the port of Rotterdam</title></entry></feed>`,
		"/feeds.opml": `<opml version="2.0"><body><outline text="a" xmlUrl="SITE/feed.xml"/><outline text="b" xmlUrl="SITE/absent.xml"/><outline ` +
			`text="c" xmlUrl="SITE/flood"/><outline text="d" xmlUrl="SITE/atom.xml"/></body></opml>`,
		"/laughs.xml": `<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>`,
	}
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch body, known := pages[r.URL.Path]; {
		case known:
			io.WriteString(w, strings.ReplaceAll(body, "SITE", site.URL))
		case r.URL.Path == "/inward":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	return site
}
