package story

import (
	"math"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
)

// Limits of a story. Longer input is an error and never cut.
const (
	MaxTitle   = 2_000     // code points
	MaxText    = 2_000_000 // bytes of UTF-8
	MaxURL     = 2_048     // bytes
	MaxImage   = 4_096     // bytes
	MaxName    = 500       // code points of outlet, domain, byline and language, each
	MaxAliases = 100       // number of Aliases
	MaxCopies  = 500       // number of duplicates that a story lists
	MaxPoints  = 100       // number of points from the publisher
)

// Story is an article as newsmap stores it.
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

	// TextSource is where the text of a fetched story comes from. It is empty for a
	// story from a file or the API.
	TextSource TextSource `json:"text_source"`

	Image  string           `json:"image"`  // address of the main image, http or https; empty if unknown
	Points []geo.Coordinate `json:"points"` // locations given by the publisher (GeoRSS); may be empty

	// Aliases are other identifiers of the same story: other addresses, and feed
	// item guids with the feed's address. Store.Put uses them to find the stored
	// story. A store never returns them. See IDs.
	Aliases []string `json:"-"`

	Titles []Title `json:"titles"`  // earlier titles, newest first
	CopyOf string  `json:"copy_of"` // id of the primary story of which this one is a duplicate; empty if it is not a duplicate
	Copies []Copy  `json:"copies"`  // duplicates of this story, in the order in which they were stored, at most MaxCopies

	Locations []geo.Location `json:"-"` // focus first
	Unlocated []geo.Toponym  `json:"-"` // recognised, not resolved
}

// Title is an earlier title of a story.
type Title struct {
	Title string    `json:"title"`
	Until time.Time `json:"until"` // when the next title replaced it
}

// Copy is a duplicate of a story: the same agency report in another outlet, or at
// another address of the same outlet.
type Copy struct {
	ID        string    `json:"id"`
	Outlet    string    `json:"outlet"`
	Domain    string    `json:"domain"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"`
}

// TextSource is where the text of a fetched story comes from.
type TextSource string

// The sources of a fetched story's text.
const (
	SourcePage     TextSource = "page"     // the article's page
	SourceFeed     TextSource = "feed"     // the feed: the full text or a summary
	SourceHeadline TextSource = "headline" // none: the story has only a title
)

// Document returns the story as input for geoparsing.
func (s *Story) Document() *geo.Document {
	return &geo.Document{ID: s.ID, Title: s.Title, Text: s.Text, Domain: s.Domain, URL: s.URL, Lang: s.Lang, Date: s.Published, Points: s.Points}
}

// Locate sets the locations and the unresolved toponyms of s from result.
func (s *Story) Locate(result *geo.Result) {
	s.Locations = result.Locations
	s.Unlocated = nil
	for _, r := range result.Resolutions {
		if r.Place == nil {
			s.Unlocated = append(s.Unlocated, r.Toponym)
		}
	}
}

// Validate returns an error if s must not be stored. The error names the field and
// wraps geo.ErrInvalid. now limits the publication time: see ValidateDate.
func (s *Story) Validate(now time.Time) error {
	for _, f := range [...]struct{ name, value string }{
		{"title", s.Title}, {"text", s.Text}, {"url", s.URL}, {"outlet", s.Outlet}, {"byline", s.Byline}, {"lang", s.Lang}, {"domain", s.Domain}, {"image", s.Image},
	} {
		if !utf8.ValidString(f.value) {
			return geo.Invalid(f.name, "is not valid UTF-8; convert it to UTF-8")
		}
		if strings.ContainsRune(f.value, 0) {
			return geo.Invalid(f.name, "contains a NUL character; remove it")
		}
	}
	if s.Title == "" && strings.TrimSpace(s.Text) == "" {
		return geo.Invalid("text", "is empty and there is no title; give at least one of them")
	}
	if n := utf8.RuneCountInString(s.Title); n > MaxTitle {
		return geo.Invalid("title", "has %d characters; at most %d are allowed", n, MaxTitle)
	}
	for _, f := range [...]struct{ name, value string }{{"outlet", s.Outlet}, {"domain", s.Domain}, {"byline", s.Byline}, {"lang", s.Lang}} {
		if n := utf8.RuneCountInString(f.value); n > MaxName {
			return geo.Invalid(f.name, "has %d characters; at most %d are allowed", n, MaxName)
		}
	}
	if len(s.Text) > MaxText {
		return geo.Invalid("text", "has %d bytes; at most %d are allowed", len(s.Text), MaxText)
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
	if len(s.Aliases) > MaxAliases {
		return geo.Invalid("aliases", "has %d values; at most %d are allowed", len(s.Aliases), MaxAliases)
	}
	if err := validatePoints(s.Points); err != nil {
		return err
	}
	return ValidateDate(s.Published, now)
}

// validateImage accepts longer addresses than NormalizeURL: image services put much
// into them.
func validateImage(image string) error {
	if image == "" {
		return nil
	}
	u, err := url.Parse(image)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return geo.Invalid("image", "is not a web address; it must begin with http:// or https:// and a host")
	case len(image) > MaxImage:
		return geo.Invalid("image", "has %d bytes; at most %d are allowed", len(image), MaxImage)
	}
	return nil
}

func validatePoints(points []geo.Coordinate) error {
	if len(points) > MaxPoints {
		return geo.Invalid("points", "has %d points; at most %d are allowed", len(points), MaxPoints)
	}
	for _, p := range points {
		if !(math.Abs(p.Lon) <= 180 && math.Abs(p.Lat) <= 90) {
			return geo.Invalid("points", "%v, %v (lon, lat) is out of range; use -180 to 180 and -90 to 90 degrees", p.Lon, p.Lat)
		}
	}
	return nil
}

// earliest is the beginning of 1605, when the first weekly newspaper was printed
// (Relation, Strasbourg).
var earliest = time.Date(1605, 1, 1, 0, 0, 0, 0, time.UTC)

// ValidateDate returns an error if t cannot be the publication time of a story: it is
// before the first newspaper (1605), or more than a day after now. The day allows for
// inaccurate clocks and time zones. The zero time is valid and means unknown. The
// error wraps geo.ErrInvalid and names "date".
func ValidateDate(t, now time.Time) error {
	switch {
	case t.IsZero():
		return nil
	case t.Before(earliest):
		return geo.Invalid("date", "%s is before the first newspaper; give a date in 1605 or later", t.Format(time.RFC3339))
	case t.After(now.Add(24 * time.Hour)):
		return geo.Invalid("date", "%s is in the future; give today or an earlier date", t.Format(time.RFC3339))
	}
	return nil
}

// Feature is one Location of a Story as a map feature, with the fields of the story
// that maps and exports show.
type Feature struct {
	StoryID   string
	Title     string
	URL       string
	Outlet    string
	Lang      string
	Published time.Time
	Location  geo.Location // Candidates, Reasons and the texts of Toponyms may be missing
	Mentions  int          // number of Toponyms
}
