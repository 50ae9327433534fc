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

// Options configures Open. Every field has a default.
type Options struct {
	// Client sends the requests; nil: a client for each provider that refuses private
	// addresses.
	Client Doer
	// UserAgent names the program and a contact, as Nominatim's policy requires;
	// empty: "newsmap".
	UserAgent string
	// Timeout limits a request from its start to the last byte of the answer;
	// 0: 8 seconds.
	Timeout time.Duration
	// Cache stores what providers find and that they find nothing; nil: a [Memory] of
	// 4,096 answers.
	Cache Cache
	// Lifetime is how long places are stored, 0: 30 days. MissLifetime is how long it
	// is stored that a provider found nothing, 0: 7 days.
	Lifetime, MissLifetime time.Duration

	Getenv func(string) string // nil: os.Getenv
	Clock  func() time.Time    // nil: time.Now
	Logger *slog.Logger        // nil: nothing is logged
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

func (o *Options) setDefaults() {
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

// Open returns a Geocoder for spec, a list of providers separated by commas. They are
// asked in that order: the next one is asked if a provider finds nothing or fails. Each
// is the name of a provider ("nominatim") or NAME=ADDRESS for a server of the user's
// ("nominatim=https://my.host/"), which may be in a private network. A key is read from
// the environment variable NEWSMAP_NAME_KEY or from the file that NEWSMAP_NAME_KEY_FILE
// names. Open sends nothing.
//
// The error wraps geo.ErrInvalid and names "geocoder" if spec is malformed or a key is
// missing. It never contains an address, which may contain a password.
func Open(spec string, options Options) (Geocoder, error) {
	options.setDefaults()
	var out chain
	for _, entry := range strings.Split(spec, ",") {
		name, address, custom := strings.Cut(strings.TrimSpace(entry), "=")
		s := find(strings.ToLower(strings.TrimSpace(name)))
		if s == nil {
			return nil, geo.Invalid("geocoder", "%.40q is unknown; choose one of %s", name, strings.Join(Names(), ", "))
		}
		p, err := newProvider(s, strings.TrimSpace(address), custom, &options)
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

// Names returns the names of the providers that Open accepts.
func Names() []string {
	var names []string
	for _, s := range services() {
		names = append(names, s.id)
	}
	return names
}

// find returns the service with an id, nil if there is none.
func find(id string) *service {
	for _, s := range services() {
		if s.id == id {
			return s
		}
	}
	return nil
}

func newProvider(s *service, address string, custom bool, o *Options) (*provider, error) {
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
	if p.key = key; key == "" && s.keyParam != "" && !custom {
		return nil, geo.Invalid("geocoder", "%s needs a key: set %s or %s_FILE", s.id, keyVariable(s), keyVariable(s))
	}
	base := s.base
	endpoint := &url.URL{Scheme: "https"}
	if custom {
		endpoint, err = url.Parse(address)
		if err != nil || !validEndpoint(endpoint) {
			return nil, geo.Invalid("geocoder", "the address of %s is not an http or https address without a query; write it as %s=https://my.host/", s.id, s.id)
		}
		p.user, endpoint.User = endpoint.User, nil
		base = strings.TrimRight(endpoint.String(), "/")
	}
	if s.onePerSecond && !(custom && isPrivateHost(endpoint.Hostname())) {
		p.limiter = rate.NewLimiter(rate.Every(time.Second), 1)
	}
	if p.client == nil {
		p.client = newClient(endpoint, custom, p.key != "" || p.user != nil)
	}
	forward, reverse := s.build(base)
	var okForward, okReverse bool
	p.forward, okForward = forward.(lib.HTTPGeocoder)
	p.reverse, okReverse = reverse.(lib.HTTPGeocoder)
	if !okForward || !okReverse {
		return nil, fmt.Errorf("geocoder %s: the library has no endpoint builder for it", s.id)
	}
	return p, nil
}

// validEndpoint reports whether u can be the base of request addresses. The library
// replaces "*" by the method of a provider.
func validEndpoint(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.RawQuery == "" && u.Fragment == "" && !strings.Contains(u.Path, "*")
}

// isPrivateHost reports whether a host is clearly in the user's own network: a private
// IP address or a name without a dot. Requests to such a server need no rate limit.
func isPrivateHost(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return !public(a)
	}
	return !strings.Contains(host, ".")
}

// keyVariable returns the name of the environment variable with the key of a service.
func keyVariable(s *service) string { return envPrefix + strings.ToUpper(s.id) + "_KEY" }

// readKey returns the key of a service, empty if the user set none.
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

// chain is a Geocoder that asks several geocoders in order.
type chain []Geocoder

func (c chain) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	return first(ctx, c, func(g Geocoder) ([]Place, error) { return g.Geocode(ctx, name, countries) })
}

func (c chain) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	return first(ctx, c, func(g Geocoder) (Place, error) { return g.Reverse(ctx, point) })
}

// first returns the first answer. If there is none, the error joins all failures; if no
// geocoder failed, it is the last error that wraps geo.ErrNotFound.
func first[T any](ctx context.Context, c chain, ask func(Geocoder) (T, error)) (none T, _ error) {
	var failures, notFound error
	for _, g := range c {
		answer, err := ask(g)
		switch {
		case err == nil:
			return answer, nil
		case errors.Is(err, geo.ErrNotFound):
			notFound = err
		case errors.Is(err, geo.ErrInvalid):
			return none, err
		default:
			failures = errors.Join(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if failures != nil {
		return none, failures
	}
	return none, notFound
}

var _ Doer = (*http.Client)(nil)
