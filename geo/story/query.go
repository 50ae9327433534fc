package story

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// Parameters lists the names of the filters. They are the same in the API, on the
// command line and in the page's address.
var Parameters = []string{
	"bbox", "datetime", "received", "q", "outlet", "country", "place", "role", "min_confidence", "lang", "located", "limit", "cursor",
}

// MaxLimit is the largest value of the parameter limit.
const MaxLimit = 100_000

// Query selects stories or features. The zero value selects all of them. A story
// matches if at least one of its locations matches.
type Query struct {
	BBox          *geo.BBox  // degrees; nil: everywhere
	From, To      time.Time  // publication time, both ends inclusive; a zero end is open
	Received      Interval   // when newsmap fetched the story
	Text          string     // full text: every word must occur; a "quoted phrase" must occur as it is
	Outlet        []string   // outlet names or domains, any of them; of the story or of one of its duplicates
	Country       []string   // ISO 3166-1 alpha-2, upper case, any of them
	Place         []string   // place ids, any of them
	Role          []geo.Role // any of them
	MinConfidence float64    // 0 to 1
	Lang          []string   // BCP 47, any of them; "en" includes "en-GB"
	WithLocations *bool      // true: only stories with a location; false: only stories without; nil: both
	ID            []string   // story ids, any of them; nil: all. No parameter sets it
	Limit         int        // 0: the caller's default
	Cursor        string     // opaque; from a Page
}

// Interval is a period of time that includes both ends. A zero end is open.
type Interval struct{ From, To time.Time }

// IsZero reports whether both ends are open.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// NeedsLocation reports whether q has a filter that a story without locations
// cannot match.
func (q *Query) NeedsLocation() bool {
	return q.BBox != nil || len(q.Country) > 0 || len(q.Place) > 0 || len(q.Role) > 0 || q.MinConfidence > 0
}

// ParseQuery reads the filters from URL values. It ignores the parameters in
// others, which the caller reads. The error wraps geo.ErrInvalid and names the
// parameter that is unknown, repeated or malformed.
func ParseQuery(values url.Values, others ...string) (Query, error) {
	var q Query
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(others, name) {
			continue
		}
		if !slices.Contains(Parameters, name) {
			return Query{}, geo.Invalid(
				cmp.Or(printable(name), `""`),
				"is an unknown parameter; use one of %s",
				strings.Join(append(slices.Clone(Parameters), others...), ", "),
			)
		}
		if len(values[name]) > 1 {
			return Query{}, geo.Invalid(name, "is given %d times; give it once, with values separated by commas", len(values[name]))
		}
		value := values.Get(name)
		if value == "" {
			continue
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return Query{}, geo.Invalid(name, "is not text; use UTF-8 without NUL characters")
		}
		if len(value) > maxValueBytes {
			return Query{}, geo.Invalid(name, "has %d bytes; at most %d are allowed", len(value), maxValueBytes)
		}
		if err := q.set(name, value); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

// maxValueBytes bounds the value of one parameter.
const maxValueBytes = 2_000

func (q *Query) set(name, value string) (err error) {
	switch name {
	case "bbox":
		var b geo.BBox
		b, err = geo.ParseBBox(value)
		q.BBox = &b
	case "datetime":
		q.From, q.To, err = ParseInterval(value)
	case "received":
		q.Received.From, q.Received.To, err = parseInterval(name, value)
	case "q":
		q.Text = strings.TrimSpace(value)
	case "outlet":
		q.Outlet, err = parseList(name, value)
	case "country":
		q.Country, err = parseCountries(value)
	case "place":
		q.Place, err = parseList(name, value)
	case "role":
		q.Role, err = parseRoles(value)
	case "min_confidence":
		q.MinConfidence, err = parseConfidence(value)
	case "lang":
		q.Lang, err = parseLanguages(value)
	case "located":
		q.WithLocations, err = parseLocated(value)
	case "limit":
		q.Limit, err = parseLimit(value)
	case "cursor":
		q.Cursor = value
	}
	return err
}

// ParseInterval reads one time or an interval "from/to", as OGC API Features Part
// 1, section 7.15.4 defines it. A time is an RFC 3339 time or a date, which means
// the UTC day. An end of an interval that is ".." or empty is open. Both ends are
// inclusive. The error wraps geo.ErrInvalid and names "datetime".
func ParseInterval(s string) (from, to time.Time, err error) { return parseInterval("datetime", s) }

// parseInterval is ParseInterval for the parameter called name.
func parseInterval(name, s string) (from, to time.Time, err error) {
	first, last, isInterval := strings.Cut(s, "/")
	if !isInterval {
		last = first
	}
	if isInterval && isOpen(first) && isOpen(last) {
		return from, to, geo.Invalid(name, "has two open ends; give at least one time")
	}
	if !isOpen(first) {
		if from, _, err = parseTime(name, first); err != nil {
			return from, to, err
		}
	} else if !isInterval {
		return from, to, geo.Invalid(name, "%q is not a time; expected a date such as 2019-03-23 or an interval such as 2019-03-23/..", printable(s))
	}
	if !isOpen(last) {
		if _, to, err = parseTime(name, last); err != nil {
			return from, to, err
		}
	}
	if !from.IsZero() && !to.IsZero() && from.After(to) {
		return from, to, geo.Invalid(name, "begins after it ends; give the earlier time first")
	}
	return from, to, nil
}

func isOpen(end string) bool { return end == "" || end == ".." }

// parseTime returns the first and the last moment of a UTC day, or an RFC 3339 time
// as both.
func parseTime(name, s string) (first, last time.Time, err error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		last := t.Add(24*time.Hour - time.Nanosecond)
		if t.IsZero() {
			t = t.Add(time.Nanosecond) // the zero time would mean an open end
		}
		return t, last, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, t, geo.Invalid(name, "%q is not a time; expected a date such as 2019-03-23 or an RFC 3339 time such as 2019-03-23T12:00:00Z", printable(s))
	}
	if t.IsZero() {
		t = t.Add(time.Nanosecond) // the zero time would mean an open end
	}
	return t.UTC(), t.UTC(), nil
}

// maxValues bounds the number of values of one filter.
const maxValues = 100

func parseList(name, value string) ([]string, error) {
	var out []string
	for v := range strings.SplitSeq(value, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	switch {
	case len(out) == 0:
		return nil, geo.Invalid(name, "has no value between its commas; give at least one or leave the parameter out")
	case len(out) > maxValues:
		return nil, geo.Invalid(name, "has %d values; at most %d are allowed", len(out), maxValues)
	}
	return out, nil
}

func parseCountries(value string) ([]string, error) {
	out, err := parseList("country", strings.ToUpper(value))
	for _, c := range out {
		if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
			return nil, geo.Invalid("country", "%q is not a country code; expected two letters of ISO 3166-1, such as FR", printable(c))
		}
	}
	return out, err
}

// parseLanguages accepts every well-formed BCP 47 tag (RFC 5646, section 2.1), even
// one that is not registered.
func parseLanguages(value string) ([]string, error) {
	out, err := parseList("lang", value)
	for _, tag := range out {
		for subtag := range strings.SplitSeq(tag, "-") {
			if len(subtag) < 1 || len(subtag) > 8 || strings.ContainsFunc(subtag, isNotAlphanumeric) {
				return nil, geo.Invalid("lang", "%q is not a language; expected a BCP 47 tag such as en or pt-BR", printable(tag))
			}
		}
	}
	return out, err
}

func isNotAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func parseRoles(value string) ([]geo.Role, error) {
	values, err := parseList("role", value)
	if err != nil {
		return nil, err
	}
	var out []geo.Role
	for _, v := range values {
		switch r := geo.Role(v); r {
		case geo.RoleFocus, geo.RoleDateline, geo.RoleMention:
			out = append(out, r)
		default:
			return nil, geo.Invalid("role", "%q is unknown; choose one of focus, dateline, mention", printable(v))
		}
	}
	return out, nil
}

func parseConfidence(value string) (float64, error) {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.Contains(value, "_") || math.IsNaN(f) || f < 0 || f > 1 {
		return 0, geo.Invalid("min_confidence", "%q is not a number from 0 to 1", printable(value))
	}
	return f, nil
}

func parseLocated(value string) (*bool, error) {
	if value != "true" && value != "false" {
		return nil, geo.Invalid("located", "%q is unknown; choose true or false", printable(value))
	}
	yes := value == "true"
	return &yes, nil
}

func parseLimit(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > MaxLimit {
		return 0, geo.Invalid("limit", "%q is not an integer from 1 to %d", printable(value), MaxLimit)
	}
	return n, nil
}

// printable returns s as an error may repeat it: at most 60 code points and an
// ellipsis, without control characters.
func printable(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
}
