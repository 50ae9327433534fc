package story

import (
	"math"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
)

// Caps on what a story may hold. Longer input is refused, not cut.
const (
	MaxTitle  = 2_000     // code points
	MaxText   = 2_000_000 // bytes of UTF-8
	MaxURL    = 2_048     // bytes
	MaxImage  = 4_096     // bytes
	MaxName   = 500       // code points of outlet, domain, byline and language, each
	MaxAlso   = 100       // further names
	MaxCopies = 500       // copies that a story lists
	MaxPoints = 100       // points of the publisher
)

// Story is an article as newsmap keeps it.
type Story struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	URL       string    `json:"url"` // the original, http or https; empty for pasted text
	Outlet    string    `json:"outlet"`
	Domain    string    `json:"domain"` // host of the outlet without "www."
	Byline    string    `json:"byline"`
	Lang      string    `json:"lang"`      // BCP 47, empty if unknown
	Published time.Time `json:"published"` // zero if unknown
	Fetched   time.Time `json:"fetched"`   // when newsmap first stored it
	Updated   time.Time `json:"updated"`   // when newsmap last changed it
	Text      string    `json:"text"`      // plain text, paragraphs separated by blank lines

	// TextSource is where a fetched story's text is from; empty for one that was
	// given, as a file or by the API.
	TextSource TextSource `json:"text_source"`

	Image  string           `json:"image"`  // address of the lead image, http or https; empty if unknown
	Points []geo.Coordinate `json:"points"` // where the publisher says the story is (GeoRSS); may be empty

	// Also holds further names under which the same story may come: a feed item's
	// guid with its feed's address, other addresses. Put takes a story that has one of
	// them for the one that it knows; none is read back. See Names.
	Also []string `json:"-"`

	Titles []Title `json:"titles"`  // earlier titles, newest first
	CopyOf string  `json:"copy_of"` // id of the story that this one repeats; empty if it repeats none
	Copies []Copy  `json:"copies"`  // stories that repeat this one, in the order in which they were stored, at most MaxCopies

	Locations []geo.Location `json:"-"` // focus first
	Unlocated []geo.Toponym  `json:"-"` // recognised, not resolved
}

// Title is a title that a story had once.
type Title struct {
	Title string    `json:"title"`
	Until time.Time `json:"until"` // when another took its place
}

// Copy is a story that repeats another's text: the same report of an agency in
// another outlet, or under another address of the same one.
type Copy struct {
	ID        string    `json:"id"`
	Outlet    string    `json:"outlet"`
	Domain    string    `json:"domain"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"`
}

// TextSource says how much of a story newsmap has read.
type TextSource string

// The sources of a fetched story's text.
const (
	SourcePage     TextSource = "page"     // the article's page
	SourceFeed     TextSource = "feed"     // the feed: all of the text or a summary
	SourceHeadline TextSource = "headline" // there is a title only
)

// Document is the story as geoparsing sees it.
func (s *Story) Document() *geo.Document {
	return &geo.Document{ID: s.ID, Title: s.Title, Text: s.Text, Domain: s.Domain, URL: s.URL, Lang: s.Lang, Date: s.Published, Points: s.Points}
}

// Locate takes over what geoparsing found.
func (s *Story) Locate(result *geo.Result) {
	s.Locations = result.Locations
	s.Unlocated = nil
	for _, r := range result.Resolutions {
		if r.Place == nil {
			s.Unlocated = append(s.Unlocated, r.Toponym)
		}
	}
}

// Validate tells whether s may be stored. The error names the field and wraps
// geo.ErrInvalid. now bounds how far in the future a story may be published.
func (s *Story) Validate(now time.Time) error {
	for _, f := range [...]struct{ name, value string }{
		{"title", s.Title}, {"text", s.Text}, {"url", s.URL}, {"outlet", s.Outlet}, {"byline", s.Byline}, {"lang", s.Lang}, {"domain", s.Domain}, {"image", s.Image},
	} {
		if !utf8.ValidString(f.value) {
			return geo.Invalid(f.name, "is not valid UTF-8")
		}
		if strings.ContainsRune(f.value, 0) {
			return geo.Invalid(f.name, "holds a NUL character")
		}
	}
	if s.Title == "" && strings.TrimSpace(s.Text) == "" {
		return geo.Invalid("text", "is empty, and so is the title")
	}
	if n := utf8.RuneCountInString(s.Title); n > MaxTitle {
		return geo.Invalid("title", "has %d characters, more than %d", n, MaxTitle)
	}
	for _, f := range [...]struct{ name, value string }{{"outlet", s.Outlet}, {"domain", s.Domain}, {"byline", s.Byline}, {"lang", s.Lang}} {
		if n := utf8.RuneCountInString(f.value); n > MaxName {
			return geo.Invalid(f.name, "has %d characters, more than %d", n, MaxName)
		}
	}
	if len(s.Text) > MaxText {
		return geo.Invalid("text", "has %d bytes, more than %d", len(s.Text), MaxText)
	}
	switch s.TextSource {
	case "", SourcePage, SourceFeed, SourceHeadline:
	default:
		return geo.Invalid("text_source", "%.40q is unknown; choose one of page, feed, headline", s.TextSource)
	}
	if s.URL != "" {
		if _, err := NormalizeURL(s.URL); err != nil {
			return err
		}
	}
	if err := validateImage(s.Image); err != nil {
		return err
	}
	if len(s.Also) > MaxAlso {
		return geo.Invalid("also", "has %d names, more than %d", len(s.Also), MaxAlso)
	}
	if err := validatePoints(s.Points); err != nil {
		return err
	}
	return ValidateDate(s.Published, now)
}

// validateImage is laxer than NormalizeURL: image services take long addresses.
func validateImage(image string) error {
	if image == "" {
		return nil
	}
	u, err := url.Parse(image)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return geo.Invalid("image", "is not an http or https address")
	case len(image) > MaxImage:
		return geo.Invalid("image", "has %d bytes, more than %d", len(image), MaxImage)
	}
	return nil
}

func validatePoints(points []geo.Coordinate) error {
	if len(points) > MaxPoints {
		return geo.Invalid("points", "are %d, more than %d", len(points), MaxPoints)
	}
	for _, p := range points {
		if !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90) {
			return geo.Invalid("points", "hold %v, %v (lon, lat), which is not a point on Earth", p.Lon, p.Lat)
		}
	}
	return nil
}

// earliest is the year of the first printed weekly (Strasbourg, 1605).
var earliest = time.Date(1605, 1, 1, 0, 0, 0, 0, time.UTC)

// ValidateDate tells whether news can be of a time: not before there was any, and
// not of the future, with a day of slack for clocks and time zones. The zero time,
// which is unknown, can. The error wraps geo.ErrInvalid and names "date".
func ValidateDate(t, now time.Time) error {
	switch {
	case t.IsZero():
		return nil
	case t.Before(earliest):
		return geo.Invalid("date", "%s lies before there was news (1605)", t.Format(time.RFC3339))
	case t.After(now.Add(24 * time.Hour)):
		return geo.Invalid("date", "%s is in the future", t.Format(time.RFC3339))
	}
	return nil
}

// Feature is one Location of a Story, as maps and exports show it.
type Feature struct {
	StoryID   string
	Title     string
	URL       string
	Outlet    string
	Lang      string
	Published time.Time
	Location  geo.Location // Candidates, Reasons and Toponyms' texts may be left out; Mentions counts
	Mentions  int
}
