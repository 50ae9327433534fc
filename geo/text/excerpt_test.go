package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	const limit = 240
	long := strings.Repeat("and so ön and on ", 30)
	for name, c := range map[string]struct{ text, want string }{
		"one sentence":     {"It rained. He flew to [Paris] on Monday. It snowed.", "He flew to Paris on Monday."},
		"abbreviations":    {"Then Mr. Hill flew to [Paris]. It snowed.", "Then Mr. Hill flew to Paris."},
		"one line":         {"By a writer\nHe flew to [Paris]\nIt snowed.", "He flew to Paris"},
		"white space":      {"He \t flew  to [Paris].", "He flew to Paris."},
		"after a dateline": {"PARIS, Calif. — He flew to [Paris] on Monday.", "He flew to Paris on Monday."},
		"long":             {"He flew to [Paris] " + long, ""},
		"long, at its end": {"He said " + long + " in [Paris] " + long, ""},
		"invalid UTF-8":    {"He flew to \xff [Paris].", "He flew to \ufffd Paris."},
	} {
		before, rest, _ := strings.Cut(c.text, "[")
		place, after, _ := strings.Cut(rest, "]")
		start := utf8.RuneCountInString(before)
		got := NewIndex(before+place+after).Excerpt(start, start+utf8.RuneCountInString(place), limit)
		if c.want != "" && got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if n := utf8.RuneCountInString(got); n > limit || !strings.Contains(got, "Paris") {
			t.Errorf("%s: got %d code points, want at most %d with Paris: %q", name, n, limit, got)
		}
	}
	x := NewIndex("He flew to Paris.")
	for _, span := range [][2]int{{-1, 3}, {5, 99}, {99, 100}, {3, 2}} {
		if got := x.Excerpt(span[0], span[1], limit); got != "" {
			t.Errorf("span %v: got %q, want none", span, got)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		s     string
		limit int
		want  string
	}{{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"abc", 1, "…"}} {
		if got := Clip(c.s, c.limit); got != c.want {
			t.Errorf("%q, limit %d: got %q, want %q", c.s, c.limit, got, c.want)
		}
	}
}

func TestIndex(t *testing.T) {
	text := strings.Repeat("aö€😀", 300)
	x := NewIndex(text)
	n := 0
	for i := range text {
		if got := x.Byte(n); got != i {
			t.Fatalf("code point %d is at byte %d, want %d", n, got, i)
		}
		n++
	}
	for _, outside := range []int{-1, n + 1, n + 10_000} {
		if got := x.Byte(outside); got != -1 {
			t.Errorf("code point %d is at byte %d, want -1", outside, got)
		}
	}
}
