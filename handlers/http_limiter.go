package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Geoparsing is work, so one client gets only so much of it.
const (
	geoparseRate  = rate.Limit(20) // requests a second
	geoparseBurst = 60
)

// mostClients bounds the limiter's memory.
const mostClients = 4096

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

// allow tells whether the client of r may have one more request.
func (l *limiter) allow(r *http.Request) bool {
	key := client(r)
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.clients[key]
	if bucket == nil {
		if len(l.clients) >= mostClients {
			l.forget(now)
		}
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.clients[key] = bucket
	}
	return bucket.AllowN(now, 1)
}

// forget drops the clients whose bucket is full again: they lose nothing. Where
// none is, all start anew, which is kinder than to refuse newcomers.
func (l *limiter) forget(now time.Time) {
	for key, bucket := range l.clients {
		if bucket.TokensAt(now) >= float64(l.burst) {
			delete(l.clients, key)
		}
	}
	if len(l.clients) >= mostClients {
		clear(l.clients)
	}
}

// client names who sends r: the address, or the /64 that an IPv6 address
// belongs to, because one household has all of it.
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
