package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"newsmap/geo"
	"newsmap/geo/article"
)

// sitemapURL is one entry of a sitemap, with Google's news extension.
type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	Images  []struct {
		Loc string `xml:"loc"`
	} `xml:"image"`
	News *struct {
		Publication struct {
			Name     string `xml:"name"`
			Language string `xml:"language"`
		} `xml:"publication"`
		Date  string `xml:"publication_date"`
		Title string `xml:"title"`
	} `xml:"news"`
}

// Sitemaps returns the addresses in an index of sitemaps, at most ten, those with a name about
// news first. address is the address of the index.
func Sitemaps(index []byte, contentType, address string) []string {
	const maxSitemaps = 10
	text, err := decode(index, contentType)
	if err != nil {
		return nil
	}
	p := &parser{base: parseBase(address)}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	var news, others []string
	for len(news) < maxSitemaps {
		token, err := d.Token()
		if err != nil {
			break
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "sitemap" {
			continue
		}
		var entry sitemapURL
		if err := d.DecodeElement(&entry, &start); err != nil {
			break
		}
		switch loc := p.address(entry.Loc); {
		case loc == "":
		case strings.Contains(strings.ToLower(loc), "news"):
			news = append(news, loc)
		case len(others) < maxSitemaps:
			others = append(others, loc)
		}
	}
	all := append(news, others...)
	return all[:min(len(all), maxSitemaps)]
}

// sitemap reads the news entries of a sitemap.
func (p *parser) sitemap(text []byte) (*Feed, error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	total := 0
	for {
		token, err := d.Token()
		if token == nil {
			if err != nil && err.Error() != "EOF" {
				return nil, explain(err)
			}
			break
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "url" {
			continue
		}
		if total++; total > MaxItems {
			p.warn("has more than %d entries; the others are left out", MaxItems)
			break
		}
		var entry sitemapURL
		if err := d.DecodeElement(&entry, &start); err != nil {
			return nil, explain(err)
		}
		if entry.News != nil {
			p.add(total-1, p.sitemapItem(total-1, &entry))
		}
	}
	if len(p.out.Items) == 0 && total > 0 {
		return nil, geo.Invalid("feed", "is a sitemap of %s without news entries", countWords(total))
	}
	if len(p.out.Items) > 0 {
		p.out.Title, p.out.Lang = p.out.Items[0].Outlet, p.out.Items[0].Lang
	}
	return &p.out, nil
}

func (p *parser) sitemapItem(n int, entry *sitemapURL) Item {
	address := p.address(entry.Loc)
	if address == "" {
		p.warn("item %d has the address %q, which is not an http or https address", n+1, short(entry.Loc, 60))
	}
	item := Item{
		ID: address, URL: address, Title: p.title(n, entry.News.Title), Outlet: p.line(entry.News.Publication.Name, maxName),
		Lang: lang(entry.News.Publication.Language), Published: p.date(n, "published", entry.News.Date, nil), Updated: p.date(n, "updated", entry.LastMod, nil),
	}
	if item.Published.IsZero() {
		item.Published = item.Updated
	}
	for _, i := range entry.Images {
		if item.Image = article.ImageURL(p.base, i.Loc); item.Image != "" {
			break
		}
	}
	return item
}

func countWords(n int) string {
	if n == 1 {
		return "one address"
	}
	return fmt.Sprintf("%d addresses", n)
}
