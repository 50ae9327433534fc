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

// Doer sends requests. An *http.Client is one.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

const (
	dialTimeout   = 4 * time.Second
	headerTimeout = 8 * time.Second
	maxRedirects  = 3
)

// newClient returns the client for one provider. It refuses to connect to private
// addresses, so that neither a redirect nor a host name that resolves to one can reach a
// private network. The only exception is the host and port of a custom endpoint, which
// is one that the user gave. If requests contain a secret, it does not follow redirects
// to other hosts.
func newClient(endpoint *url.URL, custom, secret bool) *http.Client {
	plain := &net.Dialer{Timeout: dialTimeout}
	restricted := &net.Dialer{Timeout: dialTimeout, Control: refusePrivate}
	endpointAddress := hostPort(endpoint)
	return &http.Client{
		Transport: &http.Transport{
			Proxy: nil, // a proxy would connect for us and so bypass refusePrivate
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if custom && address == endpointAddress {
					return plain.DialContext(ctx, network, address)
				}
				return restricted.DialContext(ctx, network, address)
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
				return fmt.Errorf("redirects more than %d times", maxRedirects)
			case req.URL.Scheme != "https" && (req.URL.Scheme != "http" || last.Scheme == "https"):
				return errors.New("redirects to an insecure address; expected https, or http after http")
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

// refusePrivate is the Control function of a dialer. It gets the address after DNS
// resolution.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !public(at.Addr()) {
		return errors.New("the address is not public; to allow it, give the endpoint as NAME=ADDRESS")
	}
	return nil
}

// notPublic lists the ranges, besides those that netip recognizes, that are not on the
// public internet or that represent an IPv4 address that may not be (IANA
// special-purpose registries).
var notPublic = [...]netip.Prefix{
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

// globalUnicast6 is the range of IPv6 that is allocated for the public internet.
var globalUnicast6 = netip.MustParsePrefix("2000::/3")

// public reports whether an address is on the public internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !globalUnicast6.Contains(a) {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
