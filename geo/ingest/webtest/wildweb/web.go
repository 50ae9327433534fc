package wildweb

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"newsmap/geo/ingest/webtest"
)

// Config is the seed and the size of a web. They determine its contents.
type Config struct {
	Seed  uint64
	Feeds int // number of feeds, including about twenty that never work
	Pages int // number of articles in all turns
	Turns int // number of turns; in the last one, only feeds that never work fail

	Contact string        // required in the User-Agent of each request; empty: not required
	Drip    time.Duration // duration of slow pages; 0: 400 ms
	Flood   int           // number of new items with full texts in each feed and turn, instead of Pages
	Hang    bool          // some pages never end, so that a client waits until its timeout
}

// started is the date of the first article.
var started = time.Date(2026, 1, 5, 6, 0, 0, 0, time.UTC)

// Web is a running web. Its methods are safe for concurrent use.
type Web struct {
	cfg      Config
	port     int
	sources  []*source
	articles []*piece
	hosts    map[string]*host // by IP address
	canary   *canary
	ca       []byte
	servers  []*http.Server

	turns       atomic.Int64
	strict      atomic.Bool
	requests    atomic.Int64
	notModified atomic.Int64

	mu         sync.Mutex
	asked      map[*piece]int
	complaints map[string]bool
}

// New starts a web. Before its first turn, its feeds are empty.
func New(cfg Config) (*Web, error) {
	if cfg.Drip == 0 {
		cfg.Drip = 400 * time.Millisecond
	}
	w := &Web{cfg: cfg, hosts: map[string]*host{}, asked: map[*piece]int{}, complaints: map[string]bool{}}
	if err := w.plan(); err != nil {
		return nil, err
	}
	if err := w.serve(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// plan makes the feeds and articles.
func (w *Web) plan() error {
	permanent := permanentFaults()
	works := w.cfg.Feeds - len(permanent)
	if works < len(formats) || w.cfg.Turns < 1 {
		return fmt.Errorf("wildweb: %d feeds and %d turns are too few; use at least %d feeds and 1 turn", w.cfg.Feeds, w.cfg.Turns, len(permanent)+len(formats))
	}
	temporary := temporaryFaults()
	for n := range works {
		w.addSource(n, &temporary[n%len(temporary)])
	}
	for i := range permanent {
		permanent[i].always = true
		s := w.addSource(works+i, &permanent[i])
		s.host.refuses = permanent[i].name == "refused"
		if permanent[i].name == "robots" {
			s.host.forbidden = append(s.host.forbidden, s.path)
		}
	}
	if w.cfg.Flood > 0 {
		for _, s := range w.sources[:works] {
			s.flood, s.format, s.ids, s.mode, s.charset, s.fault = w.cfg.Flood, formats[s.n%3], idsStable, modeFull, "utf-8", &fault{name: "works"}
		}
		return nil
	}
	for i := range temporary {
		temporary[i].last = w.cfg.Turns
	}
	r := rand.New(rand.NewPCG(w.cfg.Seed, 1))
	for n := range w.cfg.Pages {
		w.addArticle(r, n, w.sources[n%works])
	}
	w.addWires(r)
	w.addTwins(works)
	return nil
}

// addSource makes a feed. Its properties repeat with coprime periods, so that all combinations
// occur.
func (w *Web) addSource(n int, f *fault) *source {
	h := w.addHost(n)
	s := &source{
		n:        n,
		host:     h,
		fault:    f,
		last:     w.cfg.Turns,
		title:    fmt.Sprintf("Wild Post %d", n),
		path:     fmt.Sprintf("/feed-%d.xml", n),
		format:   formats[n%len(formats)],
		mode:     mode(n / 2 % int(modes)),
		ids:      ids(n / 3 % int(idsKinds)),
		caching:  caching(n * 3 % int(cachingKinds)),
		encoding: []string{"", "gzip", "br", "zstd", "gzip"}[n%5],
		charset:  []string{"utf-8", "utf-8", "windows-1252", "utf-16", "iso-8859-1", "windows-1251"}[n%6],
		moved:    n%11 == 5,
	}
	if !hasGUIDs(s.format) && (s.ids == idsFresh || s.ids == idsSame || s.ids == idsSlug) {
		s.ids = idsTracked
	}
	if s.caching == cachingWrong && f.serve != nil {
		s.caching = cachingETag // otherwise no turn might have an article
	}
	h.sources = append(h.sources, s)
	w.sources = append(w.sources, s)
	return s
}

func (w *Web) addArticle(r *rand.Rand, n int, s *source) {
	a := &piece{n: n, feed: s, charset: charsets[n%len(charsets)], first: 1 + r.IntN(w.cfg.Turns)}
	a.page = pageKind(r.IntN(int(firstUnreadable)))
	if r.IntN(4) == 0 {
		a.page = firstUnreadable + pageKind(r.IntN(int(pageKinds-firstUnreadable)))
	}
	const rare = 25 // each takes a client and its host a minute for each attempt
	if a.page == pageHangs && (!w.cfg.Hang || n%rare != 0) {
		a.page = pageMissing
	}
	switch {
	case a.page == pageInvalidUTF8, a.page == pageWrongEncoding, a.page == pageMetaOnly && a.charset == "utf-16":
		a.charset = "utf-8"
	}
	if len(s.articles) < 3 {
		a.first = 1 // a single item would be identified by the guid
	}
	a.published = started.Add(time.Duration(n%5_000) * time.Minute)
	if n%13 == 4 {
		a.badDate = []string{"Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT", "the day before yesterday"}[n/13%3]
	}
	a.write(r, w.cfg.Turns)
	s.articles = append(s.articles, a)
	w.articles = append(w.articles, a)
}

// addWires makes groups of four outlets that print the same agency report.
func (w *Web) addWires(r *rand.Rand) {
	const outlets = 4
	wire := 0
	for i := 0; i+outlets <= len(w.articles); i += 40 {
		wire++
		town := pick(r, towns)
		report := paragraphs(r, town)
		for _, a := range w.articles[i : i+outlets] {
			a.wire, a.town, a.page, a.charset, a.badDate = wire, town, pagePlain, "utf-8", ""
			a.repeat(r, report)
		}
	}
}

// addTwins makes every seventh feed also list the articles of another feed of its host.
func (w *Web) addTwins(works int) {
	for n := 3; n+1 < works; n += 7 {
		main := w.sources[n] // has the articles
		if main.fault.serve != nil || main.ids == idsSame {
			continue
		}
		twin := *main
		twin.n, twin.path, twin.twin, twin.articles = len(w.sources), fmt.Sprintf("/section-%d.xml", n), main, nil
		twin.ids, twin.caching, twin.moved = idsTracked, cachingETag, false
		main.host.sources = append(main.host.sources, &twin)
		w.sources = append(w.sources, &twin)
	}
}

// Turn starts the next turn. The first is 1.
func (w *Web) Turn() { w.turns.Add(1) }

func (w *Web) turn() int { return int(w.turns.Load()) }

// SetStrict sets whether there is a complaint about two requests to one host at the same time. If
// a client is killed, its last requests may still run when its successor starts.
func (w *Web) SetStrict(strict bool) { w.strict.Store(strict) }

// Requests returns the number of requests, and how many of them were answered with "not
// modified".
func (w *Web) Requests() (all, notModified int64) { return w.requests.Load(), w.notModified.Load() }

// OPML returns a list of all feeds with their first addresses.
func (w *Web) OPML() []byte {
	list := make([]webtest.Outline, len(w.sources))
	for i, s := range w.sources {
		list[i] = webtest.Outline{Title: s.title, URL: s.address()}
	}
	return webtest.OPML(list...)
}

// Feeds returns the number of feeds.
func (w *Web) Feeds() int { return len(w.sources) }

// RetriedForever reports whether an address is that of a page that never returns its article
// although its errors are temporary, so that its jobs do not end.
func (w *Web) RetriedForever(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	a, err := w.article(strings.TrimRight(u.Path, "/"))
	return err == nil && a.page.retriedForever()
}

// AsksForPause reports whether an address is that of a feed whose server asked for a pause that is
// longer than the test.
func (w *Web) AsksForPause(address string) bool {
	return slices.ContainsFunc(w.sources, func(s *source) bool { return s.fault.longPause && s.address() == address })
}

// Failing reports whether an address is that of a feed that does not work at this turn.
func (w *Web) Failing(address string) bool {
	return slices.ContainsFunc(w.sources, func(s *source) bool {
		return s.fault.occurs(w.turn()) && strings.HasSuffix(address, s.path) && strings.HasPrefix(address, s.host.base("http"))
	})
}

// CA returns the certificate authority for HTTPS as PEM.
func (w *Web) CA() []byte { return w.ca }

// Range returns the network of the hosts in CIDR notation.
func (w *Web) Range() string { return "127.0.0.0/9" }

func (s *source) address() string { return s.host.base("http") + s.path }

// Close stops the web.
func (w *Web) Close() error {
	var out []error
	for _, s := range w.servers {
		out = append(out, s.Close())
	}
	return errors.Join(out...)
}

// count counts a request for an article's page and returns the number of requests so far.
func (w *Web) count(a *piece) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[a]++
	return w.asked[a]
}

// maxComplaints is the maximum number of complaints.
const maxComplaints = 50

// complain adds a complaint about the client.
func (w *Web) complain(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.complaints) < maxComplaints {
		w.complaints[fmt.Sprintf(format, args...)] = true
	}
}
