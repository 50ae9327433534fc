package geo_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"newsmap/geo"
)

func TestDocumentReader(t *testing.T) {
	in := "\ufeff{\"id\":\"a\",\"text\":\"One\",\"title\":\"T\",\"domain\":\"d.example\",\"outlet\":\"D\",\"url\":\"https://d.example/1\"," +
		"\"date\":\"2019-02-20\",\"lang\":\"en\",\"mentions\":[1]}\r\n" +
		"\n  \r\n" +
		"{\"id\":7,\"text\":\"Two\"}\n" +
		"not json\n" +
		"{\"text\":\"\"}\n" +
		"{\"text\":5}\n" +
		"{\"text\":\"x\",\"date\":\"yesterday\"}\n" +
		"{\"text\":\"x\",\"date\":\"2019-02-30\"}\n" +
		"{\"text\":\"a\xffb\"}\n" +
		"[\"text\"]\n" +
		"{\"text\":\"" + strings.Repeat("x", 5<<20) + "\"}\n" +
		"{\"id\":{},\"text\":\"x\"}\n" +
		"{\"text\":\"x\"} {\"text\":\"y\"}\n" +
		"{\"text\":\"Last, without a newline\"}"
	want := []string{
		"One",
		"Two",
		"in.jsonl:5: document: is not JSON",
		"in.jsonl:6: text: is missing or empty",
		"in.jsonl:7: text: is a JSON number",
		"in.jsonl:8: date: \"yesterday\"",
		"in.jsonl:9: date: \"2019-02-30\"",
		"in.jsonl:10: document: is not valid UTF-8",
		"in.jsonl:11: document: is a JSON array",
		"in.jsonl:12: the line is too long: 5242892 bytes",
		"in.jsonl:13: id: is neither",
		"in.jsonl:14: document: is not JSON",
		"Last, without a newline",
	}
	d := geo.NewDocumentReader("in.jsonl", strings.NewReader(in))
	for i, w := range want {
		doc, err := d.Next()
		switch {
		case err == nil && doc.Text != w:
			t.Errorf("%d: text %q, want %q", i, doc.Text, w)
		case err != nil && (!errors.Is(err, geo.ErrInvalid) || !strings.HasPrefix(err.Error(), w)):
			t.Errorf("%d: %v, want %q", i, err, w)
		}
		if i == 0 {
			full := &geo.Document{
				ID:     "a",
				Title:  "T",
				Text:   "One",
				Domain: "d.example",
				Outlet: "D",
				URL:    "https://d.example/1",
				Lang:   "en",
				Date:   time.Date(2019, 2, 20, 0, 0, 0, 0, time.UTC),
			}
			if !reflect.DeepEqual(doc, full) {
				t.Errorf("got %+v, want %+v", doc, full)
			}
		}
		if i == 1 && doc.ID != "7" {
			t.Errorf("id %q, want 7", doc.ID)
		}
	}
	if _, err := d.Next(); !errors.Is(err, io.EOF) || d.Line() != 16 {
		t.Errorf("at the end: %v, line %d", err, d.Line())
	}
}

func TestDecodeDocumentPoints(t *testing.T) {
	doc, err := geo.DecodeDocument([]byte(`{"text":"x","points":[[178.44,-18.14],[-180,90]]}`))
	if err != nil || !reflect.DeepEqual(doc.Points, []geo.Coordinate{{Lon: 178.44, Lat: -18.14}, {Lon: -180, Lat: 90}}) {
		t.Errorf("%+v, %v", doc, err)
	}
	for _, points := range []string{`[[1]]`, `[[1,2,3]]`, `[[181,0]]`, `[[0,91]]`, `[["1",2]]`, `[1,2]`, `"1,2"`, `{"lon":1}`} {
		_, err := geo.DecodeDocument([]byte(`{"text":"x","points":` + points + `}`))
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "points" {
			t.Errorf("%s: %v", points, err)
		}
	}
}

func TestDocumentReaderBroken(t *testing.T) {
	d := geo.NewDocumentReader("pipe", io.MultiReader(strings.NewReader("{\"text\":\"x\"}\n{\"te"), iotest.ErrReader(io.ErrClosedPipe)))
	if _, err := d.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Next(); !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, geo.ErrInvalid) || !strings.HasPrefix(err.Error(), "pipe:2: ") {
		t.Errorf("%v", err)
	}
}

func TestParseDate(t *testing.T) {
	day := time.Date(2019, 2, 20, 0, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"2019-02-20":                      day,
		"2019-02-20T00:21:00Z":            day.Add(21 * time.Minute),
		"2019-02-20T01:21:00+01:00":       day.Add(21 * time.Minute),
		"2019-02-20T00:21:00":             day.Add(21 * time.Minute),
		"2019-02-20 00:21":                day.Add(21 * time.Minute),
		"2019-02-19 19:21:00.000500-05":   day.Add(21*time.Minute + 500*time.Microsecond),
		"2019-02-20T00:21:00+0000":        day.Add(21 * time.Minute),
		"Wed, 20 Feb 2019 00:21:00 GMT":   day.Add(21 * time.Minute),
		"Wed, 20 Feb 2019 01:21:00 +0100": day.Add(21 * time.Minute),
		"February 20 2019 12:21 AM":       day.Add(21 * time.Minute),
		"february 20, 2019":               day,
		"Wednesday, February 20, 2019":    day,
		"Wed., 20 Feb. 2019":              day,
		"Feb. 20th, 2019 at 3:04 p.m.":    day.Add(15*time.Hour + 4*time.Minute),
		"Feb 20 2019 3:04pm EST":          day.Add(20*time.Hour + 4*time.Minute),
		"20 February 2019 - 15:04":        day.Add(15*time.Hour + 4*time.Minute),
		"Sept. 3, 2019":                   time.Date(2019, 9, 3, 0, 0, 0, 0, time.UTC),
		"Tuesday 3 September 2019":        time.Date(2019, 9, 3, 0, 0, 0, 0, time.UTC),
		"August 1, 2019":                  time.Date(2019, 8, 1, 0, 0, 0, 0, time.UTC),
		"20190220T002100Z":                {},
	} {
		got, err := geo.ParseDate(in)
		if want.IsZero() != (err != nil) || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "today", "02/03/2019", "2019-13-01", "2019-02-30", "February 30 2019", "Mosul", "2019", "12:21 AM",
		strings.Repeat("1", 1_000), "\xff", "Monday"} {
		if got, err := geo.ParseDate(bad); !errors.Is(err, geo.ErrInvalid) || !got.IsZero() {
			t.Errorf("%.20q: %v, %v", bad, got, err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2019-02-20", "Feb. 20th, 2019 at 3:04 p.m. EST", "Wed, 20 Feb 2019 00:21:00 GMT", "1am", "0p.m"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := geo.ParseDate(s)
		if err != nil {
			return
		}
		again, err := geo.ParseDate(got.Format(time.RFC3339Nano))
		if err != nil || !again.Equal(got) {
			t.Errorf("%q is %v, which reads as %v, %v", s, got, again, err)
		}
	})
}

func FuzzJSONL(f *testing.F) {
	f.Add([]byte("{\"id\":\"a\",\"text\":\"One\"}\n\n{\"text\":\"Two\",\"date\":\"2019-02-20\"}"))
	f.Add([]byte("\ufeff{\"text\":\"\xff\"}\r\nnull\n[]\n{\"id\":1e3,\"text\":\"x\"}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		d := geo.NewDocumentReader("f", bytes.NewReader(in))
		for range bytes.Count(in, []byte("\n")) + 1 {
			doc, err := d.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if !errors.Is(err, geo.ErrInvalid) || !strings.HasPrefix(err.Error(), "f:") {
					t.Fatalf("error without a line: %v", err)
				}
				continue
			}
			if strings.TrimSpace(doc.Text) == "" || !utf8.ValidString(doc.Text+doc.ID+doc.Title) {
				t.Fatalf("bad document %+v", doc)
			}
		}
		if _, err := d.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("more documents than lines: %v", err)
		}
	})
}

func ExampleDocumentReader() {
	d := geo.NewDocumentReader("news.jsonl", strings.NewReader("{\"id\":\"1\",\"text\":\"Rain in Suva.\"}\n{\"id\":\"2\"}\n"))
	for {
		doc, err := d.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(doc.ID, doc.Text)
	}
	// Output:
	// 1 Rain in Suva.
	// news.jsonl:2: text: is missing or empty
}
