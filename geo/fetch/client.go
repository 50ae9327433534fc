package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config configures a Client. The zero value is usable and has no contact.
type Config struct {
	Version string // of newsmap, for the User-Agent
	Contact string // web or mail address for the User-Agent, so that operators of hosts can complain

	AllowPrivate []netip.Prefix // private and special networks that may be reached, at any port
	Ports        []uint16       // elsewhere; nil: 80, 443, 8080, 8443
	RootCAs      *x509.CertPool // nil: the system's

	Pace        time.Duration // minimum pause between two requests to a host; 0: 1 s; negative: none
	MaxHostWait time.Duration // longest pause that a host may ask for before a request fails; 0: 30 s

	DialTimeout   time.Duration // name resolution and connection; 0: 10 s
	TLSTimeout    time.Duration // 0: 10 s
	HeaderTimeout time.Duration // from the request to the answer's header; 0: 20 s
	IdleTimeout   time.Duration // between two pieces of the body; 0: 15 s
	TotalTimeout  time.Duration // of one request, without redirects and waiting for a turn; 0: 60 s

	MaxBody      int64 // bytes, both as sent and unpacked; 0: 8 MiB
	MaxRedirects int   // 0: 8

	// SlowAtOnce bounds how many requests with a Wait run at once at hosts that took seconds
	// recently, so that they never occupy all of a caller's workers; 0: 8.
	SlowAtOnce int

	LargeAtOnce int // bodies over a mebibyte that are read at once, which bounds memory; 0: 3
}

func (c Config) withDefaults() Config {
	for _, d := range [...]struct {
		value *time.Duration
		unset time.Duration
	}{
		{&c.Pace, time.Second}, {&c.MaxHostWait, 30 * time.Second}, {&c.DialTimeout, 10 * time.Second}, {&c.TLSTimeout, 10 * time.Second},
		{&c.HeaderTimeout, 20 * time.Second}, {&c.IdleTimeout, 15 * time.Second}, {&c.TotalTimeout, time.Minute},
	} {
		if *d.value == 0 {
			*d.value = d.unset
		}
	}
	if len(c.Ports) == 0 {
		c.Ports = []uint16{80, 443, 8080, 8443}
	}
	if c.MaxBody == 0 {
		c.MaxBody = 8 << 20
	}
	if c.MaxRedirects == 0 {
		c.MaxRedirects = 8
	}
	if c.SlowAtOnce == 0 {
		c.SlowAtOnce = 8
	}
	if c.LargeAtOnce == 0 {
		c.LargeAtOnce = 3
	}
	return c
}

// userAgent names the project, its version and the contact.
func (c Config) userAgent() string {
	agent := robotsName + "/" + token(c.Version)
	if contact := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, c.Contact); contact != "" {
		agent += " (+" + contact + ")"
	}
	return agent
}

// token makes s the token of a User-Agent (RFC 9110, section 5.6.2).
func token(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > '~' || !strings.ContainsRune("!#$%&'*+-.^_`|~", r) && !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return "0"
	}
	return s
}

// Client fetches. It is safe for concurrent use.
type Client struct {
	cfg   Config
	agent string
	guard *guard
	hosts *hosts
	large chan struct{} // has a value for each large body that is being read
	// The transport follows no redirects: each is a separate request, with its own turn and
	// robots.txt.
	transport *http.Transport
}

// New returns a Client.
func New(cfg Config) *Client {
	cfg = cfg.withDefaults()
	c := &Client{
		cfg:   cfg,
		agent: cfg.userAgent(),
		guard: newGuard(cfg.AllowPrivate, cfg.Ports),
		hosts: newHosts(cfg.Pace, cfg.SlowAtOnce),
		large: make(chan struct{}, cfg.LargeAtOnce),
	}
	dialer := &net.Dialer{Timeout: cfg.DialTimeout, Control: c.guard.control}
	c.transport = &http.Transport{
		Proxy:                  nil, // a proxy would resolve names itself, without the guard
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    cfg.TLSTimeout,
		ResponseHeaderTimeout:  cfg.HeaderTimeout,
		MaxResponseHeaderBytes: 128 << 10,
		MaxConnsPerHost:        1,
		MaxIdleConns:           64,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true, // unpack limits sizes
		ForceAttemptHTTP2:      true,
	}
	return c
}

// Request is what to fetch.
type Request struct {
	URL          string
	ETag         string // of the copy that the caller has; empty: none
	LastModified string // of the copy that the caller has; empty: none
	MaxBody      int64  // bytes; 0: the client's

	// Wait bounds how long the request waits for its turn at a host, where 0 is as
	// long as it takes. After that, it fails with [ReasonBusy] and a time is reserved for it:
	// the same address gets its turn if it comes again after the error's RetryAfter.
	// So workers need not wait for one host while others are idle.
	Wait time.Duration
}

// Result is the response of an address.
type Result struct {
	URL          string // of the body, after redirects
	Permanent    string // the new address if the one asked for has moved for good, else empty
	NotModified  bool   // the caller's copy is current; there is no body
	Body         []byte // unpacked
	ContentType  string
	ETag         string
	LastModified string
	Fresh        time.Duration // how long the response is fresh; see Freshness
	FreshKnown   bool
}

// Fetch requests an address. The error is an *Error that names the failed address and the
// reason; if ctx ended, it also wraps the error of ctx.
func (c *Client) Fetch(ctx context.Context, req Request) (*Result, error) {
	address, permanent, moved := req.URL, true, ""
	seen := map[string]bool{}
	t := trip{c: c, req: req}
	defer t.leave()
	for range c.cfg.MaxRedirects + 1 {
		u, bad := c.guard.check(address)
		if bad != nil {
			return nil, bad
		}
		u.Fragment = ""
		if seen[u.String()] {
			return nil, fail(u.String(), ReasonRedirect, "redirects in a circle")
		}
		seen[u.String()] = true
		a, err := t.visit(ctx, u)
		if err != nil {
			return nil, err
		}
		if a.location == "" {
			a.result.Permanent = moved
			return a.result, nil
		}
		target, err := u.Parse(a.location)
		if err != nil {
			return nil, fail(u.String(), ReasonRedirect, "redirects to %q, which is not an address", clip(a.location))
		}
		address = target.String()
		if permanent = permanent && a.permanent; permanent {
			moved = address
		}
	}
	return nil, fail(req.URL, ReasonRedirect, "redirects more than %d times", c.cfg.MaxRedirects)
}

// answer is one response: a result or a redirect.
type answer struct {
	result    *Result
	location  string
	permanent bool
}

// trip is one call of Fetch. It keeps the turn at a host while redirects stay there and pauses
// after them, so that the final address is requested at once.
type trip struct {
	c     *Client
	req   Request
	host  *host // whose turn the trip has; nil before the first
	key   string
	pause time.Duration // after the turn is returned
}

// redirectWait is how long a request with a Wait waits for hosts that it is redirected to: its
// turn there may have passed while it was at the first one.
const redirectWait = 5 * time.Second

// enter takes the turn at u's host, unless the trip has it.
func (t *trip) enter(ctx context.Context, u *url.URL) error {
	key, wait, led := hostKey(u), t.req.Wait, t.host != nil
	if led && key == t.key {
		return nil
	}
	if led && wait > 0 {
		wait = max(wait, redirectWait)
	}
	t.leave()
	h, err := t.c.hosts.take(ctx, u, turnTerms{wait, t.c.cfg.MaxHostWait, led})
	var late *busyError
	if errors.As(err, &late) {
		e := fail(u.String(), ReasonBusy, "the host is busy with other requests; try again in %s", late.after.Round(time.Millisecond))
		e.RetryAfter = late.after
		return e
	}
	if err == nil {
		t.host, t.key, t.pause = h, key, 0
	}
	return err
}

// leave returns the turn.
func (t *trip) leave() {
	if t.host == nil {
		return
	}
	if t.pause > 0 {
		t.host.pause(t.pause, false)
	}
	t.c.hosts.release(t.host)
	t.host = nil
}

// visit waits for the turn and makes one request.
func (t *trip) visit(ctx context.Context, u *url.URL) (*answer, error) {
	if err := t.enter(ctx, u); err != nil {
		return nil, explain(ctx, u.String(), err)
	}
	r, err := t.c.robots(ctx, t.host, u)
	if err != nil {
		return nil, err
	}
	if r.none {
		return nil, fail(u.String(), ReasonRobots, "the host's robots.txt cannot be read, so nothing may be fetched for now")
	}
	if !r.allows(u.RequestURI()) {
		return nil, fail(u.String(), ReasonRobots, "the host's robots.txt does not allow it")
	}
	if err := t.host.await(ctx, u.String(), t.c.cfg.MaxHostWait); err != nil {
		return nil, explain(ctx, u.String(), err)
	}
	t.pause = max(t.c.cfg.Pace, r.delay())
	a, err := t.c.get(ctx, u, t.req)
	var e *Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		t.host.pause(e.RetryAfter, true)
	}
	return a, err
}

// robots returns the rules of u's host, requested at most once a day. The caller has the turn.
func (c *Client) robots(ctx context.Context, h *host, u *url.URL) (*rules, error) {
	key := u.Scheme + "://" + u.Host
	if r := h.rules[key]; r != nil && time.Now().Before(r.until) {
		if r.err != nil {
			return nil, named(r.err, u)
		}
		return r, nil
	}
	if err := h.await(ctx, u.String(), c.cfg.MaxHostWait); err != nil {
		return nil, explain(ctx, u.String(), err)
	}
	r, err := c.askRobots(ctx, u)
	if err != nil {
		// A host that does not answer is waited for once, not for each address.
		const short = time.Minute
		var e *Error
		if errors.As(err, &e) && ctx.Err() == nil {
			h.rules[key] = &rules{err: e, until: time.Now().Add(max(short, e.RetryAfter))}
			h.pause(e.RetryAfter, true)
		}
		return nil, named(err, u)
	}
	h.rules[key] = r
	return r, nil
}

// robotsMoved returns where a redirect of robots.txt leads, and false if that is another host
// or an address that may not be fetched.
func (c *Client) robotsMoved(at *url.URL, location string) (*url.URL, bool) {
	next, err := at.Parse(location)
	if err != nil || next.Hostname() != at.Hostname() || next.User != nil {
		return nil, false
	}
	_, refused := c.guard.check(next.String())
	return next, refused == nil
}

// askRobots fetches robots.txt with up to five redirects on the same host, as in RFC 9309,
// section 2.3.1.2. A file on another host counts as none.
func (c *Client) askRobots(ctx context.Context, u *url.URL) (*rules, error) {
	const day, hour, soon = 24 * time.Hour, time.Hour, 5 * time.Minute
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	for range 5 {
		a, err := c.get(ctx, at, Request{MaxBody: maxRobots})
		var e *Error
		switch {
		case err == nil && a.location == "":
			return &rules{group: parseRobots(a.result.Body), until: time.Now().Add(day)}, nil
		case err == nil:
			next, ok := c.robotsMoved(at, a.location)
			if !ok {
				return &rules{until: time.Now().Add(hour)}, nil
			}
			at = next
		case errors.As(err, &e) && e.Reason == ReasonStatus && e.Status == http.StatusTooManyRequests:
			return nil, err
		case errors.As(err, &e) && e.Reason == ReasonStatus && e.Status >= 500:
			return &rules{none: true, until: time.Now().Add(soon)}, nil
		case errors.As(err, &e) && (e.Reason == ReasonStatus || e.Reason == ReasonSize || e.Reason == ReasonEncoding):
			return &rules{until: time.Now().Add(hour)}, nil
		default:
			return nil, err
		}
	}
	return &rules{until: time.Now().Add(hour)}, nil
}

// named makes an error of robots.txt an error of the requested address.
func named(err error, u *url.URL) error {
	var e *Error
	if errors.As(err, &e) {
		renamed := *e
		renamed.URL = u.String()
		return &renamed
	}
	return err
}

// get makes one request and reads the complete response.
func (c *Client) get(ctx context.Context, u *url.URL, req Request) (*answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	total := time.AfterFunc(c.cfg.TotalTimeout, func() { cancel(errTotal) })
	defer total.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fail(u.String(), ReasonAddress, "is not an address that can be requested")
	}
	r.Header.Set("User-Agent", c.agent)
	r.Header.Set(
		"Accept",
		"text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
	)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	if req.ETag != "" && valid(req.ETag) {
		r.Header.Set("If-None-Match", req.ETag)
	}
	if req.LastModified != "" && valid(req.LastModified) {
		r.Header.Set("If-Modified-Since", req.LastModified)
	}
	resp, err := c.transport.RoundTrip(r)
	if err != nil {
		return nil, explain(ctx, u.String(), err)
	}
	defer resp.Body.Close()
	return c.read(ctx, cancel, u, req, resp)
}

// valid reports whether a value may be in a header.
func valid(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// read converts a response.
func (c *Client) read(ctx context.Context, cancel context.CancelCauseFunc, u *url.URL, req Request, resp *http.Response) (*answer, error) {
	now := time.Now()
	result := &Result{
		URL:          u.String(),
		ContentType:  resp.Header.Get("Content-Type"),
		ETag:         resp.Header.Get("ETag"),
		LastModified: resp.Header.Get("Last-Modified"),
	}
	result.Fresh, result.FreshKnown = Freshness(resp.Header, now)
	switch code := resp.StatusCode; {
	case code == http.StatusNotModified && (req.ETag != "" || req.LastModified != ""):
		result.NotModified = true
		return &answer{result: result}, nil
	case isRedirect(code):
		location := resp.Header.Get("Location")
		if location == "" {
			return nil, fail(u.String(), ReasonRedirect, "redirects without an address")
		}
		return &answer{location: location, permanent: code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect}, nil
	case code != http.StatusOK && code != http.StatusNonAuthoritativeInfo:
		e := &Error{
			URL:        u.String(),
			Reason:     ReasonStatus,
			Status:     code,
			Detail:     statusWords(code),
			RetryAfter: ParseRetryAfter(resp.Header.Get("Retry-After"), now),
		}
		if e.RetryAfter > 0 {
			e.Detail += fmt.Sprintf(" and asked to come back in %s", e.RetryAfter.Round(time.Second))
		}
		return nil, e
	}
	most := req.MaxBody
	if most == 0 {
		most = c.cfg.MaxBody
	}
	var err error
	idle := time.AfterFunc(c.cfg.IdleTimeout, func() { cancel(errIdle) })
	defer idle.Stop()
	body := &watched{r: resp.Body, left: most, progress: func() { idle.Reset(c.cfg.IdleTimeout) }, pause: func() { idle.Stop() }}
	if result.Body, err = unpack(ctx, body, resp.Header.Get("Content-Encoding"), most, c.large); err != nil {
		return nil, explain(ctx, u.String(), err)
	}
	return &answer{result: result}, nil
}

func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func statusWords(code int) string {
	switch code {
	case http.StatusNotFound:
		return "there is nothing at this address (404)"
	case http.StatusGone:
		return "is gone for good (410)"
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden:
		return fmt.Sprintf("the server does not let us read it (%d)", code)
	case http.StatusTooManyRequests:
		return "the server got too many requests (429)"
	}
	if text := http.StatusText(code); text != "" {
		return fmt.Sprintf("the server answered %q (%d)", text, code)
	}
	return fmt.Sprintf("the server answered with status %d", code)
}
