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
	// leastConfidence is the confidence below which a result has another name.
	leastConfidence = 0.5
	// faultsBeforePause is the number of faults in a row after which a provider is paused, and
	// firstPause is the first pause.
	faultsBeforePause = 3
	firstPause        = 10 * time.Second
	maxPause          = 10 * time.Minute
	// fairTime is the minimum duration of a request for its timeout to count as a fault, if it
	// was the caller's own time limit that ended it.
	fairTime = time.Second
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

	mu     sync.Mutex
	paused time.Time // end of the pause
	faults int       // in a row
}

var _ Geocoder = (*provider)(nil)

func (p *provider) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	name = strings.Join(strings.Fields(name), " ")
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || !utf8.ValidString(name) {
		return nil, geo.Invalid("name", "has %d characters; expected 1 to %d of valid UTF-8", n, maxName)
	}
	body, err := p.ask(ctx, p.forward.GeocodeURL(p.escape(name)), func(q url.Values) { p.tune(q, countries) })
	if err != nil {
		return nil, err
	}
	items, err := split(body, p.list)
	if err != nil {
		return nil, p.outcome(err)
	}
	var places []Place
	for _, item := range items {
		place, err := p.read(item, name)
		switch {
		case errors.Is(err, geo.ErrNotFound):
		case err != nil:
			return nil, p.outcome(err)
		case place.Confidence >= leastConfidence && (len(countries) == 0 || slices.Contains(countries, place.Country)):
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		return nil, p.outcome(fmt.Errorf("%s: %q: %w", p.title, name, geo.ErrNotFound))
	}
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return places, p.outcome(nil)
}

func (p *provider) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	if !inWorld(point) {
		return Place{}, geo.Invalid("point", "%g,%g (lon, lat) is not on Earth", point.Lon(), point.Lat())
	}
	body, err := p.ask(ctx, p.reverse.ReverseGeocodeURL(lib.Location{Lat: point.Lat(), Lng: point.Lon()}), p.tuneReverse)
	if err != nil {
		return Place{}, err
	}
	items, err := split(body, p.reverseList)
	if err != nil {
		return Place{}, p.outcome(err)
	}
	for _, item := range items {
		place, err := p.readReverse(item, point)
		if !errors.Is(err, geo.ErrNotFound) {
			return place, p.outcome(err)
		}
	}
	return Place{}, p.outcome(fmt.Errorf("%s: %.4f,%.4f: %w", p.title, point.Lon(), point.Lat(), geo.ErrNotFound))
}

// ask requests address after tune has changed its parameters, and waits for the provider's
// rate limit.
func (p *provider) ask(ctx context.Context, address string, tune func(url.Values)) ([]byte, error) {
	if wait := p.pause(); wait > 0 {
		return nil, &Fault{Provider: p.title, RetryAfter: wait, Reason: "is paused after faults; try again later"}
	}
	if err := p.limiter.Wait(ctx); err != nil {
		return nil, &Fault{Provider: p.title, Reason: "no time left for a request at its rate limit", cause: cmp.Or(ctx.Err(), context.DeadlineExceeded)}
	}
	target, err := url.Parse(address)
	if err != nil {
		return nil, p.outcome(errors.New("the address of the request is malformed"))
	}
	q := target.Query()
	if tune != nil {
		tune(q)
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
	case ctx.Err() != nil && (errors.Is(ctx.Err(), context.Canceled) || p.clock().Sub(start) < fairTime):
		// The caller's time limit ended before the request: that is not a fault of the provider.
		return nil, p.dress(err)
	}
	return nil, p.outcome(err)
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
		return nil, transportFault(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != p.missStatus {
		return nil, &Fault{
			Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header.Get("Retry-After"), p.clock()),
			Reason: fmt.Sprintf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode)),
		}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, transportFault(err)
	case len(body) > maxBody:
		return nil, &Fault{Reason: fmt.Sprintf("answered with a body of more than %d bytes, the limit", maxBody)}
	case !json.Valid(body):
		return nil, &Fault{Reason: fmt.Sprintf("answered with a body that is not JSON (%.40q)", resp.Header.Get("Content-Type"))}
	case resp.StatusCode != http.StatusOK && !saysMiss(body):
		return nil, &Fault{Status: resp.StatusCode, Reason: fmt.Sprintf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))}
	}
	return body, nil
}

// outcome counts the error of a request and returns it in the form for callers.
func (p *provider) outcome(err error) error {
	miss := err == nil || errors.Is(err, geo.ErrNotFound)
	if !miss {
		err = p.dress(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if miss {
		p.faults = 0
		return err
	}
	p.faults++
	var wait time.Duration
	var fault *Fault
	if errors.As(err, &fault) {
		wait = fault.RetryAfter
		if wait == 0 && fault.Status == http.StatusTooManyRequests {
			wait = firstPause
		}
	}
	if n := p.faults - faultsBeforePause; n >= 0 {
		wait = max(wait, min(firstPause<<min(n, 10), maxPause))
	}
	if until := p.clock().Add(wait); wait > 0 && until.After(p.paused) {
		p.paused = until
	}
	return err
}

// dress turns err into a Fault of this provider without its secrets.
func (p *provider) dress(err error) error {
	var fault *Fault
	if !errors.As(err, &fault) {
		fault = &Fault{Reason: err.Error()}
	}
	fault.Provider = p.title
	fault.scrub(p.key)
	if p.user != nil {
		password, _ := p.user.Password()
		fault.scrub(password)
	}
	return fault
}

// pause returns the rest of the pause.
func (p *provider) pause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused.Sub(p.clock())
}

// split splits an answer into one document for each result, in the format of the answer,
// because the library's parsers return only one result. list is the key of the results; ""
// means that the answer is one result, and arrayOfResults that it is an array.
func split(body []byte, list string) ([]json.RawMessage, error) {
	var results []json.RawMessage
	if list == arrayOfResults && bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		err := json.Unmarshal(body, &results)
		return results, err
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, errors.New("answered with unexpected JSON")
	}
	if saysMiss(body) {
		return nil, nil
	}
	if list == "" && answer["error"] == nil && len(answer) > 0 {
		return []json.RawMessage{body}, nil
	}
	raw, ok := answer[list]
	if !ok {
		return nil, fmt.Errorf("answered without results%s", complaint(answer))
	}
	if err := json.Unmarshal(raw, &results); err != nil {
		return nil, fmt.Errorf("answered with an unexpected value of %q", list)
	}
	if len(results) == 0 && complaint(answer) != "" {
		return nil, fmt.Errorf("answered without results%s", complaint(answer))
	}
	for i, r := range results {
		answer[list] = json.RawMessage("[" + string(r) + "]")
		one, err := json.Marshal(answer)
		if err != nil {
			return nil, err
		}
		results[i] = one
	}
	return results, nil
}

const arrayOfResults = "[]"

// saysMiss reports whether an answer means that there is no result, as Nominatim, services
// based on it, and ArcGIS write it.
func saysMiss(body []byte) bool {
	return len(body) < 1000 && (bytes.Contains(body, []byte("Unable to geocode")) || bytes.Contains(body, []byte("Unable to find address")))
}

// complaint returns the error message in an answer with ": " before it.
func complaint(answer map[string]json.RawMessage) string {
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

// parse parses one result with the library. A panic of the parser is returned as an error.
func parse[T any](factory lib.ResponseParserFactory, item []byte, get func(lib.ResponseParser) (*T, error)) (value *T, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("sent a malformed answer")
		}
	}()
	parser := factory()
	if err := json.Unmarshal(item, parser); err != nil {
		return nil, errors.New("answered with unexpected fields")
	}
	if value, err = get(parser); err != nil {
		return nil, err
	}
	if value == nil {
		return nil, geo.ErrNotFound
	}
	return value, nil
}

// read makes a Place from one result for name. The error is geo.ErrNotFound if it is not a
// kind of place for news.
func (p *provider) read(item json.RawMessage, name string) (Place, error) {
	if _, err := parse(p.forward.ResponseParserFactory, item, lib.ResponseParser.Location); err != nil {
		return Place{}, err
	}
	f, err := p.finding(item)
	if err != nil {
		return Place{}, errors.New("answered with unexpected fields")
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
		address = &lib.Address{} // for example if it has no street
	}
	place := p.place(f, address, point)
	place.Confidence = p.confidence(name, f)
	return place, nil
}

// readReverse makes a Place from one result for a point.
func (p *provider) readReverse(item json.RawMessage, point orb.Point) (Place, error) {
	address, err := parse(p.reverse.ResponseParserFactory, item, lib.ResponseParser.Address)
	if err != nil && !errors.Is(err, geo.ErrNotFound) {
		return Place{}, err
	}
	if address == nil {
		address = &lib.Address{}
	}
	f, err := p.finding(item)
	if err != nil {
		return Place{}, errors.New("answered with unexpected fields")
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

func (p *provider) place(f finding, address *lib.Address, point orb.Point) Place {
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

// confidence returns how likely it is that a result has the requested name. A provider that
// only matches exact words may return a place under another name or in another script, and is
// right then. For a provider that guesses, its own score counts.
func (p *provider) confidence(name string, f finding) float64 {
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

// readPoint parses coordinates strictly.
func readPoint(lat, lon string) (orb.Point, error) {
	y, errY := strconv.ParseFloat(lat, 64)
	x, errX := strconv.ParseFloat(lon, 64)
	if point := (orb.Point{x, y}); errY == nil && errX == nil && inWorld(point) {
		return point, nil
	}
	return orb.Point{}, fmt.Errorf("answered with coordinates %.20q, %.20q", lat, lon)
}

// inWorld reports whether p is on Earth. It returns false for NaN.
func inWorld(p orb.Point) bool { return math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90 }

// alpha2 returns the ISO 3166-1 alpha-2 code for an alpha-2 or alpha-3 code, or "" if it is
// neither.
func alpha2(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return region.Canonicalize().String()
}

// alpha3 returns the ISO 3166-1 alpha-3 codes for alpha-2 codes.
func alpha3(codes []string) []string {
	var out []string
	for _, code := range codes {
		if region, err := language.ParseRegion(code); err == nil {
			out = append(out, region.ISO3())
		}
	}
	return out
}

func countryName(code string) string {
	if code == "" {
		return ""
	}
	return display.English.Regions().Name(language.MustParseRegion(code))
}
