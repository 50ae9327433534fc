package feed

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Link is a link from a page to a feed.
type Link struct {
	Title string
	URL   string
}

// Discover returns the feeds in the link elements of a page, in order: at most ten, feeds of
// comments last. address is the address of the page.
func Discover(page []byte, contentType, address string) []Link {
	text, err := decode(page, contentType)
	if err != nil {
		return nil
	}
	p := &parser{sanitizer: newSanitizer(), base: parseBase(address)}
	var links, comments []Link
	seen := map[string]bool{}
	z := html.NewTokenizer(bytes.NewReader(text))
	for len(links)+len(comments) < 10 {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		switch t.DataAtom {
		case atom.Body:
			return append(links, comments...)
		case atom.Base:
			if b := parseBase(p.address(attribute(t, "href"))); b != nil {
				p.base = b
			}
		case atom.Link:
			l := Link{p.line(attribute(t, "title"), maxName), p.address(attribute(t, "href"))}
			if !isAlternate(attribute(t, "rel")) || !isFeedType(attribute(t, "type")) || l.URL == "" || seen[l.URL] {
				continue
			}
			seen[l.URL] = true
			if strings.Contains(strings.ToLower(l.Title+l.URL), "comments") {
				comments = append(comments, l)
			} else {
				links = append(links, l)
			}
		}
	}
	return append(links, comments...)
}

func attribute(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func isAlternate(rel string) bool {
	for _, word := range strings.Fields(strings.ToLower(rel)) {
		if word == "alternate" || word == "feed" {
			return true
		}
	}
	return false
}

func isFeedType(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/rss+xml", "text/xml+rss":
		return true
	}
	return false
}
