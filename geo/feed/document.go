package feed

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/encoding"
)

// Kind is the kind of a document.
type Kind string

// The kinds of document.
const (
	KindFeed         Kind = "feed" // RSS, RDF or Atom
	KindJSONFeed     Kind = "JSON feed"
	KindSitemap      Kind = "sitemap"
	KindSitemapIndex Kind = "sitemap index"
	KindOPML         Kind = "OPML"
	KindHTML         Kind = "HTML"
	KindXML          Kind = "XML" // other XML
	KindJSON         Kind = "JSON"
	KindEmpty        Kind = "empty"
	KindOther        Kind = "other"
)

// Sniff returns the kind of a document, which it recognizes by its beginning.
func Sniff(body []byte) Kind {
	const sniffLen = 64 << 10
	head := body[:min(len(body), sniffLen)]
	if bytes.IndexByte(head, 0) >= 0 { // UTF-16 or binary
		if text, err := decode(head, ""); err == nil {
			head = text
		}
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	head, _ = skipJunk(head)
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

// root returns the local name of the first element.
func root(head []byte) string {
	d := xml.NewDecoder(bytes.NewReader(head))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // element names are ASCII in every encoding
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

// decode converts body to UTF-8 (see package encoding) and removes characters that XML does
// not allow.
func decode(body []byte, contentType string) ([]byte, error) {
	if len(body) > MaxBody {
		return nil, geo.Invalid("feed", "is too large: %d bytes; the limit is %d", len(body), MaxBody)
	}
	text, _ := encoding.Decode(body, encoding.OfFeed(body, contentType))
	if len(text) > 2*MaxBody {
		return nil, geo.Invalid("feed", "is too large in UTF-8: %d bytes; the limit is %d", len(text), 2*MaxBody)
	}
	return clean(text), nil
}

// clean removes control characters and references to them, which XML 1.0 does not allow.
func clean(text []byte) []byte {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	text = bytes.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, text)
	if !bytes.Contains(text, []byte("&#")) {
		return text
	}
	return numericReference.ReplaceAllFunc(text, func(m []byte) []byte {
		digits, base := string(m[2:len(m)-1]), 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		if n, err := strconv.ParseInt(digits, base, 32); err != nil || !allowed(rune(n)) || n > utf8.MaxRune || n >= 0xd800 && n <= 0xdfff {
			return nil
		}
		return m
	})
}

var numericReference = regexp.MustCompile(`&#(?:[0-9]{1,8}|[xX][0-9a-fA-F]{1,7});`)

func allowed(r rune) bool {
	return (r >= ' ' || r == '\t' || r == '\n' || r == '\r') && r != 0xfffe && r != 0xffff
}

// documentStart matches the beginning of a document. Something else may precede it.
var documentStart = regexp.MustCompile(`<(?:\?xml\s|rss[\s>]|feed[\s>]|rdf:RDF[\s>]|RDF[\s>]|opml[\s>]|urlset[\s>]|sitemapindex[\s>])`)

// htmlElement matches elements that show that a document is a page, even if it contains the
// source of a feed.
var htmlElement = regexp.MustCompile(`(?i)<(?:!doctype html|html|head|body|title|pre|code|textarea|script|svg)[\s>]`)

// skipJunk returns the document without anything that precedes it by mistake: blank lines,
// warnings of a program, a comment. junk is the number of bytes removed.
func skipJunk(text []byte) (document []byte, junk int) {
	const maxJunk = 8 << 10
	if len(text) == 0 || text[0] == '{' || text[0] == '[' {
		return text, 0
	}
	at := documentStart.FindIndex(text[:min(len(text), maxJunk)])
	if at == nil || at[0] == 0 || rootStart(text) == at[0] || htmlElement.Match(text[:at[0]]) {
		return text, 0
	}
	return text[at[0]:], at[0]
}

// normalizeXML returns a document from its first element on, with the entities that it declares
// replaced and bare ampersands escaped. It leaves out the declarations before that element,
// which parsers have problems with.
func normalizeXML(text []byte) ([]byte, error) {
	start := rootStart(text)
	if start < 0 {
		return text, nil
	}
	head, body := text[:start], escapeAmpersands(text[start:])
	if len(body) > 2*MaxBody {
		return nil, geo.Invalid("feed", "is too large with its ampersands escaped: %d bytes; the limit is %d", len(body), 2*MaxBody)
	}
	entities := map[string]string{}
	for _, m := range entityDeclaration.FindAllSubmatch(head, 100) {
		if _, known := xml.HTMLEntity[string(m[1])]; !known {
			entities[string(m[1])] = string(m[2][1 : len(m[2])-1])
		}
	}
	if len(entities) == 0 {
		return body, nil
	}
	expanded := 0
	body = entityReference.ReplaceAllFunc(body, func(m []byte) []byte {
		value, known := entities[string(m[1:len(m)-1])]
		if expanded += len(value); !known || expanded > MaxBody {
			return m
		}
		return []byte(tagEscaper.Replace(value))
	})
	if expanded > MaxBody {
		return nil, geo.Invalid("feed", "declares entities that expand to more than %d bytes", MaxBody)
	}
	return body, nil
}

var (
	entityDeclaration = regexp.MustCompile(`(?s)<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+("[^"]*"|'[^']*')\s*>`)
	entityReference   = regexp.MustCompile(`&[A-Za-z_][\w.-]{0,60};`)
	tagEscaper        = strings.NewReplacer("<", "&lt;", ">", "&gt;")
)

// isReference reports whether text, which begins with an ampersand, begins with a reference:
// "&eacute;", "&#233;", "&#xe9;".
func isReference(text []byte) bool {
	const maxLength = 64
	name, numeric := text[1:min(len(text), maxLength)], false
	if len(name) > 0 && name[0] == '#' {
		name, numeric = name[1:], true
		if len(name) > 0 && name[0]|0x20 == 'x' {
			name = name[1:]
		}
	}
	for i, c := range name {
		letter, digit := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_', c >= '0' && c <= '9'
		switch {
		case c == ';':
			return i > 0
		case numeric && !digit && !(c|0x20 >= 'a' && c|0x20 <= 'f'), !numeric && !letter && (i == 0 || !digit && c != '.' && c != '-'):
			return false
		}
	}
	return false
}

// escapeAmpersands replaces the ampersands outside CDATA that do not begin a reference by
// "&amp;". Most of them are in addresses, where parsers would read "&section=" as a § followed
// by "ion=".
func escapeAmpersands(text []byte) []byte {
	var out []byte
	from := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '<' && bytes.HasPrefix(text[i:], []byte("<![CDATA[")):
			end := bytes.Index(text[i:], []byte("]]>"))
			if end < 0 {
				return append(out, text[from:]...)
			}
			i += end
		case text[i] == '&' && !isReference(text[i:]):
			out = append(append(out, text[from:i]...), "&amp;"...)
			from = i + 1
		}
	}
	if from == 0 {
		return text
	}
	return append(out, text[from:]...)
}

// rootStart returns the offset of the first element, or -1 if there is none.
func rootStart(text []byte) int {
	for i := 0; i < len(text); {
		at := bytes.IndexByte(text[i:], '<')
		if at < 0 || i+at+1 >= len(text) {
			return -1
		}
		i += at
		end := ">"
		switch rest := text[i:]; {
		case bytes.HasPrefix(rest, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(rest, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(rest, []byte("<!")):
			if open, close := bytes.IndexByte(rest, '['), bytes.IndexByte(rest, '>'); open >= 0 && open < close {
				if n := bytes.Index(rest, []byte("]")); n >= 0 {
					i += n
				}
			}
		default:
			return i
		}
		at = bytes.Index(text[i:], []byte(end))
		if at < 0 {
			return -1
		}
		i += at + len(end)
	}
	return -1
}

// maxDepth is the maximum nesting depth, as parsers are recursive. It is far greater than the
// number of unclosed <br> elements of an item, and far less than a stack allows.
const maxDepth = 10_000

var entityBomb = regexp.MustCompile(`(?s)<!ENTITY\s+[^%\s>]+\s+(?:"[^"]*&[A-Za-z_][^"]*"|'[^']*&[A-Za-z_][^']*')`)

var externalEntity = regexp.MustCompile(`<!ENTITY\s+[^%\s>]+\s+(?:SYSTEM|PUBLIC)\s`)

// checkXML returns an error for documents that would take too much memory or time to parse.
func checkXML(text []byte) error {
	if bytes.Contains(text, []byte("<!ENTITY")) {
		switch {
		case entityBomb.Match(text):
			return geo.Invalid("feed", "declares entities that contain other entities, which can expand without limit")
		case externalEntity.Match(text):
			return geo.Invalid("feed", "declares an entity that refers to a file or another address")
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
				return nil // the last element is not closed
			}
			if end > 0 && rest[end-1] == '/' {
				continue
			}
			if depth++; depth > maxDepth {
				return geo.Invalid("feed", "has elements nested more than %d levels deep", maxDepth)
			}
		}
	}
}

func after(text []byte, mark string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(mark))
	return rest
}

// notFeedError returns the error for a document that is not a feed.
func notFeedError(kind Kind) error {
	switch kind {
	case KindHTML:
		return geo.Invalid("feed", "is an HTML page, not a feed")
	case KindOPML:
		return geo.Invalid("feed", "is an OPML list of feeds, not a feed")
	case KindSitemapIndex:
		return geo.Invalid("feed", "is an index of sitemaps; use one of the sitemaps in it")
	case KindEmpty:
		return geo.Invalid("feed", "is empty")
	case KindJSON:
		return geo.Invalid("feed", "is JSON, but not a JSON Feed")
	case KindXML:
		return geo.Invalid("feed", "is XML, but neither RSS, Atom nor a sitemap")
	}
	return geo.Invalid("feed", "is neither XML nor JSON")
}
