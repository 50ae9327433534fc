package feed

import (
	"time"

	"github.com/paulmach/orb"

	"newsmap/geo"
)

// Caps. A document beyond MaxBody is refused; items beyond MaxItems are left
// out, and a warning says so.
const (
	MaxBody  = 16 << 20 // bytes
	MaxItems = 5_000
	MaxTitle = 500       // code points; longer titles are cut
	maxText  = 1_000_000 // bytes of one item's text as markup; more is cut
	maxName  = 300       // code points of other short texts
)

// Feed is one reading of a feed.
type Feed struct {
	Title    string
	URL      string        // what the feed says its own address is; empty if it does not
	Home     string        // the page that it belongs to; empty if unknown
	Lang     string        // BCP 47, empty if unknown
	Every    time.Duration // how often the publisher says that it changes; 0 if it does not say
	Skip     Skip          // when the publisher says that nothing new comes
	Point    *orb.Point    // lon, lat in degrees of WGS 84, where the publisher itself is; nil if unknown
	Items    []Item        // in the feed's order, each once
	Warnings []string
}

// Item is one entry of a feed.
type Item struct {
	ID        string // what the feed identifies it by, else its address, else empty
	URL       string // http or https; empty if unknown
	Title     string // one line
	Byline    string
	Outlet    string // publication, where an item names it
	Lang      string
	Published time.Time        // UTC, zero if unknown
	Updated   time.Time        // UTC, zero if unknown
	Summary   string           // plain text, paragraphs separated by blank lines
	Content   string           // likewise; the whole text if the feed gives it, else empty
	Image     string           // address of the lead image, http or https; empty if unknown
	Point     *orb.Point       // lon, lat in degrees of WGS 84, as the publisher gives it; nil if none
	Teaser    bool             // the text ended in a link to the rest, which is taken out
	Points    []geo.Coordinate // all that the publisher gives, Point first; at most maxPoints
}

// leastFull is how many bytes of text make a whole article rather than a teaser.
const leastFull = 600

// Text is the best text of an item, and whether it is likely the whole article.
func (i *Item) Text() (text string, full bool) {
	text = i.Content
	if len(i.Summary) > len(text) {
		text = i.Summary
	}
	least := leastFull
	if i.Content == "" {
		least = 2 * leastFull // a description alone is a teaser unless it is long
	}
	return text, len(text) >= least && !i.Teaser && !truncated(text)
}

// Skip is when a feed brings nothing new, in hours and days of GMT.
type Skip struct {
	Hours [24]bool
	Days  [7]bool // by time.Weekday
}

// Until returns the first time from t on that is not skipped: t itself, or the
// beginning of an hour. Where all is skipped, it is t.
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
