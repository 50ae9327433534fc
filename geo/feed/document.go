package feed

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"newsmap/geo"
)

// Kind is what a document is.
type Kind string

// The kinds of document.
const (
	KindFeed         Kind = "feed" // RSS, RDF or Atom
	KindJSONFeed     Kind = "JSON feed"
	KindSitemap      Kind = "sitemap"
	KindSitemapIndex Kind = "sitemap index"
	KindOPML         Kind = "OPML"
	KindHTML         Kind = "HTML"
	KindXML          Kind = "XML" // some other
	KindJSON         Kind = "JSON"
	KindEmpty        Kind = "empty"
	KindOther        Kind = "other"
)

// Sniff tells what a document is by how it begins.
func Sniff(body []byte) Kind {
	const enough = 64 << 10
	head := body[:min(len(body), enough)]
	if bytes.IndexByte(head, 0) >= 0 { // UTF-16, or no text at all
		if text, err := decode(head, ""); err == nil {
			head = text
		}
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	switch {
	case len(head) == 0:
		return KindEmpty
	case head[0] == '{':
		if bytes.Contains(head, []byte("jsonfeed.org/version")) || bytes.Contains(head, []byte(`jsonfeed.org\/version`)) {
			return KindJSONFeed
		}
		return KindJSON
	case head[0] == '[':
		return KindJSON
	case head[0] != '<':
		return KindOther
	}
	switch strings.ToLower(root(head)) {
	case "rss", "rdf", "feed":
		return KindFeed
	case "urlset":
		return KindSitemap
	case "sitemapindex":
		return KindSitemapIndex
	case "opml":
		return KindOPML
	case "html", "head", "body", "div", "p", "meta", "title", "script", "article", "h1", "link", "main", "style":
		return KindHTML
	}
	if bytes.Contains(bytes.ToLower(head[:min(len(head), 1_024)]), []byte("<!doctype html")) {
		return KindHTML
	}
	return KindXML
}

// root is the local name of the first element.
func root(head []byte) string {
	d := xml.NewDecoder(bytes.NewReader(head))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel // what is read of a name is ASCII in all of them
	for {
		token, err := d.RawToken()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name.Local
		}
	}
}

var declaration = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)\s*["'][^>]*\?>`)

// decode makes body UTF-8. A byte order mark beats the header (charset of
// contentType), which beats the document's own declaration; text that is UTF-8 is
// taken as that whatever they say, since no other text is by chance.
func decode(body []byte, contentType string) ([]byte, error) {
	if len(body) > MaxBody {
		return nil, geo.Invalid("feed", "has %d bytes, more than %d", len(body), MaxBody)
	}
	if e := marked(body); e != nil {
		return clean(transform(body, e)), nil
	}
	label := charsetOf(contentType)
	if label == "" {
		if m := declaration.FindSubmatch(body[:min(len(body), 1_024)]); m != nil {
			label = string(m[1])
		}
	}
	e, name := charset.Lookup(label)
	stateful := name == "iso-2022-jp" || strings.HasPrefix(name, "utf-16")
	switch {
	case utf8.Valid(body) && !stateful:
		return clean(body), nil
	case e == nil || name == "utf-8":
		e = nil
		if broken := brokenBytes(body); broken*4 > multibyte(body) {
			e = charmap.Windows1252 // one encoding was taken for the other, as a rule
		}
	}
	if e == nil {
		return clean(bytes.ToValidUTF8(body, []byte("\ufffd"))), nil
	}
	return clean(transform(body, e)), nil
}

// marked is the encoding of a byte order mark, or of XML in UTF-16 without one.
func marked(body []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}), bytes.HasPrefix(body, []byte{0, '<'}), bytes.HasPrefix(body, []byte{0, '{'}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{'<', 0}), bytes.HasPrefix(body, []byte{'{', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	return nil
}

func transform(body []byte, e encoding.Encoding) []byte {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\ufffd"))
	}
	return out
}

func charsetOf(contentType string) string {
	_, label, ok := strings.Cut(strings.ToLower(contentType), "charset=")
	if !ok {
		return ""
	}
	label, _, _ = strings.Cut(label, ";")
	return strings.Trim(label, " \"'")
}

// brokenBytes counts the bytes that cannot be UTF-8.
func brokenBytes(body []byte) (n int) {
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if r == utf8.RuneError && size == 1 {
			n++
		}
		body = body[size:]
	}
	return n
}

// multibyte counts the code points beyond ASCII that are UTF-8.
func multibyte(body []byte) (n int) {
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if size > 1 && r != utf8.RuneError {
			n++
		}
		body = body[size:]
	}
	return n
}

// clean drops what XML 1.0 does not allow and what would now be a lie: the
// encoding declaration.
func clean(text []byte) []byte {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	if m := declaration.FindSubmatchIndex(text[:min(len(text), 1_024)]); m != nil {
		text = append([]byte(`<?xml version="1.0"?>`), text[m[1]:]...)
	}
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
}

// deepest bounds nesting: parsers recurse. It is far more than unclosed <br>
// elements in an item add up to, and far less than a stack holds.
const deepest = 10_000

var entityBomb = regexp.MustCompile(`(?s)<!ENTITY\s+[^%\s>]+\s+(?:"[^"]*&[A-Za-z_][^"]*"|'[^']*&[A-Za-z_][^']*')`)

var externalEntity = regexp.MustCompile(`<!ENTITY\s+[^%\s>]+\s+(?:SYSTEM|PUBLIC)\s`)

// checkXML refuses what would cost too much to parse.
func checkXML(text []byte) error {
	if bytes.Contains(text, []byte("<!ENTITY")) {
		switch {
		case entityBomb.Match(text):
			return geo.Invalid("feed", "declares entities that hold other entities, which can unfold without end")
		case externalEntity.Match(text):
			return geo.Invalid("feed", "declares an entity that stands for a file or address elsewhere")
		}
	}
	depth := 0
	for rest := text; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 || i+1 >= len(rest) {
			return nil
		}
		rest = rest[i+1:]
		switch {
		case bytes.HasPrefix(rest, []byte("![CDATA[")):
			rest = after(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("!--")):
			rest = after(rest, "-->")
		case rest[0] == '/':
			depth = max(depth-1, 0)
		case rest[0] != '!' && rest[0] != '?':
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return nil // the last element is open
			}
			if end > 0 && rest[end-1] == '/' {
				continue
			}
			if depth++; depth > deepest {
				return geo.Invalid("feed", "nests its elements more than %d deep", deepest)
			}
		}
	}
}

func after(text []byte, mark string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(mark))
	return rest
}

// refuse says what a document is that is no feed.
func refuse(kind Kind) error {
	switch kind {
	case KindHTML:
		return geo.Invalid("feed", "is an HTML page, not a feed")
	case KindOPML:
		return geo.Invalid("feed", "is an OPML list of feeds, not a feed")
	case KindSitemapIndex:
		return geo.Invalid("feed", "is an index of sitemaps; one of the sitemaps that it lists would do")
	case KindEmpty:
		return geo.Invalid("feed", "is empty")
	case KindJSON:
		return geo.Invalid("feed", "is JSON, but no JSON Feed")
	case KindXML:
		return geo.Invalid("feed", "is XML, but neither RSS, Atom nor a sitemap")
	}
	return geo.Invalid("feed", "is neither XML nor JSON")
}
