package wildweb

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	cryptorand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"newsmap/geo/ingest/webtest"
)

// host is one address of the web.
type host struct {
	ip        string
	web       *Web
	refuses   bool // connections are refused
	sources   []*source
	forbidden []string // paths that its robots.txt forbids

	mu         sync.Mutex
	robotsRead bool               // its robots.txt was requested
	active     []*context.Context // of the running requests
}

func (h *host) base(scheme string) string {
	return fmt.Sprintf("%s://%s", scheme, net.JoinHostPort(h.ip, fmt.Sprint(h.web.port)))
}

func (w *Web) addHost(n int) *host {
	h := &host{ip: fmt.Sprintf("127.0.%d.%d", 1+n/200, 1+n%200), web: w}
	w.hosts[h.ip] = h
	return h
}

// canary is an address that clients must not request.
type canary struct{ address string }

// serve listens on all hosts, on a port that is free on the first.
func (w *Web) serve() error {
	const tries = 20
	var listeners []net.Listener
	var err error
	for range tries {
		if listeners, err = w.listen(); err == nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("wildweb: %w", err)
	}
	certificate, err := w.certify()
	if err != nil {
		return fmt.Errorf("wildweb: %w", err)
	}
	quiet := log.New(io.Discard, "", 0)
	secure := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	for _, l := range listeners {
		s := &http.Server{Handler: w, ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
		w.servers = append(w.servers, s)
		go func() { _ = s.Serve(newDualListener(l, secure)) }()
	}
	return w.listenCanary(quiet)
}

func (w *Web) listen() (out []net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range out {
				l.Close()
			}
		}
	}()
	var lc net.ListenConfig
	port := "0"
	for n := range len(w.hosts) {
		h := w.hosts[fmt.Sprintf("127.0.%d.%d", 1+n/200, 1+n%200)]
		if h.refuses {
			continue
		}
		l, err := lc.Listen(context.Background(), "tcp", net.JoinHostPort(h.ip, port))
		if err != nil {
			return out, err
		}
		out = append(out, l)
		w.port = l.Addr().(*net.TCPAddr).Port
		port = fmt.Sprint(w.port)
	}
	return out, nil
}

// listenCanary listens on the address that clients must not request.
func (w *Web) listenCanary(quiet *log.Logger) error {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.200.0.1:0")
	if err != nil {
		return fmt.Errorf("wildweb: %w", err)
	}
	w.canary = &canary{"http://" + l.Addr().String()}
	s := &http.Server{ErrorLog: quiet, ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.complain("%s was requested, which is not allowed", w.canary.address+r.URL.Path)
	})}
	w.servers = append(w.servers, s)
	go func() { _ = s.Serve(l) }()
	return nil
}

// certify makes a certificate authority and a certificate for all hosts.
func (w *Web) certify() (out tls.Certificate, err error) {
	authority, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		return out, err
	}
	const life = 24 * time.Hour
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Wild Web"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(life),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	signed, err := x509.CreateCertificate(cryptorand.Reader, root, root, &authority.PublicKey, authority)
	if err != nil {
		return out, err
	}
	w.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	key, err := ecdsa.GenerateKey(elliptic.P256(), cryptorand.Reader)
	if err != nil {
		return out, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "hosts"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for ip := range w.hosts {
		leaf.IPAddresses = append(leaf.IPAddresses, net.ParseIP(ip))
	}
	der, err := x509.CreateCertificate(cryptorand.Reader, leaf, root, &key.PublicKey, authority)
	if err != nil {
		return out, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// dualListener accepts HTTP and HTTPS on one port, and distinguishes them by the first byte.
type dualListener struct {
	net.Listener
	secure *tls.Config
	conns  chan net.Conn
	done   chan struct{}
	once   sync.Once
}

func newDualListener(inner net.Listener, secure *tls.Config) *dualListener {
	l := &dualListener{Listener: inner, secure: secure, conns: make(chan net.Conn), done: make(chan struct{})}
	go func() {
		for {
			c, err := inner.Accept()
			if err != nil {
				l.once.Do(func() { close(l.done) })
				return
			}
			go l.classify(c)
		}
	}()
	return l
}

// classify reads the first byte of a connection, which shows whether it is TLS, and passes the
// connection on to Accept.
func (l *dualListener) classify(c net.Conn) {
	const handshake = 0x16
	first := make([]byte, 1)
	if _, err := io.ReadFull(c, first); err != nil {
		c.Close()
		return
	}
	c = &prefixedConn{c, first}
	if first[0] == handshake {
		c = tls.Server(c, l.secure)
	}
	select {
	case l.conns <- c:
	case <-l.done:
		c.Close()
	}
}

func (l *dualListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *dualListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

// prefixedConn is a connection whose first bytes were read.
type prefixedConn struct {
	net.Conn
	first []byte
}

func (c *prefixedConn) Read(p []byte) (int, error) {
	if len(c.first) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.first)
	c.first = c.first[n:]
	return n, nil
}

// ServeHTTP answers for the host whose address the connection has.
func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.requests.Add(1)
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		http.NotFound(rw, r)
		return
	}
	ip, _, _ := net.SplitHostPort(local.String())
	h := w.hosts[ip]
	if h == nil {
		http.NotFound(rw, r)
		return
	}
	defer h.enter(r)()
	if agent := r.UserAgent(); !strings.HasPrefix(agent, "newsmap/") || !strings.Contains(agent, w.cfg.Contact) {
		w.complain("a request has the User-Agent %q", agent)
	}
	w.route(rw, r, h)
}

// enter records that a request is running, and adds a complaint if the request violates a rule.
// The caller calls leave at the end of the request.
func (h *host) enter(r *http.Request) (leave func()) {
	ctx := r.Context()
	running := func() int {
		h.mu.Lock()
		defer h.mu.Unlock()
		n := 0
		for _, other := range h.active {
			if (*other).Err() == nil {
				n++
			}
		}
		return n
	}
	if h.web.strict.Load() && running() > 0 {
		const grace = 50 * time.Millisecond // until a closed connection is noticed
		time.Sleep(grace)
		if running() > 0 {
			h.web.complain("%s was requested while another request to its host was running", r.URL.Path)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active = append(h.active, &ctx)
	if r.URL.Path == "/robots.txt" {
		h.robotsRead = true
	} else if !h.robotsRead {
		h.web.complain("%s%s was requested before robots.txt", h.base("http"), r.URL.Path)
	}
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.active = slices.DeleteFunc(h.active, func(other *context.Context) bool { return other == &ctx })
	}
}

func (w *Web) route(rw http.ResponseWriter, r *http.Request, h *host) {
	path := strings.TrimRight(strings.TrimPrefix(r.URL.Path, "/moved"), "/")
	switch path {
	case "/robots.txt":
		fmt.Fprintf(rw, "User-agent: *\nDisallow: /secret\n")
		for _, p := range h.forbidden {
			fmt.Fprintf(rw, "Disallow: %s\n", p)
		}
		return
	case "":
		const frontPage = `<!doctype html><title>Front page</title><h1>Front page</h1><ul><li><a href="/news/1">One</a><li><a href="/news/2">Two</a></ul>`
		webtest.Send("text/html", []byte(frontPage))(rw, r)
		return
	}
	for _, s := range h.sources {
		if path == s.path {
			w.serveFeed(rw, r, s)
			return
		}
	}
	a, err := w.article(path)
	if err != nil || a.feed.host != h || a.first > w.turn() {
		http.NotFound(rw, r)
		return
	}
	w.servePage(rw, r, a)
}

var errPath = errors.New("the path is not that of an article")

// article finds an article by the path of any of its versions.
func (w *Web) article(path string) (*piece, error) {
	var n int
	_, name, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok {
		return nil, errPath
	}
	if _, err := fmt.Sscanf(name, "%05d", &n); err != nil || n < 0 || n >= len(w.articles) {
		return nil, errPath
	}
	return w.articles[n], nil
}
