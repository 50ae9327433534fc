package feature

import (
	"crypto/sha1" //nolint:gosec // name-based UUIDs use it (RFC 9562)
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"

	"golang.org/x/text/language"
)

// AtomMediaType is the media type of Atom feeds.
const AtomMediaType = "application/atom+xml; charset=utf-8"

// AtomFeed is one page of an Atom feed (RFC 4287) of stories with GeoRSS Simple points (OGC
// 17-002r1), latitude first. The pages of a feed link to each other as RFC 5005, section 3,
// describes. All addresses must be absolute.
type AtomFeed struct {
	Title     string
	BaseURL   string // of the service, for the addresses of stories
	Self      string // address of this page
	First     string // address of the first page; the feed's id is derived from it
	Next      string // address of the next page; empty on the last page
	Alternate string // address of the map with the same stories
	Version   string // of the program
	Stories   []*story.Story
}

type atomFeed struct {
	XMLName   xml.Name      `xml:"http://www.w3.org/2005/Atom feed"`
	GeoRSS    string        `xml:"xmlns:georss,attr"`
	ID        string        `xml:"id"`
	Title     string        `xml:"title"`
	Updated   string        `xml:"updated"`
	Author    atomPerson    `xml:"author"`
	Generator atomGenerator `xml:"generator"`
	Links     []atomLink    `xml:"link"`
	Entries   []atomEntry   `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomGenerator struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Author     atomPerson     `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Points     []string       `xml:"georss:point"`
	Place      string         `xml:"georss:featureName,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

// WriteAtom writes the feed. Its ids depend only on the address of the first page and the ids
// of the stories.
func WriteAtom(w io.Writer, f *AtomFeed) error {
	base := strings.TrimRight(f.BaseURL, "/")
	out := atomFeed{
		GeoRSS:    "http://www.georss.org/georss",
		ID:        nameUUID("feed " + f.First),
		Title:     f.Title,
		Author:    atomPerson{"newsmap"},
		Generator: atomGenerator{f.Version, "newsmap"},
		Links:     []atomLink{{"self", "application/atom+xml", f.Self}, {"first", "application/atom+xml", f.First}, {"alternate", "text/html", f.Alternate}},
	}
	if f.Next != "" {
		out.Links = append(out.Links, atomLink{"next", "application/atom+xml", f.Next})
	}
	updated := time.Unix(0, 0)
	for _, st := range f.Stories {
		if t := lastChange(st); t.After(updated) {
			updated = t
		}
		out.Entries = append(out.Entries, newAtomEntry(st, base))
	}
	out.Updated = updated.UTC().Format(time.RFC3339)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", " ")
	return encoder.Encode(&out)
}

func newAtomEntry(st *story.Story, base string) atomEntry {
	page := base + story.Path(st.ID)
	e := atomEntry{
		ID: nameUUID("story " + st.ID), Title: st.Title, Updated: lastChange(st).UTC().Format(time.RFC3339), Published: formatTime(st.Published),
		Author: atomPerson{firstNonBlank(st.Outlet, st.Byline, st.Domain, "unknown")}, Summary: summary(st),
	}
	if e.Title == "" {
		e.Title = "Untitled story"
	}
	if _, err := language.Parse(st.Lang); err == nil {
		e.Lang = st.Lang
	}
	if _, err := story.NormalizeURL(st.URL); err == nil {
		e.Links = []atomLink{{"alternate", "text/html", st.URL}, {"related", "text/html", page}}
	} else {
		e.Links = []atomLink{{"alternate", "text/html", page}}
	}
	for i := range st.Locations {
		l := &st.Locations[i]
		e.Categories = append(e.Categories, atomCategory{l.Place.ID, base + "/places/", l.Place.Name})
		// Only the focus and the first location have a point.
		if p := l.Place.Point; finite(p[0]) && finite(p[1]) && (i == 0 || l.Role == geo.RoleFocus) {
			e.Points = append(e.Points, formatNumber(p[1])+" "+formatNumber(p[0]))
			if e.Place == "" {
				e.Place = l.Place.Name
			}
		}
	}
	return e
}

// lastChange returns the last known time at which an entry changed.
func lastChange(st *story.Story) time.Time {
	for _, t := range [...]time.Time{st.Updated, st.Fetched, st.Published} {
		if !t.IsZero() {
			return t
		}
	}
	return time.Unix(0, 0)
}

// summary returns the sentence that names the first place, or the beginning of the text.
func summary(st *story.Story) string {
	if len(st.Locations) > 0 && st.Locations[0].Evidence != "" {
		return evidence(&st.Locations[0])
	}
	text := strings.Join(strings.Fields(st.Text[:min(len(st.Text), 4*maxEvidence)]), " ")
	return evidence(&geo.Location{Evidence: strings.ToValidUTF8(text, "")})
}

// firstNonBlank returns the first value that is not blank.
func firstNonBlank(values ...string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}

// uuidNamespace is the namespace of newsmap's name-based UUIDs.
var uuidNamespace = [16]byte{0x8f, 0x5b, 0x1d, 0x0e, 0x3c, 0x6a, 0x4b, 0x52, 0x9e, 0x47, 0x21, 0xd0, 0x6f, 0xa8, 0x13, 0xc7}

// nameUUID returns a UUID of version 5 as a URN (RFC 9562, section 5.5).
func nameUUID(name string) string {
	sum := sha1.Sum(append(uuidNamespace[:len(uuidNamespace):len(uuidNamespace)], name...)) //nolint:gosec // see above
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
