package text

import "unicode/utf8"

// Index converts offsets of a text from code points to bytes in constant time.
type Index struct {
	text  string
	marks []int // the byte offset of every markStep-th code point
}

// markStep is the number of code points between two marks.
const markStep = 256

// NewIndex returns the index of a text. Its time is linear in the length of the text.
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

// Text returns the text of the index.
func (x Index) Text() string { return x.text }

// Byte returns the byte offset of code point n, or -1 if the text ends before it.
func (x Index) Byte(n int) int {
	if n < 0 || n/markStep >= len(x.marks) {
		return -1
	}
	return Advance(x.text, x.marks[n/markStep], n%markStep)
}

// Span converts the span start..end from code points to bytes. end is exclusive. A bound
// that is not in the text is -1.
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
