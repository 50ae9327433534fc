package fetch

import (
	"context"
	"hash/maphash"
	"net/url"
	"strings"
	"sync"
	"time"
)

// maxHosts bounds how many hosts are remembered.
const maxHosts = 4_096

// slowTurn is how long the turns of a slow host take at least.
const slowTurn = 2 * time.Second

// hosts keeps the state of each host.
type hosts struct {
	pace     time.Duration // minimum pause between two requests
	mostSlow int           // maximum number of requests at slow hosts at once
	seed     maphash.Seed

	mu   sync.Mutex
	seen map[string]*host
	slow int // requests at slow hosts now
}

func newHosts(pace time.Duration, mostSlow int) *hosts {
	return &hosts{pace: max(pace, 0), mostSlow: mostSlow, seed: maphash.MakeSeed(), seen: map[string]*host{}}
}

// host is one server. There is one turn, and with it the one connection.
type host struct {
	turn chan struct{} // has a value while a request runs

	// Under hosts.mu.
	users int           // requests that have the turn or wait for it
	used  time.Time     // when one of them ended
	since time.Time     // when the turn was taken; zero: it is free
	took  time.Duration // how long its last turns took
	free  time.Time     // value of next when the turn was returned
	asked bool          // value of paused when the turn was returned
	slow  bool          // the current request counts in hosts.slow
	slots slots

	// Only the request that has the turn uses the fields below.
	next   time.Time // when the next request may start
	rules  map[string]*rules
	paused bool // the server asked for next
}

// slots are the times that are reserved for requests that came while the host was busy, by a
// hash of their addresses.
type slots struct {
	at   map[uint64]time.Time
	tail time.Time // after the last
}

// busyError is returned if the turn does not come in time.
type busyError struct{ after time.Duration }

func (*busyError) Error() string { return "the host is busy with other requests" }

// turnTerms are the conditions of a request for a turn.
type turnTerms struct {
	wait     time.Duration // maximum; 0: as long as it takes
	maxPause time.Duration // maximum for pauses that the server asked for
	led      bool          // a redirect leads here, so no time was reserved
}

// take waits for the turn on the host of u, where there is a longest wait at most
// about that long: the error is a *busyError then. The caller must call release.
func (hs *hosts) take(ctx context.Context, u *url.URL, terms turnTerms) (*host, error) {
	wait := terms.wait
	hs.mu.Lock()
	h := hs.get(hostKey(u))
	if wait > 0 {
		if busy := hs.queue(h, u, terms); busy != nil {
			hs.mu.Unlock()
			return nil, busy
		}
	}
	h.users++
	hs.mu.Unlock()
	var late <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case h.turn <- struct{}{}:
		return h, hs.begin(h, u, wait)
	case <-late:
		hs.mu.Lock()
		defer hs.mu.Unlock()
		return nil, hs.postpone(h, u)
	case <-ctx.Done():
		hs.mu.Lock()
		hs.leave(h)
		hs.mu.Unlock()
		return nil, context.Cause(ctx)
	}
}

func hostKey(u *url.URL) string {
	key := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		key += ":" + port
	}
	return key
}

// get returns the state of a host. The caller holds hs.mu.
func (hs *hosts) get(key string) *host {
	h := hs.seen[key]
	if h == nil {
		hs.prune()
		h = &host{turn: make(chan struct{}, 1), rules: map[string]*rules{}}
		hs.seen[key] = h
	}
	return h
}

// queue reserves a time for a request that cannot wait longer and returns a *busyError, or
// returns nil if it may proceed. The caller holds hs.mu.
func (hs *hosts) queue(h *host, u *url.URL, terms turnTerms) error {
	now, wait := time.Now(), terms.wait
	key := maphash.String(hs.seed, u.String())
	slot, kept := h.slots.at[key]
	if kept && slot.After(now.Add(wait)) {
		return &busyError{slot.Sub(now)} // it came too early
	}
	delete(h.slots.at, key)
	pause := h.free.Sub(now)
	switch {
	case h.asked && pause > terms.maxPause:
		return nil // so that it learns that the server asked for the pause
	case pause > wait,
		!kept && !terms.led && h.slots.tail.After(now.Add(wait)),
		!h.since.IsZero() && now.Sub(h.since) > wait,
		h.took > slowTurn && hs.slow >= hs.mostSlow:
		return &busyError{hs.keep(h, key, now)}
	}
	return nil
}

// begin records that the turn is taken, unless there are too many requests at slow hosts.
func (hs *hosts) begin(h *host, u *url.URL, wait time.Duration) error {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if wait > 0 && h.took > slowTurn {
		if hs.slow >= hs.mostSlow {
			<-h.turn
			return hs.postpone(h, u)
		}
		h.slow = true
		hs.slow++
	}
	h.since = time.Now()
	return nil
}

// postpone reserves another time for a request that did not get its turn. The caller holds
// hs.mu.
func (hs *hosts) postpone(h *host, u *url.URL) error {
	hs.leave(h)
	return &busyError{hs.keep(h, maphash.String(hs.seed, u.String()), time.Now())}
}

// keep reserves the next free time and returns how far away it is. Times are as far apart as
// the recent turns of the host took, so that requests for a slow host rarely come in vain. The
// caller holds hs.mu.
func (hs *hosts) keep(h *host, key uint64, now time.Time) time.Duration {
	const shortest, longest, expired, many = 5 * time.Millisecond, 5 * time.Second, 10 * time.Minute, 1_024
	step := max(h.took, shortest)
	if !h.since.IsZero() {
		step = max(step, now.Sub(h.since))
	}
	// One page that hung for a minute says little about the others.
	step = max(hs.pace, min(step, longest))
	at := now.Add(step)
	for _, t := range []time.Time{h.free, h.slots.tail} {
		if t.After(at) {
			at = t
		}
	}
	if h.slots.at == nil {
		h.slots.at = map[uint64]time.Time{}
	}
	if len(h.slots.at) > many { // of requests that did not come again
		for k, t := range h.slots.at {
			if now.Sub(t) > expired {
				delete(h.slots.at, k)
			}
		}
	}
	h.slots.at[key], h.slots.tail = at, at.Add(step)
	return at.Sub(now)
}

// release returns the turn.
func (hs *hosts) release(h *host) {
	hs.mu.Lock()
	took := time.Since(h.since)
	h.took = max(took, (h.took+took)/2)
	h.since, h.free, h.asked = time.Time{}, h.next, h.paused
	if h.slow {
		h.slow = false
		hs.slow--
	}
	hs.leave(h)
	hs.mu.Unlock()
	<-h.turn
}

// leave records that a request has ended. The caller holds hs.mu.
func (hs *hosts) leave(h *host) {
	h.users--
	h.used = time.Now()
}

// prune forgets the host that was idle longest if there are too many. The caller holds hs.mu.
func (hs *hosts) prune() {
	if len(hs.seen) < maxHosts {
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

// await waits until the next request to the host may start, at most for maxPause.
func (h *host) await(ctx context.Context, address string, maxPause time.Duration) error {
	wait := time.Until(h.next)
	if wait <= 0 {
		return nil
	}
	if h.paused && wait > maxPause {
		e := fail(address, ReasonWait, "the host asked for a pause; try again in %s", wait.Round(time.Second))
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
