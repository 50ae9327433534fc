package corpus

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// Span is a name in a text.
type Span struct {
	Start, End int // bytes of the text; End is exclusive
	Class      Class
}

// Document is a text with the names that its annotators marked.
type Document struct {
	Text  string
	Spans []Span // in order, without overlap
	// Unmarked are the classes that the corpus does not mark. Text without a span
	// may be of any of them.
	Unmarked ClassSet
}

// Names returns the names of the corpora that Read accepts, in the order of
// training. The file of a corpus is its name with the extension ".bio".
func Names() []string {
	return []string{
		"gum_news_interview", "gum_other_free", "wikigold", "uner_ewt_devtest", "wnut17", "btc",
		"crossner_politics", "crossner_science", "crossner_music", "crossner_literature", "locphr_en",
	}
}

// ReadFile reads the corpus at path. The base name without ".bio" selects the
// labels, as in [Read]. Errors name the file and the line.
func ReadFile(path string, isDemonym func(string) bool) ([]Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	docs, err := Read(f, strings.TrimSuffix(filepath.Base(path), ".bio"), isDemonym)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return docs, nil
}

// Read reads the corpus with the given name, one of [Names]. Each line has a
// token, a tab and a label. An empty line follows each sentence, and a line
// "-DOCSTART-" precedes each document. Without such lines, each sentence is a
// document. isDemonym distinguishes demonyms from other names if a label
// includes both. The error wraps geo.ErrInvalid for an unknown name or a
// malformed line, which it names.
func Read(r io.Reader, name string, isDemonym func(string) bool) ([]Document, error) {
	labels, ok := schemes[name]
	if !ok {
		return nil, geo.Invalid("corpus", "%q is unknown; name the file after one of %s", name, strings.Join(Names(), ", "))
	}
	b := builder{scheme: labels, isDemonym: isDemonym}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 64<<10), 1<<20)
	for line := 1; sc.Scan(); line++ {
		if err := b.addLine(strings.TrimRight(sc.Text(), "\r")); err != nil {
			return nil, geo.Invalid(fmt.Sprintf("line %d", line), "%v", err)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	b.endDocument()
	return b.docs, nil
}

// builder assembles texts from tokens.
type builder struct {
	scheme    scheme
	isDemonym func(string) bool
	docs      []Document
	text      strings.Builder
	spans     []Span
	open      *Span  // the span that contains the last token, or nil
	openLabel string // its label
	lastToken string

	hasDocuments bool // whether the corpus has -DOCSTART- lines
	inQuotes     bool // whether a double quote is open
}

func (b *builder) addLine(line string) error {
	if line == "" {
		b.endSentence()
		return nil
	}
	token, label, ok := strings.Cut(line, "\t")
	if !ok {
		return fmt.Errorf("%q has no tab; expected a token, a tab and a label", line)
	}
	if strings.HasPrefix(token, "-DOCSTART-") {
		b.hasDocuments = true
		b.endDocument()
		return nil
	}
	return b.addToken(token, label)
}

func (b *builder) addToken(token, label string) error {
	if token = strings.TrimSpace(token); token == "" {
		return nil
	}
	prefix, class, _ := strings.Cut(label, "-")
	if label != "O" && prefix != "B" && prefix != "I" {
		return fmt.Errorf("label %q is malformed; expected O, B-CLASS or I-CLASS", label)
	}
	if b.text.Len() > 0 && b.spaceBefore(token) {
		b.text.WriteByte(' ')
	}
	start := b.text.Len()
	b.text.WriteString(token)
	b.lastToken = token
	if token == `"` {
		b.inQuotes = !b.inQuotes
	}
	if label == "O" {
		b.closeSpan()
		return nil
	}
	if prefix == "B" || b.open == nil || class != b.openLabel {
		b.closeSpan()
		b.open, b.openLabel = &Span{Start: start}, class
	}
	b.open.End = b.text.Len()
	return nil
}

// spaceBefore reports whether a space separates token from the token before it.
func (b *builder) spaceBefore(token string) bool {
	if strings.HasSuffix(b.text.String(), "\n") {
		return false
	}
	switch b.lastToken {
	case "(", "[", "“", "‘", "$", "£", "€", "#", "@":
		return false
	case `"`:
		if b.inQuotes {
			return false
		}
	case "-", "–", "/":
		return strings.HasSuffix(b.text.String(), " "+b.lastToken)
	}
	switch token {
	case ".", ",", ";", ":", "!", "?", ")", "]", "”", "%", "'s", "’s", "n't", "'", "’", "-", "–", "/", "'re", "'ve", "'ll", "'d", "'m":
		return false
	case `"`:
		return !b.inQuotes
	case "s":
		return b.lastToken != "'" && b.lastToken != "’"
	}
	return true
}

// closeSpan adds the open span, if there is one, with its class.
func (b *builder) closeSpan() {
	if b.open == nil {
		return
	}
	span := *b.open
	b.open = nil
	text := b.text.String()[span.Start:span.End]
	class, ok := b.scheme.classes[b.openLabel]
	if !ok {
		return
	}
	if b.scheme.labelsNouns {
		if first, _ := utf8.DecodeRuneInString(text); !unicode.IsUpper(first) {
			return
		}
		if class == Demonym && !b.isDemonym(text) {
			class = Place
		}
	}
	if b.scheme.mixed[b.openLabel] {
		class = Other
		if b.isDemonym(text) {
			class = Demonym
		}
	}
	span.Class = class
	b.spans = append(b.spans, span)
}

func (b *builder) endSentence() {
	b.closeSpan()
	b.inQuotes, b.lastToken = false, ""
	if !b.hasDocuments || b.scheme.independent {
		b.endDocument()
		return
	}
	if b.text.Len() > 0 && !strings.HasSuffix(b.text.String(), "\n") {
		b.text.WriteByte('\n')
	}
}

func (b *builder) endDocument() {
	b.closeSpan()
	if text := b.text.String(); strings.TrimSpace(text) != "" {
		b.docs = append(b.docs, Document{Text: text, Spans: b.spans, Unmarked: AllClasses &^ b.scheme.marked &^ (1 << None)})
	}
	b.text.Reset()
	b.spans, b.inQuotes, b.lastToken = nil, false, ""
}
