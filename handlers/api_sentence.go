package handlers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/geo/text"
)

// maxSentence is the maximum length of the sentence around a name, in code points. A table
// without full stops is one long sentence.
const maxSentence = 400

// sentenceIndex finds the sentence around a name in a story's title and text.
type sentenceIndex struct {
	fields [2]field // by geo.Field
}

type field struct {
	text  []rune
	spans [][2]int // of the sentences: start and end (exclusive), in code points
}

func newSentenceIndex(st *story.Story) *sentenceIndex {
	var s sentenceIndex
	s.fields[geo.FieldText] = newField(st.Text)
	s.fields[geo.FieldTitle] = newField(st.Title)
	return &s
}

func newField(content string) field {
	f := field{text: []rune(content)}
	tokens := text.Tokenize(content)
	at, runes := 0, 0
	codePoint := func(offset int) int { // called with increasing offsets
		if offset > at {
			runes += utf8.RuneCountInString(content[at:offset])
			at = offset
		}
		return runes
	}
	for _, sentence := range text.Sentences(content, tokens) {
		first := codePoint(tokens[sentence.First].Start)
		f.spans = append(f.spans, [2]int{first, codePoint(tokens[sentence.End-1].End)})
	}
	return f
}

// around returns the sentence that contains a toponym, or "" if its offsets are outside the
// text. A long sentence is cut around the name.
func (s *sentenceIndex) around(t geo.Toponym) string {
	f := &s.fields[min(t.Field, geo.FieldTitle)]
	if t.Start < 0 || t.End > len(f.text) || t.Start >= t.End {
		return ""
	}
	i, _ := slices.BinarySearchFunc(f.spans, t.Start, func(span [2]int, start int) int {
		switch {
		case span[1] <= start:
			return -1
		case span[0] > start:
			return 1
		}
		return 0
	})
	from, to := t.Start, t.End
	if i < len(f.spans) && f.spans[i][0] <= t.Start {
		from, to = f.spans[i][0], max(f.spans[i][1], t.End)
	}
	before, after := "", ""
	if to-from > maxSentence {
		side := max(0, maxSentence-(t.End-t.Start)) / 2
		if start := t.Start - side; start > from {
			from, before = start, "…"
		}
		if end := t.End + side; end < to {
			to, after = end, "…"
		}
	}
	return before + strings.Join(strings.Fields(string(f.text[from:to])), " ") + after
}
