package geocode

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Doer sends requests. *http.Client implements it.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

const (
	dialTimeout   = 4 * time.Second
	headerTimeout = 8 * time.Second
	maxRedirects  = 3
)

// newClient returns the client of one provider. The endpoint may only be in a private network
// if the user named it, and then only its own host and port may be: neither a redirect nor DNS
// can lead to another private address. Requests with a secret are not redirected to other
// hosts.
func newClient(endpoint *url.URL, named, secret bool) *http.Client {
	open := &net.Dialer{Timeout: dialTimeout}
	guarded := &net.Dialer{Timeout: dialTimeout, Control: refusePrivate}
	own := hostPort(endpoint)
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, // a proxy would connect for us, without the guard
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if named && address == own {
					return open.DialContext(ctx, network, address)
				}
				return guarded.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout:    dialTimeout,
			ResponseHeaderTimeout:  headerTimeout,
			IdleConnTimeout:        30 * time.Second,
			MaxConnsPerHost:        1,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			req.Header.Del("Referer") // it would contain the key
			last := via[len(via)-1].URL
			switch {
			case len(via) > maxRedirects:
				return fmt.Errorf("redirects more than %d times, the limit", maxRedirects)
			case req.URL.Scheme != "https" && (req.URL.Scheme != "http" || last.Scheme == "https"):
				return errors.New("redirects to an address that is neither https nor of the same scheme")
			case secret && req.URL.Hostname() != via[0].URL.Hostname():
				return errors.New("redirects to another host, which must not receive the key")
			}
			return nil
		},
	}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// refusePrivate is the Control function of a dialer. It receives the address after DNS.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !public(at.Addr()) {
		return errors.New("leads to an address that is not public; name the endpoint yourself to allow it")
	}
	return nil
}

// unpublic are ranges that are not on the public internet, or represent an IPv4 address that
// may not be, and that netip does not recognize (IANA special-purpose registries).
var unpublic = [...]netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("3fff::/20"),
}

// allocated is the range of IPv6 that is on the public internet.
var allocated = netip.MustParsePrefix("2000::/3")

func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !allocated.Contains(a) {
		return false
	}
	for _, p := range unpublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
