package fetch

import (
	"context"
	"hash/maphash"
	"net/url"
	"strings"
	"sync"
	"time"
)

// mostHosts bounds what is remembered of hosts.
const mostHosts = 4_096

// slowTurn is how long the turns of a slow host take.
const slowTurn = 2 * time.Second

// hosts remembers what is known of each host.
type hosts struct {
	pace     time.Duration // least pause between two requests
	mostSlow int           // requests that run at once at slow hosts
	seed     maphash.Seed

	mu   sync.Mutex
	seen map[string]*host
	slow int // requests that run at slow hosts
}

func newHosts(pace time.Duration, mostSlow int) *hosts {
	return &hosts{pace: max(pace, 0), mostSlow: mostSlow, seed: maphash.MakeSeed(), seen: map[string]*host{}}
}

// host is one server: who holds its turn has its one connection.
type host struct {
	turn chan struct{} // holds a value while a request runs

	// Under hosts.mu.
	users int           // who hold or await the turn
	used  time.Time     // when one of them left
	since time.Time     // when the turn was taken; zero: it is free
	took  time.Duration // how long its last turns took
	free  time.Time     // next, as its last holder left it
	asked bool          // paused, likewise
	slow  bool          // the turn's holder counts in hosts.slow
	slots slots

	// Only who holds the turn touches the fields below.
	next   time.Time // when the next request may start
	rules  map[string]*rules
	paused bool // next was asked for by the server
}

// slots are the times that are kept for requests that came while the host was
// busy, by a hash of their addresses.
type slots struct {
	at   map[uint64]time.Time
	tail time.Time // behind the last
}

// busyError says that the turn is not to be had in time.
type busyError struct{ after time.Duration }

func (*busyError) Error() string { return "the host is busy with other requests" }

// turnTerms is on what terms a turn is wanted.
type turnTerms struct {
	wait     time.Duration // longest; 0: as long as it takes
	patience time.Duration // with pauses that the server asked for
	led      bool          // a redirect leads here: no time was kept, as nobody knew
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

// get gives what is known of a host. hs.mu is held.
func (hs *hosts) get(key string) *host {
	h := hs.seen[key]
	if h == nil {
		hs.prune()
		h = &host{turn: make(chan struct{}, 1), rules: map[string]*rules{}}
		hs.seen[key] = h
	}
	return h
}

// queue tells whether a request that cannot wait longer is to come again, and
// keeps a time for it: nil if it may go on. hs.mu is held.
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
	case h.asked && pause > terms.patience:
		return nil // it gets to know that the server asked for it
	case pause > wait,
		!kept && !terms.led && h.slots.tail.After(now.Add(wait)),
		!h.since.IsZero() && now.Sub(h.since) > wait,
		h.took > slowTurn && hs.slow >= hs.mostSlow:
		return &busyError{hs.keep(h, key, now)}
	}
	return nil
}

// begin notes that the turn is taken, unless too many slow hosts are asked
// already.
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

// postpone keeps another time for a request that did not get its turn. hs.mu is
// held.
func (hs *hosts) postpone(h *host, u *url.URL) error {
	hs.leave(h)
	return &busyError{hs.keep(h, maphash.String(hs.seed, u.String()), time.Now())}
}

// keep keeps the next time that is not taken, and tells how far off it is. One
// request after another gets a time, each as far from the last as the host has
// taken of late: those who wait for a slow host hardly ever come in vain. hs.mu is
// held.
func (hs *hosts) keep(h *host, key uint64, now time.Time) time.Duration {
	const shortest, longest, expired, many = 5 * time.Millisecond, 5 * time.Second, 10 * time.Minute, 1_024
	step := max(h.took, shortest)
	if !h.since.IsZero() {
		step = max(step, now.Sub(h.since))
	}
	// One page that hung for a minute says little of the others.
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
	if len(h.slots.at) > many { // those who did not come again
		for k, t := range h.slots.at {
			if now.Sub(t) > expired {
				delete(h.slots.at, k)
			}
		}
	}
	h.slots.at[key], h.slots.tail = at, at.Add(step)
	return at.Sub(now)
}

// release gives the turn back.
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

// leave notes that somebody neither holds nor awaits the turn any longer. hs.mu
// is held.
func (hs *hosts) leave(h *host) {
	h.users--
	h.used = time.Now()
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
