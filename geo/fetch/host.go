package fetch

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// mostHosts bounds what is remembered of hosts.
const mostHosts = 4_096

// hosts remembers what is known of each host.
type hosts struct {
	mu   sync.Mutex
	seen map[string]*host
}

// host is one server: who holds its turn has its one connection.
type host struct {
	turn  chan struct{} // holds a value while a request runs
	users int           // under hosts.mu: who holds or awaits the turn
	used  time.Time     // under hosts.mu

	// Only who holds the turn touches the fields below.
	next   time.Time // when the next request may start
	rules  map[string]*rules
	paused bool // next was asked for by the server
}

// take waits for the turn on the host of u. The caller must call release.
func (hs *hosts) take(ctx context.Context, u *url.URL) (*host, error) {
	key := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		key += ":" + port
	}
	hs.mu.Lock()
	h := hs.seen[key]
	if h == nil {
		hs.prune()
		h = &host{turn: make(chan struct{}, 1), rules: map[string]*rules{}}
		hs.seen[key] = h
	}
	h.users++
	hs.mu.Unlock()
	select {
	case h.turn <- struct{}{}:
		return h, nil
	case <-ctx.Done():
		hs.leave(h)
		return nil, context.Cause(ctx)
	}
}

func (hs *hosts) release(h *host) {
	<-h.turn
	hs.leave(h)
}

func (hs *hosts) leave(h *host) {
	hs.mu.Lock()
	h.users--
	h.used = time.Now()
	hs.mu.Unlock()
}

// prune forgets the host that was idle the longest when there are too many.
// hs.mu is held.
func (hs *hosts) prune() {
	if len(hs.seen) < mostHosts {
		return
	}
	var oldest string
	for key, h := range hs.seen {
		if h.users == 0 && (oldest == "" || h.used.Before(hs.seen[oldest].used)) {
			oldest = key
		}
	}
	delete(hs.seen, oldest)
}

// await waits until the host's next request may start; patience bounds it.
func (h *host) await(ctx context.Context, address string, patience time.Duration) error {
	wait := time.Until(h.next)
	if wait <= 0 {
		return nil
	}
	if h.paused && wait > patience {
		e := fail(address, ReasonWait, "its host asked to be left alone for another %s", wait.Round(time.Second))
		e.RetryAfter = wait
		return e
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// pause sets when the next request may start.
func (h *host) pause(d time.Duration, asked bool) {
	if next := time.Now().Add(d); next.After(h.next) {
		h.next, h.paused = next, asked
	}
}
