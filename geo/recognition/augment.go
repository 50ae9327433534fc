package recognition

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/text"
)

// recasing is a way to change the letter case of a text.
type recasing uint8

const (
	upperCased recasing = iota // as in headlines and old wire reports
	lowerCased                 // as in short messages
	titleCased                 // as in American headlines
	recasings
)

// apply returns text in another letter case. Every code point keeps its offset
// and its length in bytes, so that spans stay valid.
func (c recasing) apply(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		end := i
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !text.IsWordRune(r) {
				break
			}
			end += size
		}
		if end == i {
			_, size := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		c.word(&b, s[i:end])
		i = end
	}
	return b.String()
}

// titleLength is the minimum length in bytes of a word that a headline writes
// with a capital.
const titleLength = 4

func (c recasing) word(b *strings.Builder, word string) {
	for i, r := range word {
		size := utf8.RuneLen(r)
		to := r
		switch c {
		case upperCased:
			to = unicode.ToUpper(r)
		case lowerCased:
			to = unicode.ToLower(r)
		case titleCased:
			if i == 0 && len(word) >= titleLength {
				to = unicode.ToTitle(r)
			}
		}
		if r == utf8.RuneError || utf8.RuneLen(to) != size {
			b.WriteString(word[i : i+max(1, runeBytes(word[i:]))])
			continue
		}
		b.WriteRune(to)
	}
}

func runeBytes(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	return size
}

const (
	// recasedWeight is the weight of a recased copy relative to its original.
	recasedWeight = 0.3
	// recasedEvery is the number of documents for each recased copy.
	recasedEvery = 2
	// excerptWeight is the weight of a single sentence relative to its document.
	excerptWeight = 0.2
	// excerptEvery is the number of sentences for each excerpt.
	excerptEvery = 6
)

// augment returns the examples followed by copies that are harder to read:
// documents in another letter case, and single sentences, which are like short
// messages.
func augment(examples []Example) []Example {
	out := append([]Example(nil), examples...)
	for i := range examples {
		if c, ok := recasingOf(i); ok {
			out = append(out, examples[i].recased(c))
		}
		out = append(out, examples[i].excerpts(i)...)
	}
	return out
}

// recasingOf returns the letter case of the copy of document i, and false if that
// document has no copy.
func recasingOf(i int) (recasing, bool) {
	return recasing(i / recasedEvery % int(recasings)), i%recasedEvery == 0
}

func (ex *Example) weight() float64 {
	if ex.Weight == 0 {
		return 1
	}
	return ex.Weight
}

func (ex *Example) recased(c recasing) Example {
	doc := *ex.Document
	doc.Title, doc.Text = c.apply(doc.Title), c.apply(doc.Text)
	copied := *ex
	copied.Document, copied.Weight = &doc, ex.weight()*recasedWeight
	return copied
}

// excerpts returns every sixth sentence of a document as an example of its own,
// starting with a sentence that depends on the document's number. Every fourth
// excerpt is in another letter case.
func (ex *Example) excerpts(number int) []Example {
	content := ex.Document.Text
	tokens := text.Tokenize(content)
	var out []Example
	sentences := text.Sentences(content, tokens)
	if len(sentences) < 2 {
		return nil
	}
	for k := number % excerptEvery; k < len(sentences); k += excerptEvery {
		s := sentences[k]
		first, last := tokens[s.First], tokens[s.End-1]
		cut := Example{Document: &geo.Document{Text: content[first.Start:last.End]}, Weight: ex.weight() * excerptWeight, Tagging: ex.Tagging}
		if k%4 == 3 {
			cut.Document.Text = recasing(k / 4 % int(recasings)).apply(cut.Document.Text)
		}
		for _, span := range ex.Spans {
			if span.Start >= first.RuneStart && span.End <= last.RuneEnd {
				span.Start -= first.RuneStart
				span.End -= first.RuneStart
				cut.Spans = append(cut.Spans, span)
			}
		}
		out = append(out, cut)
	}
	return out
}
