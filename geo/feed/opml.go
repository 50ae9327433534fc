package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"newsmap/geo"
)

// Outline is a feed in an OPML list.
type Outline struct {
	Title  string
	URL    string // of the feed; http or https
	Home   string // of its site, empty if unknown
	Folder string // titles of the outlines around it, separated by "/"
}

// maxOutlines is the maximum number of feeds in a list.
const maxOutlines = 10_000

// ParseOPML returns the feeds of an OPML list, in order and each address once. There is a
// warning for each malformed address. The error wraps geo.ErrInvalid and names "opml".
func ParseOPML(body []byte, contentType string) (outlines []Outline, warnings []string, err error) {
	l := &opmlReader{parser: parser{sanitizer: newSanitizer()}, seen: map[string]bool{}}
	text, err := decode(body, contentType)
	if err != nil {
		return nil, nil, opmlError(err)
	}
	if kind := Sniff(text); kind != KindOPML {
		return nil, nil, notOPMLError(kind)
	}
	if text, err = l.prepare(text); err != nil {
		return nil, nil, opmlError(err)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Strict, d.Entity = false, xml.HTMLEntity
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return l.outlines, l.out.Warnings, nil
		case err != nil:
			return nil, nil, opmlError(explain(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			l.start(t)
		case xml.EndElement:
			if t.Name.Local == "outline" && len(l.folders) > 0 {
				l.folders = l.folders[:len(l.folders)-1]
			}
		}
		if len(l.outlines) > maxOutlines {
			return nil, nil, geo.Invalid("opml", "lists more than %d feeds, the limit; split it", maxOutlines)
		}
	}
}

type opmlReader struct {
	parser
	outlines []Outline
	folders  []string        // titles of the open outlines; empty for those that are feeds
	seen     map[string]bool // addresses in outlines
}

// start reads the start of an outline.
func (l *opmlReader) start(t xml.StartElement) {
	if t.Name.Local != "outline" {
		return
	}
	attributes := map[string]string{}
	for _, a := range t.Attr {
		attributes[strings.ToLower(a.Name.Local)] = a.Value
	}
	title := l.line(attributes["title"], maxName)
	if title == "" {
		title = l.line(attributes["text"], maxName)
	}
	if raw := strings.TrimSpace(attributes["xmlurl"]); raw != "" {
		if title == raw {
			title = "" // a placeholder for a missing title
		}
		o := Outline{Title: title, URL: l.address(raw), Home: l.address(attributes["htmlurl"]), Folder: short(strings.Join(nonEmpty(l.folders), "/"), maxName)}
		switch {
		case o.URL == "":
			l.warn("%q is not an http or https address", short(raw, 100))
		case !l.seen[o.URL]:
			l.seen[o.URL] = true
			l.outlines = append(l.outlines, o)
		}
		title = "" // a feed is not a folder
	}
	const maxFolders = 8
	if len(l.folders) >= maxFolders {
		title = ""
	}
	l.folders = append(l.folders, title)
}

func nonEmpty(list []string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// opmlError returns an error about a feed as one about an OPML list.
func opmlError(err error) error {
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return &geo.InvalidError{Name: "opml", Reason: invalid.Reason}
	}
	return err
}

// notOPMLError returns the error for a document that is not an OPML list.
func notOPMLError(kind Kind) error {
	switch kind {
	case KindFeed, KindJSONFeed:
		return geo.Invalid("opml", "is a single feed, not an OPML list of feeds")
	case KindSitemap, KindSitemapIndex:
		return geo.Invalid("opml", "is a sitemap, not an OPML list of feeds")
	case KindHTML:
		return geo.Invalid("opml", "is an HTML page, not an OPML list of feeds")
	case KindEmpty:
		return geo.Invalid("opml", "is empty")
	}
	return geo.Invalid("opml", "is not an OPML list of feeds")
}

type opmlDocument struct {
	XMLName xml.Name      `xml:"opml"`
	Version string        `xml:"version,attr"`
	Title   string        `xml:"head>title"`
	Body    []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text     string        `xml:"text,attr"`
	Title    string        `xml:"title,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	URL      string        `xml:"xmlUrl,attr,omitempty"`
	Home     string        `xml:"htmlUrl,attr,omitempty"`
	Outlines []opmlOutline `xml:"outline"`
}

// WriteOPML writes feeds as an OPML 2.0 list, grouped by folder.
func WriteOPML(w io.Writer, title string, feeds []Outline) error {
	doc := opmlDocument{Version: "2.0", Title: title}
	folders := map[string]int{}
	for _, f := range feeds {
		text := f.Title
		if text == "" {
			text = f.URL
		}
		o := opmlOutline{Text: text, Title: text, Type: "rss", URL: f.URL, Home: f.Home}
		if f.Folder == "" {
			doc.Body = append(doc.Body, o)
			continue
		}
		i, known := folders[f.Folder]
		if !known {
			i = len(doc.Body)
			folders[f.Folder] = i
			doc.Body = append(doc.Body, opmlOutline{Text: f.Folder, Title: f.Folder})
		}
		doc.Body[i].Outlines = append(doc.Body[i].Outlines, o)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
