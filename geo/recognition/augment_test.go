package recognition

import (
	"testing"
	"unicode/utf8"

	"newsmap/geo"
)

func TestRecasing(t *testing.T) {
	const text = "Rain fell\nin São Paulo's ﬁrst straße near İzmir, ın May \xff."
	for c, want := range map[recasing]string{
		upperCased: "RAIN FELL\nIN SÃO PAULO'S ﬁRST STRAßE NEAR İZMIR, ıN MAY \xff.",
		lowerCased: "rain fell\nin são paulo's ﬁrst straße near İzmir, ın may \xff.",
		titleCased: "Rain Fell\nin São Paulo's ﬁrst Straße Near İzmir, ın May \xff.",
	} {
		got := c.apply(text)
		if got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if len(got) != len(text) || utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Errorf("%q: the offsets have changed", got)
		}
	}
}

func TestAugmented(t *testing.T) {
	text := "It rained. Évry burns. Snow fell in Rome. Nobody came. It was late. We left. They met in Rome."
	ex := Example{Document: &geo.Document{Text: text}, Spans: []Span{{Start: 11, End: 15}, {Start: 36, End: 40}, {Start: 89, End: 93}}, Tagging: 3}
	got := augment([]Example{ex})
	if len(got) < 3 || got[0].Document.Text != text || got[0].Weight != 0 {
		t.Fatalf("got %+v", got)
	}
	for _, e := range got[1:] {
		if e.Weight <= 0 || e.Weight >= 1 || e.Tagging != 3 {
			t.Errorf("weight %v, tagging %d", e.Weight, e.Tagging)
		}
	}
	if got[1].Document.Text != upperCased.apply(text) || len(got[1].Spans) != 3 {
		t.Errorf("got %+v", got[1])
	}
	// The excerpts are the first sentence and the seventh.
	last := got[len(got)-1]
	if last.Document.Text != "They met in Rome." || len(last.Spans) != 1 || last.Spans[0] != (Span{Start: 12, End: 16}) {
		t.Errorf("got %q, %+v", last.Document.Text, last.Spans)
	}
}
