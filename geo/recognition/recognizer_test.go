package recognition

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/growthtest"
)

func TestRecognizeOffsets(t *testing.T) {
	r := newTestRecognizer(t)
	doc := &geo.Document{
		Title: "Zoë in Paris",
		Text:  "Zoë – who is 五 – lives in Paris, Texas, at 34.46 N 40.95 E, and not in Syria.",
	}
	found, err := r.Recognize(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	checkToponyms(t, doc, found)
	points := 0
	for _, f := range found {
		if f.Kind == geo.KindCoordinate {
			points++
			if f.Coordinate == nil || f.Coordinate.Lat != 34.46 || f.Text != "34.46 N 40.95 E" {
				t.Errorf("got %+v", f)
			}
		}
	}
	if points != 1 || len(found) < 4 || found[0].Field != geo.FieldTitle {
		t.Errorf("got %+v", found)
	}
}

// checkToponyms checks that the toponyms are in order, do not overlap, and have
// the text at their offsets.
func checkToponyms(t testing.TB, doc *geo.Document, found []geo.Toponym) {
	t.Helper()
	fields := map[geo.Field][]rune{geo.FieldText: []rune(doc.Text), geo.FieldTitle: []rune(doc.Title)}
	last, field := 0, geo.FieldTitle
	for _, f := range found {
		if f.Field != field {
			if f.Field == geo.FieldTitle {
				t.Fatal("a toponym of the title follows one of the text")
			}
			last, field = 0, f.Field
		}
		if f.Start < last || f.End <= f.Start || f.End > len(fields[field]) {
			t.Fatalf("%q: span %d..%d after %d of %d", f.Text, f.Start, f.End, last, len(fields[field]))
		}
		if got := string(fields[field][f.Start:f.End]); got != string([]rune(f.Text)) {
			t.Fatalf("span %d..%d contains %q, want %q", f.Start, f.End, got, f.Text)
		}
		if !(f.Confidence > 0 && f.Confidence <= 1) {
			t.Fatalf("%q: confidence %g", f.Text, f.Confidence)
		}
		last = f.End
	}
}

func TestRecognizeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newTestRecognizer(t).Recognize(ctx, &geo.Document{Text: "Paris"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// hostile returns texts that would be slow for an algorithm that is not linear.
func hostile(size int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	return map[string]string{
		"capitals":      fill("A"),
		"commas":        fill(","),
		"one name":      fill("Paris "),
		"name, state":   fill("Paris, Texas, "),
		"hyphens":       fill("Paris-"),
		"initials":      fill("U.S."),
		"digits":        fill("1.1 "),
		"degrees":       fill("1°1′"),
		"quotes":        fill("'s "),
		"particles":     fill("al-"),
		"counties":      fill("Clay and "),
		"invalid":       fill("\xff"),
		"line breaks":   fill("\n"),
		"small words":   fill("of the "),
		"long word":     fill("é"),
		"brackets":      fill("("),
		"capital words": fill("Abc "),
	}
}

func TestRecognizeGrowth(t *testing.T) {
	r := newTestRecognizer(t)
	for name := range hostile(1) {
		t.Run(name, func(t *testing.T) {
			growthtest.Linear(t, 1<<15,
				func(n int) *geo.Document { return &geo.Document{Text: hostile(n)[name]} },
				func(doc *geo.Document) {
					found, err := r.Recognize(t.Context(), doc)
					if err != nil {
						t.Fatal(err)
					}
					if len(found) > 0 {
						checkToponyms(t, doc, found[:1])
					}
				})
		})
	}
}

func FuzzRecognize(f *testing.F) {
	r := newTestRecognizer(f)
	for _, s := range hostile(60) {
		f.Add("", s)
	}
	f.Add("Paris votes", "TROY, N.C. (AP) — The mayor of Paris, Texas, at 34.46 N 40.95 E.\n\nReuters/ Near Baghouz\n\nIt’s St. John’s.")
	f.Fuzz(func(t *testing.T, title, text string) {
		doc := &geo.Document{Title: title, Text: text}
		found, err := r.Recognize(context.Background(), doc)
		if err != nil {
			t.Fatal(err)
		}
		checkToponyms(t, doc, found)
	})
}

// story returns an article of about size bytes.
func story(size int) string {
	var b strings.Builder
	b.WriteString("TROY, N.C. (AP) — ")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "The mayor of Paris, Texas, told Michael Jordan of New York on day %d that the Turkish company near Lexington would close. ", i)
		b.WriteString("Nobody at the University of York was hurt, police said, and the fire was out by the time they came back to town. ")
	}
	return b.String()
}

func BenchmarkRecognize(b *testing.B) {
	r := newTestRecognizer(b)
	for _, size := range []int{2 << 10, 32 << 10, 512 << 10} {
		text := story(size)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Recognize(b.Context(), &geo.Document{Text: text}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(utf8.RuneCountInString(text)), "code-points")
		})
	}
}
