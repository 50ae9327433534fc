package text

import "testing"

func TestTagLen(t *testing.T) {
	for text, want := range map[string]int{
		"<p>x": 3, "</b> x": 4, "<a href=\"x\">y": 12, "<br/>": 5, "<!-- note -->": 13, "< p>": 0, "<3": 0, "<p": 0, "<b and c> d": 0, "<p <b>": 0, "<": 0,
	} {
		if got, _ := tagLen(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
	for text, want := range map[string]int{
		"https://paris.example/x, and": 23, "www.rome.example.": 16, "www.": 0, "word": 0, "HTTP://X": 8, "http:// x": 0,
	} {
		if got := addressLen(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
