package evaluation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"newsmap/geo"
)

// testStory returns an article of about size bytes in the style of a local paper.
func testStory(size int) *geo.Document {
	var b strings.Builder
	b.WriteString("TROY, N.C. (AP) — ")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "The mayor of Paris, Texas, told Michael Jordan of New York on day %d that the Turkish company near Lexington would close. ", i)
		b.WriteString("Nobody at the University of York was hurt, said Springfield police, and a man from Montgomery County was held in Raleigh. ")
	}
	return &geo.Document{Title: "Springfield plant to close", Text: b.String(), Domain: "newsobserver.com"}
}

// BenchmarkGeoparse parses articles of several sizes. An LGL article has about two thousand code
// points. Use -cpu 1 to measure one processor.
func BenchmarkGeoparse(b *testing.B) {
	p := parser(b, index(b))
	for _, size := range []int{2 << 10, 64 << 10, 1 << 20} {
		doc := testStory(size)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(doc.Text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Parse(context.Background(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLGL parses the articles of LGL one after another.
func BenchmarkLGL(b *testing.B) {
	p, docs := parser(b, index(b)), corpus(b, "lgl")
	n := 0
	for b.Loop() {
		if _, err := p.Parse(context.Background(), &docs[n%len(docs)].Document); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
}

func BenchmarkNew(b *testing.B) {
	x := index(b)
	for b.Loop() {
		parser(b, x)
	}
}
