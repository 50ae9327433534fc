package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits of what a server may ask for.
const (
	longestRetry = 7 * 24 * time.Hour
	longestAge   = 30 * 24 * time.Hour
)

// ParseRetryAfter reads a Retry-After header (RFC 9110, section 10.2.3): seconds or a date.
// The result is between 0 and a week; 0 if the header is missing or malformed.
func ParseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, ok := parseSeconds(value); ok {
		return min(seconds, longestRetry)
	}
	if t, err := http.ParseTime(value); err == nil {
		return min(max(t.Sub(now), 0), longestRetry)
	}
	return 0
}

// Freshness returns how long a response is fresh (RFC 9111, section 4.2.1), between 0 and 30
// days. known is false if the server does not say.
func Freshness(h http.Header, now time.Time) (age time.Duration, known bool) {
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store", "no-cache":
			return 0, true
		case "max-age":
			if seconds, ok := parseSeconds(strings.Trim(strings.TrimSpace(value), `"`)); ok && !known {
				age, known = min(seconds, longestAge), true
			}
		}
	}
	if known || h.Get("Expires") == "" {
		return age, known
	}
	// A value that is not a date, usually "0", is in the past (RFC 9111, section 5.3).
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0, true
	}
	return min(max(expires.Sub(now), 0), longestAge), true
}

// parseSeconds reads a number of seconds, which may be of any size.
func parseSeconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > int64(longestAge/time.Second) {
		return longestAge, true
	}
	return time.Duration(n) * time.Second, true
}
