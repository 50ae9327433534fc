package text

import "unicode/utf8"

// Index converts offsets in code points to offsets in bytes without counting from
// the beginning of the text.
type Index struct {
	text  string
	marks []int // the byte offset of every markStep-th code point
}

const markStep = 256

// NewIndex returns the index of a text, in time linear in its length.
func NewIndex(text string) Index {
	x := Index{text: text}
	n := 0
	for i := range text {
		if n%markStep == 0 {
			x.marks = append(x.marks, i)
		}
		n++
	}
	return x
}

// Text returns the text that x is the index of.
func (x Index) Text() string { return x.text }

// Byte returns the byte offset of code point n, or -1 if the text ends before it.
func (x Index) Byte(n int) int {
	if n < 0 || n/markStep >= len(x.marks) {
		return -1
	}
	return Advance(x.text, x.marks[n/markStep], n%markStep)
}

// Span converts the span start..end, in code points and half open, to bytes. A
// bound that is not in the text is -1.
func (x Index) Span(start, end int) (from, to int) {
	from = x.Byte(start)
	return from, Advance(x.text, from, end-start)
}

// Advance returns the byte offset n code points after the byte offset pos, or -1 if
// text ends before it.
func Advance(text string, pos, n int) int {
	if pos < 0 || n < 0 {
		return -1
	}
	for ; n > 0; n-- {
		if pos >= len(text) {
			return -1
		}
		_, size := utf8.DecodeRuneInString(text[pos:])
		pos += size
	}
	return pos
}
