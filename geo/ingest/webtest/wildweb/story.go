package wildweb

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/ingest/webtest"
	"newsmap/geo/story"
)

// piece is an article of an outlet.
type piece struct {
	n         int
	feed      *source
	first     int // turn in which it is published
	page      pageKind
	charset   string // of its page
	town      string
	published time.Time
	badDate   string // an impossible date that the feed has instead; empty: none
	wire      int    // number of the agency report that it prints; 0: none
	versions  []version
}

// version is a version of an article.
type version struct {
	turn  int
	title string
	text  []string // paragraphs
}

// at returns the version at a turn and its number, from 0.
func (a *piece) at(turn int) (version, int) {
	n := 0
	for i, v := range a.versions {
		if v.turn <= turn {
			n = i
		}
	}
	return a.versions[n], n
}

// mark returns a sentence that only this version's text has.
func (a *piece) mark(v int) string { return fmt.Sprintf("Reference W%05dV%d.", a.n, v) }

// path returns the path of the page of a version. For most articles, all versions have the same
// path.
func (a *piece) path(v int) string {
	if a.feed.ids == idsSlug {
		return fmt.Sprintf("/%s/%05d-v%d", a.page.folder(), a.n, v)
	}
	return fmt.Sprintf("/%s/%05d", a.page.folder(), a.n)
}

// address returns the first address of the story, which identifies it.
func (a *piece) address() string { return a.feed.host.base("http") + a.path(0) }

// summary returns the summary of a version in the feed. It has another mark than the text.
func (a *piece) summary(turn int) string {
	v, n := a.at(turn)
	text := v.text[0]
	if i := strings.Index(text, " — "); i >= 0 {
		text = text[i+len(" — "):]
	}
	return fmt.Sprintf("%s Summary W%05dS%d.", text, a.n, n)
}

// Story is the expected story of an article.
type Story struct {
	Address   string   // first address
	Addresses []string // all addresses, without variants
	Title     string
	Earlier   []string // possible earlier titles, oldest first
	Mark      string   // part of its text; empty: none
	Tail      string   // part of its text whose encoding is difficult
	Source    story.TextSource
	Published time.Time // zero: the story has no date
	Domain    string
	Points    []geo.Coordinate // in the feed
	Wire      int              // stories with the same number, except 0, are duplicates
}

// Stories returns the expected stories after the turns until now, each once.
func (w *Web) Stories() []Story {
	var out []Story
	for _, a := range w.articles {
		if a.first <= w.turn() && !a.feed.fault.always {
			out = append(out, w.story(a))
		}
	}
	return out
}

// story returns the expected story of an article.
func (w *Web) story(a *piece) Story {
	v, n := a.at(w.turn())
	s := Story{Address: a.address(), Title: v.title, Published: a.published, Domain: a.feed.host.ip, Wire: a.wire}
	for i := range a.versions {
		if address := a.feed.host.base("http") + a.path(i); !slices.Contains(s.Addresses, address) {
			s.Addresses = append(s.Addresses, address)
		}
	}
	if a.n%5 == 0 && (a.feed.format == webtest.RSS || a.feed.format == webtest.Atom) {
		s.Points = []geo.Coordinate{a.point()}
	}
	for _, earlier := range a.versions[:n] {
		s.Earlier = append(s.Earlier, earlier.title)
	}
	if a.badDate != "" || a.feed.format == webtest.RSS091 {
		s.Published = time.Time{}
	}
	switch {
	case a.feed.full():
		s.Source, s.Mark = story.SourceFeed, a.mark(n)
	case a.page.readable():
		s.Source, s.Mark, s.Tail = story.SourcePage, a.mark(n), a.tail()
		if a.badDate != "" || a.feed.format == webtest.RSS091 {
			s.Published = a.published // the page has the right one
		}
	case a.feed.summaries():
		s.Source, s.Mark = story.SourceFeed, fmt.Sprintf("Summary W%05dS%d.", a.n, n)
	default:
		s.Source = story.SourceHeadline
	}
	return s
}

// write generates the versions of the article.
func (a *piece) write(r *rand.Rand, turns int) {
	a.town = pick(r, towns)
	updates := 0
	if r.IntN(3) == 0 && !a.page.retriedForever() { // whose jobs continue over several turns
		updates = 1 + r.IntN(2)
	}
	for i, turn := 0, a.first; i <= updates && turn <= turns; i++ {
		v := version{turn: turn, title: headline(r, a.town), text: paragraphs(r, a.town)}
		v.text[len(v.text)-1] += " " + a.mark(i)
		a.versions = append(a.versions, v)
		turn += 1 + r.IntN(2)
	}
}

// repeat makes the article a duplicate of an agency's report with its own headline and an
// additional line, as outlets do.
func (a *piece) repeat(r *rand.Rand, report []string) {
	text := append([]string{}, report...)
	text[len(text)-1] += " " + a.mark(0)
	_, lead, _ := strings.Cut(report[0], " — ")
	words := strings.Fields(strings.Trim(lead, "“”"))
	title := fmt.Sprintf("%s %s: %s", surname(r), []string{"reports", "says", "notes", "hears"}[r.IntN(4)],
		strings.Join(words[:min(len(words), 6+r.IntN(3))], " "))
	a.versions = []version{{turn: a.first, title: title, text: text}}
}
