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

// Options are what Open is given from outside. All have defaults.
type Options struct {
	// Client sends the requests; nil: a guarded client for each provider.
	Client Doer
	// UserAgent names the program and a contact, as Nominatim's policy asks.
	UserAgent string
	// Timeout bounds a request from its start to the last byte; 0: eight seconds.
	Timeout time.Duration
	// Cache keeps answers and misses; nil: a [Memory] of 4,096.
	Cache Cache
	// Lifetime and MissLifetime say for how long; 0: 30 days and 7 days.
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

// Open opens the geocoders that spec names, separated by commas and asked in that
// order: what one lacks or fails to answer, the next is asked. Each is the name
// of a provider ("nominatim"), or NAME=ADDRESS for one at an address of the
// user's ("nominatim=https://my.host/"), which may lie in a private network. A
// key is read from the variable NEWSMAP_NAME_KEY or from the file that
// NEWSMAP_NAME_KEY_FILE names. Nothing is sent yet.
//
// The error wraps geo.ErrInvalid and names "geocoder"; it never repeats an
// address, which may hold a password.
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

// Names are the providers that Open knows.
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
			return nil, geo.Invalid("geocoder", "the address of %s is not an http or https address without a query", s.id)
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
		return nil, fmt.Errorf("geocoder %s: the library gives no builder of addresses", s.id)
	}
	return p, nil
}

// own reports whether a host is plainly one of the user's network: a private
// address or a name without a dot. Such a server sets no pace to its owner.
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

// chain asks one geocoder after another.
type chain []Geocoder

func (c chain) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	return first(ctx, c, func(g Geocoder) ([]Place, error) { return g.Geocode(ctx, name, countries) })
}

func (c chain) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	return first(ctx, c, func(g Geocoder) (Place, error) { return g.Reverse(ctx, point) })
}

// first returns the first answer. Without one, the error is all faults joined, or
// the last miss if all missed.
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
