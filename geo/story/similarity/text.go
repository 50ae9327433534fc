package similarity

import (
	"strings"
	"sync"
	"unicode"

	"newsmap/geo/text"
)

// Text is a text prepared for comparison. It is immutable.
type Text struct {
	words     []word
	shingles  []uint64        // hashes of runs of words, by the index of their first word
	title     map[uint64]bool // stems of the title
	textStems func() map[uint64]bool
}

// shingleWords is the number of words of a shingle.
const shingleWords = 3

// New prepares a story's text for comparison. The title is not compared, because outlets
// write their own. It is used to check whether a common text is about both stories.
func New(title, text string) *Text {
	t := &Text{words: words(withoutDateline(text)), title: stems(title), textStems: sync.OnceValue(func() map[uint64]bool { return stems(text) })}
	for i := range max(0, len(t.words)-shingleWords+1) {
		h := uint64(0)
		for _, w := range t.words[i : i+shingleWords] {
			h = h*0x9e3779b97f4a7c15 + w.hash
		}
		t.shingles = append(t.shingles, mix(h))
	}
	return t
}

// Len returns the number of words that are compared.
func (t *Text) Len() int { return len(t.words) }

// withoutDateline removes a dateline such as "TROY, N.C. (AP) —" from the beginning of a
// text, because outlets drop it or write another.
func withoutDateline(text string) string {
	const maxLength = 120 // bytes
	head := text[:min(len(text), maxLength)]
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

// isDateline reports whether the text before a dash is a place, an agency or a date: a
// few words, of which at most a third begin with a lower-case letter.
func isDateline(head string) bool {
	fields := strings.Fields(head)
	if len(fields) == 0 || len(fields) > 12 {
		return false
	}
	lowerCase := 0
	for _, f := range fields {
		if r := []rune(strings.TrimLeft(f, "(")); len(r) > 0 && unicode.IsLower(r[0]) {
			lowerCase++
		}
	}
	return 3*lowerCase <= len(fields)
}

// stems returns the hashes of the significant words of s: the first five characters of
// words with at least four letters and of numbers. In scripts without spaces it returns
// the hashes of pairs of characters.
func stems(s string) map[uint64]bool {
	out := map[uint64]bool{}
	var last rune
	for field := range strings.FieldsFuncSeq(strings.ToLower(s),
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
