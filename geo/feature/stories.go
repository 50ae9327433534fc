package feature

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// storyColumns are the columns of a table of stories. Places and their ids are in the same
// order, the focus first, separated by "; ".
var storyColumns = [...]string{
	"story_id",
	"title",
	"url",
	"story_url",
	"outlet",
	"domain",
	"byline",
	"published",
	"fetched",
	"lang",
	"focus",
	"places",
	"place_ids",
	"features",
	"unlocated_names",
}

// StoryTable writes stories as CSV (RFC 4180), one per row, including stories without locations.
// Like a Writer, it needs only a small buffer of memory.
type StoryTable struct {
	buf           *bufio.Writer
	w             *csv.Writer
	options       Options
	headerWritten bool
	row           [len(storyColumns)]string
}

// NewStoryTable returns a table that writes to w.
func NewStoryTable(w io.Writer, options Options) *StoryTable {
	options.BaseURL = strings.TrimRight(options.BaseURL, "/")
	buf := bufio.NewWriterSize(w, 32<<10)
	t := &StoryTable{buf: buf, w: csv.NewWriter(buf), options: options}
	t.w.UseCRLF = true
	return t
}

// Write writes a story. It does not keep a reference to it.
func (t *StoryTable) Write(s *story.Story) error {
	if err := t.writeHeader(); err != nil {
		return err
	}
	var names, ids, focus, unlocated []string
	for i := range s.Locations {
		l := &s.Locations[i]
		names, ids = append(names, l.Place.Name), append(ids, l.Place.ID)
		if l.Role == geo.RoleFocus {
			focus = append(focus, l.Place.Name)
		}
	}
	for _, toponym := range s.Unlocated {
		unlocated = append(unlocated, toponym.Text)
	}
	const separator = "; "
	t.row = [...]string{
		cellText(s.ID), cellText(s.Title), cellText(s.URL), cellText(storyURL(&t.options, s.ID)), cellText(s.Outlet), cellText(s.Domain), cellText(s.Byline),
		formatTime(s.Published), formatTime(s.Fetched), cellText(s.Lang), cellText(strings.Join(focus, separator)), cellText(strings.Join(names, separator)),
		cellText(strings.Join(ids, separator)), strconv.Itoa(len(s.Locations)), cellText(strings.Join(unlocated, separator)),
	}
	return t.w.Write(t.row[:])
}

func (t *StoryTable) writeHeader() error {
	if t.headerWritten {
		return nil
	}
	t.headerWritten = true
	return t.w.Write(storyColumns[:])
}

// Close completes the table. It does not close the io.Writer.
func (t *StoryTable) Close() error {
	if err := t.writeHeader(); err != nil {
		return err
	}
	t.w.Flush()
	if err := t.w.Error(); err != nil {
		return err
	}
	return t.buf.Flush()
}

// formatTime formats a time as RFC 3339. It returns "" for the zero time.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
