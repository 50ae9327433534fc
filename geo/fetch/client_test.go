package fetch_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"newsmap/geo/fetch"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

// quick is a client for a loopback server, without pauses.
func quick(change ...func(*fetch.Config)) *fetch.Client {
	cfg := fetch.Config{
		AllowPrivate: loopback, Pace: -1, MaxHostWait: 50 * time.Millisecond, HeaderTimeout: 400 * time.Millisecond, IdleTimeout: 200 * time.Millisecond,
		TotalTimeout: 2 * time.Second, MaxBody: 64 << 10, Version: "1.2", Contact: "desk@post.example",
	}
	for _, f := range change {
		f(&cfg)
	}
	return fetch.New(cfg)
}

// serve starts a server; a path without a handler is a 404, robots.txt too.
func serve(t *testing.T, routes map[string]http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	for path, handler := range routes {
		mux.HandleFunc(path, handler)
	}
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
}

func redirect(code int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// wantError looks at the reason, the words and the address of an error.
func wantError(t *testing.T, err error, address string, reason fetch.Reason, words string) *fetch.Error {
	t.Helper()
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a *fetch.Error", err)
	}
	if e.Reason != reason || !strings.Contains(e.Error(), words) || !strings.HasPrefix(e.Error(), address) {
		t.Errorf("error %q (%s), want %s, %q, %q", e, e.Reason, reason, address, words)
	}
	return e
}

func TestFetch(t *testing.T) {
	var header http.Header
	base := serve(t, map[string]http.HandlerFunc{"/page": func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=90")
		w.Header().Set("ETag", `"v1"`)
		io.WriteString(w, "hello")
	}})
	got, err := quick().Fetch(t.Context(), fetch.Request{URL: base + "/page#part"})
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != "hello" || got.URL != base+"/page" || got.ContentType != "text/html; charset=utf-8" || got.ETag != `"v1"` ||
		got.Fresh != 90*time.Second ||
		got.Permanent != "" ||
		got.NotModified {
		t.Errorf("got %+v", got)
	}
	if agent := header.Get("User-Agent"); agent != "newsmap/1.2 (+desk@post.example)" {
		t.Errorf("User-Agent %q", agent)
	}
}

func TestConditional(t *testing.T) {
	base := serve(t, map[string]http.HandlerFunc{"/feed": func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") == "Fri, 17 May 2024 12:00:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", "Fri, 17 May 2024 12:00:00 GMT")
		w.Header().Set("ETag", `"v1"`)
		io.WriteString(w, "news")
	}, "/liar": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }})
	c := quick()
	first, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/feed"})
	if err != nil || first.NotModified || string(first.Body) != "news" {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/feed", ETag: first.ETag, LastModified: first.LastModified})
	if err != nil || !second.NotModified || len(second.Body) != 0 {
		t.Errorf("%+v, %v", second, err)
	}
	_, err = c.Fetch(t.Context(), fetch.Request{URL: base + "/liar"})
	wantError(t, err, base+"/liar", fetch.ReasonStatus, "304")
	if _, err = c.Fetch(t.Context(), fetch.Request{URL: base + "/feed", ETag: "\"v\r\nX-Evil: 1\""}); err != nil {
		t.Errorf("an ETag that is malformed is left out: %v", err)
	}
}

func TestRedirect(t *testing.T) {
	base := serve(t, map[string]http.HandlerFunc{
		"/end": text(
			"end",
		),
		"/moved":     redirect(301, "/moved2"),
		"/moved2":    redirect(308, "/end"),
		"/mixed":     redirect(301, "/temporary"),
		"/temporary": redirect(302, "/end"),
		"/loop":      redirect(302, "/loop2"),
		"/loop2":     redirect(302, "/loop"),
		"/nowhere":   redirect(302, ""),
		"/bad":       redirect(302, "http://[::1"),
		"/file": redirect(
			302,
			"file:///etc/passwd",
		),
		"/private":  redirect(302, "http://127.0.0.2:8080/"),
		"/metadata": redirect(302, "http://169.254.169.254/latest"),
		"/six": redirect(
			302,
			"http://[::1]:80/",
		),
		"/mapped":   redirect(302, "http://[::ffff:10.0.0.1]/"),
		"/nat64":    redirect(302, "http://[64:ff9b::7f00:1]/"),
		"/cgnat":    redirect(302, "http://100.64.0.1/"),
		"/ula":      redirect(302, "http://[fd00::1]/"),
		"/zero":     redirect(302, "http://0.0.0.0:8080/"),
		"/mail":     redirect(302, "http://93.184.215.14:25/"),
		"/password": redirect(302, "http://user:secret@post.example/"),
		"/long/":    func(w http.ResponseWriter, r *http.Request) { redirect(302, r.URL.Path+"x")(w, r) },
	})
	for path, permanent := range map[string]string{"/end": "", "/moved": base + "/end", "/mixed": base + "/temporary", "/temporary": ""} {
		got, err := quick().Fetch(t.Context(), fetch.Request{URL: base + path})
		if err != nil || string(got.Body) != "end" || got.URL != base+"/end" || got.Permanent != permanent {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	for path, want := range map[string]struct {
		reason fetch.Reason
		words  string
	}{
		"/loop": {fetch.ReasonRedirect, "circle"}, "/long/": {fetch.ReasonRedirect, "more than 8 times"}, "/nowhere": {fetch.ReasonRedirect, "without an address"},
		"/bad": {fetch.ReasonRedirect, "not an address"}, "/file": {fetch.ReasonAddress, "only http and https"},
		"/private": {fetch.ReasonForbidden, "127.0.0.2"}, "/metadata": {fetch.ReasonForbidden, "169.254.169.254"}, "/six": {fetch.ReasonForbidden, "::1"},
		"/mapped": {fetch.ReasonForbidden, "10.0.0.1"}, "/nat64": {fetch.ReasonForbidden, "64:ff9b::7f00:1"}, "/cgnat": {fetch.ReasonForbidden, "100.64.0.1"},
		"/ula": {fetch.ReasonForbidden, "fd00::1"}, "/zero": {fetch.ReasonForbidden, ""}, "/mail": {fetch.ReasonAddress, "port 25"},
		"/password": {fetch.ReasonAddress, "user name or password"},
	} {
		_, err := quick().Fetch(t.Context(), fetch.Request{URL: base + path})
		e := wantError(t, err, "", want.reason, want.words)
		if strings.Contains(e.Error(), "secret") || e.URL == "" {
			t.Errorf("%s: %v", path, e)
		}
	}
}

// TestGuard goes without any allowed network, so that a loopback server is out
// of reach, by number and by name.
func TestGuard(t *testing.T) {
	var asked atomic.Int32
	base := serve(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) { asked.Add(1) }})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	ports := func(c *fetch.Config) {
		c.AllowPrivate = nil
		var p uint16
		fmt.Sscan(port, &p)
		c.Ports = []uint16{80, p}
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		_, err := quick(ports).Fetch(t.Context(), fetch.Request{URL: "http://" + host + ":" + port + "/"})
		wantError(t, err, "http://"+host, fetch.ReasonForbidden, "private or special network")
	}
	for _, host := range []string{
		"10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "[fc00::1]", "[fec0::1]", // private, link-local
		"100.64.0.1", "[::ffff:10.0.0.1]", "[::ffff:100.64.0.1]", "[::7f00:1]", // CGNAT, mapped
		"[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", // NAT64, 6to4, Teredo
		"224.0.0.1", "[ff02::1]", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "[2001:db8::1]", "[::]",
	} {
		_, err := quick(ports).Fetch(t.Context(), fetch.Request{URL: "http://" + host + "/"})
		wantError(t, err, "http://"+host+"/", fetch.ReasonForbidden, "private or special network")
	}
	if asked.Load() != 0 {
		t.Errorf("the server was asked %d times", asked.Load())
	}
	for address, words := range map[string]string{
		"ftp://post.example/": "only http and https", "http:///x": "has no host", "http://u:p@post.example/": "user name",
		"http://post.example:22/":    "port 22 is not allowed",
		"http://post.example:99999/": "port 99999", "post.example": "only http", "http://[::1": "is malformed",
		"http://x/" + strings.Repeat("x", 5_000): "the limit is 4096",
	} {
		_, err := quick(ports).Fetch(t.Context(), fetch.Request{URL: address})
		wantError(t, err, "", fetch.ReasonAddress, words)
	}
	_, err := quick(ports).Fetch(t.Context(), fetch.Request{URL: "http://no-such-host.invalid/"})
	wantError(t, err, "http://no-such-host.invalid/", fetch.ReasonName, "does not resolve")
}

func TestStatus(t *testing.T) {
	base := serve(t, map[string]http.HandlerFunc{
		"/later": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"/broken": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"/odd":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(599) },
		"/no":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	})
	c := quick()
	for path, want := range map[string]struct {
		status    int
		words     string
		temporary bool
	}{"/absent": {404, "nothing at this address", false}, "/broken": {502, "Bad Gateway", true}, "/odd": {599, "status 599", true}, "/no": {204, "204", false}} {
		_, err := c.Fetch(t.Context(), fetch.Request{URL: base + path})
		if e := wantError(t, err, base+path, fetch.ReasonStatus, want.words); e.Status != want.status || e.Temporary() != want.temporary {
			t.Errorf("%s: %+v", path, e)
		}
	}
	_, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/later"})
	if e := wantError(t, err, base+"/later", fetch.ReasonStatus, "come back in 2m0s"); e.RetryAfter != 2*time.Minute {
		t.Errorf("%+v", e)
	}
	// The wish holds for the whole host, and costs no request.
	_, err = c.Fetch(t.Context(), fetch.Request{URL: base + "/absent"})
	if e := wantError(t, err, base+"/absent", fetch.ReasonWait, "asked for a pause; try again in 2m0s"); e.RetryAfter < 100*time.Second || !e.Temporary() {
		t.Errorf("%+v", e)
	}
}

func packed(t *testing.T, encoding string, plain []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriter(&out)
	case "zstd":
		w, _ = zstd.NewWriter(&out)
	}
	w.Write(plain)
	w.Close()
	return out.Bytes()
}

func TestPacked(t *testing.T) {
	for _, encoding := range []string{"gzip", "br", "zstd"} {
		send := func(body []byte) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", encoding)
				w.Write(body)
			}
		}
		good := packed(t, encoding, bytes.Repeat([]byte("news "), 1_000))
		base := serve(t, map[string]http.HandlerFunc{
			"/good": send(
				good,
			),
			"/bomb": send(packed(t, encoding, make([]byte, 300<<20>>3))),
			"/liar": send([]byte("plain text, not packed")),
			"/cut":  send(good[:len(good)/2]),
		})
		got, err := quick().Fetch(t.Context(), fetch.Request{URL: base + "/good"})
		if err != nil || len(got.Body) != 5_000 {
			t.Errorf("%s: %v", encoding, err)
		}
		_, err = quick().Fetch(t.Context(), fetch.Request{URL: base + "/bomb"})
		wantError(t, err, base+"/bomb", fetch.ReasonSize, "more than 65536 bytes")
		_, err = quick().Fetch(t.Context(), fetch.Request{URL: base + "/liar"})
		wantError(t, err, base+"/liar", fetch.ReasonEncoding, "not packed as its header says")
		_, err = quick().Fetch(t.Context(), fetch.Request{URL: base + "/cut"})
		wantError(t, err, base+"/cut", fetch.ReasonEncoding, encoding)
	}
	base := serve(t, map[string]http.HandlerFunc{"/": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip, compress")
		io.WriteString(w, "x")
	}})
	_, err := quick().Fetch(t.Context(), fetch.Request{URL: base + "/"})
	wantError(t, err, base, fetch.ReasonEncoding, "known are gzip, br and zstd")
}

func TestMisbehaviour(t *testing.T) {
	drip := func(pause time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				select {
				case <-time.After(pause):
				case <-r.Context().Done():
				}
			}
		}
	}
	raw := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			io.WriteString(conn, answer)
			conn.Close()
		}
	}
	base := serve(t, map[string]http.HandlerFunc{
		"/endless": func(w http.ResponseWriter, _ *http.Request) {
			for b := make([]byte, 32<<10); ; {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		},
		"/drip": drip(20 * time.Millisecond), "/stuck": drip(time.Minute),
		"/silent":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"/short":   raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"),
		"/nothing": raw(""), "/garbage": raw("SSH-2.0-OpenSSH_9.2\r\n"),
		"/header": raw("HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("x", 300<<10) + "\r\n\r\n"),
		"/after":  text("fine"),
	})
	for path, want := range map[string]struct {
		reason fetch.Reason
		words  string
	}{
		"/endless": {fetch.ReasonSize, "more than 65536 bytes"}, "/drip": {fetch.ReasonTimeout, "longer in total"}, "/stuck": {fetch.ReasonTimeout, "sent nothing"},
		"/silent": {fetch.ReasonTimeout, "no answer in time"}, "/short": {fetch.ReasonConnection, "cut off"}, "/nothing": {fetch.ReasonConnection, "cut off"},
		"/garbage": {fetch.ReasonConnection, "no connection"}, "/header": {fetch.ReasonConnection, "exceeded"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := quick(func(c *fetch.Config) { c.TotalTimeout = 700 * time.Millisecond })
			_, err := c.Fetch(t.Context(), fetch.Request{URL: base + path})
			wantError(t, err, base+path, want.reason, want.words)
			if got, err := c.Fetch(t.Context(), fetch.Request{URL: base + "/after"}); err != nil || string(got.Body) != "fine" {
				t.Errorf("the next request: %v", err)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(text("secret"))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	_, err := quick().Fetch(t.Context(), fetch.Request{URL: server.URL + "/"})
	wantError(t, err, server.URL, fetch.ReasonTLS, "no trustworthy encryption")
	plain := serve(t, map[string]http.HandlerFunc{"/": text("x")})
	_, err = quick().Fetch(t.Context(), fetch.Request{URL: strings.Replace(plain, "http:", "https:", 1)})
	wantError(t, err, "https://", fetch.ReasonTLS, "no trustworthy encryption")
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	got, err := quick(func(c *fetch.Config) { c.RootCAs = pool }).Fetch(t.Context(), fetch.Request{URL: server.URL + "/"})
	if err != nil || string(got.Body) != "secret" {
		t.Errorf("%v", err)
	}
}

func TestRobots(t *testing.T) {
	for name, c := range map[string]struct {
		robots    http.HandlerFunc
		forbidden string // words of the error for /private/x, empty if allowed
	}{
		"absent":     {http.NotFound, ""},
		"for us":     {text("User-agent: *\nAllow: /\n\nUser-agent: NewsMap\nDisallow: /private/\n"), "robots.txt does not allow"},
		"for all":    {text("User-agent: *\nDisallow: /private\nNonsense line\nCrawl-delay: soon"), "robots.txt does not allow"},
		"for others": {text("User-agent: otherbot\nDisallow: /\n"), ""},
		"longest":    {text("User-agent: *\nDisallow: /private\nAllow: /private/x\n"), ""},
		"a page":     {text("<!doctype html><p>User-agent: none of this"), ""},
		"forbidden":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, ""},
		"broken":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "cannot be read"},
		"moved":      {redirect(301, "/real-robots.txt"), "robots.txt does not allow"},
		"elsewhere":  {redirect(301, "http://10.0.0.1/robots.txt"), ""},
		"loop":       {redirect(302, "/robots.txt"), ""},
		"huge":       {text(strings.Repeat("# x\n", 200<<10)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var asked, read atomic.Int32
			base := serve(t, map[string]http.HandlerFunc{
				"/robots.txt":      func(w http.ResponseWriter, r *http.Request) { asked.Add(1); c.robots(w, r) },
				"/real-robots.txt": text("User-agent: *\nDisallow: /private/"),
				"/private/x":       func(http.ResponseWriter, *http.Request) { read.Add(1) },
				"/open":            text("open"),
			})
			client := quick()
			for range 2 {
				_, err := client.Fetch(t.Context(), fetch.Request{URL: base + "/private/x"})
				if c.forbidden != "" {
					wantError(t, err, base+"/private/x", fetch.ReasonRobots, c.forbidden)
				} else if err != nil {
					t.Error(err)
				}
			}
			if c.forbidden != "" && read.Load() > 0 {
				t.Error("the page was asked for all the same")
			}
			if n := asked.Load(); n != 1 && name != "loop" {
				t.Errorf("robots.txt was asked for %d times", n)
			}
		})
	}
}

// TestRobotsOutOfOrder has a host that does not answer: it costs its time once.
func TestRobotsOutOfOrder(t *testing.T) {
	var asked atomic.Int32
	base := serve(t, map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		<-r.Context().Done()
	}})
	c := quick()
	for i := range 3 {
		address := fmt.Sprintf("%s/%d", base, i)
		_, err := c.Fetch(t.Context(), fetch.Request{URL: address})
		wantError(t, err, address+": ", fetch.ReasonTimeout, "no answer in time")
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// TestPace asks for many pages of one host at once.
func TestPace(t *testing.T) {
	var mu sync.Mutex
	var running, most int
	var starts []time.Time
	base := serve(t, map[string]http.HandlerFunc{"/": func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		running++
		most = max(most, running)
		starts = append(starts, time.Now())
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		running--
		mu.Unlock()
	}, "/robots.txt": http.NotFound})
	slow := serve(t, map[string]http.HandlerFunc{"/": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "/robots.txt": http.NotFound})
	c := quick(func(c *fetch.Config) { c.Pace = 30 * time.Millisecond; c.HeaderTimeout = time.Second })
	ctx, cancel := context.WithCancel(t.Context())
	stuck := make(chan error, 1)
	go func() {
		_, err := c.Fetch(ctx, fetch.Request{URL: slow})
		stuck <- err
	}()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := c.Fetch(t.Context(), fetch.Request{URL: fmt.Sprintf("%s/?%d", base, i)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most != 1 {
		t.Errorf("%d requests at once to one host", most)
	}
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap < 30*time.Millisecond {
			t.Errorf("only %s between two requests", gap)
		}
	}
	cancel()
	if err := <-stuck; !errors.Is(err, context.Canceled) {
		t.Errorf("the slow host: %v", err)
	}
}

func BenchmarkFetchNotModified(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(http.StatusNotModified)
	}))
	defer server.Close()
	c := quick()
	for b.Loop() {
		if got, err := c.Fetch(b.Context(), fetch.Request{URL: server.URL + "/feed", ETag: `"v"`}); err != nil || !got.NotModified {
			b.Fatal(err)
		}
	}
}
