package similarity

import (
	"strings"
	"sync"
	"unicode"

	"newsmap/geo/text"
)

// Text is a text in the form in which it is compared. It never changes.
type Text struct {
	words    []word
	shingles []uint64        // hashes of runs of words, by where they begin
	title    map[uint64]bool // words of the title that say something, cut to their stems
	body     func() map[uint64]bool
}

// run is how many words a shingle has.
const run = 3

// New prepares a story's text. The title is not compared, since outlets write
// their own; it tells whether two stories that share a text are about it.
func New(title, text string) *Text {
	t := &Text{words: words(withoutDateline(text)), title: stems(title), body: sync.OnceValue(func() map[uint64]bool { return stems(text) })}
	for i := range max(0, len(t.words)-run+1) {
		h := uint64(0)
		for _, w := range t.words[i : i+run] {
			h = h*0x9e3779b97f4a7c15 + w.hash
		}
		t.shingles = append(t.shingles, mix(h))
	}
	return t
}

// stems are those of the text, as stems gives them of a title.
func (t *Text) stems() map[uint64]bool { return t.body() }

// Len is the number of words that are compared.
func (t *Text) Len() int { return len(t.words) }

// withoutDateline leaves out "TROY, N.C. (AP) —" from the beginning of a text:
// outlets drop it or write another.
func withoutDateline(text string) string {
	const longest = 120 // bytes
	head := text[:min(len(text), longest)]
	if line := strings.IndexByte(head, '\n'); line >= 0 {
		head = head[:line]
	}
	at, dash := len(head), ""
	for _, d := range []string{"—", "–", "--", " - ", "―"} {
		if i := strings.Index(head, d); i >= 0 && i < at {
			at, dash = i, d
		}
	}
	if dash == "" || !isDateline(head[:at]) {
		return text
	}
	return text[at+len(dash):]
}

// isDateline tells whether what stands before a dash is a place, an agency or a
// date: a few words that hardly have small letters to begin with.
func isDateline(head string) bool {
	fields := strings.Fields(head)
	if len(fields) == 0 || len(fields) > 12 {
		return false
	}
	small := 0
	for _, f := range fields {
		if r := []rune(strings.TrimLeft(f, "(")); len(r) > 0 && unicode.IsLower(r[0]) {
			small++
		}
	}
	return 3*small <= len(fields)
}

// stems are the words of a title that say something: of four letters and more, or
// numbers, cut to what endings leave alone. In scripts without spaces they are the
// pairs of characters.
func stems(title string) map[uint64]bool {
	out := map[uint64]bool{}
	var last rune
	for field := range strings.FieldsFuncSeq(strings.ToLower(title),
		func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }) {
		r := []rune(field)
		if text.IsUnspaced(r[0]) {
			for _, c := range r {
				if last != 0 {
					out[hash([]byte(string([]rune{last, c})))] = true
				}
				last = c
			}
			continue
		}
		if len(r) >= 4 || unicode.IsNumber(r[0]) {
			out[hash([]byte(string(r[:min(len(r), 5)])))] = true
		}
	}
	return out
}
