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

// image returns the address of an item's image: the widest of Media RSS, an enclosure, the
// image of JSON Feed or iTunes, or the first in the text, in this order.
func (p *parser) image(in *gofeed.Item, x extras) string {
	var found []string
	for _, m := range mediaImages(in.Extensions["media"]) {
		found = append(found, m.url)
	}
	for _, e := range in.Enclosures {
		if e != nil && (strings.HasPrefix(strings.ToLower(e.Type), "image/") || e.Type == "" && imageExtension.MatchString(e.URL)) {
			found = append(found, e.URL)
		}
	}
	found = append(found, x.images...)
	if in.Image != nil {
		found = append(found, in.Image.URL)
	}
	for _, text := range []string{in.Content, in.Description} {
		found = append(found, imagesIn(text)...)
	}
	for _, f := range found {
		if address := article.ImageURL(p.base, f); address != "" {
			return address
		}
	}
	return ""
}

var imageExtension = regexp.MustCompile(`(?i)\.(jpe?g|png|webp|avif)(\?|$)`)

// mediaImage is an image in Media RSS (https://www.rssboard.org/media-rss).
type mediaImage struct {
	url   string
	width int
}

// mediaImages returns the images, the widest first and thumbnails last.
func mediaImages(elements map[string][]ext.Extension) []mediaImage {
	var contents, thumbnails []mediaImage
	var visit func(elements map[string][]ext.Extension, depth int)
	visit = func(elements map[string][]ext.Extension, depth int) {
		const maxDepth = 3
		for _, e := range elements["content"] {
			kind, medium := strings.ToLower(e.Attrs["type"]), strings.ToLower(e.Attrs["medium"])
			if strings.HasPrefix(kind, "image/") || medium == "image" || kind == "" && medium == "" && imageExtension.MatchString(e.Attrs["url"]) {
				contents = append(contents, mediaImage{e.Attrs["url"], width(e)})
			}
		}
		for _, e := range elements["thumbnail"] {
			thumbnails = append(thumbnails, mediaImage{e.Attrs["url"], width(e)})
		}
		if depth == maxDepth {
			return
		}
		for _, name := range []string{"group", "content"} {
			for _, e := range elements[name] {
				visit(e.Children, depth+1)
			}
		}
	}
	visit(elements, 0)
	widestFirst := func(a, b mediaImage) int { return cmp.Compare(b.width, a.width) }
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

// imagesIn returns the first images in a text, without tracking pixels.
func imagesIn(markup string) (out []string) {
	const maxImages = 3
	for _, tag := range imageTag.FindAllString(clipBytes(markup, maxText), maxImages) {
		if m := imageSrc.FindStringSubmatch(tag); m != nil && !imageTiny.MatchString(tag) {
			out = append(out, html.UnescapeString(m[1]+m[2]+m[3]))
		}
	}
	return out
}
