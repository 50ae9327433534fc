package feed

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"newsmap/geo/article"
)

// image returns the address of an item's picture: the widest of Media RSS, an enclosure, the
// image of JSON Feed or iTunes, or the first in the text, in this order.
func (r *reading) image(in *gofeed.Item, o origin) string {
	var found []string
	for _, m := range mediaOf(in.Extensions["media"]) {
		found = append(found, m.url)
	}
	for _, e := range in.Enclosures {
		if e != nil && (strings.HasPrefix(strings.ToLower(e.Type), "image/") || e.Type == "" && picture.MatchString(e.URL)) {
			found = append(found, e.URL)
		}
	}
	found = append(found, o.images...)
	if in.Image != nil {
		found = append(found, in.Image.URL)
	}
	for _, text := range []string{in.Content, in.Description} {
		found = append(found, pictures(text)...)
	}
	for _, f := range found {
		if address := article.ImageURL(r.base, f); address != "" {
			return address
		}
	}
	return ""
}

var picture = regexp.MustCompile(`(?i)\.(jpe?g|png|webp|avif)(\?|$)`)

// medium is a picture in Media RSS (https://www.rssboard.org/media-rss).
type medium struct {
	url   string
	width int
}

// mediaOf returns the pictures, the widest first and thumbnails last.
func mediaOf(elements map[string][]ext.Extension) []medium {
	var contents, thumbnails []medium
	var visit func(elements map[string][]ext.Extension, depth int)
	visit = func(elements map[string][]ext.Extension, depth int) {
		const deepest = 3
		for _, e := range elements["content"] {
			kind, mediumName := strings.ToLower(e.Attrs["type"]), strings.ToLower(e.Attrs["medium"])
			if strings.HasPrefix(kind, "image/") || mediumName == "image" || kind == "" && mediumName == "" && picture.MatchString(e.Attrs["url"]) {
				contents = append(contents, medium{e.Attrs["url"], width(e)})
			}
		}
		for _, e := range elements["thumbnail"] {
			thumbnails = append(thumbnails, medium{e.Attrs["url"], width(e)})
		}
		if depth == deepest {
			return
		}
		for _, name := range []string{"group", "content"} {
			for _, e := range elements[name] {
				visit(e.Children, depth+1)
			}
		}
	}
	visit(elements, 0)
	widestFirst := func(a, b medium) int { return cmp.Compare(b.width, a.width) }
	slices.SortStableFunc(contents, widestFirst)
	slices.SortStableFunc(thumbnails, widestFirst)
	return append(contents, thumbnails...)
}

func width(e ext.Extension) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(e.Attrs["width"]), "px"))
	if err != nil {
		return 0
	}
	return n
}

var (
	imageTag  = regexp.MustCompile(`(?i)<img\s[^>]+>`)
	imageSrc  = regexp.MustCompile(`(?i)\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))`)
	imageTiny = regexp.MustCompile(`(?i)\s(?:width|height)\s*=\s*["']?(?:[0-9]|[1-4][0-9])(?:px)?["'\s/>]`)
)

// pictures returns the first pictures in a text, without tracking pixels.
func pictures(markup string) (out []string) {
	const most = 3
	for _, tag := range imageTag.FindAllString(clipBytes(markup, maxText), most) {
		if m := imageSrc.FindStringSubmatch(tag); m != nil && !imageTiny.MatchString(tag) {
			out = append(out, html.UnescapeString(m[1]+m[2]+m[3]))
		}
	}
	return out
}
