package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The limits of geoparsing for one client, as it takes processor time.
const (
	geoparseRate  = rate.Limit(20) // requests a second
	geoparseBurst = 60
)

// maxClients is the maximum number of clients in a limiter, which limits its memory.
const maxClients = 4096

// limiter is a rate limit for each client. It is safe for concurrent use.
type limiter struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu      sync.Mutex
	clients map[string]*rate.Limiter
}

func newLimiter(r rate.Limit, burst int, now func() time.Time) *limiter {
	return &limiter{rate: r, burst: burst, now: now, clients: map[string]*rate.Limiter{}}
}

// allow reports whether the client of r may make another request.
func (l *limiter) allow(r *http.Request) bool {
	key := client(r)
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.clients[key]
	if bucket == nil {
		if len(l.clients) >= maxClients {
			l.forget(now)
		}
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.clients[key] = bucket
	}
	return bucket.AllowN(now, 1)
}

// forget removes the clients whose bucket is full again, which changes nothing for them. If
// there are none, it removes all clients, rather than refusing new ones.
func (l *limiter) forget(now time.Time) {
	for key, bucket := range l.clients {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.clients, key)
		}
	}
	if len(l.clients) >= maxClients {
		clear(l.clients)
	}
}

// client returns the address of the client that sent r. For IPv6 it is the /64 network, as one
// household has all its addresses.
func client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Unmap().Is4() {
		return host
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return prefix.String()
}
