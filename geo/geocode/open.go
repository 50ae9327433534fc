package geocode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"newsmap/geo"

	lib "github.com/codingsince1985/geo-golang"
	"github.com/paulmach/orb"
	"golang.org/x/time/rate"
)

// Options are options of Open. All have defaults.
type Options struct {
	// Client sends the requests; nil: a client for each provider that refuses private addresses.
	Client Doer
	// UserAgent names the program and a contact, as Nominatim's policy requires.
	UserAgent string
	// Timeout is the time limit of a request until its last byte; 0: 8 s.
	Timeout time.Duration
	// Cache stores answers and misses; nil: a [Memory] for 4,096.
	Cache Cache
	// Lifetime and MissLifetime are how long answers and misses are cached; 0: 30 days and 7 days.
	Lifetime, MissLifetime time.Duration
	Getenv                 func(string) string // nil: os.Getenv
	Clock                  func() time.Time    // nil: time.Now
	Logger                 *slog.Logger        // nil: nothing is logged
}

const (
	defaultTimeout      = 8 * time.Second
	defaultLifetime     = 30 * 24 * time.Hour
	defaultMissLifetime = 7 * 24 * time.Hour
	defaultMemory       = 4096
	defaultUserAgent    = "newsmap"
	envPrefix           = "NEWSMAP_"
	maxKeyFile          = 4096 // bytes
)

func (o *Options) defaults() {
	if o.UserAgent == "" {
		o.UserAgent = defaultUserAgent
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Lifetime <= 0 {
		o.Lifetime = defaultLifetime
	}
	if o.MissLifetime <= 0 {
		o.MissLifetime = defaultMissLifetime
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Cache == nil {
		o.Cache = NewMemory(defaultMemory, o.Clock)
	}
}

// Open opens the geocoders in spec, which are separated by commas. They are used in that
// order: if one does not find a place or fails, the next is used. Each is the name of a
// provider ("nominatim"), or NAME=ADDRESS for a provider at another address
// ("nominatim=https://my.host/"), which may be in a private network. A key is read from the
// variable NEWSMAP_NAME_KEY or from the file NEWSMAP_NAME_KEY_FILE. Open sends nothing.
//
// The error wraps geo.ErrInvalid and names "geocoder". It never contains an address, which may
// have a password in it.
func Open(spec string, options Options) (Geocoder, error) {
	options.defaults()
	var out chain
	for _, one := range strings.Split(spec, ",") {
		name, address, named := strings.Cut(strings.TrimSpace(one), "=")
		s := find(strings.ToLower(strings.TrimSpace(name)))
		if s == nil {
			return nil, geo.Invalid("geocoder", "%.40q is unknown; choose one of %s", name, strings.Join(Names(), ", "))
		}
		p, err := newProvider(s, strings.TrimSpace(address), named, &options)
		if err != nil {
			return nil, err
		}
		out = append(out, newCached(p, s, p.forward.GeocodeURL(""), &options))
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return out, nil
}

// Names returns the names of the providers.
func Names() []string {
	var names []string
	for _, s := range services() {
		names = append(names, s.id)
	}
	return names
}

func find(id string) *service {
	for _, s := range services() {
		if s.id == id {
			return s
		}
	}
	return nil
}

func newProvider(s *service, address string, named bool, o *Options) (*provider, error) {
	p := &provider{
		service: s,
		client:  o.Client,
		agent:   o.UserAgent,
		timeout: o.Timeout,
		clock:   o.Clock,
		limiter: rate.NewLimiter(rate.Every(50*time.Millisecond), 1),
	}
	key, err := readKey(s, o.Getenv)
	if err != nil {
		return nil, err
	}
	if p.key = key; key == "" && s.keyParam != "" && !named {
		return nil, geo.Invalid("geocoder", "%s needs a key: set %s or %s_FILE", s.id, keyVariable(s), keyVariable(s))
	}
	base := s.base
	endpoint := &url.URL{Scheme: "https"}
	if named {
		if endpoint, err = url.Parse(
			address,
		); err != nil || endpoint.Scheme != "http" && endpoint.Scheme != "https" || endpoint.Hostname() == "" || endpoint.RawQuery != "" || endpoint.Fragment != "" ||
			strings.Contains(endpoint.Path, "*") {
			return nil, geo.Invalid("geocoder", "the address of %s is malformed; expected an http or https address without a query", s.id)
		}
		p.user, endpoint.User = endpoint.User, nil
		base = strings.TrimRight(endpoint.String(), "/")
	}
	if s.slow && !(named && own(endpoint.Hostname())) {
		p.limiter = rate.NewLimiter(rate.Every(time.Second), 1)
	}
	if p.client == nil {
		p.client = newClient(endpoint, named, p.key != "" || p.user != nil)
	}
	forward, reverse := s.build(base)
	var okForward, okReverse bool
	p.forward, okForward = forward.(lib.HTTPGeocoder)
	p.reverse, okReverse = reverse.(lib.HTTPGeocoder)
	if !okForward || !okReverse {
		return nil, fmt.Errorf("geocoder %s: the library has no endpoint builder", s.id)
	}
	return p, nil
}

// own reports whether a host is in the user's network: a private address or a name without a
// dot. There is no rate limit for such a server.
func own(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return !public(a)
	}
	return !strings.Contains(host, ".")
}

func keyVariable(s *service) string { return envPrefix + strings.ToUpper(s.id) + "_KEY" }

func readKey(s *service, getenv func(string) string) (string, error) {
	if s.keyParam == "" {
		return "", nil
	}
	if key := strings.TrimSpace(getenv(keyVariable(s))); key != "" {
		return key, nil
	}
	path := getenv(keyVariable(s) + "_FILE")
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", keyVariable(s), err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", keyVariable(s), err)
	}
	return strings.TrimSpace(string(content)), nil
}

// chain uses one geocoder after another.
type chain []Geocoder

func (c chain) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	return first(ctx, c, func(g Geocoder) ([]Place, error) { return g.Geocode(ctx, name, countries) })
}

func (c chain) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	return first(ctx, c, func(g Geocoder) (Place, error) { return g.Reverse(ctx, point) })
}

// first returns the first answer. If there is none, the error joins all faults, or is the last
// miss if there are no faults.
func first[T any](ctx context.Context, c chain, ask func(Geocoder) (T, error)) (none T, _ error) {
	var faults, miss error
	for _, g := range c {
		answer, err := ask(g)
		switch {
		case err == nil:
			return answer, nil
		case errors.Is(err, geo.ErrNotFound):
			miss = err
		case errors.Is(err, geo.ErrInvalid):
			return none, err
		default:
			faults = errors.Join(faults, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if faults != nil {
		return none, faults
	}
	return none, miss
}

var _ Doer = (*http.Client)(nil)
