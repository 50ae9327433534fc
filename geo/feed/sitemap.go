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
	const most = 10
	text, err := decode(index, contentType)
	if err != nil {
		return nil
	}
	r := &reading{base: parseBase(address)}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	var news, others []string
	for len(news) < most {
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
		switch loc := r.address(entry.Loc); {
		case loc == "":
		case strings.Contains(strings.ToLower(loc), "news"):
			news = append(news, loc)
		case len(others) < most:
			others = append(others, loc)
		}
	}
	all := append(news, others...)
	return all[:min(len(all), most)]
}

// sitemap reads the news entries of a sitemap.
func (r *reading) sitemap(text []byte) (*Feed, error) {
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
			r.warn("has more than %d entries; the others are left out", MaxItems)
			break
		}
		var entry sitemapURL
		if err := d.DecodeElement(&entry, &start); err != nil {
			return nil, explain(err)
		}
		if entry.News != nil {
			r.add(total-1, r.sitemapItem(total-1, &entry))
		}
	}
	if len(r.out.Items) == 0 && total > 0 {
		return nil, geo.Invalid("feed", "is a sitemap of %s without news entries", countWords(total))
	}
	if len(r.out.Items) > 0 {
		r.out.Title, r.out.Lang = r.out.Items[0].Outlet, r.out.Items[0].Lang
	}
	return &r.out, nil
}

func (r *reading) sitemapItem(n int, entry *sitemapURL) Item {
	address := r.address(entry.Loc)
	if address == "" {
		r.warn("item %d has the address %q, which is not an http or https address", n+1, short(entry.Loc, 60))
	}
	item := Item{
		ID: address, URL: address, Title: r.title(n, entry.News.Title), Outlet: r.line(entry.News.Publication.Name, maxName),
		Lang: lang(entry.News.Publication.Language), Published: r.date(n, "published", entry.News.Date, nil), Updated: r.date(n, "updated", entry.LastMod, nil),
	}
	if item.Published.IsZero() {
		item.Published = item.Updated
	}
	for _, i := range entry.Images {
		if item.Image = article.ImageURL(r.base, i.Loc); item.Image != "" {
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
