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

// trackingParameters are query parameters that say how a reader came, not what
// they read. Names ending in "*" stand for all with that beginning.
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

// NormalizeURL gives the form of a story's address under which its variants are
// one: lower-case scheme and host, https for http, no "www.", default port,
// fragment, tracking parameters or trailing slash; the rest of the query sorted.
// The error wraps geo.ErrInvalid; only http and https addresses with a host are
// allowed.
func NormalizeURL(raw string) (string, error) {
	if len(raw) > MaxURL {
		return "", geo.Invalid("url", "has %d bytes, more than %d", len(raw), MaxURL)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", geo.Invalid("url", "does not parse as an address")
	}
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return "", geo.Invalid("url", "must begin with http:// or https://")
	}
	host := Host(u.Hostname())
	if host == "" {
		return "", geo.Invalid("url", "has no host")
	}
	if !isHost(host) {
		return "", geo.Invalid("url", "has a host that cannot be")
	}
	if u.User != nil {
		return "", geo.Invalid("url", "must not hold a user name or password")
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

// normalizeQuery sorts a query and drops what tracks. One that does not parse
// (";" between parameters, a stray "%") may still be an address that works, and is
// kept as it is.
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

// Host is the form under which host names are compared: lower case, without the
// final dot and without "www." unless that is all there is before the top level.
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

// isHost tells whether name can be a host: letters and digits of any script in
// labels, or an IPv6 address.
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

// Domain is the host of an address without "www.", empty if it has none.
func Domain(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return ""
	}
	return Host(u.Hostname())
}

// Identify gives the id of a story: from its address where it has one, else
// from its title and text with white space folded. The same story always gets
// the same id; 100 bits make a chance collision among a billion stories less
// likely than one in a trillion.
func Identify(s *Story) string {
	if key, err := NormalizeURL(s.URL); err == nil {
		return hashID("url\x00" + key)
	}
	return hashID("text\x00" + strings.Join(strings.Fields(s.Title), " ") + "\x00" + strings.Join(strings.Fields(s.Text), " "))
}

// Complete sets what follows from the rest of s, its domain and its id, and validates it.
// It is the one way from what somebody gave to a story that can be stored. now bounds
// the publication time. The error wraps geo.ErrInvalid and names the field.
func (s *Story) Complete(now time.Time) error {
	s.Title = strings.TrimSpace(s.Title)
	if s.Domain == "" {
		s.Domain = Domain(s.URL)
	}
	s.Domain = Host(s.Domain)
	s.ID = Identify(s)
	return s.Validate(now)
}

// Names gives the ids under which s may be known, without repetition: its own
// first, then that of its address and those of what Also holds. An address in Also
// stands for all its variants, as in NormalizeURL; a site's front page, which many
// stories may name, is none. Anything else, and an address whose fragment tells
// items of one page apart, is compared as it is.
func (s *Story) Names() []string {
	names := []string{s.ID}
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if s.URL != "" {
		add(nameOf(s.URL))
	}
	for _, also := range s.Also {
		add(nameOf(also))
	}
	return names
}

// nameOf is the id of a story that has the given address or guid.
func nameOf(also string) string {
	if strings.ContainsAny(also, "# \t\n") {
		return hashID("also\x00" + also)
	}
	key, err := NormalizeURL(also)
	switch {
	case err != nil && also != "":
		return hashID("also\x00" + also)
	case err != nil || !strings.ContainsAny(strings.TrimPrefix(key, "https://"), "/?"):
		return ""
	}
	return hashID("url\x00" + key)
}

// BetterURL gives the one of two addresses to link to: of variants of the same
// one https before http, then the shorter, as the other tracks; else the newer.
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

// Path is where newsmap's own page of a story lies, from the server's root.
func Path(id string) string { return "/stories/" + url.PathEscape(id) }

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func hashID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return idEncoding.EncodeToString(sum[:])[:20]
}
