package story

import (
	"crypto/sha256"
	"encoding/base32"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// trackingParameters are query parameters that record where a reader comes from and
// do not change the page. A name that ends in "*" is a prefix.
var trackingParameters = []string{
	"utm_*",
	"fbclid",
	"gclid",
	"dclid",
	"msclkid",
	"yclid",
	"igshid",
	"mc_cid",
	"mc_eid",
	"_ga",
	"_gl",
	"cmpid",
	"ocid",
	"ns_*",
	"ref",
	"ref_src",
	"smid",
	"spm",
	"wt.*",
	"at_*",
	"xtor",
}

// NormalizeURL returns the normal form of a story's address, in which all variants
// of the address are equal: lower-case scheme and host, https for http, no "www.",
// default port, fragment, tracking parameter or trailing slash, and a sorted query.
// The address must be http or https and have a host. The error wraps geo.ErrInvalid
// and names "url".
func NormalizeURL(raw string) (string, error) {
	if len(raw) > MaxURL {
		return "", geo.Invalid("url", "has %d bytes; at most %d are allowed", len(raw), MaxURL)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", geo.Invalid("url", "is not a web address; expected one such as https://example.com/story")
	}
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return "", geo.Invalid("url", "must begin with http:// or https://")
	}
	host := Host(u.Hostname())
	if host == "" {
		return "", geo.Invalid("url", "has no host; expected an address such as https://example.com/story")
	}
	if !isHost(host) {
		return "", geo.Invalid("url", "has a malformed host; expected a domain such as example.com or an IP address")
	}
	if u.User != nil {
		return "", geo.Invalid("url", "contains a user name or password; remove it")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	out := "https://" + host + strings.TrimRight(u.EscapedPath(), "/")
	if q := normalizeQuery(u.RawQuery); q != "" {
		out += "?" + q
	}
	return out, nil
}

// normalizeQuery sorts a query and removes its tracking parameters. It returns a
// malformed query (";" between parameters, a stray "%") unchanged, because the
// address may still work.
func normalizeQuery(raw string) string {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return raw
	}
	for name := range query {
		if isTracking(name) {
			query.Del(name)
		}
	}
	return query.Encode()
}

// Host returns the normal form of a host name: lower case, without the final dot
// and without "www.", except in a name such as "www.example".
func Host(name string) string {
	name = strings.TrimRight(strings.ToLower(strings.TrimSpace(name)), ".")
	for {
		rest, ok := strings.CutPrefix(name, "www.")
		if !ok || !strings.Contains(rest, ".") {
			return name
		}
		name = rest
	}
}

// isHost reports whether name is a well-formed host: letters and digits of any
// script in labels, or an IPv6 address.
func isHost(name string) bool {
	if strings.Contains(name, ":") {
		ip, err := netip.ParseAddr(name)
		return err == nil && ip.Zone() == ""
	}
	for _, r := range name {
		if r == utf8.RuneError || r != '.' && r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

func isTracking(name string) bool {
	name = strings.ToLower(name)
	for _, t := range trackingParameters {
		if prefix, ok := strings.CutSuffix(t, "*"); ok && strings.HasPrefix(name, prefix) || name == t {
			return true
		}
	}
	return false
}

// Domain returns the host of an address without "www.", or "" if it has none.
func Domain(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return ""
	}
	return Host(u.Hostname())
}

// Identify returns the id of a story: a hash of its normalized address, or of its
// title and text with normalized white space if it has no address. The same story
// always has the same id. With 100 bits, the probability that any two of a billion
// stories have the same id is less than one in a trillion.
func Identify(s *Story) string {
	if key, err := NormalizeURL(s.URL); err == nil {
		return hashID("url\x00" + key)
	}
	return hashID("text\x00" + strings.Join(strings.Fields(s.Title), " ") + "\x00" + strings.Join(strings.Fields(s.Text), " "))
}

// Complete trims the title of s, sets its domain and id from its other fields, and
// validates s. Every story from outside goes through it before it is stored. now
// limits the publication time: see ValidateDate. The error wraps geo.ErrInvalid and
// names the field.
func (s *Story) Complete(now time.Time) error {
	s.Title = strings.TrimSpace(s.Title)
	if s.Domain == "" {
		s.Domain = Domain(s.URL)
	}
	s.Domain = Host(s.Domain)
	s.ID = Identify(s)
	return s.Validate(now)
}

// IDs returns all ids of s without repetition: its own first, then the id of its
// address and those of its Aliases. All variants of an address have the same id (see
// NormalizeURL), except that an address with a fragment has an id of its own, as
// fragments distinguish the items of one page. The address of a site's front page
// has no id, as many stories may have it.
func (s *Story) IDs() []string {
	ids := []string{s.ID}
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if s.URL != "" {
		add(idOf(s.URL))
	}
	for _, alias := range s.Aliases {
		add(idOf(alias))
	}
	return ids
}

// idOf returns the id that belongs to an address or a guid, "" if none does.
func idOf(alias string) string {
	if strings.ContainsAny(alias, "# \t\n") {
		return hashID("also\x00" + alias)
	}
	key, err := NormalizeURL(alias)
	switch {
	case err != nil && alias != "":
		return hashID("also\x00" + alias)
	case err != nil || !strings.ContainsAny(strings.TrimPrefix(key, "https://"), "/?"):
		return ""
	}
	return hashID("url\x00" + key)
}

// BetterURL returns the one of two addresses to link to. Of two variants of the same
// address it prefers https, then the shorter one, as the longer may contain tracking
// parameters. Of different addresses it returns the newer.
func BetterURL(old, newer string) string {
	a, errA := NormalizeURL(old)
	b, errB := NormalizeURL(newer)
	if errA != nil || errB != nil || a != b {
		return newer
	}
	secureA, secureB := strings.HasPrefix(old, "https:"), strings.HasPrefix(newer, "https:")
	switch {
	case secureA != secureB && secureA, secureA == secureB && len(old) <= len(newer):
		return old
	}
	return newer
}

// Path returns the path of newsmap's page of a story, from the server's root.
func Path(id string) string { return "/stories/" + url.PathEscape(id) }

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func hashID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return idEncoding.EncodeToString(sum[:])[:20]
}
