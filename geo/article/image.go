package article

import (
	"net/url"
	"regexp"
	"strings"
)

// noPicture matches addresses of images that are not pictures of a story: logos, placeholders,
// tracking pixels, avatars.
var noPicture = regexp.MustCompile(
	`(?i)(^|[/_.=-])(logos?|placeholders?|default|no-?image|spacer|blank|pixel|tracking|1x1|favicons?|icons?|sprites?|avatars?|gravatar|emoji|` +
		`smil(ey|ies)|badge|apple-touch)([/_.@?=&0-9-]|$)|\.(svgz?|ico|cur)($|\?)|feedburner\.com/~|pixel\.wp\.com|gravatar\.com/|` +
		`doubleclick\.net/|/s\.w\.org/images/core/emoji/`,
)

// ImageURL resolves the address of a picture against base, which may be nil. It is empty if
// the address is not an http or https address, is too long, or by its name is a logo, an icon
// or a tracking pixel.
func ImageURL(base *url.URL, raw string) string {
	const longest = 2_048
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if raw == "" || err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	out := u.String()
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(out) > longest || u.Path == "" || u.Path == "/" {
		return ""
	}
	if noPicture.MatchString(u.Host + u.Path) {
		return ""
	}
	return out
}
