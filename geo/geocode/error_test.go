package geocode_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"newsmap/geo"
	"newsmap/geo/geocode"

	"github.com/paulmach/orb"
)

// TestErrors checks answers that are wrong in ways that the library ignores.
func TestErrors(t *testing.T) {
	good := fixture(t, "nominatim")
	for _, c := range []struct {
		name, provider, want string
		handler              http.HandlerFunc
	}{
		{"503 with an empty object", "nominatim", "answered 503 Service Unavailable", answer(503, `{}`)},
		{"500 with a place", "nominatim", "answered 500", answer(500, good)},
		{"200 with an empty object", "nominatim", "without results", answer(200, `{}`)},
		{"429", "nominatim", "answered 429 Too Many Requests (retry in 2m0s)", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "120")
			answer(429, `{"error":"Rate Limited"}`)(w, r)
		}},
		{"latitude is not a number", "nominatim", `latitude "34,46", longitude "40.9512345"`, answer(200, strings.ReplaceAll(good, `"34.4601234"`, `"34,46"`))},
		{"latitude is empty", "nominatim", `latitude "", longitude "40.9512345"`, answer(200, strings.Replace(good, `"34.4601234"`, `""`, 1))},
		{"latitude out of range", "nominatim", `latitude "134.46"`, answer(200, strings.Replace(good, `"34.4601234"`, `"134.46"`, 1))},
		{"NaN", "nominatim", `latitude "NaN"`, answer(200, strings.Replace(good, `"34.4601234"`, `"NaN"`, 1))},
		{"coordinates are missing", "opencage", `latitude "", longitude ""`, answer(200, strings.Replace(fixture(t, "opencage"), `"geometry"`, `"geometri"`, 1))},
		{"coordinates are null", "here", `latitude "", longitude ""`, answer(200, strings.Replace(fixture(t, "here"), `{"lat":34.4601234,`+
			`"lng":40.9512345}`, `{"lat":null,"lng":null}`, 1))},
		{"coordinates are text", "google", "unexpected type", answer(200, strings.Replace(fixture(t, "google"), `"lat":34.4601234`, `"lat":"north"`, 1))},
		{"one coordinate", "photon", "answered with 1 coordinates", answer(200, strings.Replace(fixture(t, "photon"), `[40.9512345,34.4601234]`, `[40.9]`, 1))},
		{"a list; expected an object", "google", "not an object", answer(200, `[]`)},
		{"results are not a list", "here", "not a list", answer(200, `{"items":{"a":1}}`)},
		{"HTML", "nominatim", `not JSON (Content-Type "text/html")`, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>Blocked</title>")
		}},
		{"cut JSON", "nominatim", "not JSON", answer(200, good[:200])},
		{"empty body", "nominatim", "not JSON", answer(200, "")},
		{"denied with 200", "google", `without results: "The provided API key is invalid."`, answer(200, `{"error_message":"The provided API key `+
			`is invalid.","results":[],"status":"REQUEST_DENIED"}`)},
		{"invalid token with 200", "arcgis", `without results: "Invalid Token"`, answer(200, `{"error":{"code":498,"message":"Invalid Token","details":[]}}`)},
		{"404 for another reason", "nominatim", "answered 404", answer(404, `{"detail":"no such page"}`)},
		{"connection cut", "nominatim", "EOF", func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		}},
		{"redirect loop", "nominatim", "redirects more than 3 times", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String()+"&x=1", http.StatusFound)
		}},
		{"redirect to a file", "nominatim", "insecure address", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.handler)
			g := open(
				t,
				c.provider+"="+s.URL,
				geocode.Options{Getenv: environment(map[string]string{"NEWSMAP_" + strings.ToUpper(c.provider) + "_KEY": secret})},
			)
			places, err := g.Geocode(t.Context(), "Baghuz", []string{"SY"})
			var failure *geocode.Error
			if !errors.As(err, &failure) || errors.Is(err, geo.ErrNotFound) || places != nil {
				t.Fatalf("%+v, %v", places, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q", err, c.want)
			}
			if strings.Contains(err.Error(), s.URL) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error contains an address or a key: %v", err)
			}
			place, err := open(t, c.provider+"="+s.URL, geocode.Options{}).Reverse(t.Context(), baghuz)
			if err == nil && (place.Point == orb.Point{} || place.Country != "SY") {
				t.Errorf("reverse: %+v", place)
			}
		})
	}
}

// TestHugeBody checks that reading a body stops at the limit.
func TestHugeBody(t *testing.T) {
	wrote := make(chan int64, 1)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		var n int64
		defer func() { wrote <- n }()
		block := bytes.Repeat([]byte(" "), 64<<10)
		for n < 100<<20 {
			k, err := w.Write(block)
			n += int64(k)
			if err != nil {
				return
			}
		}
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := open(t, "nominatim="+s.URL, geocode.Options{}).Geocode(t.Context(), "Baghuz", nil)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "more than 1048576 bytes") {
		t.Error(err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
		t.Errorf("%d MiB allocated", grown>>20)
	}
	if n := <-wrote; n >= 100<<20 {
		t.Errorf("the server wrote all of %d bytes", n)
	}
}

// TestSlow checks that requests to servers that never finish their answer end in time and
// that no goroutine is left.
func TestSlow(t *testing.T) {
	stop := make(chan struct{})
	handlers := map[string]http.HandlerFunc{
		"no answer": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		},
		"drip": func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := io.WriteString(w, " "); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				select {
				case <-stop:
					return
				case <-r.Context().Done():
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		},
	}
	before := runtime.NumGoroutine()
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				handler(w, r)
			}))
			defer s.Close()
			g := open(t, "nominatim="+s.URL, geocode.Options{Timeout: 80 * time.Millisecond})
			for range 3 {
				if _, err := g.Geocode(t.Context(), "Baghuz", nil); !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
			}
			// After three failures requests are paused.
			before := asked.Load()
			if _, err := g.Geocode(t.Context(), "Baghuz", nil); err == nil || !strings.Contains(err.Error(), "paused") || asked.Load() != before {
				t.Errorf("%v, after %d more requests", err, asked.Load()-before)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := open(t, "nominatim="+s.URL, geocode.Options{}).Geocode(ctx, "Baghuz", nil); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	close(stop)
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 64<<10)
	t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
}

// TestRetryAfter checks that no request is sent before the time in Retry-After.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC)
	for header, wait := range map[string]time.Duration{
		"30":                            30 * time.Second,
		"Fri, 01 Mar 2024 12:05:00 GMT": 5 * time.Minute,
		"999999":                        time.Hour,
		"":                              10 * time.Second,
		"soon":                          10 * time.Second,
	} {
		t.Run(header, func(t *testing.T) {
			clock, status := now, 429
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if status != 200 {
					w.Header().Set("Retry-After", header)
				}
				answer(status, fixture(t, "nominatim"))(w, r)
			})
			g := open(t, "nominatim="+s.URL, geocode.Options{Clock: func() time.Time { return clock }})
			if _, err := g.Geocode(t.Context(), "Baghuz", nil); err == nil {
				t.Fatal("no error")
			}
			status, clock = 200, now.Add(wait-time.Second)
			if _, err := g.Geocode(t.Context(), "Baghuz", nil); err == nil || s.asked.Load() != 1 {
				t.Errorf("asked %d times: %v", s.asked.Load(), err)
			}
			clock = now.Add(wait)
			if _, err := g.Geocode(t.Context(), "Baghuz", nil); err != nil || s.asked.Load() != 2 {
				t.Errorf("asked %d times: %v", s.asked.Load(), err)
			}
		})
	}
}

// TestRedirects checks that the user's own server may be private, but that a redirect
// from it reaches no other private address.
func TestRedirects(t *testing.T) {
	inner := serve(t, answer(200, fixture(t, "nominatim")))
	for name, target := range map[string]string{
		"another private port": inner.URL,
		"by name":              strings.Replace(inner.URL, "127.0.0.1", "localhost", 1),
		"metadata":             "http://169.254.169.254/latest/meta-data/",
		"private range":        "http://10.0.0.1/",
		"mapped":               "http://[::ffff:127.0.0.1]:80/",
		"NAT64":                "http://[64:ff9b::7f00:1]/",
		"shared space":         "http://100.64.0.1/",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target+"/search", http.StatusFound) })
			_, err := open(t, "nominatim="+s.URL, geocode.Options{}).Geocode(t.Context(), "Baghuz", nil)
			if err == nil || !strings.Contains(err.Error(), "not public") {
				t.Error(err)
			}
		})
	}
	if n := inner.asked.Load(); n != 0 {
		t.Errorf("%d requests got through", n)
	}
	t.Run("on the same server", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/search" {
				http.Redirect(w, r, "/v2?"+r.URL.RawQuery, http.StatusMovedPermanently)
				return
			}
			if r.Header.Get("Referer") != "" {
				t.Error("the request has a Referer")
			}
			answer(200, fixture(t, "nominatim"))(w, r)
		})
		if _, err := open(t, "nominatim="+s.URL, geocode.Options{}).Geocode(t.Context(), "Baghuz", nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("a key is not sent to another host", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/?"+r.URL.RawQuery, http.StatusFound)
		})
		env := environment(map[string]string{"NEWSMAP_OPENCAGE_KEY": secret})
		_, err := open(t, "opencage="+s.URL, geocode.Options{Getenv: env}).Geocode(t.Context(), "Baghuz", nil)
		if err == nil || !strings.Contains(err.Error(), "must not receive the key") || strings.Contains(err.Error(), "s3cret") {
			t.Error(err)
		}
	})
}

// TestPublicEndpointMayNotBePrivate checks that the client does not connect to an
// endpoint that the user did not give if its host has a private address.
func TestPublicEndpointMayNotBePrivate(t *testing.T) {
	s := serve(t, answer(200, `[]`))
	endpoint, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for want, custom := range []bool{false, true} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := geocode.NewClient(endpoint, custom, false).Do(req)
		if err == nil {
			resp.Body.Close()
		}
		if (err == nil) != custom || s.asked.Load() != int32(want) {
			t.Errorf("custom %v: %v, asked %d times", custom, err, s.asked.Load())
		}
	}
}

func TestPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "1.1.1.1": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "0.0.0.0": false,
		"0.1.2.3": false, "100.64.1.1": false, "192.0.0.8": false, "192.0.2.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"240.0.0.1": false,
		"::":        false, "::ffff:8.8.8.8": true, "::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "64:ff9b::a00:1": false, "64:ff9b:1::1": false,
		"fe80::1": false, "fc00::1": false, "fec0::1": false, "ff02::1": false, "2002:7f00:1::1": false, "2001:0:1::1": false, "2001:db8::1": false,
		"::7f00:1": false,
	} {
		err := geocode.RefusePrivate("tcp", net.JoinHostPort(address, "443"), nil)
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// doer is a Doer that is a function.
type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func reply(body string) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// TestRateLimit checks that the public Nominatim and Photon get one request a second.
func TestRateLimit(t *testing.T) {
	for _, spec := range []string{"nominatim", "nominatim=https://nominatim.example.org/", "photon"} {
		t.Run(spec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var at []time.Time
				client := doer(func(r *http.Request) (*http.Response, error) {
					if r.URL.Scheme != "https" {
						t.Errorf("asked over %s", r.URL.Scheme)
					}
					at = append(at, time.Now())
					if spec == "photon" {
						return reply(`{"features":[]}`), nil
					}
					return reply(`[]`), nil
				})
				g := open(t, spec, geocode.Options{Client: client})
				for i := range 3 {
					_, _ = g.Geocode(t.Context(), fmt.Sprintf("Name %c", 'a'+i), nil)
				}
				if len(at) != 3 || at[1].Sub(at[0]) < time.Second || at[2].Sub(at[1]) < time.Second {
					t.Errorf("asked at %v", at)
				}
				// A caller whose deadline is too near gets an error at once.
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				if _, err := g.Geocode(ctx, "Name z", nil); !errors.Is(err, context.DeadlineExceeded) || len(at) != 3 {
					t.Errorf("%v, asked %d times", err, len(at))
				}
			})
		})
	}
}

func TestNoRateLimitForOwnServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := doer(func(*http.Request) (*http.Response, error) { return reply(`[]`), nil })
		g := open(t, "nominatim=http://127.0.0.1/", geocode.Options{Client: client})
		start := time.Now()
		for i := range 5 {
			_, _ = g.Geocode(t.Context(), fmt.Sprintf("Name %c", 'a'+i), nil)
		}
		if waited := time.Since(start); waited >= time.Second { // the clock moves only while all goroutines wait
			t.Errorf("five requests waited for %v; want less than a second", waited)
		}
	})
}

// TestSecrets checks that errors and logs contain neither keys nor passwords, even if
// the provider or the client repeats them.
func TestSecrets(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := environment(map[string]string{"NEWSMAP_OPENCAGE_KEY_FILE": path})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("key") != secret {
			t.Errorf("key %q", r.URL.Query().Get("key"))
		}
		if user, password, _ := r.BasicAuth(); user != "desk" || password != "pa55word" {
			t.Errorf("user %q", user)
		}
		answer(200, `{"error":"key `+secret+` of pa55word is spent"}`)(w, r)
	})
	check := func(spec string, o geocode.Options) {
		t.Helper()
		o.Getenv, o.Logger = env, logger
		g := open(t, spec, o)
		_, err := g.Geocode(t.Context(), "Baghuz", []string{"SY"})
		if err == nil {
			t.Fatal("no error")
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), "s3cret") || strings.Contains(e.Error(), "pa55word") {
				t.Errorf("the error contains a secret: %v", e)
			}
		}
		r := geocode.Resolver{Next: &next{result: syria()}, Geocoder: g, Logger: logger}
		if _, err := r.Resolve(t.Context(), &geo.Document{Text: text}, nil); err != nil {
			t.Error(err)
		}
	}
	spec := "opencage=" + strings.Replace(s.URL, "http://", "http://desk:pa55word@", 1)
	check(spec, geocode.Options{})
	s.Close()
	check(spec, geocode.Options{}) // refused connections
	check("opencage", geocode.Options{Client: doer(func(r *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("cannot fetch %s", r.URL)
	})})
	if got := log.String(); !strings.Contains(got, "online geocoder failed") || strings.Contains(got, "s3cret") || strings.Contains(got, "pa55word") {
		t.Error(got)
	}
}

func TestOpenErrors(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{"", "is unknown; choose one of nominatim, photon, opencage, locationiq, arcgis, google, mapbox, mapquest, here"},
		{"nominatim,", "choose one of"},
		{"geonames", `"geonames" is unknown`},
		{"opencage", "set NEWSMAP_OPENCAGE_KEY or NEWSMAP_OPENCAGE_KEY_FILE"},
		{"nominatim=", "not an http or https address"},
		{"nominatim=ftp://user:pa55word@host/", "not an http or https address"},
		{"nominatim=https://user:pa55word@host/?key=pa55word", "not an http or https address"},
		{"nominatim=://pa55word", "not an http or https address"},
	} {
		g, err := geocode.Open(c.spec, geocode.Options{Getenv: environment(nil)})
		if err == nil || g != nil || !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "pa55word") {
			t.Errorf("%q: %v", c.spec, err)
		}
	}
	env := environment(map[string]string{"NEWSMAP_HERE_KEY_FILE": "/nowhere/key"})
	if _, err := geocode.Open("here", geocode.Options{Getenv: env}); err == nil || !strings.Contains(err.Error(), "NEWSMAP_HERE_KEY_FILE") {
		t.Error(err)
	}
}

func TestChain(t *testing.T) {
	good := serve(t, answer(200, fixture(t, "photon")))
	empty := serve(t, answer(200, `[]`))
	broken := serve(t, answer(503, `{}`))
	for _, c := range []struct {
		name, spec string
		found      bool
		want       string
		notFound   bool
	}{
		{"next after a miss", "nominatim=" + empty.URL + ", photon=" + good.URL, true, "", false},
		{"next after a failure", "nominatim=" + broken.URL + ",photon=" + good.URL, true, "", false},
		{"all miss", "nominatim=" + empty.URL + ",nominatim=" + empty.URL, false, "not found", true},
		{"a failure and a miss", "nominatim=" + broken.URL + ",nominatim=" + empty.URL, false, "503", false},
		{"two failures", "nominatim=" + broken.URL + ",photon=" + broken.URL, false,
			"Nominatim: answered 503 Service Unavailable\nPhoton: answered 503 Service Unavailable", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			places, err := open(t, c.spec, geocode.Options{}).Geocode(t.Context(), "Baghuz", []string{"SY"})
			if (len(places) > 0) != c.found || (err == nil) != c.found {
				t.Fatalf("%+v, %v", places, err)
			}
			if err != nil && (!strings.Contains(err.Error(), c.want) || errors.Is(err, geo.ErrNotFound) != c.notFound) {
				t.Error(err)
			}
		})
	}
	if _, err := open(t, "nominatim="+empty.URL+",photon="+good.URL, geocode.Options{}).Reverse(t.Context(), baghuz); err != nil {
		t.Error(err)
	}
}

// FuzzAnswer parses arbitrary answers as those of every provider.
func FuzzAnswer(f *testing.F) {
	names := geocode.Names()
	for _, name := range names {
		f.Add(fixture(f, name))
		f.Add(fixture(f, name+"_reverse"))
	}
	f.Add(`{"results":[{}],"status":"OK","features":[{}],"items":[null],"candidates":[{"location":null}]}`)
	var body string
	client := doer(func(*http.Request) (*http.Response, error) { return reply(body), nil })
	env := func(string) string { return "k" }
	f.Fuzz(func(t *testing.T, input string) {
		body = input
		for _, name := range names {
			g := open(t, name, geocode.Options{Client: client, Getenv: env})
			places, err := g.Geocode(t.Context(), "Baghuz", nil)
			if (err == nil) == (len(places) == 0) {
				t.Fatalf("%s: %v, %v", name, places, err)
			}
			for _, p := range places {
				if p.Point == (orb.Point{}) || !(p.Point.Lon() >= -180 && p.Point.Lon() <= 180 && p.Point.Lat() >= -90 && p.Point.Lat() <= 90) || p.ID == "" {
					t.Fatalf("%s: %+v", name, p)
				}
			}
			g = open(t, name, geocode.Options{Client: client, Getenv: env})
			if place, err := g.Reverse(t.Context(), baghuz); err == nil && (place.Name == "" || place.Point != baghuz) {
				t.Fatalf("%s: %+v", name, place)
			}
		}
	})
}
