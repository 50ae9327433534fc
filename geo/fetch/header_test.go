package fetch

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, " 30 ": 30 * time.Second, "-5": 0, "soon": 0, "1.5": 0, "99999999999999999999": longestRetry, "864000": longestRetry,
		"Fri, 17 May 2024 12:01:00 GMT": time.Minute, "Fri, 17 May 2019 12:01:00 GMT": 0, "Fri, 17 May 2099 12:01:00 GMT": longestRetry,
	} {
		if got := ParseRetryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestFreshness(t *testing.T) {
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		control, expires string
		want             time.Duration
		known            bool
	}{
		{"", "", 0, false}, {"max-age=60", "", time.Minute, true}, {"public, Max-Age=\"60\"", "", time.Minute, true}, {"max-age=60, no-cache", "", 0, true},
		{"no-store", "", 0, true},
		{"max-age=x", "", 0, false}, {"max-age=-1", "", 0, false}, {"max-age=99999999999999999999", "", longestAge, true},
		{"private", "Fri, 17 May 2024 12:01:00 GMT", time.Minute, true},
		{"", "0", 0, true}, {"", "Fri, 17 May 2020 12:01:00 GMT", 0, true}, {"max-age=60", "0", time.Minute, true},
		{"max-age=5, max-age=60", "", 5 * time.Second, true},
	} {
		h := http.Header{}
		h.Set("Cache-Control", c.control)
		if c.expires != "" {
			h.Set("Expires", c.expires)
		}
		if got, known := Freshness(h, now); got != c.want || known != c.known {
			t.Errorf("%q %q: %s %v, want %s %v", c.control, c.expires, got, known, c.want, c.known)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for text, want := range map[string]time.Duration{"2.5": 2500 * time.Millisecond, "9999": maxCrawlDelay, "-1": 0, "NaN": 0, "1e300": 0, "": 0} {
		r := rules{group: parseRobots([]byte("User-agent: *\nDisallow: /x\nCrawl-delay: " + text))}
		if got := r.delay(); got != want || r.allows("/x") {
			t.Errorf("%q: %s, want %s; %v", text, got, want, r.allows("/x"))
		}
	}
}

func TestUserAgent(t *testing.T) {
	for _, c := range [][3]string{
		{"1.2", "https://post.example/bot", "newsmap/1.2 (+https://post.example/bot)"}, {"", "", "newsmap/0"}, {"v 1\r\n", "a\r\nX: (y)", "newsmap/v1 (+aX: y)"},
	} {
		if got := (Config{Version: c[0], Contact: c[1]}).userAgent(); got != c[2] {
			t.Errorf("%q", got)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /private/\nAllow: /private/*.html$\nCrawl-delay: 3\nSitemap: x", "/private/x")
	f.Add("user-agent:newsmap\r\rdisallow:", "/")
	f.Add("Disallow: /\nUser-agent: [", "*")
	f.Fuzz(func(t *testing.T, body, path string) {
		r := rules{group: parseRobots([]byte(body))}
		_ = r.allows("/" + path)
		if d := r.delay(); d < 0 || d > maxCrawlDelay {
			t.Errorf("a delay of %s", d)
		}
		if !strings.Contains(strings.ToLower(body), "disallow") && !r.allows("/"+path) {
			t.Error("forbidden by a file that forbids nothing")
		}
	})
}

func FuzzHeader(f *testing.F) {
	f.Add("120", "max-age=60, private", "Fri, 17 May 2024 12:01:00 GMT")
	f.Add("Fri, 17 May 2024 12:01:00 GMT", "no-store", "0")
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, retry, control, expires string) {
		if d := ParseRetryAfter(retry, now); d < 0 || d > longestRetry {
			t.Errorf("Retry-After %q: %s", retry, d)
		}
		h := http.Header{"Cache-Control": {control}, "Expires": {expires}}
		if d, known := Freshness(h, now); d < 0 || d > longestAge || d > 0 && !known {
			t.Errorf("%q %q: %s", control, expires, d)
		}
	})
}
