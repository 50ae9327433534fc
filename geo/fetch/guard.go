package fetch

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard decides which addresses may be dialled. It checks the IP address that is dialled, so
// that names and redirects cannot bypass it.
type guard struct {
	private []netip.Prefix
	ports   []uint16
	inner   *ssrf.Guardian
}

func newGuard(private []netip.Prefix, ports []uint16) *guard {
	return &guard{private, ports, ssrf.New(ssrf.WithPorts(ports...))}
}

// control is the Control of the dialer: it runs after name resolution, for each address that
// is tried.
func (g *guard) control(network, address string, conn syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fail(address, ReasonForbidden, "leads to %q, which is not an IP address", clip(address))
	}
	if g.allowed(ap.Addr()) {
		return nil
	}
	if bad := g.special(address, ap.Addr()); bad != nil {
		return bad
	}
	err = g.inner.Safe(network, address, conn)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return fail(address, ReasonAddress, "port %d is not allowed; allowed are %s", ap.Port(), portList(g.ports))
	}
	return fail(address, ReasonForbidden, "leads to %s over %s, which is not fetched", ap.Addr(), network)
}

// special refuses the addresses of private and special networks. It is checked before ports,
// because it is the more important reason.
func (g *guard) special(address string, ip netip.Addr) *Error {
	if g.inner.SafeAddr(ip.Unmap()) == nil {
		return nil
	}
	return fail(address, ReasonForbidden, "leads to %s, an address of a private or special network; allow it with --allow-private", ip)
}

func (g *guard) allowed(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return slices.ContainsFunc(g.private, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// check refuses an address by its form, before a name is resolved.
func (g *guard) check(raw string) (*url.URL, *Error) {
	const longest = 4_096
	if len(raw) > longest {
		return nil, fail(raw, ReasonAddress, "is too long: %d bytes; the limit is %d", len(raw), longest)
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil:
		return nil, fail(raw, ReasonAddress, "is malformed")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fail(raw, ReasonAddress, "only http and https addresses are fetched")
	case u.Hostname() == "":
		return nil, fail(raw, ReasonAddress, "has no host")
	case u.User != nil:
		u.User = nil // the message must not repeat a password
		return nil, fail(u.String(), ReasonAddress, "contains a user name or password; remove it")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		if g.allowed(ip) {
			return u, nil
		}
		if bad := g.special(u.String(), ip); bad != nil {
			return nil, bad
		}
	}
	// A name may lead to an allowed network, where every port is allowed, so the port can be
	// refused before the name is resolved only if no network is allowed.
	if port, err := strconv.ParseUint(portOf(u), 10, 16); err != nil || len(g.private) == 0 && !slices.Contains(g.ports, uint16(port)) {
		return nil, fail(u.String(), ReasonAddress, "port %s is not allowed; allowed are %s", portOf(u), portList(g.ports))
	}
	return u, nil
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func portList(ports []uint16) string {
	out := make([]string, len(ports))
	for i, p := range ports {
		out[i] = strconv.Itoa(int(p))
	}
	return strings.Join(out, ", ")
}
