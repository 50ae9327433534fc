package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"newsmap/geo"
	"newsmap/geo/ingest"
	"newsmap/geo/story"
)

// parser is a Parser that finds the first "Suva". It is slow for texts with "slow", and returns
// err, if set, for texts with "unlucky".
type parser struct{ err error }

func (p parser) Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error) {
	if strings.Contains(doc.Text, "slow") {
		time.Sleep(5 * time.Millisecond)
	}
	if p.err != nil && strings.Contains(doc.Text, "unlucky") {
		return nil, p.err
	}
	i := strings.Index(doc.Text, "Suva")
	if i < 0 {
		return &geo.Result{}, ctx.Err()
	}
	t := geo.Toponym{Start: i, End: i + 4, Text: "Suva", Confidence: 1}
	place := geo.Place{ID: "geonames:2198148", Name: "Suva", Point: [2]float64{178.44, -18.14}, Country: "FJ"}
	return &geo.Result{
		Resolutions: []geo.Resolution{{Toponym: t, Place: &place, Confidence: 1}, {Toponym: geo.Toponym{Start: 0, End: 1, Text: "X"}}},
		Locations:   []geo.Location{{Place: place, Role: geo.RoleFocus, Confidence: 1, Toponyms: []geo.Toponym{t}}},
		Focus:       place.ID,
	}, ctx.Err()
}

// memory is a Store that records the last version of each story and the order of all calls of
// Put.
type memory struct {
	mu      sync.Mutex
	stories map[string]*story.Story
	order   []string // paths of the addresses
	err     error    // of the fourth call of Put; nil: none
}

func (m *memory) Put(_ context.Context, s *story.Story) (story.Outcome, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil && len(m.order) == 3 {
		return "", m.err
	}
	if m.stories == nil {
		m.stories = map[string]*story.Story{}
	}
	m.order = append(m.order, strings.TrimPrefix(s.URL, "https://post.example/"))
	outcome := story.Created
	if m.stories[s.ID] != nil {
		outcome = story.Updated
	}
	m.stories[s.ID] = s
	return outcome, nil
}

func clock() time.Time { return time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC) }

func newIngester(store ingest.Store) *ingest.Ingester {
	return &ingest.Ingester{Parser: parser{}, Store: store, Clock: clock}
}

func TestIngest(t *testing.T) {
	store := &memory{}
	s := &story.Story{Title: " Ferry leaves ", Text: "The ferry left Suva.", URL: "https://www.Post.example/1?utm_source=x"}
	outcome, err := newIngester(store).Ingest(t.Context(), s)
	if err != nil || outcome != story.Created {
		t.Fatal(outcome, err)
	}
	if s.ID != story.Identify(s) || s.Domain != "post.example" || s.Title != "Ferry leaves" || len(s.Locations) != 1 || len(s.Unlocated) != 1 ||
		store.stories[s.ID] != s {
		t.Errorf("stored %+v", s)
	}
	withID := &story.Story{ID: "7", Text: "The ferry left."}
	if _, err := newIngester(store).Ingest(t.Context(), withID); err != nil || withID.ID != story.Identify(withID) {
		t.Errorf("id %q, %v", withID.ID, err)
	}
}

func TestIngestInvalid(t *testing.T) {
	for name, s := range map[string]*story.Story{
		"text": {Text: " "}, "url": {Text: "x", URL: "ftp://x"}, "date": {Text: "x", Published: clock().AddDate(1, 0, 0)}, "title": {Title: "\xff", Text: "x"},
	} {
		store := &memory{}
		_, err := newIngester(store).Ingest(t.Context(), s)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != name || len(store.order) != 0 {
			t.Errorf("%s: %v, %d stored", name, err, len(store.order))
		}
	}
	store := &memory{}
	g := &ingest.Ingester{Parser: parser{err: io.ErrUnexpectedEOF}, Store: store}
	if _, err := g.Ingest(t.Context(), &story.Story{Text: "An unlucky story"}); !errors.Is(err, io.ErrUnexpectedEOF) || len(store.order) != 0 {
		t.Errorf("failing parser: %v, %d stored", err, len(store.order))
	}
}

func source(t *testing.T, name string, format ingest.Format, text string) ingest.Source {
	t.Helper()
	s, err := ingest.Read(name, format, io.NopCloser(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const mixed = `{"url":"https://post.example/a","text":"A slow story from Suva","date":"2024-05-01"}
{"url":"https://post.example/b","text":"Second"}
nonsense
{"url":"https://post.example/c","text":"From the future","date":"2031-01-01"}
{"url":"https://post.example/d","text":"unlucky"}
{"id":"e","text":"Bad address","url":"javascript:alert(1)"}
{"url":"https://post.example/b","text":"Second, again"}
{"url":"https://post.example/f","text":""}
{"url":"https://post.example/g","text":"Last"}
`

func TestIngestAll(t *testing.T) {
	for _, workers := range []int{0, 1, 7} {
		store := &memory{}
		g := &ingest.Ingester{Parser: parser{err: errors.New("no luck")}, Store: store, Clock: clock}
		var got []string
		tally, err := g.IngestAll(t.Context(), source(t, "in.jsonl", ingest.FormatJSONL, mixed), workers, func(e ingest.Event) {
			if e.Err != nil {
				got = append(got, e.Err.Error())
			} else {
				got = append(got, e.Where+" "+strings.TrimPrefix(e.Story.URL, "https://post.example/")+" "+string(e.Outcome))
			}
		})
		if err != nil || tally != (ingest.Tally{Created: 3, Updated: 1, Failed: 5}) || tally.Total() != 9 {
			t.Fatalf("%+v, %v", tally, err)
		}
		want := []string{
			"in.jsonl:1 a created",
			"in.jsonl:2 b created",
			"in.jsonl:3: document: is not JSON",
			"in.jsonl:4: date: 2031-01-01T00:00:00Z is in the future",
			"in.jsonl:5: geoparse story ",
			"in.jsonl:6: url: must begin with http",
			"in.jsonl:7 b updated",
			"in.jsonl:8: text: is missing",
			"in.jsonl:9 g created",
		}
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) {
				t.Errorf("event %d: %q, want %q", i, got[i], want[i])
			}
		}
		if !reflect.DeepEqual(store.order, []string{"a", "b", "b", "g"}) ||
			store.stories[story.Identify(&story.Story{URL: "https://post.example/b"})].Text != "Second, again" {
			t.Errorf("stored in the order %v", store.order)
		}
	}
}

func TestIngestAllStops(t *testing.T) {
	var many strings.Builder
	for i := range 500 {
		fmt.Fprintf(&many, "{\"id\":\"n%d\",\"text\":\"Story %d\"}\n", i, i)
	}
	full := &memory{err: errors.New("disk full")}
	tally, err := newIngester(full).IngestAll(t.Context(), source(t, "in", ingest.FormatJSONL, many.String()), 3, nil)
	if err == nil || err.Error() != "in:4: disk full" || tally.Created != 3 {
		t.Errorf("store failed: %+v, %v", tally, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	tally, err = newIngester(&memory{}).IngestAll(ctx, source(t, "in", ingest.FormatJSONL, many.String()), 3, func(ingest.Event) {
		if n++; n == 10 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || tally.Total() != 10 {
		t.Errorf("cancelled: %+v, %v", tally, err)
	}
	broken, err := ingest.Read(
		"pipe",
		ingest.FormatJSONL,
		io.NopCloser(io.MultiReader(strings.NewReader("{\"text\":\"x\"}\n"), iotest.ErrReader(io.ErrClosedPipe))),
	)
	if err != nil {
		t.Fatal(err)
	}
	if tally, err = newIngester(&memory{}).IngestAll(t.Context(), broken, 2, nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("broken source: %+v, %v", tally, err)
	}
}

const pageText = "<!DOCTYPE html><html lang=en><head><title>Ferry leaves</title><link rel=canonical href='https://post.example/1'></head>" +
	"<body><p>The ferry left Suva at dawn, watched by hundreds of people on the quay of the old harbour, who had waited for eleven years.</p></body></html>"

func TestOpen(t *testing.T) {
	folder := t.TempDir()
	const paste = "Ferry leaves\n2024-05-01\n\nThe ferry left Suva at dawn."
	for _, c := range []struct{ name, content, title, text, url string }{
		{"a.txt", paste, "Ferry leaves", "The ferry left Suva at dawn.", ""},
		{"a.html", pageText, "Ferry leaves", "The ferry left Suva", "https://post.example/1"},
		{"a.jsonl", "{\"title\":\"Ferry leaves\",\"text\":\"The ferry left.\"}", "Ferry leaves", "The ferry left.", ""},
		{"saved-page", "\ufeff\n" + pageText, "Ferry leaves", "The ferry left Suva", "https://post.example/1"},
		{"documents", "\ufeff {\"title\":\"Ferry leaves\",\"text\":\"The ferry left.\"}\r\n", "Ferry leaves", "The ferry left.", ""},
		{"notes.md", paste, "Ferry leaves", "The ferry left Suva at dawn.", ""},
		{"less", "<3 is how it began.\n\nThe ferry left.", "", "<3 is how it began.", ""},
		{"-", paste, "Ferry leaves", "The ferry left Suva at dawn.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, where := c.name, "standard input"
			if path != "-" {
				path = filepath.Join(folder, c.name)
				where = path
				if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := ingest.Open(path, strings.NewReader(c.content))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			item, err := s.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if st := item.Story; st.Title != c.title || !strings.HasPrefix(st.Text, c.text) || st.URL != c.url || !strings.HasPrefix(item.Where, where) {
				t.Errorf("%s: %+v", item.Where, st)
			}
			if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("after the last: %v", err)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ path, want string }{
		"missing":      {filepath.Join(folder, "none.txt"), "none.txt: there is no such file; an address begins with http"},
		"no name":      {"", "the name is empty; expected an address or a file"},
		"directory":    {folder, "is a directory"},
		"address":      {"https://post.example/1", "is an address"},
		"empty text":   {write("empty.txt", ""), "empty.txt: text: is empty"},
		"empty page":   {write("empty.html", ""), "empty.html: page: is empty"},
		"no extension": {write("empty", ""), "empty: text: is empty"},
		"not UTF-8":    {write("latin.txt", "caf\xe9"), "latin.txt: text: is not valid UTF-8"},
		"large text":   {write("large.txt", strings.Repeat("x", 2_000_001)), "large.txt: is too large; the limit is 2000000 bytes"},
		"large line":   {write("large.jsonl", "{\"text\":\""+strings.Repeat("x", 5<<20)+"\"}"), "large.jsonl:1: the line is too long"},
		"no article":   {write("none.html", "<html></html>"), "none.html: page: "},
	} {
		s, err := ingest.Open(c.path, nil)
		if err == nil {
			_, err = s.Next(t.Context())
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := ingest.Read("x", "pdf", io.NopCloser(strings.NewReader(""))); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("unknown format: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(mixed))
	f.Add([]byte(pageText))
	f.Add([]byte("Ferry leaves\n2024-05-01\n\nThe ferry left Suva at dawn."))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := ingest.Read("in", "", io.NopCloser(strings.NewReader(string(in))))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		store := &memory{}
		tally, err := newIngester(store).IngestAll(t.Context(), s, 2, func(e ingest.Event) {
			if e.Err != nil && !strings.HasPrefix(e.Err.Error(), "in") {
				t.Errorf("an error without its position: %v", e.Err)
			}
		})
		if err != nil || len(store.order) != tally.Total()-tally.Failed {
			t.Fatalf("%+v, %v", tally, err)
		}
	})
}

func BenchmarkIngestAll(b *testing.B) {
	var text strings.Builder
	for i := range 1_000 {
		fmt.Fprintf(&text, "{\"id\":\"n%d\",\"text\":\"Story %d from Suva. %s\"}\n", i, i, strings.Repeat("And so on. ", 200))
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		s, err := ingest.Read("in", ingest.FormatJSONL, io.NopCloser(strings.NewReader(text.String())))
		if err != nil {
			b.Fatal(err)
		}
		if tally, err := newIngester(&memory{}).IngestAll(b.Context(), s, 0, nil); err != nil || tally.Created != 1_000 {
			b.Fatal(tally, err)
		}
	}
}

func ExampleIngester_IngestAll() {
	s, err := ingest.Read("news.jsonl", ingest.FormatJSONL, io.NopCloser(strings.NewReader("{\"id\":\"1\",\"text\":\"The ferry left Suva.\"}\nnot a document\n")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	g := &ingest.Ingester{Parser: parser{}, Store: &memory{}}
	tally, err := g.IngestAll(context.Background(), s, 0, func(e ingest.Event) {
		if e.Err == nil {
			fmt.Println(e.Where, e.Outcome, len(e.Story.Locations))
		}
	})
	fmt.Println(tally.Created, tally.Failed, err)
	// Output:
	// news.jsonl:1 created 1
	// 1 1 <nil>
}
