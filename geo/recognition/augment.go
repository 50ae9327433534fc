package recognition

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsmap/geo"
)

// recasing is a way to write a text with other capitals than its own.
type recasing uint8

const (
	upperCased recasing = iota // as headlines and old wires are set
	lowerCased                 // as messages are typed
	titleCased                 // as American headlines are
	recasings
)

// apply writes text anew. Every code point keeps its place and its length in
// bytes, so that spans stay right.
func (c recasing) apply(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		end := i
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) {
				break
			}
			end += size
		}
		if end == i {
			_, size := utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+size])
			i += size
			continue
		}
		c.word(&b, text[i:end])
		i = end
	}
	return b.String()
}

// titleLength is the length in bytes from which a headline gives a word a
// capital.
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
	// recasedWeight is how much a document written with other capitals counts
	// beside the original.
	recasedWeight = 0.3
	// recasedEvery is how many documents there are to one such copy.
	recasedEvery = 2
	// excerptWeight is how much a sentence or two by themselves count.
	excerptWeight = 0.2
	// excerptEvery is how many sentences there are to one excerpt.
	excerptEvery = 6
)

// augmented gives the examples and, of each, copies that are harder to read: the
// whole in other capitals, and sentences by themselves, as short messages are.
// Copies follow all of the originals.
func augmented(examples []Example) []Example {
	out := append([]Example(nil), examples...)
	for i := range examples {
		if c, ok := recasingOf(i); ok {
			out = append(out, examples[i].recased(c))
		}
		out = append(out, examples[i].excerpts(i)...)
	}
	return out
}

// recasingOf tells whether document i has a copy in other capitals, and in which.
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

// excerpts cuts single sentences out of a document, another of each six in
// every document; every fourth one in other capitals.
func (ex *Example) excerpts(number int) []Example {
	text := ex.Document.Text
	tokens := Tokenize(text)
	var out []Example
	sentences := Sentences(text, tokens)
	if len(sentences) < 2 {
		return nil
	}
	for k := number % excerptEvery; k < len(sentences); k += excerptEvery {
		s := sentences[k]
		first, last := tokens[s.First], tokens[s.End-1]
		cut := Example{Document: &geo.Document{Text: text[first.Start:last.End]}, Weight: ex.weight() * excerptWeight, Tagging: ex.Tagging}
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
