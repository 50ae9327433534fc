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

// Parameters are the names of the filters, the same in the API, on the command
// line and in the page's address.
var Parameters = []string{
	"bbox", "datetime", "received", "q", "outlet", "country", "place", "role", "min_confidence", "lang", "located", "limit", "cursor",
}

// MaxLimit is the most rows that one page may ask for.
const MaxLimit = 100_000

// Query says which stories or features are asked for. The zero value asks for
// all. Where it asks for stories, one matches if any of its locations does.
type Query struct {
	BBox          *geo.BBox
	From, To      time.Time // publication, both inclusive; zero is open
	Received      Interval  // when newsmap fetched the story
	Text          string    // full text: every word must occur; "quoted phrases" stay together
	Outlet        []string  // outlet names or domains, any of them; of the story or one of its copies
	Country       []string  // ISO 3166-1 alpha-2, upper case, any of them
	Place         []string  // place ids, any of them
	Role          []geo.Role
	MinConfidence float64
	Lang          []string // BCP 47, any of them; "en" covers "en-GB"
	WithLocations *bool    // whether the story has any location at all; nil: either
	ID            []string // story ids, any of them; nil: all. No parameter sets it
	Limit         int      // 0: the caller's default
	Cursor        string   // opaque; from a Page
}

// Interval is a part of time, both ends inclusive; a zero end is open.
type Interval struct{ From, To time.Time }

// IsZero tells whether both ends are open.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// NeedsLocation tells whether q holds a filter that only a location can fulfil.
func (q *Query) NeedsLocation() bool {
	return q.BBox != nil || len(q.Country) > 0 || len(q.Place) > 0 || len(q.Role) > 0 || q.MinConfidence > 0
}

// ParseQuery reads the filters from URL values. The error wraps geo.ErrInvalid
// and names the parameter that is unknown, repeated or malformed. also lists
// names that the caller reads itself.
func ParseQuery(values url.Values, also ...string) (Query, error) {
	var q Query
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(also, name) {
			continue
		}
		if !slices.Contains(Parameters, name) {
			return Query{}, geo.Invalid(
				cmp.Or(printable(name), `""`),
				"is not a parameter here; known are %s",
				strings.Join(append(slices.Clone(Parameters), also...), ", "),
			)
		}
		if len(values[name]) > 1 {
			return Query{}, geo.Invalid(name, "is given %d times; join several values by a comma", len(values[name]))
		}
		value := values.Get(name)
		if value == "" {
			continue
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return Query{}, geo.Invalid(name, "is not valid UTF-8 text")
		}
		if len(value) > 2_000 {
			return Query{}, geo.Invalid(name, "has %d bytes, more than 2000", len(value))
		}
		if err := q.set(name, value); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

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
		q.Outlet, err = list(name, value)
	case "country":
		q.Country, err = countries(value)
	case "place":
		q.Place, err = list(name, value)
	case "role":
		q.Role, err = roles(value)
	case "min_confidence":
		q.MinConfidence, err = confidence(value)
	case "lang":
		q.Lang, err = languages(value)
	case "located":
		q.WithLocations, err = located(value)
	case "limit":
		q.Limit, err = limit(value)
	case "cursor":
		q.Cursor = value
	}
	return err
}

// ParseInterval reads an RFC 3339 instant or an interval "from/to" whose open
// ends are ".." or empty, as OGC API Features Part 1, section 7.15.4. A bare
// date stands for its whole UTC day. Both ends are inclusive.
func ParseInterval(s string) (from, to time.Time, err error) { return parseInterval("datetime", s) }

// parseInterval reads the value of a parameter, which an error names.
func parseInterval(name, s string) (from, to time.Time, err error) {
	first, last, isInterval := strings.Cut(s, "/")
	if !isInterval {
		last = first
	}
	if isInterval && open(first) && open(last) {
		return from, to, geo.Invalid(name, "is open at both ends")
	}
	if !open(first) {
		if from, _, err = instant(name, first); err != nil {
			return from, to, err
		}
	} else if !isInterval {
		return from, to, geo.Invalid(name, "%q is not an RFC 3339 time", printable(s))
	}
	if !open(last) {
		if _, to, err = instant(name, last); err != nil {
			return from, to, err
		}
	}
	if !from.IsZero() && !to.IsZero() && from.After(to) {
		return from, to, geo.Invalid(name, "begins after it ends")
	}
	return from, to, nil
}

func open(s string) bool { return s == "" || s == ".." }

func instant(name, s string) (first, last time.Time, err error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		last := t.Add(24*time.Hour - time.Nanosecond)
		if t.IsZero() {
			t = t.Add(time.Nanosecond) // the zero time would stand for an open end
		}
		return t, last, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, t, geo.Invalid(name, "%q is neither a day such as 2019-03-23 nor an RFC 3339 time such as 2019-03-23T12:00:00Z", printable(s))
	}
	if t.IsZero() {
		t = t.Add(time.Nanosecond) // the zero time would stand for an open end
	}
	return t.UTC(), t.UTC(), nil
}

// maxValues bounds the values of one filter.
const maxValues = 100

func list(name, value string) ([]string, error) {
	var out []string
	for v := range strings.SplitSeq(value, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	switch {
	case len(out) == 0:
		return nil, geo.Invalid(name, "names nothing")
	case len(out) > maxValues:
		return nil, geo.Invalid(name, "has %d values, more than %d", len(out), maxValues)
	}
	return out, nil
}

func countries(value string) ([]string, error) {
	out, err := list("country", strings.ToUpper(value))
	for _, c := range out {
		if len(c) != 2 || c[0] < 'A' || c[0] > 'Z' || c[1] < 'A' || c[1] > 'Z' {
			return nil, geo.Invalid("country", "%q is not an ISO 3166-1 two-letter code", printable(c))
		}
	}
	return out, err
}

// languages takes tags of the form of BCP 47 (RFC 5646, section 2.1), known or not.
func languages(value string) ([]string, error) {
	out, err := list("lang", value)
	for _, tag := range out {
		for subtag := range strings.SplitSeq(tag, "-") {
			if len(subtag) < 1 || len(subtag) > 8 || strings.ContainsFunc(subtag, isNotAlphanumeric) {
				return nil, geo.Invalid("lang", "%q is no BCP 47 tag such as en or pt-BR", printable(tag))
			}
		}
	}
	return out, err
}

func isNotAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func roles(value string) ([]geo.Role, error) {
	values, err := list("role", value)
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

func confidence(value string) (float64, error) {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || strings.Contains(value, "_") || math.IsNaN(f) || f < 0 || f > 1 {
		return 0, geo.Invalid("min_confidence", "%q is not a number from 0 to 1", printable(value))
	}
	return f, nil
}

func located(value string) (*bool, error) {
	if value != "true" && value != "false" {
		return nil, geo.Invalid("located", "%q is neither true nor false", printable(value))
	}
	yes := value == "true"
	return &yes, nil
}

func limit(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > MaxLimit {
		return 0, geo.Invalid("limit", "%q is not a whole number from 1 to %d", printable(value), MaxLimit)
	}
	return n, nil
}

// printable makes an echoed value safe and short.
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
