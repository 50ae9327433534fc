package geocode

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	lib "github.com/codingsince1985/geo-golang"
	"github.com/paulmach/orb"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/time/rate"
)

const (
	maxBody = 1 << 20 // bytes of an answer
	maxName = 100     // code points of a requested name
	// minConfidence is the least Confidence of a place that is returned. Below it, the
	// provider probably found a place with another name.
	minConfidence = 0.5
	// After failuresBeforePause failures in a row, no requests are sent to a provider
	// for firstPause. The pause doubles with each further failure, up to maxPause.
	failuresBeforePause = 3
	firstPause          = 10 * time.Second
	maxPause            = 10 * time.Minute
	// minFairWait is how long a provider must have had to answer before the expiry of
	// the caller's deadline counts as a failure of the provider.
	minFairWait = time.Second
)

// provider is an online geocoder at one address.
type provider struct {
	*service
	forward, reverse lib.HTTPGeocoder
	client           Doer
	key              string
	user             *url.Userinfo
	agent            string
	timeout          time.Duration
	clock            func() time.Time
	limiter          *rate.Limiter

	mu          sync.Mutex
	pausedUntil time.Time
	failures    int // in a row
}

var _ Geocoder = (*provider)(nil)

func (p *provider) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	name = strings.Join(strings.Fields(name), " ")
	if !utf8.ValidString(name) {
		return nil, geo.Invalid("name", "is not valid UTF-8; convert it to UTF-8")
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return nil, geo.Invalid("name", "has %d characters; give 1 to %d", n, maxName)
	}
	body, err := p.ask(ctx, p.forward.GeocodeURL(p.escape(name)), func(q url.Values) { p.setParams(q, countries) })
	if err != nil {
		return nil, err
	}
	items, err := splitResults(body, p.resultsKey)
	if err != nil {
		return nil, p.record(err)
	}
	var places []Place
	for _, item := range items {
		place, err := p.read(item, name)
		switch {
		case errors.Is(err, geo.ErrNotFound):
		case err != nil:
			return nil, p.record(err)
		case place.Confidence >= minConfidence && (len(countries) == 0 || slices.Contains(countries, place.Country)):
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		return nil, p.record(fmt.Errorf("%s: %q: %w", p.title, name, geo.ErrNotFound))
	}
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return places, p.record(nil)
}

func (p *provider) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	if !inWorld(point) {
		return Place{}, geo.Invalid("point", "%g,%g (lon, lat) is out of range; use -180 to 180 and -90 to 90 degrees", point.Lon(), point.Lat())
	}
	body, err := p.ask(ctx, p.reverse.ReverseGeocodeURL(lib.Location{Lat: point.Lat(), Lng: point.Lon()}), p.setReverseParams)
	if err != nil {
		return Place{}, err
	}
	items, err := splitResults(body, p.reverseResultsKey)
	if err != nil {
		return Place{}, p.record(err)
	}
	for _, item := range items {
		place, err := p.readReverse(item, point)
		if !errors.Is(err, geo.ErrNotFound) {
			return place, p.record(err)
		}
	}
	return Place{}, p.record(fmt.Errorf("%s: %.4f,%.4f: %w", p.title, point.Lon(), point.Lat(), geo.ErrNotFound))
}

// ask returns the answer to a request for address with the parameters that setParams
// sets. It waits as long as the provider's rate limit requires.
func (p *provider) ask(ctx context.Context, address string, setParams func(url.Values)) ([]byte, error) {
	if wait := p.pause(); wait > 0 {
		return nil, &Error{Provider: p.title, RetryAfter: wait, Reason: "requests are paused after failures"}
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return nil, &Error{Provider: p.title, Reason: "the deadline is too near to wait for the rate limit", cause: cmp.Or(ctx.Err(), context.DeadlineExceeded)}
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, p.record(errors.New("the address of the request is malformed"))
	}
	q := target.Query()
	if setParams != nil {
		setParams(q)
	}
	if p.key != "" {
		q.Set(p.keyParam, p.key)
	}
	target.RawQuery = q.Encode()
	within, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	start := p.clock()
	body, err := p.fetch(within, target)
	switch {
	case err == nil:
		return body, nil
	case ctx.Err() != nil && (errors.Is(ctx.Err(), context.Canceled) || p.clock().Sub(start) < minFairWait):
		// The provider is not to blame if the caller gives it too little time.
		return nil, p.asError(err)
	}
	return nil, p.record(err)
}

func (p *provider) fetch(ctx context.Context, target *url.URL) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, errors.New("the address of the request is malformed")
	}
	req.Header.Set("User-Agent", p.agent)
	req.Header.Set("Accept", "application/json")
	if p.user != nil {
		password, _ := p.user.Password()
		req.SetBasicAuth(p.user.Username(), password)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, transportError(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != p.missStatus {
		return nil, &Error{
			Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), p.clock()),
			Reason: fmt.Sprintf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode)),
		}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, transportError(err)
	case len(body) > maxBody:
		return nil, &Error{Reason: fmt.Sprintf("answered with more than %d bytes", maxBody)}
	case !json.Valid(body):
		return nil, &Error{Reason: fmt.Sprintf("answered with a body that is not JSON (Content-Type %.40q)", resp.Header.Get("Content-Type"))}
	case resp.StatusCode != http.StatusOK && !isMiss(body):
		return nil, &Error{Status: resp.StatusCode, Reason: fmt.Sprintf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))}
	}
	return body, nil
}

// record counts the outcome of a request, err, and pauses requests after failures. It
// returns err as callers get it: nil, an error that wraps geo.ErrNotFound, or an Error.
func (p *provider) record(err error) error {
	miss := err == nil || errors.Is(err, geo.ErrNotFound)
	if !miss {
		err = p.asError(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if miss {
		p.failures = 0
		return err
	}
	p.failures++
	var wait time.Duration
	var e *Error
	if errors.As(err, &e) {
		wait = e.RetryAfter
		if wait == 0 && e.Status == http.StatusTooManyRequests {
			wait = firstPause
		}
	}
	if n := p.failures - failuresBeforePause; n >= 0 {
		wait = max(wait, min(firstPause<<min(n, 10), maxPause))
	}
	if until := p.clock().Add(wait); wait > 0 && until.After(p.pausedUntil) {
		p.pausedUntil = until
	}
	return err
}

// asError converts err to an Error of this provider and removes the secrets from it.
func (p *provider) asError(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Reason: err.Error()}
	}
	e.Provider = p.title
	e.scrub(p.key)
	if p.user != nil {
		password, _ := p.user.Password()
		e.scrub(password)
	}
	return e
}

// pause returns how long to send no requests; it is not positive if they may be sent.
func (p *provider) pause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pausedUntil.Sub(p.clock())
}

// splitResults splits an answer into one document per result. Each has the structure of
// the answer, because the library's parsers return only the first result. resultsKey is
// the key of the results in the answer. If it is "", the answer itself is the result; if
// it is topLevelArray, the answer is an array of results.
func splitResults(body []byte, resultsKey string) ([]json.RawMessage, error) {
	var results []json.RawMessage
	if resultsKey == topLevelArray && bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		err := json.Unmarshal(body, &results)
		return results, err
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, errors.New("answered with JSON that is not an object")
	}
	if isMiss(body) {
		return nil, nil
	}
	if resultsKey == "" && answer["error"] == nil && len(answer) > 0 {
		return []json.RawMessage{body}, nil
	}
	raw, ok := answer[resultsKey]
	if !ok {
		return nil, fmt.Errorf("answered without results%s", errorText(answer))
	}
	if err := json.Unmarshal(raw, &results); err != nil {
		return nil, fmt.Errorf("answered with %q that is not a list", resultsKey)
	}
	if len(results) == 0 && errorText(answer) != "" {
		return nil, fmt.Errorf("answered without results%s", errorText(answer))
	}
	for i, r := range results {
		answer[resultsKey] = json.RawMessage("[" + string(r) + "]")
		one, err := json.Marshal(answer)
		if err != nil {
			return nil, err
		}
		results[i] = one
	}
	return results, nil
}

const topLevelArray = "[]"

// isMiss reports whether an answer is the error message by which Nominatim, LocationIQ
// and ArcGIS report that they found nothing.
func isMiss(body []byte) bool {
	return len(body) < 1000 && (bytes.Contains(body, []byte("Unable to geocode")) || bytes.Contains(body, []byte("Unable to find address")))
}

// errorText returns the error message in an answer, quoted and preceded by ": ", or "".
func errorText(answer map[string]json.RawMessage) string {
	for _, name := range [...]string{"error_message", "message", "error", "error_description", "title", "status", "info"} {
		var in struct{ Message, MessageText string }
		var text string
		if json.Unmarshal(answer[name], &text) != nil && json.Unmarshal(answer[name], &in) == nil {
			text = in.Message
		}
		switch text = strings.Join(strings.Fields(text), " "); text {
		case "", "OK", "ok", "ZERO_RESULTS":
		default:
			return fmt.Sprintf(": %.120q", text)
		}
	}
	return ""
}

// parse passes one result to the library's parser and returns what get gets from it. A
// panic of the parser, which sees untrusted input, becomes an error.
func parse[T any](factory lib.ResponseParserFactory, item []byte, get func(lib.ResponseParser) (*T, error)) (value *T, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("answered with malformed data")
		}
	}()
	parser := factory()
	if err := json.Unmarshal(item, parser); err != nil {
		return nil, errors.New("answered with fields of an unexpected type")
	}
	if value, err = get(parser); err != nil {
		return nil, err
	}
	if value == nil {
		return nil, geo.ErrNotFound
	}
	return value, nil
}

// read returns the Place of one result for name. The error is geo.ErrNotFound if the
// result is not a place for news, such as a street.
func (p *provider) read(item json.RawMessage, name string) (Place, error) {
	if _, err := parse(p.forward.ResponseParserFactory, item, lib.ResponseParser.Location); err != nil {
		return Place{}, err
	}
	f, err := p.parseDetails(item)
	if err != nil {
		return Place{}, errors.New("answered with fields of an unexpected type")
	}
	// The library returns 0,0 for coordinates that it cannot parse.
	point, err := readPoint(f.lat, f.lon)
	if err != nil {
		return Place{}, err
	}
	if f.skip || point == (orb.Point{}) {
		return Place{}, geo.ErrNotFound
	}
	address, err := parse(p.forward.ResponseParserFactory, item, lib.ResponseParser.Address)
	if err != nil {
		address = &lib.Address{} // the parser fails, for example, if there is no street
	}
	place := p.place(f, address, point)
	place.Confidence = p.confidence(name, f)
	return place, nil
}

// readReverse returns the Place of one result for a point.
func (p *provider) readReverse(item json.RawMessage, point orb.Point) (Place, error) {
	address, err := parse(p.reverse.ResponseParserFactory, item, lib.ResponseParser.Address)
	if err != nil && !errors.Is(err, geo.ErrNotFound) {
		return Place{}, err
	}
	if address == nil {
		address = &lib.Address{}
	}
	f, err := p.parseDetails(item)
	if err != nil {
		return Place{}, errors.New("answered with fields of an unexpected type")
	}
	f.name = cmp.Or(address.City, f.town, address.County, f.admin2, address.State, f.admin1, address.Country, f.countryName)
	f.code = ""
	place := p.place(f, address, point)
	if place.Name == "" && place.Country == "" {
		return Place{}, geo.ErrNotFound
	}
	place.ID = pointID(p.id, point)
	place.Name = cmp.Or(place.Name, place.CountryName)
	place.Confidence = 1
	return place, nil
}

func (p *provider) place(f details, address *lib.Address, point orb.Point) Place {
	country := alpha2(cmp.Or(f.country, address.CountryCode))
	out := Place{
		Place: geo.Place{
			ID: p.id + ":" + f.id, Name: f.name, Point: point, FeatureCode: f.code, Country: country,
			CountryName: countryName(country), Admin1: cmp.Or(f.admin1, address.State), Admin2: cmp.Or(f.admin2, address.County),
		},
		Label: cmp.Or(f.label, address.FormattedAddress), Provider: p.title, Attribution: p.attribution, Licence: p.licence,
	}
	if f.id == "" {
		out.ID = pointID(p.id, point)
	}
	return out
}

func pointID(id string, at orb.Point) string {
	return fmt.Sprintf("%s:%.5f,%.5f", id, at.Lat(), at.Lon())
}

// confidence returns how likely the found place has the requested name, 0..1. If the
// names differ, an exact provider is probably still right: it may know the place by
// another name or write it in another script. For others, their own score decides.
func (p *provider) confidence(name string, f details) float64 {
	asked, found := gazetteer.Fold(name), gazetteer.Fold(f.name)
	switch {
	case asked == found:
		return 0.85
	case strings.Contains(" "+found+" ", " "+asked+" "), found != "" && strings.Contains(" "+asked+" ", " "+found+" "):
		return 0.65
	case p.exact:
		return 0.6
	}
	return 0.6 * min(1, max(0, f.score))
}

// readPoint parses coordinates. Unlike the library, it returns an error if they are
// malformed or out of range.
func readPoint(lat, lon string) (orb.Point, error) {
	y, errY := strconv.ParseFloat(lat, 64)
	x, errX := strconv.ParseFloat(lon, 64)
	if point := (orb.Point{x, y}); errY == nil && errX == nil && inWorld(point) {
		return point, nil
	}
	return orb.Point{}, fmt.Errorf("answered with invalid coordinates: latitude %.20q, longitude %.20q", lat, lon)
}

// inWorld reports whether p is in the range of coordinates. It returns false for NaN.
func inWorld(p orb.Point) bool { return math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90 }

// alpha2 returns the ISO 3166-1 alpha-2 code of the country with an alpha-2 or alpha-3
// code, empty if code is neither.
func alpha2(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.Canonicalize().String()
}

// alpha3 returns the ISO 3166-1 alpha-3 codes of alpha-2 codes.
func alpha3(codes []string) []string {
	var out []string
	for _, code := range codes {
		if region, err := language.ParseRegion(code); err == nil {
			out = append(out, region.ISO3())
		}
	}
	return out
}

// countryName returns the English name of the country with an alpha-2 code.
func countryName(code string) string {
	if code == "" {
		return ""
	}
	return display.English.Regions().Name(language.MustParseRegion(code))
}
