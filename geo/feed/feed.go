package feed

import (
	"time"

	"github.com/paulmach/orb"

	"newsmap/geo"
)

// Limits. A larger document than MaxBody is an error. Items after the first MaxItems are left
// out with a warning.
const (
	MaxBody  = 16 << 20 // bytes
	MaxItems = 5_000
	MaxTitle = 500       // code points; longer titles are cut
	maxText  = 1_000_000 // bytes of the markup of an item; the rest is cut
	maxName  = 300       // code points of other short texts
)

// Feed is a parsed feed.
type Feed struct {
	Title    string
	URL      string        // its own address according to the feed; empty if unknown
	Home     string        // page of its site; empty if unknown
	Lang     string        // BCP 47, empty if unknown
	Every    time.Duration // how often it changes according to the publisher; 0 if unknown
	Skip     Skip          // when it does not change according to the publisher
	Point    *orb.Point    // lon, lat in degrees of WGS 84, of the publisher itself; nil if unknown
	Items    []Item        // in the order of the feed, without repetitions
	Warnings []string
}

// Item is one entry of a feed.
type Item struct {
	ID        string // its id in the feed, or its address; empty if it has neither
	URL       string // http or https; empty if unknown
	Title     string // one line
	Byline    string
	Outlet    string // publication, if the item names it
	Lang      string
	Published time.Time        // UTC, zero if unknown
	Updated   time.Time        // UTC, zero if unknown
	Summary   string           // plain text, paragraphs separated by blank lines
	Content   string           // as Summary; the full text if the feed has it; otherwise empty
	Image     string           // address of the lead image, http or https; empty if unknown
	Point     *orb.Point       // lon, lat in degrees of WGS 84, given by the publisher; nil if there is none
	Teaser    bool             // the text ended in a link to the rest, which was removed
	Points    []geo.Coordinate // all points given by the publisher, Point first; at most maxPoints
}

// minFullText is the minimum length, in bytes, of a text that counts as a full article rather
// than a teaser.
const minFullText = 600

// Text returns the best text of an item, and whether it is probably the full article.
func (i *Item) Text() (text string, full bool) {
	text = i.Content
	if len(i.Summary) > len(text) {
		text = i.Summary
	}
	minimum := minFullText
	if i.Content == "" {
		minimum = 2 * minFullText // a description is a teaser unless it is long
	}
	return text, len(text) >= minimum && !i.Teaser && !truncated(text)
}

// Skip contains the hours and weekdays, in GMT, in which a feed does not change.
type Skip struct {
	Hours [24]bool
	Days  [7]bool // by time.Weekday
}

// Until returns the first time at or after t that is not skipped: t or the beginning of an
// hour. If every hour is skipped, it returns t.
func (s Skip) Until(t time.Time) time.Time {
	at := t.UTC()
	for range 8 * 24 {
		if !s.Hours[at.Hour()] && !s.Days[at.Weekday()] {
			return at
		}
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	return t.UTC()
}
